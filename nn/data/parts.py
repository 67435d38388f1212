"""A batch cut into the parts of several ranks."""

from typing import Any

from numpy.typing import NDArray


def part(rows: NDArray[Any], rank: int, ranks: int) -> NDArray[Any]:
    """Those of `rows` (B, ...) that are the part of `rank`; lengths of parts differ by one at most.

    Raises ValueError for a rank that is not from 0 to `ranks` - 1.
    """
    if not 0 <= rank < ranks:
        raise ValueError(f"the rank is {rank} of {ranks}: it must be from 0 to {ranks - 1}")
    return rows[len(rows) * rank // ranks : len(rows) * (rank + 1) // ranks]
