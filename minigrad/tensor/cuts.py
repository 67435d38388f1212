"""Numbers taken out of a graph: asked for, as by float(loss), or behind the program's back.

`array[0] = t[0]`, `array.fill(t)` and `math.sin(t)` ask a tensor for its number as float(t) does, and what
they make of it has no gradient.  Nothing but the line of the program tells one from the other.
"""

import ast
import linecache
import sys
import warnings
from dis import opname
from functools import lru_cache
from itertools import islice
from types import CodeType

from minigrad import modes
from minigrad.registry import OPS


class GraphCutWarning(UserWarning):
    """A number was taken out of a graph unasked, so that no gradient passes through what is made of it."""


class GraphCutError(TypeError):
    """A number was taken out of a graph in a function that mg.grad, or its like, is differentiating."""


# What is plainly meant to give a number, or an answer that has no gradient to lose.
_ASKS = frozenset(
    "float int complex float16 float32 float64 floor ceil trunc isnan isinf isfinite isclose".split()
)


def number_taken() -> None:
    """Raise GraphCutError, or warn once a line, unless the program has asked for the number that it gets."""
    frame = sys._getframe(2)  # who has called the __float__ of a tensor
    asked, instead = _asked(frame.f_code, frame.f_lasti)
    if asked:
        return
    text = (
        "the number of a recorded tensor was taken out of its graph, and no gradient will pass through what "
        f"is made of it: {instead}, or float(t) if the number alone is meant"
    )
    if modes.current.get().tracing:
        raise GraphCutError(text)
    warnings.warn(text, GraphCutWarning, stacklevel=3)


def say_in_its_own_words(error: ValueError) -> None:
    """Raise the GraphCutError that NumPy has made a ValueError of, in an assignment."""
    cut = error.__cause__
    if isinstance(cut, GraphCutError):
        raise GraphCutError(*cut.args).with_traceback(error.__traceback__) from None


@lru_cache(maxsize=1000)
def _asked(code: CodeType, instruction: int) -> tuple[bool, str]:
    """Whether this instruction asks for a number in so many words; else what to write in its place."""
    match opname[code.co_code[instruction]]:
        case "STORE_SUBSCR" | "STORE_SLICE":
            return False, "write mg.index_put(array, index, t), or join tensors by mg.stack([...])"
        case "BINARY_OP":  # "%.3f" % t
            return True, ""
    names = _names(code, instruction)
    if names is None:
        names = list(code.co_names)
    if _ASKS.intersection(names):
        return True, ""
    name = names[-1] if names else ""
    if name in OPS:
        return False, f"write np.{name}(t)"
    return False, "write it with np.* or mg.* functions of the tensor itself"


def _names(code: CodeType, instruction: int) -> list[str] | None:
    """What the expression of an instruction calls, the outermost function last; None if nobody knows."""
    line, end_line, start, end = next(islice(code.co_positions(), instruction // 2, None))
    if line is None or end_line is None or start is None or end is None:
        return None
    lines = [linecache.getline(code.co_filename, i).encode() for i in range(line, end_line + 1)]
    if not all(lines):
        return None  # there is no source to look at
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    try:
        tree = ast.parse(f"({b''.join(lines).decode()})", mode="eval").body
    except (SyntaxError, UnicodeDecodeError):
        return None
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)][::-1]
    return [name for call in calls for name in _functions(call)]


def _functions(call: ast.Call) -> list[str]:
    """The names of the function called, and of one that it is given to call itself."""
    given = [word.value for word in call.keywords if word.arg == "key"]
    if isinstance(call.func, ast.Name) and call.func.id == "map":
        given += call.args[:1]
    return [str(getattr(f, "attr", getattr(f, "id", ""))) for f in (*given, call.func)]
