"""Linear algebra beyond the table of samples: result types, kinks, degenerate matrices."""

import copy
import operator
import pickle

import numpy as np
import pytest

import minigrad as mg
from minigrad.numpy_names import INSTEAD
from tests.cases import each
from tests.minigrad.samples import SAMPLES

LinAlgError = np.linalg.LinAlgError
NAMES = sorted(name for name in mg.OPS if name.startswith("linalg."))

EIGEN_TWINS = np.diag([2.0, 2.0, 5.0])
SINGULAR_TWINS = np.array([[0.0, 3.0, 0.0], [3.0, 0.0, 0.0], [0.0, 0.0, 1.0]])


def leaf(x):
    return mg.tensor(np.asarray(x, np.float64), requires_grad=True)


def regular(*shape, seed=0):
    noise = np.random.default_rng(seed).uniform(-0.25, 0.25, shape)
    return noise + np.eye(*shape[-2:]) * (1 + np.arange(shape[-1]))


def symmetric(n, seed=0):
    a = regular(n, n, seed=seed)
    return a + a.T


# -- names ----------------------------------------------------------------------------------------


@each("name", NAMES)
def test_numpys_own_function_records_the_op(name, monkeypatch):
    sample = SAMPLES[name][0]
    called = []
    op = mg.OPS[name]
    monkeypatch.setitem(mg.OPS, name, lambda *args, **kwargs: called.append(name) or op(*args, **kwargs))
    inputs = [leaf(x) for x in sample.arrays()]
    out = sample.call(operator.attrgetter(name)(np), *inputs)
    assert called == [name]
    np.testing.assert_array_equal(out.data, sample.function(*inputs).data)
    assert out.requires_grad


def test_the_room_in_the_name():
    assert mg.linalg.inv.name == "linalg.inv"
    assert mg.OPS["linalg.inv"] is mg.linalg.inv
    assert repr(mg.linalg.inv).startswith("<op linalg.inv(a")
    assert leaf(np.eye(2)).__class__ is mg.Tensor
    assert mg.linalg.inv(leaf(np.eye(2))).node.op.name == "linalg.inv"
    assert np.linalg.eigh(leaf(np.diag([1.0, 2.0]))).eigenvalues.node.parents[0].op.name == "linalg.eigh"


@each("name", NAMES)
def test_ops_pickle_by_name(name):
    op = mg.OPS[name]
    assert pickle.loads(pickle.dumps(op)) is op
    assert copy.deepcopy(op) is op


def test_the_public_names_are_numpys():
    functions = {name for name in mg.linalg.__all__ if name[0].islower()}
    assert functions == {name for name in np.linalg.__all__ if name[0].islower()}
    assert {name for name in INSTEAD if name.startswith("linalg.")} == {"linalg.eig", "linalg.eigvals"}


@each("name", ["diagonal", "trace"])
def test_diagonals_are_those_of_the_last_two_axes(name):
    x = leaf(np.random.default_rng(0).normal(size=(4, 2, 3)))
    ours, numpys = getattr(mg.linalg, name), getattr(np.linalg, name)
    for offset in (-1, 0, 1):
        np.testing.assert_array_equal(ours(x, offset=offset).data, numpys(x.data, offset=offset))
    assert ours(x).requires_grad


# -- results --------------------------------------------------------------------------------------


@each("dtype", [np.float32, np.float64])
def test_results_have_numpys_names_and_the_dtype_of_the_matrix(dtype):
    a = symmetric(3).astype(dtype)
    t = mg.tensor(a, requires_grad=True)
    for ours, numpys in [
        (mg.linalg.eigh(t), np.linalg.eigh(a)),
        (mg.linalg.svd(t), np.linalg.svd(a)),
        (mg.linalg.qr(t), np.linalg.qr(a)),
    ]:
        assert ours._fields == numpys._fields
        for part, expected in zip(ours, numpys, strict=True):
            assert part.dtype == dtype
            assert part.requires_grad
            np.testing.assert_allclose(np.abs(part.data), np.abs(expected), rtol=1e-5, atol=1e-6)


