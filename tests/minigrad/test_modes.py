"""What is recorded when: no_grad, record, observe, scope and default_dtype, each thread for itself."""

import asyncio
import threading

import numpy as np
import pytest

import minigrad as mg
from minigrad import modes
from minigrad.watching import record_of
from tests.cases import each


def leaf():
    return mg.tensor([1.0, 2.0], requires_grad=True)


def test_no_grad_as_a_context():
    x = leaf()
    with mg.no_grad():
        assert not mg.is_recording()
        y = x * 2
    assert y.node is None
    assert mg.is_recording()
    assert (x * 2).node is not None


def test_no_grad_as_a_decorator():
    @mg.no_grad()
    def double(x):
        """Twice x."""
        return x * 2

    for _ in range(2):  # each call enters anew
        assert double(leaf()).node is None
    assert double.__doc__ == "Twice x."
    assert (leaf() * 2).node is not None


def test_no_grad_decorates_without_parentheses_too():
    @mg.no_grad
    def double(x):
        return x * 2

    assert double(leaf()).node is None
    assert (leaf() * 2).node is not None
    with pytest.raises(TypeError, match=r"takes nothing.*got a Tensor: write `with mg\.no_grad\(\):`"):
        mg.no_grad(leaf())


def test_a_decorated_generator_is_in_the_block_while_it_runs_and_nobody_else_is():
    seen = []

    @mg.no_grad()
    def doubled(x):
        """Twice x, then twice what is sent."""
        try:
            sent = yield x * 2
            yield sent * 2
        except KeyError as error:
            yield x * error.args[0]
        finally:
            seen.append(mg.is_recording())

    x = leaf()
    steps = doubled(x)
    assert next(steps).node is None
    assert mg.is_recording()
    assert steps.send(x).node is None
    assert list(steps) == []
    steps = doubled(x)
    next(steps)
    assert steps.throw(KeyError(3)).node is None
    steps.close()
    assert seen == [False, False]
    assert doubled.__doc__.startswith("Twice")
    assert mg.is_recording()


def test_decorated_coroutines_and_async_generators():
    @mg.no_grad()
    async def double(x):
        await asyncio.sleep(0)
        return x * 2

    @mg.no_grad
    async def doubles(x):
        for i in range(2):
            await asyncio.sleep(0)
            yield x * i

    async def recorded(x):
        found = []
        for _ in range(3):
            await asyncio.sleep(0)
            found.append((x * 2).node is not None)
        return found

    async def main():
        x = leaf()
        plain, flags = await asyncio.gather(double(x), recorded(x))
        assert plain.node is None
        assert all(flags)
        async for y in doubles(x):
            assert y.node is None
            assert (x * 2).node is not None

    asyncio.run(main())
    assert mg.is_recording()


CONTEXTS = {
    "no_grad": mg.no_grad,
    "record": mg.record,
    "default_dtype": lambda: mg.default_dtype(np.float64),
    "scope": lambda: mg.scope("a"),
    "observe": lambda: mg.observe(lambda *call: None),
}


@each("context", CONTEXTS.values(), ids=CONTEXTS)
@each("order", [(0, 1), (1, 0)])
def test_blocks_may_end_in_any_order(context, order):
    """As those of generators do that are resumed in turn, or collected."""

    def steps():
        with context():
            yield

    generators = [steps(), steps()]
    for generator in generators:
        next(generator)
    inside = modes.current.get()
    for i in order:
        assert modes.current.get() != modes.Mode()
        generators[i].close()
    assert modes.current.get() == modes.Mode()
    assert inside != modes.Mode()


@each("context", CONTEXTS.values(), ids=CONTEXTS)
def test_every_context_decorates_generators(context):
    @context()
    def steps():
        yield modes.current.get()

    (inside,) = steps()
    assert inside != modes.Mode()
    generator = steps()
    next(generator)
    assert modes.current.get() == modes.Mode()
    generator.close()


def test_a_block_is_entered_twice_and_more():
    block = mg.no_grad()
    with block, block:
        with block:
            pass
        assert not mg.is_recording()
    assert mg.is_recording()


def test_modes_are_restored_after_an_error():
    for context in (mg.no_grad(), mg.record(), mg.default_dtype(np.float64), mg.scope("a")):
        with pytest.raises(ZeroDivisionError), context:
            raise ZeroDivisionError
        assert modes.current.get() == modes.Mode()


def test_modes_nest():
    with mg.no_grad():
        with mg.default_dtype(np.float64), mg.no_grad():
            assert mg.tensor(1).dtype == np.float64
        assert not mg.is_recording()
        assert mg.tensor(1).dtype == np.float32


