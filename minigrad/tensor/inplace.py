"""Changing a tensor in place: `t += x`, `t[index] = value`.

A tensor is data and the node that made it.  Where a graph is concerned, to change one in place is to
let it stand for a new value: after `t[i] = v` it is the result of `index_put(t, i, v)`.  So gradients
reach both what t was and v, and what was computed from t before keeps what it saved.  Tensors that share
its memory see the change, as NumPy's views do: a write to a view is put back into what it was taken
from, and then every view is taken anew (see sharing.py).  Without a graph the memory itself is written to.
"""

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad import modes
from minigrad.registry import OPS
from minigrad.tensor import sharing

if TYPE_CHECKING:
    from minigrad.tensor import Tensor


class InPlace:
    __slots__ = ()

    data: np.ndarray  # declared here for the checker; Tensor holds it
    node: Any

    def __iadd__(self, other: Any) -> Any:
        return _update(self, "add", "+=", other)

    def __isub__(self, other: Any) -> Any:
        return _update(self, "subtract", "-=", other)

    def __imul__(self, other: Any) -> Any:
        return _update(self, "multiply", "*=", other)

    def __itruediv__(self, other: Any) -> Any:
        return _update(self, "divide", "/=", other)

    def __ipow__(self, other: Any) -> Any:
        return _update(self, "power", "**=", other)

    def __imod__(self, other: Any) -> Any:
        return _update(self, "remainder", "%=", other)

    def __imatmul__(self, other: Any) -> Any:
        return _update(self, "matmul", "@=", other)

    def __setitem__(self, index: Any, value: Any) -> None:
        if _is_recorded(self, value, "t[index] = value"):
            _become(self, OPS["index_put"](self, index, value), "t[index] = value")
        else:
            data = _writable(self)
            data[_plain(index)] = _plain(value)


def _update(tensor: Any, name: str, symbol: str, other: Any) -> Any:
    if _is_recorded(tensor, other, symbol):
        return _become(tensor, OPS[name](tensor, other), symbol)
    data = _writable(tensor)
    getattr(np, name)(data, _plain(other), out=data, casting="same_kind")
    return tensor


def _is_recorded(tensor: Any, value: Any, statement: str) -> bool:
    """Whether the write belongs into a graph.  Raises RuntimeError for one that would cut off a leaf."""
    if not modes.current.get().recording:
        if tensor.node is None or tensor.is_leaf:
            return False
        raise RuntimeError(
            f"`{statement}` inside mg.no_grad() on a tensor that an op has recorded would change its value "
            "without its graph: write it outside of no_grad, or on t.detach().copy()"
        )
    if tensor.node is not None and tensor.is_leaf:
        raise RuntimeError(
            f"`{statement}` on a leaf that requires a gradient would cut it off from its own gradient: "
            f"to update a parameter, write `with mg.no_grad(): {_spelled(statement)}`; for a new recorded "
            f"value, write `u = t.copy()` first, and change u"
        )
    return tensor.node is not None or getattr(value, "node", None) is not None


def _become(tensor: Any, result: "Tensor", statement: str) -> "Tensor":
    """Let `tensor` stand for `result`, and all that share its memory for what follows from that."""
    if result.shape != tensor.shape:
        raise ValueError(
            f"`{statement}` would turn shape {tensor.shape} into {result.shape}, and in place a shape stays: "
            "write the op out, u = t op x, for a result of another shape"
        )
    if result.dtype != tensor.dtype:
        if not np.can_cast(result.dtype, tensor.dtype, "same_kind"):
            raise TypeError(
                f"`{statement}` would turn {tensor.dtype} into {result.dtype}, and in place a dtype stays: "
                f"write t = t.astype(np.{result.dtype}) before"
            )
        result = OPS["astype"](result, tensor.dtype)
    value, owner = result, tensor
    while owner.taken_from is not None and owner.taken_from.op is not sharing.detached:
        value = _put_back(owner.taken_from, value, statement)
        owner = owner.taken_from.source
    owner.data, owner.node, owner.taken_from = value.data, value.node, None
    _follow(owner)
    return tensor


def _put_back(view: sharing.View, value: "Tensor", statement: str) -> "Tensor":
    """What `view.source` is once its part that `view` shows is `value`."""
    source = view.source
    _is_recorded(source, value, statement)  # which refuses it for a leaf
    if view.op is OPS["getitem"]:
        return OPS["index_put"](source, view.given[1], value)
    numbers = type(source)(np.arange(source.size).reshape(source.shape))
    places = view.of(numbers).data.ravel()
    if len(np.unique(places)) < places.size:
        raise RuntimeError(
            f"`{statement}` on the result of {_name(view.op)}, in which one place of memory shows several "
            "times: write it on a copy, t = t.copy()"
        )
    flat = OPS["index_put"](OPS["reshape"](source, (-1,)), places, OPS["reshape"](value, (-1,)))
    return OPS["reshape"](flat, source.shape)


def _name(op: Any) -> str:
    return str(op.name)


def _follow(owner: "Tensor") -> None:
    """Take every view of `owner` anew."""
    for tensor in sharing.views_of(owner):
        assert tensor.taken_from is not None
        again = tensor.taken_from.of(tensor.taken_from.source)
        tensor.data, tensor.node = again.data, again.node


def _writable(tensor: Any) -> np.ndarray:
    """Memory of `tensor` that may be written to without changing what a graph has saved.

    If nothing holds it but the tensor and its relatives, which are to see the change, it stays.
    Else somebody keeps the old values, perhaps a node for its derivative, and the whole family
    moves to a copy.
    """
    owner = sharing.root(tensor)
    views = sharing.views_of(owner)
    known = sum(view.data.base is owner.data or view.data is owner.data for view in views)
    alone = owner.data.base is None and _holders(owner) <= _ALONE + known
    if not alone or any(_holders(view) > _ALONE for view in views if view.data is not owner.data):
        owner.data = owner.data.copy()
        _follow(owner)
    return tensor.data


def _holders(tensor: Any) -> int:
    return sys.getrefcount(tensor.data)


class _Sole:
    """What _holders counts where nothing else holds the array."""

    def __init__(self) -> None:
        self.data = np.zeros(1)


_ALONE = _holders(_Sole())


def _spelled(statement: str) -> str:
    return statement if "=" in statement and " " in statement else f"t {statement} ..."


def _plain(value: Any) -> Any:
    if isinstance(value, InPlace):
        return value.data
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return value
