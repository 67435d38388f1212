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
