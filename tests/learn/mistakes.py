"""Typical mistakes: an edit of a reference solution, and words of the hint that it must be met with."""

from typing import NamedTuple


class Mistake(NamedTuple):
    """In the answer to `chapter`, `wrong` instead of `right`."""

    chapter: int
    right: str
    wrong: str
    hint: str


CHAIN = [
    Mistake(1, "return a * b, (b, a)", "return a * b, (a, b)", "what a is multiplied with"),
    Mistake(1, "return a * b, (b, a)", "return a * b, (1.0, 1.0)", "the rule of a sum"),
    Mistake(1, "return a * b, (b, a)", "return a * b, (None, a)", "still has a None"),
    Mistake(1, "return a * b, (b, a)", "return a * b", "a value and a tuple of slopes"),
    Mistake(1, "(1 - y * y,)", "(1 - x * x,)", "you put x in its place"),
    Mistake(1, "(1 - y * y,)", "(1 - y,)", "the square is missing"),
    Mistake(1, "(1 - y * y,)", "(y,)", "not how fast it grows"),
    Mistake(1, "(outer * along_a, outer * along_b, outer)", "(along_a, along_b, 1.0)", "of a·b + c alone"),
    Mistake(1, "(outer * along_a, outer * along_b, outer)", "(outer, outer, outer)", "of tanh alone"),
    Mistake(
        1,
        "(outer * along_a, outer * along_b, outer)",
        "(outer + along_a, outer + along_b, outer + 1)",
        "multiplied, not added",
    ),
    Mistake(1, "outer * along_a, outer * along_b", "outer * along_b, outer * along_a", "each other's slope"),
    Mistake(
        1,
        "(1 - y * y,)",
        "((math.tanh(x + 1e-6) - math.tanh(x - 1e-6)) / 2e-6,)",
        "as differences over a small step are",
    ),
]

TAPE = [
    Mistake(2, "return Var(y, ", "return y; Var(y, ", "should be a Var"),
    Mistake(
        2, "gradients = {self: 1.0}", "gradients = {self: 0.0}", "begin with the result's own, which is 1"
    ),
    Mistake(2, "(self, lambda g: g * b)", "(self, lambda g: g * a)", "the share of a is g · b"),
    Mistake(2, "g * (1 - y * y)", "g * (1 - self.data * self.data)", "with its result y"),
    Mistake(2, "g * (1 - y * y)", "g", "left out the gradient's factor"),
    Mistake(2, "gradients.get(parent, 0.0) + pull(g)", "pull(g)", "took the place of the first"),
    Mistake(2, "other = as_var(other)\n        a, b", "a, b", "AttributeError at line"),
    Mistake(2, "def tanh(self):", "def tanh(self, x):", "TypeError at outside your file"),
]

ORDER = [
    Mistake(3, "key=lambda var: -var.serial", "key=lambda var: var.serial", "KeyError at line"),
    Mistake(
        3,
        "    gradients = {self: 1.0}",
        "    def walk(var, g):\n"
        "            if not var.parents:\n"
        "                var.grad += g\n"
        "            for parent, pull in var.parents:\n"
        "                walk(parent, pull(g))\n"
        "        walk(self, 1.0)\n"
        "        return\n"
        "        gradients = {}",
        "has not ended after",
    ),
    Mistake(
        3,
        "    gradients = {self: 1.0}",
        "    def walk(var):\n"
        "            for parent, pull in var.parents:\n"
        "                parent.grad += pull(var.grad)\n"
        "                walk(parent)\n"
        "        self.grad = 1.0\n"
        "        walk(self)\n"
        "        return\n"
        "        gradients = {}",
        "b handed on its gradient twice",
    ),
    Mistake(
        3,
        "    gradients = {self: 1.0}",
        "    seen = set()\n"
        "        def walk(var):\n"
        "            seen.add(var)\n"
        "            for parent, pull in var.parents:\n"
        "                parent.grad += pull(var.grad)\n"
        "                if parent not in seen:\n"
        "                    walk(parent)\n"
        "        self.grad = 1.0\n"
        "        walk(self)\n"
        "        return\n"
        "        gradients = {}",
        "b handed on its gradient after the first of its two shares",
    ),
    Mistake(
        3,
        "    found, waiting = {result}, [result]",
        "    order = []\n"
        "    def visit(var):\n"
        "        if var not in order:\n"
        "            for parent, _ in var.parents:\n"
        "                visit(parent)\n"
        "            order.append(var)\n"
        "    visit(result)\n"
        "    return order[::-1]\n"
        "    found, waiting = {result}, [result]",
        "calls itself deeper than Python allows",
    ),
    Mistake(3, "var.grad += g", "var.grad = g", "took the place of the first"),
    Mistake(
        3,
        "    gradients = {self: 1.0}\n",
        "    self.grad += 1.0\n"
        "        for var in in_order(self):\n"
        "            for parent, pull in var.parents:\n"
        "                parent.grad += pull(var.grad)\n"
        "        return\n"
        "        gradients = {self: 1.0}\n",
        "b kept the gradient of the first walk",
    ),
]

MISTAKES = [*CHAIN, *TAPE, *ORDER]
