"""NumPy's own functions on Tensors: recorded, plain, or refused with what to write instead."""

import operator
import re

import numpy as np
import pytest

import minigrad as mg
from minigrad.numpy_names import PLAIN
from tests.cases import each


@pytest.fixture
def t():
    return mg.tensor(np.array([[0.5, 0.25], [0.75, 0.125]]), requires_grad=True)


# -- recorded -------------------------------------------------------------------------------------

RECORDED = {
    "np.exp": (lambda t: np.exp(t), "exp"),
    "np.sum": (lambda t: np.sum(t, axis=0), "sum"),
    "np.mean": (lambda t: np.mean(t, axis=1, keepdims=True), "mean"),
    "array * t": (lambda t: np.array([2.0, 3.0]) * t, "multiply"),
    "array @ t": (lambda t: np.eye(2) @ t, "matmul"),
    "float64 * t": (lambda t: np.float64(2) * t, "multiply"),
    "float32 - t": (lambda t: np.float32(2) - t, "subtract"),
    "int64 ** t": (lambda t: np.int64(2) ** t, "power"),
    "list + t": (lambda t: [1.0, 2.0] + t, "add"),  # noqa: RUF005
    "t + list": (lambda t: t + [1.0, 2.0], "add"),  # noqa: RUF005
    "np.multiply(array, t)": (lambda t: np.multiply(np.ones(2), t), "multiply"),
    "np.add.reduce": (lambda t: np.add.reduce(t, axis=0), "sum"),
    "np.add.reduce of the first axis": (lambda t: np.add.reduce(t), "sum"),
    "np.add.reduce(where=)": (lambda t: np.add.reduce(t, axis=None, where=[True, False]), "sum"),
    "np.add.accumulate": (lambda t: np.add.accumulate(t), "cumsum"),
    "np.multiply.accumulate": (lambda t: np.multiply.accumulate(t, axis=1), "cumprod"),
    "np.sum(where=)": (lambda t: np.sum(t, where=np.array([True, False])), "sum"),
    "np.sum(dtype=)": (lambda t: np.sum(t, 1, np.float32), "sum"),
    "np.max(initial=)": (lambda t: np.max(t, axis=0, initial=0.5), "max"),
    "np.std(ddof=)": (lambda t: np.std(t, axis=0, ddof=1), "std"),
    "np.fabs": (lambda t: np.fabs(t), "fabs"),
    "np.divmod": (lambda t: np.divmod(t, 0.3)[1], "remainder"),
    "np.modf": (lambda t: np.modf(t)[0], "fraction"),
    "np.around": (lambda t: np.around(t, 1), "round"),
    "np.fix": (lambda t: np.fix(t), "trunc"),
    "np.floor_divide": (lambda t: np.floor_divide(t, 0.3), "floor_divide"),
    "np.heaviside": (lambda t: np.heaviside(t, 0.5), "heaviside"),
    "np.average(weights=)": (lambda t: np.average(t, axis=0, weights=[1.0, 2.0]), "divide"),
    "np.select": (lambda t: np.select([np.greater(t, 0.3)], [t], 1.0), "where"),
    "np.compress": (lambda t: np.compress([False, True], t, axis=0), "getitem"),
    "np.maximum.reduce": (lambda t: np.maximum.reduce(t, axis=1), "max"),
    "np.multiply.reduce": (lambda t: np.multiply.reduce(t, axis=1), "prod"),
    "np.amax": (lambda t: np.amax(t), "max"),
    "np.concatenate": (lambda t: np.concatenate([t, np.ones((1, 2))]), "concatenate"),
    "np.stack": (lambda t: np.stack([t, t], axis=-1), "stack"),
    "np.vstack": (lambda t: np.vstack((t, t)), "concatenate"),
    "np.where": (lambda t: np.where(t > 0.3, t, 0.0), "where"),
    "np.einsum": (lambda t: np.einsum("ij,ij->i", t, np.ones((2, 2))), "einsum"),
    "np.reshape": (lambda t: np.reshape(t, (4,)), "reshape"),
    "np.transpose": (lambda t: np.transpose(t), "transpose"),
    "np.clip": (lambda t: np.clip(t, 0.2, 0.6), "clip"),
    "np.pad": (lambda t: np.pad(t, 1), "pad"),
    "np.linalg-free dot": (lambda t: np.dot(t, np.ones(2)), "matmul"),
    "np.abs": (lambda t: np.abs(t), "absolute"),
    "np.arctan2": (lambda t: np.arctan2(t, 1.0), "arctan2"),
    "np.take_along_axis": (lambda t: np.take_along_axis(t, np.array([[0], [1]]), axis=1), "getitem"),
    "np.split": (lambda t: np.split(t, 2)[1], "getitem"),
}  # fmt: skip


