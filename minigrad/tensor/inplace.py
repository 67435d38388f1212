"""Changing a tensor in place: `t += x`, `t[index] = value`.

A tensor is data and the node that made it.  Where a graph is concerned, to change one in place is to
let it stand for a new value: after `t[i] = v` it is the result of `index_put(t, i, v)`.  So gradients
reach both what t was and v, and what was computed from t before keeps what it saved.  Tensors that share
its memory see the change, as NumPy's views do: each of them becomes what it was, with the new values at the
places that it has in common with t (see memory.py).  Without a graph the memory itself is written to.
"""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad import modes
from minigrad.plain import HasData, plain, plain_inside
from minigrad.registry import OPS
from minigrad.tensor import memory
from minigrad.tensor.hooks import move_retained
from minigrad.tensor.operators import USUAL, comes_first

if TYPE_CHECKING:
    from minigrad.tensor import Tensor


def _update(name: str, symbol: str, reflected: str) -> Callable[[Any, Any], Any]:
    """The method of an operator that writes the result of the op `name` into its left operand."""

    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, USUAL) and comes_first(other, f"__{reflected}__"):
            return NotImplemented
        if _is_recorded(self, other, symbol):
            return _become(self, OPS[name](self, other), symbol)
        data = _writable(self)
        getattr(np, name)(data, plain(other), out=data, casting="same_kind")
        return self

    return method


class InPlace(HasData):
    __slots__ = ()

    __iadd__ = _update("add", "+=", "radd")
    __isub__ = _update("subtract", "-=", "rsub")
    __imul__ = _update("multiply", "*=", "rmul")
    __itruediv__ = _update("divide", "/=", "rtruediv")
    __ipow__ = _update("power", "**=", "rpow")
    __imod__ = _update("remainder", "%=", "rmod")
    __imatmul__ = _update("matmul", "@=", "rmatmul")

    def __setitem__(self, index: Any, value: Any) -> None:
        if _stands_there(self, index, value):
            return
        if _is_recorded(self, value, "t[index] = value"):
            _become(self, OPS["index_put"](self, index, value), "t[index] = value")
        else:
            data = _writable(self)
            data[plain_inside(index)] = plain(value)


def _stands_there(tensor: Any, index: Any, value: Any) -> bool:
    """Whether `value` is tensor[index] itself, as in the last step of `t[index] += x`."""
    if tensor.family is None or getattr(value, "family", None) is not tensor.family:
        return False
    there = tensor.data[plain_inside(index)]
    return (there.ctypes.data, there.shape, there.strides) == (
        value.data.ctypes.data,
        value.shape,
        value.data.strides,
    )


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
    if memory.repeats(tensor.data):
        raise RuntimeError(
            f"`{statement}` on the result of {_maker(tensor)}, in which one place of memory shows several "
            "times: write it on a copy, t = t.copy()"
        )
    followers = memory.following(tensor)
    if followers:
        family = [t for t in followers if t.family is tensor.family]
        after = [_after(t, tensor.data, result, statement) for t in family]
        memory.leave([tensor, *followers])
        tensor.data[...] = result.data
        for t, value in zip(family, after, strict=True):
            _take_node(t, value.node)
    else:
        tensor.data = result.data
    _take_node(tensor, result.node)
    return tensor


def _after(tensor: "Tensor", written: np.ndarray, values: "Tensor", statement: str) -> "Tensor":
    """What `tensor` is once `values` stand in the memory of the array `written`."""
    if not np.may_share_memory(tensor.data, written):
        return tensor
    _is_recorded(tensor, values, statement)  # which refuses it for a leaf
    index = memory.box(written, tensor.data)
    if index is not None:
        return OPS["reshape"](OPS["getitem"](values, index), tensor.shape)
    index = memory.box(tensor.data, written)
    if index is not None:
        return OPS["index_put"](tensor, index, OPS["reshape"](values, tensor.data[index].shape))
    own, places = memory.places(tensor.data), memory.places(written)
    first = min(own.min(), places.min())
    turns = np.full(int(max(own.max(), places.max()) - first) + 1, -1)
    turns[places - first] = np.arange(places.size).reshape(places.shape)
    turn = turns[own - first]
    is_written = turn >= 0
    new = OPS["getitem"](OPS["reshape"](values, (-1,)), turn[is_written])
    return OPS["index_put"](tensor, is_written, new)


def _take_node(tensor: "Tensor", node: Any) -> None:
    if tensor.node is not None and node is not None:
        move_retained(tensor.node, node)
    tensor.node = node


def _maker(tensor: "Tensor") -> str:
    return tensor.node.op.name if tensor.node is not None and tensor.node.op is not None else "a view"


def _writable(tensor: Any) -> np.ndarray:
    """Memory of `tensor` that may be written to without changing what a graph has saved.

    If nothing holds it but tensors that lie in it, which are to see the change, it stays.  Else somebody
    keeps the old values, perhaps a node for its derivative, and all these tensors move to a copy.
    """
    sharing = memory.sharing(tensor)
    if any(_is_held_elsewhere(t, sharing) for t in sharing):
        memory.leave(sharing)
    return tensor.data


def _is_held_elsewhere(tensor: Any, sharing: list[Any]) -> bool:
    """Whether anything but the tensors `sharing` holds the array of `tensor`, or the one that this shows."""
    known = sum(t.data is tensor.data or t.data.base is tensor.data for t in sharing)
    if sys.getrefcount(tensor.data) > _HELD_ONCE - 1 + known:
        return True
    if tensor.data.base is None or any(t.data is tensor.data.base for t in sharing):
        return False
    known = sum(t.data.base is tensor.data.base for t in sharing)
    is_whole = isinstance(tensor.data.base, np.ndarray) and tensor.data.base.base is None
    return not is_whole or sys.getrefcount(tensor.data.base) > _HELD_ONCE - 1 + known


class _Holder:
    """What holds an array as a tensor does."""

    def __init__(self) -> None:
        self.data = np.zeros(1)


_holder = _Holder()
_HELD_ONCE = sys.getrefcount(_holder.data)


def _spelled(statement: str) -> str:
    return statement if "=" in statement and " " in statement else f"t {statement} ..."
