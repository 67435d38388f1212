"""Moving elements about."""

from tests.minigrad.samples.domains import real
from tests.minigrad.samples.table import NOT_0D, WITHOUT_TORCH, sample

sample("reshape", lambda f, x: f(x, (4, 3)), real(3, 4))
sample("reshape", lambda f, x: f(x, (2, -1)), real(3, 4))
sample("reshape", lambda f, x: f(x, -1), real(3, 4), torch=None)
sample("reshape", lambda f, x: f(x, (1, 1)), real())
sample("reshape", lambda f, x: f(x, ()), real(1, 1))
sample("reshape", lambda f, x: f(x, [3, 0]), real(0, 3))
for _shape in [(3, 4), (), (0, 3), (5,)]:
    sample("ravel", lambda f, x: f(x), real(*_shape))
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
for _name in ("tril", "triu"):
    sample(_name, lambda f, x: f(x), real(3, 4))
    sample(_name, lambda f, x: f(x, 1), real(2, 3, 3))
    sample(_name, lambda f, x: f(x, k=-1), real(4, 3), torch=None)
    sample(_name, lambda f, x: f(x), real(0, 3))
sample("pad", lambda f, x: f(x, 1), real(2, 3), torch=lambda t, x: t.nn.functional.pad(x, (1, 1, 1, 1)))
sample("pad", lambda f, x: f(x, (1, 2), constant_values=3.0), real(3), torch=None)
sample(
    "pad",
    lambda f, x: f(x, ((1, 0), (0, 2))),
    real(2, 3),
    torch=lambda t, x: t.nn.functional.pad(x, (0, 2, 1, 0)),
)
sample("pad", lambda f, x: f(x, 0), real(2, 3), torch=None)
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
for _shape in [(3, 4), (), (0, 3)]:
    sample("astype", lambda f, x: f(x, x.dtype), real(*_shape), torch=None)

NOT_0D |= {
    "moveaxis": "needs an axis",
    "swapaxes": "needs an axis",
    "tril": "needs two axes",
    "triu": "needs two axes",
}

WITHOUT_TORCH |= {"astype"}
