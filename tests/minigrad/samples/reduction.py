"""Over axes."""

from collections.abc import Callable
from typing import Any

from tests.minigrad.samples.domains import Draw, apart, exactly, positive, real
from tests.minigrad.samples.table import NOT_0D, sample


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

for _axis, _shape in [(None, (3, 4)), (0, (3, 4)), (-1, (2, 3)), (None, ()), (0, (0, 3)), (1, (2, 3, 2))]:
    sample(
        "cumsum",
        lambda f, x, axis=_axis: f(x, axis=axis),
        real(*_shape),
        torch=lambda t, x, axis=_axis: t.cumsum(
            x.reshape(-1) if axis is None else x, 0 if axis is None else axis
        ),
    )

for _name in ("softmax", "log_softmax"):
    sample(_name, lambda f, x: f(x), real(3, 4), torch=lambda t, x, f=_name: getattr(t, f)(x, -1))
    sample(_name, lambda f, x: f(x, axis=0), real(3, 4), torch=lambda t, x, f=_name: getattr(t, f)(x, 0))
    sample(_name, lambda f, x: f(x, axis=1), real(2, 3, 2), torch=lambda t, x, f=_name: getattr(t, f)(x, 1))
    sample(_name, lambda f, x: f(x, axis=(0, 2)), real(2, 3, 2), torch=None)
    sample(_name, lambda f, x: f(x), real(), torch=lambda t, x, f=_name: getattr(t, f)(x, -1))
    sample(_name, lambda f, x: f(x), real(0, 3), torch=lambda t, x, f=_name: getattr(t, f)(x, -1))
    sample(_name, lambda f, x: f(x), real(3, 0), torch=lambda t, x, f=_name: getattr(t, f)(x, -1))

NOT_0D |= {
    "std": "has no derivative where it is 0",
}
