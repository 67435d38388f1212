"""What one attention layer remembers: the keys and values of the places before, or of a memory."""

from collections.abc import Callable
from typing import Any

import numpy as np

KeysAndValues = tuple[np.ndarray, np.ndarray]


class Places:
    """Keys and values (B, H, S, D) of one self-attention layer, in buffers (B, H, capacity, D)."""

    def __init__(self, max_length: int | None, window: int | None) -> None:
        self.max_length = max_length
        self.window = window
        self.length = 0  # places seen
        self.begin = self.end = 0  # the slots in use
        self.buffers: KeysAndValues | None = None

    @property
    def first(self) -> int:
        """The oldest place that is kept."""
        return self.length - (self.end - self.begin)

    def arrays(self) -> tuple[np.ndarray, ...]:
        return self.buffers or ()

    def append(self, keys: np.ndarray, values: np.ndarray, new: int) -> KeysAndValues:
        """Views of what is kept, (B, H, S, D) each, after those of `new` places (B, H, T, D) are added.

        For a window those are the new places and the window - 1 before them.
        """
        self.begin = self.end - self._needed()
        buffers = self._with_room(keys, values)
        for buffer, x in zip(buffers, (keys, values), strict=True):
            buffer[:, :, self.end : self.end + new] = x
        self.end += new
        self.length += new
        kept, kept_values = (buffer[:, :, self.begin : self.end] for buffer in buffers)
        return kept, kept_values

    def _needed(self) -> int:
        """How many of the places kept a new one attends to."""
        kept = self.end - self.begin
        return kept if self.window is None else min(kept, self.window - 1)

    def _with_room(self, keys: np.ndarray, values: np.ndarray) -> KeysAndValues:
        """Buffers with free slots for `keys` and `values` after `end`."""
        new, kept = keys.shape[2], self.end - self.begin
        if self.max_length is not None and kept + new > self.max_length:
            raise ValueError(
                f"this cache has room for {self.max_length} places, and {kept} and {new} more do not fit: "
                "give nn.KeyValueCache a greater max_length, or none, with which it grows"
            )
        if self.buffers is None:
            capacity = new if self.max_length is None else self.max_length
            self.buffers = _room(keys, capacity), _room(values, capacity)
            return self.buffers
        for buffer, x in zip(self.buffers, (keys, values), strict=True):
            _check_alike(buffer, x)
        capacity = self.buffers[0].shape[2]
        if self.end + new > capacity:
            source = self.buffers
            if 2 * (kept + new) > capacity and self.max_length is None:  # so that moves are rare
                capacity = 2 * (kept + new)
                self.buffers = _room(keys, capacity), _room(values, capacity)
            for old, buffer in zip(source, self.buffers, strict=True):
                buffer[:, :, :kept] = old[:, :, self.begin : self.end]
            self.begin, self.end = 0, kept
        return self.buffers

    def check_crop(self, length: int) -> None:
        """Raise ValueError where places that the window still shows at `length` are gone."""
        needed = length if self.window is None else min(length, self.window - 1)
        if length - self.first < needed:
            raise ValueError(
                f"a cache with the window {self.window} has dropped the places before {self.first}, so it "
                f"cannot go back to {length}: branch off with copy.deepcopy(cache) before"
            )

    def crop(self, length: int) -> None:
        """Go back to the first `length` places."""
        self.end -= self.length - length
        self.length = length

    def keep(self, rows: np.ndarray) -> None:
        """Rows of what is kept, in buffers of the same capacity."""
        if self.buffers is None:
            return
        used, capacity = slice(self.begin, self.end), self.buffers[0].shape[2]
        sources = self.buffers
        self.buffers = _room(sources[0], capacity, len(rows)), _room(sources[1], capacity, len(rows))
        for source, buffer in zip(sources, self.buffers, strict=True):
            buffer[:, :, used] = source[rows, :, used]

    def mask(self, mask: Any, is_causal: bool, new: int, window: int | None = None) -> Any:
        """What `new` places more may attend to among those that `append` will give: (..., new, S).

        None for all; `mask` is theirs over all places, seen and new, and `window` that of the layer.
        """
        before = self._needed()
        if mask is None and not is_causal:
            raise ValueError(
                "attention with a cache is causal, since places before cannot look at later ones: write "
                "is_causal=True, or give a mask"
            )
        if mask is not None:
            _check_mask(mask, new, self.length + new)
            if mask.shape[-1] > 1:
                mask = mask[..., self.length - before :]
        kept = before + new
        windows = [w for w in (self.window, window) if w is not None and w < kept]
        if new == 1 and not windows:  # it sees itself and all that is kept
            return mask
        distance = np.arange(kept - new, kept)[:, None] - np.arange(kept)  # (T, S)
        allowed = abs(distance) < min(windows, default=kept)
        if is_causal or self.window is not None:
            allowed &= distance >= 0
        return _both(mask, allowed)


