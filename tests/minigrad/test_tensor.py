"""Tensors as a person meets them: made, shown, compared, changed in place, copied; and their dtypes."""

import copy
import pickle

import numpy as np
import pytest

import minigrad as mg
from minigrad.tensor.methods import Methods
from tests.cases import each

# -- made -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (1, np.float32),
        (1.5, np.float32),
        ([1, 2], np.float32),
        ([[1, 2.5], [3, 4]], np.float32),
        ([], np.float32),
        (True, np.bool_),
        ([True, False], np.bool_),
        (np.float64(1), np.float64),
        (np.float16(1), np.float16),
        (np.int64(1), np.int64),
        (np.arange(3), np.int64),
        (np.zeros(2), np.float64),
        (np.zeros(2, np.float32), np.float32),
        (np.array([True]), np.bool_),
    ],
    ids=repr,
)
def test_python_numbers_become_float32_and_arrays_keep_their_dtype(data, dtype):
    t = mg.tensor(data)
    assert t.dtype == dtype
    assert type(t.data) is np.ndarray
    np.testing.assert_array_equal(t.data, data)


def test_an_explicit_dtype_wins():
    assert mg.tensor([1, 2], dtype=np.int64).dtype == np.int64
    assert mg.tensor(np.arange(3), dtype="f4", requires_grad=True).dtype == np.float32
    assert mg.tensor(mg.tensor([1.0]), dtype=np.float64).dtype == np.float64


def test_a_tensor_is_a_copy_of_its_data():
    data = np.zeros(3)
    t = mg.tensor(data)
    t.data[0] = 1
    assert data[0] == 0
    u = mg.tensor(t)
    u.data[0] = 2
    assert t.data[0] == 1


def test_what_it_knows_of_itself():
    t = mg.tensor([[1.0, 2.0, 3.0]])
    assert (t.shape, t.ndim, t.size, t.dtype) == ((1, 3), 2, 3, np.float32)
    assert t.T.shape == (3, 1)
    assert mg.tensor(np.zeros((2, 3, 4))).mT.shape == (2, 4, 3)
    assert not t.requires_grad
    assert t.is_leaf
    assert t.numpy() is t.data
    assert t.tolist() == [[1, 2, 3]]


def test_a_tensor_cannot_be_given_unknown_attributes():
    with pytest.raises(AttributeError):
        mg.tensor(1.0).gradient = 1


def test_requires_grad_is_switched_on_and_off():
    t = mg.tensor([1.0])
    t.requires_grad = True
    assert t.requires_grad
    assert t.is_leaf
    (t * 2).backward()
    assert t.grad.item() == 2
    t.requires_grad = False
    assert (t * 2).node is None
    y = mg.tensor([1.0], requires_grad=True) * 2
    y.requires_grad = True  # it does already
    with pytest.raises(ValueError, match=r"t\.detach\(\)"):
        y.requires_grad = False


def test_names_are_for_what_is_in_a_graph():
    t = mg.tensor([1.0], requires_grad=True)
    assert t.name == ""
    t.name = "weight"
    assert t.name == "weight"
    product = t * 2
    product.name = "product"
    assert (product.name, (product * 2).name) == ("product", "")
    with pytest.raises(ValueError, match="requires no gradient"):
        mg.tensor([1.0]).name = "x"


# -- dtypes in operations -------------------------------------------------------------------------


@each("dtype", [np.float16, np.float32, np.float64])
@each("number", [2, 2.5, True])
def test_python_scalars_are_weak(dtype, number):
    t = mg.tensor(np.ones(3, dtype), requires_grad=True)
    results = [
        t + number, number - t, t * number, number / t, t**number, number**t, mg.maximum(t, number),
        mg.where([True, False, True], t, number), mg.where([True, False, True], number, t),
        mg.clip(t, number, number + 1), np.add(t, number), mg.hypot(number, t),
    ]  # fmt: skip
    for out in results:
        assert out.dtype == dtype
        t.grad = None
        out.sum().backward()
        assert t.grad.dtype == dtype


