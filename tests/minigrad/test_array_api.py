"""The Array API's namespace on tensors, and einops as a library that uses it."""

import einops
import einops.array_api
import numpy as np
import pytest
from einops._backends import AbstractBackend

import minigrad as mg
from minigrad import array_api as xp
from tests.cases import each
from tests.minigrad import references


@pytest.fixture
def t():
    return mg.tensor(np.array([[0.5, 0.25, -1.0], [0.75, 0.125, 2.0]]), requires_grad=True)


# -- the namespace --------------------------------------------------------------------------------


def test_a_tensor_gives_the_namespace(t):
    assert t.__array_namespace__() is xp
    assert t.__array_namespace__(api_version="2024.12") is xp
    assert xp.__array_api_version__ == "2024.12"


def test_another_version_of_the_standard(t):
    with pytest.raises(ValueError) as caught:
        t.__array_namespace__(api_version="2019.01")
    assert str(caught.value) == (
        "the Array API in its version '2019.01' is not here: ask for one of 2021.12, 2022.12, 2023.12, "
        "2024.12, or omit api_version"
    )


def test_an_unknown_name_says_what_is_there():
    with pytest.raises(AttributeError) as caught:
        xp.fft  # noqa: B018
    text = str(caught.value)
    assert text.startswith("minigrad's Array API namespace has no 'fft'; it has abs, acos, ")
    assert ", permute_dims, " in text
    assert "transpose, " not in text.replace("matrix_transpose, ", "")
    assert not hasattr(xp, "concatenate")


def test_every_name_that_is_told_is_there():
    for name in dir(xp):
        assert getattr(xp, name) is not None or name == "newaxis", name
    assert set(xp.__all__) <= set(dir(xp))


OPERATIONS = sorted(name for name in xp.AS_IN_NUMPY if getattr(xp, name) in mg.OPS.values())


def test_every_operation_is_numpys_of_that_name(t):
    """The standard's names are NumPy's too: the same call gives the same values, recorded."""
    calls = {
        "broadcast_to": (t, (2, 2, 3)), "concat": ([t, t],), "stack": ([t, t],),
        "matmul": (t, t.mT), "reshape": (t, (3, 2)), "permute_dims": (t, (1, 0)), "repeat": (t, 2),
        "moveaxis": (t, 0, 1), "roll": (t, 1), "tile": (t, (2, 1)), "take": (t, np.array([1])),
        "take_along_axis": (t, np.zeros((1, 3), int), 0), "tensordot": (t, t.mT, 1), "where": (t > 0, t, 0.0),
        "acosh": (t + 3,), "cumulative_sum": (t[0],), "cumulative_prod": (t[0],), "unstack": (t,),
    }  # fmt: skip
    within = {"acos", "asin", "atanh", "log", "log10", "log1p", "log2", "sqrt", "pow"}
    two = {"add", "atan2", "copysign", "divide", "floor_divide", "hypot", "logaddexp", "maximum", "minimum",
           "multiply", "pow", "remainder", "subtract", "vecdot"}  # fmt: skip
    for name in OPERATIONS:
        operand = abs(t) / 4 if name in within else t
        args = calls.get(name, (operand,) * (2 if name in two else 1))
        out = getattr(xp, name)(*args)
        expected = (getattr(np, name, None) or getattr(references, name))(*_plain(args))
        pairs = zip(out, expected, strict=True) if isinstance(expected, (tuple, list)) else [(out, expected)]
        for ours, numpys in pairs:
            assert type(ours) is mg.Tensor, name
            assert ours.requires_grad, name
            np.testing.assert_allclose(ours.data, numpys, rtol=1e-12, err_msg=name)


def _plain(value):
    if isinstance(value, (tuple, list)):
        return type(value)(map(_plain, value))
    return value.data if isinstance(value, mg.Tensor) else value


def test_what_has_no_derivative_gives_plain_arrays(t):
    for name in sorted(xp.AS_IN_NUMPY - {*OPERATIONS}):
        integers = name.startswith("bitwise")
        operand = mg.tensor(np.array([1, 2, 3])) if integers else t.detach() if name == "nextafter" else t
        if name == "searchsorted":
            operand = mg.tensor(np.array([1.0, 2.0]))
        two = getattr(getattr(np, name), "nin", 1) == 2 or name == "searchsorted"
        out = getattr(xp, name)(*(operand,) * (2 if two else 1))
        assert not isinstance(out, mg.Tensor), name


