"""Mistakes in chapters 2 and 3: rules, and the order of the walk."""

from functools import partial

from minigrad.learn.chapters import order, tape
from tests.learn.mistake import Mistake

_tape, _order = partial(Mistake, tape.EXERCISE), partial(Mistake, order.EXERCISE)
BACKWARD = "    def backward(self):\n"


def instead(*lines: str) -> str:
    """Another `backward`, in place of the solution's, which stays under another name."""
    return BACKWARD + "".join(f"        {line}\n" for line in lines) + "\n    def unused(self):\n"


MISTAKES = [
    _tape("y = Var(np.tanh(self.data))", "return np.tanh(self.data)", "should be a Var"),
    _tape(
        "np.ones_like(result.data)", "np.zeros_like(result.data)", "begin with the result's own, which is 1"
    ),
    _tape("sum_to(g * b, a.data.shape)", "sum_to(g * a, a.data.shape)", "the share of a is g · b"),
    _tape("sum_to(g * a, b.data.shape)", "sum_to(g * b, b.data.shape)", "the share of b is g · a"),
    _tape("-1.0 * (y * y)", "-1.0 * (self * self)", "with its result y"),
    _tape("g * (1.0 + -1.0 * (y * y))", "g", "left out the gradient's factor"),
    _tape(
        "gradients[parent] + share if parent in gradients else share", "share", "took the place of the first"
    ),
    _tape("def tanh(self):", "def tanh(self, x):", "TypeError at outside your file"),
    _tape("return value if isinstance(value, Var) else Var(value)", "return value", "AttributeError at line"),
    _order("key=lambda var: -var.serial", "key=lambda var: var.serial", "KeyError at line"),
    _order("var.grad = var.grad + g.data", "var.grad = g.data", "took the place of the first"),
    _order(
        BACKWARD,
        instead(
            "def visit(var, g):",
            "    if not var.parents:",
            "        var.grad = var.grad + g.data",
            "    for parent, pull in var.parents:",
            "        visit(parent, pull(g))",
            "visit(self, Var(1.0))",
        ),
        "has not ended after",
    ),
    _order(
        BACKWARD,
        instead(
            "def visit(var):",
            "    for parent, pull in var.parents:",
            "        parent.grad = parent.grad + pull(Var(var.grad)).data",
            "        visit(parent)",
            "self.grad = np.array(1.0)",
            "visit(self)",
        ),
        "b handed on its gradient twice: the first share, and then both",
    ),
    _order(
        BACKWARD,
        instead(
            "seen = set()",
            "def visit(var):",
            "    seen.add(var)",
            "    for parent, pull in var.parents:",
            "        parent.grad = parent.grad + pull(Var(var.grad)).data",
            "        if parent not in seen:",
            "            visit(parent)",
            "self.grad = np.array(1.0)",
            "visit(self)",
        ),
        "b handed on its gradient after the first of its two shares",
    ),
    _order(
        "    found, waiting = {result}, [result]\n",
        "    order, seen = [], set()\n"
        "    def visit(var):\n"
        "        if var not in seen:\n"
        "            seen.add(var)\n"
        "            for parent, _ in var.parents:\n"
        "                visit(parent)\n"
        "            order.append(var)\n"
        "    visit(result)\n"
        "    return order[::-1]\n"
        "    found, waiting = {result}, [result]\n",
        "calls itself deeper than Python allows",
    ),
    _order(
        BACKWARD,
        instead(
            "self.grad = self.grad + 1.0",
            "for var in in_order(self):",
            "    for parent, pull in var.parents:",
            "        parent.grad = parent.grad + pull(Var(var.grad)).data",
        ),
        "b kept the gradient of the first walk",
    ),
]