@each("shape", [(3, 2), (2, 4, 1), (2, 3), (3, 3), (3, 0)])
def test_the_complete_qr_of_what_is_not_recorded(shape):
    a = np.random.default_rng(0).normal(size=shape)
    ours, numpys = mg.linalg.qr(mg.tensor(a), mode="complete"), np.linalg.qr(a, mode="complete")
    for part, expected in zip(ours, numpys, strict=True):
        assert type(part) is mg.Tensor
        np.testing.assert_allclose(part.data, expected, atol=1e-12)


def test_slogdet_has_a_plain_sign():
    a = np.stack([regular(2, 2), -regular(3, 3)[:2, :2] @ np.array([[0, 1], [1, 0]])])
    sign, logabsdet = np.linalg.slogdet(leaf(a))
    assert type(sign) is np.ndarray
    np.testing.assert_array_equal(sign, np.linalg.slogdet(a).sign)
    assert logabsdet.requires_grad
    assert mg.linalg.slogdet(leaf(np.eye(2))).sign == 1


@each(("shape", "right"), [((4, 2), (4,)), ((4, 2), (4, 3)), ((2, 3), (2, 2)), ((2, 2), (2,))])
def test_lstsq_gives_all_of_numpys_results(shape, right):
    a, b = regular(*shape), np.random.default_rng(1).normal(size=right)
    for ours, expected in zip(mg.linalg.lstsq(leaf(a), leaf(b)), np.linalg.lstsq(a, b), strict=True):
        np.testing.assert_allclose(getattr(ours, "data", ours), expected, rtol=1e-12)
        assert np.shape(ours) == np.shape(expected)


def test_lstsq_of_a_matrix_without_full_rank():
    a = np.outer([1.0, 2.0, 3.0], [1.0, -1.0])
    x, residuals, rank, _ = mg.linalg.lstsq(a, [1.0, 0.0, 2.0])
    np.testing.assert_allclose(x.data, np.linalg.lstsq(a, np.array([1.0, 0.0, 2.0]))[0], rtol=1e-6)
    assert residuals.shape == (0,)
    assert rank == 1


def test_matrix_rank_is_plain():
    t = leaf(np.ones((3, 3)))
    assert np.linalg.matrix_rank(t) == mg.linalg.matrix_rank(t) == 1
    assert not isinstance(mg.linalg.matrix_rank(t), mg.Tensor)
    np.testing.assert_array_equal(mg.linalg.matrix_rank(leaf(np.stack([np.eye(2), np.ones((2, 2))]))), [2, 1])


def test_full_svd_of_plain_data():
    a = regular(2, 3)
    for part, expected in zip(mg.linalg.svd(mg.tensor(a)), np.linalg.svd(a), strict=True):
        np.testing.assert_array_equal(part.data, expected)
    with mg.no_grad():
        assert mg.linalg.svd(leaf(a)).Vh.shape == (3, 3)


def test_integers_and_lists():
    assert mg.linalg.norm([3, 4]).item() == 5
    assert mg.linalg.norm(np.array([3, -4]), 1).dtype == np.float64
    assert mg.linalg.inv([[2.0, 0.0], [0.0, 4.0]]).dtype == np.float32
    np.testing.assert_allclose(mg.linalg.matrix_power([[1, 1], [0, 1]], 5).data, [[1, 5], [0, 1]])


def test_only_one_triangle_is_read():
    a = symmetric(2)
    a = a @ a
    lower, upper = np.tril(a), np.triu(a)
    np.testing.assert_allclose(mg.linalg.cholesky(lower).data, np.linalg.cholesky(a))
    np.testing.assert_allclose(mg.linalg.cholesky(upper, upper=True).data, np.linalg.cholesky(a).T)
    np.testing.assert_allclose(mg.linalg.eigvalsh(lower).data, np.linalg.eigvalsh(a))
    np.testing.assert_allclose(mg.linalg.eigh(upper, "U").eigenvalues.data, np.linalg.eigvalsh(a))


def test_multi_dot_multiplies_in_the_cheapest_order():
    products = []
    with mg.observe(lambda op, operands, options, out: products.append(out.shape)):
        mg.linalg.multi_dot([np.ones((10, 2)), np.ones((2, 10)), np.ones((10, 3)), np.ones(3)])
    assert products == [(10,), (2,), (10,)]