def test_numpy_scalars_and_arrays_are_not_weak():
    t = mg.tensor(np.ones(3, np.float32), requires_grad=True)
    for other in (np.float64(2), np.ones(3), mg.tensor(np.ones(3))):
        out = t * other
        assert out.dtype == np.float64
        t.grad = None
        out.sum().backward()
        assert t.grad.dtype == np.float32


def test_integers_beside_float32_follow_numpy():
    t = mg.tensor(np.ones(3, np.float32), requires_grad=True)
    for integers in (np.arange(3), np.arange(3, dtype=np.int8), np.array([True, False, True])):
        out = t * integers
        assert out.dtype == (np.ones(3, np.float32) * integers).dtype
        t.grad = None
        out.sum().backward()
        assert t.grad.dtype == np.float32
        np.testing.assert_array_equal(t.grad.data, integers)


def test_lists_beside_a_tensor_are_of_the_default_dtype():
    t = mg.tensor(np.ones(2, np.float32), requires_grad=True)
    assert (t + [1, 2]).dtype == np.float32  # noqa: RUF005
    assert ([1, 2] + t).dtype == np.float32  # noqa: RUF005
    assert mg.concatenate([t, [1, 2]]).dtype == np.float32


def test_ops_of_python_numbers_alone_are_of_the_default_dtype():
    assert mg.exp(1.0).dtype == np.float32
    assert mg.add(1, 2).dtype == np.float32
    assert mg.sum([1, 2]).dtype == np.float32
    assert mg.where(True, 1.0, 2.0).dtype == np.float32
    with mg.default_dtype(np.float64):
        assert mg.exp(1.0).dtype == np.float64
        assert mg.tensor([1, 2]).dtype == np.float64
        assert mg.tensor(np.float32(1)).dtype == np.float32
    assert mg.tensor(1).dtype == np.float32


def test_astype_carries_gradients_between_floats_and_ends_them_at_integers():
    x = mg.tensor([1.5, 2.5], requires_grad=True)
    up = x.astype(np.float64)
    assert up.dtype == np.float64
    (up * np.array([1.0, 2.0])).sum().backward()
    assert x.grad.dtype == np.float32
    np.testing.assert_array_equal(x.grad.data, [1, 2])
    assert x.astype("f2").dtype == np.float16
    assert x.astype(int).node is None
    assert x.astype(int).dtype == np.int64
    mg.check_grads(lambda t: (t.astype(np.longdouble) ** 3).astype(np.float64), (np.array([1.5]),))


def test_concatenate_of_differently_typed_arrays():
    a = mg.tensor(np.ones(2, np.float32), requires_grad=True)
    b = mg.tensor(np.ones(2), requires_grad=True)
    out = mg.concatenate([a, b, np.arange(2)])
    assert out.dtype == np.float64
    (out * out).sum().backward()
    assert (a.grad.dtype, b.grad.dtype) == (np.float32, np.float64)


# -- backward's argument --------------------------------------------------------------------------


def test_backward_from_one_element_of_any_shape():
    for shape in [(), (1,), (1, 1)]:
        x = mg.tensor(np.full(shape, 3.0), requires_grad=True)
        (x * x).backward()
        np.testing.assert_array_equal(x.grad.data, np.full(shape, 6.0))


@each("gradient", [[1.0, 2.0], np.array([1, 2]), mg.tensor([1.0, 2.0]), np.float16([1, 2])])
def test_the_gradient_is_cast_to_the_tensors_dtype(gradient):
    x = mg.tensor([1.0, 1.0], requires_grad=True)
    (x * 3).backward(gradient)
    assert x.grad.dtype == np.float32
    np.testing.assert_array_equal(x.grad.data, [3, 6])
    x.grad = None
    x.backward(gradient)
    assert x.grad.dtype == np.float32


def test_the_gradient_of_a_0d_tensor_may_be_a_number():
    x = mg.tensor(2.0, requires_grad=True)
    (x * x).backward(3)
    assert x.grad.item() == 12


