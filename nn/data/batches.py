"""Batches in a seeded order that can be resumed exactly."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn import init
from nn.data.parts import part
from nn.sizes import check_sizes


class Batches:
    """`size` examples at a time, each example once an epoch, in an order drawn anew for each epoch.

    `examples` are a list, an array with the examples first, or a tuple of arrays of one length.  A batch is
    `collate(chosen)` of the list of those chosen; without it the list, or of arrays their rows, as a tuple
    if a tuple was given.  The last batch of an epoch has what is left, unless `drop_last`.

        batches = nn.data.Batches((x, y), 32, rng=np.random.default_rng(0))
        for inputs, targets in batches:  # epoch after epoch, without end
            ...
        for inputs, targets in batches.epoch():  # what is left of this one: all, when none was begun
            ...

    `state_dict` has where it stands, generator included, so that what comes next is the same again.
    """

    def __init__(
        self,
        examples: Any,
        size: int,
        rng: np.random.Generator | None = None,
        collate: Callable[[list[Any]], Any] | None = None,
        shuffle: bool = True,
        drop_last: bool = False,
    ) -> None:
        check_sizes("Batches", 1, size=size)
        self.examples, self.size = examples, size
        self.rng = init.generator(rng)
        self.collate = collate
        self.shuffle, self.drop_last = shuffle, drop_last
        self.count = _count(examples)
        if not len(self):
            raise ValueError(
                f"Batches got {self.count} examples, which give no batch of {size}"
                + (" with drop_last: take a smaller size" if self.count else ": give at least one")
            )
        self.epochs = 0  # done
        self.position = 0  # examples of this epoch that were given
        self._began: dict[str, Any] | None = None  # the generator before the epoch's order was drawn
        self._order: NDArray[np.int64] = np.arange(self.count)

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        return self.count // self.size if self.drop_last else -(-self.count // self.size)

    def __iter__(self) -> Iterator[Any]:
        while True:
            yield from self.epoch()

    def epoch(self) -> Iterator[Any]:
        """The batches that are left of this epoch."""
        epoch = self.epochs
        while self.epochs == epoch:
            yield self._collected(self._next())

    def shares(self, rank: int, ranks: int) -> Iterator[tuple[Any, float]]:
        """Of each batch the part of `rank`, one of `ranks`, and its share of the examples; without end.

        All ranks draw the same order, so that every example is read by one of them.  Where a batch has
        fewer examples than there are ranks, some have None, and a share of 0.
        """
        while True:
            chosen = self._next()
            own = part(chosen, rank, ranks)
            yield (self._collected(own) if len(own) else None), len(own) / len(chosen)

    def _next(self) -> NDArray[np.int64]:
        """The places of the examples of the next batch."""
        if self._began is None and self.shuffle:
            self._began = dict(self.rng.bit_generator.state)
            self._order = self.rng.permutation(self.count)
        chosen = self._order[self.position : self.position + self.size]
        self.position += len(chosen)
        if self.position // self.size >= len(self) or self.position == self.count:
            self.epochs, self.position, self._began = self.epochs + 1, 0, None
        return chosen

    def _collected(self, chosen: NDArray[np.int64]) -> Any:
        if isinstance(self.examples, (tuple, np.ndarray)) and self.collate is None:
            arrays = self.examples
            return tuple(a[chosen] for a in arrays) if isinstance(arrays, tuple) else arrays[chosen]
        examples = [self._example(i) for i in chosen]
        return examples if self.collate is None else self.collate(examples)

    def _example(self, i: int) -> Any:
        if isinstance(self.examples, tuple):
            return tuple(array[i] for array in self.examples)
        return self.examples[i]

    # -- saving and loading -----------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Epochs done, the position in this one, and the generator, now and before the order was drawn."""
        return {
            "epochs": self.epochs,
            "position": self.position,
            "count": self.count,
            "size": self.size,
            "began": self._began,
            "rng": dict(self.rng.bit_generator.state),
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave.  Raises ValueError where that was over other examples."""
        if state_dict["count"] != self.count:
            raise ValueError(
                f"the state is of batches of {state_dict['count']:,} examples, and these are {self.count:,}: "
                "give the examples that were there when it was saved"
            )
        if state_dict["size"] != self.size:
            raise ValueError(f"the state is of batches of {state_dict['size']}, and these are of {self.size}")
        epochs, position = state_dict["epochs"], state_dict["position"]
        if not (type(epochs) is type(position) is int and epochs >= 0 and 0 <= position < self.count):
            raise ValueError(f"the state is at example {position!r} of epoch {epochs!r}, which is no place")
        self.epochs, self.position = epochs, position
        self._began = state_dict["began"]
        if self._began is not None:
            self.rng.bit_generator.state = self._began
            self._order = self.rng.permutation(self.count)
        self.rng.bit_generator.state = state_dict["rng"]


def _count(examples: Sequence[Any] | NDArray[Any] | tuple[NDArray[Any], ...]) -> int:
    """The number of examples.  Raises ValueError for arrays of several lengths."""
    if not isinstance(examples, tuple):
        return len(examples)
    counts = [len(array) for array in examples]
    if len(set(counts)) != 1:
        raise ValueError(
            f"Batches takes arrays of one length, one row an example, and got lengths {counts}: give a list "
            "of examples where they are no arrays"
        )
    return counts[0]
