"""One training on several processes, or machines: how they speak, and how gradients are summed.

`communicator` says what is asked of whatever joins them, `mpi` is that over MPI.  `gradient_sums` adds up
gradients while backward goes on; `agreement` finds ranks that have come apart.
"""

from nn.parallel.communicator import Alone, Communicator, Pending, RankError
from nn.parallel.gradient_sums import GradientSums
from nn.parallel.mpi import MPI

__all__ = ["MPI", "Alone", "Communicator", "GradientSums", "Pending", "RankError"]