@each("form", RECORDED)
def test_recorded(form, t):
    function, op = RECORDED[form]
    out = function(t)
    assert type(out) is mg.Tensor
    assert out.node.op.name == op
    np.testing.assert_allclose(out.data, function(t.data))
    out.sum().backward()
    assert t.grad.shape == t.shape


TWO_OPERANDS = (
    "append convolve correlate cross dot inner intersect1d kron outer polyval setdiff1d setxor1d tensordot "
    "union1d vdot".split()
)


@each("name", sorted(set(mg.OPS) & set(dir(np))))
def test_every_op_of_a_numpy_name_is_reached_through_numpy(name, t, monkeypatch):
    """np.f(t) calls the op of that name, or that of NumPy's own alias for it."""
    function = getattr(np, name)
    called = []
    real = mg.OPS[name]
    monkeypatch.setitem(mg.OPS, name, lambda *args, **kwargs: called.append(name))
    arguments = {
        "astype": (t, float), "concatenate": ([t, t],), "stack": ([t],), "hstack": ([t],), "vstack": ([t],),
        "einsum": ("ij->i", t), "where": (True, t, t), "clip": (t, 0, 1), "copy": (t,), "repeat": (t, 2),
        "broadcast_to": (t, (2, 2)), "expand_dims": (t, 0), "moveaxis": (t, 0, 1), "swapaxes": (t, 0, 1),
        "reshape": (t, 4), "pad": (t, 1), "roll": (t, 1), "tile": (t, 2), "split": (t, 2), "take": (t, 0),
        "take_along_axis": (t, np.zeros((1, 2), int), 0), "array_split": (t, 2), "delete": (t, 0),
        "dsplit": (t, 2), "hsplit": (t, 2), "insert": (t, 0, t), "resize": (t, 2),
        "rollaxis": (t, 1), "vsplit": (t, 2), "choose": (1, [t, t]), "compress": ([True], t),
        "extract": ([True], t), "interp": (t, [0.0, 1.0], [0.0, 1.0]), "partition": (t, 1),
        "nanpercentile": (t, 50), "nanquantile": (t, 0.5), "percentile": (t, 50), "quantile": (t, 0.5),
        "select": ([True], [t]),
    }.get(name)  # fmt: skip
    if arguments is None:
        arguments = (t,) * (
            function.nin if isinstance(function, np.ufunc) else 2 if name in TWO_OPERANDS else 1
        )
    function(*arguments)
    assert called == [name]
    assert callable(real)


SAME_AS = {
    "np.linalg.matmul": (lambda t: np.linalg.matmul(t, t), "matmul"),
    "np.linalg.cross": (lambda t: np.linalg.cross(np.ones((2, 3)), np.pad(t, ((0, 0), (0, 1)))), "moveaxis"),
    "np.linalg.diagonal": (lambda t: np.linalg.diagonal(np.stack([t, t]), offset=1), "diagonal"),
    "np.linalg.trace": (lambda t: np.linalg.trace(np.stack([t, t, t])), "sum"),
    "np.linalg.matrix_transpose": (lambda t: np.linalg.matrix_transpose(t), "swapaxes"),
    "np.linalg.outer": (lambda t: np.linalg.outer(t[0], t[1]), "multiply"),
    "np.linalg.tensordot": (lambda t: np.linalg.tensordot(t, t, axes=1), "reshape"),
    "np.linalg.vecdot": (lambda t: np.linalg.vecdot(t, t, axis=0), "squeeze"),
    "np.vecdot with an axis": (lambda t: np.vecdot(t, t, axis=0), "squeeze"),
    "np.permute_dims": (lambda t: np.permute_dims(t, (1, 0)), "transpose"),
    "np.concat": (lambda t: np.concat([t, t]), "concatenate"),
    "sliding_window_view": (lambda t: np.lib.stride_tricks.sliding_window_view(t, (2, 1)), "moveaxis"),
}


@each("form", SAME_AS)
def test_the_same_function_under_another_name(form, t):
    function, op = SAME_AS[form]
    out = function(t)
    assert out.node.op.name == op
    np.testing.assert_allclose(out.data, function(t.data))


# -- plain ----------------------------------------------------------------------------------------


