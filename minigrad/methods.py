"""NumPy's array methods on Tensors, under NumPy's names: `t.sum(axis=0)` is `mg.sum(t, axis=0)`."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from minigrad.registry import OPS

if TYPE_CHECKING:
    from minigrad.tensor import Tensor

Axis = int | tuple[int, ...] | None


class Methods:
    __slots__ = ()

    data: np.ndarray  # declared here for the checker; Tensor holds it

    # -- reductions -----------------------------------------------------------------------------

    def sum(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        return OPS["sum"](self, axis=axis, keepdims=keepdims)

    def mean(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        return OPS["mean"](self, axis=axis, keepdims=keepdims)

    def var(self, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> "Tensor":
        return OPS["var"](self, axis=axis, ddof=ddof, keepdims=keepdims)

    def std(self, axis: Axis = None, ddof: float = 0, keepdims: bool = False) -> "Tensor":
        return OPS["std"](self, axis=axis, ddof=ddof, keepdims=keepdims)

    def max(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        return OPS["max"](self, axis=axis, keepdims=keepdims)

    def min(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        return OPS["min"](self, axis=axis, keepdims=keepdims)

    def prod(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        return OPS["prod"](self, axis=axis, keepdims=keepdims)

    def cumsum(self, axis: int | None = None) -> "Tensor":
        return OPS["cumsum"](self, axis=axis)

    # -- shape ----------------------------------------------------------------------------------

    @property
    def T(self) -> "Tensor":
        """The axes in reverse order."""
        return OPS["transpose"](self)

    @property
    def mT(self) -> "Tensor":
        """The last two axes exchanged."""
        return OPS["swapaxes"](self, -1, -2)

    def reshape(self, *shape: Any) -> "Tensor":
        return OPS["reshape"](self, _spread(shape))

    def ravel(self) -> "Tensor":
        return OPS["ravel"](self)

    def flatten(self) -> "Tensor":
        return OPS["ravel"](self)

    def transpose(self, *axes: Any) -> "Tensor":
        return OPS["transpose"](self, _spread(axes) if axes else None)

    def swapaxes(self, axis1: int, axis2: int) -> "Tensor":
        return OPS["swapaxes"](self, axis1, axis2)

    def squeeze(self, axis: Axis = None) -> "Tensor":
        return OPS["squeeze"](self, axis=axis)

    def repeat(self, repeats: Any, axis: int | None = None) -> "Tensor":
        return OPS["repeat"](self, repeats, axis=axis)

    # -- elementwise and selection --------------------------------------------------------------

    def astype(self, dtype: DTypeLike) -> "Tensor":
        return OPS["astype"](self, np.dtype(dtype))

    def copy(self) -> "Tensor":
        return OPS["copy"](self)

    def clip(self, min: Any = None, max: Any = None) -> "Tensor":
        return OPS["clip"](self, min, max)

    def dot(self, other: Any) -> "Tensor":
        return OPS["dot"](self, other)

    def take(self, indices: Any, axis: int | None = None) -> "Tensor":
        return OPS["take"](self, indices, axis=axis)

    # -- what has no derivative gives plain arrays ----------------------------------------------

    def argmax(self, axis: int | None = None, keepdims: bool = False) -> Any:
        return np.argmax(self.data, axis=axis, keepdims=keepdims)

    def argmin(self, axis: int | None = None, keepdims: bool = False) -> Any:
        return np.argmin(self.data, axis=axis, keepdims=keepdims)

    def argsort(self, axis: int | None = -1) -> Any:
        return np.argsort(self.data, axis=axis)

    def any(self, axis: Axis = None, keepdims: bool = False) -> Any:
        return np.any(self.data, axis=axis, keepdims=keepdims)

    def all(self, axis: Axis = None, keepdims: bool = False) -> Any:
        return np.all(self.data, axis=axis, keepdims=keepdims)


def _spread(given: tuple[Any, ...]) -> tuple[Any, ...]:
    """t.reshape(2, 3), t.reshape((2, 3)) and t.reshape([2, 3]) are one."""
    if len(given) == 1 and not isinstance(given[0], (int, np.integer)):
        return tuple(given[0])
    return given
