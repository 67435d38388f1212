"""Training over MPI itself, by mpiexec; what does not need it is tested in test_ranks.py."""

from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest

import nn
from tests.cases import each
from tests.nn import mpiexec
from tests.nn.mpiexec import needs_mpi

pytestmark = needs_mpi


def started(ranks: int, *arguments: object) -> CompletedProcess[str]:
    return mpiexec.started(ranks, "tests.nn.mpi_program", *arguments)


def losses(done: CompletedProcess[str]) -> np.ndarray:
    assert done.returncode == 0, done.stderr
    return np.array(done.stdout.split(), float)


def test_one_two_and_four_ranks_have_the_same_losses(tmp_path: Path) -> None:
    one, two, four = (losses(started(ranks, tmp_path / str(ranks), 20)) for ranks in (1, 2, 4))
    assert len(one) == 20
    np.testing.assert_allclose(two, one, rtol=1e-4)
    np.testing.assert_allclose(four, one, rtol=1e-4)
    saved = [nn.Checkpoints(tmp_path / str(ranks)).load() for ranks in (1, 2, 4)]
    assert [step for step, _ in saved] == [20, 20, 20]
    for _, state in saved[1:]:
        for name, array in state["model"].items():
            np.testing.assert_allclose(array, saved[0][1]["model"][name], rtol=1e-3, atol=1e-5)


@each("how", ["killed", "failing"])
def test_a_rank_that_dies_ends_the_job_and_the_last_checkpoint_is_whole(how: str, tmp_path: Path) -> None:
    folder = tmp_path / how
    ended = started(2, folder, 20, how)
    assert ended.returncode != 0
    said = (ended.stdout + ended.stderr).strip()
    if how == "failing":
        assert said == "error: at step 14 rank 1 of 2 failed: ArithmeticError: not today"
    else:  # nobody is left to say more than mpiexec does
        assert said.count("BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES") == 1
        assert "Killed (signal 9)" in said
    step, state = nn.Checkpoints(folder).load()
    assert step == state["number"] == 10


def test_a_signal_to_one_rank_ends_all_after_the_same_step(tmp_path: Path) -> None:
    assert len(losses(started(2, tmp_path, 20, "asked to end"))) == 14
    assert nn.Checkpoints(tmp_path).load()[0] == 14
    assert len(losses(started(1, tmp_path, 20))) == 6  # resumed, by another number of ranks


def test_a_program_of_its_own_is_one_rank() -> None:
    joined = nn.parallel.MPI()
    assert (joined.rank, joined.size) == (0, 1)
    array = np.arange(3.0)
    pending = joined.begin_sum(array)
    pending.advance()
    pending.wait()
    assert array.tolist() == [0, 1, 2]
    assert joined.gather("x") == ["x"]
    assert joined.first({"a": 1}) == {"a": 1}
    assert isinstance(joined, nn.parallel.Communicator)
    with pytest.raises(TypeError, match="MPI takes an mpi4py communicator, and got a int: leave it out"):
        nn.parallel.MPI(5)
