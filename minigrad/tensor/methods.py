"""NumPy's array methods on Tensors, under NumPy's names: `t.sum(axis=0)` is `mg.sum(t, axis=0)`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.dtype_like import DTypeLike
from minigrad.mistakes import answered
from minigrad.numpy_names import IN_PLACE
from minigrad.plain import HasData
from minigrad.registry import OPS

if TYPE_CHECKING:
    from minigrad.tensor import Tensor

Axis = int | tuple[int, ...] | None


def _refused(name: str, call: str) -> Callable[..., None]:
    """The method of an ndarray that changes it in place."""

    def method(self: Any, *args: Any, **kwargs: Any) -> None:
        raise TypeError(
            f"t.{name}() would change a tensor in place, behind its graph's back: write {call}, which gives "
            f"a new one, or t.data.{name}(...) for data that no graph has used"
        )

    method.__name__ = name
    return method


class Methods(HasData):
    __slots__ = ()

    # -- reductions -----------------------------------------------------------------------------

    # `options` are those of the op by keyword: keepdims, where, initial, ddof; others it answers itself.

    def sum(self, axis: Axis = None, dtype: DTypeLike | None = None, **options: Any) -> "Tensor":
        return OPS["sum"](self, axis, dtype, **options)

    def mean(self, axis: Axis = None, dtype: DTypeLike | None = None, **options: Any) -> "Tensor":
        return OPS["mean"](self, axis, dtype, **options)

    def var(self, axis: Axis = None, dtype: DTypeLike | None = None, **options: Any) -> "Tensor":
        return OPS["var"](self, axis, dtype, **options)

    def std(self, axis: Axis = None, dtype: DTypeLike | None = None, **options: Any) -> "Tensor":
        return OPS["std"](self, axis, dtype, **options)

    def max(self, axis: Axis = None, **options: Any) -> "Tensor":
        return OPS["max"](self, axis, **options)

    def min(self, axis: Axis = None, **options: Any) -> "Tensor":
        return OPS["min"](self, axis, **options)

    def prod(self, axis: Axis = None, dtype: DTypeLike | None = None, **options: Any) -> "Tensor":
        return OPS["prod"](self, axis, dtype, **options)

    def cumsum(self, axis: int | None = None, dtype: DTypeLike | None = None, **options: Any) -> "Tensor":
        return OPS["cumsum"](self, axis, dtype, **options)

    def cumprod(self, axis: int | None = None, dtype: DTypeLike | None = None, **options: Any) -> "Tensor":
        return OPS["cumprod"](self, axis, dtype, **options)

    # -- shape ----------------------------------------------------------------------------------

    @property
    def T(self) -> "Tensor":
        """The axes in reverse order."""
        return OPS["transpose"](self)

    @property
    def mT(self) -> "Tensor":
        """The last two axes exchanged."""
        return OPS["matrix_transpose"](self)

    def reshape(self, *shape: Any, order: Any = "C", copy: bool | None = None) -> "Tensor":
        return OPS["reshape"](self, _spread(shape), order, copy)

    def ravel(self, order: Any = "C", **options: Any) -> "Tensor":
        return OPS["ravel"](self, order, **options)

    def flatten(self, order: Any = "C", *more: Any, **options: Any) -> "Tensor":
        # An axis to start from, which PyTorch's takes, is answered by the op.
        return OPS["ravel"](self, (order, *more) if more else order, **options)

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1, **options: Any) -> "Tensor":
        return OPS["diagonal"](self, offset, axis1, axis2, **options)

    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> "Tensor":
        return OPS["trace"](self, offset, axis1, axis2)

    def transpose(self, *axes: Any) -> "Tensor":
        return OPS["transpose"](self, None if axes in ((), (None,)) else _spread(axes))

    def swapaxes(self, axis1: int, axis2: int) -> "Tensor":
        return OPS["swapaxes"](self, axis1, axis2)

    def squeeze(self, axis: Axis = None, **options: Any) -> "Tensor":
        return OPS["squeeze"](self, axis=axis, **options)

    def repeat(self, repeats: Any, axis: int | None = None, **options: Any) -> "Tensor":
        return OPS["repeat"](self, repeats, axis=axis, **options)

    # -- elementwise and selection --------------------------------------------------------------

    def astype(self, dtype: DTypeLike) -> "Tensor":
        return OPS["astype"](self, np.dtype(dtype))

    def copy(self) -> "Tensor":
        return OPS["copy"](self)

    def clip(self, min: Any = None, max: Any = None) -> "Tensor":
        return OPS["clip"](self, min, max)

    def round(self, decimals: int = 0) -> "Tensor":
        return OPS["round"](self, decimals)

    def dot(self, other: Any) -> "Tensor":
        return OPS["dot"](self, other)

    def take(self, indices: Any, axis: int | None = None, mode: str = "raise", **options: Any) -> "Tensor":
        return OPS["take"](self, indices, axis=axis, mode=mode, **options)

    def compress(self, condition: Any, axis: int | None = None) -> "Tensor":
        return OPS["compress"](condition, self, axis=axis)

    def choose(self, choices: Any, mode: str = "raise") -> "Tensor":
        return OPS["choose"](self, choices, mode=mode)

    sort = _refused("sort", "np.sort(t)")
    partition = _refused("partition", "np.partition(t, kth)")
    resize = _refused("resize", "np.resize(t, shape)")
    fill = _refused("fill", "mg.index_put(t, ..., value)")
    put = _refused("put", IN_PLACE["put"])
    itemset = _refused("itemset", "mg.index_put(t, index, value)")

    # -- what has no derivative gives plain arrays ----------------------------------------------

    def argmax(self, axis: int | None = None, keepdims: bool = False, **options: Any) -> Any:
        return _on_data("argmax", self, axis=axis, keepdims=keepdims, **options)

    def argmin(self, axis: int | None = None, keepdims: bool = False, **options: Any) -> Any:
        return _on_data("argmin", self, axis=axis, keepdims=keepdims, **options)

    def argsort(self, axis: int | None = -1, **options: Any) -> Any:
        return _on_data("argsort", self, axis=axis, **options)

    def argpartition(self, kth: Any, axis: int | None = -1, **options: Any) -> Any:
        return _on_data("argpartition", self, kth, axis=axis, **options)

    def nonzero(self) -> Any:
        return np.nonzero(self.data)

    def searchsorted(self, v: Any, side: Any = "left", **options: Any) -> Any:
        return _on_data("searchsorted", self, v, side=side, **options)

    def any(self, axis: Axis = None, keepdims: bool = False, **options: Any) -> Any:
        return _on_data("any", self, axis=axis, keepdims=keepdims, **options)

    def all(self, axis: Axis = None, keepdims: bool = False, **options: Any) -> Any:
        return _on_data("all", self, axis=axis, keepdims=keepdims, **options)


def _on_data(name: str, tensor: Methods, *args: Any, **options: Any) -> Any:
    """NumPy's function of that name on the tensor's array; what it refuses is answered as for an op."""
    function = getattr(np, name)
    try:
        return function(tensor.data, *args, **options)
    except Exception as error:
        if (answer := answered(function, name, (tensor.data, *args), options, error)) is not None:
            raise answer from answer.__cause__
        raise


def _spread(given: tuple[Any, ...]) -> tuple[Any, ...]:
    """t.reshape(2, 3), t.reshape((2, 3)) and t.reshape([2, 3]) are one."""
    if len(given) == 1 and not isinstance(given[0], (int, np.integer)):
        return tuple(given[0])
    return given
