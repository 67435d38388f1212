"""Who gives the scores: a model read anew at each step, one with a cache, or a recurrent step."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any, Protocol

import numpy as np

import minigrad as mg
from nn.attending.cache import KeyValueCache
from nn.evaluating import evaluating
from nn.inputs import plain
from nn.module import Module
from nn.rows import as_rows, check_rows, rows_of
from nn.sizes import check_sizes


class Decoder(Protocol):
    """What `generate` and `beam_search` take: anything that reads N rows of ids and scores the next ones.

    A decoder that counts the places it has read as `length` is refused for a second text.
    """

    def scores(self, ids: np.ndarray) -> np.ndarray:
        """Scores (N, V), logits, of the id after all so far: ids (N, t) are those since the last call."""

    def keep(self, rows: np.ndarray) -> None:
        """Go on with these rows (M,): beams in their new order, or without those that are finished."""


@dataclass(repr=False, eq=False)
class _OfModel:
    """A model, what it has read, and the memory that it attends to, if any."""

    model: Any
    _: KW_ONLY
    memory: Any = None
    memory_mask: Any = None
    context: int | None = None
    stride: int = 1

    def __post_init__(self) -> None:
        kind = type(self).__name__
        if not callable(self.model if self.memory is None else getattr(self.model, "decode", None)):
            takes = "model(ids)" if self.memory is None else "model.decode(ids, memory)"
            raise TypeError(
                f"{kind} writes by the scores of {takes}, and got a {type(self.model).__name__}, which "
                "cannot be called so: give a module or a function from ids (N, t) to scores (N, t, V)"
            )
        check_sizes(
            kind, 1, stride=self.stride, **({} if self.context is None else {"context": self.context})
        )
        if self.context is not None and self.stride > self.context:
            raise ValueError(
                f"the window of {self.context} places moves on by 1 to {self.context}, and not by "
                f"stride={self.stride}"
            )
        self.length = 0  # places read
        self.seen = np.empty((0, 0), np.int64)  # (N, t): those that the model sees

    def keep(self, rows: np.ndarray) -> None:
        count = len(self.seen)
        rows = as_rows(rows, count)
        self.seen = self.seen[rows]
        self.memory = rows_of("memory", self.memory, rows, count)
        if np.ndim(self.memory_mask) > 2 and len(self.memory_mask) == count:  # else it is one for all rows
            self.memory_mask = self.memory_mask[rows]

    def _read(self, ids: np.ndarray) -> bool:
        """Take in ids (N, t).  Whether the window had to move, and all that it shows has another place."""
        self.seen = np.concatenate([self.seen, ids], axis=1) if self.length else ids
        self.length += ids.shape[1]
        if self.context is None or self.seen.shape[1] <= self.context:
            return False
        self.seen = self.seen[:, -(self.context - self.stride + 1) :]
        return True

    def _scores_after(self, ids: np.ndarray, **cache: KeyValueCache) -> np.ndarray:
        """The model's scores (N, V) after the last of ids (N, t)."""
        with mg.no_grad(), evaluating(self.model):
            if self.memory is None:
                scores = self.model(ids, **cache)  # (N, t, V)
            else:
                scores = self.model.decode(ids, self.memory, memory_mask=self.memory_mask, **cache)
        if scores.ndim != 3 or scores.shape[:2] != ids.shape:
            raise ValueError(
                f"a model that writes gives scores (N, t, V) for ids (N, t), and {type(self.model).__name__} "
                f"gave {tuple(scores.shape)} for {ids.shape}"
            )
        return plain(scores)[:, -1]


class Whole(_OfModel):
    """All that was read goes through the model again at each step: slow, but there is nothing to go wrong.

    nn.decoding.Whole(model): a decoder-only model or a function, model(ids (N, t)) -> scores (N, t, V).
    nn.decoding.Whole(model, memory=memory, memory_mask=mask): an encoder-decoder one, of which
    model.decode(ids, memory, memory_mask=mask) -> (N, t, V) is called, memory having N rows.

    With `context` the model sees that many places at most.  The window moves on by `stride`, 1 to
    `context`, whenever it is full: with 1 it always shows the last `context` places, with a greater one at
    least context - stride + 1.
    """

    def scores(self, ids: np.ndarray) -> np.ndarray:
        self._read(ids)
        return self._scores_after(self.seen)


class Cached(_OfModel):
    """The scores of Whole, faster: each place goes through the model once, its keys and values are kept.

    As Whole, of a model that takes a `cache` too: model(ids, cache=cache), or model.decode(ids, memory,
    memory_mask=mask, cache=cache).  When the window of `context` moves all that it shows is computed
    anew, since every place has changed and layers above the first saw what is gone: a greater `stride`
    is faster.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self.cache = KeyValueCache(self.context)

    def scores(self, ids: np.ndarray) -> np.ndarray:
        if self._read(ids):
            self.cache.crop(0)
        return self._scores_after(self.seen[:, self.cache.length :], cache=self.cache)

    def keep(self, rows: np.ndarray) -> None:
        super().keep(rows)
        self.cache.keep(rows)


class Stepped:
    """One id at a time, with a state that is handed on: step(ids (N,), state) -> (scores (N, V), state).

    The state is an array or a tensor, or tuples, lists and dicts of them, with N rows first.  The states
    of nn.LSTM and its like, (layers, N, H), are taken as state.swapaxes(0, 1).  `model` is what has to be
    in evaluation mode meanwhile, if `step` is not itself a module.
    """

    def __init__(
        self, step: Callable[[np.ndarray, Any], tuple[Any, Any]], state: Any, model: Module | None = None
    ) -> None:
        self.step = step
        self.state = state
        self.model = step if model is None and isinstance(step, Module) else model
        self.length = 0  # places read
        self.rows = 0

    def scores(self, ids: np.ndarray) -> np.ndarray:
        if not self.length:
            check_rows("state", self.state, len(ids))
        with mg.no_grad(), evaluating(self.model):
            for new in ids.T:  # (N,)
                scores, self.state = self.step(new, self.state)
        self.length += ids.shape[1]
        self.rows = len(ids)
        return plain(scores)

    def keep(self, rows: np.ndarray) -> None:
        self.state = rows_of("state", self.state, as_rows(rows, self.rows), self.rows)
