"""mg.data_parallel: the values and derivatives of the call itself, whatever the number of threads."""

import functools

import numpy as np
import pytest

import minigrad as mg
from minigrad.autodiff import parallel

RNG = np.random.default_rng(5)
X = RNG.normal(size=(5, 3))
Y = RNG.normal(size=(5, 2))
W = RNG.normal(size=(3, 2))

THREADS = pytest.mark.parametrize("threads", [1, 2, 3, 5])
PAIRS = pytest.mark.parametrize("threads", [2, 3])


def leaf(array=W):
    return mg.tensor(array, requires_grad=True)


def loss(w, x, y):
    """The mean over the batch of a function of each example."""
    return ((np.tanh(x @ w) - y) ** 2).sum(axis=1).mean()


def rows(w, x, y):
    return np.tanh(x @ w) * y


def both(function, *arrays, threads):
    """Result and gradients of the call itself, and of the call in threads."""
    results = []
    for call in (lambda f, *xs: f(*xs), functools.partial(mg.data_parallel, threads=threads)):
        w, inputs = leaf(), [leaf(x) for x in arrays]
        out = call(functools.partial(function, w), *inputs)
        out.backward(np.cos(np.arange(float(out.size))).reshape(out.shape))
        results.append([out.data, w.grad.data, *(t.grad.data for t in inputs)])
    return results


def same(first, second, tolerance=1e-13):
    for a, b in zip(first, second, strict=True):
        assert a.shape == b.shape
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


# -- the same as the call itself ------------------------------------------------------------------


@THREADS
@pytest.mark.parametrize("function", [loss, rows])
def test_values_and_gradients_are_those_of_the_call_itself(function, threads):
    same(*both(function, X, Y, threads=threads))


@PAIRS
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("function", [loss, rows])
def test_short_floats_stay_short(function, dtype, threads):
    w, x, y = leaf(W.astype(dtype)), leaf(X.astype(dtype)), Y.astype(dtype)
    out = mg.data_parallel(functools.partial(function, w), x, y, threads=threads)
    assert out.dtype == dtype
    out.backward(np.ones(out.shape, dtype))
    assert w.grad.dtype == x.grad.dtype == dtype
    exact = leaf()
    function(exact, X, Y).sum().backward()
    np.testing.assert_allclose(w.grad.data, exact.grad.data, rtol=0.05, atol=0.05)


def test_parts_of_unequal_lengths_count_by_their_lengths():
    sizes = []

    def mean(x):
        sizes.append(len(x))
        return mg.tensor(x).mean()

    x = np.arange(7.0) ** 2
    np.testing.assert_allclose(mg.data_parallel(mean, x, threads=3).item(), x.mean())
    assert sorted(sizes) == [2, 2, 3]


def test_examples_keep_their_order():
    t = leaf(X)
    out = mg.data_parallel(lambda x: x * 2, t, threads=3)
    np.testing.assert_array_equal(out.data, X * 2)
    out.backward(X)
    np.testing.assert_array_equal(t.grad.data, 2 * X)


def test_as_many_threads_as_cores_but_no_more_than_examples(monkeypatch):
    used = []

    def part(x):
        used.append(len(x))
        return mg.tensor(x)

    monkeypatch.setattr(parallel, "cores", lambda: 3)
    for length, expected in [(7, [2, 2, 3]), (2, [1, 1]), (1, [1]), (0, [0])]:
        used.clear()
        x = np.arange(length) * 0.5
        np.testing.assert_array_equal(mg.data_parallel(part, x).data, x)
        assert sorted(used) == expected
    monkeypatch.undo()
    assert parallel.cores() >= 1


@PAIRS
def test_recorded_inputs_lead_on(threads):
    """Neither are they freed by the parts, nor seen before their gradient is whole."""
    results = []
    for call in (lambda f, *xs: f(*xs), functools.partial(mg.data_parallel, threads=threads)):
        w, x = leaf(), leaf(X)
        h = np.sin(x)
        (call(functools.partial(loss, w), h, Y) + h.sum()).backward()
        results.append([w.grad.data, x.grad.data])
    same(*results)


