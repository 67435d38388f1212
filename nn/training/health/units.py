"""Units that never answer: those of an activation that are 0 for every input."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

import numpy as np

import minigrad as mg

# Of these ops 0 is where a unit is silent; of the smooth ones by rounding, far below 0.
ACTIVATIONS = frozenset("relu relu6 gelu silu hardsigmoid hardswish hardshrink softshrink threshold".split())
BATCHES = 3  # that a unit must have been silent for


class Units:
    """Which units of each activation have been silent for how many measured batches in a row.

    dead/PATH.OP is the share of those that were 0 for every input, and every place, of the last 3 of them
    (of as many as there were).  Seen are the ops in ACTIVATIONS, in whatever module they are called; units
    stand on the last axis or, after a convolution, on the axis of channels.
    """

    def __init__(self, root: str) -> None:
        self.root = root  # what paths begin with
        self.silent: dict[str, np.ndarray] = {}  # measured batches in a row, by unit
        self.measured = 0
        self._calls: list[_Call] | None = None  # of the batch that is being measured

    def watched(self, loss: Callable[..., mg.Tensor]) -> Callable[..., mg.Tensor]:
        """`loss`, whose activations are seen in a block of `seen`; also in several threads."""

        @wraps(loss)
        def observed(*batch: Any) -> mg.Tensor:
            if self._calls is None:
                return loss(*batch)
            call = _Call(self.root)
            self._calls.append(call)
            with mg.observe(call.see):
                return loss(*batch)

        return observed

    @contextmanager
    def seen(self) -> Iterator[None]:
        """In the block, what the loss calls is seen."""
        calls: list[_Call] = []
        self._calls = calls
        try:
            yield
        finally:
            self._calls = None
        self._count(calls)

    def _count(self, calls: "list[_Call]") -> None:
        answered: dict[str, np.ndarray] = {}
        for call in calls:
            for name, some in call.answered.items():
                answered[name] = _either(some, answered.get(name))
        self.measured += 1
        for name, some in answered.items():
            before = self.silent.get(name, np.zeros(0, np.int64))
            self.silent[name] = np.where(some, 0, 1 + (before if before.shape == some.shape else 0))

    def measure(self) -> dict[str, float]:
        """The figures by now."""
        enough = min(self.measured, BATCHES)
        return {f"dead/{name}": float(np.mean(times >= enough)) for name, times in self.silent.items()}

    def state_dict(self) -> dict[str, Any]:
        return {"measured": self.measured, "silent": dict(self.silent)}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave.  Raises ValueError for what it never gives."""
        measured, silent = state_dict["measured"], dict(state_dict["silent"])
        for name, counts in silent.items():
            if not isinstance(name, str) or counts.dtype != np.int64 or counts.ndim != 1:
                raise ValueError(f"its silent units of {name} are none")
        if type(measured) is not int or measured < 0:
            raise ValueError(f"its units were measured {measured!r} times")
        self.measured, self.silent = measured, silent


class _Call:
    """What one call of the loss shows."""

    def __init__(self, root: str) -> None:
        self._root = root
        self.answered: dict[str, np.ndarray] = {}  # whether each unit was other than 0 anywhere
        self._is_convolved = False

    def see(self, op: Any, operands: tuple[Any, ...], options: dict[str, Any], out: np.ndarray) -> None:
        if op.name in ("linear", "sliding_windows"):
            self._is_convolved = op.name == "sliding_windows"
        elif op.name in ACTIVATIONS and out.ndim:
            axis = 1 if self._is_convolved and out.ndim > 2 else out.ndim - 1
            some = (out != 0).any(axis=tuple(i for i in range(out.ndim) if i != axis))
            name = f"{mg.current_scope()}.{op.name}".removeprefix(f"{self._root}.")
            self.answered[name] = _either(some, self.answered.get(name))


def _either(some: np.ndarray, other: np.ndarray | None) -> np.ndarray:
    """Of two calls; of another number of units only the later."""
    return some | other if other is not None and other.shape == some.shape else some
