"""Putting in order, and what is read off the order: medians and quantiles."""

import numpy as np

from tests.minigrad.samples.domains import apart, exactly
from tests.minigrad.samples.table import NOT_0D, WITHOUT_TORCH, sample

for _axis, _shape in [(-1, (3, 4)), (0, (3, 4)), (1, (2, 3, 2)), (0, (4,)), (1, (0, 3)), (0, (0, 3))]:
    sample(
        "sort", lambda f, x, axis=_axis: f(x, axis=axis), apart(*_shape),
        torch=lambda t, x, axis=_axis: t.sort(x, dim=axis)[0],
    )  # fmt: skip
    for _largest in (True, False):
        sample(
            "topk",
            lambda f, x, axis=_axis, largest=_largest: f(x, x.shape[axis] // 2, axis, largest)[0],
            apart(*_shape),
            torch=lambda t, x, axis=_axis, largest=_largest: t.topk(
                x, x.shape[axis] // 2, dim=axis, largest=largest
            )[0],
        )
sample("sort", lambda f, x: f(x), apart(3, 4), torch=None)
sample("sort", lambda f, x: f(x, None), apart(), torch=None)
sample("sort", lambda f, x: f(x, axis=None), apart(3, 4), torch=None)
sample("topk", lambda f, x: f(x, 3)[0], apart(2, 4))

# Every place is determined here, the order of NumPy's partition too.
sample("partition", lambda f, x: f(x, 1), apart(4, 3), torch=lambda t, x: t.sort(x, dim=1)[0])
sample("partition", lambda f, x: f(x, (1, 3), axis=0), apart(5, 2), torch=lambda t, x: t.sort(x, dim=0)[0])
sample("partition", lambda f, x: f(x, [1, 2, 4], axis=None), apart(2, 3), torch=None)
sample("partition", lambda f, x: f(x, 0, axis=None), apart(), torch=None)
sample("partition", lambda f, x: f(x, 1), apart(0, 3), torch=None)

# Sets: half of the elements stand twice.  NumPy 2.3 leaves the order of some of its own results open.
_TWICE = (np.arange(12).reshape(3, 4) % 6).astype(np.intp)
for _name in ("unique", "unique_values", "unique_counts", "unique_inverse", "unique_all"):
    for _shape in [(3, 4), (5,), (), (0, 3)]:
        sample(
            _name,
            lambda f, x, name=_name: np.sort(f(x) if name in ("unique", "unique_values") else f(x)[0]),
            apart(*_shape),
            torch=None,
        )
    sample(
        _name,
        lambda f, x, name=_name: np.sort(
            f(x[_TWICE]) if name in ("unique", "unique_values") else f(x[_TWICE]).values
        ),
        apart(6),
        torch=None,
    )
sample("unique", lambda f, x: f(x[[2, 0, 0]], axis=0), apart(3, 2), torch=None)
sample("unique", lambda f, x: f(x[:, [1, 1, 0]], True, axis=-1)[0], apart(2, 3), torch=None)
for _name in ("union1d", "intersect1d", "setdiff1d", "setxor1d"):
    sample(_name, lambda f, a: f(a[:, [0, 1, 1]], a[[0], 1:]), apart(2, 3), torch=None)
    if _name != "setdiff1d":  # whose second array is no part of the result
        sample(_name, lambda f, a, b: f(a, b), apart(4), apart(3), torch=None)
        sample(_name, lambda f, a, b: f(a, b), apart(), apart(2), torch=None)
        sample(_name, lambda f, a, b: f(a, b), apart(0), apart(2), torch=None)
    if _name != "union1d":
        sample(_name, lambda f, a: f(a[:4], a[2:], assume_unique=True), apart(6), torch=None)

sample("setdiff1d", lambda f, a: f(a, np.zeros(2)), apart(3), torch=None)
sample("setdiff1d", lambda f, a: f(a, [1.0]), apart(), torch=None)
sample("setdiff1d", lambda f, a: f(a, [1.0]), apart(0), torch=None)

_QUARTERS = [0.25, 0.5, 0.8]
_NAN = np.nan
for _name, _q in [("quantile", 0.3), ("percentile", 30), ("nanquantile", 0.3), ("nanpercentile", 30)]:
    _torch = "nanquantile" if _name.startswith("nan") else "quantile"
    for _axis, _keepdims, _shape in [
        (None, False, (5,)), (0, False, (3, 4)), (-1, True, (3, 4)), (1, False, (2, 5, 2)), (1, False, (0, 3))
    ]:  # fmt: skip
        sample(
            _name,
            lambda f, x, q=_q, axis=_axis, keepdims=_keepdims: f(x, q, axis=axis, keepdims=keepdims),
            apart(*_shape),
            torch=(
                lambda t, x, torch=_torch, axis=_axis, keepdims=_keepdims: getattr(t, torch)(
                    x, 0.3, dim=axis, keepdim=keepdims
                )
            )
            if 0 not in _shape
            else None,
        )
    sample(_name, lambda f, x, q=_q: f(x, q), apart(), torch=None)
    sample(_name, lambda f, x, q=_q: f(x, q, (0, 2)), apart(2, 3, 2), torch=None)
for _method in ("lower", "higher", "midpoint", "nearest"):
    sample(
        "quantile", lambda f, x, method=_method: f(x, 0.4, method=method), apart(5),
        torch=lambda t, x, method=_method: t.quantile(x, 0.4, interpolation=method),
    )  # fmt: skip
    sample(
        "quantile", lambda f, x, method=_method: f(x, _QUARTERS, 0, method=method), apart(6, 2), torch=None
    )
sample("quantile", lambda f, x: f(x, _QUARTERS, axis=1), apart(3, 5), torch=None)
sample("quantile", lambda f, x: f(x, [[0.0, 1.0], [0.5, 0.9]], keepdims=True), apart(3, 4), torch=None)
_HOLES = [[1.0, _NAN, 2.5, -3.0], [_NAN, 0.5, _NAN, 4.0]]
sample("nanquantile", lambda f, x: f(x, _QUARTERS, axis=1), exactly(_HOLES), torch=None)
sample("nanquantile", lambda f, x: f(x, 0.7, axis=1, keepdims=True), exactly(_HOLES))

for _name, _torch in [("median", "quantile"), ("nanmedian", "nanquantile")]:
    for _axis, _keepdims, _shape in [
        (None, False, (5,)), (None, True, (2, 3)), (0, False, (3, 4)), (-1, True, (3, 4)), (1, False, (0, 3))
    ]:  # fmt: skip
        sample(
            _name, lambda f, x, axis=_axis, keepdims=_keepdims: f(x, axis=axis, keepdims=keepdims),
            apart(*_shape),
            torch=None
            if 0 in _shape or (_axis is None and _keepdims)
            else lambda t, x, torch=_torch, axis=_axis, keepdims=_keepdims: getattr(t, torch)(
                x, 0.5, dim=axis, keepdim=keepdims
            ),
        )  # fmt: skip
    sample(_name, lambda f, x: f(x), apart(), torch=None)
    sample(_name, lambda f, x: f(x, (0, -1)), apart(2, 3, 2), torch=None)
sample("nanmedian", lambda f, x: f(x, axis=1), exactly(_HOLES), torch=None)

NOT_0D |= {"topk": "goes along an axis"}
WITHOUT_TORCH |= {
    "intersect1d", "setdiff1d", "setxor1d", "union1d", "unique", "unique_all", "unique_counts",
    "unique_inverse", "unique_values",
}  # fmt: skip
