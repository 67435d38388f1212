"""Hooks: functions that see the gradient of a tensor as backward passes it."""

import weakref
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any

from minigrad.gradients import Gradient
from minigrad.graph import Leaf, Node

if TYPE_CHECKING:
    from minigrad.tensor import Tensor

Hook = Callable[["Tensor"], "Tensor | None"]

_keys = count()


class HookHandle:
    """What `register_hook` gives: `remove()` takes the hook off again; also a context manager."""

    def __init__(self, node: Node, key: int) -> None:
        self._node = weakref.ref(node)
        self._key = key

    def remove(self) -> None:
        """Take the hook off; a second time does nothing."""
        node = self._node()
        if node is not None and node.hooks is not None:
            node.hooks.pop(self._key, None)
            if not node.hooks:
                node.hooks = None

    def __enter__(self) -> "HookHandle":
        return self

    def __exit__(self, *exception: Any) -> None:
        self.remove()


class Hooks:
    """Tensor's methods about hooks."""

    __slots__ = ()

    if TYPE_CHECKING:
        node: Node | None
        grad: Tensor | None

        @staticmethod
        def _made(data: Any) -> Tensor: ...

    def register_hook(self, hook: Hook) -> HookHandle:
        """Have `hook(gradient)` called when backward has summed up the gradient of this tensor.

        `gradient` is a Tensor of this tensor's shape, not to be written to.  If the hook returns
        another, that one flows on in its place; under `create_graph` it should be computed from
        the given one with recorded ops.  Hooks run in the order in which they were registered; on a leaf
        they run before the gradient is added to `.grad`.

        Raises RuntimeError on a tensor that requires no gradient.
        """
        if self.node is None:
            raise RuntimeError(
                "register_hook on a tensor to which no gradient flows: create it with requires_grad=True, or "
                "compute it from one that is, outside mg.no_grad()"
            )
        made = self._made  # and not `self`, which its node must not keep alive
        return _register(self.node, lambda g: _call(hook, g, made))

    def retain_grad(self) -> None:
        """Have backward leave the gradient of this interior tensor in its `.grad`, as on a leaf.

        It is that of the value which the tensor has in the end: after `t *= 2` that of the doubled one.
        """
        if self.node is None:
            raise RuntimeError(
                "retain_grad on a tensor to which no gradient flows: create it with requires_grad=True, or "
                "compute it from one that is, outside mg.no_grad()"
            )
        if isinstance(self.node, Leaf):
            return  # its gradient is left there anyway
        if self.node.hooks is not None and _RETAINS in self.node.hooks:
            return
        itself = weakref.ref(self)  # a node must not keep its tensor alive

        def retain(g: Gradient) -> None:
            tensor: Any = itself()
            if tensor is not None:
                tensor._deposit(g if hasattr(g, "node") else g.copy())

        _register(self.node, retain, _RETAINS)

    @property
    def retains_grad(self) -> bool:
        """Whether backward will leave a gradient here, on an interior tensor."""
        return self.node is not None and self.node.hooks is not None and _RETAINS in self.node.hooks


_RETAINS = -1


def move_retained(old: Node, new: Node) -> None:
    """Let what `retain_grad` asked of a tensor hold for the node that it stands for from now on."""
    if old.hooks is not None and _RETAINS in old.hooks and old is not new:
        _register(new, old.hooks[_RETAINS], _RETAINS)
        HookHandle(old, _RETAINS).remove()


def _register(node: Node, hook: Callable[[Gradient], Gradient | None], key: int | None = None) -> HookHandle:
    key = next(_keys) if key is None else key
    if node.hooks is None:
        node.hooks = {}
    node.hooks[key] = hook
    return HookHandle(node, key)


def _call(hook: Hook, g: Gradient, made: Callable[[Any], Any]) -> Gradient | None:
    """Run a person's hook on a Tensor, and give back what the walk is working with, arrays or Tensors."""
    recorded = isinstance(g, Hooks)
    result: Any = hook(g if recorded else made(g))
    if result is None:
        return None
    is_tensor = isinstance(result, Hooks)
    if not is_tensor or result.shape != g.shape:
        given = f"shape {result.shape}" if is_tensor else f"a {type(result).__name__}"
        raise TypeError(
            f"a hook must return None or a Tensor of the gradient's shape {g.shape}, and it returned {given}"
        )
    return result if recorded else result.data
