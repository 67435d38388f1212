"""Reading and adding up at an index."""

from typing import Any

import numpy as np

from tests.minigrad.samples.domains import real
from tests.minigrad.samples.selection import MASK
from tests.minigrad.samples.table import NOT_0D, sample

_ROWS = np.array([2, 0, 2, -1])
_BLOCK = np.array([[0, 2, 0], [0, 1, -1]])
INDICES: list[tuple[Any, tuple[int, ...]]] = [
    (1, (3, 4)),
    ((-1, 2), (3, 4)),
    (slice(None, None, -2), (5,)),
    ((slice(1, None), slice(None, None, 2)), (3, 4)),
    (..., ()),
    ((), (3,)),
    (None, ()),
    ((..., 0), (2, 3, 4)),
    ((None, slice(None), None, 1), (3, 4)),
    (_ROWS, (3, 2)),
    (_ROWS.tolist(), (3, 2)),
    (np.array([[0, 1], [1, 1]]), (3, 2)),
    ((_ROWS, np.array([0, 1, 0, 1])), (3, 2)),
    ((slice(None), _ROWS), (2, 3)),
    ((_ROWS, slice(None), np.array([0, 1, 0, 0])), (3, 2, 2)),  # NumPy puts the arrays' axis first
    ((0, slice(None), np.array([1, 0])), (2, 3, 2)),
    ((np.array([[0], [2]]), np.array([1, 0, 1])), (3, 2)),
    ((..., None, _ROWS), (2, 3)),
    (MASK, (3, 4)),
    ((np.array([True, False, True]), slice(1, None)), (3, 4)),
    ((np.array([True, False, True]), np.array([0, 3])), (3, 4)),
    ((slice(None), np.array([False, True, True, False])), (3, 4)),
    (np.zeros((3, 4), bool), (3, 4)),
    (np.array([], int), (3, 4)),
    ([], (3, 4)),
    ((slice(0, 0), 1), (3, 4)),
    (np.array(1), (3, 4)),
    ((np.array([0, 0]), slice(None)), (1, 0)),
    (slice(None), (0, 3)),
    (np.array([], int), (0, 3)),
    (True, (3,)),
    (np.array(False), (3,)),
]
for _index, _shape in INDICES:
    sample("getitem", lambda f, x, index=_index: f(x, index), real(*_shape), torch=None)
sample("getitem", lambda f, x: f(x, _ROWS), real(3, 2), torch=lambda t, x: x[t.tensor(_ROWS)])
sample("getitem", lambda f, x: f(x, (0, slice(1, 3))), real(3, 4), torch=lambda t, x: x[0, 1:3])

sample("scatter_add", lambda f, g: f(g, _ROWS, (3, 2)), real(4, 2),
       torch=lambda t, g: t.zeros(3, 2, dtype=g.dtype).index_add(0, t.tensor(_ROWS % 3), g))  # fmt: skip
sample("scatter_add", lambda f, g: f(g, (slice(1, 3), 0), (4, 3)), real(2), torch=None)
sample("scatter_add", lambda f, g: f(g, (_ROWS, np.array([0, 1, 0, 1])), (3, 2)), real(4), torch=None)
sample("scatter_add", lambda f, g: f(g, MASK, (3, 4)), real(7), torch=None)
sample("scatter_add", lambda f, g: f(g, 2, (3,)), real(), torch=None)
sample("scatter_add", lambda f, g: f(g, np.array([], int), (3, 2)), real(0, 2), torch=None)

for _index, _shape in INDICES:
    if not isinstance(_index, list):
        _written = np.zeros(_shape)[_index].shape
        sample(
            "index_put",
            lambda f, x, v, index=_index: f(x, index, v),
            real(*_shape),
            real(*_written),
            torch=None,
        )
        sample(
            "index_put",
            lambda f, x, v, index=_index: f(x, index, v, accumulate=True),
            real(*_shape),
            real(*_written),
            torch=None,
        )
sample("index_put", lambda f, x: f(x, _ROWS, 0.5), real(3, 2), torch=None)
for _index in (_BLOCK, (_BLOCK,)):
    sample("index_put", lambda f, x, v, i=_index: f(x, i, v, accumulate=True), real(3), real(3), torch=None)
