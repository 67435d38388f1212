"""vjp, jvp, hvp, jacobian, hessian: what they give, how they nest, and every op under them."""

import operator

import numpy as np
import pytest

import minigrad as mg
from minigrad.fused import Fused
from tests.cases import case, each
from tests.minigrad.samples import SAME, SAMPLES

try:
    import torch
except ModuleNotFoundError:
    torch = None

needs_torch = pytest.mark.skipif(
    torch is None, reason="torch is absent: pip install torch to compare with it"
)

A = np.array([[2.0, 1.0, 0.5], [1.0, 3.0, -1.0]])
X = np.array([0.3, -0.4, 1.2])


def f(x):
    return np.tanh(A @ x)


def jacobian_of_f(x):
    return (1 - np.tanh(A @ x) ** 2)[:, None] * A


# -- vjp ------------------------------------------------------------------------------------------


def test_vjp_gives_the_value_and_a_function_to_call_again_and_again():
    y, pull = mg.vjp(f, X)
    np.testing.assert_array_equal(y.data, np.tanh(A @ X))
    assert y.node is None
    for v in np.eye(2), np.eye(2):
        rows = [pull(row) for row in v]
        assert all(isinstance(row, tuple) and len(row) == 1 for row in rows)
        np.testing.assert_allclose(np.stack([row[0].data for row in rows]), jacobian_of_f(X))
        assert rows[0][0].node is None


def test_vjp_has_one_entry_for_each_primal_zeros_where_unused():
    _, pull = mg.vjp(lambda a, b, c: a * c, X, np.ones((2, 2)), 3.0)
    a, b, c = pull(X)
    np.testing.assert_array_equal(a.data, 3 * X)
    np.testing.assert_array_equal(b.data, np.zeros((2, 2)))
    np.testing.assert_allclose(c.item(), X @ X, rtol=1e-6)
    assert mg.vjp(lambda: mg.tensor(1.0))[1](1.0) == ()


def test_vjp_does_not_write_to_its_cotangent():
    """x reaches the result twice, so that its gradient is added up."""
    v = X.copy()
    _, pull = mg.vjp(lambda x: (x + x, x), X)
    (g,) = pull((v, v))
    np.testing.assert_array_equal(g.data, 3 * X)
    np.testing.assert_array_equal(v, X)


def test_vjp_can_be_differentiated_by_its_cotangent_and_by_its_point():
    v = mg.tensor(np.array([1.0, -2.0]), requires_grad=True)
    mg.vjp(f, X)[1](v)[0].sum().backward()
    np.testing.assert_allclose(v.grad.data, jacobian_of_f(X).sum(1))
    x = mg.tensor(X, requires_grad=True)
    mg.vjp(lambda t: t**3, x)[1](np.ones(3))[0].sum().backward()
    np.testing.assert_allclose(x.grad.data, 6 * X)


def test_the_value_of_vjp_is_recorded_where_its_point_is():
    x = mg.tensor(X, requires_grad=True)
    y, pull = mg.vjp(np.sin, x)
    pull(np.ones(3))
    y.sum().backward()
    np.testing.assert_allclose(x.grad.data, np.cos(X))
    with mg.no_grad():
        assert mg.vjp(np.sin, x)[0].node is None


def test_a_result_changed_in_place_afterwards_does_not_matter():
    x = mg.tensor(X, requires_grad=True)
    y, pull = mg.vjp(lambda t: t * t, x)
    y *= 5
    np.testing.assert_array_equal(pull(np.ones(3))[0].data, 2 * X)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.data, 10 * X)


# -- jvp and hvp ----------------------------------------------------------------------------------


def test_jvp_is_the_derivative_in_a_direction():
    t = np.array([1.0, 2.0, -1.0])
    y, dy = mg.jvp(f, (X,), (t,))
    np.testing.assert_array_equal(y.data, np.tanh(A @ X))
    np.testing.assert_allclose(dy.data, jacobian_of_f(X) @ t)
    assert y.node is None
    assert dy.node is None
    assert dy.dtype == np.float64


