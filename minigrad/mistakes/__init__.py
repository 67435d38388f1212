"""What to write instead: sentences for calls that went wrong, and for names that are not there.

Asked only when something has been raised already, and loaded only then, so that it costs nothing where
nothing is wrong.  `answer` reads a call that NumPy refused, `calls` its arguments, `broadcasting`,
`reshaping`, `products`, `joining`, `einsum` and `indices` the operands (with `shapes`, how these read);
`names` holds what stands here for names of other libraries, `foreign` what cannot become an array.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def answered(
    op: Callable[..., Any],
    name: str,
    given: tuple[Any, ...] | list[Any],
    options: Mapping[str, Any],
    error: Exception,
) -> Exception | None:
    """What to raise in the place of `error`, which a call of `op` gave; None to let it stand."""
    from minigrad.mistakes.answer import answer

    return answer(op, name, given, options, error)


def answering(function: Callable[P, R]) -> Callable[P, R]:
    """Have a function that is no op say what to write for an argument that it does not have."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except TypeError as error:
            if (found := answered(call, function.__name__, args, kwargs, error)) is not None:
                raise found from found.__cause__
            raise

    return call


def not_readable(data: Any) -> str | None:
    """What to write for `data` that NumPy could not read; None where there is nothing to say."""
    from minigrad.mistakes.foreign import refused

    return refused(data)


__all__ = ["answered", "answering", "not_readable"]
