"""Windows over a text: what a language model learns from."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn import init
from nn.data.parts import part
from nn.sizes import check_sizes

Pair = tuple[NDArray[np.int64], NDArray[np.int64]]


class Windows:
    """Batches (inputs, targets) of `size` windows (B, T) at random places of `ids` (N,), without end.

    T is `context`; a target is the id after its input.  `ids` may be memory-mapped.

        windows = nn.data.Windows(vocabulary.encode(text), context=64, size=12, rng=rng)
        for inputs, targets in windows: ...
        for inputs, targets in windows.side_by_side(): ...  # each place once, in order, to evaluate

    Raises ValueError for a text that holds no window and the id after it.
    """

    def __init__(
        self, ids: ArrayLike, context: int, size: int, rng: np.random.Generator | None = None
    ) -> None:
        check_sizes("Windows", 1, context=context, size=size)
        ids = np.asarray(ids)  # of a memory-mapped one still a view
        if ids.ndim != 1 or ids.dtype.kind not in "iu" or len(ids) <= context:
            raise ValueError(
                f"Windows of {context} need integer ids (N,) with N at least {context + 1}, and got "
                f"{ids.dtype} of shape {ids.shape}: give a longer text or a shorter context"
            )
        self.ids, self.context, self.size = ids, context, size
        self.rng = init.generator(rng)

    def __iter__(self) -> Iterator[Pair]:
        while True:
            yield self.at(self._next())

    def shares(self, rank: int, ranks: int) -> Iterator[tuple[Pair | None, float]]:
        """Of each batch the part of `rank`, one of `ranks`, and its share of the windows; without end.

        All ranks draw the same places.  Where there are fewer windows than ranks, some have None, and 0.
        """
        while True:
            own = part(self._next(), rank, ranks)
            yield (self.at(own) if len(own) else None), len(own) / self.size

    def _next(self) -> NDArray[np.int64]:
        """Where the windows of the next batch begin."""
        return self.rng.integers(0, len(self.ids) - self.context, self.size)

    def at(self, starts: ArrayLike) -> Pair:
        """The windows (B, T) that begin at `starts` (B,), and the same one id on."""
        places = np.asarray(starts)[:, None] + np.arange(self.context)
        ids = self.ids
        return ids[places].astype(np.int64, copy=False), ids[places + 1].astype(np.int64, copy=False)

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where windows begin that lie side by side, each with a next id."""
        return np.arange(0, len(self.ids) - self.context, self.context)

    def side_by_side(self) -> Iterator[Pair]:
        """`size` at a time, the windows that begin at `starts`; the last batch has what is left."""
        for first in range(0, len(self.ids) - self.context, self.size * self.context):
            last = min(first + self.size * self.context, len(self.ids) - self.context)
            yield self.at(np.arange(first, last, self.context))

    def state_dict(self) -> dict[str, Any]:
        """Where the generator stands, and what the windows are of."""
        return {**self._sizes(), "rng": dict(self.rng.bit_generator.state)}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave.  Raises ValueError where that was of other windows."""
        for name, own in self._sizes().items():
            if state_dict[name] != own:
                raise ValueError(f"the state is of {name} {state_dict[name]}, and these windows of {own}")
        self.rng.bit_generator.state = state_dict["rng"]

    def _sizes(self) -> dict[str, int]:
        return {"count": len(self.ids), "context": self.context, "size": self.size}
