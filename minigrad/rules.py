"""A derivative rule, and what it reads of a call.

The names of a rule's parameters say what it reads.  Each name stands for an expression in what a call
leaves: `b` for operands[1], `axis` for options["axis"] or its default.  All that a rule reads is one
tuple of these, compiled when it is first wanted, so that to save it costs no more than to write it out.
"""

import inspect
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any

from minigrad.as_given import FIXED, SETTLED, as_given

if TYPE_CHECKING:
    from minigrad.primitive import Primitive

Take = Callable[[Any, list[Any], dict[str, Any], int], tuple[Any, ...]]


class Rule:
    """`function(g, *read)` pulls g back to one operand; `take(out, operands, options, i)` gives `read`."""

    __slots__ = ("_defaults", "_expressions", "function", "reads", "take")

    def __init__(
        self,
        function: Callable[..., Any],
        reads: tuple[str, ...],
        expressions: tuple[str, ...],
        defaults: dict[str, Any],
    ) -> None:
        self.function = function
        self.reads = reads
        self.take: Take = self._compile
        self._expressions = expressions
        self._defaults = defaults

    def _compile(self, out: Any, operands: list[Any], options: dict[str, Any], i: int) -> tuple[Any, ...]:
        source = "".join(f"{expression}, " for expression in self._expressions)
        known = {"FIXED": FIXED, "SETTLED": SETTLED, "as_given": as_given, "defaults": self._defaults}
        self.take = eval(f"lambda out, operands, options, i: ({source})", known)
        return self.take(out, operands, options, i)


def compile_rules(op: "Primitive[Any]", rules: Mapping[str, Callable[..., Any]]) -> dict[str, Rule]:
    """The rules of an op, by operand.  Raises TypeError for an operand, or a name read, that it has not."""
    operands = (*op.parameters, *([op.variadic] if op.variadic else []))
    known = _expressions(op, differentiable=set(rules))
    compiled = {}
    for operand, rule in rules.items():
        if operand not in operands:
            raise TypeError(
                f"{op.name}.vjp got a rule for {operand!r}, which is no operand: it has {', '.join(operands)}"
            )
        reads = _parameters(rule)[1:]
        wrong = [name for name in reads if name not in known]
        if wrong:
            raise TypeError(
                f"the rule for {operand!r} of {op.name} reads {', '.join(wrong)}; "
                f"a rule takes g first, then any of {', '.join(sorted(known))}"
            )
        compiled[operand] = Rule(rule, reads, tuple(known[name] for name in reads), op.defaults)
    return compiled


def _expressions(op: "Primitive[Any]", differentiable: set[str]) -> dict[str, str]:
    """What each name that a rule may read stands for.  Settings are kept as they were given."""
    found = {"out": "out"}
    for place, name in enumerate(op.parameters):
        operand = f"operands[{place}]"
        if name in op.defaults:  # and so may be omitted
            operand = f"({operand} if len(operands) > {place} else defaults[{name!r}])"
        found[name] = operand if name in differentiable else _as_given(operand, "SETTLED")
        found[f"{name}_shape"] = f"getattr({operand}, 'shape', ())"
    for name in op.options:
        found[name] = _as_given(f"options.get({name!r}, defaults.get({name!r}))", "FIXED")
    if op.variadic is not None:
        found[op.variadic] = "tuple(operands)"
        found[f"{op.variadic}_shape"] = "tuple([getattr(operand, 'shape', ()) for operand in operands])"
        found["i"] = "i"
    return found


def _as_given(expression: str, types: str) -> str:
    return f"(x if type(x := {expression}) in {types} else as_given(x))"


def _parameters(rule: Callable[..., Any]) -> tuple[str, ...]:
    rule = inspect.unwrap(rule)
    if isinstance(rule, FunctionType):  # ten times as fast as its signature, and there are hundreds of rules
        code = rule.__code__
        return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return tuple(inspect.signature(rule).parameters)