def test_a_recorded_gradient_is_differentiated_under_create_graph():
    x = mg.tensor(np.array([1.0, 2.0]), requires_grad=True)
    v = mg.tensor(np.array([3.0, 4.0]), requires_grad=True)
    (x * x).backward(v, create_graph=True)
    g, x.grad = x.grad, None
    g.sum().backward()
    np.testing.assert_array_equal(v.grad.data, [2, 4])  # a vjp is linear in v, so this is ∂(v·2x)/∂v
    np.testing.assert_array_equal(x.grad.data, [6, 8])


def test_backward_of_a_leaf_itself():
    x = mg.tensor(2.0, requires_grad=True)
    x.backward()
    assert x.grad.item() == 1


# -- operators ------------------------------------------------------------------------------------


@each(
    ("expression", "expected"),
    [
        (lambda t: t + 1, [3, 5]), (lambda t: 1 + t, [3, 5]), (lambda t: t - 1, [1, 3]),
        (lambda t: 1 - t, [-1, -3]), (lambda t: t * 2, [4, 8]), (lambda t: 2 * t, [4, 8]),
        (lambda t: t / 2, [1, 2]), (lambda t: 2 / t, [1, 0.5]), (lambda t: t % 3, [2, 1]),
        (lambda t: 9 % t, [1, 1]), (lambda t: t**2, [4, 16]), (lambda t: 2**t, [4, 16]),
        (lambda t: -t, [-2, -4]), (lambda t: +t, [2, 4]), (lambda t: abs(-t), [2, 4]),
        (lambda t: t @ [1.0, 1.0], 6), (lambda t: [1.0, 1.0] @ t, 6), (lambda t: t[1], 4),
        (lambda t: [1.0, 1.0] - t, [-1, -3]), (lambda t: np.float32([1, 1]) / t, [0.5, 0.25]),
    ],
)  # fmt: skip
def test_operators_are_recorded(expression, expected):
    t = mg.tensor([2.0, 4.0], requires_grad=True)
    out = expression(t)
    assert type(out) is mg.Tensor
    assert out.node is not None
    np.testing.assert_allclose(out.data, expected, rtol=1e-6)
    out.sum().backward()
    assert t.grad.shape == (2,)


def test_methods_are_the_ops():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3))
    t = mg.tensor(x)
    for name, args in {
        "sum": (0,), "mean": (1,), "var": (), "std": (0,), "max": (1,), "min": (), "prod": (),
        "cumsum": (1,), "reshape": (3, 2), "ravel": (), "flatten": (), "transpose": (1, 0),
        "swapaxes": (0, 1), "squeeze": (), "repeat": (2, 1), "astype": ("f4",), "copy": (),
        "clip": (-0.1, 0.1), "dot": (x.T,),
        "take": ([0, 1], 1), "argmax": (1,), "argmin": (), "argsort": (0,), "any": (), "all": (1,),
        "cumprod": (1,), "compress": ([True, False], 0), "argpartition": (1,), "round": (1,),
        "nonzero": (),
    }.items():  # fmt: skip
        expected = getattr(x, name)(*args)
        got = getattr(t, name)(*args)
        np.testing.assert_allclose(getattr(got, "data", got), expected, rtol=1e-6, err_msg=name)
    public = {name for name in vars(Methods) if not name.startswith("_")} - {"data"}
    assert public >= {"T", "mT", "sum", "reshape", "argmax"}


def test_reshape_and_transpose_take_numbers_or_a_tuple():
    t = mg.tensor(np.zeros((2, 3)))
    for args in [(3, 2), ((3, 2),), ([3, 2],), (-1, 2), (np.int64(3), 2)]:
        assert t.reshape(*args).shape == (3, 2)
    assert t.reshape(6).shape == t.reshape(-1).shape == t.reshape((6,)).shape == (6,)
    for args in [(), (None,), (1, 0), ((1, 0),)]:
        assert t.transpose(*args).shape == (3, 2)


