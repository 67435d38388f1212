"""What NumPy's functions take by keyword and by place, they take here too; what differs is refused."""

import warnings

import numpy as np
import pytest

import minigrad as mg
from tests.cases import each


@pytest.fixture
def t():
    return mg.tensor(np.array([[1.0, 2.0, 3.0], [4.0, 6.0, 5.0]], np.float32), requires_grad=True)


@each(
    "function",
    [
        np.sum, np.mean, np.var, np.std, np.prod, np.cumsum, np.cumprod, np.nansum, np.nanmean, np.nanvar,
        np.nanstd, np.nanprod, np.nancumsum, np.nancumprod,
    ],
)  # fmt: skip
def test_dtype_is_that_of_the_result_and_gradients_keep_their_own(function, t):
    for out in (function(t, axis=0, dtype=np.float64), function(t, 0, np.float64)):
        assert out.dtype == np.float64
        np.testing.assert_allclose(out.data, function(t.data, axis=0, dtype=np.float64))
        t.grad = None
        out.sum().backward()
        assert t.grad.dtype == np.float32


REDUCTIONS = {
    "sum": {"initial": 2.0}, "prod": {"initial": 2.0}, "max": {"initial": 2.0}, "mean": {},
    "min": {"initial": 2.0}, "var": {"ddof": 1}, "std": {"ddof": 1}, "nansum": {"initial": 1.0},
    "nanmax": {"initial": 2.0},
}  # fmt: skip


@each("name", REDUCTIONS)
@each("as_tensor", [False, True])
def test_where_and_initial_are_numpys(name, as_tensor, t):
    mask = np.array([[True, True, False], [True, True, True]])
    options = {"axis": 1, "keepdims": True, **REDUCTIONS[name]}
    expected = getattr(np, name)(t.data, where=mask, **options)
    out = getattr(mg, name)(t, where=mg.tensor(mask) if as_tensor else mask, **options)
    np.testing.assert_allclose(out.data, expected)
    out.sum().backward()
    assert t.grad.data[0, 2] == 0


def test_where_takes_lists_and_broadcasts(t):
    for out in (np.sum(t, where=[True, False, True]), t.sum(where=[True, False, True])):
        assert out.item() == 13
    assert t.max(where=[True, False, True], initial=0).item() == 5


def test_a_mask_that_leaves_nothing_gives_what_numpy_gives(t):
    nothing = np.zeros((2, 3), bool)
    assert np.sum(t, where=nothing).item() == 0
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        out = np.mean(t, where=nothing)
        assert np.isnan(out)
    out.backward()
    np.testing.assert_array_equal(t.grad.data, np.zeros((2, 3)))


def test_keepdims_in_the_place_of_dtype_is_no_dtype(t):
    for function in (mg.sum, np.sum):
        with pytest.raises(TypeError, match="data type"):
            function(t, 0, True)
    with pytest.raises(TypeError, match="positional"):
        mg.max(t, 0, None, True)
    assert np.max(t, 0, None, True).shape == (1, 3)


def test_an_extreme_under_a_mask_needs_a_start_as_in_numpy(t):
    with pytest.raises(ValueError, match="initial"):
        np.max(t, where=[True, False, True])
    with pytest.raises(ValueError, match="identity"):
        mg.max(np.zeros((0, 2)), axis=0)


def test_aliases_of_numpy_2_are_one_op(t):
    for (
        name
    ) in "acos acosh asin asinh atan atan2 atanh pow conj true_divide mod abs amax amin concat".split():
        assert getattr(mg, name) in mg.OPS.values()
    half = t * 0.125
    for function, op in [(np.acos, "arccos"), (np.atan, "arctan"), (np.abs, "absolute"), (np.amax, "max")]:
        assert function(half).node.op.name == op
    assert np.pow(t, 2).node.op.name == "power"
    assert np.mod(t, 2).node.op.name == "remainder"
    assert np.true_divide(t, 2).node.op.name == "divide"
    assert np.radians(t).node.op.name == "deg2rad"
    assert np.conj(t).node.op.name == "conjugate"


def test_clip_takes_its_bounds_under_either_name(t):
    for out in (
        mg.clip(t, 2, 5),
        mg.clip(t, a_min=2, a_max=5),
        mg.clip(t, min=2, max=5),
        t.clip(min=2, max=5),
    ):
        np.testing.assert_array_equal(out.data, [[2, 2, 3], [4, 5, 5]])
    np.testing.assert_array_equal(mg.clip(t).data, t.data)