@each(
    "function",
    [
        np.isnan, np.isfinite, np.signbit, np.argmax, np.argsort, np.shape, np.ndim, np.size,
        np.zeros_like,
        np.ones_like, np.count_nonzero, np.nanargmax, np.isneginf, np.iscomplex,
        lambda t: np.tril_indices_from(t, -1), lambda t: np.einsum_path("ij->i", t)[1],
        lambda t: np.histogram(t, range=(0, 1))[0], lambda t: np.histogram(t, [0.0, 0.5, 1.0])[1],
        lambda t: np.lexsort((t,)), np.any, np.all, np.nonzero,
        lambda t: np.allclose(t, t), lambda t: np.greater(t, 0.3), lambda t: np.array_equal(t, t),
        lambda t: np.logical_and(t > 0.2, t), lambda t: np.full_like(t, 3.0),
    ],
)  # fmt: skip
def test_functions_without_a_derivative_see_the_data(function, t):
    got, expected = function(t), function(t.data)
    assert not isinstance(got, mg.Tensor)
    np.testing.assert_array_equal(got, expected)


def test_the_plain_lists_name_functions_that_exist():
    for name in PLAIN:
        assert callable(operator.attrgetter(name)(np))
        assert name not in mg.OPS


UFUNCS = {name for name in PLAIN if isinstance(getattr(np, name, None), np.ufunc)}
# Results that are floats, but none of the tensor's: constants.
FLOATS = {"zeros_like", "ones_like", "empty_like", "full_like"}


@each("name", sorted(PLAIN - FLOATS - UFUNCS))
def test_plain_functions_give_nothing_of_the_tensors_values(name, t, tmp_path):
    """Truth values, counts, places, shapes, words, dtypes: a float might carry a gradient, which is cut."""
    calls = {
        "argpartition": (t, 0), "array_equal": (t, t), "array_equiv": (t, t), "allclose": (t, t),
        "isin": (t, t), "isclose": (t, t), "bincount": ([1, 0], t.detach()[0]),
        "can_cast": (t.detach().dtype, t.dtype),
        "digitize": (t, [0.5]), "einsum_path": ("ij->i", t), "histogram": (t, [0.0, 1.0]), "lexsort": ((t,),),
        "may_share_memory": (t, t), "shares_memory": (t, t), "result_type": (t, t),
        "searchsorted": (t.detach()[0], t),
        "save": (tmp_path / "t.npy", t), "savetxt": (tmp_path / "t.txt", t),
        "savez": (tmp_path / "t.npz", t), "savez_compressed": (tmp_path / "t.npz", t),
    }  # fmt: skip
    given_back = {"bincount", "histogram"}  # the weights of plain tensors, the edges that were given
    out = operator.attrgetter(name)(np)(*calls.get(name, (t,)))
    for part in out if isinstance(out, tuple) else (out,):
        assert not isinstance(part, mg.Tensor)
        floats = isinstance(part, (np.ndarray, np.generic)) and part.dtype.kind == "f"
        assert not floats or name in given_back


# -- refused --------------------------------------------------------------------------------------

