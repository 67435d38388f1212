"""char_transformer on several processes: what one process would have done, told once."""

import csv
import sys
from pathlib import Path

import numpy as np
import pytest

from examples import char_transformer
from examples.char.run_folder import command
from examples.ranks import one_voice
from tests.nn.mpiexec import needs_mpi, started
from tests.nn.ranks_in_threads import Hub, Rank

SMALL = "--layers 1 --heads 2 --channels 16 --context 16 --batch 5 --evaluate-every 3 --warmup 2".split()


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    words = np.random.default_rng(0).choice(["the", "quick", "brown", "fox", "jumps"], 2000)
    path.write_text(" ".join(words), "utf-8")
    return path


def losses(folder: Path) -> list[list[float]]:
    with (folder / "metrics.csv").open() as lines:
        return [[float(value) for value in row.values()] for row in csv.DictReader(lines)]


@needs_mpi
def test_two_processes_do_what_one_does(text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    given = ["--text", str(text), *SMALL, "--steps", "6"]
    done = started(2, "examples.char_transformer", "--data-parallel", *given, "--out", two)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("to beat") == 1
    monkeypatch.setattr(char_transformer, "finish", lambda *_: None)
    assert char_transformer.main([*given, "--out", str(one)]) == 0
    np.testing.assert_allclose(losses(two), losses(one), rtol=1e-5)
    again = started(2, "examples.char_transformer", "--data-parallel", *given, "--out", two)
    assert again.returncode == 2
    assert again.stderr.strip() == (
        f"error: {two} is not empty: resume its run with --resume, or give another --out folder"
    )


def test_it_is_resumed_as_it_was_begun() -> None:
    assert command(Path("a b")) == "python -m examples.char_transformer --out 'a b'"
    assert command(Path("a"), 4) == "mpiexec -n 4 python -m examples.char_transformer --out a --data-parallel"


@needs_mpi
def test_dropout_is_refused(text: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert char_transformer.main(["--data-parallel", "--text", str(text), *SMALL, "--dropout", "0.1"]) == 2
    assert capsys.readouterr().err == (
        "error: --data-parallel cannot have dropout, which is 0.1: what is dropped would depend on the "
        "number of processes; give --dropout 0, or leave out one of both\n"
    )


def test_without_mpi4py_it_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    assert char_transformer.main(["--data-parallel"]) == 2
    assert capsys.readouterr().err.startswith(
        "error: training over MPI needs mpi4py and an MPI, and they cannot"
    )


def test_rank_0_alone_is_heard(capsys: pytest.CaptureFixture[str]) -> None:
    for rank in range(3):
        with one_voice(Rank(Hub(3), rank)):
            print(f"rank {rank}")
            print(f"rank {rank}", file=sys.stderr)
    assert capsys.readouterr() == ("rank 0\n", "rank 0\n")
