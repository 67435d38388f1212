"""Gradients of functions whose result is one number, and of elementwise ones."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from minigrad.autodiff import tree
from minigrad.autodiff.trace import Trace
from minigrad.mistakes import answering
from minigrad.tensor import Tensor

Argnums = int | Sequence[int]


@answering
def grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """∇f: the gradient of `f`, a function whose result is one number, as a function of the same arguments.

    `argnums` says by which positional argument: an int for one gradient, a sequence for a tuple of
    them.  An argument may be an array or a tree of arrays (dicts, lists, tuples, NamedTuples, nested);
    its gradient is such a tree of Tensors, each of its array's shape and dtype.  What the result does
    not depend on has gradient 0.  `mg.grad(mg.grad(f))` is the second derivative, and so on.

    Raises TypeError where f does not return one number, an argument holds no floats, or argnums
    names an argument that was not given.
    """
    both = value_and_grad(f, argnums)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


@answering
def value_and_grad(
    f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False
) -> Callable[..., tuple[Any, Any]]:
    """(f, ∇f): a function that gives the value and the gradient, for one evaluation of f.  See `grad`.

    With `has_aux`, f returns a pair (number, anything else), and the value is that pair; what else it
    holds is not differentiated.
    """
    check_argnums("grad", argnums)

    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        trace = Trace("grad", f, args, kwargs, resolve("grad", argnums, args))
        value, aux = _with_aux(trace.value) if has_aux else (trace.value, None)
        trace.take_number(value)
        again = trace.is_differentiated()
        gradients = trace.per_argument(trace.pull([Tensor(np.ones_like(value.data))], create_graph=again))
        value = trace.result(again)
        if has_aux:
            value = value, aux if again else stop_gradient(aux)
        return value, one_or_all(argnums, gradients)

    return value_and_gradient


@answering
def elementwise_grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The derivative of an elementwise function at every element: y'ᵢ = ∂yᵢ/∂xᵢ, of x's shape.

    It is the gradient of Σy, and so the derivative only where yᵢ depends on no other element than xᵢ;
    otherwise it is the sum ∂(Σyᵢ)/∂xⱼ over the rows of the Jacobian.  Arguments as in `grad`.

    Raises TypeError where f returns no Tensor, and where `grad` does.
    """
    check_argnums("elementwise_grad", argnums)

    def derivative(*args: Any, **kwargs: Any) -> Any:
        trace = Trace("elementwise_grad", f, args, kwargs, resolve("elementwise_grad", argnums, args))
        trace.take_outputs(trace.value)
        ones = [Tensor(np.ones_like(y.data)) for y in trace.outputs]
        gradients = trace.pull(ones, create_graph=trace.is_differentiated())
        return one_or_all(argnums, trace.per_argument(gradients))

    return derivative


def stop_gradient(x: Any) -> Any:
    """x as a constant, y = x, ∂x: 0.  In a tree of arrays every Tensor is detached.

    `detach` as a function: the data is shared, not copied; what is no Tensor is left as it is.
    """
    return tree.map_leaves(lambda leaf: leaf.detach() if isinstance(leaf, Tensor) else leaf, x)


def check_argnums(derivative: str, argnums: Argnums) -> list[int]:
    """`argnums` as a list.  Raises TypeError for what is no number of an argument, x itself for example."""
    several = isinstance(argnums, Iterable) and getattr(argnums, "ndim", 1) > 0
    places: list[Any] = list(argnums) if several else [argnums]  # type: ignore[arg-type]
    if not places or any(isinstance(i, bool) or not isinstance(i, (int, np.integer)) for i in places):
        raise TypeError(
            f"{derivative} takes argnums as an int or a sequence of ints, and got {argnums!r}: it gives a "
            f"function, so for the result at x write mg.{derivative}(f)(x)"
        )
    return places


def resolve(derivative: str, argnums: Argnums, args: Sequence[Any]) -> list[int]:
    """`argnums` as indices into `args`, counted from 0."""
    places = check_argnums(derivative, argnums)
    for i in places:
        if not -len(args) <= i < len(args):
            raise TypeError(
                f"{derivative} was asked for argument {i}, and the function was called with {len(args)} "
                "by position: argnums counts these from 0, so give the argument by position, not by name"
            )
    return [int(i) % len(args) for i in places]


def one_or_all(argnums: Argnums, found: list[Any]) -> Any:
    """What was asked for: one entry for an int, a tuple for a sequence."""
    return tuple(found) if isinstance(argnums, Iterable) else found[0]


def _with_aux(value: Any) -> tuple[Any, Any]:
    if isinstance(value, tuple) and len(value) == 2:
        return value
    raise TypeError(
        "grad with has_aux=True needs a function that returns a pair, (number, anything else), and it gave "
        f"a {type(value).__name__}: write `return loss, aux`"
    )
