"""Sample inputs for every op, in one table: SAMPLES[name] is a list of Samples.

A sample is a call and the domains of its arrays.  The same call runs with the op, with what it is
held against (NumPy's function of that name, or one from `references`) and with PyTorch's function:

    sample("sum", lambda f, x: f(x, axis=0), real(3, 4))

Arrays are drawn anew for each sample from a generator seeded by its label, so that no sample
depends on another.  The suite fails for an op without samples: enter a new op here, and it is tested.
"""

import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import minigrad as mg
from tests.minigrad import references

Draw = Callable[[np.random.Generator], np.ndarray]


# -- domains ------------------------------------------------------------------------------------


def real(*shape: int) -> Draw:
    return lambda rng: rng.normal(size=shape)


def positive(*shape: int) -> Draw:
    return lambda rng: rng.uniform(0.5, 2.0, shape)


def above_one(*shape: int) -> Draw:
    return lambda rng: rng.uniform(1.2, 3.0, shape)


def unit(*shape: int) -> Draw:
    return lambda rng: rng.uniform(-0.9, 0.9, shape)


def apart(*shape: int) -> Draw:
    """Values of which no two are close to each other, nor any to 0: for functions with kinks."""

    def draw(rng: np.random.Generator) -> np.ndarray:
        n = int(np.prod(shape))
        places = rng.permutation(n) - n // 2 + 0.25
        return (0.4 * places + rng.uniform(-0.05, 0.05, n)).reshape(shape)

    return draw


def exactly(values: Any) -> Draw:
    return lambda rng: np.array(values, np.float64)


# -- the table ----------------------------------------------------------------------------------

SAME = "the function of the same name in torch or torch.nn.functional, called in the same way"


class Sample(NamedTuple):
    name: str
    label: str
    call: Callable[..., Any]  # call(f, *arrays), f the op or what it is held against
    draws: tuple[Draw, ...]
    torch: Any = SAME  # or None, or a function (torch, *tensors)

    def arrays(self, dtype: Any = np.float64) -> list[np.ndarray]:
        rng = np.random.default_rng(zlib.crc32(self.label.encode()))
        return [np.asarray(draw(rng), dtype) for draw in self.draws]

    def function(self, *arrays: Any) -> Any:
        return self.call(mg.OPS[self.name], *arrays)

    def reference(self, *arrays: np.ndarray) -> Any:
        function = getattr(references, self.name, None) or getattr(np, self.name)
        return self.call(function, *arrays)


SAMPLES: dict[str, list[Sample]] = {}


def sample(name: str, call: Callable[..., Any], *draws: Draw, torch: Any = SAME) -> None:
    entries = SAMPLES.setdefault(name, [])
    entries.append(Sample(name, f"{name}-{len(entries)}", call, draws, torch))


# -- elementwise --------------------------------------------------------------------------------

UNARY: dict[str, Callable[..., Draw]] = {
    "absolute": apart,
    "alias": real,
    "arccos": unit,
    "arccosh": above_one,
    "arcsin": unit,
    "arcsinh": real,
    "arctan": real,
    "arctanh": unit,
    "cbrt": apart,
    "copy": real,
    "cos": real,
    "cosh": real,
    "elu": apart,
    "erf": real,
    "exp": real,
    "exp2": real,
    "expm1": real,
    "gelu": real,
    "leaky_relu": apart,
    "log": positive,
    "log10": positive,
    "log1p": positive,
    "log2": positive,
    "logsigmoid": real,
    "negative": real,
    "positive": real,
    "reciprocal": apart,
    "relu": apart,
    "sigmoid": real,
    "silu": real,
    "sin": real,
    "sinh": real,
    "softplus": real,
    "sqrt": positive,
    "square": real,
    "tan": unit,
    "tanh": real,
}

BINARY: dict[str, tuple[Callable[..., Draw], Callable[..., Draw]]] = {
    "add": (real, real),
    "arctan2": (apart, apart),
    "divide": (real, apart),
    "hypot": (apart, apart),
    "logaddexp": (real, real),
    "maximum": (apart, apart),
    "minimum": (apart, apart),
    "multiply": (real, real),
    "power": (positive, real),
    "remainder": (real, positive),
    "subtract": (real, real),
}

_UNARY_TORCH = {
    "alias": None,
    "cbrt": lambda torch, x: torch.sign(x) * torch.abs(x) ** (1 / 3),
    "copy": lambda torch, x: torch.clone(x),
    "logsigmoid": lambda torch, x: torch.nn.functional.logsigmoid(x),
}

