"""Ranks that are threads of one process, so that most of training on several can be tested without MPI."""

import pickle
import threading
from collections.abc import Callable
from typing import Any

import numpy as np


class Hub:
    """What the ranks meet at."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.barrier = threading.Barrier(size, timeout=20)
        self.given: list[bytes] = [b""] * size
        self.sums: list[dict[int, np.ndarray]] = []  # what was given to each, by rank
        self.changed = threading.Condition()


class Rank:
    """An nn.parallel.Communicator."""

    def __init__(self, hub: Hub, rank: int) -> None:
        self.hub, self.rank, self.size = hub, rank, hub.size
        self.sent = 0  # sums begun
        self.log: list[Any] = []

    def gather(self, value: Any) -> list[Any]:
        self.hub.given[self.rank] = pickle.dumps(value)
        self.hub.barrier.wait()
        found = [pickle.loads(given) for given in self.hub.given]
        self.hub.barrier.wait()
        return found

    def first(self, value: Any) -> Any:
        return self.gather(value)[0]

    def begin_sum(self, array: np.ndarray) -> "Sum":
        with self.hub.changed:
            if self.sent == len(self.hub.sums):
                self.hub.sums.append({})
            given = self.hub.sums[self.sent]
            given[self.rank] = array.copy()
            self.hub.changed.notify_all()
        self.sent += 1
        self.log.append(("sent", array.size))
        return Sum(self.hub, given, array)


class Sum:
    """An nn.parallel.Pending."""

    def __init__(self, hub: Hub, given: dict[int, np.ndarray], array: np.ndarray) -> None:
        self.hub, self.given, self.array = hub, given, array
        self.advanced = 0

    def advance(self) -> None:
        self.advanced += 1

    def wait(self) -> None:
        with self.hub.changed:
            assert self.hub.changed.wait_for(lambda: len(self.given) == self.hub.size, timeout=20)
        self.array[...] = sum(self.given[rank] for rank in range(self.hub.size))


def on_ranks(size: int, call: Callable[[Rank], Any]) -> list[Any]:
    """What `call(rank)` gives or raises on each rank."""
    hub, found = Hub(size), [None] * size

    def run(rank: int) -> None:
        try:
            found[rank] = call(Rank(hub, rank))
        except BaseException as error:
            found[rank] = error

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
