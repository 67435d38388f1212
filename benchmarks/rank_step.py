"""What mpiexec starts in benchmarks.ranks: times on its ranks, as JSON, told by rank 0.

    mpiexec -n 2 python -m benchmarks.rank_step SETTING STEPS

The seconds of a step of a batch that the ranks share, "overlapped" with the gradients sent during backward
and "after" it; of waiting for the sums at its end; of the sum of an array by its bytes; and, on one rank, of
a step of the whole batch, a half and a quarter of it.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import minigrad as mg
import nn
from benchmarks.train_step import LARGER, NANO, Setting
from nn.data.parts import part
from nn.parallel import MPI, Communicator, GradientSums
from nn.training.shared_update import SharedUpdate

SETTINGS = {"128 channels": NANO, "256 channels": LARGER, "tiny": NANO.tiny}
PARTS = (1, 2, 4)
SIZES = [2**k for k in range(10, 25, 2)]  # bytes


class Waiting(GradientSums):
    """Sums that tell how long they were waited for; sent after backward where not `overlapped`."""

    overlapped = True
    seconds = 0.0

    def take(self, leaf: mg.Tensor) -> None:
        if self.overlapped:
            super().take(leaf)

    def finish(self) -> None:
        start = time.perf_counter()
        super().finish()
        self.seconds = time.perf_counter() - start


def steps(setting: Setting, ranks: Communicator, count: int) -> dict[str, Any]:
    """Medians over `count` steps of each kind, in turn."""
    model, ids, targets = setting.problem()
    share = part(ids, ranks.rank, ranks.size), part(targets, ranks.rank, ranks.size)
    optimizer = nn.optim.AdamW(model.parameters(), lr=1e-3)
    update = SharedUpdate(model, optimizer, lambda batch: model.loss(*batch), None, 1.0, ranks)
    update.sums = sums = Waiting(model.parameters(), ranks)
    batch = share, len(share[0]) / len(ids)
    for _ in range(3):
        update(batch)
    seconds: dict[str, list[float]] = {"overlapped": [], "after": [], "wait": [], "wait after": []}
    for _ in range(count):
        for kind, wait in (("overlapped", "wait"), ("after", "wait after")):
            sums.overlapped = kind == "overlapped"
            seconds[kind].append(timed(ranks, lambda: update(batch)))
            seconds[wait].append(sums.seconds)
    medians = {kind: statistics.median(some) for kind, some in seconds.items()}
    buckets = [bucket.flat.nbytes for bucket in sums.buckets]
    return {**medians, "buckets": buckets, "parameters": sum(p.size for p in model.parameters())}


def steps_of_parts(setting: Setting, ranks: Communicator, count: int) -> dict[str, float]:
    """Median seconds of a step of 1/k of the batch on this rank alone, by k, in turn."""
    model, ids, targets = setting.problem()
    optimizer = nn.optim.AdamW(model.parameters(), lr=1e-3)
    update = SharedUpdate(model, optimizer, lambda batch: model.loss(*batch), None, 1.0, ranks)
    batches = {k: ((part(ids, 0, k), part(targets, 0, k)), 1.0) for k in PARTS if k <= len(ids)}
    seconds: dict[int, list[float]] = {k: [] for k in batches}
    for turn in range(count + 2):
        for k, batch in batches.items():
            passed = timed(ranks, lambda batch=batch: update(batch))
            seconds[k] += [passed] * (turn >= 2)
    return {str(k): statistics.median(some) for k, some in seconds.items()}


def sums_alone(ranks: Communicator, count: int) -> dict[str, float]:
    """Median seconds of the sum of an array, by its bytes."""
    found = {}
    for size in SIZES:
        array = np.ones(size // 4, np.float32)
        times = [timed(ranks, lambda array=array: ranks.begin_sum(array).wait()) for _ in range(3 * count)]
        found[str(size)] = statistics.median(times)
    return found


def timed(ranks: Communicator, call: Callable[[], Any]) -> float:
    """Seconds of a call that all ranks begin together."""
    ranks.gather(None)
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> None:
    """Measure, and print on rank 0."""
    mg.kernels.keep_heap()
    ranks, setting, count = MPI(), SETTINGS[sys.argv[1]], int(sys.argv[2])
    found = {**steps(setting, ranks, count), "sums": sums_alone(ranks, count)}
    if ranks.size == 1:
        found["parts"] = steps_of_parts(setting, ranks, count)
    if ranks.rank == 0:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