def test_backward_runs_in_its_own_mode():
    """Gradients are not recorded without create_graph, though the program around records."""
    x = leaf()
    (x * x).sum().backward()
    assert x.grad.node is None
    x.grad = None
    y = (x * x).sum()
    with mg.no_grad():
        y.backward(create_graph=True)
    assert x.grad.node is not None
    assert mg.is_recording()


def test_eight_threads_with_their_own_no_grad():
    barrier = threading.Barrier(8)
    failures = []

    def work(number):
        try:
            x = mg.tensor(np.full(3, float(number)), requires_grad=True)
            for _ in range(50):
                barrier.wait(timeout=30)
                if number % 2:
                    with mg.no_grad(), mg.default_dtype(np.float64):
                        barrier.wait(timeout=30)
                        assert (x * 2).node is None
                        assert mg.tensor(1).dtype == np.float64
                else:
                    barrier.wait(timeout=30)
                    y = (x * x).sum()
                    assert y.node is not None
                    assert mg.tensor(1).dtype == np.float32
                    x.grad = None
                    y.backward()
                    np.testing.assert_array_equal(x.grad.data, 2.0 * number)
        except BaseException as error:
            failures.append(error)
            barrier.abort()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    with mg.no_grad():  # new threads start with the default mode all the same
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not failures


def test_threads_build_and_walk_separate_graphs_of_shared_constants():
    constant = mg.tensor(np.linspace(0, 1, 100))
    results = {}

    def work(i):
        x = mg.tensor(np.full(100, float(i)), requires_grad=True)
        for _ in range(20):
            x.grad = None
            np.tanh(x * constant).sum().backward()
        results[i] = x.grad.data

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, got in results.items():
        c = constant.data
        np.testing.assert_allclose(got, c * (1 - np.tanh(i * c) ** 2), rtol=1e-12, atol=1e-15)
    assert len(results) == 8


# -- record ---------------------------------------------------------------------------------------


@each("create_graph", [False, True])
def test_record_keeps_value_and_gradient(create_graph):
    x = leaf()
    with mg.record():
        y = x * 3
        z = (y * y).sum()
    z.backward(create_graph=create_graph)
    np.testing.assert_array_equal(record_of(y.node).value, [3, 6])
    np.testing.assert_array_equal(record_of(y.node).gradient, [6, 12])
    assert type(record_of(y.node).gradient) is np.ndarray
    assert record_of(z.node).gradient == 1


def test_a_recorded_gradient_is_the_total_and_no_ones_memory():
    x = leaf()
    with mg.record():
        y = x * 1.0
        z = (y + y * 2).sum() + y.sum()
    z.backward()
    np.testing.assert_array_equal(record_of(y.node).gradient, [4, 4])
    x.grad.data[...] = 0
    np.testing.assert_array_equal(record_of(y.node).gradient, [4, 4])


def test_a_recorded_0d_gradient_is_an_array_too():
    x = mg.tensor(2.0, requires_grad=True)
    with mg.record():
        y = x * 3
        z = y * y + y
    z.backward()
    assert type(record_of(y.node).gradient) is np.ndarray
    assert record_of(y.node).gradient == 13


def test_nothing_is_kept_outside_record():
    y = leaf() * 3
    assert record_of(y.node) is None


# -- observe --------------------------------------------------------------------------------------


def test_observe_sees_every_op_with_its_arrays():
    seen = []
    x = leaf()
    with mg.observe(lambda op, operands, options, out: seen.append((op.name, operands, out))):
        y = np.exp(x) * 2.0
        mg.linear(mg.tensor([[1.0, 2.0]]), np.ones((3, 2), np.float32))
        with mg.no_grad():
            mg.concatenate([x, x])
    z = y.sum()
    assert [name for name, _, _ in seen] == ["exp", "multiply", "linear", "concatenate"]
    _, operands, out = seen[1]
    assert all(not isinstance(o, mg.Tensor) for o in operands)
    np.testing.assert_allclose(operands[0], np.exp([1, 2]), rtol=1e-6)
    assert operands[1] == 2.0
    np.testing.assert_array_equal(out, y.data)
    assert z.node is not None


def test_an_error_in_the_observer_comes_through():
    def refuse(op, operands, options, out):
        raise FloatingPointError(f"{op.name} gave NaN")

    with mg.observe(refuse), pytest.raises(FloatingPointError, match="exp gave NaN"):
        np.exp(leaf())


# -- scope ----------------------------------------------------------------------------------------


def test_nodes_know_the_scope_that_they_were_made_in():
    x = leaf()
    with mg.scope("encoder"):
        a = x * 2
        with mg.scope("layers.0"):
            assert mg.current_scope() == "encoder.layers.0"
            b = a * 2
        c = b * 2
    assert (a.node.path, b.node.path, c.node.path) == ("encoder", "encoder.layers.0", "encoder")
    assert (c * 2).node.path == ""
    assert mg.current_scope() == ""
