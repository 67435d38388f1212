"""Telephone keys in noise: the clips, what is usual for them, and the model that writes them."""

from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
import nn
from examples import goertzel, tones
from examples.command import main
from examples.outcome import Outcome
from examples.sound import (
    LEVELS,
    VOCABULARY,
    Config,
    ListenerSpeller,
    encoded,
    exact,
    looked_at,
    on_the_key,
    training_of,
    work,
    written,
)
from examples.tones import COLUMNS, KEYS, NONE, RATE, ROWS, SAMPLES
from nn import functional as F

SMALL = Config(width=16, heads=2, layers=1, batch=16, tested=12, fitted=10)
QUIET = 100.0  # dB: no noise to speak of


# -- clips ------------------------------------------------------------------------------------------


def test_each_key_sounds_as_its_two_tones() -> None:
    clips = tones.draw(40, QUIET, np.random.default_rng(0))
    for sound, keys, spans, text in zip(*clips, clips.texts, strict=True):
        assert len(text) == (keys != NONE).sum()
        for key, (begin, end) in zip(text, spans, strict=False):
            spectrum = np.abs(np.fft.rfft(sound[begin:end] * np.hanning(end - begin), 1 << 15)) ** 2
            hertz = np.fft.rfftfreq(1 << 15, 1 / RATE)
            low, high = (
                hertz[np.where(part, spectrum, 0).argmax()] for part in (hertz < 1075, hertz >= 1075)
            )
            row = np.abs(low / np.array(ROWS) - 1)
            column = np.abs(high / np.array(COLUMNS) - 1)
            assert row.min() < 0.025  # 1.8 %, and what so short a tone leaves open
            assert column.min() < 0.025
            assert key == KEYS[4 * row.argmin() + column.argmin()]


def test_nothing_sounds_beside_the_keys() -> None:
    clips = tones.draw(40, QUIET, np.random.default_rng(1))
    for sound, spans in zip(clips.sound, clips.spans, strict=True):
        rest = sound.copy()
        for begin, end in spans:
            rest[begin:end] = 0
        assert np.abs(rest).max() < 1e-4


@pytest.mark.parametrize("decibels", [10.0, -7.5])
def test_the_noise_is_as_strong_as_stated(decibels: float) -> None:
    clips = tones.draw(60, decibels, np.random.default_rng(2))
    quiet = tones.draw(60, QUIET, np.random.default_rng(2))
    noise = clips.sound - quiet.sound  # the same keys: what is drawn is the same
    keys = [s[begin:end] for s, spans in zip(quiet.sound, quiet.spans, strict=True) for begin, end in spans]
    power = np.mean(np.concatenate(keys) ** 2)
    assert 10 * np.log10(power / np.mean(noise**2)) == pytest.approx(decibels, abs=0.1)
    spectrum = (np.abs(np.fft.rfft(noise)) ** 2).mean(axis=0)
    bands = np.array([part.mean() for part in np.array_split(spectrum, 8)])
    np.testing.assert_allclose(bands / bands.mean(), 1, atol=0.05)  # white


def test_each_clip_may_have_a_noise_of_its_own() -> None:
    levels = np.array([QUIET, 0.0])
    loud = tones.draw(2, levels, np.random.default_rng(3)).sound.std(axis=1)
    assert loud[1] > loud[0]


def test_lengths_and_keys_are_drawn_in_their_ranges() -> None:
    clips = tones.draw(800, QUIET, np.random.default_rng(4))
    there = clips.keys != NONE
    assert np.bincount(there.sum(axis=1))[3:].min() > 100  # 3 to 8 keys, alike
    assert set(there.sum(axis=1)) == set(range(3, 9))
    assert (np.diff(there.astype(int), axis=1) <= 0).all()  # those that are there come first
    assert np.bincount(clips.keys[there]).min() > 200
    begin, end = clips.spans[..., 0], clips.spans[..., 1]
    tone, pause = (end - begin)[there], (begin[:, 1:] - end[:, :-1])[there[:, 1:]]
    for lengths in (tone, pause):
        assert 320 <= lengths.min() < 330
        assert 790 < lengths.max() < 800  # 40 to 100 ms
    assert begin[there].min() >= 0
    assert end.max() <= SAMPLES
    again = tones.draw(800, QUIET, np.random.default_rng(4))
    np.testing.assert_array_equal(clips.sound, again.sound)
    assert clips.sound.dtype == np.float32