_BINARY_TORCH = {"power": lambda torch, a, b: torch.pow(a, b)}

for _name, _domain in UNARY.items():
    for _shape in [(3, 4), (5,), (), (0, 3)]:
        sample(_name, lambda f, x: f(x), _domain(*_shape), torch=_UNARY_TORCH.get(_name, SAME))

for _name, (_first, _second) in BINARY.items():
    for _a, _b in [
        ((3, 4), (3, 4)), ((3, 4), (4,)), ((2, 1), (1, 3)), ((), (3,)), ((3,), ()), ((), ()),
        ((0, 3), (1, 3)),
    ]:  # fmt: skip
        sample(
            _name, lambda f, a, b: f(a, b), _first(*_a), _second(*_b), torch=_BINARY_TORCH.get(_name, SAME)
        )

sample("leaky_relu", lambda f, x: f(x, 0.2), apart(3, 4))
sample("elu", lambda f, x: f(x, alpha=1.5), apart(3, 4))
sample("gelu", lambda f, x: f(x, approximate="tanh"), real(3, 4))
sample("gelu", lambda f, x: f(x, "tanh"), real(), torch=None)
for _exponent in (2, 3, 0, 1, 0.5, -1, -2.5):
    sample(
        "power", lambda f, a, n=_exponent: f(a, n), positive(3), torch=lambda t, a, n=_exponent: t.pow(a, n)
    )
sample(
    "power",
    lambda f, a: f(a, np.array([0, 1, 2, 3], np.int8)),
    real(3, 4),
    torch=lambda t, a: t.pow(a, t.arange(4)),
)
sample("power", lambda f, b: f(2.0, b), real(3, 4), torch=lambda t, b: t.pow(2.0, b))
sample("power", lambda f, a: f(a, 3), exactly([-2.0, -1.0, 0.0, 1.5]), torch=lambda t, a: t.pow(a, 3))
sample("remainder", lambda f, a, b: f(a, b), real(4), exactly([1.5, -0.7, 2.0, -3.0]))
sample("subtract", lambda f, x: f(1, x), real(3))
sample("divide", lambda f, x: f(1, x), apart(3), torch=lambda t, x: 1 / x)
sample("add", lambda f, x: f(x, x), real(3))
sample("multiply", lambda f, x: f(x, x), real(3))
sample("maximum", lambda f, x: f(x, 0.0), apart(3, 4), torch=lambda t, x: t.clamp(x, min=0.0))

# -- selection ----------------------------------------------------------------------------------

_MASK = np.array([[True, False, True, True], [False, True, True, False], [True, True, False, False]])

sample("where", lambda f, a, b: f(_MASK, a, b), real(3, 4), real(3, 4), torch=None)
sample(
    "where", lambda f, a, b: f(_MASK, a, b), real(4), real(3, 1),
    torch=lambda t, a, b: t.where(t.tensor(_MASK), a, b),
)  # fmt: skip
sample("where", lambda f, a: f(_MASK, a, 0.5), real(3, 4), torch=None)
sample("where", lambda f, b: f(_MASK, -1, b), real(), torch=None)
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

# -- reductions ---------------------------------------------------------------------------------


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

# -- products -----------------------------------------------------------------------------------

for _a, _b in [
    ((3, 4), (4, 2)), ((4,), (4,)), ((4,), (4, 2)), ((3, 4), (4,)), ((2, 3, 4), (4, 2)),
    ((2, 3, 4), (2, 4, 2)), ((2, 1, 3, 4), (3, 4, 2)), ((2, 3, 4), (4,)), ((4,), (2, 4, 3)),
    ((3, 4), (2, 4, 2)), ((1, 3, 2), (2, 2, 2)), ((0, 4), (4, 3)),
    ((3, 0), (0, 2)), ((2, 3, 0), (0, 2)), ((0,), (0,)), ((1, 1), (1, 1)),
]:  # fmt: skip
    sample("matmul", lambda f, a, b: f(a, b), real(*_a), real(*_b))
sample("matmul", lambda f, a: f(a, a), real(3, 3))

for _a, _b in [
    ((), ()), ((), (3,)), ((2, 3), ()), ((3,), (3,)), ((2, 3), (3,)), ((2, 3), (3, 2)), ((3,), (3, 2)),
    ((2, 2, 3), (3,)), ((2, 3), (2, 3, 2)), ((3,), (2, 3, 2)), ((2, 1, 3), (3, 2)), ((2, 0), (0, 3)),
]:  # fmt: skip
    sample(
        "dot",
        lambda f, a, b: f(a, b),
        real(*_a),
        real(*_b),
        torch=(lambda t, a, b: t.matmul(a, b)) if 0 < len(_a) <= 2 and 0 < len(_b) <= 2 else None,
    )

