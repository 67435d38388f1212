"""What is left out on purpose: the eigenvalues of matrices that need not be symmetric."""

from typing import NoReturn

from minigrad.numpy_names import INSTEAD
from minigrad.ops.typing import Array


def eig(a: Array) -> NoReturn:
    """Raises TypeError: eigenvalues of general matrices are complex, see `eigh` for symmetric ones."""
    raise TypeError(f"linalg.eig has no derivative here: {INSTEAD['linalg.eig']}")


def eigvals(a: Array) -> NoReturn:
    """Raises TypeError: eigenvalues of general matrices are complex, see `eigvalsh` for symmetric ones."""
    raise TypeError(f"linalg.eigvals has no derivative here: {INSTEAD['linalg.eigvals']}")
