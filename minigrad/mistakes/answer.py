"""From a call that has raised to a sentence about it: both shapes, the axis that disagrees, the way out."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from minigrad.mistakes import broadcasting, calls, einsum, indices, joining, products, reshaping, shapes
from minigrad.registry import OPS

# Of a public function, by name: its arguments to a sentence, or to None where they are as they should be.
EXPLAINED: dict[str, Callable[..., str | None]] = {
    **products.EXPLAINED,
    **joining.EXPLAINED,
    **broadcasting.EXPLAINED,
    **reshaping.EXPLAINED,
    **indices.EXPLAINED,
    "einsum": einsum.explain,
}

# An answer is of the first of these that the error is, so that whoever catches NumPy's class catches ours.
_KINDS = (np.exceptions.AxisError, np.linalg.LinAlgError, IndexError, TypeError, ValueError)


def answer(
    op: Callable[..., Any],
    name: str,
    given: tuple[Any, ...] | list[Any],
    options: Mapping[str, Any],
    error: Exception,
) -> Exception | None:
    """The exception to raise in the place of `error`, which a call of `op` gave; None to let it stand.

    It is of the same kind and names `error`, or what that one came from, as its cause.
    """
    kind = next((kind for kind in _KINDS if isinstance(error, kind)), None)
    if kind is None:
        return None
    try:
        text = _explain(op, name, tuple(given), options, error)
    except Exception:  # what was given may be anything: where it cannot be read, NumPy's own words stand
        return None
    if text is None:
        return None
    found = kind(text)
    for note in getattr(error, "__notes__", ()):
        found.add_note(note)
    found.__cause__ = error.__cause__ or error
    return found


def _explain(
    op: Callable[..., Any],
    name: str,
    given: tuple[Any, ...],
    options: Mapping[str, Any],
    error: Exception,
) -> str | None:
    signature = inspect.signature(op)
    try:
        call = signature.bind(*given, **options)
    except TypeError:
        return calls.explain(name, signature, given, options)
    call.apply_defaults()
    text = None
    if OPS.get(name) is op and name in EXPLAINED:
        text = _asked(EXPLAINED[name], call)
    if text is None:
        text = shapes.axis_too_far(name, error, call.arguments)
    if text is None and error.__cause__ is None:  # else the op inside has said it
        text = (
            calls.keepdims_for_dtype(name, call.arguments)
            or calls.axis_of_another_kind(name, call.arguments)
            or shapes.not_square(name, error, call.arguments)
            or broadcasting.not_broadcast(name, error, call.arguments)
        )
    return text


def _asked(explain: Callable[..., str | None], call: inspect.BoundArguments) -> str | None:
    """`explain`, given what it wants to know of a call."""
    wanted = inspect.signature(explain).parameters
    named = {key: value for key, value in call.arguments.items() if key in wanted}
    if any(p.kind is p.VAR_POSITIONAL for p in wanted.values()):
        return explain(*call.args)
    return explain(**named)