def test_options_by_the_standards_names(t):
    np.testing.assert_allclose(xp.var(t, axis=1, correction=1).data, np.var(t.data, axis=1, ddof=1))
    assert xp.sum(t, axis=0, keepdims=True).shape == (1, 3)
    assert xp.sum(mg.tensor(t.data), dtype=xp.float32).dtype == np.float32
    assert xp.expand_dims(t).shape == (1, 2, 3)
    assert xp.expand_dims(t, axis=-1).shape == xp.expand_dims(t, -1).shape == (2, 3, 1)
    np.testing.assert_array_equal(xp.clip(t, 0, max=0.5).data, np.clip(t.data, 0, 0.5))
    np.testing.assert_array_equal(xp.clip(t, max=0.5).data, np.minimum(t.data, 0.5))
    assert xp.linalg.trace(t, offset=1, dtype=xp.float32).dtype == np.float32
    assert xp.linalg.trace(t, offset=1).item() == t.data[0, 1] + t.data[1, 2]
    assert xp.astype(t, xp.float64, copy=False) is t
    assert xp.astype(t, xp.float64) is not t
    assert xp.astype(t, xp.float32, device="cpu").dtype == np.float32


@each("descending", [False, True])
@each("axis", [0, -1])
def test_sorting_both_ways(descending, axis):
    data = np.array([[2.0, 1.0, 2.0], [1.0, 1.0, 3.0]])
    order = xp.argsort(mg.tensor(data), axis=axis, descending=descending)
    keys = -data if descending else data
    np.testing.assert_array_equal(order, np.argsort(keys, axis, stable=True))
    x = mg.tensor(data, requires_grad=True)
    out = xp.sort(x, axis=axis, descending=descending)
    np.testing.assert_array_equal(out.data, np.take_along_axis(data, order, axis))
    (out * out).sum().backward()
    np.testing.assert_array_equal(x.grad.data, 2 * data)


# -- devices --------------------------------------------------------------------------------------


def test_everything_is_on_the_cpu(t):
    assert t.device == "cpu"
    assert t.to_device("cpu") is t
    assert xp.zeros(3, device="cpu").device == "cpu"
    for elsewhere in (lambda: t.to_device("cuda"), lambda: xp.ones(3, device="cuda")):
        with pytest.raises(ValueError) as caught:
            elsewhere()
        assert str(caught.value) == (
            "tensors are on the device \"cpu\" only, and 'cuda' was asked for: omit it"
        )


def test_what_the_namespace_says_of_itself():
    info = xp.__array_namespace_info__()
    assert info.devices() == ["cpu"]
    assert info.default_device() == "cpu"
    assert info.capabilities()["boolean indexing"]
    assert info.default_dtypes()["real floating"] == np.float32
    with mg.default_dtype(np.float64):
        assert info.default_dtypes()["real floating"] == np.float64
    assert set(info.dtypes(kind="real floating")) == {"float32", "float64"}  # the standard's
    assert info.dtypes()["int8"] == xp.int8 == np.int8
    assert list(info.dtypes(kind="bool")) == ["bool"]
    assert xp.isdtype(mg.tensor(1.0).dtype, "real floating")


@each("given", [lambda dtype: dtype, lambda dtype: dtype.type, lambda dtype: xp.ones(1, dtype=dtype)])
def test_limits_of_dtypes_are_pythons_numbers(given):
    for dtype in (xp.float16, xp.float32, xp.float64):
        ours, numpys = xp.finfo(given(dtype)), np.finfo(dtype)
        for name in ("eps", "max", "min", "smallest_normal"):
            assert type(getattr(ours, name)) is float
            assert getattr(ours, name) == getattr(numpys, name)
        assert ours.bits == numpys.bits
        assert ours.dtype == dtype
    assert xp.iinfo(given(xp.int8)).max == 127
    with pytest.raises(ValueError, match="not inexact"):
        xp.finfo(given(xp.int8))


def test_several_results_come_in_lists(t):
    grid = xp.meshgrid(t[0], t[1], indexing="ij")
    both = xp.broadcast_arrays(t, t[0])
    for got, expected in [
        (grid, np.meshgrid(t.data[0], t.data[1], indexing="ij")),
        (both, np.broadcast_arrays(t.data, t.data[0])),
    ]:
        assert type(got) is list
        for ours, numpys in zip(got, expected, strict=True):
            assert ours.requires_grad
            np.testing.assert_array_equal(ours.data, numpys)


