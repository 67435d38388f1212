"""Arrays in the other byte order, as files and networks give them."""

import sys

import numpy as np

import minigrad as mg
import nn
from tests.cases import each

FOREIGN = np.arange(1.0, 4.0).astype(">f8" if sys.byteorder == "little" else "<f8")
NATIVE = FOREIGN.astype(np.float64)

FUNCTIONS = {
    "reading an element": lambda t, x: t[0] * t * x,
    "reading twice": lambda t, x: t[[0, 0, 2]] + x,
    "take": lambda t, x: np.take(t, [1, 1]),
    "interp": lambda t, x: np.interp(t, x, x),
    "polyval": lambda t, x: mg.polyval(x, t) + mg.polyval(t, 2.0),
    "index_put": lambda t, x: mg.index_put(x, 1, t[0]),
    "where": lambda t, x: mg.where(x > 1, x, t),
    "concatenate": lambda t, x: np.concatenate([x, t])[2:],
    "astype": lambda t, x: t.astype(x.dtype)[1:] * x[:2],
    "rotate": lambda t, x: mg.rotate(t[:2].reshape(1, 2), x[:1].reshape(1, 1), x[1:2].reshape(1, 1)),
    "maximum": lambda t, x: np.maximum(t, x).sum(),
    "layer_norm": lambda t, x: mg.layer_norm(t, x, x),
}


@each("name", FUNCTIONS)
def test_the_byte_order_makes_no_difference(name):
    found = []
    for x in (FOREIGN, NATIVE):
        y, pull_back = mg.vjp(lambda t, x=x: FUNCTIONS[name](t, x), x)
        found.append((y.data, pull_back(np.ones(y.shape, x.dtype))[0].data))
    for foreign, native in zip(*found, strict=True):
        np.testing.assert_array_equal(foreign, native)


def test_tensors_and_parameters_are_in_the_machines_own():
    for made in (mg.tensor(FOREIGN), mg.tensor([1.0], FOREIGN.dtype), nn.Parameter(FOREIGN)):
        assert made.dtype.isnative
    assert mg.tensor(NATIVE).astype(FOREIGN.dtype).dtype.isnative
    mg.check_grads(lambda t: t[0] * t, (FOREIGN,))
