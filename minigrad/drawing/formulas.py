"""What an op's doc says of it in formulas: "a · b.  ∂a: g·b;  ∂b: g·a."."""

import inspect
import re
from typing import Any, NamedTuple

from minigrad.registry import OPS

_RULE = re.compile(r"∂(\w+): (.*?)(?=;\s+∂| and ∂|\.\s|\.?$)", re.DOTALL)


class Formulas(NamedTuple):
    """The op's own formula, and by operand what its rule makes of the gradient g of the result."""

    forward: str
    rules: dict[str, str]

    def of(self, parameter: str) -> str:
        """The rule of an operand, "" where the doc has none; it may be called by its first letter there."""
        for name, rule in self.rules.items():
            if name == parameter or name.lower() == parameter[:1]:
                return rule
        return ""


def formulas(op: Any) -> Formulas:
    """Read from the doc of `op`; of one without formulas, its first sentence."""
    doc = inspect.cleandoc(op.__doc__ or "")
    forward = re.split(r"  ∂|  g goes|\n", doc, maxsplit=1)[0].strip().removesuffix(".")
    rules = {name: " ".join(rule.split()) for name, rule in _RULE.findall(doc)}
    return Formulas(forward, rules)


def derivatives(op: Any) -> str:
    """What the doc of an op says of its derivatives: its sentences with a ∂.

    Else those about g, the gradient of its result, or those of the op that it is said to be like.
    """
    if said := _told_of(op):
        return said
    for name in re.findall(r"`(\w+)`", getattr(op, "__doc__", "") or ""):
        if name in OPS and (said := _told_of(OPS[name])):
            return f"as {name}: {said}"
    return ""


def _told_of(op: Any) -> str:
    doc = " ".join((getattr(op, "__doc__", "") or "").split())
    sentences = re.split(r"(?<=\.)\s+(?=[A-Z∂`g])", doc)
    told = [[each for each in sentences if re.search(sign, each)] for sign in ("∂", r"\bg\b")]
    return " ".join(told[0] or told[1])
