"""The ops that move elements about, over drawn shapes, dtypes, memory layouts and arguments.

They are linear and compute nothing, so on small whole numbers every comparison is exact in every dtype:
the value is NumPy's, and the gradient is the adjoint, ⟨∂x, v⟩ = ⟨g, f(v)⟩.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minigrad as mg

FLOATS = (np.float16, np.float32, np.float64)
LAYOUTS = {
    "rows": np.ascontiguousarray,
    "columns": np.asfortranarray,
    "reversed": lambda x: np.flip(np.flip(x).copy()),
    "every second": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
    "axes exchanged": lambda x: np.moveaxis(np.moveaxis(x, 0, -1).copy(), -1, 0),
    "one element for all": lambda x: np.broadcast_to(x[(slice(0, 1),) * x.ndim], x.shape),
}


def whole_numbers(shape, dtype, rng):
    return np.asarray(rng.integers(-4, 5, shape), dtype)


@st.composite
def arrays(draw, min_dims=1, min_side=0, max_side=4):
    """An array of small whole numbers, of any float type and in any layout."""
    shape = draw(hnp.array_shapes(min_dims=min_dims, max_dims=4, min_side=min_side, max_side=max_side))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = whole_numbers(shape, draw(st.sampled_from(FLOATS)), rng)
    return LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](x)


def axis_of(x):
    return st.integers(-x.ndim, x.ndim - 1)


def axes_of(x, **limits):
    """Some of x's axes, in any order, counted from either end."""
    several = st.lists(st.integers(0, x.ndim - 1), unique=True, **limits)
    return several.flatmap(lambda axes: st.tuples(*(st.sampled_from([a, a - x.ndim]) for a in axes)))


def results(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


def check(f, xs):
    """f(np, *xs) and f(mg, *xs) agree, and the gradients of f(mg, ...) are the adjoint of f(np, ...)."""
    expected = results(f(np, *xs))
    leaves = [mg.tensor(x, requires_grad=True) for x in xs]
    for leaf, x in zip(leaves, xs, strict=True):
        leaf.data = x  # in its own layout, which mg.tensor does not keep
    outs = results(f(mg, *leaves))
    rng = np.random.default_rng(0)
    gs = [whole_numbers(out.shape, out.dtype, rng) for out in expected]
    for out, value in zip(outs, expected, strict=True):
        assert out.dtype == value.dtype
        np.testing.assert_array_equal(out.data, value)
    for out, g in zip(outs, gs, strict=True):
        out.backward(g)
    varied = [whole_numbers(x.shape, x.dtype, rng) for x in xs]
    moved = sum(np.vdot(g.astype(float), y) for g, y in zip(gs, results(f(np, *varied)), strict=True))
    pulled = 0.0
    for leaf, x, v in zip(leaves, xs, varied, strict=True):
        if leaf.grad is not None:
            assert leaf.grad.shape == x.shape
            assert leaf.grad.dtype == x.dtype
            pulled += np.vdot(leaf.grad.data.astype(float), v)
    assert pulled == moved


# -- one operand ----------------------------------------------------------------------------------


def moveaxis(draw, x):
    source = draw(axes_of(x))
    destination = draw(axes_of(x, min_size=len(source), max_size=len(source)))
    return lambda m, x: m.moveaxis(x, source, destination)


def transpose(draw, x):
    axes = draw(axes_of(x, min_size=x.ndim, max_size=x.ndim))
    return lambda m, x: m.transpose(x, axes)


def rollaxis(draw, x):
    axis, start = draw(axis_of(x)), draw(st.integers(-x.ndim, x.ndim))
    return lambda m, x: m.rollaxis(x, axis, start)


def reshape(draw, x):
    sides = draw(st.permutations([*x.shape, 1]))
    order = draw(st.sampled_from("CF"))
    return lambda m, x: m.reshape(x, sides, order=order)


def ravel(draw, x):
    order = draw(st.sampled_from("CF"))
    return lambda m, x: m.ravel(x, order=order)


def flip(draw, x):
    axes = draw(axes_of(x) | st.none())
    return lambda m, x: m.flip(x, axes)


def rot90(draw, x):
    k, axes = draw(st.integers(-5, 5)), draw(axes_of(x, min_size=2, max_size=2))
    return lambda m, x: m.rot90(x, k, axes)


def roll(draw, x):
    axes = draw(axes_of(x))
    shift = draw(st.tuples(*(st.integers(-6, 6) for _ in axes)))
    return lambda m, x: m.roll(x, shift, axes)


def diagonal(draw, x):
    offset, (axis1, axis2) = draw(st.integers(-4, 4)), draw(axes_of(x, min_size=2, max_size=2))
    return lambda m, x: m.diagonal(x, offset, axis1, axis2)


def trace(draw, x):
    offset, (axis1, axis2) = draw(st.integers(-4, 4)), draw(axes_of(x, min_size=2, max_size=2))
    return lambda m, x: m.trace(x, offset, axis1, axis2)


def triangle(draw, x):
    name, k = draw(st.sampled_from(["tril", "triu"])), draw(st.integers(-4, 4))
    return lambda m, x: getattr(m, name)(x, k)


def diagflat(draw, x):
    k = draw(st.integers(-3, 3))
    return lambda m, x: m.diagflat(x[(slice(0, 2),) * x.ndim], k)


def pad(draw, x):
    widths = draw(st.tuples(*(st.tuples(st.integers(0, 5), st.integers(0, 5)) for _ in x.shape)))
    modes = ["constant", "edge", "reflect", "symmetric", "wrap"]
    mode = draw(st.sampled_from(modes if x.size else modes[:1]))
    return lambda m, x: m.pad(x, widths, mode=mode)


def tile(draw, x):
    reps = draw(st.lists(st.integers(0, 3), max_size=4))
    return lambda m, x: m.tile(x, reps)


def repeat(draw, x):
    axis = draw(axis_of(x))
    repeats = draw(
        st.integers(0, 3) | st.lists(st.integers(0, 3), min_size=x.shape[axis], max_size=x.shape[axis])
    )
    return lambda m, x: m.repeat(x, repeats, axis)


def resize(draw, x):
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4))
    return lambda m, x: m.resize(x, shape)