@PAIRS
def test_recorded_values_in_the_closure_that_depend_on_each_other(threads):
    """h is made of w, and f reads both: the way from h to w is not one of the parts'."""
    results = []
    for call in (lambda f, *xs: f(*xs), functools.partial(mg.data_parallel, threads=threads)):
        w = leaf()
        h = np.sin(w)
        call(lambda x, w=w, h=h: (x @ (h * w)).mean(), X).backward()
        results.append([w.grad.data])
    same(*results)


@PAIRS
def test_integers_beside_floats(threads):
    table = leaf(np.arange(8.0).reshape(4, 2))
    ids = np.array([0, 3, 3, 1])
    mg.data_parallel(lambda i: table[i].sum(axis=1).mean(), ids, threads=threads).backward()
    np.testing.assert_allclose(table.grad.data, np.array([[1], [1], [0], [2]]) / 4 * np.ones((1, 2)))


def test_a_parameter_that_one_part_alone_reads():
    w, v = leaf(3.0), leaf(5.0)
    f = lambda x: (x * w).mean() if x[0] < 3 else (x * v).mean()
    mg.data_parallel(f, np.array([1.0, 2.0, 4.0]), threads=2).backward()
    np.testing.assert_allclose([w.grad.item(), v.grad.item()], [1.0, 4 / 3])


def test_a_part_that_depends_on_nothing():
    w = leaf(3.0)
    f = lambda x: (x * w).mean() if x[0] < 3 else mg.tensor(7.0, dtype=np.float64)
    out = mg.data_parallel(f, np.array([1.0, 2.0, 4.0]), threads=2)
    out.backward()
    np.testing.assert_allclose([out.item(), w.grad.item()], [(2 * 4.5 + 7) / 3, 1.0])


def test_what_was_there_before_may_be_given():
    """A parameter itself, and a result that others read too."""
    w = leaf(3.0)
    mg.data_parallel(lambda x: w, X, threads=2).backward()
    np.testing.assert_allclose(w.grad.item(), 1.0)
    h = np.exp(w)
    (mg.data_parallel(lambda x: h, X, threads=3) * h).backward()
    np.testing.assert_allclose(w.grad.item(), 1 + 2 * np.exp(6.0))


def test_without_anything_to_differentiate_it_is_data():
    assert mg.data_parallel(lambda x, y: loss(mg.tensor(W), x, y), X, Y, threads=2).node is None
    w = leaf()
    with mg.no_grad():
        out = mg.data_parallel(functools.partial(loss, w), X, Y, threads=2)
        assert mg.data_parallel(lambda x: w.sum(), X, threads=2).node is None
        assert mg.data_parallel(lambda x: x, leaf(X), threads=2).node is None
    assert out.node is None
    np.testing.assert_allclose(out.item(), loss(W, X, Y))


@pytest.mark.parametrize("function", [loss, rows])
def test_the_same_bits_from_run_to_run(function):
    first = both(function, X, Y, threads=3)[1]
    for _ in range(5):
        for a, b in zip(first, both(function, X, Y, threads=3)[1], strict=True):
            np.testing.assert_array_equal(a, b)


# -- higher orders, and other functions around ----------------------------------------------------


@PAIRS
@pytest.mark.parametrize("function", [loss, rows])
def test_every_order(function, threads):
    def f(w, x, y):
        return mg.data_parallel(functools.partial(function, w), x, y, threads=threads)

    mg.check_grads(f, (W, X[:3], Y[:3]), order=2, rtol=1e-4, atol=1e-5)
    total = lambda call: lambda w: (call(w, X, Y) ** 2).sum()
    for derivative in (mg.grad, mg.hessian):
        same([derivative(total(f))(W).data], [derivative(total(function))(W).data], 1e-12)
    ours, theirs = (mg.jvp(lambda w, g=g: g(w, X, Y), (W,), (W,))[1].data for g in (f, function))
    same([ours], [theirs])


def test_a_result_that_its_own_gradient_reads():
    """Then the second walk comes by the nodes of the parts twice: through the result, and by the gradient."""
    found = []
    for call in (loss, lambda w, *batch: mg.data_parallel(functools.partial(loss, w), *batch, threads=2)):
        w = leaf()
        (call(w, X, Y) ** 2).backward(create_graph=True)
        first, w.grad = w.grad, None
        (first**2).sum().backward()
        found.append([first.data, w.grad.data])
    same(*found)