def test_a_number_of_integers_counts_and_indexes():
    i = mg.tensor(np.array(2))
    assert (list(range(i)), "abc"[i], i.__index__()) == ([0, 1], "c", 2)
    assert mg.tensor([1.0, 2.0, 3.0])[i:].shape == (1,)


def test_bits_and_truth_values_give_plain_arrays():
    a, b = mg.tensor([True, True, False]), mg.tensor([True, False, False])
    for got, expected in (
        (~a, [False, False, True]), (a & b, [True, False, False]), (a | b, [True, True, False]),
        (a ^ b, [False, True, False]), (True & b, [True, False, False]), (False | b, [True, False, False]),
        (True ^ b, [False, True, True]), (a & b.data, [True, False, False]),
    ):  # fmt: skip
        assert type(got) is np.ndarray
        np.testing.assert_array_equal(got, expected)


def test_equality_with_what_is_no_number():
    t = mg.tensor([1.0, 2.0])
    assert not (t == "a").any()
    assert (t != "a").all()
    assert not (t == None).any()  # noqa: E711 - NumPy's answer


def test_comparisons_give_plain_arrays():
    t = mg.tensor([1.0, 2.0], requires_grad=True)
    for result in (t == 1, t != 1, t < 2, t <= t, t > [0, 3], t >= np.array([1, 3]), 1 < t):  # noqa: SIM300
        assert type(result) is np.ndarray
        assert result.dtype == bool
    np.testing.assert_array_equal(np.array([1.0, 3.0]) == t, [True, False])


def test_tensors_are_hashed_by_identity():
    a, b = mg.tensor(1.0), mg.tensor(1.0)
    assert {a: 1, b: 2}[a] == 1
    assert len({a, b, a}) == 2


def test_numbers_out():
    t = mg.tensor([[2.5]])
    assert t.item() == 2.5
    assert float(t) == 2.5
    assert int(t) == 2
    assert bool(t)
    assert not mg.tensor(0.0)
    assert isinstance(t.item(), float)
    assert isinstance(mg.tensor(np.array(3)).item(), int)


# -- shown ----------------------------------------------------------------------------------------


@each(
    ("make", "expected"),
    [
        (lambda: mg.tensor([1.0, 2.5]), "tensor([1. , 2.5])"),
        (lambda: mg.tensor(1.5), "tensor(1.5)"),
        (lambda: mg.tensor(np.array([1, 2])), "tensor([1, 2], dtype=int64)"),
        (lambda: mg.tensor(np.float64(2)), "tensor(2., dtype=float64)"),
        (lambda: mg.tensor([1.0], requires_grad=True), "tensor([1.], requires_grad=True)"),
        (lambda: mg.tensor([1.0], requires_grad=True) * 2, "tensor([2.], op=multiply)"),
        (lambda: mg.tensor([[1.0], [2.0]]), "tensor([[1.],\n        [2.]])"),
        (lambda: mg.tensor([]), "tensor([])"),
    ],
)
def test_repr(make, expected):
    shown = repr(make())
    assert shown.replace(", shape=(0,)", "") == expected


def test_format():
    t = mg.tensor(3.14159)
    assert f"{t:.2f}" == "3.14"
    assert f"{mg.tensor([2.0]):5.1f}" == "  2.0"
    assert f"{t}" == repr(t) == str(t)
    with pytest.raises(TypeError):
        f"{mg.tensor([1.0, 2.0]):.2f}"


def test_ops_show_their_signature():
    assert repr(mg.sum).startswith("<op sum(x:")
    assert mg.exp.__doc__.startswith("eˣ")
    assert mg.exp.__name__ == "exp"


# -- copied ---------------------------------------------------------------------------------------