class Memory:
    """Keys and values (B, H, S, D) of a memory (B, S, C), computed at the first call."""

    def __init__(self) -> None:
        self.length = 0  # queries seen
        self.sources: KeysAndValues | None = None
        self.projected: KeysAndValues | None = None

    def arrays(self) -> tuple[np.ndarray, ...]:
        return self.projected or ()

    def recall(
        self, key: np.ndarray, value: np.ndarray, project: Callable[[], KeysAndValues]
    ) -> KeysAndValues:
        """The keys and values of the memory, by `project` where they are not known yet."""
        if self.projected is None or self.sources is None:
            self.sources = key, value
            self.projected = project()
        for known, given in zip(self.sources, (key, value), strict=True):
            if known is not given and not np.array_equal(known, given):
                raise ValueError(
                    f"this cache holds keys and values of another memory {known.shape} than the one given, "
                    f"{given.shape}: make a new cache for each memory"
                )
        self.sources = key, value  # to be known at sight next time, also after `keep`
        return self.projected

    def append(self, keys: np.ndarray, values: np.ndarray, new: int) -> KeysAndValues:
        """Keys and values as they are, since a memory gets no more; `new` queries are counted as seen."""
        self.length += new
        return keys, values

    def check_crop(self, length: int) -> None:
        """A memory is whole at any length."""

    def crop(self, length: int) -> None:
        """Count `length` queries as seen."""
        self.length = length

    def keep(self, rows: np.ndarray) -> None:
        """These rows of the memory, and of what was made of it."""
        if self.sources is not None and self.projected is not None:
            self.sources = _rows(self.sources, rows)
            self.projected = _rows(self.projected, rows)

    def mask(self, mask: Any, is_causal: bool, new: int, window: int | None = None) -> Any:
        """What `new` queries more may attend to in the memory: (..., new, S), or None for all."""
        assert self.projected is not None
        size = self.projected[0].shape[2]
        if mask is not None:
            _check_mask(mask, new, size)
        if not is_causal and window is None:
            return mask
        distance = np.arange(self.length, self.length + new)[:, None] - np.arange(size)  # (T, S)
        allowed = np.ones(distance.shape, np.bool) if window is None else abs(distance) < window
        return _both(mask, allowed & (distance >= 0) if is_causal else allowed)


Past = Places | Memory  # what a layer has of the calls before


def _room(x: np.ndarray, capacity: int, rows: int | None = None) -> np.ndarray:
    batch, heads, _, width = x.shape
    return np.empty((batch if rows is None else rows, heads, capacity, width), x.dtype)


def _rows(arrays: KeysAndValues, rows: np.ndarray) -> KeysAndValues:
    keys, values = arrays
    return keys[rows], values[rows]


def _check_alike(buffer: np.ndarray, x: np.ndarray) -> None:
    batch, heads, _, width = buffer.shape
    if x.shape[:2] != (batch, heads) or x.shape[3] != width or x.dtype != buffer.dtype:
        raise ValueError(
            f"this cache holds {buffer.dtype} for a batch of {batch}, {heads} heads and {width} channels "
            f"each, and was given {x.dtype} {x.shape}: make a new cache for another batch or dtype"
        )


def _check_mask(mask: Any, rows: int, columns: int) -> None:
    shape = (1, 1, *mask.shape)[-2:]
    if shape[0] not in (1, rows) or shape[1] not in (1, columns):
        raise ValueError(
            f"with a cache a mask has {rows} rows for the new places and {columns} columns for all that they "
            f"may attend to, and this one is {mask.shape}: of a mask for the whole sequence write "
            f"mask[..., -{rows}:, :]"
        )


def _both(mask: Any, allowed: np.ndarray) -> Any:
    """`mask`, with what is not `allowed` (T, S) hidden too."""
    if mask is None:
        return None if allowed.all() else allowed
    if mask.dtype.kind == "b":
        return mask & allowed
    return np.where(allowed, mask, mask.dtype.type(-np.inf))