def delete(draw, x):
    axis = draw(axis_of(x))
    n = x.shape[axis]
    places = st.lists(st.integers(-n, max(n - 1, 0)), max_size=4 if n else 0)
    obj = draw(st.slices(n) | places)
    return lambda m, x: m.delete(x, obj, axis)


def take(draw, x):
    axis, mode = draw(axis_of(x)), draw(st.sampled_from(["wrap", "clip"]))
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=2, max_side=3)) if x.shape[axis] else (0,)
    indices = draw(hnp.arrays(np.int64, shape, elements=st.integers(-9, 9)))
    return lambda m, x: m.take(x, indices, axis, mode=mode)


def windows(draw, x):
    axes = draw(axes_of(x))
    lengths = tuple(draw(st.integers(0, x.shape[axis])) for axis in axes)
    return lambda m, x: (
        m.sliding_window_view if m is mg else np.lib.stride_tricks.sliding_window_view
    )(x, lengths, axes)  # fmt: skip


def broadcast_to(draw, x):
    more = draw(hnp.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3))
    shape = (*more, *(draw(st.integers(0, 3)) if n == 1 else n for n in x.shape))
    return lambda m, x: m.broadcast_to(x, shape)


def split(draw, x):
    axis = draw(axis_of(x))
    cuts = draw(st.lists(st.integers(-5, 5), max_size=3) | st.integers(1, 5))
    return lambda m, x: m.array_split(x, cuts, axis)


def at_least(draw, x):
    n = draw(st.sampled_from("123"))
    return lambda m, x: getattr(m, f"atleast_{n}d")(x)


ONE_AXIS = (
    moveaxis, transpose, rollaxis, reshape, ravel, flip, roll, diagflat, pad, tile, repeat, resize, delete,
    take, windows, broadcast_to, split, at_least,
)  # fmt: skip
TWO_AXES = (rot90, diagonal, trace, triangle)


