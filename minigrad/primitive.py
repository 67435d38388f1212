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

import functools
import inspect
from collections.abc import Callable, Iterable
from itertools import repeat
from types import FunctionType
from typing import Any, Literal, NamedTuple, TypeVar, cast

import numpy as np

from minigrad.as_given import as_given
from minigrad.graph import Gradient, Node
from minigrad.lists import with_lists_read
from minigrad.mistakes import answered
from minigrad.operation import Operation, P
from minigrad.ops.typing import Array
from minigrad.registry import full_name, register
from minigrad.tensor import Tensor

F = TypeVar("F", bound=Callable[..., Any])


class Read(NamedTuple):
    """One thing that a rule reads: which `kind` of thing, and its place or name.

    "given" is an operand that a call may leave away, and then has its `default`.
    """

    kind: Literal["operand", "given", "shape", "option", "out", "operands", "shapes", "i"]
    key: Any = None
    default: Any = None


class Rule(NamedTuple):
    """A derivative rule, what it reads after g, and how that is taken from a call."""

    function: Callable[..., Any]
    reads: tuple[Read, ...]
    save: "Saver"


class Primitive(Operation[P]):
    """An op given by its forward and a VJP rule for each operand that may carry a gradient.

    Its nodes save a tuple per operand: what that operand's rule reads.
    """

    def __init__(self, forward: Callable[P, Any], room: str = "") -> None:
        super().__init__(forward, room)
        self.forward = self.compute = forward
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

    def save(
        self,
        operands: list[Any],
        parents: list[Node | None],
        options: dict[str, Any],
        out: np.ndarray,
        residuals: None,
    ) -> tuple[Any, ...]:
        if self.variadic is not None:
            return self._save_each(operands, parents, options, out)
        saved: list[Any] = []
        for parent, rule in zip(parents, self.rules):
            if parent is None or rule is None:
                saved.append(None)
            else:
                saved.append(rule.save(operands, options, out, len(saved)))
        return as_given(tuple(saved)) if options or None in parents else tuple(saved)

    def _save_each(
        self, operands: list[Any], parents: list[Node | None], options: dict[str, Any], out: np.ndarray
    ) -> tuple[Any, ...]:
        """What the one rule reads for each of `*operands`: the same things for all, but for `i`."""
        rule = self.rules[0]
        assert rule is not None
        saved = as_given(rule.save(operands, options, out, 0))
        kinds = [read.kind for read in rule.reads]
        if "i" not in kinds:
            return tuple(None if parent is None else saved for parent in parents)
        at = kinds.index("i")
        before, after = saved[:at], saved[at + 1 :]
        return tuple(None if p is None else (*before, i, *after) for i, p in enumerate(parents))

    def pull_back(self, node: Node, g: Gradient, wanted: tuple[Node | None, ...]) -> Iterable[Gradient]:
        rules = self.rules if self.variadic is None else self.rules * len(wanted)
        saved = self._recorded(node) if isinstance(g, Tensor) else node.saved
        pulled: list[Gradient] = []
        for parent, rule, read in zip(wanted, rules, saved):
            if parent is None or rule is None:
                pulled.append(None)
            else:
                pulled.append(rule.function(g, *read))
        return pulled

    def _read(self, name: str) -> Read:
        """Where the value comes from that a rule calls `name`."""
        if name == "out":
            return Read("out")
        if name in self.parameters:
            kind: Literal["given", "operand"] = "given" if name in self.defaults else "operand"
            return Read(kind, self.parameters.index(name), self.defaults.get(name))
        if name in self.options:
            return Read("option", name, self.defaults.get(name))
        if self.variadic is not None and name in ("i", self.variadic):
            return Read("i" if name == "i" else "operands")
        operand = name.removesuffix("_shape")
        return Read("shapes") if operand == self.variadic else Read("shape", self.parameters.index(operand))

    def _recorded(self, node: Node) -> list[Any]:
        """What `node` saved, tied to the graph again, so that rules differentiate through it."""
        rules = self.rules if self.variadic is None else self.rules * len(node.parents)
        return [
            None if read is None or rule is None else tuple(map(_tied, rule.reads, read, repeat(node)))
            for rule, read in zip(rules, node.saved)
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
        name = full_name(function.__name__, room)
        read = with_lists_read(function, Array)

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                return read(*args, **kwargs)
            except Exception as error:
                if (answer := answered(call, name, args, kwargs, error)) is not None:
                    raise answer from answer.__cause__
                raise

        register(name, call)
        return cast(F, call)

    return enter


Saver = Callable[[list[Any], dict[str, Any], np.ndarray, int], Any]


def _saver(reads: tuple[Read, ...]) -> Saver:
    """A function of a call that gives what `reads` names; the common cases in one step."""
    match [read.kind for read in reads]:
        case []:
            return lambda operands, options, out, i: ()
        case ["out"]:
            return lambda operands, options, out, i: (out,)
        case ["operand"]:
            first = reads[0].key
            return lambda operands, options, out, i: (operands[first],)
        case ["operand", "operand"]:
            first, second = (read.key for read in reads)
            return lambda operands, options, out, i: (operands[first], operands[second])
    takers = [_taker(*read) for read in reads]
    return lambda operands, options, out, i: tuple([take(operands, options, out, i) for take in takers])


def _taker(kind: str, key: Any, default: Any) -> Saver:
    """A function of a call that gives one thing that a rule reads."""
    match kind:
        case "operand":
            return lambda operands, options, out, i: operands[key]
        case "given":
            return lambda operands, options, out, i: operands[key] if key < len(operands) else default
        case "shape":
            return lambda operands, options, out, i: np.shape(operands[key])
        case "option":
            return lambda operands, options, out, i: options.get(key, default)
        case "out":
            return lambda operands, options, out, i: out
        case "i":
            return lambda operands, options, out, i: i
        case "operands":
            return lambda operands, options, out, i: tuple(operands)
    return lambda operands, options, out, i: tuple(map(np.shape, operands))


def _tied(read: Read, value: Any, node: Node) -> Any:
    """A saved value as a Tensor, where it is one of the graph's."""
    if read.kind == "out":
        return Tensor(value, node)
    if (
        read.kind in ("operand", "given")
        and read.key < len(node.parents)
        and node.parents[read.key] is not None
    ):
        return Tensor(value, node.parents[read.key])
    if read.kind == "operands":
        return tuple(x if p is None else Tensor(x, p) for x, p in zip(value, node.parents))
    return value


def _parameters(rule: Callable[..., Any]) -> tuple[str, ...]:
    rule = inspect.unwrap(rule)
    if isinstance(rule, FunctionType):  # ten times as fast as its signature, and there are hundreds of rules
        code = rule.__code__
        return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return tuple(inspect.signature(rule).parameters)
