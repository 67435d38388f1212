"""Where the time of a step goes, op by op, forward and backward."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from minigrad.fused import Fused
from minigrad.operation import Operation
from minigrad.primitive import Primitive


class OpTimes:
    """Seconds and calls of each op's forward and backward."""

    def __init__(self) -> None:
        self.forward: dict[str, float] = defaultdict(float)
        self.backward: dict[str, float] = defaultdict(float)
        self.calls: dict[str, int] = defaultdict(int)

    def table(self, total: float, steps: int) -> str:
        """Milliseconds per step, the slowest op first; `total` is what the steps took as a whole."""
        names = sorted(self.calls, key=lambda name: -(self.forward[name] + self.backward[name]))
        width = max(map(len, names))
        lines = [f"{'op':<{width}}  calls  forward  backward    share"]
        scale = 1e3 / steps
        for name in names:
            both = self.forward[name] + self.backward[name]
            lines.append(
                f"{name:<{width}}  {self.calls[name] / steps:5.0f}  {self.forward[name] * scale:7.2f}  "
                f"{self.backward[name] * scale:8.2f}  {both / total:6.1%}"
            )
        rest = total - sum(self.forward.values()) - sum(self.backward.values())
        lines.append(f"{'outside ops':<{width}}  {'':5}  {'':7}  {rest * scale:8.2f}  {rest / total:6.1%}")
        return "\n".join(lines)


@contextmanager
def op_times() -> Iterator[OpTimes]:
    """Time every op that runs in the block, its recording included (which makes each a little slower)."""
    times = OpTimes()

    def timed_call(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(self: Operation[Any], *args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            try:
                return call(self, *args, **kwargs)
            finally:
                times.forward[self.name] += time.perf_counter() - start
                times.calls[self.name] += 1

        return wrapper

    def timed_pull_back(pull_back: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(self: Operation[Any], *args: Any) -> Any:
            start = time.perf_counter()
            gradients = list(pull_back(self, *args))
            times.backward[self.name] += time.perf_counter() - start
            return gradients

        return wrapper

    with (
        mock.patch.object(Operation, "__call__", timed_call(Operation.__call__)),
        mock.patch.object(Primitive, "pull_back", timed_pull_back(Primitive.pull_back)),
        mock.patch.object(Fused, "pull_back", timed_pull_back(Fused.pull_back)),
    ):
        yield times
