"""A derivative rule, and what it reads of a call.

The names of a rule's parameters say what it reads.  Each name stands for an expression in what a call
leaves: `b` for operands[1], `axis` for options["axis"] or its default.  All that a rule reads is one
tuple of these, compiled when it is first wanted, so that to save it costs no more than to write it out.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from minigrad.as_given import FIXED, SETTLED, as_given
from minigrad.parameters import parameters_of

if TYPE_CHECKING:
    from minigrad.primitive import Primitive

Take = Callable[[Any, list[Any], dict[str, Any], int], tuple[Any, ...]]


class Rule:
    """`function(g, *read)` pulls g back to one operand; `take(out, operands, options, i)` gives `read`."""

    __slots__ = ("_expressions", "function", "reads", "take")

    def __init__(
        self, function: Callable[..., Any], reads: tuple[str, ...], expressions: "Expressions"
    ) -> None:
        self.function = function
        self.reads = reads
        self.take: Take = self._compile
        self._expressions = expressions

    def _compile(self, out: Any, operands: list[Any], options: dict[str, Any], i: int) -> tuple[Any, ...]:
        self.take = self._expressions.compiled(self.reads)
        return self.take(out, operands, options, i)


def compile_rules(op: "Primitive[Any]", rules: Mapping[str, Callable[..., Any]]) -> dict[str, Rule]:
    """The rules of an op, by operand.  Raises TypeError for an operand, or a name read, that it has not."""
    operands = (*op.parameters, *([op.variadic] if op.variadic else []))
    expressions = Expressions(op, differentiable=frozenset(rules))
    known = {"out", *operands, *(f"{name}_shape" for name in operands), *op.options}
    known |= {"i"} if op.variadic else set()
    compiled = {}
    for operand, rule in rules.items():
        if operand not in operands:
            raise TypeError(
                f"{op.name}.vjp got a rule for {operand!r}, which is no operand: it has {', '.join(operands)}"
            )
        _, *reads = (*(of := parameters_of(rule)).positional, *of.by_keyword)
        wrong = [name for name in reads if name not in known]
        if wrong:
            raise TypeError(
                f"the rule for {operand!r} of {op.name} reads {', '.join(wrong)}; "
                f"a rule takes g first, then any of {', '.join(sorted(known))}"
            )
        compiled[operand] = Rule(rule, tuple(reads), expressions)
    return compiled


class Expressions(NamedTuple):
    """What the names that the rules of an op read stand for."""

    op: "Primitive[Any]"
    differentiable: frozenset[str]

    def compiled(self, reads: tuple[str, ...]) -> Take:
        """The function that gives the tuple of what `reads` stand for."""
        source = "".join(f"{self.of(name)}, " for name in reads)
        known = {"FIXED": FIXED, "SETTLED": SETTLED, "as_given": as_given, "defaults": self.op.defaults}
        take: Take = eval(f"lambda out, operands, options, i: ({source})", known)
        return take

    def of(self, name: str) -> str:
        """The expression for `name`.  Settings are kept as they were given."""
        if name in ("out", "i") and name not in (*self.op.parameters, *self.op.options):
            return name
        if name in self.op.options:
            return _as_given(f"options.get({name!r}, defaults.get({name!r}))", "FIXED")
        if name == self.op.variadic:
            return "tuple(operands)"
        if name == f"{self.op.variadic}_shape":
            return "tuple([getattr(operand, 'shape', ()) for operand in operands])"
        if name not in self.op.parameters:
            return f"getattr({self._operand(name.removesuffix('_shape'))}, 'shape', ())"
        operand = self._operand(name)
        return operand if name in self.differentiable else _as_given(operand, "SETTLED")

    def _operand(self, name: str) -> str:
        place = self.op.parameters.index(name)
        if name in self.op.defaults:  # and so may be omitted
            return f"(operands[{place}] if len(operands) > {place} else defaults[{name!r}])"
        return f"operands[{place}]"


def _as_given(expression: str, types: str) -> str:
    return f"(x if type(x := {expression}) in {types} else as_given(x))"