@each(
    "through",
    [copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))],
    ids=["deepcopy", "pickle"],
)
def test_copies_keep_the_data_and_whether_it_is_a_leaf(through):
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    x.name = "x"
    (x * x).sum().backward()
    for original, leaf in [(x, True), (x * 2, False), (mg.tensor([1.0]), False)]:
        twin = through(original)
        np.testing.assert_array_equal(twin.data, original.data)
        assert not np.shares_memory(twin.data, original.data)
        assert twin.requires_grad == leaf
        assert twin.is_leaf
        assert twin.grad is None
        assert twin.name == original.name
    twin = through(x)
    (twin * 3).sum().backward()
    np.testing.assert_array_equal(twin.grad.data, [3, 3])
    np.testing.assert_array_equal(x.grad.data, [2, 4])


def test_copies_of_a_deep_graph_do_not_recurse():
    y = mg.tensor(1.0, requires_grad=True)
    for _ in range(20_000):
        y = -y
    assert copy.deepcopy(y).item() == 1
    assert pickle.loads(pickle.dumps(y)).item() == 1


def test_a_shallow_copy_is_a_tensor_of_its_own():
    x = mg.tensor([1.0], requires_grad=True)
    twin = copy.copy(x)
    (twin * 3).backward()
    assert x.grad is None
    assert twin.grad.item() == 3


def test_deepcopy_of_a_structure_keeps_shared_tensors_shared():
    x = mg.tensor([1.0], requires_grad=True)
    twins = copy.deepcopy({"a": x, "b": x})
    assert twins["a"] is twins["b"]


# -- values at the edges --------------------------------------------------------------------------


def gradient(f, *values):
    leaves = [mg.tensor(np.array(v, np.float64), requires_grad=True) for v in values]
    out = f(*leaves)
    out.sum().backward()
    grads = [x.grad.data.tolist() for x in leaves]
    return grads[0] if len(grads) == 1 else grads


def test_what_is_taken_at_kinks():
    assert gradient(mg.relu, [-1, 0, 1]) == [0, 0, 1]
    assert gradient(mg.absolute, [-1, 0, 1]) == [-1, 0, 1]
    assert gradient(lambda x: mg.leaky_relu(x, 0.1), [-1, 0, 1]) == [0.1, 0.1, 1]
    assert gradient(lambda x: mg.elu(x, 2.0), [0, 1]) == [2, 1]
    assert gradient(mg.maximum, [1, 2], [1, 3]) == [[0.5, 0], [0.5, 1]]
    assert gradient(mg.minimum, [1, 2], [1, 3]) == [[0.5, 1], [0.5, 0]]
    assert gradient(lambda x: mg.clip(x, 0.0, 1.0), [-1, 0, 0.5, 1, 2]) == [0, 1, 1, 1, 0]
    assert gradient(mg.max, [3, 1, 3, 3]) == [1 / 3, 0, 1 / 3, 1 / 3]
    assert gradient(lambda x: mg.min(x, axis=0), [[1, 2], [1, 3]]) == [[0.5, 1], [0.5, 0]]


def test_clip_of_crossed_bounds_goes_to_the_upper_as_in_numpy():
    assert gradient(lambda x, low, high: mg.clip(x, low, high), [0.0], [2.0], [1.0]) == [[0], [0], [1]]
    assert gradient(lambda x, low, high: mg.clip(x, low, high), [3.0], [2.0], [1.0]) == [[0], [0], [1]]
    assert gradient(lambda x, low, high: mg.clip(x, low, high), [1.5], [2.0], [1.0]) == [[0], [0], [1]]


def test_power_at_zero():
    assert gradient(lambda a: a**2, [0.0]) == [0]
    assert gradient(lambda a: a**1, [0.0]) == [1]
    assert gradient(lambda a: a**0, [0.0, 2.0]) == [0, 0]
    assert gradient(lambda a: a**1.0, [0.0]) == [1]
    assert gradient(lambda a, b: a**b, [0.0, 0.0, 3.0], [2.0, 0.0, 0.0]) == [[0, 0, 0], [0, 0, np.log(3.0)]]
    assert gradient(lambda b: 0.0**b, [2.0]) == [0]
    assert gradient(lambda a: a**3, [-2.0]) == [12]


