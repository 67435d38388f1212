"""Reading and writing at an index, against NumPy's own x[index], x[index] = values and np.add.at."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minigrad as mg
from tests.cases import each
from tests.minigrad.oracles import assert_adjoint, pulled_back

seeds = st.integers(0, 2**32 - 1)
shapes = hnp.array_shapes(max_dims=4, max_side=4)


def check_index(shape, index, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape)
    out = mg.tensor(x)[index]
    np.testing.assert_array_equal(out.data, x[index])
    g = np.asarray(rng.normal(size=out.shape))
    expected = np.zeros(shape)
    np.add.at(expected, index, g)
    (gradient,) = pulled_back(lambda t: t[index], [x], g)
    np.testing.assert_allclose(gradient, expected, rtol=1e-12, atol=1e-12)
    scattered = mg.scatter_add(g, index, shape)
    np.testing.assert_allclose(scattered.data, expected, rtol=1e-12, atol=1e-12)

    # Second order: the gradient of Σ(x²)[index]·g is 2·x·expected, and that is linear in x again.
    first = mg.grad(lambda t: ((t * t)[index] * g).sum())
    np.testing.assert_allclose(first(x).data, 2 * x * expected, rtol=1e-10, atol=1e-12)
    v = rng.normal(size=shape)
    second = mg.grad(lambda t: (first(t) * v).sum())(x)
    np.testing.assert_allclose(second.data, 2 * v * expected, rtol=1e-10, atol=1e-12)
    check_writing(x, index, rng)


def check_writing(x, index, rng):
    """index_put gives what NumPy writes, and its gradients are the adjoint of that."""
    written = tuple(n if rng.integers(4) else 1 for n in x[index].shape)  # some axes broadcast
    values = np.asarray(rng.normal(size=written), order=rng.choice(["C", "F"]))
    g, v, w = rng.normal(size=x.shape), rng.normal(size=x.shape), np.asarray(rng.normal(size=written))
    for accumulate in (False, True):
        out = mg.index_put(x, index, values, accumulate)
        np.testing.assert_allclose(out.data, put(x, index, values, accumulate), rtol=1e-12, atol=1e-12)

        def function(a, b, accumulate=accumulate):
            return mg.index_put(a, index, b, accumulate)

        by_x, by_values = pulled_back(function, [x, values], g)
        moved = np.sum(g * put(v, index, w, accumulate))
        np.testing.assert_allclose(np.sum(by_x * v) + np.sum(by_values * w), moved, rtol=1e-9, atol=1e-9)
        again = mg.grad(lambda a, b, f=function: (f(a * a, b * b) * g).sum(), (0, 1))
        for gradient, first, point in zip(again(x, values), (by_x, by_values), (x, values), strict=True):
            np.testing.assert_allclose(gradient.data, 2 * first * point, rtol=1e-10, atol=1e-12)


def put(x, index, values, accumulate):
    out = x.copy()
    if accumulate:
        np.add.at(out, index, values)
    else:
        out[index] = values
    return out


@given(data=st.data(), shape=shapes, seed=seeds)
def test_basic_indices(data, shape, seed):
    index = data.draw(hnp.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True))
    check_index(shape, index, seed)


@given(data=st.data(), shape=shapes, seed=seeds)
def test_integer_arrays(data, shape, seed):
    index = data.draw(
        hnp.integer_array_indices(shape, result_shape=hnp.array_shapes(min_dims=0, max_dims=2, max_side=4))
    )
    check_index(shape, index, seed)


@given(data=st.data(), shape=hnp.array_shapes(max_dims=3, max_side=4), seed=seeds)
def test_one_integer_array_picks_rows(data, shape, seed):
    """What an embedding does, by a path of its own; negative and repeated places included."""
    rows = data.draw(
        hnp.arrays(
            st.sampled_from([np.int64, np.int32, np.int8]),
            hnp.array_shapes(min_dims=0, max_dims=2, max_side=5, min_side=0),
            elements=st.integers(-shape[0], shape[0] - 1),
        )
    )
    check_index(shape, rows, seed)


@given(data=st.data(), shape=hnp.array_shapes(max_dims=3, max_side=4, min_side=0), seed=seeds)
def test_masks(data, shape, seed):
    dims = data.draw(st.integers(1, len(shape)))
    check_index(shape, data.draw(hnp.arrays(bool, shape[:dims])), seed)


@st.composite
def mixed(draw):
    """Slices, integers, None, ..., integer arrays and masks, in one index."""
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=4, max_side=4))
    picked = draw(st.integers(1, 3))  # how long the arrays in it are
    parts = []  # one list per axis
    for n in shape:
        kind = draw(st.sampled_from(["slice", "int", "array", "array", "mask", "none", "column"]))
        part = [None] if kind == "none" else []
        if kind in ("slice", "none"):
            part.append(draw(st.slices(n)))
        elif kind == "int":
            part.append(draw(st.integers(-n, n - 1)))
        elif kind == "mask" and n >= picked:
            places = draw(st.permutations(range(n)))[:picked]
            part.append(np.isin(np.arange(n), places))
        else:
            shape_of_index = (picked,) if kind != "column" else (2, 1)
            part.append(draw(hnp.arrays(np.int64, shape_of_index, elements=st.integers(-n, n - 1))))
        parts.append(part)
    start = draw(st.integers(0, len(parts)))
    end = draw(st.integers(start, len(parts)))
    if end < len(parts) or draw(st.booleans()):
        parts[start:end] = [[...]]
    else:
        del parts[start:]
    return shape, tuple(index for part in parts for index in part)


@given(case=mixed(), seed=seeds)
def test_mixed_indices(case, seed):
    check_index(*case, seed)


@given(case=mixed(), seed=seeds)
def test_indices_laid_out_by_columns(case, seed):
    """Of values written to one place the last stays, in NumPy's order, which follows the index's layout."""
    shape, index = case
    check_index(shape, tuple(np.asfortranarray(i) if np.ndim(i) > 1 else i for i in index), seed)


@given(
    shape=hnp.array_shapes(max_dims=3, max_side=3),
    index=st.lists(
        st.integers(-4, 4)
        | st.lists(st.integers(-4, 4), max_size=2)
        | st.slices(3)
        | st.sampled_from([None, ..., True, False, 0.5]),
        max_size=4,
    ).map(tuple),
)
def test_anything_as_index_gives_what_numpy_gives_or_its_error(shape, index):
    x = np.arange(np.prod(shape), dtype=float).reshape(shape)
    as_numpy = tuple(np.array(part, int) if part == [] else part for part in index)
    try:
        expected = x[as_numpy]
    except IndexError as error:
        said = str(error)
        for read_or_write in (mg.tensor(x).__getitem__, lambda index: mg.index_put(x, index, 0.0)):
            with pytest.raises(IndexError) as caught:
                read_or_write(index)
            assert str(caught.value.__cause__ or caught.value) == said
            assert "in minigrad's" in caught.value.__notes__[0]
    else:
        np.testing.assert_array_equal(mg.tensor(x)[index].data, expected)
        check_index(shape, as_numpy, 0)


@each(
    "index",
    [
        [0, 2],
        [],
        [True, False, True],
        ([0, 2], [1, 1]),
        (slice(None), [0, 1]),
        [[0, 1], [2, 2]],
        np.uint8([2, 2, 0]),
        np.int64(-1),
        (np.int8(1), np.uint16(2)),
        np.True_,
        (None, True, 0),
        ((0, 2, 0),),  # a tuple inside an index is an array
        ((0, 2, 0), [1, 1, 1]),
        range(2),
        [[]],
    ],
    ids=repr,
)
def test_lists_and_numpy_scalars_as_index(index):
    empty = isinstance(index, list) and np.size(index) == 0
    as_numpy = np.array(index, int) if empty else index
    check_index((3, 4), as_numpy, 0)
    x = np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(mg.tensor(x)[index].data, x[as_numpy])


@each("dtype", [np.uint8, np.int8, np.uint64])
def test_rows_of_more_than_the_index_type_can_count(dtype):
    x = mg.tensor(np.ones((300, 2)), requires_grad=True)
    x[np.array([1, 127, 1], dtype)].sum().backward()
    assert x.grad.data[1].tolist() == [2, 2]
    assert x.grad.data.sum() == 6


def test_scatter_add_refuses_what_lies_outside_and_broadcasts_what_is_short():
    with pytest.raises(IndexError, match="index 5 is out of bounds"):
        mg.scatter_add(np.ones((1, 2)), np.array([5]), (3, 2))
    with pytest.raises(IndexError, match="index -4 is out of bounds"):
        mg.scatter_add(np.ones((1, 2)), np.array([-4]), (3, 2))
    np.testing.assert_array_equal(mg.scatter_add(1.0, np.array([1, 1]), (3,)).data, [0, 2, 0])
    assert_adjoint(
        lambda g: mg.scatter_add(g, np.array([1, 1, 0]), (3, 2)), [np.ones(2)], np.random.default_rng(0)
    )


def test_tensors_as_index():
    x = mg.tensor(np.arange(12.0).reshape(3, 4), requires_grad=True)
    places = mg.tensor(np.array([2, 2, 0]))
    x[places].sum().backward()
    np.testing.assert_array_equal(x.grad.data[:, 0], [1, 0, 2])
    mask = mg.tensor(np.array([True, False, True]))
    np.testing.assert_array_equal(x[mask, 1].data, [1, 9])
    np.testing.assert_array_equal(mg.take(x, places, axis=0).data, x.data[[2, 2, 0]])


def test_a_mask_made_by_comparing_a_tensor():
    x = mg.tensor([-1.0, 2.0, 3.0], requires_grad=True)
    x[x > 0].sum().backward()
    np.testing.assert_array_equal(x.grad.data, [0, 1, 1])


def test_unpacking_and_iteration_are_recorded():
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    first, second = x
    (first * second).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [[3, 4], [1, 2]])
    assert len(x) == 2


def test_float16_rows_add_up_in_their_own_dtype():
    x = mg.tensor(np.ones((3, 2), np.float16), requires_grad=True)
    x[np.array([1, 1, 1])].sum().backward()
    assert x.grad.dtype == np.float16
    np.testing.assert_array_equal(x.grad.data, [[0, 0], [3, 3], [0, 0]])


@given(shape=hnp.array_shapes(max_dims=3, max_side=4), data=st.data(), seed=seeds)
def test_take_along_axis(shape, data, seed):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    n = shape[axis]
    wanted = [n if data.draw(st.booleans()) else 1 for n in shape]  # NumPy broadcasts the others
    wanted[axis] = data.draw(st.integers(0, 4))
    indices = data.draw(hnp.arrays(np.int64, tuple(wanted), elements=st.integers(-n, n - 1)))
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape)
    expected = np.take_along_axis(x, indices, axis)
    np.testing.assert_array_equal(mg.take_along_axis(x, indices, axis).data, expected)
    assert_adjoint(lambda t: mg.take_along_axis(t, indices, axis), [x], rng)


@given(shape=hnp.array_shapes(max_dims=3, max_side=3, min_side=0), data=st.data(), seed=seeds)
def test_concatenate_and_split_are_each_others_inverse(shape, data, seed):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    cuts = sorted(data.draw(st.lists(st.integers(0, shape[axis]), max_size=3)))
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape)
    parts = mg.split(x, cuts, axis)
    for part, expected in zip(parts, np.split(x, cuts, axis), strict=True):
        np.testing.assert_array_equal(part.data, expected)
    np.testing.assert_array_equal(mg.concatenate(parts, axis).data, x)
    assert_adjoint(lambda t: mg.concatenate(mg.split(t, cuts, axis)[::-1], axis), [x], rng)
