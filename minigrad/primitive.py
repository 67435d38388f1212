"""Primitive ops: the forward in NumPy, and one derivative rule per operand beside it.

    @primitive
    def multiply(a, b):
        return np.multiply(a, b)

    multiply.vjp(
        a=lambda g, b: g * b,
        b=lambda g, a: g * a,
    )

A rule takes the gradient `g` of the result and gives that of one operand (a vector-Jacobian
product).  The names of its other parameters say what it reads, and the graph keeps nothing else:

- an operand or an option of the forward, by its name;
- `out`, the forward's result;
- `<operand>_shape`, where the shape will do and the array need not be kept;
- for `*operands`: `i`, which of them the rule is for (and `operands_shape` is a tuple of shapes).

Of lists, indices and masks it keeps copies, since the caller may change them (see as_given.py).

Rules are pure functions written in `np.*` and operators.  On ndarrays they are raw NumPy: that is
first-order backward.  On Tensors (`create_graph`) the same rules record themselves: that is every
higher order.  They need not undo broadcasting, the walk does.  Where a rule wants another op, it
calls `op.apply`, which follows its arguments in the same way.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from minigrad.as_given import constants_as_given
from minigrad.gradients import Gradient
from minigrad.graph import Node
from minigrad.operation import Operation, P
from minigrad.rules import Rule, compile_rules
from minigrad.tensor import Tensor


class Primitive(Operation[P]):
    """An op given by its forward and a VJP rule for each operand that may carry a gradient.

    Its nodes save a tuple per operand: what that operand's rule reads.
    """

    def __init__(self, forward: Callable[P, Any], namespace: str = "") -> None:
        super().__init__(forward, namespace)
        self.forward = self.compute = forward
        self.rules: tuple[Rule | None, ...] = (None,) * len(self.parameters)

    def vjp(self, **rules: Callable[..., Any]) -> None:
        """State the derivative rule of each operand.  Raises TypeError for names unknown here."""
        compiled = compile_rules(self, rules)
        if self.variadic is not None:
            self.rules = (compiled[self.variadic],)
            return
        self.rules = tuple(compiled.get(name) for name in self.parameters)
        self.state_differentiable(tuple(rule is not None for rule in self.rules))

    def save(self, operands: Any, parents: Any, options: Any, out: np.ndarray, residuals: None) -> Any:
        rules = self.rules if self.variadic is None else self.rules * len(operands)
        if None in parents:
            operands = constants_as_given(operands, parents)
        saved: list[Any] = []
        for parent, rule in zip(parents, rules):
            if parent is None or rule is None:
                saved.append(None)
            else:
                saved.append(rule.take(out, operands, options, len(saved)))
        return tuple(saved)

    def pull_back(self, node: Node, saved: Any, g: Gradient, wanted: Any) -> Iterable[Gradient]:
        rules = self.rules if self.variadic is None else self.rules * len(wanted)
        if isinstance(g, Tensor):
            saved = [self.tied(rule, read, node) for rule, read in zip(rules, saved)]
        pulled: list[Gradient] = []
        for parent, rule, read in zip(wanted, rules, saved):
            pulled.append(rule.function(g, *read) if parent is not None and rule is not None else None)
        return pulled

    def tied(self, rule: Rule | None, read: tuple[Any, ...] | None, node: Node) -> Any:
        """What `rule` reads, tied to the graph again, so that it differentiates through it."""
        if rule is None or read is None:
            return None
        nodes = {"out": node, **dict(zip(self.parameters, node.parents))}
        tied = [tie(value, nodes.get(name)) for name, value in zip(rule.reads, read)]
        if self.variadic in rule.reads:
            place = rule.reads.index(self.variadic)
            tied[place] = tuple(map(tie, read[place], node.parents))
        return tied


def tie(value: Any, node: Node | None) -> Any:
    """A value as a Tensor, where it is one of the graph's."""
    return value if node is None else Tensor(value, node)


def primitive(forward: Callable[P, Any]) -> Primitive[P]:
    """Make `forward`, a NumPy function of ndarrays, an op; then state its rules with `.vjp(...)`.

    A rule takes `g`, the gradient of the result, and by name what it reads (operands, options, `out`,
    `<operand>_shape`), and gives the gradient of its operand; what was broadcast is summed for it.  An
    operand without a rule carries none.
    """
    return primitive_in("")(forward)


def primitive_in(namespace: str) -> Callable[[Callable[P, Any]], Primitive[P]]:
    """The same for a function of one of NumPy's namespaces: `@primitive_in("linalg")`."""
    return lambda forward: Primitive(forward, namespace)