@each("exponent", [0, 1, 2, 3, 2.0, np.float64(2.0), np.array(2.0), np.array([2.0, 1.0])])
def test_power_at_zero_at_second_and_third_order(exponent):
    mg.check_grads(lambda a: a**exponent, (np.array([0.0, -1.5]),), order=3, rtol=1e-3, atol=1e-4)


def test_products_with_zeros_to_the_third_order():
    for values in ([2.0, 0.0, 3.0, 1.0], [2.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0]):
        mg.check_grads(mg.prod, (np.array(values),), order=3, rtol=1e-3, atol=1e-4)


def test_logsumexp_of_minus_infinity():
    with np.errstate(all="raise"):
        x = mg.tensor(np.array([-np.inf, -np.inf]), requires_grad=True)
        out = mg.logsumexp(x)
        out.backward()
        assert out.item() == -np.inf
        np.testing.assert_array_equal(x.grad.data, [0, 0])
        assert gradient(mg.logsumexp, [-np.inf, 1.0]) == [0, 1]
        assert mg.logsumexp(np.array([1e4, 1e4])).item() == 1e4 + np.log(2)


def test_logsumexp_of_what_is_no_number_has_no_gradient():
    assert np.isnan(gradient(mg.logsumexp, [np.nan, 0.0])).all()
    with np.errstate(invalid="ignore"):
        assert np.isnan(gradient(mg.logsumexp, [np.inf, 0.0])[0])


def test_activations_do_not_overflow():
    with np.errstate(all="raise", under="ignore"):
        for f in (mg.sigmoid, mg.logsigmoid, mg.softplus, mg.silu, mg.gelu, mg.elu, mg.tanh, mg.erf):
            x = mg.tensor(np.array([-1e4, -100.0, 0.0, 100.0, 1e4], np.float32), requires_grad=True)
            f(x).sum().backward()
            assert np.isfinite(x.grad.data).all(), f
        x = np.array([[1e4, -1e4, 0.0]])
        assert np.isfinite(mg.softmax(x).data).all()
        assert np.isfinite(mg.log_softmax(x).data).all()


@pytest.mark.filterwarnings("ignore:Degrees of freedom")
@each("ddof", [2, 3])
def test_var_without_freedom_is_not_a_number(ddof):
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    with np.errstate(all="ignore"):
        mg.var(x, ddof=ddof).backward()
    assert np.isnan(x.grad.data).all()


def test_erf_against_the_standard_library():
    import math

    x = np.concatenate([np.linspace(-6, 6, 2001), [0.0, -0.0, 1e-300, 0.46875, 4.0, 30.0, -np.inf, np.inf]])
    expected = np.array([math.erf(v) for v in x])
    np.testing.assert_allclose(mg.erf(x).data, expected, rtol=1e-15, atol=0)
    assert np.isnan(mg.erf(np.array(np.nan)).item())
    assert np.signbit(mg.erf(np.array(-0.0)).item())


def test_where_with_python_scalars_and_0d():
    x = mg.tensor(np.array(2.0), requires_grad=True)
    out = mg.where(x > 1, x * x, 0)
    out.backward()
    assert x.grad.item() == 4
    assert mg.where(False, x, 1).item() == 1


def test_0d_tensors_stay_arrays():
    x = mg.tensor(2.0, requires_grad=True)
    for out in (x * x, x + 1, np.exp(x), x.sum(), x.reshape(()), x[...], x[()], mg.gelu(x), abs(x)):
        assert type(out.data) is np.ndarray
        assert out.shape == ()


def test_division_with_a_rest():
    x = mg.tensor(np.array([7.5, -7.5]), requires_grad=True)
    np.testing.assert_array_equal((x // 2).data, [3, -4])
    np.testing.assert_array_equal((15 // x).data, [2, -2])
    whole, rest = divmod(x, 2)
    np.testing.assert_array_equal(whole.data, [3, -4])
    np.testing.assert_array_equal(rest.data, [1.5, 0.5])
    (rest + whole).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [1, 1])
    assert divmod(mg.tensor([7.0]), mg.tensor([2.0]))[1].item() == 1
