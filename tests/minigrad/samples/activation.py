"""Activation functions, beyond those that stand with `elementwise`; kinks are given room."""

from collections.abc import Callable

from tests.minigrad.samples.domains import Draw, apart, exactly, real
from tests.minigrad.samples.table import sample


def _wide(*shape: int) -> Draw:
    """Values from -7 to 7, none near to 0, ±1, ±3 or 6."""
    return lambda rng: 3 * apart(*shape)(rng)


def _around_a_half(*shape: int) -> Draw:
    return lambda rng: 0.1 + apart(*shape)(rng)


ACTIVATIONS: dict[str, Callable[..., Draw]] = {
    "celu": apart,
    "hardshrink": _around_a_half,
    "hardsigmoid": _wide,
    "hardswish": _wide,
    "hardtanh": _wide,
    "mish": real,
    "relu6": _wide,
    "selu": apart,
    "softshrink": _around_a_half,
    "softsign": apart,
    "tanhshrink": real,
}

# PyTorch's own derivative of hardsigmoid holds 1/6 in float32 alone.
_TORCH = {"hardsigmoid": lambda t, x: t.nn.functional.relu6(x + 3) / 6}

for _name, _domain in ACTIVATIONS.items():
    for _shape in [(3, 4), (5,), (), (0, 3)]:
        sample(
            _name,
            lambda f, x: f(x),
            _domain(*_shape),
            torch=_TORCH.get(_name, lambda t, x, name=_name: getattr(t.nn.functional, name)(x)),
        )
for _shape in [(3, 4), (), (0, 3)]:
    sample("threshold", lambda f, x: f(x, 0.0, -2.0), apart(*_shape))

# With options.
sample("celu", lambda f, x: f(x, 1.5), apart(3, 4))
sample("hardshrink", lambda f, x: f(x, 1.0), apart(3, 4))
sample("hardtanh", lambda f, x: f(x, -0.5, 2.0), _around_a_half(3, 4),
       torch=lambda t, x: t.nn.functional.hardtanh(x, -0.5, 2.0))  # fmt: skip
sample("softplus", lambda f, x: f(x, 2.0, 3.0), apart(3, 4),
       torch=lambda t, x: t.nn.functional.softplus(x, 2.0, 3.0))  # fmt: skip
sample(
    "softshrink", lambda f, x: f(x, 1.0), apart(3, 4), torch=lambda t, x: t.nn.functional.softshrink(x, 1.0)
)
sample("threshold", lambda f, x: f(x, 0.7, 3.0), apart(3, 4))
sample("mish", lambda f, x: f(x), exactly([-30.0, -3.0, 0.0, 3.0, 30.0]),
       torch=lambda t, x: t.nn.functional.mish(x))  # fmt: skip