@each(
    "name",
    ["inv", "solve", "det", "cholesky", "eigh", "eigvalsh", "svd", "svdvals", "qr", "pinv", "matrix_norm"],
)
def test_third_derivatives(name):
    for sample in SAMPLES[f"linalg.{name}"]:
        arrays = sample.arrays()
        if all(0 < x.size <= 4 for x in arrays):
            mg.check_grads(sample.function, arrays, order=3, rtol=1e-3, atol=1e-4)


# -- kinks of norms -------------------------------------------------------------------------------

VECTOR_ORDS = (None, 0, 1, -1, 2, -2, 3, 1.5, 0.5, -3, np.inf, -np.inf)
MATRIX_ORDS = (None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)


def first_and_second(f, x):
    t = leaf(x)
    f(t).sum().backward(create_graph=True)
    first, t.grad = t.grad, None
    if first.requires_grad:
        (first * np.random.default_rng(0).normal(size=first.shape)).sum().backward()
    return first.data, np.zeros(first.shape) if t.grad is None else t.grad.data


@each("ord", VECTOR_ORDS)
def test_norms_at_the_zero_vector_have_derivatives_0(ord):
    first, second = first_and_second(lambda t: mg.linalg.norm(t, ord, axis=-1), np.zeros((2, 3)))
    np.testing.assert_array_equal(first, 0)
    np.testing.assert_array_equal(second, 0)


@each("ord", MATRIX_ORDS)
@each("shape", [(2, 2), (3, 2), (2, 2, 3)])
def test_norms_at_the_zero_matrix_have_derivatives_0(shape, ord):
    first, second = first_and_second(lambda t: mg.linalg.matrix_norm(t, ord=ord), np.zeros(shape))
    np.testing.assert_array_equal(first, 0)
    np.testing.assert_array_equal(second, 0)


@each("ord", [o for o in VECTOR_ORDS if o is not None])
def test_zero_elements_have_finite_derivatives(ord):
    first, second = first_and_second(lambda t: mg.linalg.vector_norm(t, ord=ord), [0.0, 3.0, -4.0])
    assert np.isfinite(first).all()
    assert np.isfinite(second).all()
    assert first[0] == 0


def test_equal_greatest_elements_share_the_gradient():
    x = leaf([2.0, -2.0, 1.0])
    mg.linalg.norm(x, np.inf).backward()
    np.testing.assert_allclose(x.grad.data, [0.5, -0.5, 0])
    a = leaf(np.eye(2))
    mg.linalg.norm(a, 2).backward()
    np.testing.assert_allclose(a.grad.data, np.eye(2) / 2)


def test_nuclear_norm_without_full_rank_takes_the_smallest_subgradient():
    u, v = np.array([0.6, 0.8]), np.array([1.0, 0.0, 0.0])
    a = leaf(np.outer(u, v) * 2)
    mg.linalg.norm(a, "nuc").backward()
    np.testing.assert_allclose(a.grad.data, np.outer(u, v), atol=1e-15)


# -- determinants of singular matrices ------------------------------------------------------------