def test_jvp_sums_over_its_arguments():
    _, t = mg.jvp(lambda a, b: a * b, (X, 2.0), (np.ones(3), 5.0))
    np.testing.assert_allclose(t.data, 2 + 5 * X)


def test_jvp_of_what_does_not_depend_is_zero():
    y, t = mg.jvp(lambda x: mg.tensor(np.ones(2)), (X,), (X,))
    np.testing.assert_array_equal(t.data, np.zeros(2))
    np.testing.assert_array_equal(y.data, np.ones(2))
    assert mg.jvp(lambda x: x * 0 + 2, (X,), (X,))[1].data.tolist() == [0, 0, 0]


def test_jvp_keeps_short_floats():
    x = X.astype(np.float32)
    y, t = mg.jvp(np.exp, (x,), (np.ones(3),))
    assert (y.dtype, t.dtype) == (np.float32, np.float32)


def test_jvp_where_reverse_mode_would_give_infinities():
    """The dummy cotangent is 1, and cancels: sqrt's slope at 4."""
    assert mg.jvp(np.sqrt, (np.float64(4.0),), (np.float64(2.0),))[1].item() == 0.5


def test_jvp_nests_with_itself_and_with_grad():
    x = np.float64(0.7)
    d = lambda g: lambda t: mg.jvp(g, (t,), (np.ones(t.shape),))[1]
    for derivative in (d(d(np.sin)), mg.grad(d(np.sin)), d(mg.grad(np.sin))):
        np.testing.assert_allclose(derivative(x).item(), -np.sin(0.7), rtol=1e-14)
    third = [d(d(d(np.sin))), mg.grad(mg.grad(d(np.sin))), d(mg.grad(d(np.sin))), mg.grad(d(mg.grad(np.sin)))]
    for derivative in third:
        np.testing.assert_allclose(derivative(x).item(), -np.cos(0.7), rtol=1e-14)
    np.testing.assert_allclose(mg.grad(third[2])(x).item(), np.sin(0.7), rtol=1e-14)


def test_jvp_is_differentiated_by_its_tangent():
    t = mg.tensor(np.ones(3), requires_grad=True)
    mg.jvp(f, (X,), (t,))[1].sum().backward()
    np.testing.assert_allclose(t.grad.data, jacobian_of_f(X).sum(0))


def test_perturbations_are_not_confused():
    """d/dx (x · d/dy (x + y)) = 1 in forward mode as well (Siskind, Pearlmutter 2005)."""
    d = lambda g, x: mg.jvp(g, (x,), (1.0,))[1]
    assert d(lambda x: x * d(lambda y: x + y, 1.0), 2.0).item() == 1


def test_hvp_is_the_hessian_times_a_vector():
    s = lambda x, y: (np.sin(x) * y**2).sum() + x[0] * x[1]
    x, y = X[:2], X[1:]
    v, w = np.array([1.0, -2.0]), np.array([0.5, 3.0])
    hx, hy = mg.hvp(s, (x, y), (v, w))
    cross = np.cos(x) * 2 * y
    np.testing.assert_allclose(hx.data, -np.sin(x) * y**2 * v + v[::-1] + cross * w)
    np.testing.assert_allclose(hy.data, cross * v + 2 * np.sin(x) * w)
    assert hx.node is None
    (zero,) = mg.hvp(lambda x: (3 * x).sum(), (x,), (v,))
    np.testing.assert_array_equal(zero.data, [0, 0])


def test_hvp_can_be_differentiated():
    """∂/∂x of Σ H(x)v for Σx⁴ is 24·x·v."""
    g = mg.grad(lambda x: mg.hvp(lambda t: (t**4).sum(), (x,), (np.ones(3),))[0].sum())(X)
    np.testing.assert_allclose(g.data, 24 * X)


