"""One number at a time."""

from collections.abc import Callable

import numpy as np

from tests.minigrad.samples.domains import Draw, above_one, apart, exactly, positive, real, unit
from tests.minigrad.samples.table import SAME, WITHOUT_TORCH, sample

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

WITHOUT_TORCH |= {"alias"}
