"""Large graphs, many steps, many threads: cost is linear, nothing recurses, nothing stays behind.

`MINIGRAD_LONG=1` makes it a million nodes and four thousand steps.  Cost is counted, never timed.
"""

import copy
import gc
import os
import pickle
import sys
import threading
from contextlib import contextmanager

import numpy as np
import pytest

import minigrad as mg
import nn
from minigrad import contexts, graph, modes
from minigrad.graph import Node
from minigrad.primitive import Primitive
from minigrad.watching import RECORD, record_of

LONG = os.environ.get("MINIGRAD_LONG") == "1"
NODES = 1_000_000 if LONG else 100_000
STEPS = 4_000 if LONG else 400
WARM_UP = 600  # until Python's and NumPy's own caches are full, and the lists that grow to a bound


@contextmanager
def shallow_stack_and_no_collector():
    """Who recurses along a graph fails, and what dies does so by its reference count."""
    limit = sys.getrecursionlimit()
    gc.collect()
    gc.disable()
    sys.setrecursionlimit(250)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
        gc.enable()


def blocks():
    """How many blocks of memory Python holds, if reference counting has left nothing to the collector."""
    assert gc.collect() == 0  # which empties the lists of free tuples, too
    return sys.getallocatedblocks()


# -- large graphs ---------------------------------------------------------------------------------


def chain(x, n):
    """n ops one after the other.  ∂x: 1 for even n."""
    y = x
    for _ in range(n):
        y = -y
    return y


def ladder(x, n):
    """n ops, each on x and the one before.  ∂x: 1 for even n."""
    y = x
    for _ in range(n):
        y = x - y
    return y


