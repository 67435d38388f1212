"""GPT in one file: it looks back only, writes the same with its cache, and learns."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
import nn
from examples.command import main
from examples.tiny_gpt import GPT, Config, work

SMALL = Config(layers=2, heads=2, channels=16, context=12, batch=4, steps=30, rate=1e-2, length=30)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("".join(f"line {i % 7} of the text\n" for i in range(100)))
    return path


def small(rng: np.random.Generator) -> GPT:
    return GPT(7, SMALL, rng)


def test_no_place_sees_what_follows(rng: np.random.Generator) -> None:
    model, ids = small(rng), rng.integers(0, 7, (2, 9))
    changed = ids.copy()
    changed[:, 5:] = rng.integers(0, 7, (2, 4))
    np.testing.assert_array_equal(model(ids).numpy()[:, :5], model(changed).numpy()[:, :5])


def test_its_block_is_the_layer_of_nn(rng: np.random.Generator) -> None:
    block = small(rng).blocks[0]
    layer = nn.TransformerEncoderLayer(
        16, 2, 64, 0.0, "gelu", norm_first=True, bias=False, rotary=nn.RotaryPosition(8), rng=rng
    )
    ours = dict(block.named_parameters())
    theirs = {
        "self_attn.in_proj_weight": "qkv.weight",
        "self_attn.out_proj.weight": "out.weight",
        "linear1.weight": "up.weight",
        "linear2.weight": "down.weight",
        "norm1.weight": "norm1.weight",
        "norm2.weight": "norm2.weight",
    }
    layer.load_state_dict({name: ours[its].numpy() for name, its in theirs.items()})
    x = mg.tensor(rng.normal(size=(2, 9, 16)).astype(np.float32))
    np.testing.assert_allclose(block(x).numpy(), layer(x, is_causal=True).numpy(), rtol=1e-5, atol=1e-5)


def test_it_writes_the_same_with_and_without_its_cache(rng: np.random.Generator) -> None:
    model, prompt = small(rng), rng.integers(0, 7, (3, 4))
    for parameter in model.parameters():
        parameter.data[...] = rng.normal(size=parameter.shape) * 0.5
    whole = nn.decoding.greedy(nn.decoding.Whole(model, context=12, stride=6), prompt, 20)
    cached = nn.decoding.greedy(nn.decoding.Cached(model, context=12, stride=6), prompt, 20)
    np.testing.assert_array_equal(cached, whole)


def test_it_learns(text: Path, tmp_path: Path) -> None:
    with mg.debug():
        [measure] = work(replace(SMALL, text=text), tmp_path)
    with (tmp_path / "metrics.csv").open() as lines:
        losses = [float(row["validation_loss"]) for row in csv.DictReader(lines)]
    assert measure.value == pytest.approx(losses[-1], rel=1e-4)
    assert losses[-1] < losses[0] - 0.3
    assert losses[-1] < measure.beside["uniform guessing"]
    assert (tmp_path / "attention.png").stat().st_size > 1000
    assert '"snapshots":["before","step ' in (tmp_path / "attention.html").read_text("utf-8")
    assert (tmp_path / "sample.txt").exists()
    report = (tmp_path / "report.html").read_text("utf-8")
    assert "sample after step 30" in report
    assert "blocks.1, head 1, after step 30" in report
    assert "Nothing looked ill." in report


def test_a_text_too_short_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "short.txt").write_text("too short\n")
    words = ["--text", str(tmp_path / "short.txt"), "--out", str(tmp_path / "out")]
    assert main("tiny_gpt", "", Config(), work, words, errors=(ValueError,)) == 2
    assert "give a longer text or a shorter context" in capsys.readouterr().err


def test_a_context_of_one_character(text: Path, tmp_path: Path) -> None:
    config = replace(SMALL, text=text, layers=1, context=1, steps=2, length=5)
    assert len(work(config, tmp_path)) == 1
    assert len((tmp_path / "sample.txt").read_text()) >= 6


def test_a_text_that_stays_on_disk(text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Learned from as one in memory is, but for its repeats."""
    out = tmp_path / "out"
    config = replace(SMALL, text=Path(), on_disk=text)
    (measure,) = work(config, out)
    said = capsys.readouterr().out
    assert f"repeats   stay, since the ids stay on disk, in {out / 'text'}" in said
    assert "to beat   uniform 2.890" in said
    assert ", 1-gram 2." in said
    assert measure.value < measure.beside["uniform guessing"]
    assert np.load(out / "text" / "ids.npy", mmap_mode="r").shape == (len(text.read_text()),)
    assert main("tiny_gpt", "", SMALL, work, ["--on-disk", str(text), "--text", str(text)]) == 2
    assert "--text and --on-disk are two texts: give one of them" in capsys.readouterr().err
