"""Choosing between values."""

import numpy as np

from tests.minigrad.samples.domains import apart, exactly, real
from tests.minigrad.samples.table import sample

MASK = np.array([[True, False, True, True], [False, True, True, False], [True, True, False, False]])

sample("where", lambda f, a, b: f(MASK, a, b), real(3, 4), real(3, 4), torch=None)
sample(
    "where", lambda f, a, b: f(MASK, a, b), real(4), real(3, 1),
    torch=lambda t, a, b: t.where(t.tensor(MASK), a, b),
)  # fmt: skip
sample("where", lambda f, a: f(MASK, a, 0.5), real(3, 4), torch=None)
sample("where", lambda f, b: f(MASK, -1, b), real(), torch=None)
sample("where", lambda f, a, b: f(True, a, b), real(), real(), torch=None)
sample("where", lambda f, a, b: f(np.zeros((0, 3), bool), a, b), real(0, 3), real(3), torch=None)

sample("clip", lambda f, x: f(x, -0.7, 0.9), apart(3, 4))
sample("clip", lambda f, x: f(x, None, 0.7), apart(3, 4))
sample("clip", lambda f, x: f(x, 0.7, None), apart(3, 4))
sample(
    "clip", lambda f, x, low, high: f(x, low, high), apart(3, 4), exactly(-0.8), exactly([0.1, 0.6, 1.0, 2.0])
)
sample("clip", lambda f, x, low: f(x, low, None), apart(3, 4), exactly([[-0.2], [0.55], [1.3]]))
sample("clip", lambda f, x, low: f(x, low, 0.7), apart(3, 4), exactly([[-0.2], [0.58], [1.3]]), torch=None)
sample("clip", lambda f, x: f(x, -1.0, 1.0), apart())
sample("clip", lambda f, x: f(x, -1.0, 1.0), apart(0, 3))
sample("clip", lambda f, x: f(x, min=-0.7, max=0.9), apart(3, 4))
sample("clip", lambda f, x, high: f(x, max=high), apart(3, 4), exactly([0.1, 0.6, 1.0, 2.0]))

sample(
    "select", lambda f, a, b: f([MASK, ~MASK[:, :1]], [a, b], default=-1), real(3, 4), real(4),
    torch=lambda t, a, b: t.where(t.tensor(MASK), a, t.where(t.tensor(~MASK[:, :1]), b, -1.0)),
)  # fmt: skip
sample("select", lambda f, a, d: f([MASK], [a], d), real(3, 4), real(), torch=None)
sample("select", lambda f, a, b: f([np.zeros((0, 3), bool)] * 2, [a, b]), real(0, 3), real(3), torch=None)

_WHICH = np.array([[2, 0, 1], [1, 1, 0]])
sample(
    "choose", lambda f, a, b, c: f(_WHICH, [a, b, c]), real(2, 3), real(3), real(),
    torch=lambda t, a, b, c: t.where(t.tensor(_WHICH == 0), a, t.where(t.tensor(_WHICH == 1), b, c)),
)  # fmt: skip
sample("choose", lambda f, x: f(_WHICH - 2, x, mode="wrap"), real(3, 2, 3), torch=None)
sample("choose", lambda f, a, b: f(_WHICH, [a, b], mode="clip"), real(3), real(2, 1), torch=None)
sample("choose", lambda f, a, b: f(1, [a, b]), real(), real(), torch=None)
sample("choose", lambda f, a, b: f(np.zeros((0, 3), int), [a, b]), real(0, 3), real(3), torch=None)

for _name in ("compress", "extract"):
    sample(_name, lambda f, x: f([True, False, True], x), real(3), torch=lambda t, x: x[[0, 2]])
    sample(_name, lambda f, x: f(np.array([True]), x), real(), torch=lambda t, x: x.reshape(1))
    sample(_name, lambda f, x: f(np.zeros(0, bool), x), real(0, 3), torch=lambda t, x: x.reshape(-1))
sample("compress", lambda f, x: f([False, True], x, axis=1), real(3, 4), torch=lambda t, x: x[:, 1:2])
sample("compress", lambda f, x: f(MASK[0], x, axis=-1), real(3, 4), torch=None)
sample("extract", lambda f, x: f(MASK, x), real(3, 4), torch=lambda t, x: x[t.tensor(MASK)])