@pytest.mark.parametrize("family", ONE_AXIS, ids=lambda family: family.__name__)
@given(data=st.data(), x=arrays())
def test_one_operand(family, data, x):
    check(family(data.draw, x), [x])


@pytest.mark.parametrize("family", TWO_AXES, ids=lambda family: family.__name__)
@given(data=st.data(), x=arrays(min_dims=2))
def test_one_operand_of_two_axes(family, data, x):
    check(family(data.draw, x), [x])


# -- several operands -----------------------------------------------------------------------------


@st.composite
def alike(draw, **limits):
    """Arrays that differ along one axis at most; and that axis."""
    first = draw(arrays(**limits))
    axis = draw(axis_of(first))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    others = []
    for n in draw(st.lists(st.integers(0, 3), max_size=2)):
        shape = list(first.shape)
        shape[axis] = n
        x = whole_numbers(shape, draw(st.sampled_from(FLOATS)), rng)
        others.append(LAYOUTS[draw(st.sampled_from(["rows", "columns", "reversed"]))](x))
    return [first, *others], axis


@given(case=alike(), flat=st.booleans())
def test_concatenate(case, flat):
    xs, axis = case
    check(lambda m, *xs: m.concatenate(xs, axis=None if flat else axis), xs)


@given(case=alike(), flat=st.booleans())
def test_append(case, flat):
    xs, axis = case
    check(lambda m, *xs: m.append(xs[0], xs[-1], axis=None if flat else axis), xs[:2] if len(xs) > 1 else xs)


@given(x=arrays(), copies=st.integers(1, 3), data=st.data())
def test_stack_and_unstack(x, copies, data):
    axis = data.draw(st.integers(-x.ndim - 1, x.ndim))
    xs = [x + i for i in range(copies)]
    check(lambda m, *xs: m.stack(xs, axis), xs)
    stacked = mg.stack(xs, axis)
    for part, x in zip(mg.unstack(stacked, axis), xs, strict=True):
        np.testing.assert_array_equal(part.data, x)


@pytest.mark.parametrize("name", ["vstack", "hstack", "dstack", "column_stack"])
@given(x=arrays(), copies=st.integers(1, 3))
def test_stacks_of_alike(name, x, copies):
    check(lambda m, *xs: getattr(m, name)(xs), [x + i for i in range(copies)])


@given(a=arrays(), copies=st.integers(1, 3), rows=st.integers(1, 2))
def test_block(a, copies, rows):
    xs = [a + i for i in range(copies)]
    check(lambda m, *xs: m.block([[*xs] for _ in range(rows)]), xs)


@given(case=alike(), data=st.data())
def test_insert(case, data):
    (x, *_), axis = case
    n = x.shape[axis]
    obj = data.draw(st.lists(st.integers(-n, n), min_size=1, max_size=3))
    shape = list(x.shape)
    shape[axis] = len(obj) if data.draw(st.booleans()) else 1
    values = np.asarray(np.arange(np.prod(shape)).reshape(shape) % 5, x.dtype)
    check(lambda m, x, values: m.insert(x, obj, values, axis), [x, values])


@given(
    vectors=st.lists(
        hnp.arrays(np.float32, st.integers(0, 3), elements=st.integers(-4, 4)), min_size=1, max_size=3
    ),
    sparse=st.booleans(),
    indexing=st.sampled_from(["xy", "ij"]),
)
def test_meshgrid(vectors, sparse, indexing):
    check(lambda m, *xs: m.meshgrid(*xs, sparse=sparse, indexing=indexing), vectors)


@given(
    shapes=hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=3, max_side=3),
    dtype=st.sampled_from(FLOATS),
)
def test_broadcast_arrays(shapes, dtype):
    rng = np.random.default_rng(0)
    check(lambda m, *xs: m.broadcast_arrays(*xs), [whole_numbers(s, dtype, rng) for s in shapes.input_shapes])
