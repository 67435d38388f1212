"""Derivatives as functions: from f to its gradient, which is a function again."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad import modes
from minigrad.convert import as_array
from minigrad.graph import ancestors, backpropagate
from minigrad.ops.alias import alias
from minigrad.tensor import Tensor

Argnums = int | Sequence[int]


def grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The gradient of `f`, a function with a scalar result, as a function of the same arguments.

    `argnums` says with respect to which positional argument: an int for one gradient, a sequence
    for a tuple of them.  Gradients are Tensors of their arguments' shapes.  `mg.grad(mg.grad(f))` is
    the second derivative, and so on.

    Raises TypeError where f does not return a scalar, or an argument is no float array.
    """
    both = value_and_grad(f, argnums)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


def value_and_grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """A function that gives both f(*args) and its gradient, for one evaluation of f.  See `grad`."""
    single = isinstance(argnums, int)
    places: tuple[int, ...] = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Tensor, Any]:
        recording = modes.is_recording()
        own = list(args)
        for i in places:
            own[i] = _independent(args, i)
        inputs = [own[i] for i in places]
        with modes.using(recording=True):
            value = f(*own, **kwargs)
        if not isinstance(value, Tensor) or value.size != 1:
            shape = getattr(value, "shape", None)
            given = f"shape {shape}" if shape is not None else f"a {type(value).__name__}"
            raise TypeError(
                f"grad needs a function whose result is one number as a Tensor, and it gave {given}: "
                "reduce it with .sum() or .mean(), and compute with mg.* or np.* of the Tensors given"
            )
        # The gradient is itself recorded when somebody around may differentiate it.
        again = any(_is_recorded(args[i]) for i in places)
        again = again or (recording and _depends_on_others(value, inputs))
        gradients = _gradients(value, inputs, create_graph=again)
        if not again:
            value = value.detach()
        return value, gradients[0] if single else tuple(gradients)

    return value_and_gradient


def _independent(args: tuple[Any, ...], i: int) -> Tensor:
    """Argument i as a variable of its own, still tied to whatever it was computed from."""
    if i >= len(args) or i < -len(args):
        raise TypeError(f"grad was asked for argument {i}, and the function was called with {len(args)}")
    x = args[i]
    if isinstance(x, Tensor) and x.node is not None:
        with modes.using(recording=True):
            return alias(x)
    array = x.data if isinstance(x, Tensor) else as_array(x)
    leaf = Tensor(array)
    leaf.requires_grad = True
    return leaf


def _is_recorded(x: Any) -> bool:
    return isinstance(x, Tensor) and x.node is not None


def _depends_on_others(value: Tensor, inputs: list[Tensor]) -> bool:
    """Whether `value` was computed from further leaves, which f has by closure: so will its gradient be."""
    own = {x.node for x in inputs}
    nodes = ancestors(value.node) if value.node is not None else []
    return any(node.op is None and node not in own for node in nodes)


def _gradients(value: Tensor, inputs: list[Tensor], create_graph: bool) -> list[Tensor]:
    zeros = [Tensor(np.zeros_like(x.data)) for x in inputs]
    if value.node is None:
        return zeros
    one = Tensor(np.ones_like(value.data))
    targets = [x.node for x in inputs if x.node is not None]
    with modes.using(recording=create_graph):
        found = backpropagate(
            value.node, one if create_graph else one.data, targets, create_graph=create_graph
        )
    return [
        zero if x.node not in found else _as_tensor(found[x.node])
        for x, zero in zip(inputs, zeros, strict=True)
    ]


def _as_tensor(gradient: Any) -> Tensor:
    return gradient if isinstance(gradient, Tensor) else Tensor(gradient)