for _a, _b in [((3,), (4,)), ((2, 2), (3,)), ((), (3,)), ((0,), (3,)), ((), ())]:
    sample(
        "outer",
        lambda f, a, b: f(a, b),
        real(*_a),
        real(*_b),
        torch=lambda t, a, b: t.outer(a.ravel(), b.ravel()),
    )

EINSUMS: list[tuple[str, tuple[tuple[int, ...], ...]]] = [
    ("ij,jk->ik", ((2, 3), (3, 2))),
    ("ij,jk", ((2, 3), (3, 2))),
    ("ij->ji", ((2, 3),)),
    ("ji", ((2, 3),)),
    ("ij->", ((2, 3),)),
    ("ij->i", ((2, 3),)),
    ("ii", ((3, 3),)),
    ("ii->i", ((3, 3),)),
    ("iij->j", ((2, 2, 3),)),
    ("iii->i", ((2, 2, 2),)),
    ("iijj->ij", ((2, 2, 3, 3),)),
    ("i,i->", ((3,), (3,))),
    ("i,j->ij", ((2,), (3,))),
    ("i,j", ((2,), (3,))),
    ("ii,ij->j", ((2, 2), (2, 3))),
    ("ij,ij->ij", ((2, 3), (2, 3))),
    ("ij,k->i", ((2, 3), (2,))),
    ("ij,jk,kl->il", ((2, 2), (2, 3), (3, 2))),
    ("...ij,...jk->...ik", ((2, 2, 3), (3, 2))),
    ("...ij,...jk", ((2, 1, 2, 3), (2, 3, 2))),
    ("...i->...", ((2, 2, 3),)),
    ("...->...", ((2, 3),)),
    ("...ii->...i", ((2, 3, 3),)),
    ("i...->...", ((2, 3),)),
    ("i...,i...->...", ((2, 3), (2, 3))),
    ("b...h,bh...->b...", ((2, 2, 3), (2, 3, 2))),
    ("...i,...i->...", ((3,), (2, 3))),
    (" i j , j k -> i k ", ((2, 3), (3, 2))),
    ("bhtd,bhsd->bhts", ((1, 2, 2, 3), (1, 2, 2, 3))),
    (",i->i", ((), (3,))),
    ("->", ((),)),
    ("...,...->...", ((), (2, 3))),
    ("ij,jk->ik", ((0, 3), (3, 2))),
    ("ij,jk->ik", ((2, 0), (0, 2))),
    ("Ab,bA->A", ((2, 3), (3, 2))),
    ("i...j->...ij", ((2, 2, 3),)),
    ("ij,ij->ij", ((2, 1), (2, 3))),  # NumPy broadcasts a letter of length 1
    ("ij,jk->ik", ((2, 1), (3, 2))),
    ("ij,ij,j->", ((1, 3), (2, 1), (3,))),
    ("i,i->", ((0,), (1,))),
    ("...i,...i->...", ((2, 1), (1, 3))),
]
for _subscripts, _shapes in EINSUMS:
    sample(
        "einsum",
        lambda f, *operands, subscripts=_subscripts: f(subscripts, *operands),
        *(real(*shape) for shape in _shapes),
        torch=None if "..." in _subscripts or () in _shapes else SAME,
    )

# -- shape --------------------------------------------------------------------------------------

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

# -- indexing -----------------------------------------------------------------------------------

_ROWS = np.array([2, 0, 2, -1])
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
    (_MASK, (3, 4)),
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
sample("scatter_add", lambda f, g: f(g, _MASK, (3, 4)), real(7), torch=None)
sample("scatter_add", lambda f, g: f(g, 2, (3,)), real(), torch=None)
sample("scatter_add", lambda f, g: f(g, np.array([], int), (3, 2)), real(0, 2), torch=None)

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

sample("repeat", lambda f, x: f(x, 2), real(2, 3), torch=lambda t, x: t.repeat_interleave(x, 2))
sample(
    "repeat", lambda f, x: f(x, 2, axis=0), real(2, 3), torch=lambda t, x: t.repeat_interleave(x, 2, dim=0)
)
sample("repeat", lambda f, x: f(x, np.array([0, 2, 1]), axis=1), real(2, 3), torch=None)
sample("repeat", lambda f, x: f(x, 3), real(), torch=None)
sample("repeat", lambda f, x: f(x, 2, axis=-1), real(0, 3), torch=None)

