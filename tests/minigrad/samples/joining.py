"""Joining and splitting."""

import numpy as np

from tests.minigrad.samples.domains import apart, real
from tests.minigrad.samples.table import NOT_0D, WITHOUT_TORCH, sample

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
sample("dstack", lambda f, a, b: f([a, b]), real(3), real(3))
sample("dstack", lambda f, a, b: f([a, b]), real(2, 3), real(2, 3, 2))
sample("dstack", lambda f, a, b: f([a, b]), real(), real())
sample("dstack", lambda f, a, b: f([a, b]), real(0, 3), real(0, 3))
sample("column_stack", lambda f, a, b: f([a, b]), real(3), real(3, 2))
sample("column_stack", lambda f, a, b: f((a, b)), real(), real())
sample("column_stack", lambda f, a, b: f([a, b]), real(0), real(0, 2))
sample("append", lambda f, a, b: f(a, b), real(2, 2), real(3), torch=lambda t, a, b: t.cat([a.ravel(), b]))
sample("append", lambda f, a, b: f(a, b, axis=1), real(2, 2), real(2, 1), torch=None)
sample("append", lambda f, a: f(a, 2.0), real(), torch=None)
sample("append", lambda f, a, b: f(a, b, 0), real(0, 3), real(1, 3), torch=None)
sample("block", lambda f, a, b: f([a, b]), real(2, 3), real(2, 1), torch=lambda t, a, b: t.cat([a, b], dim=1))
sample(
    "block",
    lambda f, a, b, c, d: f([[a, b], [c, d]]),
    real(2, 3),
    real(2, 1),
    real(1, 3),
    real(1, 1),
    torch=None,
)
sample("block", lambda f, a, b: f([[a], [b]]), real(3), real(3), torch=None)
sample("block", lambda f, a, b: f([[[a]], [[b]]]), real(2), real(2), torch=None)
sample("block", lambda f, a, b: f([a, b]), real(), real(2), torch=None)
sample("block", lambda f, a: f(a), real(2, 2), torch=None)
sample("block", lambda f, a, b: f([a, b]), real(2, 0), real(2, 1), torch=None)
sample("split", lambda f, x: f(x, 2)[1] * f(x, 2)[0], real(4, 3), torch=None)
sample(
    "split", lambda f, x: f(x, 3, axis=-1)[2], real(2, 6), torch=lambda t, x: t.tensor_split(x, 3, dim=-1)[2]
)
sample("split", lambda f, x: f(x, [1, 3])[1], real(5, 2), torch=lambda t, x: t.tensor_split(x, [1, 3])[1])
sample("split", lambda f, x: f(x, np.array([2]), axis=1)[0], real(2, 3), torch=None)
sample("split", lambda f, x: f(x, 1, axis=1)[0], real(0, 3), torch=None)
sample("split", lambda f, x: f(x, [2, 7])[1], real(4), torch=None)
sample("split", lambda f, x: f(x, [3, 1])[2], real(5), torch=None)

sample("array_split", lambda f, x: f(x, 3)[0], real(4, 2), torch=lambda t, x: t.tensor_split(x, 3)[0])
sample("array_split", lambda f, x: f(x, 3)[1], real(5, 2), torch=lambda t, x: t.tensor_split(x, 3)[1])
sample("array_split", lambda f, x: f(x, 4, axis=-1)[3], real(2, 3), torch=None)
sample("array_split", lambda f, x: f(x, [1], axis=1)[0], real(0, 3), torch=None)
for _name, _shapes in {
    "hsplit": [(4,), (2, 4), (2, 2, 2), (0, 2)],
    "vsplit": [(4, 2), (2, 2, 2), (2, 0)],
    "dsplit": [(2, 3, 4), (0, 3, 2)],
}.items():
    for _shape in _shapes:
        sample(_name, lambda f, x: f(x, 2)[1], real(*_shape))
    sample(_name, lambda f, x: f(x, [1])[0], real(2, 3, 3))
sample("unstack", lambda f, x: f(x)[1], real(2, 3), torch=lambda t, x: t.unbind(x)[1])
sample("unstack", lambda f, x: f(x, axis=-1)[0] * f(x, axis=-1)[2], real(2, 3), torch=None)
sample("unstack", lambda f, x: f(x, axis=1)[0], real(0, 3), torch=None)

for _obj in (1, -1, slice(None, None, 2), [0, 2], [], np.array([True, False, True]), np.array([1]), [1, 1]):
    sample("delete", lambda f, x, obj=_obj: f(x, obj, axis=0), real(3, 2), torch=None)
    sample("delete", lambda f, x, obj=_obj: f(x, obj, axis=-1), real(2, 3), torch=None)
sample("delete", lambda f, x: f(x, [1, 4]), real(2, 3), torch=None)
sample("delete", lambda f, x: f(x, 1, axis=1), real(0, 3), torch=None)

for _obj, _values in [
    (1, ()), (1, (2,)), (1, (3, 2)), (-1, (2,)), (3, (1, 2)), ([1], (3, 2)), ([0, 2], (2,)), ([0, 2], (2, 2)),
    ([2, 0], (2, 1)), ([1, 1, 3], (3, 2)), (slice(0, 3, 2), (2, 2)), ([], (2,)),
    (slice(1, 2), (1, 2)), (np.array([True, False, True]), (2, 2)),
]:  # fmt: skip
    sample("insert", lambda f, x, v, obj=_obj: f(x, obj, v, axis=0), real(3, 2), real(*_values), torch=None)
sample("insert", lambda f, x, v: f(x, 1, v, axis=1), real(2, 3), real(2), torch=None)
sample("insert", lambda f, x, v: f(x, 1, v, axis=1), real(2, 3), real(3, 2), torch=None)
sample("insert", lambda f, x, v: f(x, [1], v, axis=1), real(2, 3), real(2, 1), torch=None)
sample("insert", lambda f, x, v: f(x, [0, 2], v, axis=-1), real(2, 3), real(2, 2), torch=None)
sample("insert", lambda f, x, v: f(x, 2, v), real(2, 3), real(2), torch=None)
sample("insert", lambda f, x: f(x, [1, 2], 0.5), real(2, 3), torch=None)
sample("insert", lambda f, x, v: f(x, 0, v), real(0), real(2), torch=None)

_ZEROS_AROUND = np.array([0, 0, 1, 0, 1, 0], np.int8)
for _trim in ("fb", "f", "b", "B"):
    sample("trim_zeros", lambda f, x, trim=_trim: f(x * _ZEROS_AROUND, trim), apart(6), torch=None)
sample("trim_zeros", lambda f, x: f(x * np.zeros(2, np.int8)), real(2), torch=None)
sample("trim_zeros", lambda f, x: f(x), real(0), torch=None)

NOT_0D |= {
    "concatenate": "NumPy refuses",
    "array_split": "needs an axis",
    "delete": "needs an axis",
    "dsplit": "needs three axes",
    "hsplit": "needs an axis",
    "split": "needs an axis",
    "trim_zeros": "needs an axis",
    "unstack": "needs an axis",
    "vsplit": "needs two axes",
}

WITHOUT_TORCH |= {"delete", "insert", "trim_zeros"}
