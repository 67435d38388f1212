"""A fork copies one thread only: what another one holds at that moment stays held in the child for ever.

So forks wait while a thread does what a child would wait for: loads a module (which Python locks), sets
the threads of NumPy's products, adds to a gradient that several threads end at.
"""

import os
import threading
from typing import Any

HELD_OFF = threading.RLock()  # with HELD_OFF: no other thread forks

_waited_for: list[Any] = [HELD_OFF]  # in the order in which a fork takes them
_taken: list[Any] = []  # by the fork under way


def wait_for(lock: Any) -> None:
    """Have forks wait for `lock` as well, one that its owner may take again."""
    _waited_for.append(lock)


def _take() -> None:
    for lock in _waited_for:  # also one that is added while an earlier one is waited for
        lock.acquire()
        _taken.append(lock)


def _give_back() -> None:
    while _taken:
        _taken.pop().release()


def register() -> None:
    """Have forks take these locks first, before those of what was registered earlier: logging's, say.

    Who takes such a lock while one of these is held, as a module does that logs when it is loaded, registers
    them once more before.  They may be taken twice.
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_take, after_in_parent=_give_back, after_in_child=_give_back)


register()