# -- joining ------------------------------------------------------------------------------------

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

# -- fused, and rotation ------------------------------------------------------------------------

_ANGLES = np.linspace(0.1, 2.0, 6).reshape(3, 2)
for _shape in [(3, 4), (2, 2, 3, 4), (0, 3, 4)]:
    sample("rotate", lambda f, x: f(x, np.cos(_ANGLES).astype(x.dtype), np.sin(_ANGLES).astype(x.dtype)),
           real(*_shape), torch=None)  # fmt: skip

sample("linear", lambda f, x, w, b: f(x, w, b), real(2, 3), real(4, 3), real(4))
sample("linear", lambda f, x, w: f(x, w), real(2, 2, 3), real(4, 3))
sample("linear", lambda f, x, w, b: f(x, w, b), real(3), real(2, 3), real(2))
sample("linear", lambda f, x, w, b: f(x, w, b), real(0, 3), real(2, 3), real(2))
sample("linear", lambda f, x, w, b: f(x, w, bias=b), real(2, 0), real(2, 0), real(2))
sample("linear", lambda f, x: f(x, x), real(2, 2))


def _torch_norm(dims: tuple[int, ...]) -> Callable[..., Any]:
    return lambda t, x, *affine: t.nn.functional.layer_norm(x, dims, *affine)


sample("layer_norm", lambda f, x, w, b: f(x, w, b), real(3, 4), real(4), real(4), torch=_torch_norm((4,)))
sample("layer_norm", lambda f, x: f(x), real(2, 2, 3), torch=_torch_norm((3,)))
sample("layer_norm", lambda f, x, w: f(x, w), real(2, 3), real(3), torch=_torch_norm((3,)))
sample("layer_norm", lambda f, x, b: f(x, None, b), real(2, 3), real(3), torch=None)
sample("layer_norm", lambda f, x, w, b: f(x, w, b, axis=(-2, -1)), real(2, 2, 3), real(2, 3), real(2, 3),
       torch=_torch_norm((2, 3)))  # fmt: skip
sample(
    "layer_norm",
    lambda f, x, w, b: f(x, w, b, axis=1, eps=0.1),
    real(2, 3, 2),
    real(3, 1),
    real(3, 1),
    torch=None,
)
sample("layer_norm", lambda f, x, w, b: f(x, w, b), real(3, 4), real(), real(1), torch=None)
sample(
    "layer_norm",
    lambda f, x, w, b: f(x, weight=w, bias=b),
    real(0, 4),
    real(4),
    real(4),
    torch=_torch_norm((4,)),
)

_CLASSES = np.array([0, 2, 1, 2])
_IGNORING = np.array([0, -100, 1, -100])
for _targets, _options in [
    (_CLASSES, {}), (_CLASSES, {"reduction": "sum"}), (_CLASSES, {"reduction": "none"}), (_IGNORING, {}),
    (_IGNORING, {"reduction": "none"}), (_IGNORING, {"label_smoothing": 0.2}),
    (_CLASSES, {"ignore_index": 2}), (_CLASSES, {"label_smoothing": 0.1, "reduction": "sum"}),
]:  # fmt: skip
    sample(
        "cross_entropy",
        lambda f, x, targets=_targets, options=_options: f(x, targets, **options),
        real(4, 3),
        torch=lambda t, x, targets=_targets, options=_options: t.nn.functional.cross_entropy(
            x, t.tensor(targets), **options
        ),
    )
sample("cross_entropy", lambda f, x: f(x, np.array([[0, 2], [1, 1]]), axis=1), real(2, 3, 2),
       torch=lambda t, x: t.nn.functional.cross_entropy(x, t.tensor([[0, 2], [1, 1]])))  # fmt: skip
sample("cross_entropy", lambda f, x: f(x, np.array(1)), real(3), torch=None)
sample("cross_entropy", lambda f, x: f(x, np.zeros(0, int), reduction="sum"), real(0, 3), torch=None)

_TORCH_ATTENTION = "scaled_dot_product_attention"
_ALIVE = np.array([[True, False, True], [True, True, False]])
_DROPPED = np.array([[2.0, 0.0, 2.0], [2.0, 2.0, 0.0]])


