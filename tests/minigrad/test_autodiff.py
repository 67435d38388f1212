"""mg.grad and mg.value_and_grad: nested, over several arguments, beside recorded values."""

import weakref

import numpy as np
import pytest

import minigrad as mg


def test_grad_of_numbers_lists_arrays_and_tensors():
    square = mg.grad(lambda x: (x * x).sum())
    assert square(3.0).item() == 6
    assert square(3).dtype == np.float32
    np.testing.assert_array_equal(square([1, 2]).data, [2, 4])
    np.testing.assert_array_equal(square(np.array([1.0, 2.0])).data, [2, 4])
    assert square(np.array([1.0])).dtype == np.float64
    np.testing.assert_array_equal(square(mg.tensor([1.0, 2.0])).data, [2, 4])


def test_the_result_is_plain_where_nobody_differentiates_it():
    assert mg.grad(lambda x: x * x)(3.0).node is None
    value, gradient = mg.value_and_grad(lambda x: x * x)(3.0)
    assert (value.item(), gradient.item()) == (9, 6)
    assert value.node is None
    assert gradient.node is None


def test_argnums():
    def f(a, b, c):
        return (a * b * b * c).sum()

    args = (2.0, 3.0, 5.0)
    assert mg.grad(f)(*args).item() == 45
    assert mg.grad(f, 1)(*args).item() == 60
    assert mg.grad(f, -1)(*args).item() == 18
    assert mg.grad(f, np.int64(1))(*args).item() == 60
    both = mg.grad(f, (2, 0))(*args)
    assert isinstance(both, tuple)
    assert [g.item() for g in both] == [18, 45]
    (only,) = mg.grad(f, [1])(*args)
    assert only.item() == 60
    value, gradients = mg.value_and_grad(f, argnums=(0, 1))(*args)
    assert value.item() == 90
    assert len(gradients) == 2


def test_keyword_arguments_pass_through():
    assert mg.grad(lambda x, scale: x * scale)(2.0, scale=3.0).item() == 3


def test_the_same_argument_twice():
    """grad(f, (0, 0)) asks twice for one derivative."""
    a, b = mg.grad(lambda x: x * x, (0, 0))(3.0)
    assert a.item() == b.item() == 6


def test_arguments_are_not_touched():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    other = mg.tensor([3.0, 4.0], requires_grad=True)
    mg.grad(lambda t: (t * other).sum())(x)
    assert x.grad is None
    assert other.grad is None


def test_an_argument_that_is_not_used_has_gradient_zero():
    a, b = mg.grad(lambda a, b: a * 2, (0, 1))(1.0, np.ones(3))
    assert a.item() == 2
    np.testing.assert_array_equal(b.data, [0, 0, 0])
    assert mg.grad(lambda x: mg.tensor(1.0))(2.0).item() == 0


def test_integers_are_no_obstacle_beside():
    g = mg.grad(lambda x, i: x[i].sum())(np.arange(4.0), np.array([1, 1, 3]))
    np.testing.assert_array_equal(g.data, [0, 2, 0, 1])


# -- nested ---------------------------------------------------------------------------------------


def test_higher_derivatives():
    f = lambda x: np.sin(x) * x
    derivatives = [f]
    for _ in range(4):
        derivatives.append(mg.grad(derivatives[-1]))
    x = np.float64(0.7)
    s, c = np.sin(x), np.cos(x)
    expected = [s * x, s + x * c, 2 * c - x * s, -3 * s - x * c, -4 * c + x * s]
    np.testing.assert_allclose([d(x).item() for d in derivatives], expected, rtol=1e-12)


def test_perturbation_confusion():
    """d/dx (x · d/dy (x + y)) = 1: the inner derivative is 1, whatever x is (Siskind, Pearlmutter 2005)."""
    assert mg.grad(lambda x: x * mg.grad(lambda y: x + y)(1.0))(2.0).item() == 1


def test_perturbation_confusion_with_products():
    # d/dx (x · d/dy (x·y²) at y = x) = d/dx 2x³ = 6x²
    f = lambda x: x * mg.grad(lambda y: x * y * y)(x)
    assert mg.grad(f)(np.float64(3.0)).item() == 54
    # The same with the outer variable held by detach.
    f = lambda x: x * mg.grad(lambda y: x * y * y)(x.detach())
    assert mg.grad(f)(np.float64(3.0)).item() == 54 - 18


def test_an_inner_gradient_by_the_outer_variable():
    # ∂/∂x of ∂/∂y (x²·y³) at y = 2: 2x·3y²
    inner = lambda x: mg.grad(lambda y: x * x * y * y * y)(np.float64(2.0))
    assert mg.grad(inner)(np.float64(5.0)).item() == 2 * 5 * 12


def test_a_mixed_derivative_in_both_orders():
    f = lambda x, y: np.sin(x * y) + x * y * y
    a = mg.grad(lambda x, y: mg.grad(f, 0)(x, y), 1)(0.5, 1.5)
    b = mg.grad(lambda x, y: mg.grad(f, 1)(x, y), 0)(0.5, 1.5)
    np.testing.assert_allclose(a.item(), b.item(), rtol=1e-6)


