"""Scenes of digits and their captions, and the model that writes them."""

import re
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
import nn
from examples import scenes
from examples.caption import (
    VOCABULARY,
    Captioner,
    Config,
    encoded,
    exact,
    looked_at,
    on_the_digit,
    training_of,
    work,
    written,
)
from examples.command import main
from examples.digits import Digits
from examples.outcome import Outcome
from nn import functional as F

SMALL = Config(width=16, heads=2, layers=1, batch=16, tested=60, known=1000)


@pytest.fixture(scope="module")
def digits() -> Digits:
    pytest.importorskip("sklearn", reason="the digits are scikit-learn's")
    return Digits.load()


# -- scenes -----------------------------------------------------------------------------------------


def test_what_is_held_out() -> None:
    every = scenes.combinations()
    assert len(np.unique(every, axis=0)) == 400
    held = scenes.held_out(every)
    assert held.sum() == 80
    for part in ((0,), (1,), (2,), (0, 1), (1, 2), (0, 2)):  # each digit at each place, in each relation, ...
        shown = {tuple(row) for row in every[~held][:, part]}
        assert shown == {tuple(row) for row in every[:, part]}
    assert len(set(scenes.every_caption())) == 410


@pytest.mark.parametrize("unseen", [False, True])
def test_the_caption_is_what_the_picture_shows(unseen: bool, digits: Digits) -> None:
    made = scenes.draw(digits.test, 300, np.random.default_rng(0), unseen=unseen)
    known = {image.tobytes(): str(label) for image, label in zip(*digits.test, strict=True)}
    for image, caption, corners in zip(made.images, made.captions, made.corners, strict=True):
        words = re.fullmatch(r"a (\d)(?: (.*) of a (\d)| (above) a (\d))?", caption)
        assert words
        found = [known.get(image[r : r + 8, c : c + 8].tobytes()) for r, c in corners]
        (r, c), (row, column) = corners
        down, right = row - r, column - c
        rest = image.copy()
        for r, c in corners:
            rest[r : r + 8, c : c + 8] = 0
        assert not rest.any()
        if (down, right) == (0, 0):
            assert caption == f"a {found[0]}"
            assert not unseen
            continue
        where = (["above"] if down >= 8 else []) + (
            ["left of"] if right >= 8 else ["right of"] if right <= -8 else []
        )
        assert caption == f"a {found[0]} {' and '.join(where)} a {found[1]}"
        assert min(abs(down), abs(right)) <= 2 or min(abs(down), abs(right)) >= 8
        assert max(abs(down), abs(right)) <= 11
    assert set(scenes.held_out(made.what)) == {unseen}


def test_scenes_are_drawn_evenly(digits: Digits) -> None:
    made = scenes.draw(digits.train, 4000, np.random.default_rng(0), vary=True)
    alone = made.what[:, 2] == scenes.NONE
    assert alone.mean() == pytest.approx(0.1, abs=0.02)
    assert np.bincount(made.what[:, 0]).min() > 300
    assert np.bincount(made.what[~alone, 1]).min() > 800
    assert made.images.dtype == np.float32
    assert 0 <= made.images.min() < made.images.max() <= 1
    same = scenes.draw(digits.train, 4000, np.random.default_rng(0), vary=True)
    np.testing.assert_array_equal(same.images, made.images)


def test_digits_are_drawn_by_their_label(digits: Digits) -> None:
    labels = np.array([[3, 7], [9, scenes.NONE]] * 20)
    got = scenes.pick(digits.test, labels, np.random.default_rng(0))
    for image, label in zip(got.reshape(-1, 8, 8), labels.ravel(), strict=True):
        if label == scenes.NONE:
            assert not image.any()
        else:
            assert (digits.test.images[digits.test.labels == label] == image).all(axis=(1, 2)).any()


# -- the model --------------------------------------------------------------------------------------


def test_captions_are_ids_and_words_again() -> None:
    captions = ["a 5", "a 3 above and left of a 7"]
    ids = encoded(captions)
    assert ids.shape == (2, 10)
    assert (ids[0, 4:] == VOCABULARY.pad).all()
    assert [VOCABULARY.decode(row) for row in ids] == captions


