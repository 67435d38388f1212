"""What a model writes and where it looks while it learns: texts and maps of attention, now and then."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

import minigrad as mg
from nn.evaluating import evaluating
from nn.module import Module

MOST = 16  # snapshots


class Snapshot(NamedTuple):
    """What was seen after a step, by name: texts, and weights (H, T, S)."""

    step: int
    texts: dict[str, str]
    maps: dict[str, np.ndarray]


class Snapshots:
    """What `look()` gives of `model` at first and at each evaluation, in evaluation mode, not recorded.

    It gives texts, and weights of attention as (T, S), (H, T, S) or, of a batch its first, (B, H, T, S); they
    are kept as float16.  A FloatingPointError, of a model whose scores are no numbers, becomes a text.  Of
    more than 16 snapshots every other one but the last is left out.
    """

    def __init__(self, model: Module, look: Callable[[], Mapping[str, Any]] | None) -> None:
        self.model, self.look = model, look
        self.taken: list[Snapshot] = []

    def take(self, step: int) -> None:
        """Have a look, once at a step.  Raises TypeError for what is neither text nor weights."""
        if self.look is None or (self.taken and self.taken[-1].step == step):
            return
        with evaluating(self.model), mg.no_grad():
            try:
                seen = self.look()
            except FloatingPointError as error:  # of scores that are no numbers: the loss will tell
                seen = {"nothing": str(error)}
        if not isinstance(seen, Mapping) or not all(isinstance(name, str) for name in seen):
            raise TypeError(f"snapshot() gives texts and weights of attention by name, and gave {seen!r}")
        texts = {name: value for name, value in seen.items() if isinstance(value, str)}
        maps = {name: _heads(name, value) for name, value in seen.items() if name not in texts}
        self.taken.append(Snapshot(step, texts, maps))
        if len(self.taken) > MOST:
            self.taken = [*self.taken[:-1:2], self.taken[-1]]

    def state_dict(self) -> dict[str, Any]:
        return {"taken": [one._asdict() for one in self.taken]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave.  Raises ValueError for what it never gives."""
        self.taken = taken_of(state_dict)


def taken_of(state_dict: Mapping[str, Any]) -> list[Snapshot]:
    """The snapshots in such a state.  Raises ValueError for what it never gives."""
    return [_snapshot(**one) for one in state_dict["taken"]]


def _snapshot(step: Any, texts: Any, maps: Any) -> Snapshot:
    names = all(isinstance(name, str) for name in (*texts, *maps))
    arrays = all(isinstance(m, np.ndarray) and (m.dtype, m.ndim) == (np.float16, 3) for m in maps.values())
    if not (type(step) is int and names and arrays and all(isinstance(t, str) for t in texts.values())):
        raise ValueError("its snapshots are none")
    return Snapshot(step, dict(texts), dict(maps))


def _heads(name: str, given: Any) -> np.ndarray:
    weights = np.asarray(given.numpy() if isinstance(given, mg.Tensor) else given)
    if weights.dtype.kind != "f" or not 2 <= weights.ndim <= 4 or not weights.size:
        raise TypeError(
            f"snapshot() gave {name} as {type(given).__name__} of shape {weights.shape}: give texts, and "
            "weights of attention (T, S), (H, T, S) or (B, H, T, S)"
        )
    one = weights[0] if weights.ndim == 4 else weights
    return one.reshape(-1, *one.shape[-2:]).astype(np.float16)
