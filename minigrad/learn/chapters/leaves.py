"""Chapter 6: what is not recorded."""

import gc
import weakref

from minigrad.learn.chapters.tape import var
from minigrad.learn.exercise import Exercise, Hint
from minigrad.learn.numbers import compare
from minigrad.learn.written import Written

TASK = """\
Add to tape.py: no_grad(), for `with no_grad(): ...`, inside which nothing is recorded; and detach(), a
method that gives the same number cut off from how it was made."""


def check_detach(written: Written) -> None:
    """detach cuts."""
    x = var(written, 3.0)
    y = x * 2.0
    cut = y.detach()
    if not isinstance(cut, written.Var):
        raise Hint(f"detach() gives a Var, to be computed with, and yours gave a {type(cut).__name__}")
    compare("the data of (2x).detach() at 3", cut.data, 6.0)
    (cut * x).backward()
    compare(
        "after y = 2x; (y.detach() * x).backward() at 3, x.grad",
        x.grad,
        6.0,
        [(12.0, "the gradient went on through detach(): what it gives has no parents")],
    )
    (y * x).backward()
    compare("and y itself is still on the tape: after (y * x).backward(), x.grad", x.grad, 6.0 + 12.0)


def check_no_grad(written: Written) -> None:
    """Inside no_grad nothing is recorded."""
    x = var(written, 3.0)
    with written.no_grad():
        y = x * x
        z = y.tanh() + x
    for name, made in (("x * x", y), ("y.tanh() + x", z)):
        if made.parents:
            raise Hint(f"{name} inside no_grad() has remembered its parents")
    compare("the data of x * x inside no_grad(), at 3", y.data, 9.0)
    w = x * x
    if not w.parents:
        raise Hint("after the block x * x has no parents: recording must be as it was before")


def check_nested(written: Written) -> None:
    """no_grad in no_grad."""
    x = var(written, 3.0)
    with written.no_grad():
        with written.no_grad():
            pass
        if (x * x).parents:
            raise Hint(
                "the end of the inner block switched recording on: put back what was there when it began"
            )
    if not (x * x).parents:
        raise Hint("after both blocks recording is off")


def check_error(written: Written) -> None:
    """An error inside no_grad."""
    x = var(written, 3.0)
    try:
        with written.no_grad():
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    else:
        raise Hint("no_grad() swallowed an error that was raised inside its block")
    if not (x * x).parents:
        raise Hint("after an error inside no_grad() recording stays off: put it back in a `finally`")


def check_memory(written: Written) -> None:
    """What is detached holds nothing of the tape."""
    x = var(written, 3.0)
    y = x * x
    made = weakref.ref(y)
    kept = y.detach()
    del y
    gc.collect()
    if made() is not None:
        raise Hint(
            "after `kept = y.detach(); del y` y is still in memory, and all of its tape with it: a list of "
            "detached "
            "losses would keep every step of training"
        )
    compare("and the number is still there:", kept.data, 9.0)


EXERCISE = Exercise(
    "Leaves, detach and no_grad",
    "tape.py",
    TASK,
    "",
    (check_detach, check_no_grad, check_nested, check_error, check_memory),
)
