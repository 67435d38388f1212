"""What the samples of the ops that move elements about, join and multiply do not say."""

import numpy as np
import pytest

import minigrad as mg


@pytest.fixture
def x():
    return np.arange(6.0).reshape(2, 3)


# -- writing at an index --------------------------------------------------------------------------


def test_of_values_written_to_one_place_the_last_has_the_gradient(x):
    t, values = mg.tensor(x, requires_grad=True), mg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    written = mg.index_put(t, (0, [1, 2, 1]), values)
    np.testing.assert_array_equal(written.data, [[0, 3, 2], [3, 4, 5]])
    (written * [[1, 10, 100], [1, 1, 1]]).sum().backward()
    np.testing.assert_array_equal(t.grad.data, [[1, 0, 0], [1, 1, 1]])
    np.testing.assert_array_equal(values.grad.data, [0, 100, 10])


def test_index_put_leaves_x_as_it_was_and_keeps_its_dtype(x):
    short = x.astype(np.float32)
    out = mg.index_put(short, 0, np.float64([1, 2, 3]))
    assert out.dtype == np.float32
    np.testing.assert_array_equal(short, x)
    assert mg.index_put(np.arange(3), 1, 7).dtype == np.arange(3).dtype
    assert mg.index_put(np.arange(3), 1, 7, accumulate=True).tolist() == [0, 8, 2]
    assert mg.index_put(x, 0, np.arange(3)).tolist() == [[0, 1, 2], [3, 4, 5]]


def test_index_put_by_tensors(x):
    places, mask = mg.tensor([1, 0], dtype=int), mg.tensor(x) > 2
    np.testing.assert_array_equal(mg.index_put(x, (0, places), 9.0).data, [[9, 9, 2], [3, 4, 5]])
    np.testing.assert_array_equal(mg.index_put(x, mask, 0.0).data, [[0, 1, 2], [0, 0, 0]])


# -- shapes ---------------------------------------------------------------------------------------


def test_reshape_copies_as_it_is_told(x):
    t = mg.tensor(x)
    assert np.shares_memory(t.reshape(6).data, t.data)
    assert np.shares_memory(t.reshape(3, 2, copy=False).data, t.data)
    assert not np.shares_memory(t.reshape(6, copy=True).data, t.data)
    assert not np.shares_memory(t.T.reshape(6, copy=True).data, t.data)
    if np.lib.NumpyVersion(np.__version__) >= "2.1.0":  # whose reshape has the argument
        assert np.reshape(t, (6,), copy=True).tolist() == [0, 1, 2, 3, 4, 5]


def test_methods_take_numpys_arguments(x):
    t = mg.tensor(x, requires_grad=True)
    for method in (
        lambda t: t.reshape(3, 2, order="F"),
        lambda t: t.ravel("F"),
        lambda t: t.flatten(order="F"),
        lambda t: t.diagonal(1),
        lambda t: t.trace(offset=-1, axis1=1, axis2=0),
        lambda t: t.take([7, -9], axis=1, mode="wrap"),
        lambda t: t.swapaxes(0, -1),
        lambda t: t.repeat([1, 0, 2], axis=1),
        lambda t: t.dot(np.ones(3)),
        lambda t: t.T,
    ):
        np.testing.assert_array_equal(method(t).data, method(x))
    np.testing.assert_array_equal(t.mT.data, x.T)


def test_pad_by_a_dict_of_axes(x):
    np.testing.assert_array_equal(mg.pad(x, {-1: (1, 2)}).data, np.pad(x, ((0, 0), (1, 2))))
    np.testing.assert_array_equal(
        mg.pad(x, {0: 1}, mode="edge").data, np.pad(x, ((1, 1), (0, 0)), mode="edge")
    )


def test_axes_outside_are_refused(x):
    for call in (
        lambda: mg.take(x, 0, axis=2),
        lambda: mg.repeat(x, 2, axis=-3),
        lambda: mg.split(x, 2, axis=2),
        lambda: mg.delete(x, 0, axis=2),
        lambda: mg.take_along_axis(x, np.zeros((2, 3), int), axis=2),
        lambda: mg.rollaxis(x, 0, 3),
        lambda: mg.tensordot(x, x, axes=(2, 2)),
        lambda: mg.unstack(x, axis=2),
        lambda: mg.sliding_window_view(x, 2, axis=2),
    ):
        with pytest.raises(np.exceptions.AxisError, match="out of bounds"):
            call()


def test_trim_zeros_of_a_matrix():
    x = mg.tensor([[0.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]])
    assert mg.trim_zeros(x).tolist() == [[2.0]]
    assert mg.trim_zeros(x, axis=-1).tolist() == [[0.0], [2.0], [0.0]]
    assert mg.trim_zeros(x, "f", axis=(0,)).tolist() == [[0.0, 2.0, 0.0], [0.0, 0.0, 0.0]]


def test_append_takes_a_python_number_in_xs_dtype(x):
    assert mg.append(x.astype(np.float16), 0.5).dtype == np.float16
    assert mg.append(x, 0.1).data[-1] == 0.1
    assert mg.append(np.arange(2), 0.5).tolist() == [0, 1, 0.5]


def test_several_results_come_as_numpy_gives_them(x):
    t = mg.tensor(x)
    assert type(mg.split(t, 2)) is type(np.split(x, 2)) is list
    assert type(mg.unstack(t)) is tuple
    for name in ("broadcast_arrays", "atleast_2d"):
        assert type(getattr(mg, name)(t, 1.0)) is type(getattr(np, name)(x, 1.0))
    assert type(mg.meshgrid(t[0], t[1])) is type(np.meshgrid(x[0], x[1]))
    np.testing.assert_array_equal(np.ix_(mg.tensor([0, 1], dtype=int), [2])[0], [[0], [1]])


# -- products -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("a", "b"), [((2,), (2,)), ((3, 2), (2,)), ((2,), (3,)), ((4, 3), (4, 2))])
def test_cross_of_2d_vectors_warns_as_numpy_does(a, b):
    rng = np.random.default_rng(0)
    arrays = rng.normal(size=a), rng.normal(size=b)
    leaves = [mg.tensor(x, requires_grad=True) for x in arrays]
    with pytest.warns(DeprecationWarning, match="2-D vectors is deprecated"):
        out = mg.cross(*leaves)
    by_hand = [np.concatenate([x, np.zeros((*x.shape[:-1], 3 - x.shape[-1]))], axis=-1) for x in arrays]
    expected = np.cross(*by_hand)
    np.testing.assert_allclose(out.data, expected[..., 2] if a[-1] == b[-1] == 2 else expected)
    out.sum().backward()
    assert [leaf.grad.shape for leaf in leaves] == [a, b]


def test_einsum_through_numpy_with_lists(x):
    t = mg.tensor(x, requires_grad=True)
    out = np.einsum(t, [0, 1], x, [2, 1], [0, 2])
    assert out.node.op.name == "einsum"
    np.testing.assert_array_equal(out.data, x @ x.T)


def test_vander_of_no_columns():
    assert mg.vander(np.ones(2), 0).shape == np.vander(np.ones(2), 0).shape == (2, 0)
    assert mg.vander(np.ones(0)).shape == np.vander(np.ones(0)).shape == (0, 0)