def tree(x, n):
    """n / 2 ops side by side, added up two by two.  ∂x: -n / 2."""
    level = [-x for _ in range(n // 2)]
    while len(level) > 1:
        pairs = [a + b for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[2 * len(pairs) :]
    return level[0] * 1.0


GRAPHS = {"chain": (chain, 1), "ladder": (ladder, 1), "tree": (tree, -NODES // 2)}


@pytest.mark.slow
@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_of_a_million_nodes(name, monkeypatch):
    """Built, walked, copied, pickled and freed; each node is pulled back and queued once."""
    build, slope = GRAPHS[name]
    counts = dict.fromkeys(["pull_back", "heappush", "heappop"], 0)

    def counting(owner, method):
        original = getattr(owner, method)

        def call(*args):
            counts[method] += 1
            return original(*args)

        monkeypatch.setattr(owner, method, call)

    counting(Primitive, "pull_back")
    counting(graph, "heappush")
    counting(graph, "heappop")
    x = mg.tensor(np.float64(2.0), requires_grad=True)
    with shallow_stack_and_no_collector():
        before = blocks()
        y = build(x, NODES)
        for twin in (copy.copy(y), copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
            assert twin.item() == y.item()
            assert twin.node is None
        assert len(pickle.dumps(y)) < 1000
        y.backward()
        assert x.grad.item() == slope
        size = len(graph.ancestors(y.node)) - 1
        del y, twin
        assert blocks() - before < 100
    assert NODES <= size <= NODES + 1
    assert counts == {"pull_back": size, "heappush": size - 1, "heappop": size}


@pytest.mark.slow
@pytest.mark.parametrize("name", GRAPHS)
def test_a_million_nodes_that_nobody_walks_are_freed(name):
    x = mg.tensor(np.float64(2.0), requires_grad=True)
    with shallow_stack_and_no_collector():
        before = blocks()
        y = GRAPHS[name][0](x, NODES)
        assert NODES < blocks() - before < 10 * NODES
        del y
        assert blocks() - before < 100


def test_memory_is_linear_in_the_number_of_operands():
    x = mg.tensor(np.ones(1), requires_grad=True)

    def taken(n):
        parts = [x * 2.0 for _ in range(n)]
        before = blocks()
        y = np.stack(parts)
        held = blocks() - before
        x.grad = None
        y.sum().backward()
        assert x.grad.item() == 2 * n
        return held

    with shallow_stack_and_no_collector():
        assert taken(10_000) < 4 * 10_000


# -- many steps -----------------------------------------------------------------------------------


class Training:
    """A small model, its optimiser, and one batch."""

    def __init__(self):
        rng = np.random.default_rng(0)
        self.model = nn.Sequential(nn.Linear(3, 4, rng=rng), nn.GELU(), nn.Linear(4, 1, rng=rng))
        self.optimiser = nn.optim.AdamW(self.model.parameters(), lr=1e-3)
        self.x = rng.normal(size=(5, 3)).astype(np.float32)
        self.weight = self.model[0].weight

    def loss(self):
        return (self.model(self.x) ** 2).mean()

    def update(self, loss):
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()


def plainly(training):
    training.update(training.loss())


def with_hooks(training):
    hidden = training.model[0](training.x)
    hidden.register_hook(lambda g: g * 2.0)
    handle = training.weight.register_hook(lambda g: None)
    training.update(training.model[2](training.model[1](hidden)).sum())
    handle.remove()


def with_retained_gradients(training):
    hidden = training.model[0](training.x)
    hidden.retain_grad()
    training.update(training.model[2](hidden).sum())
    assert hidden.grad is not None


def in_place(training):
    hidden = training.model[0](training.x)
    hidden += 1.0
    hidden[0] = hidden[1] * 2.0
    training.update(training.model[2](hidden).sum())
    with mg.no_grad():
        training.weight *= 0.999


def with_views(training):
    weight = training.weight
    views = [weight.T, weight[0], weight.reshape(-1), weight.detach()]
    training.update(sum((view * view).sum() for view in views) + training.loss())


def functionally(training):
    parameters = dict(training.model.named_parameters())

    def loss(values):
        return (nn.functional_call(training.model, values, training.x) ** 2).mean()

    gradients = mg.grad(loss)(parameters)
    with mg.no_grad():
        for name, parameter in parameters.items():
            parameter -= 1e-3 * gradients[name]


def with_a_gradient_penalty(training):
    loss = training.loss()
    loss.backward(create_graph=True)
    training.update(loss + (training.weight.grad**2).sum())


def with_checkpoints(training):
    first, *rest = training.model
    hidden = mg.checkpoint(first, mg.tensor(training.x))
    training.update((rest[1](rest[0](hidden)) ** 2).mean())


def under_debug(training):
    with mg.debug():
        plainly(training)


def under_record(training):
    with mg.record(), mg.scope("step"), mg.observe(lambda *call: None):
        plainly(training)


STEP_KINDS = (
    plainly, with_hooks, with_retained_gradients, in_place, with_views, functionally, with_a_gradient_penalty,
    with_checkpoints, under_debug, under_record,
)  # fmt: skip


def alive():
    return sum(issubclass(type(x), (Node, mg.Tensor)) for x in gc.get_objects())


@pytest.mark.slow
@pytest.mark.parametrize("step", STEP_KINDS, ids=lambda step: step.__name__)
def test_thousands_of_steps_leave_nothing_behind(step):
    training = Training()
    step(training)  # which may import the compiled kernels, and that leaves cycles behind
    with shallow_stack_and_no_collector():
        for _ in range(WARM_UP):
            step(training)
        objects, before = alive(), blocks()
        for _ in range(STEPS):
            step(training)
        assert alive() == objects
        assert blocks() - before < STEPS / 2  # a leak is one block a step or more
    assert np.isfinite(training.weight.data).all()
    assert not {*(training.weight.node.hooks or {})} - {RECORD}
    family = training.weight.family
    assert family is None or len(family.memory._tensors) < 50


# -- many threads ---------------------------------------------------------------------------------


def in_threads(work, count=8):
    """work(number, meet) in each; all stop at each meet(), so that all are inside their modes at once."""
    barrier = threading.Barrier(count)
    failures = []

    def guarded(number):
        try:
            work(number, lambda: barrier.wait(timeout=60))
        except BaseException as error:
            failures.append(error)
            barrier.abort()

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    if failures:
        raise failures[0]


def test_eight_threads_each_in_a_mode_of_its_own():
    """While each is inside its own mode, it sees nothing of the others', in a graph of its own."""

    def work(number, meet):
        seen = []
        mode = [
            mg.no_grad, mg.debug, mg.record, lambda: mg.default_dtype(np.float64), lambda: mg.scope("fifth"),
            lambda: mg.observe(lambda op, *call: seen.append(op.name)), mg.no_grad, contexts.using,
        ][number]  # fmt: skip
        for round_ in range(10):
            x = mg.tensor(np.full(3, number + 1.0), requires_grad=True)
            hooked = []
            seen.clear()
            with mode(), np.errstate(divide="ignore"):
                meet()
                y = x * x
                z = y.sum()
                present = modes.current.get()
                assert present.recording == (mode is not mg.no_grad)
                assert mg.tensor(1).dtype == (np.float64 if number == 3 else np.float32)
                assert present.path == ("fifth" if number == 4 else "")
                assert seen == (["multiply", "sum"] if number == 5 else [])
                assert len(present.watchers) == (number in (1, 2, 5))
                if present.recording:
                    assert (record_of(y.node) is not None) == (mode is mg.record)
                    y.register_hook(hooked.append)
                    z.backward()
                    np.testing.assert_array_equal(x.grad.data, 2.0 * (number + 1))
                    assert len(hooked) == 1
                else:
                    assert y.node is None
                if mode is mg.debug:
                    with pytest.raises(mg.NonFiniteError):
                        y / 0.0
                else:
                    assert np.isinf((y / 0.0).data).all()
                meet()
            assert modes.current.get() == modes.Mode(), round_

    in_threads(work)


def test_threads_walk_graphs_of_their_own_over_a_shared_parameter():
    weight = mg.tensor(np.linspace(0.1, 1.0, 20), requires_grad=True)

    def work(number, meet):
        meet()
        for _ in range(50):
            own = weight * (number + 1.0)
            own.retain_grad()
            (np.tanh(own) * own).sum().backward()
            expected = np.tanh(own.data) + own.data * (1 - np.tanh(own.data) ** 2)
            np.testing.assert_allclose(own.grad.data, expected, rtol=1e-12)
            functional = mg.grad(lambda w: (w * w * (number + 1.0)).sum())(weight)
            np.testing.assert_allclose(functional.data, 2 * weight.data * (number + 1.0), rtol=1e-12)

    in_threads(work)
    assert weight.grad.shape == weight.shape


def test_threads_add_to_one_gradient_without_losing_any():
    weight = mg.tensor(np.zeros(4), requires_grad=True)

    def work(number, meet):
        meet()
        for _ in range(200):
            (weight * 1.0).sum().backward()

    in_threads(work)
    np.testing.assert_array_equal(weight.grad.data, 8 * 200)