REFUSED = {
    "put": (lambda t: np.put(t, [0], 1.0), ["np.put writes", "mg.index_put(t.ravel()", "np.put(t.data"]),
    "place": (lambda t: np.place(t, t > 0, [1.0]), ["mg.index_put(t, mask, values)"]),
    "putmask": (lambda t: np.putmask(t, t > 0, 1.0), ["mg.where(mask, values, t)"]),
    "copyto": (lambda t: np.copyto(t, 1.0), ["mg.index_put(t, ..., values)"]),
    "copyto of a tensor without a graph": (lambda t: np.copyto(t.detach(), 1.0), ["np.copyto writes"]),
    "copyto of an array": (lambda t: np.copyto(np.zeros((2, 2)), t), ["np.copyto writes"]),
    "put_along_axis": (lambda t: np.put_along_axis(t, [[0, 0]], 1.0, 0), ["mg.index_put(t, index"]),
    "fill_diagonal": (lambda t: np.fill_diagonal(t, 1.0), ["mg.index_put(t, (i, i), value)"]),
    "np.array(recorded)": (
        lambda t: np.array(t * 2),
        ["silently cut its graph", "t.detach().numpy()", "mg.stack([...])"],
    ),
    "np.asarray(leaf)": (lambda t: np.asarray(t), ["silently cut its graph"]),
    "np.array([t, t])": (lambda t: np.array([t, t]), ["mg.stack([...])"]),
    "out=t": (lambda t: np.exp(t, out=mg.tensor(t.data)), ["np.exp(..., out=t)", "out=t.data"]),
    "out=array": (lambda t: np.exp(t, out=np.zeros((2, 2))), ["would lose the graph", "t.detach().numpy()"]),
    "array += t": (lambda t: np.zeros((2, 2)).__iadd__(t), ["np.add(t, out=array)", "lose the graph"]),
    "where=": (lambda t: np.exp(t, where=t > 0), ["takes no where", "mg.where(mask, ...)"]),
    "dtype=": (lambda t: np.exp(t, dtype=float), ["takes no dtype", "t.astype(dtype)"]),
    "clip(where=)": (
        lambda t: np.clip(t, 0, 1, where=t > 0),
        ["np.clip", "takes no where", "mg.where(mask, ...)"],
    ),
    "sum(out=)": (lambda t: np.sum(t, out=np.zeros(())), ["takes no out"]),
    "no derivative": (
        lambda t: np.roots(t[0]),
        ["np.roots has no derivative here", "t.detach().numpy()"],
    ),
    "i0": (lambda t: np.i0(t), ["np.i0 has no derivative here", "minigrad.OPS"]),
    "piecewise": (lambda t: np.piecewise(t, [t > 0], [1.0]), ["np.piecewise", "np.select([t < 0, t > 1]"]),
    "ufunc": (lambda t: np.nextafter(t, t), ["np.nextafter has no derivative here"]),
    "accumulate": (lambda t: np.maximum.accumulate(t), ["np.maximum.accumulate has no derivative here"]),
    "outer": (lambda t: np.multiply.outer(t, t), ["np.multiply.outer has no derivative here"]),
    "reduce dtype": (lambda t: np.maximum.reduce(t, dtype=float), ["np.maximum.reduce", "takes no dtype"]),
    "fft": (lambda t: np.fft.fft(t), ["np.fft.fft has no derivative here"]),
    "bincount": (
        lambda t: np.bincount([0, 1], weights=t[0]),
        ["np.bincount has no derivative by 'weights'", "mg.index_put(np.zeros(n), bins", "t.detach()"],
    ),
    "bincount by position": (lambda t: np.bincount([0, 1], t[0]), ["no derivative by 'weights'"]),
    "histogram": (lambda t: np.histogram(np.ones(2), weights=t[0]), ["np.histogram", "by 'weights'"]),
    "the edges of a histogram": (
        lambda t: np.histogram(t, "sqrt"),
        ["np.histogram", "by 'a'", "range=(low, high) as well, for edges that do not depend on t"],
    ),
    "the bins of a histogram": (lambda t: np.histogram(t.data, t[0]), ["by 'bins'", "bins.detach()"]),
    "histogram_bin_edges": (lambda t: np.histogram_bin_edges(t), ["has no derivative", "t.detach()"]),
    "ix_": (lambda t: np.ix_(t[0]), ["np.ix_ has no derivative"]),
    "cov": (lambda t: np.cov(t), ["np.cov has no derivative"]),
    "in a list": (lambda t: np.histogramdd([t[0], t[1]]), ["np.histogramdd has no derivative"]),
    "out=t of a plain function": (
        lambda t: np.argmax(t, axis=0, out=mg.tensor(np.zeros(2, int))),
        ["np.argmax(..., out=t) would overwrite a tensor", "out=t.data"],
    ),
    "full_like": (lambda t: np.full_like(t, t[0, 0]), ["by 'fill_value'", "mg.broadcast_to(fill_value"]),
}


@each("form", REFUSED)
def test_refused_with_what_to_write_instead(form, t):
    function, pieces = REFUSED[form]
    with pytest.raises(TypeError) as caught:
        function(t)
    for piece in pieces:
        assert re.search(re.escape(piece), str(caught.value)), str(caught.value)


def test_tensors_are_found_in_named_tuples(t):
    counted = np.unique_counts(t)
    np.testing.assert_array_equal(np.lexsort(counted), np.arange(4))


def test_plain_tensors_become_arrays():
    t = mg.tensor([1.0, 2.0])
    assert np.asarray(t).dtype == np.float32
    assert np.asarray(t, np.float64).dtype == np.float64
    assert not np.shares_memory(np.array(t), t.data)
    np.testing.assert_array_equal(np.array([t, t]), [[1, 2], [1, 2]])
    assert float(np.asarray(mg.tensor(2.0))) == 2


