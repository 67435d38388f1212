"""Every argument of NumPy's functions by NumPy's own name: operands, and defaults that change nothing."""

import inspect

import numpy as np
import pytest
from numpy.testing import overrides

import minigrad as mg
from minigrad.tensor.numpy_calls import UFUNC_DEFAULTS
from minigrad.tensor.numpy_protocols import op_name
from tests.cases import each

MATRIX = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.25], [0.5, 0.25, 2.0]])

# What is given besides one matrix, or two where there are two operands without a default.
OTHER = {
    "array_split": {"indices_or_sections": 2}, "astype": {"dtype": float},
    "broadcast_to": {"shape": (2, 3, 3)},
    "choose": {"a": np.eye(3, dtype=int), "choices": [MATRIX, 2.0]}, "clip": {"a_min": 0.5, "a_max": 2.0},
    "compress": {"condition": [True, False, True], "a": MATRIX}, "delete": {"obj": 1},
    "convolve": {"a": MATRIX[0], "v": MATRIX[1]}, "correlate": {"a": MATRIX[0], "v": MATRIX[1]},
    "dsplit": {"ary": MATRIX[None], "indices_or_sections": 3}, "expand_dims": {"axis": 1},
    "extract": {"condition": np.eye(3), "arr": MATRIX}, "hsplit": {"indices_or_sections": 3},
    "insert": {"obj": 1, "values": 2.0}, "interp": {"x": 0.5, "xp": [0.0, 1.0], "fp": MATRIX[0, :2]},
    "moveaxis": {"source": 0, "destination": 1}, "nanpercentile": {"q": 30}, "nanquantile": {"q": 0.3},
    "pad": {"pad_width": 1}, "partition": {"kth": 1}, "percentile": {"q": 30}, "quantile": {"q": 0.3},
    "polyval": {"p": MATRIX[0], "x": 2.0}, "repeat": {"repeats": 2}, "reshape": {"shape": 9, "newshape": 9},
    "resize": {"new_shape": (2, 2)}, "roll": {"shift": 1}, "rollaxis": {"axis": 1},
    "select": {"condlist": [MATRIX > 1], "choicelist": [MATRIX]},
    "sliding_window_view": {"window_shape": (2, 2)},
    "split": {"indices_or_sections": 3}, "swapaxes": {"axis1": 0, "axis2": 1}, "take": {"indices": [0, 2]},
    "take_along_axis": {"indices": np.eye(3, dtype=int), "axis": 1}, "tile": {"reps": 2},
    "trim_zeros": {"filt": MATRIX[0]}, "vander": {"x": MATRIX[0]}, "vsplit": {"indices_or_sections": 3},
    "linalg.matrix_power": {"n": 2},
    "linalg.tensorsolve": {"a": MATRIX, "b": MATRIX[0]}, "linalg.lstsq": {"b": MATRIX[0]},
    "linalg.tensorinv": {"a": MATRIX, "ind": 1},
    "cumulative_sum": {"axis": 0}, "cumulative_prod": {"axis": 0},
    "where": {"condition": MATRIX > 1, "x": MATRIX, "y": 0.0}, "einsum": {"operands": ("ij->i", MATRIX)},
    "outer": {"a": MATRIX[0], "b": MATRIX[1], "x1": MATRIX[0], "x2": MATRIX[1]},
}  # fmt: skip
LISTS = ("arrays", "tup")
ONLY_BY_PLACE = ("unique_all", "unique_counts", "unique_inverse", "unique_values")  # whatever they say
UFUNCS = sorted(name for name in mg.OPS if isinstance(getattr(np, name, None), np.ufunc))


def _functions():
    """NumPy's functions that an op stands for, by that op's name and their own."""
    functions = overrides.get_overridable_numpy_array_functions()
    for function in sorted(functions, key=lambda function: (function.__module__, function.__name__)):
        name = op_name(function)[0]
        if name in mg.OPS and function is not np.linalg.multi_dot:  # whose results differ by rounding
            yield name, function


def _arguments(name, signature):
    """Every parameter of NumPy's function by its name: operands, then defaults."""
    given = OTHER.get(name, {})
    for parameter in signature.parameters.values():
        key = parameter.name
        if key in given:
            yield parameter, given[key]
        elif parameter.kind is parameter.VAR_POSITIONAL:
            yield parameter, () if name == "gradient" else (MATRIX[0], MATRIX[1])
        elif parameter.kind is parameter.VAR_KEYWORD:
            yield parameter, {"constant_values": 2.0} if name == "pad" else {"order": "K", "dtype": None}
        else:
            required = parameter.default is parameter.empty
            yield parameter, ([MATRIX, MATRIX] if key in LISTS else MATRIX) if required else parameter.default