def test_gradient_of_det_is_the_matrix_of_cofactors():
    a = leaf([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    mg.linalg.det(a).backward()
    np.testing.assert_allclose(a.grad.data, [[-3, 6, -3], [6, -12, 6], [-3, 6, -3]], atol=1e-12)


def test_second_derivative_of_det_at_the_zero_matrix():
    hessian = mg.hessian(np.linalg.det)(np.zeros((2, 2))).data.reshape(4, 4)
    np.testing.assert_allclose(hessian, np.fliplr(np.diag([1.0, -1.0, -1.0, 1.0])), atol=1e-15)


def test_third_derivatives_of_det():
    mg.check_grads(mg.linalg.det, [regular(3, 3)], order=3, rtol=1e-3, atol=1e-4)
    with pytest.raises(LinAlgError, match="two singular values are equal"):
        mg.check_grads(mg.linalg.det, [np.eye(3)], order=3)


# -- degenerate eigenvalues and singular values ---------------------------------------------------


def test_eigenvalues_may_be_equal():
    """Functions that treat them alike: ∂Σλ = I, ∂Σλ³ = 3·A²."""
    for power in (1, 3):
        for f in (np.linalg.eigvalsh, lambda t: np.linalg.eigh(t).eigenvalues):
            a = leaf(EIGEN_TWINS)
            (f(a) ** power).sum().backward()
            expected = power * np.linalg.matrix_power(EIGEN_TWINS, power - 1)
            np.testing.assert_allclose(a.grad.data, expected, atol=1e-14)


def test_the_vector_of_a_single_eigenvalue_among_equal_others():
    def f(t):
        return mg.linalg.eigh(t + t.mT).eigenvectors[..., 2] ** 2

    mg.check_grads(f, [EIGEN_TWINS], order=1)


def test_singular_values_may_be_equal():
    for f in (np.linalg.svdvals, lambda t: np.linalg.svd(t).S):
        a = leaf(SINGULAR_TWINS)
        (f(a) ** 2).sum().backward()
        np.testing.assert_allclose(a.grad.data, 2 * SINGULAR_TWINS, atol=1e-14)


def rotated(diagonal):
    """Equal eigenvalues that rounding has moved apart."""
    q = np.linalg.qr(np.random.default_rng(3).normal(size=(len(diagonal),) * 2)).Q
    return q @ np.diag(diagonal) @ q.T


USES_VECTORS = {
    "eigh": (lambda t: np.linalg.eigh(t).eigenvectors ** 2, EIGEN_TWINS, "eigen"),
    "eigh, a function of the matrix": (
        lambda t: (lambda w, v: (v * w**2) @ v.mT)(*np.linalg.eigh(t)), np.eye(3), "eigen",
    ),
    "eigh, equal up to rounding": (
        lambda t: np.linalg.eigh(t).eigenvectors ** 2, rotated([1.0, 4.0, 1.0]), "eigen",
    ),
    "eigh in a batch": (
        lambda t: np.linalg.eigh(t).eigenvectors ** 2, np.stack([symmetric(3), EIGEN_TWINS]), "eigen",
    ),
    "svd": (lambda t: np.linalg.svd(t).U ** 2, SINGULAR_TWINS, "singular "),
    "svd, V": (lambda t: np.linalg.svd(t, False).Vh ** 2, np.eye(3, 2), "singular "),
}  # fmt: skip


@each("case", USES_VECTORS)
def test_vectors_of_equal_values_have_no_derivative(case):
    f, a, kind = USES_VECTORS[case]
    with pytest.raises(LinAlgError, match=f"two {kind}values are equal up to rounding") as caught:
        f(leaf(a)).sum().backward()
    assert f"use the {kind}values only, or write the function with matrix products" in str(caught.value)


@each(
    ("f", "a"),
    [
        (np.linalg.eigvalsh, EIGEN_TWINS),
        (np.linalg.svdvals, SINGULAR_TWINS),
        (lambda t: mg.linalg.norm(t, 2), np.eye(2)),
    ],
)
def test_equal_values_have_no_second_derivative(f, a):
    with pytest.raises(LinAlgError, match=r"nor the (eigen|singular )values a second one"):
        first_and_second(f, a)


@each("shape", [(3, 2), (2, 3)])
def test_vectors_of_singular_values_0_have_no_derivative(shape):
    a = np.zeros(shape)
    a[0, 0] = 2.0
    result = mg.linalg.svd(leaf(a), full_matrices=False)
    chosen = result.U[0, 1] if shape == (3, 2) else result.Vh[1, 0]
    with pytest.raises(
        LinAlgError, match="a singular value is 0 up to rounding in a matrix that is not square"
    ):
        chosen.backward()


def test_derivatives_of_pinv_among_matrices_of_equal_rank():
    def f(x, y):
        return mg.linalg.pinv(mg.outer(x, y), rtol=1e-8)

    mg.check_grads(f, [np.array([1.0, 2.0, -0.5]), np.array([0.5, -1.5])], order=2)
