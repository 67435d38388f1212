"""Programs that mpiexec starts several times over: they speak with one voice."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial

from examples.program import run
from nn.parallel import MPI, Alone, Communicator, RankError

FLAG = "--data-parallel"
HELP = "share each batch among the processes of mpiexec -n N (needs mpi4py)"


def run_on_ranks(
    body: Callable[[Communicator], int],
    given: Sequence[str] | None,
    errors: tuple[type[Exception], ...],
    stopped: str,
) -> int:
    """As `run`, on each of the ranks where FLAG is `given`; else on one."""
    words = sys.argv[1:] if given is None else given
    try:
        ranks = MPI() if FLAG in words else Alone()
    except ImportError as error:
        return run(partial(_raise, error), (ImportError,), stopped)
    with one_voice(ranks):
        return run(lambda: body(ranks), (*errors, RankError), stopped)


@contextmanager
def one_voice(ranks: Communicator) -> Iterator[None]:
    """In the block rank 0 alone is heard."""
    if ranks.rank == 0:
        yield
        return
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        yield


def _raise(error: Exception) -> int:
    raise error