def test_the_twist_is_within_its_range() -> None:
    clips = tones.draw(200, QUIET, np.random.default_rng(5))
    found = []
    for sound, spans in zip(clips.sound, clips.spans, strict=True):
        begin, end = spans[0]
        power = np.abs(np.fft.rfft(sound[begin:end] * np.hanning(end - begin), 8192)) ** 2
        found.append(10 * np.log10(power[1101:].sum() / power[:1101].sum()))  # 1075 Hz between
    assert -8.3 < min(found) < -7
    assert 3 < max(found) < 4.3


def test_the_spectrogram_is_the_transform_of_each_frame() -> None:
    sound = np.random.default_rng(0).standard_normal((2, SAMPLES)).astype(np.float32)
    got = tones.spectrogram(sound)
    assert got.shape == (2, 100, 38)
    assert got.dtype == np.float32
    n = np.arange(256)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * n / 255)
    frames = np.stack([sound[:, 128 * t : 128 * t + 256] for t in range(100)], axis=1)
    waves = np.exp(-2j * np.pi * np.outer(n, np.arange(19, 57)) / 256)
    power = np.log(np.abs((frames * window) @ waves) ** 2) / 2
    np.testing.assert_allclose(got, power - power.mean(axis=(1, 2), keepdims=True), atol=2e-3)
    np.testing.assert_allclose(tones.spectrogram(8 * sound), got, atol=1e-4)


# -- what is usual ----------------------------------------------------------------------------------


def test_powers_are_those_of_the_frequencies() -> None:
    noise = np.random.default_rng(0).standard_normal((20, SAMPLES)).astype(np.float32)
    power = goertzel.powers(noise)
    assert np.median(power) == pytest.approx(np.log(2), rel=0.02)  # the median of exp(-x)
    time = np.arange(SAMPLES) / RATE
    tone = (noise[:1] + np.cos(2 * np.pi * 852 * time)).astype(np.float32)
    assert goertzel.powers(tone)[0].mean(axis=0).argmax() == ROWS.index(852)


def test_both_decoders_read_what_is_clear() -> None:
    clips = tones.draw(60, 10, np.random.default_rng(1))
    power = goertzel.powers(clips.sound)
    assert exact(goertzel.by_threshold(power, 3, 2, 3), clips.texts) > 95
    assert exact(goertzel.by_search(power, 6, 10), clips.texts) > 95


def test_a_sequence_is_spelled_by_its_runs() -> None:
    states = np.array([NONE, 0, 0, NONE, 0, 5, 5, 5, NONE])
    assert goertzel.spelled(states) == "1" + "1" + "5"
    assert goertzel.spelled(states, 2) == "15"


def test_the_search_finds_the_best_of_all_sequences() -> None:
    rng = np.random.default_rng(0)
    power = rng.exponential(2, (30, 6, 8))
    power[..., [2, 3, 6, 7]] = 0  # four keys can be worth it, which leaves few paths to try
    names = [KEYS.index(key) for key in "1245"]
    paths = np.stack(np.meshgrid(*[[NONE, *names]] * 6, indexing="ij"), axis=-1).reshape(-1, 6)
    before = np.pad(paths, ((0, 0), (1, 0)), constant_values=NONE)[:, :-1]
    allowed = ((paths == before) | (paths == NONE) | (before == NONE)).all(axis=1)
    paths, begins = paths[allowed], ((paths != NONE) & (before == NONE))[allowed].sum(axis=1)
    gains = goertzel.of_keys(power) - 4
    found = goertzel.by_search(power, 4, 3)
    for clip, text in zip(gains, found, strict=True):
        worth = np.where(paths == NONE, 0, clip[np.arange(6), paths]).sum(axis=1) - 3 * begins
        assert text == goertzel.spelled(paths[worth.argmax()])


def test_settings_are_those_that_do_best() -> None:
    clips = tones.draw(20, 0, np.random.default_rng(2))
    power = goertzel.powers(clips.sound)
    for decoder in goertzel.GRIDS:
        best = exact(decoder(power, *goertzel.fitted(decoder, power, clips.texts)), clips.texts)
        assert best >= exact(decoder(power, *(grid[0] for grid in goertzel.GRIDS[decoder])), clips.texts)
        assert best > 80


# -- the model --------------------------------------------------------------------------------------


def test_texts_are_ids_and_text_again() -> None:
    ids = encoded(["12#", "*0ABCD99"])
    assert ids.shape == (2, 10)
    assert (ids[0, 5:] == VOCABULARY.pad).all()
    assert [VOCABULARY.decode(row) for row in ids] == ["12#", "*0ABCD99"]