def _attention(*draws: Draw, torch: bool = True, mask: np.ndarray | None = None, **options: Any) -> None:
    sample(
        "scaled_dot_product_attention",
        lambda f, q, k, v, *m: f(q, k, v, *(m or ((mask,) if mask is not None else ())), **options),
        *draws,
        torch=(
            lambda t, q, k, v, *m: t.nn.functional.scaled_dot_product_attention(
                q, k, v, *(m or ((t.tensor(mask),) if mask is not None else ())), **options
            )
        )
        if torch
        else None,
    )


_attention(real(2, 3), real(3, 3), real(3, 2))
_attention(real(2, 2, 2, 3), real(2, 2, 3, 3), real(2, 2, 3, 2))
_attention(real(3, 2), real(3, 2), real(3, 2), is_causal=True)
_attention(real(2, 2), real(3, 2), real(3, 2), mask=_ALIVE)
_attention(real(2, 2), real(3, 2), real(3, 2), real(2, 3))
_attention(real(2, 2, 2), real(2, 3, 2), real(2, 3, 2), real(3))
_attention(real(2, 2), real(3, 2), real(3, 2), scale=0.3)
_attention(real(2, 2), real(3, 2), real(3, 2), torch=False, mask=_ALIVE, is_causal=True)
_attention(real(2, 2, 2), real(3, 2), real(1, 3, 2), torch=False)
_attention(real(2, 2), real(3, 2), real(3, 2), torch=False, mask=np.array([[True] * 3, [False] * 3]))
_attention(real(0, 2), real(3, 2), real(3, 2), torch=False)
_attention(real(2, 2), real(0, 2), real(0, 2), torch=False)
for _options in (
    {},
    {"attn_mask": _ALIVE},
    {"is_causal": True},
    {"scale": 0.3, "attn_mask": _ALIVE[[True, False]]},
):
    sample("attention_weights", lambda f, q, k, o=_options: f(q, k, **o), real(2, 2), real(3, 2), torch=None)
sample("attention_weights", lambda f, q, k, m: f(q, k, m), real(2, 2, 2), real(3, 2), real(3), torch=None)
sample("attention_weights", lambda f, q, k: f(q, k), real(0, 2), real(3, 2), torch=None)
sample("scaled_dot_product_attention", lambda f, q, k, v: f(q, k, v, dropout_mask=_DROPPED.astype(q.dtype)),
       real(2, 2), real(3, 2), real(3, 2), torch=None)  # fmt: skip

# -- recurrent ----------------------------------------------------------------------------------


def _torch_recurrent(name: str) -> Callable[..., Any]:
    """PyTorch's function behind its layer: (input, state, weights, biases?, 1 layer, ..., batch first)."""

    def call(t: Any, x: Any, w_ih: Any, w_hh: Any, *others: Any) -> Any:
        hidden = w_hh.shape[1]
        biases = [b for b in others if b.ndim == 1]
        states = [s for s in others if s.ndim == 2]
        states += [t.zeros(len(x), hidden, dtype=x.dtype)] * ((2 if name == "lstm" else 1) - len(states))
        state = tuple(s[None] for s in states) if name == "lstm" else states[0][None]
        settings = (bool(biases), 1, 0.0, False, False, True)
        out, *last = getattr(t, name)(x, state, [w_ih, w_hh, *biases], *settings)
        return t.cat([out, last[1][0][:, None]], dim=1) if name == "lstm" else out

    return call


for _name, _gates, _torch_name in [("rnn", 1, "rnn_tanh"), ("gru", 3, "gru"), ("lstm", 4, "lstm")]:
    _weights = (real(2 * _gates, 1), real(2 * _gates, 2))
    _biases = (real(2 * _gates), real(2 * _gates))
    _states = (real(2, 2),) * (2 if _name == "lstm" else 1)
    _everything = (real(2, 3, 1), *_weights, *_biases, *_states)
    _against = _torch_recurrent(_torch_name)
    sample(_name, lambda f, *operands: f(*operands), *_everything, torch=_against)
    sample(_name, lambda f, *operands: f(*operands), real(2, 2, 1), *_weights, torch=_against)
    sample(_name, lambda f, *operands: f(*operands), real(1, 2, 1), *_weights, *_biases, torch=_against)
    sample(
        _name, lambda f, x, a, b, h: f(x, a, b, h0=h), real(2, 2, 1), *_weights, real(2, 2), torch=_against
    )
    sample(_name, lambda f, x, a, b: f(x, a, b), real(0, 2, 1), *_weights, torch=None)
sample("rnn", lambda f, *operands: f(*operands, nonlinearity="relu"), real(2, 3, 1), real(2, 1), real(2, 2),
       real(2), real(2), real(2, 2), torch=_torch_recurrent("rnn_relu"))  # fmt: skip
