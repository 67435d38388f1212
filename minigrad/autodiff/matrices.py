"""All first or second derivatives at once, row by row."""

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.autodiff.gradient import Argnums, check_argnums, grad, one_or_all, resolve
from minigrad.autodiff.trace import Trace, pull_back
from minigrad.mistakes import answering
from minigrad.ops.assembly.joining import stack
from minigrad.ops.shape.reshaping import reshape
from minigrad.tensor import Tensor


@answering
def jacobian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """J: ∂yᵢ/∂xⱼ for all elements, of shape y.shape + x.shape, as a function of f's arguments.

    Where y or x is a tree of arrays, the result is a tree like y whose leaves are trees like x; a
    sequence as `argnums` puts a tuple, one entry for each argument, at y's leaves.  It takes one
    evaluation of f and one walk back for each element of y.

    Raises TypeError where f returns no Tensor, and where `grad` does.
    """

    check_argnums("jacobian", argnums)

    def jacobian_of_f(*args: Any, **kwargs: Any) -> Any:
        trace = Trace("jacobian", f, args, kwargs, resolve("jacobian", argnums, args))
        trace.take_outputs(trace.value)
        again = trace.is_differentiated()
        blocks = [one_or_all(argnums, trace.per_argument(_rows(y, trace, again))) for y in trace.outputs]
        return trace.unflatten_outputs(blocks)

    return jacobian_of_f


@answering
def hessian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """H: ∂²f/∂xᵢ∂xⱼ for all elements of x, of shape x.shape + x.shape: the Jacobian of the gradient.

    f's result is one number.  For a tree x it is a tree like x whose leaves are trees like x, for a
    sequence as `argnums` a tuple of tuples.  It takes a walk back for each element of x.

    Raises TypeError where `grad` does.
    """
    return jacobian(grad(f, argnums), argnums)


def _rows(y: Tensor, trace: Trace, create_graph: bool) -> list[Tensor]:
    """∂y/∂input for each input, from one walk for each element of y."""
    rows = []
    for i in range(y.size):
        seed = np.zeros(y.size, y.dtype)
        seed[i] = 1
        v = Tensor(seed.reshape(y.shape))
        rows.append(pull_back([y], [v], trace.inputs, create_graph=create_graph, retain_graph=True))
    shapes = [y.shape + x.shape for x in trace.inputs]
    if not rows:
        return [Tensor(np.zeros(shape, x.dtype)) for shape, x in zip(shapes, trace.inputs, strict=True)]
    return [
        reshape(stack(column), shape) for column, shape in zip(zip(*rows, strict=True), shapes, strict=True)
    ]
