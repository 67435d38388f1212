"""Ops of every family over drawn shapes, options, float types and memory layouts.

The oracle is NumPy, or `references`, in float64: for the value, and by differences along a random
direction for the gradient, which the engine must pull back to the adjoint.  (What only moves elements
about is held to that exactly, see test_shapes_drawn.py.)
"""

import operator

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import minigrad as mg
from tests.minigrad import references
from tests.minigrad.drawn_calls import CALLS
from tests.minigrad.samples import NOT_HALF
from tests.minigrad.samples.elementwise import BINARY
from tests.minigrad.test_shapes_drawn import LAYOUTS

PER_OP = 5  # of the examples that the profile grants to a test, the part that one op gets here

# Where equal elements are a kink, or a matrix of them is singular, no array repeats one element.
TIES_MATTER = {
    *("max min ptp std nanstd nanmax nanmin nanmedian median sort partition topk").split(),
    *("quantile percentile nanquantile nanpercentile max_pool1d max_pool2d layer_norm").split(),
    *(name for name in CALLS if name.startswith("linalg.")),
}

STEP = 1e-5
ROUNDINGS = 100  # as many as a call may add up, in units of its dtype


def reference(name):
    function = getattr(references, name.replace(".", "_"), None)
    return function or operator.attrgetter(name)(np)


def laid(x, layout):
    return LAYOUTS[layout](x) if x.ndim else x


def leaf_on(x):
    """A leaf on this very array, in its memory layout, which mg.tensor would not keep."""
    leaf = mg.Tensor(x)
    leaf.requires_grad = True
    return leaf


def pulled_back(function, arrays, g):
    leaves = [leaf_on(x) for x in arrays]
    function(*leaves).backward(g)
    return [np.zeros(x.shape, x.dtype) if x.grad is None else x.grad.data for x in leaves]


def assert_close(got, expected, dtype):
    """Equal but for rounding in `dtype`, at the scale of the largest number."""
    size = 1 + np.abs(expected, where=np.isfinite(expected), out=np.zeros(expected.shape)).max(initial=0)
    np.testing.assert_allclose(got, expected, rtol=0, atol=ROUNDINGS * np.finfo(dtype).eps * size)


def assert_slope(function, arrays, g, gradients, rng):
    """⟨∂, v⟩ is how Σg·f changes along v.  Steps across a kink, or off a domain, are not asked."""
    directions = [np.asarray(rng.normal(size=x.shape)) for x in arrays]

    def height(step):
        moved = [np.asarray(x + step * v) for x, v in zip(arrays, directions, strict=True)]
        return np.sum(np.asarray(g * function(*moved)))

    above, here, below = height(STEP), height(0), height(-STEP)
    forward, backward = (above - here) / STEP, (here - below) / STEP
    slope = (forward + backward) / 2
    scale = 1 + abs(slope) + abs(here) + sum(float(np.abs(x[np.isfinite(x)]).sum()) for x in arrays)
    assume(abs(forward - backward) < 1e-2 * scale)
    pulled = sum(np.sum(d * v) for d, v in zip(gradients, directions, strict=True))
    np.testing.assert_allclose(pulled, slope, rtol=1e-5, atol=1e-5 * scale)


@pytest.mark.parametrize("name", CALLS)
@given(data=st.data(), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=settings.default.max_examples // PER_OP)
def test_value_and_gradient(name, data, seed):
    rng = np.random.default_rng(seed)
    op_name = name.partition("-")[0]
    call, arrays = CALLS[name](data.draw, rng)
    floats = st.sampled_from(["f4", "f8"] if op_name in NOT_HALF else ["f2", "f4", "f8"])
    layouts = st.sampled_from(
        sorted({*LAYOUTS} - ({"one element for all"} if name in TIES_MATTER else set()))
    )
    one = data.draw(floats)
    dtypes = [data.draw(floats) if name in BINARY else one for _ in arrays]
    xs = [laid(x.astype(dtype), data.draw(layouts)) for x, dtype in zip(arrays, dtypes, strict=True)]
    kept = [x.astype(np.float64) for x in xs]
    for x in xs:
        x.flags.writeable = False  # so that whoever writes to it is found out

    def ours(*xs):
        return call(mg.OPS[op_name], *xs)

    def theirs(*xs):
        return call(reference(op_name), *xs)

    out, expected = ours(*map(leaf_on, xs)), np.asarray(theirs(*kept))
    assert out.dtype == np.result_type(*dtypes)
    assert out.shape == expected.shape
    assert_close(out.data, expected, out.dtype)
    g = np.asarray(rng.normal(size=out.shape), out.dtype)
    g.flags.writeable = False
    exact = pulled_back(ours, kept, g.astype(np.float64))
    coarsest = min(dtypes, key=lambda dtype: np.dtype(dtype).itemsize)
    for x, y, short, long in zip(xs, kept, pulled_back(ours, xs, g), exact, strict=True):
        assert short.dtype == x.dtype
        assert short.shape == x.shape
        assert_close(short, long, coarsest)
        np.testing.assert_array_equal(x, y)
    assert_slope(theirs, kept, g.astype(np.float64), exact, rng)


def test_every_night_draws_ten_thousand_cases():
    assert len(CALLS) * (settings.get_profile("nightly").max_examples // PER_OP) >= 10_000
