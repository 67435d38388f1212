"""Whether all ranks are where rank 0 is: ranks that have come apart train several models, and say nothing."""

import json
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from nn.parallel.communicator import Communicator


def disagreement(ranks: Communicator, held: Mapping[str, Any]) -> str:
    """What a rank has that is other than rank 0's, as "rank 2 has another order of batches"; else "".

    `held` are, by name, plain values or trees of them and of arrays.
    """
    marks = {name: _mark(value) for name, value in held.items()}
    first, *others = ranks.gather(marks)
    for rank, marks in enumerate(others, 1):
        for name in first:
            if marks[name] != first[name]:
                return f"rank {rank} has other {name}"
    return ""


def _mark(value: Any) -> int:
    """A number that differs, nearly always, where the value does."""
    if isinstance(value, Mapping) and all(isinstance(part, np.ndarray) for part in value.values()):
        mark = 0
        for array in value.values():
            mark = zlib.crc32(array.tobytes(), mark)
        return mark
    return zlib.crc32(json.dumps(value, default=str).encode())
