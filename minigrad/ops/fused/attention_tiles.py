"""How attention cuts its scores (..., T, S): into tiles that fit a cache, and only those that are seen.

The scores of a long text are far too many to stand in memory at once, and under a causal mask or a window
most of them are hidden.  So they are computed tile by tile, and what no query sees is never computed.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

Index = tuple[slice, ...]

TILE = 2**18  # scores of one tile, a megabyte in float32
LEAST_ROWS, MOST_ROWS, MOST_COLUMNS = 32, 512, 512


class Tile(NamedTuple):
    """The scores of some columns, in which row i sees columns i + `low` to i + `high`."""

    columns: slice
    low: int
    high: int


class Tiling(NamedTuple):
    """Tiles for T `queries` and S `keys` under a causal mask, and a `window`: |t - s| < window."""

    batch: tuple[int, ...]
    queries: int
    keys: int
    is_causal: bool
    window: int | None

    def groups(self) -> Iterator[Index]:
        """Indices into the leading axes: the matrices of scores that are computed side by side."""
        scores = min(self.rows, self.queries) * min(MOST_COLUMNS, self.keys)
        return _parts(self.batch, max(TILE // max(scores, 1), 1))

    def row_blocks(self) -> Iterator[slice]:
        """All queries, a few at a time."""
        return (slice(a, min(a + self.rows, self.queries)) for a in range(0, self.queries, self.rows))

    def tiles(self, rows: slice) -> Iterator[Tile]:
        """What the queries in `rows` see."""
        behind = self.keys + self.queries if self.window is None else self.window - 1
        ahead = 0 if self.is_causal else behind
        begin = max(0, rows.start - behind)
        end = min(self.keys, rows.stop + ahead)
        for c in range(begin, end, MOST_COLUMNS):
            offset = rows.start - c
            yield Tile(slice(c, min(c + MOST_COLUMNS, end)), offset - behind, offset + ahead)

    @property
    def rows(self) -> int:
        """Queries at a time: few where a mask hides much, so that a tile holds little that is hidden."""
        if self.window is not None:
            return min(max(self.window, LEAST_ROWS), MOST_ROWS)
        if self.is_causal:
            rows = self.queries if self.queries <= 2 * LEAST_ROWS else self.queries // 4
            return min(max(rows, LEAST_ROWS), MOST_ROWS)
        return MOST_ROWS

    @property
    def is_one_tile(self) -> bool:
        """Whether there is but one, that of all scores."""
        scores = self.queries * self.keys
        is_whole = self.queries <= self.rows and self.in_one_piece and self.window is None
        return is_whole and 0 < scores * math.prod(self.batch) <= TILE

    @property
    def in_one_piece(self) -> bool:
        """Whether each row of scores lies in one tile."""
        return self.keys <= MOST_COLUMNS


def _parts(batch: tuple[int, ...], most: int) -> Iterator[Index]:
    """Parts of the axes `batch`, of at most `most` elements each."""
    if not batch:
        yield ()
        return
    inside = math.prod(batch[1:])
    step = most // max(inside, 1)
    if step:
        yield from ((slice(i, min(i + step, batch[0])),) for i in range(0, batch[0], step))
    else:
        yield from ((slice(i, i + 1), *rest) for i in range(batch[0]) for rest in _parts(batch[1:], most))
