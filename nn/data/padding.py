"""Sequences of several lengths as one array."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def pad(sequences: Sequence[Any], value: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sequences of ids, each (T_b,), as one array (B, T) that `value` fills up, and their lengths (B,).

    `nn.padding_mask(lengths, T)` and the `lengths` of RNN, GRU and LSTM leave the pads out.

        ids, lengths = nn.data.pad([[1, 2, 3], [4]])  # [[1, 2, 3], [4, 0, 0]] and [3, 1]

    Raises ValueError for a sequence that is none of integers.
    """
    arrays = [np.asarray(sequence) for sequence in sequences]
    for place, array in enumerate(arrays):
        if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
            raise ValueError(
                f"pad takes sequences of integer ids, each (T,), and number {place} (counted from 0) is "
                f"{array.dtype} of shape {array.shape}: encode it, or for floats write "
                "nn.utils.rnn.pad_sequence"
            )
    lengths = np.array([len(array) for array in arrays], np.int64)
    padded = np.full((len(arrays), lengths.max(initial=0)), value, np.int64)
    for row, array in zip(padded, arrays, strict=True):
        row[: len(array)] = array
    return padded, lengths
