"""The gradient of every example in a batch by itself."""

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.autodiff import tree
from minigrad.autodiff.gradient import Argnums, check_argnums, grad, one_or_all, resolve
from minigrad.mistakes import answering
from minigrad.ops.assembly.joining import stack
from minigrad.plain import plain_array
from minigrad.tensor import Tensor


@answering
def per_example_grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """∂f(x, batchₙ)/∂x for each example n: gradients with a leading axis over the batch.

    `f` is the loss of one example.  The arguments that `argnums` names are shared, all others by
    position are batches: arrays, or trees of arrays, whose leading axis goes over the examples, and
    of which f gets one entry at a time.  Arguments by name are passed on as they are.  So

        norms = mg.per_example_grad(loss)(weights, inputs, targets)  # of shape (N, *weights.shape)

    It evaluates f and walks back once for each example: N times the cost of `grad` for one.

    Raises TypeError where `grad` does, ValueError where the batches differ in length or have no axis.
    """

    check_argnums("per_example_grad", argnums)

    def gradients(*args: Any, **kwargs: Any) -> Any:
        shared = resolve("per_example_grad", argnums, args)
        batches = {i: tree.flatten(arg) for i, arg in enumerate(args) if i not in shared}
        n = _length([leaf for leaves, _ in batches.values() for leaf in leaves])
        gradient = grad(f, shared)
        rows = []
        for example in range(n):
            own = list(args)
            for i, (leaves, structure) in batches.items():
                own[i] = tree.unflatten(structure, [leaf[example] for leaf in leaves])
            rows.append(tree.flatten(gradient(*own, **kwargs))[0])
        leaves, structure = tree.flatten(tuple(args[i] for i in shared))
        columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * len(leaves)
        joined = [stack(column) if column else _none_of(x) for column, x in zip(columns, leaves, strict=True)]
        return one_or_all(argnums, list(tree.unflatten(structure, joined)))

    return gradients


def _length(leaves: list[Any]) -> int:
    shapes = [np.shape(leaf) for leaf in leaves]
    lengths = {shape[0] if shape else None for shape in shapes}
    if len(lengths) == 1 and None not in lengths:
        return int(shapes[0][0])
    raise ValueError(
        f"per_example_grad needs batches with one leading axis of the same length, and got the shapes "
        f"{', '.join(map(str, shapes)) or 'of none'}: give what all examples share by name, or in argnums"
    )


def _none_of(x: Any) -> Tensor:
    data = plain_array(x)
    return Tensor(np.zeros((0, *data.shape), data.dtype))
