"""Moving elements about."""

from typing import Any

from tests.minigrad.samples.domains import real
from tests.minigrad.samples.table import NOT_0D, SAME, WITHOUT_TORCH, sample


def weighted(results: Any) -> Any:
    """One result of several, in which each of them counts differently."""
    return sum(weight * result for weight, result in enumerate(results[1:], 2)) + results[0]


sample("reshape", lambda f, x: f(x, (4, 3)), real(3, 4))
sample("reshape", lambda f, x: f(x, (2, -1)), real(3, 4))
sample("reshape", lambda f, x: f(x, -1), real(3, 4), torch=None)
sample("reshape", lambda f, x: f(x, (1, 1)), real())
sample("reshape", lambda f, x: f(x, ()), real(1, 1))
sample("reshape", lambda f, x: f(x, [3, 0]), real(0, 3))
sample("reshape", lambda f, x: f(x, (4, 3), order="F"), real(3, 4), torch=None)
sample("reshape", lambda f, x: f(x, (2, -1), "F"), real(2, 3, 2), torch=None)
sample("reshape", lambda f, x: f(x, shape=(6,)), real(2, 3))
for _shape in [(3, 4), (), (0, 3), (5,)]:
    sample("ravel", lambda f, x: f(x), real(*_shape))
sample("ravel", lambda f, x: f(x, order="F"), real(2, 3, 2), torch=None)
sample("expand_dims", lambda f, x: f(x, 0), real(3, 4), torch=lambda t, x: t.unsqueeze(x, 0))
sample("expand_dims", lambda f, x: f(x, (0, -1)), real(3), torch=None)
sample("expand_dims", lambda f, x: f(x, 0), real(), torch=lambda t, x: t.unsqueeze(x, 0))
sample("expand_dims", lambda f, x: f(x, -1), real(0, 3), torch=None)
sample("squeeze", lambda f, x: f(x), real(1, 3, 1))
sample("squeeze", lambda f, x: f(x, -1), real(1, 3, 1))
sample("squeeze", lambda f, x: f(x, (0, 2)), real(1, 3, 1))
sample("squeeze", lambda f, x: f(x), real())
sample("squeeze", lambda f, x: f(x, 1), real(0, 1))
sample("transpose", lambda f, x: f(x), real(2, 3, 2), torch=lambda t, x: t.permute(x, (2, 1, 0)))
sample("transpose", lambda f, x: f(x, (1, 2, 0)), real(2, 3, 4), torch=lambda t, x: t.permute(x, (1, 2, 0)))
sample(
    "transpose", lambda f, x: f(x, [-1, 0, -2]), real(2, 3, 4), torch=lambda t, x: t.permute(x, (-1, 0, -2))
)
sample("transpose", lambda f, x: f(x), real(), torch=None)
sample("transpose", lambda f, x: f(x), real(0, 3), torch=None)
sample("swapaxes", lambda f, x: f(x, 0, -1), real(2, 3, 4))
sample("swapaxes", lambda f, x: f(x, 1, 1), real(0, 3))
sample("moveaxis", lambda f, x: f(x, 0, -1), real(2, 3, 4))
sample("moveaxis", lambda f, x: f(x, (0, 1), (-1, 0)), real(2, 3, 4))
sample("moveaxis", lambda f, x: f(x, 0, 1), real(0, 3))
for _axis, _start in [(0, 0), (2, 0), (0, 3), (1, -1), (-1, 1)]:
    sample("rollaxis", lambda f, x, axis=_axis, start=_start: f(x, axis, start), real(2, 3, 4), torch=None)
sample("rollaxis", lambda f, x: f(x, 1), real(0, 3), torch=None)
sample("matrix_transpose", lambda f, x: f(x), real(2, 3), torch=lambda t, x: x.mT)
sample("matrix_transpose", lambda f, x: f(x), real(2, 3, 4), torch=lambda t, x: x.mT)
sample("matrix_transpose", lambda f, x: f(x), real(0, 3), torch=lambda t, x: x.mT)
for _shapes in [((3, 1), (2, 1, 4)), ((), (2, 3)), ((0, 3), (3,)), ((2,), (2,), (1, 2))]:
    sample("broadcast_arrays", lambda f, *xs: weighted(f(*xs)), *(real(*_shape) for _shape in _shapes),
           torch=lambda t, *xs: weighted(t.broadcast_tensors(*xs)))  # fmt: skip
