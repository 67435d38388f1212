"""Calls side by side in threads, and NumPy's products held to one thread each meanwhile."""

import contextvars
import functools
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from minigrad import forks, modes

R = TypeVar("R")


def in_threads(calls: Sequence[Callable[[], R]]) -> list[R]:
    """What the calls give, each in a thread of its own with the modes of this one, the first in this one.

    An error is raised when all have ended: that of the first call that had one.  Where every op is shown
    to a watcher, who expects one at a time, the calls are made one after the other.
    """
    if modes.current.get().watchers:
        return [call() for call in calls]
    results: list[Any] = [None] * len(calls)
    errors: dict[int, BaseException] = {}

    def run(i: int) -> None:
        try:
            results[i] = calls[i]()
        except BaseException as error:  # raised below, in the thread that asked
            errors[i] = error

    others = [
        threading.Thread(target=contextvars.copy_context().run, args=(run, i)) for i in range(1, len(calls))
    ]
    for thread in others:
        thread.start()
    run(0)
    for thread in others:
        thread.join()
    try:
        if errors:
            raise errors[min(errors)]
    finally:
        errors.clear()  # or error, traceback, this frame and error would hold each other
    return results


class Products:
    """The threads of NumPy's products, one as long as anybody asks for it: the last puts the setting back."""

    def __init__(self) -> None:
        self._users: list[int] = []  # the threads that ask
        self._limited: Any = None

    @contextmanager
    def held_to_one_thread(self) -> Iterator[None]:
        """In the block."""
        controller = _blas()
        if controller is None:
            yield
            return
        user = threading.get_ident()
        with forks.HELD_OFF:
            if not self._users:
                self._limited = controller.limit(limits=1, user_api="blas")
            self._users.append(user)
        try:
            yield
        finally:
            with forks.HELD_OFF:
                self._users.remove(user)
                self._release()

    def forget_other_threads(self) -> None:
        """In the child of a fork, which has none of them."""
        self._users = [user for user in self._users if user == threading.get_ident()]
        self._release()

    def _release(self) -> None:
        if not self._users and self._limited is not None:
            self._limited.restore_original_limits()
            self._limited = None


PRODUCTS = Products()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=PRODUCTS.forget_other_threads)


@functools.cache
def _blas() -> Any:
    with forks.HELD_OFF:
        try:
            from threadpoolctl import ThreadpoolController
        except ImportError:
            return None
        return ThreadpoolController()


def cores() -> int:
    """The number of cores that this process may use, and `data_parallel` does."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
