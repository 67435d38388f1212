"""mg.checkpoint: the same derivatives with less held, and never a wrong one in silence."""

import functools
import weakref

import numpy as np
import pytest

import minigrad as mg
from minigrad.graph import ancestors

X = np.array([[0.3, -1.2], [2.0, 0.7]])
V = np.array([[1.0, -2.0], [0.5, 3.0]])


def leaf(array=X):
    return mg.tensor(array, requires_grad=True)


def block(x, w):
    return np.tanh(x @ w) * x


def test_values_and_gradients_are_those_of_f_itself():
    results = []
    for call in (block, functools.partial(mg.checkpoint, block)):
        x, w = leaf(), leaf(V)
        y = call(x, w)
        (y * V).sum().backward()
        results.append((y.data, x.grad.data, w.grad.data))
    for a, b in zip(*results, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_graph_keeps_nothing_of_the_inside():
    made = []

    def f(x):
        y = np.exp(x)
        made.append(weakref.ref(y))
        z = np.sin(y)
        return z * y

    x = leaf()
    y = mg.checkpoint(f, x)
    assert [ref() for ref in made] == [None]
    assert [n.op.name for n in ancestors(y.node) if n.op] == ["checkpoint"]
    assert len(made) == 1
    y.sum().backward()
    assert len(made) == 2


def test_what_f_reads_by_closure_has_its_gradient():
    w = leaf(V)
    x = leaf()
    mg.checkpoint(lambda x: block(x, w), x).sum().backward()
    again_x, again_w = leaf(), leaf(V)
    block(again_x, again_w).sum().backward()
    np.testing.assert_array_equal(w.grad.data, again_w.grad.data)
    np.testing.assert_array_equal(x.grad.data, again_x.grad.data)


def test_recorded_values_in_the_closure_that_depend_on_each_other():
    """h is made of w, and f reads both: w's gradient through h must not be counted in the segment."""

    def total(call):
        w, x = leaf(V), leaf()
        h = np.sin(w)
        call(lambda x: x * h * w, x).sum().backward()
        return w.grad.data, x.grad.data

    for a, b in zip(total(lambda f, x: f(x)), total(mg.checkpoint), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-14)


def test_plain_arguments_and_parameters_alone():
    w = leaf(V)
    mg.checkpoint(lambda x: (x @ w).sum(), X).backward()
    np.testing.assert_allclose(w.grad.data, X.T @ np.ones((2, 2)))


def test_nothing_to_differentiate_gives_plain_data():
    y = mg.checkpoint(block, mg.tensor(X), V)
    assert y.node is None
    x = leaf()
    with mg.no_grad():
        assert mg.checkpoint(block, x, V).node is None


def test_every_order():
    f = lambda x: mg.checkpoint(lambda t: np.tanh(t) * np.exp(t), x)
    mg.check_grads(f, (X,), order=3, rtol=1e-3, atol=1e-4)
    plain = lambda x: np.tanh(x) * np.exp(x)
    for derivative in (mg.hessian, mg.grad):
        a, b = (derivative(lambda x, g=g: (g(x) * V).sum())(X).data for g in (f, plain))
        np.testing.assert_allclose(a, b, rtol=1e-14)
    a, b = (mg.jvp(g, (X,), (V,))[1].data for g in (f, plain))
    np.testing.assert_allclose(a, b, rtol=1e-14)


def test_second_order_reaches_the_closure():
    w = leaf(V)
    x = leaf()
    mg.checkpoint(lambda x: (x**3 * w).sum(), x).backward(create_graph=True)
    (x.grad * x.grad).sum().backward()
    # d/dw of Σ(3x²w)² = 18·x⁴·w, on top of the first Σx³
    np.testing.assert_allclose(w.grad.data, X**3 + 18 * X**4 * V)


def test_fused_ops_inside():
    layer = lambda x, w: mg.layer_norm(mg.gelu(mg.linear(x, w)))
    w = np.sin(np.arange(12.0)).reshape(3, 4)
    args = (np.hstack([X, X + 1]), w)
    mg.check_grads(lambda x, w: mg.checkpoint(layer, x, w), args, order=2, rtol=1e-4, atol=1e-5)


def test_nested():
    inner = lambda t: mg.checkpoint(np.tanh, t) * t
    outer = lambda t: np.exp(mg.checkpoint(inner, t))
    mg.check_grads(lambda x: mg.checkpoint(outer, x), (X,), order=2, rtol=1e-4, atol=1e-5)
    calls = []

    def counted(t):
        calls.append(1)
        return np.sin(t)

    x = leaf()
    mg.checkpoint(lambda t: mg.checkpoint(counted, t) * 2, x).sum().backward()
    assert len(calls) == 3  # forward, the outer second run, the inner one
    np.testing.assert_allclose(x.grad.data, 2 * np.cos(X))


def test_derivatives_inside():
    inner = lambda t: mg.grad(lambda u: (u**3).sum())(t)
    x = leaf()
    mg.checkpoint(inner, x).sum().backward()
    np.testing.assert_allclose(x.grad.data, 6 * X)


def test_several_outputs_in_a_tree():
    def f(x):
        return {"y": np.sin(x), "s": (x.sum(), x.astype(np.float32) * 2), "n": 3, "plain": X}

    x = leaf()
    out = mg.checkpoint(f, x)
    assert (out["n"], out["plain"] is X) == (3, True)
    assert out["s"][1].dtype == np.float32
    for got, want in [(out["y"], np.sin(X)), (out["s"][0], X.sum()), (out["s"][1], X.astype(np.float32) * 2)]:
        np.testing.assert_array_equal(got.data, want)
    ((out["y"] * V).sum() + 3 * out["s"][0] + out["s"][1].sum()).backward()
    np.testing.assert_allclose(x.grad.data, np.cos(X) * V + 3 + 2)


def test_an_output_that_is_not_used():
    x = leaf()
    a, _ = mg.checkpoint(lambda x: (np.sin(x), np.exp(x)), x)
    a.sum().backward()
    np.testing.assert_allclose(x.grad.data, np.cos(X))


def test_f_that_gives_its_argument_back():
    x = leaf()
    mg.checkpoint(lambda x: x, x).sum().backward()
    np.testing.assert_array_equal(x.grad.data, np.ones((2, 2)))


def test_the_graph_can_be_walked_twice_if_it_is_retained():
    x = leaf()
    y = mg.checkpoint(np.exp, x)
    y.backward(V, retain_graph=True)
    y.backward(V)
    np.testing.assert_allclose(x.grad.data, 2 * V * np.exp(X))
    with pytest.raises(mg.GraphFreedError, match="checkpoint"):
        y.backward(V)


def test_keyword_arguments():
    x, scale = leaf(), leaf(np.array(2.0))
    mg.checkpoint(lambda x, *, scale: (x * scale).sum(), x, scale=scale).backward()
    np.testing.assert_allclose(scale.grad.data, X.sum())


def test_modes_and_scopes_of_the_first_run_come_back():
    seen = []

    def f(x):
        seen.append((mg.is_recording(), mg.current_scope(), mg.tensor(1.0).dtype))
        return x * 2

    x = leaf()
    with mg.scope("model"), mg.default_dtype(np.float64):
        y = mg.checkpoint(f, x)
    y.sum().backward()
    assert seen == [(True, "model", np.float64)] * 2


def test_a_second_run_without_any_recorded_result_is_refused():
    plain = []
    x = leaf()
    y = mg.checkpoint(lambda t: mg.tensor(1.0) if plain else t.sum(), x)
    plain.append(1)
    with pytest.raises(mg.CheckpointError):
        y.backward()


def test_in_debug_mode():
    x = leaf()
    with mg.debug():
        mg.checkpoint(block, x, leaf(V)).sum().backward()
    assert x.grad is not None


def test_it_can_be_drawn():
    source = str(mg.draw(mg.checkpoint(np.exp, leaf()).sum()).source)
    assert "checkpoint" in source


def test_hooks_on_what_it_reads_see_the_whole_gradient_once():
    x, w = leaf(), leaf(V)
    seen = []
    h = x * 2
    for t in (h, w):
        t.register_hook(lambda g: seen.append(np.array(g.data if isinstance(g, mg.Tensor) else g)))
    (mg.checkpoint(lambda t: t * w, h) + h).sum().backward()
    assert len(seen) == 2
    np.testing.assert_array_equal(w.grad.data, 2 * X)
    np.testing.assert_array_equal(x.grad.data, 2 * (V + 1))


# -- randomness -----------------------------------------------------------------------------------


def noise(x, rng):
    return x * rng.normal(size=x.shape)


GLOBAL = np.random.default_rng(3)


class Noisy:
    def __init__(self):
        self.inside = {"rngs": [np.random.default_rng(1)]}

    def __call__(self, x):
        return noise(x, self.inside["rngs"][0])

    def method(self, x):
        return self(x)


def in_closure():
    rng = np.random.default_rng(2)
    return lambda x: noise(x, rng)


def by_default(x, rng=np.random.default_rng(4)):  # noqa: B008
    return noise(x, rng)


def by_name_default(x, *, rng=np.random.default_rng(5)):  # noqa: B008
    return noise(x, rng)


def through_another(x):
    helper = lambda t: noise(t, GLOBAL)
    return helper(x)


RANDOM = {
    "argument": lambda: functools.partial(noise, rng=np.random.default_rng(0)),
    "closure": in_closure,
    "object": Noisy,
    "method": lambda: Noisy().method,
    "default": lambda: by_default,
    "keyword default": lambda: by_name_default,
    "global": lambda: through_another,
    "mersenne": lambda: functools.partial(noise, rng=np.random.Generator(np.random.MT19937(1))),
}


@pytest.mark.parametrize("where", RANDOM)
def test_generators_are_found_and_replayed(where):
    f = RANDOM[where]()
    x = leaf()
    y = mg.checkpoint(f, x)
    other = mg.checkpoint(f, x)  # the generator has moved on before anybody walks back
    assert not np.array_equal(y.data, other.data)
    y.sum().backward()
    np.testing.assert_allclose(x.grad.data, y.data / X)


def test_generators_go_on_as_if_nothing_had_been_repeated():
    results = []
    for call in (noise, functools.partial(mg.checkpoint, noise)):
        rng = np.random.default_rng(0)
        call(leaf(), rng).sum().backward()
        results.append(rng.normal())
    assert results[0] == results[1]


def test_randomness_that_is_not_found_is_refused():
    x = leaf()
    y = mg.checkpoint(lambda x: noise(x, np.random.default_rng()), x).sum()
    with pytest.raises(mg.CheckpointError, match=r"gave another result than the first.*Generator.*argument"):
        y.backward()


def test_a_parameter_changed_before_backward_is_refused():
    x, w = leaf(), leaf(V)
    y = mg.checkpoint(block, x, w).sum()
    w.data += 1
    with pytest.raises(
        mg.CheckpointError, match=r"'block' in a checkpoint gave another result.*before backward"
    ):
        y.backward()


def test_an_argument_changed_in_place_before_backward_is_remembered():
    x = leaf()
    h = x * 2
    y = mg.checkpoint(np.sin, h)
    h *= 3
    (y * h).sum().backward(retain_graph=True)
    again = leaf()
    (np.sin(again * 2) * (again * 6)).sum().backward()
    np.testing.assert_allclose(x.grad.data, again.grad.data, rtol=1e-14)


def test_f_that_changes_its_own_values_in_place():
    def f(x):
        y = x * 2
        y *= x
        y[0] = x[1]
        return y

    results = []
    for call in (lambda f, x: f(x), mg.checkpoint):
        x = leaf()
        call(f, x).backward(V)
        results.append(x.grad.data)
    np.testing.assert_array_equal(*results)


def test_other_tensors_with_equal_values_are_refused():
    held = {"w": leaf(V)}
    x = leaf()
    y = mg.checkpoint(lambda x: x @ held["w"], x).sum()
    held["w"] = leaf(V)
    with pytest.raises(mg.CheckpointError, match="computed from other tensors than the first"):
        y.backward()


def test_a_leaf_made_inside_that_is_kept_is_refused():
    made = []

    def f(x):
        made.append(leaf(V))
        return x * made[-1]

    with pytest.raises(
        mg.CheckpointError, match=r"made a tensor of shape \(2, 2\) that requires a gradient.*before"
    ):
        mg.checkpoint(f, leaf())


def test_an_error_in_f_leaves_the_generators_in_place():
    rng = np.random.default_rng(0)
    fail = []

    def f(x):
        if fail:
            rng.normal()
            raise KeyError("second")
        return noise(x, rng)

    x = leaf()
    y = mg.checkpoint(f, x).sum()
    state = rng.bit_generator.state
    fail.append(1)
    with pytest.raises(KeyError):
        y.backward()
    assert rng.bit_generator.state == state
