"""The main job as a person runs it, on a small text and a small model."""

import csv
import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

import examples.char.run_folder as run_folder
import minigrad as mg
from examples.char.corpus import Corpus, Text, load_default
from examples.char.model import POSITIONS, CharTransformer, ModelConfig
from examples.char.ngram import NGram
from examples.char.settings import Settings
from examples.char.training import Trainer
from examples.char_transformer import learned, main

SMALL = ["--layers", "1", "--heads", "2", "--channels", "16", "--context", "16", "--batch", "4"]
SHORT = [*SMALL, "--steps", "6", "--evaluate-every", "3", "--warmup", "2"]
WORDS = ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "and", "sleeps", "well"]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    return written(tmp_path)


def written(folder: Path) -> Path:
    rng = np.random.default_rng(0)
    path = folder / "words.txt"
    path.write_text(" ".join(rng.choice(WORDS, 2000)), "utf-8")
    return path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the program has written, once; tests have copies of it."""
    folder = tmp_path_factory.mktemp("trained")
    assert main(["--text", str(written(folder)), "--out", str(folder / "run"), *SHORT]) == 0
    return folder


@pytest.fixture
def run(trained: Path, text: Path, tmp_path: Path) -> Path:
    """A run that was trained on `text`, as far as its folder tells."""
    out = shutil.copytree(trained / "run", tmp_path / "run")
    config = out / "config.json"
    config.write_text(config.read_text("utf-8").replace(str(trained), str(tmp_path)), "utf-8")
    return out


def fails(capsys: pytest.CaptureFixture[str], arguments: list[str], *words: str) -> None:
    """The program exits non-zero with one sentence that has all of `words`."""
    assert main(arguments) == 2
    message = capsys.readouterr().err
    assert message.startswith("error: ")
    assert message.count("\n") == 1
    for word in words:
        assert word in message


# -- a whole run ------------------------------------------------------------------------------


def test_a_run_leaves_everything_in_its_folder(run: Path) -> None:
    assert {path.name for path in run.iterdir()} == {
        "config.json",
        "weights.safetensors",
        "training.safetensors",
        "metrics.csv",
        "loss.png",
        "loss.svg",
        "attention.png",
        "block.svg",
        "sample.txt",
    }
    with (run / "metrics.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    assert [row["step"] for row in rows] == ["3", "6"]
    assert 0 < float(rows[-1]["validation_loss"]) < 5
    bits = float(rows[-1]["validation_loss"]) / np.log(2)
    assert float(rows[-1]["validation_bits"]) == pytest.approx(bits, abs=1e-4)
    assert len((run / "sample.txt").read_text("utf-8")) >= 500
    assert load_file(run / "weights.safetensors")["token.weight"].dtype == np.float32
    assert "self_attn" in (run / "block.svg").read_text("utf-8")


def test_it_prints_what_to_compare_with_and_what_it_shows(
    text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--text", str(text), "--out", str(tmp_path / "run"), *SHORT])
    printed = capsys.readouterr().out
    corpus = Corpus.of(Text(str(text), text.read_text("utf-8")))
    five_gram = NGram(corpus.train, corpus.distinct, 5).losses(corpus.validation)[-1]
    assert f"ln {corpus.distinct}: {np.log(corpus.distinct):.3f} nats" in printed
    assert f"{five_gram:.3f} nats" in printed
    assert re.search(r"step 6/6  train \d\.\d{3} val \d\.\d{3} nats \(\d\.\d\d bits/char\)", printed)
    assert "tok/s" in printed
    assert "left" in printed
    assert "nothing about\nlong range" in printed


def test_training_lowers_the_loss(text: Path, tmp_path: Path) -> None:
    out = tmp_path / "long"
    assert (
        main(["--text", str(text), "--out", str(out), *SMALL, "--steps", "150", "--evaluate-every", "50"])
        == 0
    )
    with (out / "metrics.csv").open() as lines:
        losses = [float(row["validation_loss"]) for row in csv.DictReader(lines)]
    assert losses[0] > losses[1] > losses[2]
    assert losses[2] < 2.2  # well below ln 24 = 3.18


def test_same_seed_same_weights(text: Path, tmp_path: Path, run: Path) -> None:
    again = tmp_path / "again"
    main(["--text", str(text), "--out", str(again), *SHORT])
    assert (again / "weights.safetensors").read_bytes() == (run / "weights.safetensors").read_bytes()
    other = tmp_path / "other"
    main(["--text", str(text), "--out", str(other), *SHORT, "--seed", "1"])
    assert (other / "weights.safetensors").read_bytes() != (run / "weights.safetensors").read_bytes()


def test_validation_covers_the_text_once(text: Path) -> None:
    corpus = Corpus.of(Text(str(text), text.read_text("utf-8")))
    starts = Trainer(Settings(context=16), corpus).held_out.starts
    assert starts[0] == 0
    assert (np.diff(starts) == 16).all()
    assert starts[-1] + 16 <= len(corpus.validation) - 1
    assert starts[-1] + 2 * 16 > len(corpus.validation) - 1


def test_korean_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = "나는 어제 학교에 갔다 그리고 친구를 만났다 우리는 함께 점심을 먹었다".split()
    path = tmp_path / "korean.txt"
    path.write_text(" ".join(np.random.default_rng(0).choice(words, 1500)), "utf-8")
    out = tmp_path / "run"
    assert main(["--text", str(path), "--out", str(out), *SHORT]) == 0
    assert main(["--out", str(out), "--sample", "나는 ", "--length", "20"]) == 0
    written = capsys.readouterr().out.splitlines()[-1]
    assert written.startswith("나는 ")
    assert len(written) == 23


# -- resuming, and generating text --------------------------------------------------------------


def test_resuming_equals_never_having_stopped(text: Path, tmp_path: Path) -> None:
    common = ["--text", str(text), *SMALL, "--evaluate-every", "4", "--dropout", "0.1", "--warmup", "2"]
    assert main([*common, "--out", str(tmp_path / "whole"), "--steps", "12"]) == 0
    corpus = Corpus.of(Text(str(text), text.read_text("utf-8")))
    config = json.loads((tmp_path / "whole" / "config.json").read_text("utf-8"))
    stopped = Trainer(Settings(**config["settings"]), corpus)
    for _ in range(5):  # stopped between two evaluations
        stopped.step()
    folder = run_folder.RunFolder(tmp_path / "parts")
    folder.begin(run_folder.Config.of(stopped.settings, corpus, {"uniform": 3.0, "5-gram": 1.0}))
    folder.save(stopped)
    assert main(["--out", str(tmp_path / "parts"), "--resume"]) == 0
    whole = load_file(tmp_path / "whole" / "weights.safetensors")
    parts = load_file(tmp_path / "parts" / "weights.safetensors")
    assert whole.keys() == parts.keys()
    assert all(np.array_equal(whole[name], parts[name]) for name in whole)


def steps_of(folder: Path) -> list[str]:
    with (folder / "metrics.csv").open() as lines:
        return [row["step"] for row in csv.DictReader(lines)]


def test_going_on_keeps_the_metrics_of_the_step_gone_on_from(run: Path) -> None:
    before = (run / "metrics.csv").read_text("utf-8")
    assert main(["--out", str(run), "--resume", "--steps", "9"]) == 0
    assert steps_of(run) == ["3", "6", "9"]
    assert (run / "metrics.csv").read_text("utf-8").startswith(before)


def test_metrics_of_steps_that_are_lost_are_dropped(text: Path, tmp_path: Path, run: Path) -> None:
    with (run / "metrics.csv").open("a") as lines:  # an evaluation whose checkpoint never came
        lines.write("9,1.0,1.0,1.0,0.001,1.0\n")
    assert main(["--out", str(run), "--resume", "--steps", "12"]) == 0
    assert steps_of(run) == ["3", "6", "9", "12"]


def test_sampling_is_repeatable_and_follows_its_options(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def sample(*options: str) -> str:
        assert main(["--out", str(run), "--sample", "the ", "--length", "40", *options]) == 0
        return capsys.readouterr().out.rstrip("\n")

    capsys.readouterr()
    assert sample() == sample()
    assert sample() != sample("--seed", "5")
    assert sample("--temperature", "0") == sample("--temperature", "0", "--seed", "5")


def small_model(positions: str, context: int = 12) -> CharTransformer:
    """With weights large enough that its choices depend on all it sees."""
    rng = np.random.default_rng(0)
    model = CharTransformer(ModelConfig(20, context, 2, 2, 16, positions), rng)
    for parameter in model.parameters():
        parameter.data[...] = rng.normal(size=parameter.shape) * 0.4
    return model


def written_anew(
    model: CharTransformer, prompt: np.ndarray, length: int, rng: np.random.Generator, temperature: float
) -> list[int]:
    """`model.write`, with all of the last `context` characters through the model for each new one."""
    ids = list(prompt)
    with mg.no_grad():
        for _ in range(length):
            scores = model(np.array([ids[-model.config.context :]])).numpy()[0, -1].astype(np.float64)
            if temperature:
                scores = scores / temperature + rng.gumbel(size=scores.shape)
            ids.append(int(scores.argmax()))
    return ids[len(prompt) :]


@pytest.mark.parametrize("temperature", [0.0, 0.8])
@pytest.mark.parametrize("begun", [1, 5, 12, 30])
@pytest.mark.parametrize("positions", POSITIONS)
def test_what_is_kept_changes_no_character(positions: str, begun: int, temperature: float) -> None:
    model, prompt = small_model(positions), np.arange(begun) % 20
    found = model.write(prompt, 40, temperature, np.random.default_rng(7))
    expected = written_anew(model, prompt, 40, np.random.default_rng(7), temperature)
    assert found.tolist() == expected
    assert temperature == 0 or len(set(expected)) > 3


def test_the_newest_run_is_the_default(
    text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    fails(capsys, ["--sample", "the"], "there is no run in runs/ yet")
    for _ in range(2):
        assert main(["--text", str(text), *SHORT]) == 0
    assert sorted(path.name for path in Path("runs").iterdir()) == ["char_transformer", "char_transformer-2"]
    os.utime("runs/char_transformer/weights.safetensors", (1, 1))
    Path("runs/char_transformer/config.json").unlink()  # so that taking the older one would fail
    assert main(["--sample", "the", "--length", "5"]) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_saves_and_says_how_to_resume(number: int, text: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    command = [sys.executable, "-m", "examples.char_transformer", "--text", str(text), "--out", str(out)]
    process = subprocess.Popen(
        [*command, *SMALL, "--steps", "1000000", "--evaluate-every", "5"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    deadline = time.monotonic() + 120
    while not (out / "weights.safetensors").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    printed, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number, errors
    step = int(re.search(r"stopped after step (\d+), which is saved", printed)[1])  # type: ignore[index]
    assert f"--resume --out {out}" in printed
    assert main(["--out", str(out), "--resume", "--steps", str(step + 2)]) == 0


# -- bad input: one sentence, a non-zero exit, nothing lost --------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--channels", "30", "--heads", "4"], ["30 channels", "4 heads", "28"]),
        (["--channels", "12", "--heads", "4"], ["rotary", "even"]),
        (["--layers", "0"], ["layers", "at least 1"]),
        (["--steps", "0"], ["steps", "at least 1"]),
        (["--learning-rate", "0"], ["learning_rate", "above 0"]),
        (["--dropout", "1"], ["dropout"]),
        (["--channels", "15", "--heads", "3", "--positions", "sinusoidal"], ["sinusoidal", "even"]),
        (["--context", "100000"], ["100,000", "characters"]),
    ],
)
def test_impossible_settings(
    options: list[str], words: list[str], text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    fails(capsys, ["--text", str(text), "--out", str(out), *SHORT, *options], *words)
    assert not out.exists()


def test_bad_texts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty, broken = tmp_path / "empty.txt", tmp_path / "broken.txt"
    empty.write_bytes(b"")
    broken.write_bytes(b"fine so far \xff and no further")
    fails(capsys, ["--text", str(tmp_path / "none.txt")], "there is no file")
    fails(capsys, ["--text", str(tmp_path)], "is a directory")
    fails(capsys, ["--text", str(empty)], "empty")
    fails(capsys, ["--text", str(broken)], "not UTF-8", "0xFF", "offset 12")


def test_bad_prompts(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    fails(capsys, ["--out", str(run), "--sample", "the Ω"], "'Ω'", "U+03A9", "position 4")
    fails(capsys, ["--out", str(run), "--sample", ""], "prompt is empty")
    fails(capsys, ["--out", str(run), "--sample", "the", "--length", "0"], "--length")


def test_a_folder_in_use_is_left_alone(run: Path, text: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    capsys.readouterr()
    fails(capsys, ["--text", str(text), "--out", str(run), *SHORT], "not empty", "--resume")
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


def test_damaged_and_foreign_checkpoints(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    weights = run / "weights.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:1000])
    fails(capsys, ["--out", str(run), "--sample", "the"], "weights.safetensors is damaged")
    weights.write_bytes(b"not a checkpoint at all")
    fails(capsys, ["--out", str(run), "--sample", "the"], "weights.safetensors is damaged")
    weights.write_bytes(run_folder.save({"x": np.zeros(3, np.float32)}, {"format": "other"}))
    fails(capsys, ["--out", str(run), "--sample", "the"], "not written by this program")
    weights.write_bytes(run_folder.save({"x": np.zeros(3, np.float32)}, {"format": run_folder.FORMAT}))
    fails(capsys, ["--out", str(run), "--sample", "the"], "weights.safetensors is damaged")
    weights.unlink()
    fails(capsys, ["--out", str(run), "--sample", "the"], "holds no weights.safetensors")
    (run / "config.json").write_text("{}")
    fails(capsys, ["--out", str(run), "--resume"], "config.json is damaged")
    fails(capsys, ["--out", str(run.parent / "nowhere"), "--resume"], "there is no run in")


def test_resuming_with_other_settings_is_refused(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    fails(capsys, ["--out", str(run), "--resume", "--channels", "64"], "--channels 64", "was begun with 16")
    assert main(["--out", str(run), "--resume", "--channels", "16", "--steps", "7"]) == 0


def test_resuming_with_another_text_is_refused(
    run: Path, text: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text.write_text(text.read_text("utf-8") + " and more", "utf-8")
    capsys.readouterr()
    fails(capsys, ["--out", str(run), "--resume", "--steps", "8"], "its hash differs")


def test_a_full_disk_loses_nothing(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name: path.read_bytes() for path in run.iterdir()}

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    capsys.readouterr()
    with monkeypatch.context() as patch:
        patch.setattr(run_folder.os, "fsync", full)
        fails(capsys, ["--out", str(run), "--resume", "--steps", "9"], "No space left on device", "--resume")
    after = {path.name: path.read_bytes() for path in run.iterdir()}
    assert after["weights.safetensors"] == before["weights.safetensors"]
    assert after.keys() == before.keys()
    assert main(["--out", str(run), "--resume", "--steps", "9"]) == 0


def test_a_disk_that_fills_between_two_files_leaves_both_as_they_were(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Weights of one step and averages of another would be a checkpoint that never was."""
    saved = ("weights.safetensors", "training.safetensors")
    before = {name: (run / name).read_bytes() for name in saved}
    steps, save, fsync = [0], run_folder.RunFolder.save, os.fsync

    def fills(descriptor: int) -> None:
        steps[0] += 1
        if steps[0] == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    def save_on_a_disk_that_fills(folder: run_folder.RunFolder, trainer: Trainer) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(run_folder.os, "fsync", fills)
            save(folder, trainer)

    monkeypatch.setattr(run_folder.RunFolder, "save", save_on_a_disk_that_fills)
    capsys.readouterr()
    fails(capsys, ["--out", str(run), "--resume", "--steps", "9"], "No space left on device")
    assert steps == [2]
    assert {name: (run / name).read_bytes() for name in saved} == before
    assert not list(run.glob("*.new"))


