"""Chapter 1: slopes of single steps, and the chain rule that joins them."""

import math
from collections.abc import Callable

from minigrad.learn.exercise import Exercise, Hint
from minigrad.learn.numbers import compare, slopes
from minigrad.learn.written import Written

TASK = """\
Three functions, each of which gives a value and its slopes: how fast the value grows with each argument.
Find the slopes by rule, not by trying: the checks try them for you."""

STARTER = '''\
"""Chapter 1: the chain rule.  Put what is missing in the places of None."""

import math


def multiply(a, b):
    """a * b, and its slopes along a and along b."""
    return a * b, (None, None)


def tanh(x):
    """tanh(x), and its slope along x."""
    return math.tanh(x), (None,)


def neuron(a, b, c):
    """tanh(a * b + c), and its slopes along a, b and c: products of the slopes above."""
    value = None
    return value, (None, None, None)
'''


def answer(function: Callable[..., object], *at: float) -> tuple[object, tuple[object, ...]]:
    """A value and its slopes, in the form that is asked for."""
    if not callable(function):
        raise Hint(f"there should be a function, and there is {function!r}")
    name, given = function.__name__, function(*at)
    if not (isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], tuple)):
        raise Hint(f"{name} gives a value and a tuple of slopes, and yours gave {given!r}")
    value, found = given
    if len(found) != len(at):
        raise Hint(f"{name} has {len(at)} slopes, one for each argument, and yours gave {len(found)}")
    if value is None or None in found:
        raise Hint(f"{name} still has a None in it")
    return value, found


def check_multiply(written: Written) -> None:
    """The slopes of a product."""
    a, b = 2.0, -3.0
    value, found = answer(written.multiply, a, b)
    compare("2 · (-3)", value, a * b)
    compare(
        "the slopes of a · b at (2, -3), along a and b,",
        found,
        slopes(lambda a, b: a * b, a, b),
        [
            ((a, b), "along a the product grows by what a is multiplied with, and you gave a itself"),
            (
                (1.0, 1.0),
                "that is the rule of a sum; a product grows the faster, the larger the other one is",
            ),
        ],
    )


def check_tanh(written: Written) -> None:
    """The slope of tanh."""
    x = 0.5
    value, found = answer(written.tanh, x)
    compare("tanh(0.5)", value, math.tanh(x))
    compare(
        "the slope of tanh at 0.5",
        found,
        slopes(math.tanh, x),
        [
            ((1 - x * x,), "1 - y² is of the result y = tanh(x), and you put x in its place"),
            ((1 - math.tanh(x),), "the square is missing in 1 - tanh(x)²"),
            ((math.tanh(x),), "that is the value again, not how fast it grows"),
        ],
    )


def check_neuron(written: Written) -> None:
    """The chain rule, over three steps."""
    for a, b, c in ((0.7, -1.2, 0.4), (-0.3, 0.9, 0.2)):
        value, found = answer(written.neuron, a, b, c)
        x = a * b + c
        outer = 1 - math.tanh(x) ** 2
        compare(f"tanh(a·b + c) at ({a}, {b}, {c})", value, math.tanh(x))
        compare(
            f"the slopes of tanh(a·b + c) at ({a}, {b}, {c}), along a, b and c,",
            found,
            slopes(lambda a, b, c: math.tanh(a * b + c), a, b, c),
            [
                ((b, a, 1.0), "these are those of a·b + c alone: multiply each by the slope of tanh there"),
                ((outer * a, outer * b, outer), "a and b have each other's slope"),
                ((outer + b, outer + a, outer + 1), "slopes of steps in a row are multiplied, not added"),
                ((outer, outer, outer), "that is the slope of tanh alone: multiply by those of a·b + c"),
                (
                    ((1 - math.tanh(a) ** 2) * b, (1 - math.tanh(b) ** 2) * a, 1 - math.tanh(c) ** 2),
                    "the slope of tanh is to be taken where tanh was computed, at a·b + c",
                ),
            ],
        )


def check_exact(written: Written) -> None:
    """Exact slopes, not tried ones."""
    a, b, c = 0.7, -1.2, 0.4
    outer = 1 - math.tanh(a * b + c) ** 2
    _, found = answer(written.neuron, a, b, c)
    try:
        compare("the slopes of the neuron", found, (outer * b, outer * a, outer), tolerance=1e-13)
    except Hint:
        raise Hint(
            "your slopes are nearly right, as differences over a small step are: write the rules, which are "
            "exact"
        ) from None


EXERCISE = Exercise(
    "The chain rule", "chain.py", TASK, STARTER, (check_multiply, check_tanh, check_neuron, check_exact)
)