for _name in ("atleast_1d", "atleast_2d", "atleast_3d"):
    for _shape in [(), (3,), (2, 3), (0, 3), (2, 3, 1), (0,), (1, 2, 1, 2)]:
        # torch gives (n,) another place among three axes than NumPy
        sample(_name, lambda f, x: f(x), real(*_shape), torch=None if _shape in [(3,), (0,)] else SAME)
    sample(_name, lambda f, a, b: f(a, b)[1] * f(a, b)[0], real(3), real(), torch=None)
sample("broadcast_to", lambda f, x: f(x, (2, 3, 4)), real(3, 1))
sample("broadcast_to", lambda f, x: f(x, (3,)), real())
sample("broadcast_to", lambda f, x: f(x, (0, 3)), real(3))
sample("broadcast_to", lambda f, x: f(x, (0, 3)), real(0, 1))
sample("broadcast_to", lambda f, x: f(x, 3), real(1), torch=None)
sample("flip", lambda f, x: f(x), real(2, 3), torch=lambda t, x: t.flip(x, (0, 1)))
sample("flip", lambda f, x: f(x, 1), real(2, 3), torch=lambda t, x: t.flip(x, (1,)))
sample("flip", lambda f, x: f(x, (0, -1)), real(2, 3, 2), torch=lambda t, x: t.flip(x, (0, -1)))
sample("flip", lambda f, x: f(x), real(), torch=None)
sample("flip", lambda f, x: f(x, 0), real(0, 3), torch=None)
sample("roll", lambda f, x: f(x, 2), real(3, 4))
sample("roll", lambda f, x: f(x, -1, 0), real(3, 4))
sample("roll", lambda f, x: f(x, (1, -2), (0, 1)), real(3, 4))
sample("roll", lambda f, x: f(x, 1, (0, 1)), real(3, 4), torch=None)
sample("roll", lambda f, x: f(x, (1, 2), 1), real(3, 4), torch=None)
sample("roll", lambda f, x: f(x, 1), real(), torch=None)
sample("roll", lambda f, x: f(x, 1, 1), real(0, 3))
for _axes in [(0, 1), (1, 0), (-1, 0)]:
    for _k in (1, 2, -1, 4):
        sample("rot90", lambda f, x, k=_k, axes=_axes: f(x, k, axes), real(2, 3, 2))
sample("rot90", lambda f, x: f(x), real(0, 3), torch=None)
for _name in ("fliplr", "flipud"):
    for _shape in [(2, 3), (3, 2, 2), (0, 3)]:
        sample(_name, lambda f, x: f(x), real(*_shape))
for _name in ("diagonal", "trace"):
    for _shape in [(3, 3), (2, 4), (4, 2)]:
        for _offset in (0, 1, -1, 5):
            sample(_name, lambda f, x, offset=_offset: f(x, offset), real(*_shape), torch=None)
    sample(_name, lambda f, x: f(x, 1, axis1=2, axis2=0), real(2, 3, 3), torch=None)
    sample(_name, lambda f, x: f(x, axis1=-1, axis2=-2), real(2, 3, 4), torch=None)
    sample(_name, lambda f, x: f(x), real(3, 3))
    sample(_name, lambda f, x: f(x), real(0, 3), torch=None)
sample("diagonal", lambda f, x: f(x, 1), real(2, 4, 3))
for _k in (0, 2, -1):
    sample("diag", lambda f, x, k=_k: f(x, k), real(3))
    sample("diag", lambda f, x, k=_k: f(x, k), real(3, 4))
    sample("diagflat", lambda f, x, k=_k: f(x, k), real(3))
sample("diag", lambda f, x: f(x), real(0))
sample("diag", lambda f, x: f(x), real(0, 3))
sample("diagflat", lambda f, x: f(x), real(2, 2))
sample("diagflat", lambda f, x: f(x), real())
sample("diagflat", lambda f, x: f(x, 1), real(0, 3))
for _name in ("tril", "triu"):
    sample(_name, lambda f, x: f(x), real(3, 4))
    sample(_name, lambda f, x: f(x, 1), real(2, 3, 3))
    sample(_name, lambda f, x: f(x, k=-1), real(4, 3), torch=None)
    sample(_name, lambda f, x: f(x), real(0, 3))
    sample(_name, lambda f, x: f(x), real(3), torch=None)
