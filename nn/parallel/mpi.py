"""Ranks joined by MPI."""

from typing import Any

import numpy as np

from nn.parallel.communicator import Pending


class MPI:
    """The processes that `mpiexec -n N python ...` has started, or those of an mpi4py `communicator`.

    Raises ImportError where mpi4py or the MPI under it is not installed.
    """

    def __init__(self, communicator: Any = None) -> None:
        try:
            from mpi4py import MPI as mpi
        except (ImportError, RuntimeError) as error:  # the latter where mpi4py finds no MPI
            raise ImportError(
                "training over MPI needs mpi4py and an MPI, and they cannot be loaded "
                f"({str(error).splitlines()[0]}): pip install mpi4py mpich"
            ) from None
        if not isinstance(communicator, (mpi.Comm, type(None))):
            raise TypeError(
                f"MPI takes an mpi4py communicator, and got a {type(communicator).__name__}: leave it out "
                "for all processes that mpiexec has started"
            )
        self._in_place = mpi.IN_PLACE
        self._communicator = mpi.COMM_WORLD if communicator is None else communicator
        self.rank: int = self._communicator.Get_rank()
        self.size: int = self._communicator.Get_size()

    def gather(self, value: Any) -> list[Any]:
        """What each rank gives, in the order of ranks; any Python objects."""
        return self._communicator.allgather(value)

    def first(self, value: Any) -> Any:
        """What rank 0 gives."""
        return self._communicator.bcast(value)

    def begin_sum(self, array: np.ndarray) -> Pending:
        """MPI_Iallreduce of `array`, in place."""
        return _Request(self._communicator.Iallreduce(self._in_place, array))


class _Request:
    def __init__(self, request: Any) -> None:
        self._request = request

    def advance(self) -> None:
        self._request.Test()

    def wait(self) -> None:
        self._request.Wait()
