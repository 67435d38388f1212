"""Functions that are made of ops, and so need no rule of their own; they stand in the ops' table."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from minigrad.lists import with_lists_read
from minigrad.mistakes import answered
from minigrad.registry import full_name, register

F = TypeVar("F", bound=Callable[..., Any])


def composite(function: F) -> F:
    """Register a function that is made of ops."""
    return composite_in("")(function)


def composite_in(room: str) -> Callable[[F], F]:
    """The same for a function of one of NumPy's rooms: `@composite_in("linalg")`."""

    def enter(function: F) -> F:
        name = full_name(function.__name__, room)
        read = with_lists_read(function)

        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                return read(*args, **kwargs)
            except Exception as error:
                if (answer := answered(call, name, args, kwargs, error)) is not None:
                    raise answer from answer.__cause__
                raise

        register(name, call)
        return cast(F, call)

    return enter
