"""One number at a time."""

from collections.abc import Callable

import numpy as np

from tests.minigrad.samples.domains import Draw, above_one, apart, exactly, positive, real, unit
from tests.minigrad.samples.table import NOT_0D, SAME, WITHOUT_TORCH, sample

UNARY: dict[str, Callable[..., Draw]] = {
    "absolute": apart,
    "alias": real,
    "arccos": unit,
    "arccosh": above_one,
    "arcsin": unit,
    "arcsinh": real,
    "arctan": real,
    "arctanh": unit,
    "around": apart,
    "cbrt": apart,
    "ceil": apart,
    "conjugate": real,
    "copy": real,
    "cos": real,
    "cosh": real,
    "deg2rad": real,
    "degrees": real,
    "elu": apart,
    "erf": real,
    "exp": real,
    "exp2": real,
    "expm1": real,
    "fabs": apart,
    "fix": apart,
    "floor": apart,
    "gelu": real,
    "imag": real,
    "leaky_relu": apart,
    "log": positive,
    "log10": positive,
    "log1p": positive,
    "log2": positive,
    "logsigmoid": real,
    "nan_to_num": real,
    "negative": real,
    "positive": real,
    "rad2deg": real,
    "radians": real,
    "real": real,
    "real_if_close": real,
    "reciprocal": apart,
    "relu": apart,
    "rint": apart,
    "round": apart,
    "sigmoid": real,
    "sign": apart,
    "silu": real,
    "sin": real,
    "sinc": real,
    "sinh": real,
    "softplus": real,
    "sqrt": positive,
    "square": real,
    "tan": unit,
    "tanh": real,
    "trunc": apart,
}

BINARY: dict[str, tuple[Callable[..., Draw], Callable[..., Draw]]] = {
    "add": (real, real),
    "arctan2": (apart, apart),
    "copysign": (apart, apart),
    "divide": (real, apart),
    "float_power": (positive, real),
    "floor_divide": (apart, positive),
    "fmax": (apart, apart),
    "fmin": (apart, apart),
    "fmod": (real, positive),
    "heaviside": (apart, real),
    "hypot": (apart, apart),
    "logaddexp": (real, real),
    "logaddexp2": (real, real),
    "maximum": (apart, apart),
    "minimum": (apart, apart),
    "multiply": (real, real),
    "power": (positive, real),
    "remainder": (real, positive),
    "subtract": (real, real),
}

_UNARY_TORCH = {
    "alias": None,
    "around": lambda torch, x: torch.round(x),
    "cbrt": lambda torch, x: torch.sign(x) * torch.abs(x) ** (1 / 3),
    "conjugate": lambda torch, x: torch.conj(x),
    "copy": lambda torch, x: torch.clone(x),
    "degrees": lambda torch, x: torch.rad2deg(x),
    "fabs": lambda torch, x: torch.abs(x),
    "imag": lambda torch, x: torch.complex(x, torch.zeros_like(x)).imag,
    "logsigmoid": lambda torch, x: torch.nn.functional.logsigmoid(x),
    "radians": lambda torch, x: torch.deg2rad(x),
    "real_if_close": lambda torch, x: torch.real(x),
    "rint": lambda torch, x: torch.round(x),
}

_BINARY_TORCH = {
    "floor_divide": lambda torch, a, b: torch.div(a, b, rounding_mode="floor"),
    "heaviside": None,
    "power": lambda torch, a, b: torch.pow(a, b),
}

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

sample(
    "sinc",
    lambda f, x: f(x),
    exactly([0.0, 1e-9, 1e-3, -0.4, 1.0, 1.27, 1.28, 1.9, -2.5, 7.3, 30.2]),
    torch=None,
)
sample("round", lambda f, x: f(x, 1), real(3, 4), torch=lambda t, x: t.round(x, decimals=1))
sample("heaviside", lambda f, x: f(np.array([0, 1, 0, -1], np.int8), x), real(2, 4), torch=None)
sample("fmod", lambda f, a, b: f(a, b), real(4), exactly([1.5, -0.7, 2.0, -3.0]))
sample("float_power", lambda f, a: f(a, 2), real(3))
sample("fmax", lambda f, a, b: f(a, b), exactly([np.nan, 1.0, np.nan]), exactly([2.0, np.nan, -1.0]))
sample("fmin", lambda f, a, b: f(a, b), exactly([np.nan, 1.0, np.nan]), exactly([2.0, np.nan, -1.0]))
sample("nan_to_num", lambda f, x: f(x, nan=2.0), exactly([1.0, np.nan, -3.0]))
for _shape in [(3, 4), (), (0, 4)]:
    sample("modf", lambda f, x: f(x)[0], real(*_shape), torch=lambda t, x: t.frac(x))
    sample("divmod", lambda f, x: f(x, -0.8)[1], real(*_shape), torch=lambda t, x: t.remainder(x, -0.8))
    sample("ldexp", lambda f, x: f(x, -3), real(*_shape), torch=lambda t, x: x / 8)
sample("divmod", lambda f, a, b: f(a, b)[1], real(3), positive(3), torch=lambda t, a, b: t.remainder(a, b))
sample("ldexp", lambda f, x: f(x, np.array([0, 1, 2, -1])), real(3, 4), torch=None)

_ANGLES = [[0.5, 3.0, -2.9, 4.0], [1.0, 8.0, 15.5, 0.0]]
sample("unwrap", lambda f, x: f(x), exactly(_ANGLES), torch=None)
sample("unwrap", lambda f, x: f(x, axis=0), exactly(_ANGLES), torch=None)
sample("unwrap", lambda f, x: f(x, discont=4.1, period=4.5), exactly(_ANGLES), torch=None)
sample("unwrap", lambda f, x: f(x), real(2, 0), torch=None)

WITHOUT_TORCH |= {"alias", "heaviside", "unwrap"}
NOT_0D |= {"unwrap": "goes along an axis"}
