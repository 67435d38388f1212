"""Checkpoints that survive: kills, full folders, two programs at once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from docs.imports import ROOT


def state(step: int, size: int = 3) -> dict[str, object]:
    return {"weights": {"w": np.full(size, step, np.float32)}, "averages": [np.full(size, float(step))]}


def test_the_newest_comes_back_and_the_last_few_are_kept(tmp_path: Path) -> None:
    checkpoints = nn.Checkpoints(tmp_path / "run", keep=2)
    assert checkpoints.steps() == []
    for step in (1, 5, 20):
        checkpoints.save(step, state(step))
    assert checkpoints.steps() == [5, 20]
    step, held = checkpoints.load()
    assert step == 20
    assert held["weights"]["w"].tolist() == [20, 20, 20]
    assert checkpoints.load(5)[1]["averages"][0][0] == 5


def test_what_came_after_a_step_gone_back_to_is_dropped(tmp_path: Path) -> None:
    checkpoints = nn.Checkpoints(tmp_path, keep=3)
    for step in (1, 2, 3, 2):
        checkpoints.save(step, state(step))
    assert checkpoints.steps() == [1, 2]
    checkpoints.save(2, state(7))  # the same step again takes the place of the first
    assert checkpoints.load()[1]["weights"]["w"][0] == 7


def test_what_is_not_there_or_damaged_is_told(tmp_path: Path) -> None:
    checkpoints = nn.Checkpoints(tmp_path)
    with pytest.raises(nn.FileError, match=r"has no checkpoint: save one first$"):
        checkpoints.load()
    checkpoints.save(1, state(1))
    checkpoints.save(2, state(2))
    with pytest.raises(nn.FileError, match=r"has no checkpoint of step 3: there are 1, 2$"):
        checkpoints.load(3)
    checkpoints.path(2).write_bytes(checkpoints.path(2).read_bytes()[:-1])
    with pytest.raises(nn.FileError, match=r"is damaged .* or go back to step 1 by removing it$"):
        checkpoints.load()
    nn.save(state(2), checkpoints.path(2))  # weights of somewhere else
    with pytest.raises(nn.FileError, match="is no checkpoint of step 2: take it from a backup, or go back"):
        checkpoints.load()
    checkpoints.path(1).rename(checkpoints.path(2))
    with pytest.raises(nn.FileError, match="is no checkpoint of step 2"):
        checkpoints.load()


@pytest.mark.parametrize(("step", "keep"), [(-1, 2), (10**9, 2), (1.5, 2), ("x", 2), (None, 2), (True, 2)])
def test_impossible_steps(step: Any, keep: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"^a step is an integer from 0 to 999,999,999, and not {step}$"):
        nn.Checkpoints(tmp_path, keep).save(step, {})


def test_a_second_program_is_refused(tmp_path: Path) -> None:
    second = f"import nn\nnn.Checkpoints({str(tmp_path)!r}).__enter__()"
    with nn.Checkpoints(tmp_path), pytest.raises(nn.FileError, match="is in use by another program"):
        nn.Checkpoints(tmp_path).__enter__()
    with nn.Checkpoints(tmp_path):
        ran = subprocess.run([sys.executable, "-c", second], cwd=ROOT, capture_output=True, text=True)
        assert "is in use by another program: wait for its end, or take another folder" in ran.stderr
    assert subprocess.run([sys.executable, "-c", second], cwd=ROOT).returncode == 0


def test_the_context_may_be_entered_again(tmp_path: Path) -> None:
    with nn.Checkpoints(tmp_path) as one:
        with one:
            pass
        with pytest.raises(nn.FileError, match="is in use"):
            nn.Checkpoints(tmp_path).__enter__()
    with nn.Checkpoints(tmp_path):
        pass


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_things_of_others_in_the_places_of_ours(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".lock")
    with pytest.raises(nn.FileError, match="cannot be written to"):  # without waiting for a reader
        nn.Checkpoints(tmp_path).__enter__()
    (tmp_path / ".lock").unlink()
    with nn.Checkpoints(tmp_path, keep=1) as checkpoints:
        checkpoints.save(1, state(1))
        os.mkfifo(checkpoints.path(2))
        with pytest.raises(nn.FileError, match="is no regular file: give the path of a file, or go back to"):
            checkpoints.load()
        checkpoints.save(3, state(3))
        assert checkpoints.steps() == [3]
        checkpoints.path(2).mkdir()
        with pytest.raises(nn.FileError, match=r"^\S+ cannot be removed \([^)]*\): remove it by hand$"):
            checkpoints.save(4, state(4))
        assert checkpoints.load()[0] == 4


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(nn.FileError, match=r"the folder .* cannot be made"):
        nn.Checkpoints(tmp_path / "file" / "run").save(1, {})
    with pytest.raises(nn.FileError, match=r"the folder .* cannot be written to"):
        nn.Checkpoints(tmp_path / "file" / "run").__enter__()


SAVING = """
import itertools, sys
import numpy as np
import nn
checkpoints = nn.Checkpoints(sys.argv[1], keep=2)
first = max(checkpoints.steps(), default=0) + 1
print("ready", flush=True)
for step in itertools.count(first):
    weights = np.full(40_000, step, np.float32)
    checkpoints.save(step, {"weights": weights, "averages": np.full(40_000, step), "step": step})
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_killed_at_any_moment_it_holds_a_whole_checkpoint_of_one_step(tmp_path: Path) -> None:
    kills = 100 if os.environ.get("MINIGRAD_LONG") == "1" else 8
    rng = np.random.default_rng(3)
    checkpoints = nn.Checkpoints(tmp_path)
    before = 0
    for _ in range(kills):
        words = [sys.executable, "-c", SAVING, str(tmp_path)]
        saving = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE)
        assert saving.stdout is not None
        with saving.stdout as out:
            assert out.readline() == b"ready\n"
            time.sleep(rng.uniform(0.005, 0.1))
            saving.kill()
        saving.wait()
        if checkpoints.steps():
            step, held = checkpoints.load()
            assert step >= before
            assert held["step"] == step
            assert set(held["weights"]) == set(held["averages"]) == {step}
            before = step
    assert before > 0
    checkpoints.save(before + 1, {})
    assert len(list(tmp_path.glob("*.new"))) == 0  # what the killed ones left is cleared away
