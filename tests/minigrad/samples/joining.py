"""Joining and splitting."""

import numpy as np

from tests.minigrad.samples.domains import real
from tests.minigrad.samples.table import NOT_0D, sample

sample("concatenate", lambda f, a, b: f([a, b]), real(2, 3), real(1, 3), torch=lambda t, a, b: t.cat([a, b]))
sample(
    "concatenate", lambda f, a, b, c: f((a, b, c), axis=-1), real(2, 1), real(2, 2), real(2, 1), torch=None
)
sample("concatenate", lambda f, a, b: f([a, b], axis=None), real(2, 2), real(3), torch=None)
sample("concatenate", lambda f, a: f([a, np.ones((1, 3), np.int8), a]), real(2, 3), torch=None)
sample("concatenate", lambda f, a, b: f([a, b], axis=1), real(2, 0), real(2, 3), torch=None)
sample("stack", lambda f, a, b: f([a, b]), real(2, 3), real(2, 3))
sample("stack", lambda f, a, b: f([a, b, a], axis=-1), real(2, 3), real(2, 3))
sample("stack", lambda f, a, b: f([a, b], axis=1), real(2, 3), real(2, 3), torch=None)
sample("stack", lambda f, a, b: f([a, b]), real(), real())
sample("stack", lambda f, a, b: f([a, b]), real(0, 3), real(0, 3))
sample("vstack", lambda f, a, b: f([a, b]), real(3), real(2, 3))
sample("vstack", lambda f, a, b: f([a, b]), real(), real())
sample("vstack", lambda f, a, b: f([a, b]), real(0, 3), real(3))
sample("hstack", lambda f, a, b: f([a, b]), real(3), real(2))
sample("hstack", lambda f, a, b: f([a, b]), real(2, 3), real(2, 1))
sample("hstack", lambda f, a, b: f([a, b]), real(), real(2))
sample("hstack", lambda f, a, b: f([a, b]), real(2, 0), real(2, 1))
sample("split", lambda f, x: f(x, 2)[1] * f(x, 2)[0], real(4, 3), torch=None)
sample(
    "split", lambda f, x: f(x, 3, axis=-1)[2], real(2, 6), torch=lambda t, x: t.tensor_split(x, 3, dim=-1)[2]
)
sample("split", lambda f, x: f(x, [1, 3])[1], real(5, 2), torch=lambda t, x: t.tensor_split(x, [1, 3])[1])
sample("split", lambda f, x: f(x, np.array([2]), axis=1)[0], real(2, 3), torch=None)
sample("split", lambda f, x: f(x, 1, axis=1)[0], real(0, 3), torch=None)
sample("split", lambda f, x: f(x, [2, 7])[1], real(4), torch=None)
sample("split", lambda f, x: f(x, [3, 1])[2], real(5), torch=None)

NOT_0D |= {
    "concatenate": "NumPy refuses",
    "split": "needs an axis",
}
