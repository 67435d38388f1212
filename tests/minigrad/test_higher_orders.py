"""Second and third derivatives at the points where a rule must look away from a 0, an infinity or a tie.

What a rule puts in the place of such a number must not change what is differentiated again: derivatives by
two operands agree in every order, and where the function is smooth they are its own.
"""

import itertools
import math

import numpy as np

import minigrad as mg
from nn import functional as F
from tests.cases import each

BINARY = {
    "power": np.power,
    "float_power": np.float_power,
    "power times its exponent": lambda a, b: np.power(a, b) * b,
    "hypot": np.hypot,
    "arctan2": np.arctan2,
    "logaddexp": np.logaddexp,
    "logaddexp2": np.logaddexp2,
    "remainder": lambda a, b: np.remainder(a, b * b + 1) * a * b,
    "copysign": lambda a, b: np.copysign(a, b) * a * b,
    "maximum": lambda a, b: np.maximum(a * a * b, a * b * b),
    "minimum": lambda a, b: np.minimum(a * a * b, a * b * b),
    "where": lambda a, b: mg.where(a > b, a * a * b, a * b * b),
    "clip": lambda a, b: mg.clip(a * a * b, -b * b, b * b),
    "prod": lambda a, b: np.prod(mg.stack([a, b, a, b])),
    "norm": lambda a, b: np.linalg.norm(mg.stack([a, b])),
    "std": lambda a, b: np.std(mg.stack([a, b, a * b])),
    "logsumexp": lambda a, b: mg.logsumexp(mg.stack([a, b, a * b])),
}
POINTS = [0.0, 1.0, 2.0, 0.5, 3.0]


def derivative(f, point, order):
    """∂f/∂pᵢ∂pⱼ... for the places in `order`, by one walk back after another."""
    leaf = mg.tensor(np.array(point), requires_grad=True)
    y = f(leaf[0], leaf[1])
    for place in order:
        if y.node is None:
            return 0.0
        leaf.grad = None
        y.backward(create_graph=True)
        y = leaf.grad[place] if leaf.grad is not None else mg.tensor(0.0)
    return y.item()


@each("name", BINARY)
def test_mixed_derivatives_agree(name):
    for point in itertools.product(POINTS, POINTS):
        if "power" in name and point == (0.0, 0.5):
            continue  # which is infinitely steep
        for counted in ((0, 1), (0, 0, 1), (0, 1, 1)):
            values = [derivative(BINARY[name], point, order) for order in {*itertools.permutations(counted)}]
            np.testing.assert_allclose(values, values[0], rtol=1e-9, atol=1e-12, err_msg=f"{point} {counted}")


@each("base", [0.5, 1.0, 2.0, 3.0])
@each("exponent", [-1.0, 0.0, 1.0, 2.0, 2.5])
def test_derivatives_of_powers(base, exponent):
    """∂ᵢ of a^b: b·a^(b-1), a^b·ln a, and so on to the third."""
    a, b, log = base, exponent, math.log(base)
    expected = {
        (0, 0): b * (b - 1) * a ** (b - 2),
        (0, 1): a ** (b - 1) * (1 + b * log),
        (1, 1): a**b * log**2,
        (0, 0, 1): a ** (b - 2) * (2 * b - 1 + b * (b - 1) * log),
        (0, 1, 1): a ** (b - 1) * log * (2 + b * log),
        (1, 1, 1): a**b * log**3,
    }
    for order, value in expected.items():
        np.testing.assert_allclose(
            derivative(np.power, (a, b), order), value, rtol=1e-12, atol=1e-14, err_msg=str(order)
        )


def test_powers_of_0():
    """Whole exponents have the derivatives of polynomials; that by the exponent is 0."""
    for exponent, derivatives in {0: [0, 0, 0], 1: [1, 0, 0], 2: [0, 2, 0], 3: [0, 0, 6]}.items():
        found = [derivative(np.power, (0.0, exponent), (0,) * n) for n in (1, 2, 3)]
        assert found == derivatives
        assert derivative(np.power, (0.0, exponent), (1,)) == 0
        x = mg.tensor(np.zeros(1), requires_grad=True)
        np.power(x, np.array([exponent], np.uint8)).sum().backward()  # no exponent below 0 in such a type
        assert x.grad.item() == derivatives[0]


# name: (function, point, its derivatives of the first, second and third order there)
SMOOTH = {
    "sigmoid at 0": (mg.sigmoid, 0.0, [1 / 4, 0, -1 / 8]),
    "tanh at 0": (np.tanh, 0.0, [1, 0, -2]),
    "softplus at 0": (mg.softplus, 0.0, [1 / 2, 1 / 4, 0]),
    "logsigmoid at 0": (mg.logsigmoid, 0.0, [1 / 2, -1 / 4, 0]),
    "silu at 0": (mg.silu, 0.0, [1 / 2, 1 / 2, 0]),
    "elu from the left of 0": (mg.elu, 0.0, [1, 1, 1]),
    "celu from the left of 0": (lambda x: mg.celu(x, 2.0), 0.0, [1, 1 / 2, 1 / 4]),
    "sinc at 0": (np.sinc, 0.0, [0, -(np.pi**2) / 3, 0]),
    "arcsinh at 0": (np.arcsinh, 0.0, [1, 0, -1]),
    "arctan at 0": (np.arctan, 0.0, [1, 0, -2]),
    "expm1 at 0": (np.expm1, 0.0, [1, 1, 1]),
    "huber_loss at 0": (lambda x: F.huber_loss(x, np.zeros(())), 0.0, [0, 1, 0]),
    "smooth_l1_loss at 0": (lambda x: F.smooth_l1_loss(x, np.zeros(()), beta=0.5), 0.0, [0, 2, 0]),
    "erf at 0": (mg.erf, 0.0, [2 / math.sqrt(math.pi), 0, -4 / math.sqrt(math.pi)]),
    "logaddexp of equal ones": (lambda x: np.logaddexp(x, 0.0), 0.0, [1 / 2, 1 / 4, 0]),
    "logsumexp beside -inf": (lambda x: mg.logsumexp(mg.stack([x, x * 0 - 1e300])), 0.0, [1, 0, 0]),
    "square as a power of an array": (lambda x: x ** np.array(2.0), 0.0, [0, 2, 0]),
    "cumprod with 0": (lambda x: np.cumprod(mg.stack([x, x, x]))[2], 0.0, [0, 0, 6]),
    "prod with 0": (lambda x: np.prod(mg.stack([x, x, x])), 0.0, [0, 0, 6]),
    "var of equal ones": (lambda x: np.var(mg.stack([x, -x])), 0.0, [0, 2, 0]),
    "layer_norm of equal ones": (lambda x: mg.layer_norm(mg.stack([x, -x]), eps=1.0)[0], 0.0, [1, 0, -3]),
    "det of a singular matrix": (lambda x: np.linalg.det(mg.stack([mg.stack([x, x]), mg.stack([-x, x])])),
                                 0.0, [0, 4, 0]),
}  # fmt: skip


@each("name", SMOOTH)
def test_three_derivatives(name):
    function, point, expected = SMOOTH[name]
    x = mg.tensor(np.float64(point), requires_grad=True)
    y = function(x)
    for order, value in enumerate(expected[:2] if name.startswith("det") else expected):
        x.grad = None
        y.backward(create_graph=True)
        np.testing.assert_allclose(x.grad.item(), value, rtol=1e-12, atol=1e-14, err_msg=f"order {order + 1}")
        if x.grad.node is None:
            assert not any(expected[order + 1 :])
            break
        y = x.grad