def _as_tensors(value):
    if value is MATRIX:
        return mg.tensor(MATRIX, requires_grad=True)
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return mg.tensor(value, requires_grad=True)
    return type(value)(map(_as_tensors, value)) if isinstance(value, (list, tuple)) else value


def _call(function, arguments, convert):
    placed, named = [], {}
    for parameter, value in arguments:
        value = convert(value)
        if parameter.kind is parameter.VAR_POSITIONAL:
            placed += value
        elif parameter.kind is parameter.VAR_KEYWORD:
            named.update(value)
        elif parameter.kind is parameter.POSITIONAL_ONLY or function.__name__ in ONLY_BY_PLACE:
            placed.append(value)
        else:
            named[parameter.name] = value
    return function(*placed, **named)


def _leaves(value):
    return [leaf for part in value for leaf in _leaves(part)] if isinstance(value, (list, tuple)) else [value]


def _same(got, expected):
    for ours, theirs in zip(_leaves(got), _leaves(expected), strict=True):
        data = np.asarray(ours.data if isinstance(ours, mg.Tensor) else ours)
        assert data.dtype == np.asarray(theirs).dtype or data.dtype.kind == "i"
        np.testing.assert_allclose(data, theirs, rtol=1e-12, atol=1e-14)


FUNCTIONS = [*_functions()]


@each(("name", "function"), FUNCTIONS, ids=[f"{f.__module__}.{f.__name__}" for _, f in FUNCTIONS])
def test_every_argument_by_numpys_name(name, function):
    """All that NumPy's signature names, its defaults spelled out: the same result, and recorded."""
    try:
        signature = inspect.signature(function)
    except ValueError:
        pytest.skip("a function in C, which says its signature from NumPy 2.4 on")
    arguments = list(_arguments(name, signature))
    got = _call(function, arguments, _as_tensors)
    _same(got, _call(function, arguments, lambda value: value))
    assert any(isinstance(leaf, mg.Tensor) and leaf.requires_grad for leaf in _leaves(got))


@each("name", UFUNCS)
def test_a_ufuncs_defaults_change_nothing(name):
    function = getattr(np, name)
    without = {"keepdims", "signature"} | ({"where"} if function.signature else set())
    without |= {"out"} if function.nout > 1 else set()
    defaults = {key: value for key, value in UFUNC_DEFAULTS.items() if key not in without}
    operands = {"arccosh": (MATRIX + 1,), "ldexp": (MATRIX, np.array(2))}.get(
        name, (MATRIX / 8,) * function.nin
    )
    expected = function(*operands, **defaults)
    _same(function(*map(mg.tensor, operands), **defaults), expected)


def test_defaults_of_a_ufuncs_methods_change_nothing():
    t = mg.tensor(MATRIX, requires_grad=True)
    for ufunc in (np.add, np.multiply, np.maximum, np.minimum):
        for place in ((0, None, None, False), (0,)):
            named = {} if len(place) > 1 else {"dtype": None, "out": None, "keepdims": False, "where": True}
            got = ufunc.reduce(t, *place, **({**named, "initial": 1.0} if named else {}))
            _same(got, ufunc.reduce(MATRIX, *place, **({**named, "initial": 1.0} if named else {})))
    for ufunc in (np.add, np.multiply):
        _same(ufunc.accumulate(t, 1, None, None), ufunc.accumulate(MATRIX, 1))
        _same(ufunc.accumulate(t, axis=1, dtype=None, out=None), ufunc.accumulate(MATRIX, 1))


BY_PLACE = {
    "diff": lambda f, t: f(t, 1, 0, np._NoValue, [[1.0, 2.0, 3.0]]),
    "sum": lambda f, t: f(t, 0, None, None, True, 2.0), "max": lambda f, t: f(t, 1, None, True, 2.0),
    "mean": lambda f, t: f(t, 0, None, None, True), "std": lambda f, t: f(t, 0, None, None, 1, True),
    "median": lambda f, t: f(t, 0, None, False, True), "ptp": lambda f, t: f(t, 0, None, True),
    "percentile": lambda f, t: f(t, 30, 1, None, True, "lower", True),
    "nanquantile": lambda f, t: f(t, 0.3, 1, None, False, "higher"),
    "nanmedian": lambda f, t: f(t, 1, None, True),
    "take": lambda f, t: f(t, [4, -1], 1, None, "wrap"),
    "choose": lambda f, t: f([1, 5], [t[0, :2], 1.0], None, "clip"),
    "compress": lambda f, t: f([True, False], t, 1, None), "trace": lambda f, t: f(t, 1, 0, 1, np.float32),
    "copy": lambda f, t: f(t, "F", True), "broadcast_to": lambda f, t: f(t, (2, 3, 3), True),
    "concatenate": lambda f, t: f((t, t), 1, None), "stack": lambda f, t: f((t, t), -1, None),
    "dot": lambda f, t: f(t, t, None), "outer": lambda f, t: f(t[0], t[0], None),
    "cumsum": lambda f, t: f(t, 0, np.float32, None), "nanmax": lambda f, t: f(t, 0, None, True),
}  # fmt: skip