def test_ggnvp_leaves_out_the_curvature_of_the_inner_function():
    loss = lambda y: (np.exp(y) * np.array([1.0, 2.0])).sum()
    v = np.array([1.0, -2.0, 0.5])
    (got,) = mg.ggnvp(f, loss, (X,), (v,))
    j = jacobian_of_f(X)
    np.testing.assert_allclose(got.data, j.T @ np.diag(np.exp(np.tanh(A @ X)) * [1, 2]) @ j @ v)
    linear = lambda p: p["w"] @ X
    p, t = {"w": A}, {"w": A[::-1].copy()}
    (got,) = mg.ggnvp(linear, loss, (p,), (t,))
    (whole,) = mg.hvp(lambda p: loss(linear(p)), (p,), (t,))
    np.testing.assert_allclose(got["w"].data, whole["w"].data)


def test_parameters_in_a_closure_are_reached_through_every_product():
    def slope(product):
        w = mg.tensor(X, requires_grad=True)
        product(lambda t: (w * t**3).sum()).sum().backward()
        return w.grad.data

    one = np.ones(3)
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(slope(lambda g: mg.vjp(g, x)[1](1.0)[0]), 3 * x**2)
    np.testing.assert_allclose(slope(lambda g: mg.jvp(g, (x,), (one,))[1]), 3 * x**2)
    np.testing.assert_allclose(slope(lambda g: mg.hvp(g, (x,), (one,))[0]), 6 * x)
    np.testing.assert_allclose(slope(lambda g: mg.jacobian(g)(x)), 3 * x**2)
    np.testing.assert_allclose(slope(lambda g: mg.hessian(g)(x)), 6 * x)
    np.testing.assert_allclose(slope(lambda g: mg.elementwise_grad(g)(x)), 3 * x**2)
    np.testing.assert_allclose(slope(lambda g: mg.per_example_grad(lambda t, k: g(t) * k)(x, one)), 9 * x**2)


# -- matrices -------------------------------------------------------------------------------------


def test_jacobian_has_the_results_axes_and_then_the_arguments():
    np.testing.assert_allclose(mg.jacobian(f)(X).data, jacobian_of_f(X))
    x = np.arange(8.0).reshape(4, 2)
    j = mg.jacobian(lambda x, w: x @ w, argnums=1)(x, A)
    assert j.shape == (4, 3, 2, 3)
    np.testing.assert_array_equal(j.data, np.einsum("ik,mn->imkn", x, np.eye(3)))
    assert mg.jacobian(lambda x: x.sum())(X).shape == (3,)
    assert mg.jacobian(lambda x: x * np.ones(2))(3.0).shape == (2,)


def test_jacobian_by_several_arguments_is_a_tuple():
    a, b = mg.jacobian(lambda a, b: a * b, (0, 1))(X, 2.0)
    np.testing.assert_array_equal(a.data, 2 * np.eye(3))
    np.testing.assert_allclose(b.data, X, rtol=1e-6)


def test_matrices_of_empty_arrays():
    assert mg.jacobian(lambda x: x * 2)(np.zeros(0)).shape == (0, 0)
    assert mg.jacobian(lambda x: x[:0])(X).shape == (0, 3)
    assert mg.hessian(lambda x: (x * x).sum())(np.zeros((0, 2))).shape == (0, 2, 0, 2)


def test_hessian_has_the_arguments_axes_twice():
    h = mg.hessian(lambda x: (x @ A.T @ A @ x) / 2)(X)
    np.testing.assert_allclose(h.data, A.T @ A)
    w = np.ones((2, 3))
    assert mg.hessian(lambda w: (w**3).sum())(w).shape == (2, 3, 2, 3)
    (aa, ab), (ba, bb) = mg.hessian(lambda a, b: a * a * b, (0, 1))(2.0, 3.0)
    assert [h.item() for h in (aa, ab, ba, bb)] == [6, 4, 4, 0]


