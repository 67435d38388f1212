"""Chapter 2: a tape that the reader writes: what was computed is noted, and pulled back along."""

import math
from typing import Any

from minigrad.learn.exercise import Exercise, Hint
from minigrad.learn.numbers import compare, slopes
from minigrad.learn.written import Written

TASK = """\
A class Var of numbers that remember where they came from: +, *, tanh() and backward(), about sixty lines.
Every later chapter adds to this file, until it trains a net."""

STARTER = '''\
"""Your own reverse mode: a tape of numbers that remember where they came from."""

import math


class Var:
    """A number, and how it was made.

    `parents` are pairs (parent, pull): `pull` takes the gradient of this number and gives the parent's share.
    """

    def __init__(self, data, parents=()):
        self.data = data
        self.grad = 0.0
        self.parents = parents

    def __add__(self, other):
        """self + other; `other` may be a plain number."""
        raise NotImplementedError

    def __mul__(self, other):
        """self * other; `other` may be a plain number."""
        raise NotImplementedError

    # 2 + a and 2 * a call these with self = a
    __radd__ = __add__
    __rmul__ = __mul__

    def tanh(self):
        raise NotImplementedError

    def backward(self):
        """Leave in the `grad` of every number that this one was made from how fast this one grows with it."""
        raise NotImplementedError
'''


def var(written: Written, value: float) -> Any:
    """A Var of one number."""
    made = written.Var(value)
    if not hasattr(made, "grad"):
        raise Hint("a Var has an attribute `grad`, 0 at first")
    return made


def check_values(written: Written) -> None:
    """Values: +, * and tanh compute what they compute for numbers."""
    a, b = var(written, 2.0), var(written, -3.0)
    for what, got, wanted in (
        ("a + b at (2, -3)", a + b, -1.0),
        ("a * b at (2, -3)", a * b, -6.0),
        ("a.tanh() at 2", a.tanh(), math.tanh(2.0)),
        ("a + 1 at 2", a + 1.0, 3.0),
        ("3 * a at 2", 3.0 * a, 6.0),
        ("3 + a at 2", 3.0 + a, 5.0),
    ):
        if not isinstance(got, written.Var):
            raise Hint(f"{what} should be a Var, so that it remembers, and yours is a {type(got).__name__}")
        compare(f"the data of {what}", got.data, wanted)


def check_seed(written: Written) -> None:
    """The gradient of a result with respect to itself is 1."""
    a, b = var(written, 2.0), var(written, -3.0)
    total = a + b
    total.backward()
    compare(
        "after (a + b).backward(), a.grad",
        a.grad,
        1.0,
        [
            (
                0.0,
                "no gradient came: begin with the result's own, which is 1, and hand on what each pull gives",
            )
        ],
    )
    compare("after (a + b).backward(), b.grad", b.grad, 1.0)


def check_rules(written: Written) -> None:
    """The rules of * and tanh."""
    a, b = var(written, 2.0), var(written, -3.0)
    (a * b).backward()
    compare(
        "after (a * b).backward() at (2, -3), (a.grad, b.grad)",
        (a.grad, b.grad),
        (-3.0, 2.0),
        [
            ((2.0, 2.0), "the share of a is g · b, and you gave g · a"),
            ((-3.0, -3.0), "the share of b is g · a, and you gave g · b"),
            ((2.0, -3.0), "each has the other's share: that of a is g · b"),
            ((1.0, 1.0), "these are the shares of a sum"),
        ],
    )
    x = var(written, 0.5)
    (3.0 * x).tanh().backward()
    y = math.tanh(1.5)
    compare(
        "after (3 * x).tanh().backward() at 0.5, x.grad",
        x.grad,
        3 * (1 - y * y),
        [
            (3 * (1 - 1.5**2), "the rule of tanh is g · (1 - y²) with its result y, and you put its operand"),
            (1 - y * y, "the gradient was not multiplied by 3 on its way through 3 * x"),
            (3.0, "the rule of tanh left out the gradient's factor 1 - y²"),
        ],
    )


def check_used_twice(written: Written) -> None:
    """A number that is used twice: both shares are added."""
    a = var(written, 3.0)
    (a * a).backward()
    compare(
        "after (a * a).backward() at 3, a.grad",
        a.grad,
        6.0,
        [(3.0, "a is used twice, and its second share took the place of the first: add it, with +=")],
    )
    a = var(written, 3.0)
    (a + a).backward()
    compare("after (a + a).backward(), a.grad", a.grad, 2.0, [(1.0, "both uses of a count: add the shares")])


def check_expressions(written: Written) -> None:
    """Longer expressions, beside finite differences."""

    def f(a: Any, b: Any, c: Any) -> Any:
        return (a * b + c).tanh() * a + 2.0 * b + c * c

    class Plain(float):
        """A number with tanh, for finite differences."""

        def __add__(self, other: float) -> "Plain":
            return Plain(float(self) + other)

        def __mul__(self, other: float) -> "Plain":
            return Plain(float(self) * other)

        __radd__, __rmul__ = __add__, __mul__

        def tanh(self) -> "Plain":
            return Plain(math.tanh(self))

    at = (0.7, -1.2, 0.4)
    variables = [var(written, value) for value in at]
    f(*variables).backward()
    wanted = slopes(lambda *values: f(*map(Plain, values)), *at)
    compare("the gradient of tanh(a·b + c)·a + 2b + c²", [v.grad for v in variables], wanted)


EXERCISE = Exercise(
    "A tape in 60 lines",
    "tape.py",
    TASK,
    STARTER,
    (check_values, check_seed, check_rules, check_used_twice, check_expressions),
)
