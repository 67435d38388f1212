"""mg.data_parallel among hooks, modes and watchers; its threads, and what they leave behind."""

import functools
import gc
import sys
import threading
import weakref

import numpy as np
import pytest

import minigrad as mg
from minigrad.autodiff import threads
from minigrad.autodiff.threads import in_threads
from minigrad.graph import ancestors
from tests.minigrad.test_parallel import X, Y, both, leaf, loss, same

# -- hooks, modes and watchers --------------------------------------------------------------------


def test_hooks_see_whole_gradients_once():
    w, x = leaf(), leaf(X)
    h = np.sin(x)
    h.retain_grad()
    seen = []
    for t in (w, h):
        t.register_hook(lambda g: seen.append(g.data.copy()))
    mg.data_parallel(functools.partial(loss, w), h, Y, threads=3).backward()
    same(sorted(seen, key=np.size), sorted([w.grad.data, h.grad.data], key=np.size))
    w.grad = None
    w.register_hook(lambda g: g * 2)
    mg.data_parallel(functools.partial(loss, w), X, Y, threads=2).backward()
    doubled, plain = w.grad.data, leaf()
    loss(plain, X, Y).backward()
    same([doubled], [2 * plain.grad.data])


def test_hooks_inside_see_the_gradient_of_their_part():
    seen = {}

    def f(x):
        y = x * 2
        y.register_hook(lambda g: seen.update({len(x): g.data.copy()}))
        return y.mean()

    mg.data_parallel(f, leaf(np.arange(3.0)), threads=2).backward()
    np.testing.assert_allclose(seen[2], np.full(2, 1 / 3))
    np.testing.assert_allclose(seen[1], np.full(1, 1 / 3))


def test_the_modes_and_the_scope_reach_every_thread():
    found, meeting = [], threading.Barrier(3, timeout=20)

    def f(x):
        meeting.wait()
        found.append((mg.current_scope(), np.geterr()["divide"], mg.tensor(1.0).dtype, threading.get_ident()))
        return mg.tensor(x) * leaf_of_all

    leaf_of_all = leaf(2.0)
    with mg.scope("Model"), np.errstate(divide="raise"), mg.default_dtype(np.float64):
        out = mg.data_parallel(f, np.arange(3.0), threads=3)
        with pytest.raises(FloatingPointError):
            mg.data_parallel(lambda x: 1 / mg.tensor(x), np.array([1.0, 0.0]), threads=2)
    assert {entry[:3] for entry in found} == {("Model", "raise", np.dtype(np.float64))}
    assert len({entry[3] for entry in found}) == 3
    assert out.node.path == "Model"


def test_drawn_it_is_one_node():
    w = leaf()
    w.name = "w"
    with mg.record():
        out = mg.data_parallel(functools.partial(loss, w), X, Y, threads=2)
        out.backward(retain_graph=True)
    assert [node.op.name for node in ancestors(out.node) if node.op] == ["data_parallel"]
    assert "data_parallel" in mg.draw(out).source
    plain = leaf()
    loss(plain, X, Y).backward()
    same([w.grad.data], [plain.grad.data])


def test_under_debug():
    w = leaf()
    with mg.debug():
        mg.data_parallel(functools.partial(loss, w), X, Y, threads=2).backward()
        with pytest.raises(mg.NonFiniteError, match="log made an infinity"), np.errstate(divide="ignore"):
            mg.data_parallel(lambda x: np.log(mg.tensor(x)), np.array([1.0, 0.0]), threads=2)
    plain = leaf()
    loss(plain, X, Y).backward()
    same([w.grad.data], [plain.grad.data])


def test_observers_see_one_op_at_a_time():
    inside, seen = threading.Lock(), []

    def observer(op, operands, options, out):
        assert inside.acquire(blocking=False)
        seen.append((op.name, threading.get_ident()))
        inside.release()

    with mg.observe(observer):
        mg.data_parallel(functools.partial(loss, leaf()), X, Y, threads=3)
    assert [name for name, _ in seen].count("tanh") == 3
    assert {ident for _, ident in seen} == {threading.get_ident()}