def test_matrices_nest():
    """The third derivatives of Σx³ are 6 on the diagonal."""
    cube = mg.jacobian(mg.hessian(lambda x: (x**3).sum()))(X)
    expected = np.zeros((3, 3, 3))
    expected[np.arange(3), np.arange(3), np.arange(3)] = 6
    np.testing.assert_allclose(cube.data, expected)
    trace = lambda x: mg.hessian(lambda t: (t**4).sum())(x).sum()
    np.testing.assert_allclose(mg.grad(trace)(X).data, 24 * X)


def test_elementwise_grad():
    d = mg.elementwise_grad
    np.testing.assert_allclose(d(np.tanh)(A).data, 1 - np.tanh(A) ** 2)
    np.testing.assert_allclose(d(d(d(np.sin)))(A).data, -np.cos(A), rtol=1e-14)
    a, b = d(lambda a, b: a * b * b, (0, 1))(X, X)
    np.testing.assert_allclose((a.data, b.data), (X**2, 2 * X**2))
    np.testing.assert_allclose(d(np.cumsum)(X).data, [3, 2, 1])  # not elementwise: sums over rows


# -- per example ----------------------------------------------------------------------------------


def test_per_example_gradients():
    loss = lambda w, x, y: (w @ x - y) ** 2
    xs, ys = np.stack([X, 2 * X, -X]), np.array([1.0, 2.0, 3.0])
    g = mg.per_example_grad(loss)(X, xs, ys)
    expected = 2 * (xs @ X - ys)[:, None] * xs
    np.testing.assert_allclose(g.data, expected)
    gw, gs = mg.per_example_grad(lambda x, w, s: (w * x).sum() * s, (1, 2))(xs, X, 2.0)
    np.testing.assert_allclose(gw.data, 2 * xs)
    np.testing.assert_allclose(gs.data, xs @ X, rtol=1e-6)
    with_name = mg.per_example_grad(lambda w, x, scale: (w * x).sum() * scale)(X, xs, scale=3.0)
    np.testing.assert_allclose(with_name.data, 3 * xs)


def test_per_example_gradients_of_no_example():
    loss = lambda w, x: (w * x).sum()
    assert mg.per_example_grad(loss)(X, np.zeros((0, 3))).shape == (0, 3)


def test_per_example_indices_stay_integers():
    table = np.arange(6.0).reshape(3, 2)
    g = mg.per_example_grad(lambda t, i: t[i].sum())(table, np.array([2, 0]))
    np.testing.assert_array_equal(g.data.sum((0, 2)), [2, 0, 2])


# -- every op -------------------------------------------------------------------------------------


def _small(sample):
    sizes = [x.size for x in sample.arrays()]
    return min(sizes) > 0 and sum(sizes) <= 32


def _representative():
    """Every sample of the fused ops that is not too large, and one of every other op."""
    for name, samples in SAMPLES.items():
        small = [sample for sample in samples if _small(sample)]
        yield from small if isinstance(mg.OPS[name], Fused) else small[:1]


CASES = list(_representative())


@each("sample", CASES, ids=lambda sample: sample.label, by=lambda sample: sample.name)
def test_products_and_matrices_of_every_op(sample):
    with case("jvp and vjp"):
        jvp_and_vjp(sample)
    with case("jacobian and hessian"):
        matrices(sample)
    if torch is not None and sample.torch is not None:
        with case("PyTorch's matrices"):
            matrices_are_torchs(sample)


@needs_torch
def test_torch_is_asked_for_the_matrices():
    """Says where it is absent that the test above has compared with nothing."""
    assert len([sample for sample in CASES if sample.torch is not None]) > 200


def directions(arrays, seed):
    rng = np.random.default_rng(seed)
    return tuple(rng.normal(size=x.shape) for x in arrays)