@each("dtype", [np.float32, np.int64])
def test_distinct_values(dtype):
    x = mg.tensor(np.array([[3, 1, 3], [2, 1, 3]], dtype))
    for name in ("unique_all", "unique_counts", "unique_inverse"):
        found = getattr(xp, name)(x)
        parts = found._asdict()
        np.testing.assert_array_equal(parts["values"].data, [1, 2, 3])
        assert found.values.dtype == dtype
        if "counts" in parts:
            np.testing.assert_array_equal(found.counts, [2, 1, 3])
        if "indices" in parts:
            np.testing.assert_array_equal(found.indices, [1, 3, 0])
        if "inverse_indices" in parts:
            np.testing.assert_array_equal(found.values.data[found.inverse_indices], x.data)
    assert xp.unique_values(xp.asarray([np.nan, 1.0, np.nan])).shape == (3,)  # NaN is equal to nothing


def test_bits_are_shifted():
    x = mg.tensor(np.array([1, 2, 12], np.uint8))
    for got, expected in [
        (x << 1, [2, 4, 24]), (x >> 1, [0, 1, 6]), (1 << x, [2, 4, 4096]), (64 >> x, [32, 16, 0]),
        (x << x, [2, 8, 0]), (np.array([1]) << x, [2, 4, 4096]), (xp.bitwise_left_shift(x, 1), [2, 4, 24]),
        (xp.bitwise_right_shift(x, x), [0, 0, 0]),
    ]:  # fmt: skip
        np.testing.assert_array_equal(got, np.array(expected).astype(got.dtype))
    x <<= 1
    np.testing.assert_array_equal(x, [2, 4, 24])


def test_the_next_number_has_no_derivative(t):
    x = mg.tensor(np.float32([0.0, 1.0]))
    assert xp.nextafter(x, xp.ones(2)).tolist() == np.nextafter(x.data, np.float32(1)).tolist()
    with pytest.raises(TypeError, match=r"np\.nextafter has no derivative here"):
        xp.nextafter(t, t)


def test_a_number_is_a_complex_one():
    assert complex(mg.tensor(2.0)) == 2
    assert type(mg.tensor(2.0).__complex__()) is complex


# -- creation -------------------------------------------------------------------------------------


@each(
    ("made", "expected"),
    [
        (lambda: xp.zeros((2, 3)), np.zeros((2, 3), np.float32)),
        (lambda: xp.zeros(2, dtype=xp.int64), np.zeros(2, np.int64)),
        (lambda: xp.ones((2, 3), dtype=xp.float64), np.ones((2, 3))),
        (lambda: xp.full((2,), 7), np.full(2, 7)),
        (lambda: xp.full((2,), 0.5), np.full(2, 0.5, np.float32)),
        (lambda: xp.full((2,), True), np.full(2, True)),
        (lambda: xp.arange(3), np.arange(3)),
        (lambda: xp.arange(1, 7, 2), np.arange(1, 7, 2)),
        (lambda: xp.arange(0.0, 1.0, 0.25), np.arange(0, 1, 0.25, np.float32)),
        (lambda: xp.arange(3, dtype=xp.float64), np.arange(3.0)),
        (lambda: xp.linspace(0, 1, 5), np.linspace(0, 1, 5, dtype=np.float32)),
        (
            lambda: xp.linspace(0, 1, 4, endpoint=False, dtype=xp.float64),
            np.linspace(0, 1, 4, endpoint=False),
        ),
        (lambda: xp.eye(2, 3, k=1), np.eye(2, 3, 1, np.float32)),
        (lambda: xp.asarray([1, 2]), np.array([1, 2])),
        (lambda: xp.asarray([1.5, 2]), np.array([1.5, 2], np.float32)),
        (lambda: xp.asarray(np.ones(2)), np.ones(2)),
        (lambda: xp.asarray(True), np.array(True)),
        (lambda: xp.asarray([1, 2], dtype=xp.float64), np.array([1.0, 2])),
        (lambda: xp.zeros_like(xp.ones(2, dtype=xp.int8)), np.zeros(2, np.int8)),
        (lambda: xp.ones_like(xp.zeros((2, 1)), dtype=xp.float64), np.ones((2, 1))),
        (lambda: xp.full_like(xp.zeros(2), 3), np.full(2, 3, np.float32)),
    ],
)
def test_creation(made, expected):
    out = made()
    assert type(out) is mg.Tensor
    assert out.node is None
    assert out.dtype == expected.dtype
    np.testing.assert_array_equal(out.data, expected)


def test_empty_tensors_have_shape_and_dtype():
    assert xp.empty((2, 3)).dtype == np.float32
    assert xp.empty_like(xp.zeros(2, dtype=xp.int8)).dtype == np.int8
    assert xp.empty_like(xp.zeros((2, 3))).shape == (2, 3)