def test_third_order_by_hand():
    w = leaf(0.7)
    f = lambda: mg.data_parallel(lambda x: np.exp(x * w).mean(), np.array([1.0, 2.0, 3.0]), threads=2)
    f().backward(create_graph=True)
    for power in (2, 3):
        slope, w.grad = w.grad, None
        slope.backward(create_graph=power == 2)
    np.testing.assert_allclose(w.grad.item(), np.mean([k**3 * np.exp(0.7 * k) for k in (1, 2, 3)]))


def test_derivatives_inside():
    slope = lambda x: mg.grad(lambda u: (u**3).sum())(x)
    t = leaf(X)
    mg.data_parallel(slope, t, threads=2).sum().backward()
    np.testing.assert_allclose(t.grad.data, 6 * X)


def test_fused_ops_inside():
    x, w = RNG.normal(size=(3, 2, 4)), RNG.normal(size=(12, 4)) * 0.5
    attend = lambda w, x: mg.layer_norm(mg.self_attention(mg.linear(x, w), 2, is_causal=True))
    f = lambda w, x: mg.data_parallel(functools.partial(attend, w), x, threads=2)
    mg.check_grads(f, (w, x), order=2, rtol=1e-4, atol=1e-5)


def test_walked_twice():
    w = leaf()
    out = mg.data_parallel(functools.partial(loss, w), X, Y, threads=2)
    out.backward(retain_graph=True)
    first = w.grad.data.copy()
    out.backward()
    np.testing.assert_array_equal(w.grad.data, 2 * first)
    with pytest.raises(mg.GraphFreedError, match="at op 'data_parallel'"):
        out.backward()


def test_nested():
    def halves(w, x, y):
        return mg.data_parallel(functools.partial(loss, w), x, y, threads=2)

    same(*both(lambda w, x, y: halves(np.sin(w), np.cos(x), y), X, Y, threads=2), 1e-12)
    w, x, y = leaf(), leaf(X), leaf(Y)
    loss(np.sin(w), np.cos(x), y).backward()
    u, v = leaf(), leaf(X)
    mg.data_parallel(lambda x: halves(np.sin(u), np.cos(x), Y[: len(x)]), v, threads=1).backward()
    same([w.grad.data, x.grad.data], [u.grad.data, v.grad.data])


def checkpointed(w, x, y):
    return mg.checkpoint(loss, w, x, y)


@pytest.mark.parametrize("order", [1, 2])
def test_a_checkpoint_inside(order):
    f = lambda w, x: mg.data_parallel(functools.partial(checkpointed, w), x, Y[:3], threads=2)
    same(*both(checkpointed, X, Y, threads=2))
    mg.check_grads(f, (W, X[:3]), order=order, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("order", [1, 2])
def test_a_checkpoint_around(order):
    w, x = leaf(), leaf(X)

    def inside(w, x):
        return mg.data_parallel(functools.partial(loss, np.sin(w)), x * 2, Y[: len(x)], threads=2) * w.sum()

    mg.checkpoint(inside, w, x).backward()
    v, u = leaf(), leaf(X)
    (loss(np.sin(v), u * 2, Y) * v.sum()).backward()
    same([w.grad.data, x.grad.data], [v.grad.data, u.grad.data])
    mg.check_grads(lambda *ts: mg.checkpoint(inside, *ts), (W, X[:3]), order=order, rtol=1e-4, atol=1e-5)
    closure = lambda w: mg.checkpoint(lambda: inside(w, X[:3]))
    mg.check_grads(closure, (W,), order=order, rtol=1e-4, atol=1e-5)


def test_gradients_of_some_alone():
    f = lambda w, x, y: mg.data_parallel(functools.partial(rows, w), x, y, threads=2).sum()
    plain = lambda *ts: rows(*ts).sum()
    for i in range(3):
        same([mg.grad(f, i)(W, X, Y).data], [mg.grad(plain, i)(W, X, Y).data])