def number(sample, arrays):
    """The op with its result reduced to one number, such that no direction is special."""
    u = np.random.default_rng(7).normal(size=sample.function(*arrays).shape)
    return lambda *xs: (sample.function(*xs) * u).sum()


def jvp_and_vjp(sample):
    arrays = sample.arrays()
    tangents = directions(arrays, 1)
    y, t = mg.jvp(sample.function, arrays, tangents)
    step = 1e-6
    ends = [sample.function(*(x + s * step * v for x, v in zip(arrays, tangents, strict=True))).data
            for s in (1, -1)]  # fmt: skip
    np.testing.assert_allclose(t.data, (ends[0] - ends[1]) / (2 * step), rtol=1e-5, atol=1e-6)
    (v,) = directions([y], 2)
    pulled = mg.vjp(sample.function, *arrays)[1](v)
    right = sum((g.data * w).sum() for g, w in zip(pulled, tangents, strict=True))
    np.testing.assert_allclose((v * t.data).sum(), right, rtol=1e-9, atol=1e-11)


def matrices(sample):
    """J·t is the JVP and the columns of J are differences; H is symmetric, and H·t the hvp."""
    arrays = sample.arrays()
    places = tuple(range(len(arrays)))
    tangents = directions(arrays, 1)
    jacobians = mg.jacobian(sample.function, places)(*arrays)
    columns = [np.tensordot(j.data, v, v.ndim) for j, v in zip(jacobians, tangents, strict=True)]
    t = mg.jvp(sample.function, arrays, tangents)[1]
    np.testing.assert_allclose(sum(columns), t.data, rtol=1e-9, atol=1e-11)

    s = number(sample, arrays)
    blocks = mg.hessian(s, places)(*arrays)
    products = mg.hvp(s, arrays, tangents)
    gradients = mg.grad(s, places)
    step = 1e-6
    ends = [gradients(*(x + z * step * v for x, v in zip(arrays, tangents, strict=True))) for z in (1, -1)]
    for i, (row, product) in enumerate(zip(blocks, products, strict=True)):
        total = sum(np.tensordot(h.data, v, v.ndim) for h, v in zip(row, tangents, strict=True))
        np.testing.assert_allclose(product.data, total, rtol=1e-8, atol=1e-10)
        difference = (ends[0][i].data - ends[1][i].data) / (2 * step)
        np.testing.assert_allclose(product.data, difference, rtol=1e-4, atol=1e-5)
        for j in places:
            here = row[j].data.reshape(arrays[i].size, -1)
            mirrored = blocks[j][i].data.reshape(arrays[j].size, -1)
            np.testing.assert_allclose(here, mirrored.T, rtol=1e-8, atol=1e-10)


def matrices_are_torchs(sample):
    def theirs(*xs):
        if sample.torch is not SAME:
            return sample.torch(torch, *xs)
        room = torch if hasattr(torch, sample.name.split(".")[0]) else torch.nn.functional
        return sample.call(operator.attrgetter(sample.name)(room), *xs)

    arrays = sample.arrays()
    places = tuple(range(len(arrays)))
    tensors = tuple(map(torch.tensor, arrays))
    ours = mg.jacobian(sample.function, places)(*arrays)
    for a, b in zip(ours, torch.autograd.functional.jacobian(theirs, tensors), strict=True):
        np.testing.assert_allclose(a.data, b.numpy(), rtol=1e-8, atol=1e-10)
    u = torch.tensor(np.random.default_rng(7).normal(size=ours[0].shape[: sample.function(*arrays).ndim]))
    hessians = torch.autograd.functional.hessian(lambda *xs: (theirs(*xs) * u).sum(), tensors)
    blocks = mg.hessian(number(sample, arrays), places)(*arrays)
    for row, their_row in zip(blocks, hessians, strict=True):
        for a, b in zip(row, their_row, strict=True):
            np.testing.assert_allclose(a.data, b.numpy(), rtol=1e-7, atol=1e-9)
