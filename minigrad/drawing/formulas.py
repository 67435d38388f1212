"""What an op's doc says of it in formulas: "a · b.  ∂a: g·b;  ∂b: g·a."."""

import inspect
import re
from typing import Any, NamedTuple

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