def test_asarray_shares_where_it_can(t):
    data = np.zeros(3)
    assert np.shares_memory(xp.asarray(data).data, data)
    assert not np.shares_memory(xp.asarray(data, copy=True).data, data)
    assert xp.asarray(t) is t
    assert xp.asarray(t, copy=True).requires_grad
    assert xp.asarray(t, dtype=xp.float32).node.op.name == "astype"
    with pytest.raises(ValueError) as caught:
        xp.asarray(t, dtype=xp.float32, copy=False)
    assert str(caught.value) == (
        "asarray cannot make float32 of a tensor of float64 without a copy: omit copy=False"
    )
    with pytest.raises(TypeError, match="real numbers or booleans, not complex128"):
        xp.asarray(1j)


# -- einops ---------------------------------------------------------------------------------------


class MinigradBackend(AbstractBackend):
    """For einops' functions outside of einops.array_api; einops finds the subclass by itself."""

    framework_name = "minigrad"

    def is_appropriate_type(self, tensor):
        return isinstance(tensor, mg.Tensor)

    def is_float_type(self, x):
        return x.dtype.kind == "f"

    def add_axis(self, x, new_position):
        return mg.expand_dims(x, new_position)

    def tile(self, x, repeats):
        return mg.tile(x, repeats)

    def stack_on_zeroth_dimension(self, tensors):
        return mg.stack(tensors)

    def concat(self, tensors, axis):
        return mg.concatenate(tensors, axis)

    def einsum(self, pattern, *x):
        return mg.einsum(pattern, *x)


EINOPS = {
    "rearrange": lambda E, x: E.rearrange(x, "b (h w) c -> b c h w", h=2),
    "rearrange, joined": lambda E, x: E.rearrange(x, "b t c -> (b t) c"),
    "rearrange, an ellipsis": lambda E, x: E.rearrange(x, "b ... c -> c ... b"),
    "rearrange, new axes": lambda E, x: E.rearrange(x, "b t c -> b 1 t c 1"),
    "rearrange, a list": lambda E, x: E.rearrange([x, x * 2], "n b t c -> b t (n c)"),
    "reduce, mean": lambda E, x: E.reduce(x, "b t c -> b c", "mean"),
    "reduce, sum": lambda E, x: E.reduce(x, "b (t two) c -> t c", "sum", two=2),
    "reduce, max": lambda E, x: E.reduce(x, "b t c -> b 1 c", "max"),
    "reduce, min": lambda E, x: E.reduce(x, "b t c -> t", "min"),
    "reduce, prod": lambda E, x: E.reduce(x, "b t c -> c", "prod"),
    "reduce, to one": lambda E, x: E.reduce(x, "b t c ->", "mean"),
    "repeat": lambda E, x: E.repeat(x, "b t c -> b (t k) c", k=2),
    "repeat, a new axis": lambda E, x: E.repeat(x, "b t c -> k b t c", k=2),
}


@each("door", [einops.array_api, einops], ids=["array_api", "backend"])
@each("form", EINOPS)
def test_einops(form, door, rng):
    x = rng.normal(size=(2, 4, 3))
    out = EINOPS[form](door, mg.tensor(x, requires_grad=True))
    assert type(out) is mg.Tensor
    assert out.requires_grad
    np.testing.assert_allclose(out.data, EINOPS[form](einops, x), rtol=1e-12)
    assert EINOPS[form](door, mg.tensor(x.astype(np.float32))).dtype == np.float32
    mg.check_grads(lambda x: EINOPS[form](door, x) ** 2, (x,), order=2, rtol=1e-4, atol=1e-5)


def test_einops_pack_and_unpack(rng):
    a, b = rng.normal(size=(2, 3)), rng.normal(size=(2, 2, 3))

    def there_and_back(a, b):
        packed, shapes = einops.array_api.pack([a, b], "b * c")
        first, second = einops.array_api.unpack(packed, shapes, "b * c")
        assert packed.shape == (2, 3, 3)
        return (first**2).sum() + (second**3).sum()

    np.testing.assert_allclose(there_and_back(mg.tensor(a), mg.tensor(b)).item(), (a**2).sum() + (b**3).sum())
    mg.check_grads(there_and_back, (a, b), order=2, rtol=1e-4)


def test_einops_einsum(rng):
    a, b = rng.normal(size=(2, 3, 4)), rng.normal(size=(4, 2))

    def product(a, b):
        return einops.einsum(a, b, "batch time channel, channel out -> batch out time")

    np.testing.assert_allclose(product(mg.tensor(a), mg.tensor(b)).data, product(a, b), rtol=1e-12)
    mg.check_grads(product, (a, b), order=2)


def test_einops_gives_plain_arrays_of_what_is_not_recorded(t):
    np.testing.assert_array_equal(einops.array_api.asnumpy(t.detach()), t.data)
    with pytest.raises(BufferError, match="cut its graph"):
        einops.array_api.asnumpy(t)
