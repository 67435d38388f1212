"""Timing contestants in turn, A B A B, so that a drift of the machine's speed meets all of them."""

import statistics
import time
from collections.abc import Callable, Mapping

import numpy as np


def in_turn(
    contestants: Mapping[str, Callable[[], object]], rounds: int, warm_up: int = 1, repeats: int = 3
) -> dict[str, list[float]]:
    """Seconds per call of each contestant: in every round each runs `warm_up` + `repeats` times in a row.

    The first calls of a turn are not counted: the threads of the one before are still winding down.
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


def table(seconds: Mapping[str, list[float]], ruler: str) -> str:
    """Median, quartiles, and the ratio of medians to `ruler`'s."""
    base = statistics.median(seconds[ruler])
    width = max(map(len, seconds))
    lines = [f"{'':<{width}}  {'median':>9}  {'quartiles':>19}  ratio"]
    for name, values in seconds.items():
        low, high = np.percentile(values, [25, 75])
        median = statistics.median(values)
        lines.append(
            f"{name:<{width}}  {median * 1e3:6.2f} ms  {low * 1e3:6.2f} to {high * 1e3:6.2f} ms  "
            f"{median / base:5.2f}"
        )
    return "\n".join(lines)
