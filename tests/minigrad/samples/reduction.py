"""Over axes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.minigrad.samples.domains import Draw, apart, exactly, positive, real
from tests.minigrad.samples.table import NOT_0D, WITHOUT_TORCH, sample


def _reduction(name: str, domain: Callable[..., Draw], torch: str, **options: Any) -> None:
    """Samples over axes; `torch` names a function that takes dim and keepdim."""
    spread = torch in ("var", "std")
    for axis, keepdims, shape in [
        (None, False, (3, 4)), (None, True, (2, 3)), (0, False, (3, 4)), (-1, True, (3, 4)),
        ((0, 2), False, (2, 3, 2)), ((-1, 0), True, (2, 3, 2)), ((1,), False, (2, 3)), (None, False, (4,)),
        (1, False, (0, 3)),
    ]:  # fmt: skip
        sample(
            name,
            lambda f, x, axis=axis, keepdims=keepdims: f(x, axis=axis, keepdims=keepdims, **options),
            domain(*shape),
            torch=None
            if spread and 0 in shape  # torch warns
            else lambda t, x, axis=axis, keepdims=keepdims: getattr(t, torch)(
                x,
                dim=tuple(range(x.ndim)) if axis is None else axis,
                keepdim=keepdims,
                **({"correction": options.get("ddof", 0)} if spread else {}),
            ),
        )


_reduction("sum", real, "sum")
_reduction("mean", real, "mean")
_reduction("max", apart, "amax")
_reduction("min", apart, "amin")
_reduction("var", real, "var")
_reduction("var", real, "var", ddof=1)
_reduction("std", apart, "std")
_reduction("std", apart, "std", ddof=1)
_reduction("logsumexp", real, "logsumexp")
for _name in ("sum", "mean", "max", "min", "var", "logsumexp"):
    sample(_name, lambda f, x: f(x), real(), torch=None)
for _name in ("sum", "max", "min", "logsumexp"):  # NumPy lets a 0-d array pass an axis here
    sample(_name, lambda f, x: f(x, axis=-1, keepdims=True), real(), torch=None)
sample("sum", lambda f, x: f(x), real(0, 3))
sample("sum", lambda f, x: f(x, axis=()), real(2, 3), torch=None)
sample("logsumexp", lambda f, x: f(x, axis=0, keepdims=True), real(3, 0), torch=None)
sample("max", lambda f, x: f(x, axis=()), real(2, 3), torch=None)

for _axis, _keepdims, _shape in [
    (None, False, (3, 2)), (0, False, (3, 2)), (-1, True, (2, 3)), ((0, 2), False, (2, 3, 2)),
    (None, False, ()), (0, False, (0, 3)), (None, True, (0,)), (1, False, (3, 1)),
]:  # fmt: skip
    sample(
        "prod",
        lambda f, x, axis=_axis, keepdims=_keepdims: f(x, axis=axis, keepdims=keepdims),
        positive(*_shape),
        torch=(lambda t, x, axis=_axis, keepdims=_keepdims: t.prod(x, dim=axis, keepdim=keepdims))
        if isinstance(_axis, int)
        else None,
    )
sample("prod", lambda f, x: f(x), exactly([2.0, 0.0, 3.0, -1.5]))  # one zero: the others' product
sample("prod", lambda f, x: f(x), exactly([2.0, 0.0, 3.0, 0.0]))  # two: no first derivative, a second
sample("prod", lambda f, x: f(x, axis=1), exactly([[1.5, 0.0, 2.0], [0.0, 0.0, 3.0], [1.0, 2.0, 3.0]]))
sample(
    "prod",
    lambda f, x: f(x, axis=(0, 2)),
    exactly([[[0.0, 2.0], [1.0, 3.0]], [[4.0, 0.5], [0.0, 2.0]]]),
    torch=None,
)

for _name in ("cumsum", "cumprod", "nancumsum", "nancumprod"):
    for _axis, _shape in [(None, (3, 4)), (0, (3, 4)), (-1, (2, 3)), (None, ()), (0, (0, 3)), (1, (2, 5, 2))]:
        sample(
            _name,
            lambda f, x, axis=_axis: f(x, axis=axis),
            real(*_shape),
            torch=lambda t, x, name=_name, axis=_axis: getattr(t, name.removeprefix("nan"))(
                x.reshape(-1) if axis is None else x, 0 if axis is None else axis
            ),
        )
for _name in ("cumsum", "cumprod"):
    for _axis, _shape in [(0, (3, 4)), (-1, (2, 3)), (0, (0, 3)), (1, (2, 3, 2))]:
        sample(
            _name.replace("cum", "cumulative_"),
            lambda f, x, axis=_axis: f(x, axis=axis),
            real(*_shape),
            torch=lambda t, x, name=_name, axis=_axis: getattr(t, name)(x, axis),
        )
        sample(
            _name.replace("cum", "cumulative_"),
            lambda f, x, axis=_axis: f(x, axis=axis, include_initial=True),
            real(*_shape),
            torch=None,
        )
    sample(_name.replace("cum", "cumulative_"), lambda f, x: f(x), real(4), torch=None)
sample("cumprod", lambda f, x: f(x), exactly([2.0, 0.0, 3.0, -1.5, 0.5]), torch=None)
sample("cumprod", lambda f, x: f(x), exactly([0.0, 2.0, 0.0, 3.0, 0.0]), torch=None)
sample("cumprod", lambda f, x: f(x, axis=1), exactly([[1.5, 0.0, 2.0], [0.0, 0.0, 3.0], [1.0, 2.0, 3.0]]))

MASK = np.array([[True, False, True, True], [False, True, True, False], [True, True, False, False]])
for _name in ("sum", "mean", "var", "std", "prod"):
    sample(_name, lambda f, x: f(x, where=MASK), apart(3, 4), torch=None)
    sample(_name, lambda f, x: f(x, axis=0, where=MASK), apart(3, 4), torch=None)
    sample(_name, lambda f, x: f(x, 1, x.dtype, where=MASK, keepdims=True), apart(3, 4), torch=None)
for _name in ("sum", "prod", "max", "min"):
    sample(_name, lambda f, x: f(x, initial=0.7), apart(3, 4), torch=None)
    sample(_name, lambda f, x: f(x, axis=0, initial=-0.7, where=MASK), apart(3, 4), torch=None)
sample(
    "prod", lambda f, x: f(x, initial=2.0, where=[True, True, False]), exactly([2.0, 0.0, 0.0]), torch=None
)
for _name in ("var", "std"):
    sample(_name, lambda f, x: f(x, axis=1, ddof=1, where=MASK[:, ::-1] | MASK), apart(3, 4), torch=None)
    sample(
        _name,
        lambda f, x: f(x, axis=1, correction=1),
        apart(3, 4),
        torch=lambda t, x, f=_name: getattr(t, f)(x, 1),
    )

for _axis, _keepdims, _shape in [
    (None, False, (3, 4)),
    (0, True, (3, 4)),
    (1, False, (0, 3)),
    ((0, 2), False, (2, 3, 2)),
]:
    sample(
        "ptp",
        lambda f, x, axis=_axis, keepdims=_keepdims: f(x, axis=axis, keepdims=keepdims),
        apart(*_shape),
        torch=lambda t, x, axis=_axis, keepdims=_keepdims: (
            t.amax(x, () if axis is None else axis, keepdims)
            - t.amin(x, () if axis is None else axis, keepdims)
        ),
    )
_WEIGHTS = np.array([0.5, 1.0, 2.0, 0.25])
sample("average", lambda f, x: f(x), real(3, 4), torch=lambda t, x: t.mean(x))
sample("average", lambda f, x: f(x, axis=0, keepdims=True), real(3, 4), torch=lambda t, x: t.mean(x, 0, True))
sample("average", lambda f, x: f(x, axis=1, weights=_WEIGHTS.astype(x.dtype)), real(3, 4), torch=None)
sample("average", lambda f, x, w: f(x, -1, w), real(3, 4), positive(4), torch=lambda t, x, w: x @ w / w.sum())
sample("average", lambda f, x, w: f(x, weights=w), real(3, 4), positive(3, 4), torch=None)
sample("average", lambda f, x, w: f(x, (0, 2), w), real(2, 3, 2), positive(2, 2), torch=None)
sample("average", lambda f, x, w: f(x, 0, w, returned=True)[0], real(3, 4), positive(3), torch=None)
sample("average", lambda f, x, w: np.add(*f(x, 0, w, returned=True)), real(3, 4), positive(3), torch=None)
sample("average", lambda f, x: f(x), real(), torch=lambda t, x: t.mean(x))
sample("average", lambda f, x, w: f(x, 1, w), real(0, 3), positive(3), torch=lambda t, x, w: x @ w / w.sum())

_NAN = np.nan
_HOLES = [[1.0, _NAN, 2.5, -3.0], [_NAN, 0.5, _NAN, 4.0], [0.25, 1.5, -2.0, 0.75]]
_WITHOUT_NAN = {
    "nansum": lambda t, x: t.nansum(x), "nanmean": lambda t, x: t.nanmean(x),
    "nanmax": lambda t, x: t.max(x[~x.isnan()]), "nanmin": lambda t, x: t.min(x[~x.isnan()]),
    "nanprod": lambda t, x: t.prod(x[~x.isnan()]),
    "nanvar": lambda t, x: t.var(x[~x.isnan()], correction=0),
    "nanstd": lambda t, x: t.std(x[~x.isnan()], correction=0),
}  # fmt: skip
for _name, _torch in _WITHOUT_NAN.items():
    sample(_name, lambda f, x: f(x), exactly(_HOLES), torch=_torch)
    sample(_name, lambda f, x: f(x, axis=1, keepdims=True), exactly(_HOLES), torch=None)
    sample(_name, lambda f, x: f(x, axis=(0, -1)), apart(2, 3, 2), torch=None)
    sample(_name, lambda f, x: f(x, axis=1), apart(0, 3), torch=None)
    if _name != "nanstd":
        sample(_name, lambda f, x: f(x), apart(), torch=None)
for _name in ("nanvar", "nanstd"):
    sample(_name, lambda f, x: f(x, axis=1, ddof=1), exactly(_HOLES), torch=None)
for _name in ("nancumsum", "nancumprod"):
    sample(_name, lambda f, x: f(x, axis=1), exactly(_HOLES), torch=None)

for _n, _axis, _shape in [
    (1, -1, (3, 4)),
    (2, 0, (4, 3)),
    (1, 1, (2, 3, 2)),
    (3, 0, (3,)),
    (0, -1, (3,)),
    (1, 1, (0, 3)),
]:
    sample(
        "diff", lambda f, x, n=_n, axis=_axis: f(x, n=n, axis=axis), real(*_shape),
        torch=lambda t, x, n=_n, axis=_axis: t.diff(x, n=n, dim=axis),
    )  # fmt: skip
sample("diff", lambda f, x, a: f(x, prepend=a, append=1), real(3, 4), real(3, 2), torch=None)
sample("diff", lambda f, x, a: f(x, 2, 0, append=a), real(3, 4), real(), torch=None)
sample("ediff1d", lambda f, x: f(x), real(3, 4), torch=lambda t, x: t.diff(x.reshape(-1)))
sample("ediff1d", lambda f, x, a, b: f(x, a, b), real(4), real(2), real(), torch=None)
sample("ediff1d", lambda f, x: f(x), real(0), torch=None)

_PLACES = np.array([0.0, 1.0, 1.5, 4.0])
sample("gradient", lambda f, x: f(x), real(4), torch=lambda t, x: t.gradient(x)[0])
sample(
    "gradient",
    lambda f, x: f(x, 0.5, edge_order=2),
    real(4),
    torch=lambda t, x: t.gradient(x, spacing=0.5, edge_order=2)[0],
)
sample("gradient", lambda f, x: f(x)[1], real(3, 4), torch=lambda t, x: t.gradient(x)[1])
sample("gradient", lambda f, x: f(x, 2.0, 0.5)[0], real(3, 4), torch=None)
sample("gradient", lambda f, x: f(x, _PLACES.astype(x.dtype), axis=-1), real(2, 4), torch=None)
sample("gradient", lambda f, x: f(x, _PLACES.astype(x.dtype), axis=0, edge_order=2), real(4, 2), torch=None)
sample("gradient", lambda f, x: f(x, axis=1), real(0, 3), torch=None)
sample("gradient", lambda f, x, places: f(x, places), real(4), exactly(_PLACES), torch=None)
sample("gradient", lambda f, x: f(x, axis=(0, 1))[0], real(2, 3), torch=None)

sample("trapezoid", lambda f, y: f(y), real(5), torch=lambda t, y: t.trapezoid(y))
sample(
    "trapezoid",
    lambda f, y: f(y, dx=0.5, axis=0),
    real(3, 4),
    torch=lambda t, y: t.trapezoid(y, dx=0.5, dim=0),
)
sample("trapezoid", lambda f, y, x: f(y, x), real(3, 4), real(4), torch=lambda t, y, x: t.trapezoid(y, x))
sample("trapezoid", lambda f, y, x: f(y, x, axis=0), real(3, 4), real(3), torch=None)
sample("trapezoid", lambda f, y, x: f(y, x, axis=1), real(2, 3, 2), real(2, 3, 2), torch=None)
sample("trapezoid", lambda f, y: f(y), real(0, 3), torch=lambda t, y: t.trapezoid(y))

_KNOTS = np.array([-1.0, 0.0, 0.5, 2.0])
_READ = [[-0.9, -0.2, 0.3], [1.7, 0.6, -0.55]]
sample("interp", lambda f, x, fp: f(x, _KNOTS.astype(fp.dtype), fp), exactly(_READ), real(4), torch=None)
sample(
    "interp",
    lambda f, x, xp, fp: f(x, xp, fp),
    exactly([-3.0, 0.2, 5.0]),
    exactly(_KNOTS),
    real(4),
    torch=None,
)
sample(
    "interp",
    lambda f, x, fp: f(x, _KNOTS.astype(fp.dtype), fp, -1.0, 7.0),
    exactly([-3.0, 0.2, 5.0]),
    real(4),
    torch=None,
)
sample("interp", lambda f, x, fp: f(x, _KNOTS.astype(fp.dtype), fp), exactly(0.2), real(4), torch=None)
sample("interp", lambda f, x, fp: f(x, _KNOTS.astype(fp.dtype), fp), real(0, 3), real(4), torch=None)

for _name in ("softmax", "log_softmax"):
    sample(_name, lambda f, x: f(x), real(3, 4), torch=lambda t, x, f=_name: getattr(t, f)(x, -1))
    sample(_name, lambda f, x: f(x, axis=0), real(3, 4), torch=lambda t, x, f=_name: getattr(t, f)(x, 0))
    sample(_name, lambda f, x: f(x, axis=1), real(2, 3, 2), torch=lambda t, x, f=_name: getattr(t, f)(x, 1))
    sample(_name, lambda f, x: f(x, axis=(0, 2)), real(2, 3, 2), torch=None)
    sample(_name, lambda f, x: f(x), real(), torch=lambda t, x, f=_name: getattr(t, f)(x, -1))
    sample(_name, lambda f, x: f(x), real(0, 3), torch=lambda t, x, f=_name: getattr(t, f)(x, -1))
    sample(_name, lambda f, x: f(x), real(3, 0), torch=lambda t, x, f=_name: getattr(t, f)(x, -1))

NOT_0D |= {
    "cumulative_prod": "goes along an axis",
    "cumulative_sum": "goes along an axis",
    "diff": "goes along an axis",
    "ediff1d": "has no differences",
    "gradient": "goes along an axis",
    "nanstd": "is 0, its kink",
    "ptp": "is 0, its kink",
    "std": "is 0, its kink",
    "trapezoid": "goes along an axis",
}
WITHOUT_TORCH |= {"interp"}
