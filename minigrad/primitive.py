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
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np

from minigrad.graph import Gradient, Node
from minigrad.operation import Operation, P
from minigrad.registry import full_name, register
from minigrad.tensor import Tensor

F = TypeVar("F", bound=Callable[..., Any])


class Read(NamedTuple):
    """One thing that a rule reads: which `kind` of thing, and its place or name."""

    kind: Literal["operand", "shape", "option", "out", "operands", "shapes", "i"]
    key: Any = None
    default: Any = None  # of a parameter that the call has left away


@dataclass(slots=True)
class Rule:
    """A derivative rule, what it reads after g, and how that is taken from a call."""

    function: Callable[..., Any]
    reads: tuple[Read, ...]
    save: Callable[[list[Any], dict[str, Any], np.ndarray, int], tuple[Any, ...]]


class Primitive(Operation[P]):
    """An op given by its forward and a VJP rule for each operand that may carry a gradient.

    Its nodes save a tuple per operand: what that operand's rule reads.
    """

    def __init__(self, forward: Callable[P, Any], room: str = "") -> None:
        super().__init__(forward, room)
        self.forward: Callable[..., Any] = forward
        self.rules: tuple[Rule | None, ...] = (None,) * len(self.parameters)

    def vjp(self, **rules: Callable[..., Any]) -> None:
        """State the derivative rule of each operand.  Raises TypeError for names unknown here."""
        operands = (*self.parameters, *([self.variadic] if self.variadic else []))
        compiled: dict[str, Rule] = {}
        for operand, function in rules.items():
            if operand not in operands:
                raise TypeError(
                    f"{self.name}.vjp got a rule for {operand!r}, which is no operand: "
                    f"it has {', '.join(operands)}"
                )
            self._check_reads(operand, function)
            reads = tuple(map(self._read, _parameters(function)[1:]))
            compiled[operand] = Rule(function, reads, _saver(reads))
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
    ) -> tuple[Any, ...]:
        saved: list[Any] = []
        for parent, rule in zip(parents, self._rules_for(parents), strict=False):
            if parent is None or rule is None:
                saved.append(None)
            else:
                saved.append(rule.save(operands, options, out, len(saved)))
        return tuple(saved)

    def pull_back(self, node: Node, g: Gradient, wanted: tuple[Node | None, ...]) -> Iterable[Gradient]:
        saved = self._recorded(node) if isinstance(g, Tensor) else node.saved
        pulled: list[Gradient] = []
        for parent, rule, read in zip(wanted, self._rules_for(wanted), saved, strict=False):
            if parent is None or rule is None:
                pulled.append(None)
            else:
                pulled.append(rule.function(g, *read))
        return pulled

    def _rules_for(self, parents: Any) -> tuple[Rule | None, ...]:
        return self.rules if self.variadic is None else self.rules * len(parents)

    def _read(self, name: str) -> Read:
        """Where the value comes from that a rule calls `name`."""
        if name == "out":
            return Read("out")
        if name in self.parameters:
            return Read("operand", self.parameters.index(name), self.defaults.get(name))
        if name in self.options:
            return Read("option", name, self.defaults.get(name))
        if self.variadic is not None and name in ("i", self.variadic):
            return Read("i" if name == "i" else "operands")
        operand = name.removesuffix("_shape")
        return Read("shapes") if operand == self.variadic else Read("shape", self.parameters.index(operand))

    def _recorded(self, node: Node) -> list[Any]:
        """What `node` saved, tied to the graph again, so that rules differentiate through it."""
        return [
            None if read is None or rule is None else tuple(map(_tied, rule.reads, read, repeat(node)))
            for rule, read in zip(self._rules_for(node.parents), node.saved, strict=False)
        ]

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


def primitive_in(room: str) -> Callable[[Callable[P, Any]], Primitive[P]]:
    """The same for a function of one of NumPy's rooms: `@primitive_in("linalg")`."""
    return lambda forward: Primitive(forward, room)


def composite(function: F) -> F:
    """Register a function that is made of ops, and so needs no rule of its own."""
    return composite_in("")(function)


def composite_in(room: str) -> Callable[[F], F]:
    """The same for a function of one of NumPy's rooms: `@composite_in("linalg")`."""

    def enter(function: F) -> F:
        register(full_name(function.__name__, room), function)
        return function

    return enter


def _saver(
    reads: tuple[Read, ...],
) -> Callable[[list[Any], dict[str, Any], np.ndarray, int], tuple[Any, ...]]:
    """A function of a call that gives what `reads` names; the common cases in one step."""
    if not reads:
        return lambda operands, options, out, i: ()
    if reads == (Read("out"),):
        return lambda operands, options, out, i: (out,)
    if len(reads) == 1 and reads[0].kind == "operand" and reads[0].default is None:
        place = reads[0].key
        return lambda operands, options, out, i: (operands[place] if place < len(operands) else None,)
    return lambda operands, options, out, i: tuple([_take(read, operands, options, out, i) for read in reads])


def _take(read: Read, operands: list[Any], options: dict[str, Any], out: np.ndarray, i: int) -> Any:
    kind, key, default = read
    if kind == "operand":
        return operands[key] if key < len(operands) else default
    if kind == "shape":
        return np.shape(operands[key])
    if kind == "option":
        return options.get(key, default)
    if kind == "out":
        return out
    if kind == "i":
        return i
    return tuple(operands) if kind == "operands" else tuple(map(np.shape, operands))


def _tied(read: Read, value: Any, node: Node) -> Any:
    """A saved value as a Tensor, where it is one of the graph's."""
    if read.kind == "out":
        return Tensor(value, node)
    if read.kind == "operand" and read.key < len(node.parents) and node.parents[read.key] is not None:
        return Tensor(value, node.parents[read.key])
    if read.kind == "operands":
        return tuple(x if p is None else Tensor(x, p) for x, p in zip(value, node.parents, strict=True))
    return value


def _parameters(rule: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(rule).parameters)
