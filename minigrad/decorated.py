"""A context manager as a decorator, for functions of every kind.

A generator or a coroutine runs in pieces, and between them whoever resumes it runs.  So each piece enters
the context for itself: what waits is outside of it.
"""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from types import coroutine
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])
Context = Callable[[], AbstractContextManager[Any]]  # makes one for each piece


def decorated(function: F, context: Context) -> F:
    """`function` inside of `context()`."""
    wrapper: Any
    if isasyncgenfunction(function):

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return _each_item(function(*args, **kwargs), context)

    elif iscoroutinefunction(function):

        async def wrapper(*args: Any, **kwargs: Any) -> Any:
            return await _awaited(function(*args, **kwargs), context)

    elif isgeneratorfunction(function):

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return (yield from _each_piece(function(*args, **kwargs), context))

    else:

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with context():
                return function(*args, **kwargs)

    return cast(F, wraps(function)(wrapper))


def _each_piece(steps: Any, context: Context) -> Generator[Any, Any, Any]:
    """`yield from steps`, each piece inside of a context."""
    resume, given = steps.send, None
    try:
        while True:
            try:
                with context():
                    item = resume(given)
            except StopIteration as end:
                return end.value
            try:
                resume, given = steps.send, (yield item)
            except GeneratorExit:
                raise
            except BaseException as error:
                resume, given = steps.throw, error
    finally:
        with context():
            steps.close()


_awaited = coroutine(_each_piece)


async def _each_item(items: AsyncGenerator[Any, Any], context: Context) -> AsyncGenerator[Any, Any]:
    """An async generator that gives what `items` does."""
    resume, given = items.asend, None
    try:
        while True:
            try:
                item = await _awaited(resume(given), context)
            except StopAsyncIteration:
                return
            try:
                resume, given = items.asend, (yield item)
            except GeneratorExit:
                raise
            except BaseException as error:
                resume, given = items.athrow, error
    finally:
        await _awaited(items.aclose(), context)