def test_with_a_cache_it_writes_the_same(digits: Digits) -> None:
    model = Captioner(SMALL, np.random.default_rng(0))
    images = scenes.draw(digits.test, 5, np.random.default_rng(0)).images
    got = written(model, images)
    with mg.no_grad():
        whole = nn.decoding.Whole(model, memory=model.encode(images))
    expected = nn.decoding.greedy(whole, got[:, :1], 9, eos=VOCABULARY.eos)
    np.testing.assert_array_equal(got[:, 1:], expected)
    scores = model(images, got[:, :-1]).numpy()
    ended = np.cumsum(got[:, 1:] == VOCABULARY.eos, axis=1) - (got[:, 1:] == VOCABULARY.eos) > 0
    np.testing.assert_array_equal(scores.argmax(axis=-1)[~ended], got[:, 1:][~ended])


def test_where_it_looked(digits: Digits) -> None:
    made = scenes.draw(digits.test, 6, np.random.default_rng(1), unseen=True)
    ids = encoded(made.captions)
    maps = looked_at(Captioner(SMALL, np.random.default_rng(0)), made.images, ids)
    assert maps.shape == (6, ids.shape[1] - 1, 20, 20)
    np.testing.assert_allclose(maps.sum(axis=(2, 3)), 4, rtol=1e-5)  # 1 over 100 places, each of 2×2 pixels
    pointing = np.zeros_like(maps)  # at each digit's first pixel while its word is written
    away = np.ones_like(maps)
    for row, caption in enumerate(made.captions):
        words = caption.split()
        for t, corner in zip([1, len(words) - 1], made.corners[row], strict=True):
            pointing[row, t, *corner] = 1
            away[row, t, corner[0] : corner[0] + 8, corner[1] : corner[1] + 8] = 0
    assert on_the_digit(pointing, ids, made) == 100
    assert on_the_digit(away, ids, made) == 0


def test_exact_is_word_for_word(digits: Digits) -> None:
    made = scenes.draw(digits.test, 4, np.random.default_rng(0))
    right = made.captions
    assert exact(right, made) == 100
    assert exact([right[0], right[1] + " a", "", right[3]], made) == 50


def test_it_learns(digits: Digits) -> None:
    rng = np.random.default_rng(0)
    config = Config(width=32, layers=1, steps=24, batch=16, learning_rate=0.01)
    rows = training_of(Captioner(config, rng), digits.train, config, rng).run()
    assert rows[-1]["train_loss"] < 0.6 * rows[0]["train_loss"]


def test_under_debug() -> None:
    images, ids = (
        np.random.default_rng(0).random((2, 20, 20)).astype(np.float32),
        encoded(["a 5", "a 1 above a 2"]),
    )

    def gradients() -> list[np.ndarray]:
        model = Captioner(SMALL, np.random.default_rng(0))
        F.cross_entropy(model(images, ids[:, :-1]).swapaxes(1, 2), ids[:, 1:]).backward()
        return [p.grad.numpy() for p in model.parameters()]

    expected = gradients()
    with mg.debug():
        got = gradients()
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_array_equal(a, b)


# -- the command ------------------------------------------------------------------------------------


def test_the_command(digits: Digits, tmp_path: Path) -> None:
    assert main("caption", None, SMALL, work, ["--out", str(tmp_path), "--steps", "8"]) == 0
    seen, unseen, looking = Outcome.load(tmp_path).measures
    assert (seen.wanted, unseen.wanted, looking.wanted) == (95, 95, None)
    assert 0 < seen.beside["the nearest neighbour's caption"] < 25
    *repeated, _ = unseen.beside.values()
    assert repeated == [0.0, 0.0]  # nobody who repeats captions can write a new one
    assert (tmp_path / "attention.png").stat().st_size > 10_000
    assert '"patches":[20,20]' in (tmp_path / "attention.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--heads", "5"], "error: 16 channels cannot be shared by 5 heads"),
        (["--steps", "-1"], "argument --steps: it must be at least 1"),
    ],
)
def test_mistakes(
    words: list[str], sentence: str, digits: Digits, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main("caption", None, SMALL, work, ["--out", str(tmp_path), *words]) == 2
    assert sentence in capsys.readouterr().err
