"""Hooks on tensors, and gradients kept on interior ones."""

import gc
import weakref

import numpy as np
import pytest

import minigrad as mg


def leaf(*values):
    return mg.tensor(np.array(values), requires_grad=True)


def test_a_hook_sees_the_whole_gradient_once():
    x = leaf(1.0, 2.0)
    y = x * 3
    seen = []
    y.register_hook(seen.append)
    (y.sum() + (y * y).sum()).backward()
    assert len(seen) == 1
    assert type(seen[0]) is mg.Tensor
    np.testing.assert_array_equal(seen[0].data, 1 + 2 * y.data)


def test_what_a_hook_returns_flows_on():
    x = leaf(1.0, 2.0)
    y = x * 3
    y.register_hook(lambda g: g * 10)
    y.register_hook(lambda g: g + 1)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.data, [33, 33])


def test_a_hook_on_a_leaf_runs_before_grad_is_added_to():
    x = leaf(1.0, 2.0)
    x.register_hook(lambda g: g * 2)
    (x * 3).sum().backward()
    (x * 3).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [12, 12])


def test_a_hook_is_removed():
    x = leaf(1.0)
    handle = x.register_hook(lambda g: g * 2)
    (x * 1).backward()
    handle.remove()
    handle.remove()
    (x * 1).backward()
    with x.register_hook(lambda g: g * 0):
        (x * 1).backward()
    (x * 1).backward()
    assert x.grad.data[0] == 2 + 1 + 0 + 1


def test_a_hook_is_differentiated_through():
    x = leaf(2.0)
    y = x * x
    handle = y.register_hook(lambda g: g * g * 3)
    (y * y).sum().backward(create_graph=True)  # 3 (2y)² · 2x = 24 x⁵
    np.testing.assert_allclose(x.grad.data, 24 * 2.0**5)
    handle.remove()  # or it would change the second backward too, which passes y again
    first, x.grad = x.grad, None
    first.backward()
    np.testing.assert_allclose(x.grad.data, 120 * 2.0**4)


def test_a_hook_may_keep_what_it_gets():
    x = leaf(1.0, 2.0)
    kept = []
    y = x * 1
    y.register_hook(kept.append)
    (y * 2).sum().backward()
    x.grad.data[:] = 99
    np.testing.assert_array_equal(kept[0].data, [2, 2])


def test_retain_grad_leaves_the_gradient_on_an_interior_tensor():
    x = leaf(1.0, 2.0)
    y = x * 3
    assert not y.retains_grad
    y.retain_grad()
    y.retain_grad()
    assert y.retains_grad
    (y * y).sum().backward(retain_graph=True)
    np.testing.assert_array_equal(y.grad.data, 2 * y.data)
    (y * y).sum().backward()
    np.testing.assert_array_equal(y.grad.data, 4 * y.data)  # added up, as on a leaf
    z = leaf(1.0) * 2
    z.backward()
    assert z.grad is None


def test_retain_grad_on_a_leaf_changes_nothing():
    x = leaf(1.0)
    x.retain_grad()
    (x * 2).backward()
    assert x.grad.data[0] == 2


def test_retaining_forms_no_cycle():
    x = leaf(1.0)
    y = x * 2
    y.retain_grad()
    gone = weakref.ref(y)
    gc.collect()
    gc.disable()
    try:
        del y
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("method", [lambda t: t.register_hook(print), lambda t: t.retain_grad()])
def test_where_no_gradient_flows_there_is_nothing_to_hook(method):
    with pytest.raises(RuntimeError, match=r"no gradient flows.*requires_grad=True"):
        method(mg.tensor([1.0]))


@pytest.mark.parametrize(
    ("result", "given"), [(np.ones(2), "a ndarray"), (mg.tensor([1.0, 2.0, 3.0]), r"shape \(3,\)")]
)
def test_a_hook_that_returns_something_else_is_refused(result, given):
    x = leaf(1.0, 2.0)
    x.register_hook(lambda g: result)
    with pytest.raises(
        TypeError, match=rf"None or a Tensor of the gradient's shape \(2,\).*returned {given}"
    ):
        (x * 1).sum().backward()


# -- of several tensors together --------------------------------------------------------------------


def test_a_joint_hook_sees_what_came_and_none_for_the_rest():
    a, b, c = (mg.tensor([v], requires_grad=True) for v in (1.0, 2.0, 3.0))
    constant, seen = mg.tensor([4.0]), []
    x, y, z, k = mg.hooked([a, b, c, constant], seen.append)
    assert k is constant
    (x * y * 10 + k).backward(retain_graph=True)
    (z * 2).backward()
    first, second = [[g and g.item() for g in gradients] for gradients in seen]
    assert first == [20, 10, None, None]
    assert second == [None, None, 2, None]
    assert [t.grad.item() for t in (a, b, c)] == [20, 10, 2]
    with mg.no_grad():
        assert mg.hooked([a, b], seen.append) == [a, b]


def test_a_joint_hook_may_replace_or_stop_gradients():
    a, b = (mg.tensor([v], requires_grad=True) for v in (1.0, 2.0))
    x, y = mg.hooked([a, b], lambda gradients: (gradients[0] * 3, None))
    (x * y).backward()
    assert a.grad.item() == 6
    assert b.grad is None


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (lambda g: [g[0]], "a hook of 2 gradients must return None or as many, and gave 1"),
        (lambda g: g[0], "a hook of 2 gradients must return None or as many, and gave a Tensor"),
        (lambda g: [g[0].sum(), g[1]], r"of the gradient's shape \(1,\), and it returned shape \(\)"),
        (lambda g: [1.0, g[1]], r"of the gradient's shape \(1,\), and it returned a float"),
    ],
)
def test_what_a_joint_hook_must_not_return(given, text):
    x, y = mg.hooked([mg.tensor([v], requires_grad=True) for v in (1.0, 2.0)], given)
    with pytest.raises(TypeError, match=text):
        (x * y).backward()
