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

Rules are pure functions written in `np.*` and operators.  On ndarrays they are raw NumPy: that is
first-order backward.  On Tensors (`create_graph`) the same rules record themselves: that is every
higher order.  They need not undo broadcasting, the walk does.  Where a rule wants another op, it
calls `op.apply`, which follows its arguments in the same way.
"""

import inspect
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

import numpy as np

from minigrad.graph import Gradient, Node
from minigrad.operation import Operation, P
from minigrad.registry import register
from minigrad.tensor import Tensor

F = TypeVar("F", bound=Callable[..., Any])


class Rule(NamedTuple):
    function: Callable[..., Any]
    reads: tuple[str, ...]


class Primitive(Operation[P]):
    """An op given by its forward and a VJP rule for each operand that may carry a gradient."""

    def __init__(self, forward: Callable[P, Any]) -> None:
        super().__init__(forward)
        self.forward: Callable[..., Any] = forward
        self.rules: tuple[Rule | None, ...] = (None,) * len(self.parameters)

    def vjp(self, **rules: Callable[..., Any]) -> None:
        """State the derivative rule of each operand.  Raises TypeError for names unknown here."""
        operands = (*self.parameters, *([self.variadic] if self.variadic else []))
        for operand, rule in rules.items():
            if operand not in operands:
                raise TypeError(
                    f"{self.name}.vjp got a rule for {operand!r}, which is no operand: "
                    f"it has {', '.join(operands)}"
                )
            self._check_reads(operand, rule)
        compiled = {name: Rule(rule, _parameters(rule)[1:]) for name, rule in rules.items()}
        if self.variadic:
            self.rules = (compiled[self.variadic],)
            return
        self.rules = tuple(compiled.get(name) for name in self.parameters)
        self.differentiable = tuple(rule is not None for rule in self.rules)

    def run(self, operands: list[Any], options: dict[str, Any]) -> tuple[Any, None]:
        return self.forward(*operands, **options), None

    def save(
        self,
        operands: list[Any],
        parents: list[Node | None],
        options: dict[str, Any],
        out: np.ndarray,
        extra: None,
    ) -> dict[str, Any]:
        saved: dict[str, Any] = {}
        bound: dict[str, Any] | None = None
        for parent, rule in zip(parents, self._rules_for(parents), strict=False):
            if parent is None or rule is None or not rule.reads:
                continue
            if bound is None:
                bound = self._bind(operands, options)
                bound["out"] = out
            for name in rule.reads:
                saved[name] = bound[name] if name in bound else self._shape(bound, name)
        return saved

    def pull_back(self, node: Node, g: Gradient, wanted: tuple[Node | None, ...]) -> Iterable[Gradient]:
        saved = self._recorded(node) if isinstance(g, Tensor) else node.saved
        for i, (parent, rule) in enumerate(zip(wanted, self._rules_for(wanted), strict=False)):
            if parent is None or rule is None:
                yield None
            elif self.variadic:
                yield rule.function(g, *[i if name == "i" else saved[name] for name in rule.reads])
            else:
                yield rule.function(g, *[saved[name] for name in rule.reads])

    def _rules_for(self, parents: Any) -> tuple[Rule | None, ...]:
        return self.rules * len(parents) if self.variadic else self.rules

    def _bind(self, operands: list[Any], options: dict[str, Any]) -> dict[str, Any]:
        bound = {**self.defaults, **options}
        if self.variadic:
            bound[self.variadic] = tuple(operands)
            bound["i"] = None  # each rule gets its own as it runs
        else:
            bound.update(zip(self.parameters, operands, strict=False))
        return bound

    def _shape(self, bound: dict[str, Any], name: str) -> Any:
        operand = name.removesuffix("_shape")
        if operand == self.variadic:
            return tuple(map(np.shape, bound[operand]))
        return np.shape(bound[operand])

    def _recorded(self, node: Node) -> dict[str, Any]:
        """What `node` saved, tied to the graph again, so that rules differentiate through it."""
        saved = dict(node.saved)
        if "out" in saved:
            saved["out"] = Tensor(saved["out"], node)
        if self.variadic:
            if self.variadic in saved:
                pairs = zip(saved[self.variadic], node.parents, strict=True)
                saved[self.variadic] = tuple(Tensor(x, p) if p is not None else x for x, p in pairs)
            return saved
        for name, parent in zip(self.parameters, node.parents, strict=False):
            if parent is not None and name in saved:
                saved[name] = Tensor(saved[name], parent)
        return saved

    def _check_reads(self, operand: str, rule: Callable[..., Any]) -> None:
        names = {*self.parameters, *self.options, "out"}
        names.update(f"{name}_shape" for name in self.parameters)
        if self.variadic:
            names.update(("i", self.variadic, f"{self.variadic}_shape"))
        wrong = [name for name in _parameters(rule)[1:] if name not in names]
        if wrong:
            raise TypeError(
                f"the rule for {operand!r} of {self.name} reads {', '.join(wrong)}; "
                f"a rule takes g first, then any of {', '.join(sorted(names))}"
            )


def primitive(forward: Callable[P, Any]) -> Primitive[P]:
    """Make `forward`, a NumPy function of ndarrays, an op; then state its rules with `.vjp(...)`."""
    return Primitive(forward)


def composite(function: F) -> F:
    """Register a function that is made of ops, and so needs no rule of its own."""
    register(function.__name__, function)
    return function


def _parameters(rule: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(rule).parameters)
