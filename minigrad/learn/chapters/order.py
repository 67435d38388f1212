"""Chapter 3: in which order the tape is walked."""

from typing import Any

from minigrad.learn.chapters.tape import var
from minigrad.learn.exercise import Exercise, Hint
from minigrad.learn.numbers import compare
from minigrad.learn.written import Written

TASK = """\
Make `backward` of tape.py right for every graph: each number hands on its gradient once, when all of its
shares have come in. Of a thousand numbers in a row, or forty that are each used twice, it walks through each
once; and two calls add up on the numbers that you made, as two losses should."""

KEPT = (
    "b kept the gradient of the first walk and handed it on again: what stands between is of one walk, so "
    "keep it in a dictionary there, or set it to 0 before"
)


def check_diamond(written: Written) -> None:
    """b = a + a; c = b + b: all shares come in before one goes out."""
    a = var(written, 1.0)
    b = a + a
    c = b + b
    c.backward()
    compare(
        "after b = a + a; c = b + b; c.backward(), a.grad",
        a.grad,
        4.0,
        [
            (2.0, "b handed on its gradient after the first of its two shares, and the second came too late"),
            (6.0, "b handed on its gradient twice: the first share, and then both together"),
            (8.0, "b handed on its gradient twice, both shares each time"),
        ],
    )


def check_long_way(written: Written) -> None:
    """A short way and a long way to the same number."""
    a = var(written, 1.0)
    b = a * 2.0
    c = b * 3.0
    d = c * 5.0
    (b + d).backward()
    compare(
        "after b = 2a; d = 5·3b; (b + d).backward(), a.grad",
        a.grad,
        32.0,
        [
            (
                2.0,
                "b went on before its share from d, the long way round, had come: the latest made goes first",
            ),
            (34.0, "b handed on its first share twice"),
        ],
    )
    a = var(written, 1.0)
    b = a * 2.0
    d = b * 3.0 * 5.0
    (d + b).backward()
    compare("the same with (d + b).backward(), a.grad", a.grad, 32.0)


def check_each_once(written: Written) -> None:
    """Forty numbers, each used twice, are forty steps and not 2⁴⁰."""
    a = var(written, 1.0)
    value = a
    for _ in range(40):
        value = value + value
    value.backward()
    compare("after doubling 40 times, a.grad", a.grad, 2.0**40)


def check_depth(written: Written) -> None:
    """Five thousand numbers in a row."""
    a = var(written, 1.0)
    value = a
    for _ in range(5000):
        value = value + 1.0
    value.backward()
    compare("after adding 1 five thousand times, a.grad", a.grad, 1.0)


def check_twice(written: Written) -> None:
    """backward twice adds up on the numbers you made, and there alone."""
    a = var(written, 1.0)
    b = a * 3.0
    c: Any = b * b
    c.backward()
    first = a.grad
    c.backward()
    compare("after c = (3a)²; c.backward() at 1, a.grad", first, 18.0)
    if abs(a.grad - 18.0) < 1e-9:
        raise Hint(
            "the second backward() took the place of the first: grad is added to until you set it to 0"
        )
    compare(
        "and after a second c.backward(), a.grad",
        a.grad,
        36.0,
        [(54.0, KEPT), (72.0, KEPT)],
    )


EXERCISE = Exercise(
    "Why order matters",
    "tape.py",
    TASK,
    "",
    (check_diamond, check_long_way, check_each_once, check_depth, check_twice),
)