def test_with_a_cache_it_writes_the_same() -> None:
    model = ListenerSpeller(SMALL, np.random.default_rng(0))
    clips = tones.draw(5, 0, np.random.default_rng(0))
    with mg.no_grad():
        whole = nn.decoding.Whole(model, memory=model.encode(tones.spectrogram(clips.sound)))
    prompt = np.full((5, 1), VOCABULARY.bos)
    expected = nn.decoding.greedy(whole, prompt, 9, eos=VOCABULARY.eos)
    assert written(model, clips.sound) == [VOCABULARY.decode(row) for row in expected]


def test_where_it_listened() -> None:
    clips = tones.draw(6, 0, np.random.default_rng(1))
    weights = looked_at(ListenerSpeller(SMALL, np.random.default_rng(0)), clips.sound, clips.texts)
    longest = max(map(len, clips.texts))
    assert weights.shape == (6, longest + 1, 50)
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-5)
    middle = (clips.spans.mean(axis=-1) - 64) // 256  # the patch in the middle of each key
    pointing, away = np.zeros((6, 9, 50)), np.ones((6, 9, 50))
    for row, text in enumerate(clips.texts):
        for t in range(len(text)):
            pointing[row, t, int(middle[row, t])] = 1
            begin, end = clips.spans[row, t]
            away[row, t, (begin - 64) // 256 : (end - 64) // 256 + 1] = 0
    assert on_the_key(pointing, clips, 2)[0] == 100
    assert on_the_key(away, clips, 2)[0] == 0
    least = min(range(6), key=lambda row: len(clips.texts[row]))  # has fewer places than keys may be
    short = tones.Clips(*(part[least : least + 1] for part in clips))
    places = len(short.texts[0]) + 1
    assert places < short.keys.shape[1]
    assert on_the_key(pointing[least : least + 1, :places], short, 2)[0] == 100
    share = np.mean([(end - begin) / SAMPLES for begin, end in clips.spans[clips.keys != NONE]])
    assert 100 * share < on_the_key(weights, clips, 2)[1] < 100 * (share + 2 / 50)


def test_exact_is_key_for_key() -> None:
    assert exact(["12", "345", "", "6#"], ["12", "34", "1", "6#"]) == 50


def test_it_learns() -> None:
    rng = np.random.default_rng(0)
    config = Config(width=32, layers=1, steps=30, batch=16, learning_rate=0.01)
    rows = training_of(ListenerSpeller(config, rng), config, rng).run()
    assert rows[-1]["train_loss"] < 0.95 * rows[0]["train_loss"]


def test_under_debug() -> None:
    clips = tones.draw(2, 0, np.random.default_rng(0))
    spectrograms, ids = tones.spectrogram(clips.sound), encoded(clips.texts)

    def gradients() -> list[np.ndarray]:
        model = ListenerSpeller(SMALL, np.random.default_rng(0))
        scores = model(spectrograms, ids[:, :-1])
        F.cross_entropy(scores.swapaxes(1, 2), ids[:, 1:], ignore_index=VOCABULARY.pad).backward()
        return [p.grad.numpy() for p in model.parameters()]

    expected = gradients()
    with mg.debug():
        got = gradients()
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_array_equal(a, b)


# -- the command ------------------------------------------------------------------------------------


def test_the_command(tmp_path: Path) -> None:
    assert main("sound", None, SMALL, work, ["--out", str(tmp_path), "--steps", "8"]) == 0
    *keys, listening = Outcome.load(tmp_path).measures
    assert len(keys) == len(LEVELS)
    assert sum(one.wanted == 95 for one in keys) == 1
    assert keys[0].beside["Goertzel, the best path"] > 80
    assert listening.beside["any patch alike"] < 10
    for name in ("attention.png", "noise.png"):
        assert (tmp_path / name).stat().st_size > 10_000


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--heads", "7"], "error: 16 channels cannot be shared by 7 heads"),
        (["--patch", "0"], "argument --patch: it must be at least 1"),
        (["--layers", "0"], "argument --layers: it must be at least 1"),
        (["--steps", "-1"], "argument --steps: it must be at least 1"),
    ],
)
def test_mistakes(
    words: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main("sound", None, SMALL, work, ["--out", str(tmp_path), *words]) == 2
    assert sentence in capsys.readouterr().err
