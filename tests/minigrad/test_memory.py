"""What holds memory, and until when: reference counting alone frees a graph."""

import gc
import tracemalloc
import weakref
from contextlib import contextmanager

import numpy as np
import pytest

import minigrad as mg
from minigrad.graph import Node, ancestors


@contextmanager
def no_collector():
    """Garbage is not collected: what dies in the block dies by its reference count."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def networks():
    x = np.linspace(-1, 1, 12).reshape(3, 4)
    return {
        "elementwise": lambda w: np.tanh(x * w).sum(),
        "matmul": lambda w: (mg.tensor(x) @ w.T).sum(),
        "fused": lambda w: mg.gelu(mg.linear(x, w, w[:, 0])).sum(),
        "layer_norm": lambda w: mg.layer_norm(w * x, w[0], w[1]).sum(),
        "attention": lambda w: mg.scaled_dot_product_attention(w, w, w, is_causal=True).sum(),
        "cross_entropy": lambda w: mg.cross_entropy(w, np.array([0, 1, 3])),
        "variadic": lambda w: mg.einsum("ij,ij->", mg.concatenate([w, w])[:3], mg.stack([w, w])[1]),
    }


def leaf():
    return mg.tensor(np.linspace(0.5, 1.5, 12).reshape(3, 4), requires_grad=True)


def watched(root):
    """Weak references to every node of a graph and to every array that one saved."""

    def arrays(saved):
        if isinstance(saved, np.ndarray):
            return [saved]
        parts = (
            saved.values() if isinstance(saved, dict) else saved if isinstance(saved, (list, tuple)) else ()
        )
        return [x for part in parts for x in arrays(part)]

    nodes = [node for node in ancestors(root) if node.op is not None]
    return [weakref.ref(x) for node in nodes for x in (node, *arrays(node.saved))]


def alive(references, but=()):
    kept = {id(x) for x in but}
    return [r() for r in references if r() is not None and id(r()) not in kept]


@pytest.mark.parametrize("name", networks())
def test_a_graph_dies_with_its_result(name):
    w = leaf()
    with no_collector():
        out = networks()[name](w)
        references = watched(out.node)
        assert len(references) > 1
        del out
        assert not alive(references, but=[w.data])


@pytest.mark.parametrize("name", networks())
def test_a_graph_dies_after_backward(name):
    w = leaf()
    with no_collector():
        out = networks()[name](w)
        references = watched(out.node)
        out.backward()
        del out
        assert not alive(references, but=[w.data])


@pytest.mark.parametrize("name", networks())
def test_a_graph_of_gradients_dies_too(name):
    w = leaf()
    with no_collector():
        out = networks()[name](w)
        out.backward(create_graph=True)
        references = watched(out.node) + (watched(w.grad.node) if w.grad.node else [])
        held = weakref.ref(w.grad)
        w.grad = None
        del out
        assert held() is None
        assert not alive(references, but=[w.data])


def test_a_leaf_with_a_recorded_gradient_is_no_cycle():
    with no_collector():
        w = leaf()
        (w * w).sum().backward(create_graph=True)
        (w.grad * w.grad).sum().backward()
        dead = [weakref.ref(w), weakref.ref(w.node), weakref.ref(w.data)]
        del w
        assert not alive(dead)


def test_the_functional_form_leaves_nothing_behind():
    with no_collector():
        x = np.linspace(0, 1, 5)
        made = []

        def f(t):
            made.append(weakref.ref(t.node))
            y = np.sin(t)
            made.append(weakref.ref(y.node))
            return (y * y).sum()

        second = mg.grad(lambda t: mg.grad(f)(t).sum())(x)
        assert second.shape == (5,)
        assert len(made) >= 2
        assert not alive(made)


def test_an_error_in_an_op_leaves_nothing_behind():
    with no_collector():
        w = leaf()
        h = w * 2
        references = watched(h.node)
        with pytest.raises(ValueError, match="reshape"):
            h.reshape(5, 5)
        del h
        gc.collect()  # the traceback that pytest.raises keeps is a cycle of its own
        assert not alive(references, but=[w.data])


def test_saved_arrays_are_dropped_as_the_walk_passes(monkeypatch):
    """When the rule of the first op runs, what the ops after it had saved is gone already."""
    with no_collector():
        x = mg.tensor(np.linspace(0, 1, 4), requires_grad=True)
        first = np.sin(x)
        second = np.exp(first)
        third = np.tanh(second)
        later = [weakref.ref(second.data), weakref.ref(third.data)]
        out = third.sum()
        seen = []
        rule = mg.sin.rules[0]
        function = rule.function

        def spying(g, *read):
            seen.append(alive(later))
            return function(g, *read)

        monkeypatch.setattr(rule, "function", spying)
        del first, second, third
        assert len(alive(later)) == 2
        out.backward()
        assert seen == [[]]
        assert out.node.saved is None


def test_a_node_keeps_only_what_its_rules_read():
    with no_collector():
        x = mg.tensor(np.ones((50, 50)), requires_grad=True)
        y = x + 1.0  # the rule reads nothing
        z = np.exp(y)  # reads its result, not its operand
        held = weakref.ref(y.data)
        out = z.sum()
        del y
        assert held() is None
        assert out.node.parents[0] is z.node
        assert z.node.saved[0][0].base is None  # exp's result, which nobody else holds
        assert [len(read) for read in z.node.saved] == [1]
        assert not any(isinstance(part, np.ndarray) for part in out.node.saved[0])  # shapes and axes


def test_only_the_rules_that_are_wanted_keep_something():
    with no_collector():
        weight = mg.tensor(np.ones((4, 4)), requires_grad=True)
        x = mg.tensor(np.ones((4, 4)))
        constant = mg.tensor(np.ones((4, 4)))
        out = x @ weight
        assert out.node.saved[0] is None  # the gradient of x would need weight, and x has none
        saved = (weight * constant).node.saved
        assert saved[0][0] is constant.data
        assert saved[1] is None


def test_no_grad_keeps_nothing():
    with no_collector(), mg.no_grad():
        x = leaf()
        y = np.exp(x)
        held = weakref.ref(y.data)
        z = y * 2
        del y
        assert held() is None
        assert z.node is None


def test_no_node_refers_to_a_tensor():
    w = leaf()
    out = networks()["fused"](w) + networks()["attention"](w)
    out.backward(create_graph=True)
    for root in (out.node, w.grad.node):
        for node in ancestors(root):
            assert not any(isinstance(x, mg.Tensor) for x in gc.get_referents(node))
            assert not any(isinstance(x, mg.Tensor) for x in gc.get_referents(node.saved))


def test_a_training_loop_does_not_grow():
    """The same number of nodes and arrays is alive after every step."""
    with no_collector():
        w = leaf()
        counts = []
        for _ in range(4):
            loss = networks()["fused"](w)
            loss.backward()
            with mg.no_grad():
                w -= 0.1 * w.grad
            w.grad = None
            counts.append(sum(issubclass(type(x), (Node, mg.Tensor)) for x in gc.get_objects()))
        assert counts[1] == counts[2] == counts[3]


def test_detach_shares_the_data_and_copy_does_not():
    w = leaf()
    assert w.detach().data is w.data
    assert not np.shares_memory(w.copy().data, w.data)
    assert mg.tensor(w.data).data is not w.data


KEEPS = {
    "detach": lambda loss: loss.detach(),
    "stop_gradient": lambda loss: mg.stop_gradient(loss),
    "a view without a graph": lambda loss: _no_grad_view(loss),
    "detached from a view": lambda loss: loss[...].detach(),
    "a view of what was detached": lambda loss: loss.detach()[...],
}


def _no_grad_view(loss):
    with mg.no_grad():
        return loss.reshape(())


@pytest.mark.parametrize("keep", KEEPS.values(), ids=KEEPS)
def test_what_was_detached_keeps_no_graph_alive(keep):
    x = mg.tensor(np.ones(1000), requires_grad=True)
    loss = np.sin(x).sum()
    node = weakref.ref(loss.node)
    kept = keep(loss)
    del loss
    assert node() is None
    np.testing.assert_allclose(kept.data, np.sin(1.0) * 1000)


def test_fifty_detached_losses_cost_fifty_numbers():
    x = mg.tensor(np.ones(1000), requires_grad=True)
    losses = [np.sin(x).sum().detach()]
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(50):
            loss = np.sin(x).sum()
            losses.append(loss.detach())
        del loss
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 50 * 2000  # a graph holds 8,000 and more each