# -- threads --------------------------------------------------------------------------------------


def test_the_calls_run_side_by_side():
    meeting = threading.Barrier(3, timeout=20)
    assert in_threads([lambda i=i: (meeting.wait(), i)[1] for i in range(3)]) == [0, 1, 2]


def test_the_first_error_is_raised_when_all_have_ended():
    ended = []

    def call(i):
        ended.append(i)
        if i:
            raise [KeyError, ZeroDivisionError][i - 1](i)

    with pytest.raises(KeyError):
        in_threads([functools.partial(call, i) for i in (0, 1, 2)])
    assert sorted(ended) == [0, 1, 2]
    with pytest.raises(KeyboardInterrupt):  # of any kind
        in_threads([lambda: None, functools.partial(_raise, KeyboardInterrupt)])


def _raise(kind):
    raise kind


def test_an_error_in_backward_keeps_its_type():
    def refuse(g):
        raise LookupError("no")

    def f(x):
        y = x * 2
        y.register_hook(refuse)
        return y.mean()

    out = mg.data_parallel(f, leaf(X), threads=2)
    with pytest.raises(LookupError, match="no"):
        out.backward()


def _threads_of_blas():
    threadpoolctl = pytest.importorskip("threadpoolctl")
    found = [entry for entry in threadpoolctl.threadpool_info() if entry["user_api"] == "blas"]
    return [
        entry["num_threads"] for entry in found if "scipy.libs" not in entry["filepath"]
    ]  # it has one of its own


def test_products_are_held_to_one_thread_meanwhile():
    threadpoolctl = pytest.importorskip("threadpoolctl")
    inside, backward = [], []

    def f(x):
        inside.extend(_threads_of_blas())
        y = x * 2
        y.register_hook(lambda g: backward.extend(_threads_of_blas()))
        return y.mean()

    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        before = _threads_of_blas()
        mg.data_parallel(f, leaf(X), threads=2).backward()
        assert _threads_of_blas() == before
        with pytest.raises(ZeroDivisionError):
            mg.data_parallel(lambda x: 1 // 0, X, threads=2)
        assert _threads_of_blas() == before
    assert set(inside) == set(backward) == {1}


def test_of_calls_that_overlap_the_last_puts_the_setting_back():
    threadpoolctl = pytest.importorskip("threadpoolctl")
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        before = _threads_of_blas()
        first, second = threads.PRODUCTS.held_to_one_thread(), threads.PRODUCTS.held_to_one_thread()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert set(_threads_of_blas()) == {1}
        second.__exit__(None, None, None)
        assert _threads_of_blas() == before


def test_it_works_without_threadpoolctl(monkeypatch):
    monkeypatch.setattr(threads, "_blas", lambda: None)
    same(*both(loss, X, Y, threads=2))
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    assert threads._blas.__wrapped__() is None


# -- memory ---------------------------------------------------------------------------------------


@pytest.fixture
def no_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_nothing_stays_alive_after_backward(no_collector):
    nodes, arrays = [], []

    def f(x):
        y = np.exp(x)
        nodes.append(weakref.ref(y.node))
        arrays.append(weakref.ref(y.data))
        return (y * y).mean()

    t = leaf(X)
    out = mg.data_parallel(f, t, threads=2)
    assert all(ref() is not None for ref in nodes)
    out.backward()
    assert [ref() for ref in nodes + arrays] == [None] * 4
    out = mg.data_parallel(f, t, threads=2)
    del out
    assert [ref() for ref in nodes + arrays] == [None] * 8


def test_nothing_stays_alive_after_an_error(no_collector):
    arrays = []

    def f(x):
        y = np.exp(x)
        arrays.append(weakref.ref(y.data))
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            mg.data_parallel(f, leaf(X), threads=2)
    assert [ref() for ref in arrays] == [None] * 4
