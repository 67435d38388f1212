"""Fused ops: one function written twice, once to be read and once to be fast.

    @fused(inputs=("x", "weight", "bias"))
    def linear(x, weight, bias=None):          # composed of other ops: doc, oracle, higher orders
        ...

    @linear.forward
    def linear_forward(x, weight, bias=None):  # raw NumPy with its own buffers
        return out, residuals

    @linear.backward
    def linear_backward(g, residuals, wanted, x, weight, bias=None):
        return g_x, g_weight, g_bias

The op has the name of its composition.  The pair's own names are what profiles and tracebacks show, so they
are `<op>_forward` and `<op>_backward`; both take the op's parameters under the op's names.

First-order backward uses the fast pair.  When the gradient itself is to be differentiated
(`create_graph`), the engine runs the composition on aliases of the saved operands and pulls the
gradient back through that, so every order is right without a second derivative written by hand.
Nothing chooses between the two but the engine.  Randomness is an explicit constant operand (a
mask), so that the second run repeats the first.

`backward` gives one gradient for each of `inputs`, in the order of the parameters, each a new array in full
shape.  `wanted` has one entry for each of them too, also for those that the call omits: True where the
gradient is needed; the others may be None.  Like any rule it must not write to what it is given.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from minigrad.as_given import as_given
from minigrad.gradients import Gradient
from minigrad.graph import Node, backpropagate
from minigrad.operation import Operation, P
from minigrad.registry import OPS
from minigrad.tensor import Tensor

Forward = Callable[..., tuple[np.ndarray, Any]]
Backward = Callable[..., tuple[np.ndarray | None, ...]]


class Fused(Operation[P]):
    """An op given by a composition of others, and a fast forward/backward pair equal to it."""

    leaves_residuals = True

    def __init__(self, composed: Callable[P, Any], inputs: tuple[str, ...]) -> None:
        super().__init__(composed)
        self.composed: Callable[..., Any] = composed
        self.state_differentiable(tuple(name in inputs for name in self.parameters))
        self.places = tuple(i for i, carries in enumerate(self.differentiable) if carries)  # of the inputs
        self._backward: Backward | None = None

    def forward(self, function: Forward) -> Forward:
        """Set the fast forward: the op's own parameters to (out, residuals)."""
        self.compute = function
        return function

    def backward(self, function: Backward) -> Backward:
        """Set the fast backward: (g, residuals, wanted, *operands, **options) to one gradient per input."""
        self._backward = function
        return function

    def save(
        self,
        operands: list[Any],
        parents: list[Node | None],
        options: dict[str, Any],
        out: np.ndarray,
        residuals: Any,
    ) -> Any:
        if None in parents:
            operands = [x if p is not None else as_given(x) for x, p in zip(operands, parents)]
        if not self.gives_new:  # what somebody's own op leaves may be the caller's to change
            residuals = as_given(residuals)
        return operands, as_given(options) if options else options, residuals

    def pull_back(
        self, node: Node, saved: Any, g: Gradient, wanted: tuple[Node | None, ...]
    ) -> Iterable[Gradient]:
        operands, options, residuals = saved
        if isinstance(g, Tensor):
            return self._pull_back_recorded(node, operands, options, g, wanted)
        assert self._backward is not None, f"{self.name} has no backward yet"
        given = len(wanted)  # operands at the end may have been omitted
        needed = [place < given and wanted[place] is not None for place in self.places]
        found = tuple(self._backward(g, residuals, needed, *operands, **options))
        if len(found) != len(needed):
            raise ValueError(
                f"the backward of {self.name} gave {len(found)} gradients, and there are {len(needed)} "
                "operands of `inputs`: return one for each, None where it is not wanted"
            )
        shares: list[Gradient] = [None] * len(self.parameters)
        for place, share in zip(self.places, found):
            shares[place] = share
        return shares

    def _pull_back_recorded(
        self, node: Node, operands: Any, options: Any, g: Tensor, wanted: tuple[Node | None, ...]
    ) -> list[Gradient]:
        aliases: list[Any] = [
            operand if parent is None else OPS["alias"](Tensor(operand, parent))
            for operand, parent in zip(operands, node.parents)
        ]
        again = self.composed(*aliases, **options)
        targets = {i: aliases[i].node for i, parent in enumerate(wanted) if parent is not None}
        found = backpropagate(again.node, g, targets.values())
        gradients: list[Gradient] = [None] * len(wanted)
        for i, target in targets.items():
            # What the composition does not depend on has gradient 0.
            gradients[i] = found.get(target, Tensor(np.zeros_like(operands[i])))
        return gradients


def fused(inputs: tuple[str, ...]) -> Callable[[Callable[P, Any]], Fused[P]]:
    """Make a composition of ops a fused one; `inputs` are the parameters that carry gradients.

    `@op.forward` states the fast forward in NumPy, (operands, options) -> (out, residuals), and
    `@op.backward` its derivative, (g, residuals, wanted, operands, options) -> a gradient for each of
    `inputs`, or None where `wanted` is False.  Higher derivatives are those of the composition.

    Raises ValueError in backward where it gives another number of gradients.
    """

    def decorate(composed: Callable[P, Any]) -> Fused[P]:
        return Fused(composed, inputs)

    return decorate