def test_a_loss_that_is_no_number_stops_with_the_last_checkpoint_kept(
    text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    wild = ["--learning-rate", "1e30", "--clip", "1e30", "--evaluate-every", "1"]
    with np.errstate(all="ignore"):
        fails(capsys, ["--text", str(text), "--out", str(out), *SHORT, *wild], "lower the learning rate")


# -- what it says of itself ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (0.9, "it has learned to spell"),
        (1.0, "better than counting 4-grams, not than 5-grams: it has not learned to spell yet"),
        (2.6, "better than counting 1-grams, not than 2-grams"),
        (3.0, "letters at random"),
        (4.0, "it has learned nothing"),
    ],
)
def test_what_was_learned_is_what_the_loss_says(loss: float, words: str) -> None:
    assert words in learned(loss, uniform=3.5, counted=[2.9, 2.5, 2.0, 1.5, 1.0])


def test_after_a_few_steps_it_does_not_claim_to_spell(
    text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--text", str(text), "--out", str(tmp_path / "run"), *SHORT])
    said = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "nats behind counting 5-grams" in said
    assert "it has learned to spell, not to mean" not in said


def test_a_text_cannot_steer_the_terminal(
    text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text.write_text(text.read_text("utf-8").replace("fox", "\x1b[2J\x9b31m\r"), "utf-8")
    out = tmp_path / "\x1b[31m"
    assert main(["--text", str(text), "--out", str(out), *SHORT]) == 0
    assert main(["--out", str(out), "--sample", "\x1b[2J", "--length", "300", "--temperature", "3"]) == 0
    printed = "".join(capsys.readouterr())
    assert not set(printed) & {"\x1b", "\x9b", "\r"}
    assert r"\x1b[2J" in printed
    # The files have the text as it is.
    assert any("\x1b" in (path / "sample.txt").read_text("utf-8") for path in [out])


# -- the default corpus ------------------------------------------------------------------------


def test_the_five_gram_is_the_published_one() -> None:
    corpus = Corpus.of(load_default())
    if not corpus.sha256.startswith("71f2ff5d99bdc1f9"):
        pytest.skip("the figure is that of CPython 3.11.7, and this Python carries another text")
    assert NGram(corpus.train, corpus.distinct, 5).losses(corpus.validation)[-1] == pytest.approx(
        1.412, abs=1e-3
    )