def test_functions_of_several_results(t):
    whole, rest = np.divmod(t, 4)
    part, integer = np.modf(t / 4)
    for recorded in (whole, integer):
        np.testing.assert_array_equal(recorded.data, [[0, 0, 0], [1, 1, 1]])
    for recorded in (whole, integer, rest, part):
        assert recorded.node is not None
    values, places = mg.topk(t, 2)
    assert type(places) is np.ndarray
    np.testing.assert_array_equal(places, [[2, 1], [1, 2]])
    np.testing.assert_array_equal(values.data, [[3, 2], [6, 5]])
    average, weight = np.average(t, axis=1, returned=True)
    np.testing.assert_array_equal(average.data, [2, 5])
    np.testing.assert_array_equal(weight, [3, 3])


@each("spacing", [0.5, np.float64(0.5), np.array([0.0, 1.0, 3.0]), np.arange(3)])
def test_gradient_has_the_dtype_of_the_function_it_is_of(spacing):
    x = mg.tensor(np.float32([1, 4, 2]), requires_grad=True)
    slopes = np.gradient(x, spacing)
    assert slopes.dtype == np.float32
    np.testing.assert_allclose(slopes.data, np.gradient(x.data, spacing), rtol=1e-6)
    slopes.sum().backward()
    assert x.grad.dtype == np.float32


def test_where_of_one_argument_gives_the_places(t):
    for got in (np.where(t > 4), mg.where(t > 4)):
        np.testing.assert_array_equal(got, [[1, 1], [1, 2]])


def test_quantiles_of_several_q_stand_along_new_first_axes(t):
    out = np.quantile(t, [[0.0, 0.5, 1.0]], axis=1)
    assert out.shape == (1, 3, 2)
    assert out.dtype == np.float32
    np.testing.assert_array_equal(out.data[0], [[1, 4], [2, 5], [3, 6]])
    assert np.median(t, axis=(0, 1), keepdims=True).shape == (1, 1)
    assert np.percentile(t, 50).item() == 3.5


def test_float_power_takes_integers_as_floats():
    assert mg.float_power(np.array([2, 4]), -1).data.tolist() == [0.5, 0.25]
    assert mg.float_power(np.float32([2]), 2).dtype == np.float32


def test_lists_and_integers_are_taken():
    assert mg.sort([3.0, 1.0, 2.0]).data.tolist() == [1, 2, 3]
    assert mg.median([3, 1, 2]).item() == 2
    assert mg.diff(np.array([1, 4, 9])).data.tolist() == [3, 5]
    assert mg.cumprod(np.array([1, 2, 3])).data.tolist() == [1, 2, 6]
    assert mg.average([1.0, 3.0], weights=[1, 3]).item() == 2.5
    assert mg.interp(0.5, [0, 1], [0, 3]).item() == 1.5
    assert mg.trapezoid([1.0, 2.0, 3.0]).item() == 4
    assert mg.nansum([1.0, np.nan]).item() == 1
    assert mg.max(np.array([1, 5])).data == 5


def test_gradient_is_numpys_along_every_axis(t):
    for got, expected in zip(
        np.gradient(t, 0.5, [0.0, 1.0, 3.0]), np.gradient(t.data, 0.5, [0.0, 1.0, 3.0]), strict=True
    ):
        np.testing.assert_allclose(got.data, expected, rtol=1e-6)


OPTIONS = {
    "initial": [np.sum, np.prod, np.max, np.min, np.nansum, np.nanprod, np.nanmax, np.nanmin, np.add.reduce],
    "ddof": [np.var, np.std, np.nanvar, np.nanstd],
}


@each("option", OPTIONS)
def test_a_tensor_given_for_an_option_is_read_or_refused_but_never_cut(option, t):
    number = mg.tensor(np.float32(0.5), requires_grad=True)
    for function in OPTIONS[option]:
        with pytest.raises(TypeError, match=f"has no derivative by '{option}'.*write t.detach"):
            function(t, **{option: number})
        out = function(t, **{option: number.detach()})
        np.testing.assert_array_equal(out.data, function(t, **{option: np.float32(0.5)}).data)
        with mg.no_grad():
            assert function(t, **{option: number}).shape == out.shape
