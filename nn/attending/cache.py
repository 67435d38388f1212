"""What attention remembers while a text is generated: the keys and values of the places before."""

from collections.abc import Callable
from typing import Any, NoReturn
from weakref import WeakKeyDictionary

import minigrad as mg
from nn.attending.past import Memory, Past, Places
from nn.inputs import as_sizes
from nn.module import Module
from nn.rows import as_rows


class KeyValueCache:
    """Keys and values of each attention layer of one model, so that every place is computed once.

    cache = nn.KeyValueCache()
    with mg.no_grad():
        model(prompt, is_causal=True, cache=cache)  # (B, T, C): any number of places at once
        model(following, is_causal=True, cache=cache)  # (B, 1, C): sees all the places before it

    The result is that of the last places of one call with all of them.  Attention must be causal: by
    is_causal, or by a mask (T, S) of the T new places over all S so far, such as
    nn.window_mask(S, 8)[-T:].  Positions are given their `offset`, ALiBi its `key_length`, from `length`.

    Buffers grow by doubling; `max_length` makes room for that many places at once and refuses more.
    `window` keeps the last `window` places only and attends to no others, as under nn.window_mask(S,
    window), however long the text.  copy.deepcopy(cache) branches off, `crop` goes back, `keep` goes on with
    other rows.  A layer has one place in it, so a layer that one forward calls twice is refused.

    Pope et al. (2023), "Efficiently Scaling Transformer Inference", section 2.1.
    """

    def __init__(self, max_length: int | None = None, *, window: int | None = None) -> None:
        if max_length is not None and window is not None:
            raise ValueError(
                "a cache with a window has no end, and one with max_length ends there: give one of them"
            )
        for name, value in (("max_length", max_length), ("window", window)):
            if value is not None and as_sizes("KeyValueCache", name, value) < (1,):
                raise ValueError(f"a cache keeps at least one place, and got {name}={value}")
        self.max_length = max_length
        self.window = window
        self._layers: WeakKeyDictionary[Module, Past] = WeakKeyDictionary()
        self._running = (0, 0)  # the forward that is under way: its first place, its number of places

    @property
    def length(self) -> int:
        """Places that every layer has seen: where the next forward begins."""
        return min((layer.length for layer in self._layers.values()), default=0)

    @property
    def nbytes(self) -> int:
        """Bytes of all buffers."""
        return sum(array.nbytes for layer in self._layers.values() for array in layer.arrays())

    def crop(self, length: int) -> None:
        """Forget all but the first `length` places; a decoder's memory stays, and so do the buffers.

        Raises ValueError where there are not so many, or where `window` has dropped what is needed.
        """
        if not 0 <= length <= self.length:
            raise ValueError(f"a cache of {self.length} places cannot be cropped to {length}")
        for layer in self._layers.values():
            layer.check_crop(length)
        for layer in self._layers.values():
            layer.crop(length)
        self._running = (length, 0)

    def keep(self, rows: Any) -> None:
        """Go on with these rows of the batch, integers (M,): in their order, some left out, some repeated.

        So a beam search follows its beams.  Raises IndexError for a row that is not there.
        """
        held = {len(array) for layer in self._layers.values() for array in layer.arrays()}
        picked = as_rows(rows, min(held, default=0))
        for layer in self._layers.values():
            layer.keep(picked)

    def __repr__(self) -> str:
        settings = {"max_length": self.max_length, "window": self.window}
        given = "".join(f"{name}={value}, " for name, value in settings.items() if value is not None)
        return f"KeyValueCache({given}length={self.length}, nbytes={self.nbytes:,})"

    # -- for attention layers -------------------------------------------------------------------

    def places_of(self, layer: Module, new: int, new_keys: int) -> Places:
        """What a self-attention layer has seen, before `new` places more."""
        if new != new_keys:
            raise ValueError(
                f"a cache takes a query with each new key, and got {new} queries and {new_keys} keys: of a "
                "memory that stays the same write is_memory=True"
            )
        return self._enter(layer, new, lambda: Places(self.max_length, self.window))

    def memory_of(self, layer: Module, new: int) -> Memory:
        """What a layer that attends to a memory keeps of it, before `new` queries more."""
        return self._enter(layer, new, Memory)

    def _enter(self, layer: Module, new: int, make: Callable[[], Any]) -> Any:
        if mg.is_recording():
            raise RuntimeError(
                "a KeyValueCache writes to its buffers in place, which a recorded graph may still have to "
                "read: call the model inside `with mg.no_grad():`, or without a cache"
            )
        if mg.is_part_of_batch():
            raise RuntimeError(
                "a KeyValueCache has one place per layer, which the parts of data_parallel would all write "
                "to: call the model without data_parallel"
            )
        known = self._layers.get(layer)
        if known is None:
            known = self._layers[layer] = make()
        if (known.length, new) != self._running:
            if any(other.length != known.length for other in self._layers.values()):
                self._refuse_uneven()
            self._running = (known.length, new)
        return known

    def _refuse_uneven(self) -> NoReturn:
        lengths = sorted({layer.length for layer in self._layers.values()})
        raise RuntimeError(
            f"the layers in this cache have seen {', '.join(map(str, lengths[:-1]))} and {lengths[-1]} "
            "places: a forward was interrupted, the cache is another model's, or one forward calls a layer "
            f"twice; make a new cache, or go back with cache.crop({lengths[0]})"
        )