def test_grad_inside_of_what_backward_differentiates():
    """A gradient penalty: grad within a recorded loss of parameters."""
    w = mg.tensor(np.array([1.0, 2.0]), requires_grad=True)
    x = mg.tensor(np.array([3.0, 4.0]), requires_grad=True)
    g = mg.grad(lambda x: (w * x * x).sum())(x)  # 2·w·x, recorded for both
    (g * g).sum().backward()
    np.testing.assert_allclose(w.grad.data, 8 * w.data * x.data**2)
    np.testing.assert_allclose(x.grad.data, 8 * w.data**2 * x.data)


def test_a_gradient_depends_on_what_f_has_by_closure():
    """The same penalty with x plain data: the gradient by x is still a function of w."""
    w = mg.tensor(np.array([1.0, 2.0]), requires_grad=True)
    x = np.array([3.0, 4.0])
    g = mg.grad(lambda t: (w * t * t).sum())(x)
    (g * g).sum().backward()
    np.testing.assert_allclose(w.grad.data, 8 * w.data * x**2)
    with mg.no_grad():
        assert mg.grad(lambda t: (w * t * t).sum())(x).node is None


def test_hessian_vector_product():
    a = np.array([[2.0, 1.0], [1.0, 3.0]])
    f = lambda x: 0.5 * (x @ a @ x)
    v = np.array([1.0, -1.0])
    hv = mg.grad(lambda x: (mg.grad(f)(x) * v).sum())(np.array([0.3, 0.4]))
    np.testing.assert_allclose(hv.data, a @ v)


def test_a_gradient_step_can_be_differentiated_through():
    """Meta-learning in small: d/dlr of the loss after one step."""
    f = lambda w: (w * w).sum()
    after = lambda lr: f(mg.tensor(np.array([3.0])) - lr * mg.grad(f)(np.array([3.0])))
    # w' = 3 - lr·6; d/dlr w'² = 2·w'·(-6)
    np.testing.assert_allclose(mg.grad(after)(np.float64(0.1)).item(), 2 * (3 - 0.6) * -6)


def test_grad_records_inside_no_grad():
    with mg.no_grad():
        assert mg.grad(lambda x: x * x)(3.0).item() == 6
        assert mg.grad(mg.grad(lambda x: x * x * x))(2.0).item() == 12


def test_no_grad_inside_of_f_cuts():
    def f(x):
        with mg.no_grad():
            c = x * x
        return x * c

    assert mg.grad(f)(3.0).item() == 9


def test_fused_ops_under_nested_grad(rng):
    x = rng.normal(size=(2, 3))
    mg.check_grads(lambda t: mg.grad(lambda u: (mg.gelu(u) * mg.layer_norm(u)).sum())(t), (x,), order=2,
                   rtol=1e-4, atol=1e-5)  # fmt: skip


def test_grad_in_place_on_a_leaf_of_f_is_refused():
    def f(x):
        x += 1
        return x.sum()

    with pytest.raises(RuntimeError, match=r"mg\.no_grad"):
        mg.grad(f)(np.ones(2))


# -- auxiliary results ----------------------------------------------------------------------------


def test_auxiliary_results_come_back_beside_the_value():
    def f(x):
        y = x * x
        return y.sum(), {"y": y, "name": "square", "count": 3}

    (value, aux), g = mg.value_and_grad(f, has_aux=True)(np.array([1.0, 2.0]))
    assert value.item() == 5
    assert value.node is None
    assert aux["y"].node is None
    np.testing.assert_array_equal(aux["y"].data, [1, 4])
    assert (aux["name"], aux["count"]) == ("square", 3)
    np.testing.assert_array_equal(g.data, [2, 4])


def test_auxiliary_results_stay_recorded_where_the_value_does():
    x = mg.tensor(np.array([1.0, 2.0]), requires_grad=True)
    (value, y), g = mg.value_and_grad(lambda t: ((t * t).sum(), t * 3), has_aux=True)(x)
    (value + y.sum() + g.sum()).backward()
    np.testing.assert_array_equal(x.grad.data, 2 * x.data + 3 + 2)


# -- what it leaves behind ------------------------------------------------------------------------


def test_the_graph_is_gone_with_the_call():
    held = []

    def f(x):
        y = np.exp(x)
        held.append(weakref.ref(y.node))
        return y.sum()

    for derivative in (mg.grad(f), mg.elementwise_grad(f), mg.hessian(f)):
        derivative(np.ones(2))
    for product in (mg.jvp, mg.hvp):
        product(f, (np.ones(2),), (np.ones(2),))
    mg.vjp(f, np.ones(2))
    assert [ref() for ref in held] == [None] * len(held)


def test_a_gradient_that_nobody_can_ask_for_is_not_recorded():
    """The inner gradient depends on the outer variable; the outer one on nothing that is left."""
    outer = mg.grad(lambda x: mg.grad(lambda y: x * x * y)(1.0))
    assert outer(3.0).item() == 6
    assert outer(3.0).node is None


def test_under_no_grad_nothing_is_recorded_for_the_caller():
    x = mg.tensor(np.ones(2), requires_grad=True)
    with mg.no_grad():
        value, g = mg.value_and_grad(lambda t: (t**3).sum())(x)
        assert mg.hvp(lambda t: (t**3).sum(), (x,), (x,))[0].node is None
        assert mg.jvp(np.sin, (x,), (x,))[1].node is None
    assert (value.node, g.node) == (None, None)