sample("scatter_add", lambda f, g: f(g, _BLOCK, (3,)), real(3), torch=None)
sample("index_put", lambda f, x, v: f(x, _ROWS, v), real(3, 2), real(1, 1, 4, 1), torch=None)
sample(
    "index_put", lambda f, x, v: f(x, slice(1, 3), v, accumulate=True), real(3, 2), real(1, 1, 2), torch=None
)
sample("index_put", lambda f, x, v: f(x, MASK, v), real(3, 4), real(), torch=None)
sample("index_put", lambda f, x: f(x, (0, slice(1, 3)), x[2, :2]), real(3, 4), torch=None)
sample("index_put", lambda f, v: f(np.ones((3, 2), v.dtype), (_ROWS, 1), v), real(4), torch=None)
sample("index_put", lambda f, x, v: f(x, (np.array([2, 0]),), v), real(3, 2), real(2),
       torch=lambda t, x, v: t.index_put(x, (t.tensor([2, 0]),), v))  # fmt: skip
sample("index_put", lambda f, x, v: f(x, (_ROWS,), v, accumulate=True), real(3, 2), real(4, 2),
       torch=lambda t, x, v: t.index_put(x, (t.tensor(_ROWS),), v, accumulate=True))  # fmt: skip

sample(
    "take",
    lambda f, x: f(x, np.array([0, 5, 5, -1])),
    real(3, 4),
    torch=lambda t, x: t.take(x, t.tensor([0, 5, 5, 11])),
)
sample(
    "take",
    lambda f, x: f(x, _ROWS, axis=0),
    real(3, 2),
    torch=lambda t, x: t.index_select(x, 0, t.tensor(_ROWS % 3)),
)
sample("take", lambda f, x: f(x, [[0, 1], [1, 1]], axis=-1), real(2, 2), torch=None)
sample("take", lambda f, x: f(x, 1, axis=1), real(3, 2), torch=None)
sample("take", lambda f, x: f(x, 0), real(), torch=None)
sample("take", lambda f, x: f(x, np.array([], int), axis=0), real(0, 3), torch=None)

for _mode in ("wrap", "clip"):
    sample(
        "take", lambda f, x, mode=_mode: f(x, [[-5, 7], [0, 2]], axis=0, mode=mode), real(3, 2), torch=None
    )
    sample("take", lambda f, x, mode=_mode: f(x, -9, mode=mode), real(3, 2), torch=None)
    sample("take", lambda f, x, mode=_mode: f(x, np.array([], int), 0, mode=mode), real(0, 2), torch=None)
sample("take", lambda f, x: f(x, np.array([True, False]), axis=0), real(3, 2), torch=None)

_ALONG = np.array([[0, 2, 2, 1], [1, 0, 0, 0]])
sample(
    "take_along_axis",
    lambda f, x: f(x, _ALONG, axis=0),
    real(3, 4),
    torch=lambda t, x: t.gather(x, 0, t.tensor(_ALONG)),
)
sample("take_along_axis", lambda f, x: f(x, np.argsort(_ALONG, axis=1), axis=1), real(2, 4), torch=None)
sample("take_along_axis", lambda f, x: f(x, np.array([[[0]], [[-1]]]), axis=-1), real(2, 1, 3), torch=None)
sample("take_along_axis", lambda f, x: f(x, np.zeros((0, 3), int), axis=1), real(0, 3), torch=None)

sample("take_along_axis", lambda f, x: f(x, np.array([5, 0, 0]), axis=None), real(2, 3), torch=None)

sample("repeat", lambda f, x: f(x, 2), real(2, 3), torch=lambda t, x: t.repeat_interleave(x, 2))
sample(
    "repeat", lambda f, x: f(x, 2, axis=0), real(2, 3), torch=lambda t, x: t.repeat_interleave(x, 2, dim=0)
)
sample("repeat", lambda f, x: f(x, np.array([0, 2, 1]), axis=1), real(2, 3), torch=None)
sample("repeat", lambda f, x: f(x, 3), real(), torch=None)
sample("repeat", lambda f, x: f(x, 2, axis=-1), real(0, 3), torch=None)

NOT_0D |= {
    "take_along_axis": "needs an axis",
}
