"""Functions that are made of ops, and so need no rule of their own; they stand in the ops' table."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from minigrad.lists import reader_of_lists
from minigrad.mistakes import answered
from minigrad.registry import full_name, register

F = TypeVar("F", bound=Callable[..., Any])


def composite(function: F) -> F:
    """Register a function that is made of ops."""
    return composite_in("")(function)


def composite_in(namespace: str) -> Callable[[F], F]:
    """The same for a function of one of NumPy's namespaces: `@composite_in("linalg")`."""

    def enter(function: F) -> F:
        name = full_name(function.__name__, namespace)
        read_lists = reader_of_lists(function)

        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                if read_lists is not None:
                    args, kwargs = read_lists(args, kwargs)
                return function(*args, **kwargs)
            except Exception as error:
                if (answer := answered(call, name, args, kwargs, error)) is not None:
                    raise answer from answer.__cause__
                raise

        register(name, call)
        return cast(F, call)

    return enter
