"""A folder whose files are damaged, or are none: one sentence, whatever is asked of it."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from examples.long_range.__main__ import main
from examples.long_range.folder import SHIPPED, Folder, FolderError
from examples.long_range.runs import Job, do
from examples.long_range.training import Plan

GARBAGE: dict[str, list[bytes | Callable[[bytes], bytes] | None]] = {
    "config.json": [
        b"", b"\xff", b"[]", b"{}", b"[" * 100_000, b"9" * 5000,
        b'{"format": "minigrad long_range 1", "what": 5}',
        b'{"format": "minigrad long_range 1", "what": {"steps": "x"}}',
        b'{"format": "minigrad long_range 1", "what": {}, "machine": {"cpus": 2}}',
    ],
    "results.csv": [
        b"", b"\xff\xfe", b"model,seed\nattention,x\n", b"\0", b'"' + b"x" * 200_000,
        lambda content: content[:-9],
        lambda content: b"".join(line for i, line in enumerate(content.splitlines(True)) if i % 3 != 1),
        lambda content: content.replace(b",recall,", b",other,"),
        lambda content: content.replace(b",recall,8,", b",recall,x,"),
        lambda content: content.replace(b"107320.0", b"nan"),
        lambda content: content.replace(b"107320.0", b"1e308"),
        lambda content: content.replace(b"107320.0,1", b"107320.0,0"),
        lambda content: content.replace(b"107320.0,1", b"107320.0,1,1"),
    ],
    "history.csv": [
        b"\xff\xfe", b"\0", b"model,seed\nattention,x\n", b"model,seed,step\nattention,10,x\n",
        lambda content: content[:-9],
        lambda content: content.replace(b",10,0,", b",10,77,"),
        lambda content: content.replace(b",10,0,", b",x,0,"),
    ],
    "weights/attention-10.safetensors": [
        b"", b"\xff" * 100, b"\xff" * 7 + b"{}",
        lambda content: content[:-9],
    ],
}  # fmt: skip


def damages() -> Iterator[tuple[str, Any]]:
    for name, contents in GARBAGE.items():
        for damage in (*contents, *THINGS):
            yield name, damage


def put(path: Path, damage: Any) -> None:
    content = path.read_bytes()
    path.unlink()
    if damage in THINGS:
        THINGS[damage](path)
    else:
        path.write_bytes(damage(content) if callable(damage) else damage)


THINGS: dict[str, Callable[[Path], None]] = {
    "folder": Path.mkdir,
    "pipe": os.mkfifo,
    "device": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder like the one that is shipped."""
    ignored = shutil.ignore_patterns("figures", "report.html")
    return Path(shutil.copytree(SHIPPED, tmp_path / "out", ignore=ignored))


@pytest.mark.parametrize(("name", "damage"), list(damages()))
def test_damage_is_said(name: str, damage: Any, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(out / name, damage)
    if name == "history.csv":  # which the report reads, after it has drawn much
        with pytest.raises(FolderError, match=r"^[^\n]*history.csv is damaged[^\n]*$"):
            Folder(out).history()
        return
    assert main(["--demo" if "weights" in name else "--claim=E1", "--out", str(out)]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("error: ")
    assert printed.err.count("\n") == 1
    assert f"{out / name} is damaged or not from this program (" in printed.err


WEIGHTS: dict[str, Callable[[dict[str, np.ndarray], str], object]] = {
    "holds NaN or infinity": lambda weights, name: weights.update({name: weights[name] * np.nan}),
    "is int64": lambda weights, name: weights.update({name: weights[name].astype(np.int64)}),
    "of shape": lambda weights, name: weights.update({name: weights[name][:2]}),
    "is missing": lambda weights, name: weights.pop(name),
    "more is not of this model": lambda weights, name: weights.update(more=np.zeros(3)),
}


@pytest.mark.parametrize("words", WEIGHTS)
def test_weights_that_are_none_are_said(words: str, out: Path) -> None:
    path = out / "weights" / "attention-10.safetensors"
    weights = nn.load(path)
    nn.save(weights, path, {"model": "attention"})
    Folder(out).model("attention", 10)
    WEIGHTS[words](weights, next(name for name in weights if name.endswith("weight")))
    nn.save(weights, path, {"model": "attention"})
    with pytest.raises(FolderError, match=rf"^\S+ is damaged or not from this program \([^\n]*{words}"):
        Folder(out).model("attention", 10)


def test_weights_of_another_model_are_said(out: Path) -> None:
    (out / "weights" / "window-10.safetensors").replace(out / "weights" / "attention-10.safetensors")
    with pytest.raises(FolderError, match="it holds the weights of window"):
        Folder(out).model("attention", 10)
    with pytest.raises(FolderError, match=r"holds no trained model 'window' of seed 10"):
        Folder(out).model("window", 10)


def test_a_full_disk_leaves_figures_and_history_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    one, other = (do(Job("ngram", Plan(steps=10, seed=seed), probes=1, length=40), None) for seed in (0, 1))
    folder = Folder(tmp_path)
    folder.add(one)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(nn.FileError, match=r"history\.csv in .* \(No space left on device\)"):
            folder.add(other)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    Folder(tmp_path).add(other)
    assert [len(moments) for moments in Folder(tmp_path).history().values()] == [1, 1]
    assert Folder(tmp_path).results.seeds("ngram") == [0, 1]
