"""What a training asks of the ranks that take part in it."""

from typing import Any

import minigrad as mg
from nn.module import Module
from nn.parallel.agreement import disagreement
from nn.parallel.communicator import Alone, Communicator
from nn.parallel.mpi import MPI
from nn.training.update import TrainingError


def workers(parallel: Any, ranks: Communicator) -> int | str:
    """Who shares the batch: the number of cores, or "2 ranks".  On it the last bits of results depend."""
    if isinstance(parallel, bool):
        return mg.cores() if parallel else 1
    return f"{ranks.size} ranks" if ranks.size > 1 else 1


def warning_of(before: int | str, now: int | str, step: int) -> str:
    """What is said where others share the batch from `step` on."""
    return (
        f"the batch was shared by {_worded(before)} until step {step}, and by {_worded(now)} from here on: "
        "what follows is not, bit for bit, what it would have been"
    )


def _worded(workers: int | str) -> str:
    if isinstance(workers, str):
        return workers
    return "one core" if workers == 1 else f"{workers} cores"


def communicator_of(parallel: Any) -> Communicator:
    """What `parallel` of nn.Training asks for.  Raises ValueError for what nobody can be reached by."""
    if isinstance(parallel, bool):
        return Alone()
    if isinstance(parallel, Communicator):
        return parallel
    if parallel == "mpi":
        return MPI()
    raise ValueError(
        'parallel is False, True for the cores of this machine, "mpi" for the processes of mpiexec, or an '
        f"nn.parallel.Communicator, and not {parallel!r}"
    )


def require_shares(batches: Any) -> None:
    """Raise TypeError for batches that cannot be shared by ranks."""
    if not (hasattr(batches, "shares") and hasattr(batches, "state_dict")):
        raise TypeError(
            f"the batches of a {type(batches).__name__} cannot be shared by ranks, since it has no shares "
            "and state_dict: give nn.data.Batches or nn.data.Windows"
        )


def asked_to_end(ranks: Communicator, signals: list[int]) -> bool:
    """Whether a signal has come to any rank; it is then among `signals` of each."""
    everywhere = [number for of_rank in ranks.gather(list(signals)) for number in of_rank]
    if not signals:
        signals += everywhere[:1]
    return bool(everywhere)


def check_agreement(ranks: Communicator, number: int, model: Module, batches: Any) -> None:
    """Raise TrainingError where a rank has come to another step, other weights or other batches."""
    if ranks.size == 1:
        return
    order = batches.state_dict()
    held = {"steps behind it": number, "weights": model.state_dict(), "batches before it": order}
    if found := disagreement(ranks, held):
        raise TrainingError(
            f"at step {number} {found} than rank 0: make model and batches from the same seed on every rank, "
            "and draw from their generators on all ranks or on none"
        )
