"""Hooks on tensors, and gradients kept on interior ones."""

import gc
import operator
import weakref

import numpy as np
import pytest

import minigrad as mg
from minigrad.watching import record_of


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


@pytest.mark.parametrize("several", [False, True])
def test_what_a_hook_keeps_is_no_memory_of_grad(several):
    """The rule of * makes an array of its own, which the walk would hand out, or add to, as it is."""
    x = leaf(1.0, 2.0)
    kept = []
    x.register_hook(kept.append)
    y = x * leaf(3.0, 4.0)
    (y + x * 5 if several else y).sum().backward()
    assert not np.shares_memory(kept[0].data, x.grad.data)
    x.grad.data[:] = 99
    np.testing.assert_array_equal(kept[0].data, [8, 9] if several else [3, 4])


def test_what_a_hook_keeps_is_no_memory_of_what_grad_returns():
    kept = []

    def f(x):
        y = x * leaf(3.0, 4.0)
        x.register_hook(kept.append)
        return y.sum()

    g = mg.grad(f)(np.array([1.0, 2.0]))
    assert not np.shares_memory(kept[0].data, g.data)


def test_what_a_hook_keeps_is_not_added_to_further_down():
    """The gradient that it saw flows to x as it is, by a rule that passes it on, and 10 is added there."""
    x = leaf(1.0, 2.0)
    kept = []
    y = x + 0.0
    y.register_hook(kept.append)
    (x * 10 + y * 2).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [12, 12])
    np.testing.assert_array_equal(kept[0].data, [2, 2])


def test_a_hook_may_give_another_dtype_and_the_gradient_keeps_its_own():
    x = mg.tensor(np.array([1.0, 2.0], np.float32), requires_grad=True)
    y = x * 3
    for t in (x, y):
        t.register_hook(lambda g: g.astype(np.float64) * 2)
    seen = []
    y.register_hook(lambda g: seen.append(g.dtype))
    y.sum().backward()
    assert seen == [np.float32]
    assert x.grad.dtype == np.float32
    np.testing.assert_array_equal(x.grad.data, [12, 12])


def test_a_hook_on_what_data_parallel_reads_sees_the_whole_gradient_once():
    x = leaf(1.0, 2.0)
    h = x * 1.0
    seen = []
    for t in (x, h):
        t.register_hook(lambda g: seen.append(g.data.copy()))
    mg.data_parallel(lambda rows: rows @ (x + h), np.eye(2), threads=2).sum().backward()
    np.testing.assert_array_equal(seen, [[1, 1], [2, 2]])


def test_the_gradient_that_is_drawn_is_no_memory_of_grad():
    with mg.record():
        x = leaf(1.0, 2.0)
        (x * leaf(3.0, 4.0)).sum().backward()
    assert not np.shares_memory(record_of(x.node).gradient, x.grad.data)
    x.grad.data[:] = 99
    np.testing.assert_array_equal(record_of(x.node).gradient, [3, 4])


def test_a_retained_gradient_is_no_memory_of_anything_else():
    x = leaf(1.0, 2.0)
    y = x + 0.0
    y.retain_grad()
    (y * 2).sum().backward()
    assert not np.shares_memory(y.grad.data, x.grad.data)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: operator.imul(t, 2),
        lambda t: operator.iadd(t, 2),
        lambda t: t.__setitem__(0, 5.0),
        lambda t: t[:1].__imul__(2),  # through a view
        lambda t: t.reshape(2, 1).__setitem__(0, 5.0),
    ],
    ids=["*=", "+=", "[]=", "view *=", "view []="],
)
def test_a_retained_gradient_is_that_of_the_value_after_writing_in_place(change):
    x = leaf(1.0, 2.0)
    y = x * 3
    y.retain_grad()
    change(y)
    assert y.retains_grad
    (y * y).sum().backward()
    np.testing.assert_array_equal(y.grad.data, 2 * y.data)


def test_a_view_retains_the_gradient_of_its_value_after_writing_to_the_source():
    x = leaf(1.0, 2.0)
    y = x * 3
    view = y[:1]
    view.retain_grad()
    y *= 2
    (view * view).sum().backward()
    np.testing.assert_array_equal(view.grad.data, 2 * view.data)
    np.testing.assert_array_equal(x.grad.data, [72, 0])


def test_a_hook_stays_with_the_value_on_which_it_was_registered():
    x = leaf(1.0, 2.0)
    y = x * 3
    seen = []
    y.register_hook(seen.append)
    y *= 2
    y.sum().backward()
    np.testing.assert_array_equal(seen[0].data, [2, 2])


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
