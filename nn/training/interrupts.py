"""Signals that ask a program to end, handled for as long as a block runs."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def handled(handler: Callable[[int, object], None]) -> Iterator[None]:
    """In the block, `handler` is called at SIGINT, SIGTERM and SIGHUP, where these are not ignored."""
    before = _handlers()
    for number in before:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


@contextmanager
def first_signal() -> Iterator[list[int]]:
    """In the block, a list that gets the number of the first of these signals, which then does no more.

    A second one does what it did before the block.
    """
    asked: list[int] = []
    before = _handlers()

    def ask(number: int, frame: object) -> None:
        asked.append(number)
        for each, old in before.items():
            signal.signal(each, old)

    with handled(ask):
        yield asked


def _handlers() -> dict[int, Any]:
    """What is called now, by the number of the signal; nothing in a thread, where Python handles none."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    return {number: old for number, old in before.items() if old not in (signal.SIG_IGN, None)}