@each("name", BY_PLACE)
def test_arguments_in_numpys_order(name):
    """`out` and what else an op lacks has its place in NumPy's order, and moves nothing behind it."""
    function, call = getattr(np, name), BY_PLACE[name]
    got = call(function, mg.tensor(MATRIX, requires_grad=True))
    assert got.requires_grad
    _same(got, call(function, MATRIX))


OTHER_VALUES = {
    "concatenate(dtype)": lambda t: np.concatenate([t, [[1, 2, 3]]], dtype=np.float32, casting="unsafe"),
    "stack(dtype)": lambda t: np.stack([t, t], 1, dtype=np.float32),
    "vstack(dtype)": lambda t: np.vstack([t, t[0]], dtype=np.float32),
    "hstack(dtype)": lambda t: np.hstack([t, t], dtype=np.float32),
    "trace(dtype)": lambda t: np.trace(t, dtype=np.float32),
    "linalg.trace(dtype)": lambda t: np.linalg.trace(t, dtype=np.float32),
    "median(overwrite_input)": lambda t: np.median(t + 0, axis=0, overwrite_input=True),
    "copy(subok)": lambda t: np.copy(t, order="C", subok=True),
    "sort(kind)": lambda t: np.sort(t, kind="heapsort"),
    "sort(stable)": lambda t: np.sort(t, stable=False),
}


@each("form", OTHER_VALUES)
def test_other_values_are_taken_where_the_result_is_right(form):
    t = mg.tensor(MATRIX, requires_grad=True)
    got = OTHER_VALUES[form](t)
    _same(got, OTHER_VALUES[form](MATRIX))
    got.sum().backward()
    assert t.grad.dtype == np.float64
    np.testing.assert_array_equal(t.data, MATRIX)


REFUSED = {
    "out": (
        lambda t: np.sum(t, 0, None, np.zeros(3)),
        "np.sum on a tensor takes no out: omit `out` and take the result",
    ),
    "dot(out)": (lambda t: np.dot(t, t, out=np.zeros((3, 3))), "np.dot on a tensor takes no out: omit `out`"),
    "where": (
        lambda t: np.exp(t, where=t > 1, dtype=float),
        "np.exp on a tensor takes no where, dtype: write mg.where(mask, ...) for a masked result; "
        "write t.astype(dtype) for another dtype",
    ),
    "casting": (
        lambda t: np.add(t, t, casting="unsafe"),
        "np.add on a tensor takes no casting: t.astype(dtype) converts to any dtype",
    ),
    "order": (lambda t: np.exp(t, order="F"), "takes no order: a tensor promises no layout in memory"),
    "mean": (lambda t: np.var(t, mean=1.0), "takes no mean: write np.mean(np.square(t - mean))"),
    "weights": (
        lambda t: np.quantile(t, 0.5, weights=t, method="inverted_cdf"),
        "np.quantile on a tensor takes no weights: write mg.average(t, weights=...) for a weighted mean",
    ),
    "hermitian": (
        lambda t: np.linalg.svd(t, hermitian=True),
        "np.linalg.svd on a tensor takes no hermitian: omit `hermitian`, the result is that of any matrix",
    ),
    "writeable": (
        lambda t: np.lib.stride_tricks.sliding_window_view(t, 2, 0, writeable=True),
        "takes no writeable: omit `writeable`, and write with mg.index_put",
    ),
    "copy": (lambda t: np.astype(t, float, copy=False), "takes no copy: t.astype(dtype) gives new"),
    "pad": (lambda t: np.pad(t, 1, end_values=3), "np.pad on a tensor takes no end_values: omit it"),
    "unknown": (lambda t: np.sum(t, axes=0), "unexpected keyword argument 'axes'"),
}  # fmt: skip


@each("form", REFUSED)
def test_other_values_are_refused_where_they_would_be_wrong(form):
    call, message = REFUSED[form]
    with pytest.raises(TypeError) as caught:
        call(mg.tensor(MATRIX, requires_grad=True))
    assert message in str(caught.value)


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.1.0", reason="np.astype came with NumPy 2.1")
def test_the_one_device():
    assert np.astype(mg.tensor(MATRIX), np.float32, device="cpu").dtype == np.float32
    with pytest.raises(TypeError, match='takes no device: every tensor is on the device "cpu"'):
        np.astype(mg.tensor(MATRIX), np.float32, device="cuda")
