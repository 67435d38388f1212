"""Timing in one process and in turn, A B A B, and what was timed as a table."""

import time
from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.contest import Measured


def in_turn(
    contestants: Mapping[str, Callable[[], object]], rounds: int, warm_up: int = 1, repeats: int = 3
) -> dict[str, list[float]]:
    """Seconds per call of each contestant: in every round each runs `warm_up` + `repeats` times in a row.

    For what runs on one thread; libraries with threads of their own are for `benchmarks.contest`.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, call in contestants.items():
            for _ in range(warm_up):
                call()
            for _ in range(repeats):
                start = time.perf_counter()
                call()
                seconds[name].append(time.perf_counter() - start)
    return seconds


def table(measured: Mapping[str, Measured], baseline: str, memory: bool = False) -> str:
    """Median, quartiles, and the ratio of medians to `baseline`'s; the peak of memory, if asked for."""
    base = measured[baseline].median
    width = max(map(len, measured))
    lines = [f"{'':<{width}}  {'median':>12}  {'quartiles':>23}  ratio" + "  peak memory" * memory]
    for name, one in measured.items():
        low, high = np.percentile(one.seconds, [25, 75]) * 1e3
        line = f"{name:<{width}}  {one.median * 1e3:9.2f} ms  {low:8.2f} to {high:8.2f} ms  "
        line += f"{one.median / base:5.2f}"
        lines.append(line + (f"  {one.peak_bytes / 1e6:8.1f} MB" if memory else ""))
    return "\n".join(lines)