WITHOUT_GRAPH = {
    "np.roots": lambda t: np.roots(t[0]),
    "np.fft.rfft": lambda t: np.fft.rfft(t),
    "np.cov": lambda t: np.cov(t),
    "np.ix_": lambda t: np.ix_(np.asarray(t)[0] > 0.3),
    "np.histogram": lambda t: np.histogram(t, 4, weights=t),
    "np.apply_along_axis": lambda t: np.apply_along_axis(np.cumsum, 0, t),
    "np.linalg.eigvals": lambda t: np.linalg.eigvals(t),
    "np.left_shift": lambda t: np.left_shift(t.astype(int), 2),
}


@each("form", WITHOUT_GRAPH)
def test_where_nothing_is_recorded_nothing_is_cut(form, t):
    """What has no derivative is computed on the data of tensors that no graph leads to."""
    expected = WITHOUT_GRAPH[form](t.data)
    for got in (WITHOUT_GRAPH[form](t.detach()), _without_recording(WITHOUT_GRAPH[form], t)):
        for ours, theirs in zip(*(x if type(x) is tuple else (x,) for x in (got, expected)), strict=True):
            assert not isinstance(ours, mg.Tensor)
            np.testing.assert_array_equal(ours, theirs)


def _without_recording(function, t):
    with mg.no_grad():
        return function(t * 1)


@pytest.mark.parametrize(
    "make",
    [
        lambda **like: np.zeros((2, 3), **like), lambda **like: np.ones(2, np.float32, **like),
        lambda **like: np.arange(3, **like), lambda **like: np.full((2,), 0.5, **like),
        lambda **like: np.eye(2, **like), lambda **like: np.array([1.0, 2.0], **like),
        lambda **like: np.asarray([1, 2], **like), lambda **like: np.fromiter([1.0], float, **like),
    ],
)  # fmt: skip
def test_arrays_like_a_tensor_are_tensors(make, t):
    made = make(like=t)
    assert type(made) is mg.Tensor
    assert not made.requires_grad
    assert made.dtype == make().dtype
    np.testing.assert_array_equal(made.data, make())
    np.testing.assert_array_equal(make(like=None), made.data)


def test_an_array_like_a_recorded_tensor_is_not_made_of_it(t):
    with pytest.raises(TypeError, match=r"np\.array has no derivative here: write mg\.stack"):
        np.array(t, like=t)


def test_values_among_the_distinct_are_recorded():
    t = mg.tensor(np.array([[3.0, 1.0], [3.0, 2.0]]), requires_grad=True)
    values, index, inverse, counts = np.unique(t, return_index=True, return_inverse=True, return_counts=True)
    np.testing.assert_array_equal(values.data, [1, 2, 3])
    np.testing.assert_array_equal(counts, [1, 1, 2])
    np.testing.assert_array_equal(index, [1, 3, 0])
    np.testing.assert_array_equal(values.data[inverse.reshape(2, 2)], t.data)
    (values * [5.0, 6.0, 7.0]).sum().backward()
    np.testing.assert_array_equal(t.grad.data, [[7, 5], [0, 6]])
    both, here, there = np.intersect1d(t, [2.0, 3.0], return_indices=True)
    np.testing.assert_array_equal(both.data, [2, 3])
    assert both.requires_grad
    np.testing.assert_array_equal([here, there], [[3, 0], [0, 1]])


def test_plain_weights_are_counted():
    np.testing.assert_array_equal(np.bincount([0, 1, 1], weights=mg.tensor([1.0, 2.0, 3.0])), [1, 5])
    np.testing.assert_array_equal(np.full_like(mg.tensor([1.0, 2.0]), mg.tensor(3.0)), [3, 3])


def test_an_array_may_be_written_to_from_plain_tensors(t):
    array = np.zeros((2, 2))
    np.copyto(array, t.detach(), where=[True, False])
    np.testing.assert_array_equal(array, t.data * [1, 0])
    np.add.at(array, 0, t.detach()[1])
    np.testing.assert_array_equal(array[0], t.data[0] * [1, 0] + t.data[1])
    with pytest.raises(TypeError, match=r"np\.add\.at has no derivative"):
        np.add.at(t.detach(), 0, 1.0)


def test_out_of_plain_tensors_may_be_an_array():
    out = np.zeros(2)
    np.exp(mg.tensor(np.zeros(2)), out=out)
    np.testing.assert_array_equal(out, [1, 1])


def test_object_arrays_are_never_made_by_accident(t):
    for function in (lambda: np.ones(2) * t, lambda: np.ones((2, 2)) + t, lambda: np.float64(1) / t):
        assert function().dtype == np.float64
    assert (np.ones(2) > t).dtype == bool