sample("pad", lambda f, x: f(x, 1), real(2, 3), torch=lambda t, x: t.nn.functional.pad(x, (1, 1, 1, 1)))
sample("pad", lambda f, x: f(x, (1, 2), constant_values=3.0), real(3), torch=None)
sample(
    "pad",
    lambda f, x: f(x, ((1, 0), (0, 2))),
    real(2, 3),
    torch=lambda t, x: t.nn.functional.pad(x, (0, 2, 1, 0)),
)
sample("pad", lambda f, x: f(x, 0), real(2, 3), torch=None)
sample("pad", lambda f, x: f(x, 2, constant_values=((1, 2), (3, 4))), real(2, 3), torch=None)
sample("pad", lambda f, x: f(x, ((1, 2),), constant_values=(1, 2)), real(2, 3), torch=None)
for _mode in ("edge", "reflect", "symmetric", "wrap"):
    for _width in (0, 1, (1, 2), ((0, 1), (5, 4)), ((3, 0), (0, 0))):
        sample("pad", lambda f, x, mode=_mode, width=_width: f(x, width, mode), real(3, 2), torch=None)
    sample("pad", lambda f, x, mode=_mode: f(x, (2, 3), mode=mode), real(1), torch=None)
    sample("pad", lambda f, x, mode=_mode: f(x, ((0, 0), (1, 1)), mode=mode), real(0, 3), torch=None)
sample("pad", lambda f, x: f(x, 1), real(), torch=None)
sample("pad", lambda f, x: f(x, 1), real(0, 3), torch=None)
sample("tile", lambda f, x: f(x, 2), real(2, 3), torch=lambda t, x: t.tile(x, (2,)))
sample("tile", lambda f, x: f(x, (2, 1, 2)), real(2, 3))
sample("tile", lambda f, x: f(x, (2,)), real(2, 3))
sample("tile", lambda f, x: f(x, (2, 2)), real(3))
sample("tile", lambda f, x: f(x, (0, 2)), real(3))
sample("tile", lambda f, x: f(x, 3), real(), torch=None)
sample("tile", lambda f, x: f(x, ()), real(2), torch=None)
sample("tile", lambda f, x: f(x, 2), real(0, 3), torch=None)
for _shape in [(2,), (5, 2), (2, 1), (0, 2), ()]:
    sample("resize", lambda f, x, shape=_shape: f(x, shape), real(2, 2), torch=None)
sample("resize", lambda f, x: f(x, 5), real(3), torch=None)
sample("resize", lambda f, x: f(x, (2, 2)), real(), torch=None)
sample("resize", lambda f, x: f(x, (2, 2)), real(0, 3), torch=None)
sample("resize", lambda f, x: f(x, (2, 0)), real(0, 3), torch=None)
for _window, _axis in [
    ((2, 2), None),
    (2, 1),
    ((2,), (0,)),
    ((1, 3), (1, 0)),
    ((2, 2), (0, 0)),
    ((3, 4), (0, 1)),
]:
    sample(
        "sliding_window_view",
        lambda f, x, window=_window, axis=_axis: f(x, window, axis),
        real(3, 4),
        torch=None,
    )
sample(
    "sliding_window_view", lambda f, x: f(x, 2, axis=-1), real(2, 3), torch=lambda t, x: x.unfold(-1, 2, 1)
)
sample("sliding_window_view", lambda f, x: f(x, 2, axis=1), real(0, 3), torch=None)
sample("sliding_window_view", lambda f, x: f(x, (), axis=()), real(), torch=None)
for _options in [{}, {"indexing": "ij"}, {"sparse": True}, {"sparse": True, "indexing": "ij", "copy": False}]:
    for _shapes in [((2,), (3,), (2, 1)), ((3,), (2,)), ((3,),), ((), (2,)), ((0,), (2,))]:
        sample("meshgrid", lambda f, *xs, options=_options: weighted(f(*xs, **options)),
               *(real(*_shape) for _shape in _shapes), torch=None)  # fmt: skip
sample("meshgrid", lambda f, a, b: weighted(f(a, b)), real(3), real(2),
       torch=lambda t, a, b: weighted(t.meshgrid(a, b, indexing="xy")))  # fmt: skip
for _shape in [(3, 4), (), (0, 3)]:
    sample("astype", lambda f, x: f(x, x.dtype), real(*_shape), torch=None)

NOT_0D |= {
    "diag": "needs an axis",
    "diagonal": "needs two axes",
    "fliplr": "needs two axes",
    "flipud": "needs an axis",
    "matrix_transpose": "needs two axes",
    "rollaxis": "needs an axis",
    "rot90": "needs two axes",
    "trace": "needs two axes",
    "moveaxis": "needs an axis",
    "swapaxes": "needs an axis",
    "tril": "needs two axes",
    "triu": "needs two axes",
}

WITHOUT_TORCH |= {"astype", "resize", "rollaxis"}
