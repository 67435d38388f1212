"""mg.debug(): the first NaN, forward and backward, and writes to saved arrays."""

import contextlib
import contextvars
import functools
import random
import re
import sys
import threading
import weakref

import numpy as np
import pytest

import minigrad as mg
from minigrad.watching import record_of
from tests.cases import each
from tests.minigrad.samples import SAMPLES


def leaf(*values):
    return mg.tensor(np.array(values), requires_grad=True)


@pytest.fixture(autouse=True)
def quiet():
    with np.errstate(all="ignore"):
        yield


def text(caught):
    return str(caught.value)


# -- the first NaN --------------------------------------------------------------------------------


def test_the_op_that_makes_a_nan_is_named_with_the_line():
    x = leaf(4.0, -1.0)
    with pytest.raises(mg.NonFiniteError) as caught, mg.debug():
        y = np.sqrt(x)  # here
        np.exp(y).sum()
    assert "sqrt made a NaN (1 of 2 elements, the first at index (1,))" in text(caught)
    assert re.search(r"test_debugging\.py:\d+ in test_the_op.*`y = np\.sqrt\(x\)  # here`", text(caught))
    assert "operand 0 float64[2], -1 ... 4, mean 1.5" in text(caught)


def test_the_op_that_makes_an_infinity_is_named():
    with (
        pytest.raises(mg.NonFiniteError, match=r"log made a infinity|log made an? infinity \(1 of 2"),
        mg.debug(),
    ):
        np.log(leaf(1.0, 0.0))


def test_the_module_path_is_named():
    named = pytest.raises(mg.NonFiniteError, match=r"in block\.norm, at")
    with named, mg.debug(), mg.scope("block"), mg.scope("norm"):
        np.log(leaf(-1.0))


def test_a_nan_that_comes_with_the_data_is_told_apart():
    with (
        pytest.raises(mg.NonFiniteError, match=r"multiply passed on a NaN that came with its operands"),
        mg.debug(),
    ):
        leaf(1.0, np.nan) * 2


def test_an_infinite_mask_is_no_fault():
    x = leaf(1.0, 2.0)
    with mg.debug():
        y = np.where(np.array([True, False]), x, -np.inf)
        mg.softmax(y).sum().backward()
    assert np.isfinite(x.grad.data).all()


def test_the_derivative_that_makes_an_infinity_is_named_with_the_line_of_its_op():
    x = leaf(0.0, 4.0)
    with pytest.raises(mg.NonFiniteError) as caught, mg.debug():
        y = np.sqrt(x)  # the root
        y.sum().backward()
    assert "the derivative of sqrt by operand 0 made an infinity (1 of 2 elements" in text(caught)
    assert "`y = np.sqrt(x)  # the root`" in text(caught)
    assert "The gradient that came in: float64[2], 1 ... 1, mean 1; saved" in text(caught)


def test_under_create_graph_as_well():
    x = leaf(0.0)
    with pytest.raises(mg.NonFiniteError, match=r"derivative of sqrt|divide made"), mg.debug():
        np.sqrt(x).sum().backward(create_graph=True)


def test_the_line_that_calls_a_layer_is_shown_not_one_inside_it():
    import nn

    layer = nn.Linear(2, 2, rng=np.random.default_rng(0))
    layer.weight.data[:] = np.inf
    with pytest.raises(mg.NonFiniteError) as caught, mg.debug():
        layer(mg.tensor([[1.0, -1.0]]))  # the call
    assert "# the call" in text(caught)


def test_fault_free_work_is_the_same_with_and_without():
    def gradient():
        x = leaf(0.5, -0.25)
        (np.tanh(x) * x).sum().backward()
        return x.grad.data

    with mg.debug():
        watched = gradient()
    np.testing.assert_array_equal(watched, gradient())


def test_parts_are_added_in_the_same_order_with_and_without():
    """To the last bit: what an index names twice is added to what is there already, one after the other."""

    def gradient():
        x = mg.tensor(np.arange(4.0), requires_grad=True)
        rows = np.array([0, 0, 3])
        ((x[rows, None] * 1e-16).sum() + (x[rows, None][1:] * 1.0).sum()).backward()
        return x.grad.data

    with mg.debug():
        watched = gradient()
    assert watched.tobytes() == gradient().tobytes()


def test_an_observer_around_it_still_sees_every_op():
    seen = []
    with mg.observe(lambda op, operands, options, out: seen.append(op.name)), mg.debug():
        np.exp(leaf(1.0)) * 2
    assert seen == ["exp", "multiply"]


# -- writes to saved arrays ---------------------------------------------------------------------------


def test_a_write_through_data_names_the_op_and_both_lines():
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    with pytest.raises(mg.SavedArrayError) as caught, mg.debug():
        y = x * w  # saves
        x.data[0] = 9  # writes
        y.sum().backward()
    assert re.search(
        r"test_debugging\.py:\d+ in .*`x\.data\[0\] = 9  # writes` writes to an array", text(caught)
    )
    assert re.search(
        r"multiply has saved for its derivative at test_debugging\.py:\d+.*# saves`", text(caught)
    )
    assert "x = x.copy()" in text(caught)
    assert x.data[0] == 9  # the program ran as it does without


def test_a_write_in_another_function_is_found():
    def spoil(array):
        array *= 2

    x = leaf(1.0, 2.0)
    with pytest.raises(mg.SavedArrayError, match=r"in spoil, `array \*= 2`.*square has saved"), mg.debug():
        y = np.square(x)
        spoil(x.data)
        y.sum().backward()


def test_a_write_through_other_memory_is_found():
    memory = np.ones(4)
    x = mg.Tensor(memory[:2])
    x.requires_grad = True
    with (
        pytest.raises(mg.SavedArrayError, match=r"`memory\[0\] = 5` writes to .*square has saved"),
        mg.debug(),
    ):
        y = np.square(x)
        memory[0] = 5
        y.sum().backward()


@each("view", [lambda memory: np.frombuffer(memory), lambda memory: np.asarray(memory).view()])
def test_a_write_to_the_buffer_that_an_array_lies_in_is_found(view):
    memory = memoryview(bytearray(np.ones(2).tobytes())).cast("d")
    x = mg.Tensor(view(memory))
    x.requires_grad = True
    memory = memoryview(x.data[:1])
    with pytest.raises(mg.SavedArrayError, match=r"`memory\[0\] = 5\.0` writes to"), mg.debug():
        y = np.square(x)
        memory[0] = 5.0
        y.sum().backward()


@mg.fused(inputs=("x",))
def weighted(x, *, weights):
    return x * weights


@weighted.forward
def weighted_forward(x, *, weights):
    return x * weights, None


@weighted.backward
def weighted_backward(g, residuals, wanted, x, *, weights):
    return (g * weights,)


def test_an_array_among_the_options_is_watched_too():
    weights = np.ones(2)
    with (
        pytest.raises(mg.SavedArrayError, match=r"`weights \*= 2` writes to .*weighted has saved"),
        mg.debug(),
    ):
        y = weighted(leaf(1.0, 2.0), weights=weights)
        weights *= 2
        y.sum().backward()


class Holder:
    """Where programs keep arrays."""

    def __init__(self, x):
        self.weights = {"first": [x]}
        self.view = x.data[1:]
        self.hidden = lambda value: x.data.fill(value)

    def spoil(self):
        self.view += 1  # in a method


def in_a_method(x, held):
    held.spoil()


def in_a_lambda(x, held):
    held.hidden(7)


def in_a_collection(x, held):
    held.weights["first"][0].data[:] = 7  # in a collection


def by_out(x, held):
    np.add(
        x.data,
        1,
        out=x.data,
    )


def in_a_loop(x, held):
    for array in [x.data, held.view]:
        array -= 1


def in_a_generator(x, held):
    sum(2 * i for i in range(3) if x.data.put(0, i) is None)


def by_numpy(x, held):
    np.copyto(held.view, 8)


def by_a_bound_method(x, held):
    write = x.data.__setitem__
    write(0, 9.0)  # the call


def in_a_global(x, held):
    EVERYWHERE["x"] = x.data
    write_everywhere()
    EVERYWHERE.clear()


def write_everywhere():
    EVERYWHERE["x"] *= 2


EVERYWHERE = {}


def by_the_standard_library(x, held):
    random.Random(1).shuffle(x.data)


def after_a_call_of_ones_own(x, held):
    x.data[0] = quiet_sum(x)  # after the call


def quiet_sum(x):
    return x.data.sum() + 50


@each(
    ("write", "line"),
    [
        (in_a_method, r"in spoil, `self\.view \+= 1"),
        (in_a_lambda, r"in <lambda>, `self\.hidden = lambda value"),
        (in_a_collection, r"in in_a_collection, .*# in a collection"),
        (by_out, r"in by_out, `np\.add\("),
        (in_a_loop, r"in in_a_loop, `array -= 1"),
        (in_a_generator, r"in <genexpr>, `sum\(2"),
        (by_numpy, r"in by_numpy, `np\.copyto"),
        (by_a_bound_method, r"in by_a_bound_method, `write\(0, 9\.0\)  # the call"),
        (in_a_global, r"in write_everywhere, `EVERYWHERE"),
        (by_the_standard_library, r"in by_the_standard_library, `random"),
        (after_a_call_of_ones_own, r"in after_a_call.*# after the call"),
    ],
)
def test_the_line_that_wrote_is_found_wherever_it_stands(write, line):
    x = leaf(1.0, 2.0, 3.0)
    held = Holder(x)
    with (
        pytest.raises(mg.SavedArrayError, match=line + r".*` writes to an array float64\[3\] that square"),
        mg.debug(),
    ):
        y = np.square(x)
        write(x, held)
        y.sum().backward()


class Unfinished(mg.Tensor):
    def __init__(self, array):
        self.name_of_it = "a line that names a tensor which has no data yet"
        super().__init__(array)


def test_a_tensor_in_the_making_is_no_trouble():
    with mg.debug():
        assert Unfinished(np.ones(2)).shape == (2,)


class Strange:
    """What a line may name beside arrays: nothing of it is to run."""

    def __getattr__(self, name):
        return getattr(self, name + "_")  # without end

    def __call__(self):
        return self

    @property
    def array(self):
        raise AssertionError("a property ran")

    def __iter__(self):
        raise AssertionError("iterated over")


def test_nothing_of_the_users_runs_to_find_the_line():
    x, strange = leaf(1.0, 2.0), Strange()
    gone = weakref.proxy(Strange())
    loop = [strange]
    loop.append(loop)
    with pytest.raises(mg.SavedArrayError, match=r"`x\.data \*= 2; "), mg.debug():
        y = np.square(x)
        x.data *= 2; found = (strange, strange(), gone, loop, Strange.array, type, np)  # fmt: skip # noqa: E702
        y.sum().backward()
    assert found[0] is strange


def test_a_write_in_the_line_of_backward_itself_is_found():
    x = leaf(1.0, 2.0)
    with pytest.raises(mg.SavedArrayError, match=r"`x\.data\[0\] = 5; y\.sum.*` writes to"), mg.debug():
        y = np.square(x)
        x.data[0] = 5; y.sum().backward()  # fmt: skip # noqa: E702


def test_a_write_to_a_gradient_that_was_differentiated_is_found():
    x = leaf(1.0, 2.0)
    with (
        pytest.raises(mg.SavedArrayError, match=r"`x\.grad\.data\[0\] = 9` writes to .*square has saved"),
        mg.debug(),
    ):
        (x * x).sum().backward(create_graph=True)
        z = np.square(x.grad).sum()
        x.grad.data[0] = 9
        z.backward()


def test_of_lines_that_call_one_another_the_innermost_wrote():
    def both(x, y):
        x.data[0] = 5; y.sum().backward()  # fmt: skip # noqa: E702

    x = leaf(1.0, 2.0)
    with pytest.raises(mg.SavedArrayError, match=r"in both, `x\.data\[0\] = 5; y"), mg.debug():
        y = np.square(x)
        both(x, y)


def test_a_write_by_a_line_that_names_nothing_is_noticed():
    x = leaf(1.0, 2.0)
    write = functools.partial(np.copyto, x.data, 7.0)
    expected = (
        r"float64\[2\] that square has saved .*, `y = np\.square\(x\)` was changed since, by a line that"
    )
    with pytest.raises(mg.SavedArrayError, match=expected), mg.debug():
        y = np.square(x)
        write()
        y.sum().backward()


def test_where_a_debugger_traces_a_write_is_noticed_and_its_trace_left_alone():
    x, seen = leaf(1.0, 2.0), []

    def trace(frame, event, arg):
        seen.append(event)

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with pytest.raises(mg.SavedArrayError, match=r"square has saved.* was changed since"), mg.debug():
            y = np.square(x)
            x.data[0] = 5
            y.sum().backward()
        assert sys.gettrace() is trace
    finally:
        sys.settrace(before)


def test_a_debugger_that_begins_inside_of_it_goes_on():
    def trace(frame, event, arg):
        return None

    before = sys.gettrace()
    try:
        with mg.debug():
            sys.settrace(trace)
        assert sys.gettrace() is trace
    finally:
        sys.settrace(before)


def test_a_debugger_that_comes_later_finds_nothing_in_its_way():
    def steps():
        yield
        yield

    def trace(frame, event, arg):
        return None

    running, before = steps(), sys.gettrace()
    with mg.debug():
        next(running)
        assert sys._getframe().f_trace is not None
    assert sys._getframe().f_trace is None
    sys.settrace(trace)
    next(running)
    sys.settrace(before)
    assert running.gi_frame.f_trace is None


def test_one_block_may_be_entered_again_inside_of_itself():
    x, block = leaf(1.0, 2.0), mg.debug()
    with pytest.raises(mg.SavedArrayError, match=r"`x\.data\[0\] = 5` writes to"), block:
        with block:
            y = np.square(x)
        x.data[0] = 5
        y.sum().backward()
    assert sys.gettrace() is None
    with block:
        np.square(x).sum().backward()


def test_a_write_to_what_no_backward_reads_is_no_fault():
    buffer = np.ones(2)
    w = leaf(1.0, 2.0)
    with mg.debug():
        scores = []
        for step in range(3):
            buffer[:] = step
            scores.append((w * buffer).sum())  # kept, with its graph, and never walked
        (w * w).sum().backward()
    np.testing.assert_array_equal([score.item() for score in scores], [0, 3, 6])


def test_what_is_gone_is_forgotten():
    from minigrad.debugging.saved import SavedArrays

    known, memory = SavedArrays(), np.zeros(3)
    kept = known.add(memory[1:])
    arrays = [np.zeros(3) for _ in range(1000)]
    for array in arrays:
        known.add(array)
    assert known.beside(memory) == [kept]
    assert len(known._in_memory) < 500


def test_what_many_nodes_save_is_looked_at_once():
    """Else a loop that names its weight in every line would take time with the square of its steps."""
    w, x = leaf(1.0, 2.0), leaf(1.0, 1.0)
    seen = []
    with mg.debug() as block:
        h = x
        for _ in range(50):
            h = mg.tanh(h * w)
            seen.append(len(block.watcher.arrays.beside(w.data)))
        w.data[0] = 3  # writes
        with pytest.raises(mg.SavedArrayError, match=r"`w\.data\[0\] = 3  # writes`"):
            h.sum().backward()
    assert seen == [1] * 50


def test_no_array_is_touched():
    """Neither those of the program, nor views that it takes in the block, nor what ops make of them."""
    x, locked = leaf(1.0, 2.0), np.ones(2)
    locked.flags.writeable = False
    with mg.debug():
        y = np.exp(x)
        views = [x.data[1:], y.data[1:], y.reshape(2, 1).data, x.T.data]
        assert all(view.flags.writeable for view in [x.data, y.data, *views])
        (y * locked).sum().backward(retain_graph=True)
        assert not locked.flags.writeable
    for array in [x.data, y.data, x.grad.data, *views]:
        assert array.flags.writeable
    with pytest.raises(ValueError, match="read-only"), mg.debug():
        locked[0] = 1


def test_after_backward_everything_may_be_written_to():
    x = leaf(1.0, 2.0)
    with mg.debug():
        (x * x).sum().backward()
        x.data[0] = 7
        with mg.no_grad():
            x -= 0.1 * x.grad
    assert x.data.flags.writeable


def test_after_backward_no_array_is_held():
    x, other = leaf(1.0, 2.0), np.ones(2)
    gone = weakref.ref(other)
    with mg.debug():
        y = x * other
        y.sum().backward()
        del other
        assert gone() is None
    assert y.shape == (2,)


def test_a_graph_that_is_dropped_lets_go():
    x = leaf(1.0, 2.0)
    with mg.debug():
        y = x * x
        del y
        x.data[0] = 7


def test_tensor_level_writes_leave_saved_arrays_alone():
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    with mg.debug():
        y = (x * w).sum()
        with mg.no_grad():
            x += 1
            x[0] = 0
        y.backward()
    np.testing.assert_array_equal(w.grad.data, [1, 2])


def test_a_write_that_views_must_see_leaves_saved_arrays_alone():
    w = leaf(1.0, 1.0)
    x = mg.tensor(np.array([3.0, 4.0]))
    view = x[:1]
    with mg.debug():
        y = w * x
        x += 1
        y.sum().backward()
    assert view.data[0] == 4
    np.testing.assert_array_equal(w.grad.data, [3, 4])


def test_other_errors_pass_through():
    with pytest.raises(ValueError, match="mine"), mg.debug():
        raise ValueError("mine")


@each("fails", [False, True])
def test_nothing_is_left_behind(fails):
    from minigrad import modes

    before = sys.gettrace()
    with contextlib.suppress(KeyError), mg.debug(), mg.debug():
        with mg.debug():
            assert sys.gettrace() is not None
        if fails:
            raise KeyError
    assert sys.gettrace() is before
    assert modes.current.get() == modes.Mode()


# -- around other things ------------------------------------------------------------------------------


def test_nested_it_sees_what_the_outer_one_has_recorded():
    x = leaf(1.0, 2.0)
    with pytest.raises(mg.SavedArrayError, match=r"`x\.data\[0\] = 5` writes to"), mg.debug():
        y = np.square(x)
        with mg.debug():
            x.data[0] = 5
            y.sum().backward()
    with pytest.raises(mg.SavedArrayError, match=r"`x\.data\[0\] = 6` writes to"), mg.debug():
        with mg.debug():
            y = np.square(x)
        x.data[0] = 6
        y.sum().backward()


def test_in_a_generator_and_another_thread():
    def steps(x):
        with mg.debug():
            for _ in range(2):
                yield (np.square(x) * x).sum()

    x = leaf(1.0, 2.0)
    for loss in steps(x):
        loss.backward()
    np.testing.assert_array_equal(x.grad.data, [6, 24])

    caught = []

    def work():
        try:
            y = np.square(x)
            x.data[0] = 5
            y.sum().backward()
        except mg.SavedArrayError as error:
            caught.append(error)

    with mg.debug():
        thread = threading.Thread(target=contextvars.copy_context().run, args=(work,))
        thread.start()
        thread.join()
    assert len(caught) == 1


def test_as_a_decorator():
    @mg.debug()
    def step(x):
        return np.log(x)

    with pytest.raises(mg.NonFiniteError):
        step(leaf(0.0))
    assert step(leaf(1.0)).item() == 0


def test_a_decorated_generator_is_watched_while_it_runs_itself():
    @mg.debug()
    def steps(x):
        y = np.square(x)
        yield y
        x.data[0] = 5  # writes
        y.sum().backward()

    x = leaf(1.0, 2.0)
    running = steps(x)
    next(running)
    assert sys.gettrace() is None
    np.log(leaf(0.0))  # watched by nobody
    with pytest.raises(mg.SavedArrayError, match=r"`x\.data\[0\] = 5  # writes`"):
        next(running)


def test_two_generators_that_take_turns():
    def steps(x):
        with mg.debug():
            for _ in range(2):
                yield (np.square(x) * x).sum()
                with contextlib.suppress(mg.NonFiniteError):
                    yield np.log(x - x)

    x = leaf(1.0, 2.0)
    first, second = steps(x), steps(x)
    for one, other in zip(first, second, strict=True):
        assert one.item() == other.item() == 9
    assert sys.gettrace() is None
    np.log(x - x)


def test_observers_inside_of_it_and_it_inside_of_them():
    seen = []

    def observer(op, operands, options, out):
        seen.append(op.name)

    with mg.debug(), mg.observe(observer), mg.record(), mg.observe(observer):
        y = np.square(leaf(1.0))
        with pytest.raises(mg.NonFiniteError):
            np.log(y - y)
    assert seen == ["square", "square", "subtract", "subtract"]
    assert record_of(y.node) is not None


def test_retained_and_recorded_graphs_are_checked_each_time():
    x = leaf(1.0, 2.0)
    with mg.debug():
        y = (x * x * x).sum()
        y.backward(create_graph=True)
        (x.grad**2).sum().backward(retain_graph=True)
        assert mg.hessian(lambda t: (t * t * t).sum())(np.array([1.0, 2.0])).shape == (2, 2)
    with pytest.raises(mg.SavedArrayError, match=r"`x\.data\[1\] = 3`"), mg.debug():
        y = (x * x * x).sum()
        y.backward(retain_graph=True)
        x.data[1] = 3
        y.backward()


# -- infinities and NaN that the user has given ---------------------------------------------------------

MASK = np.array([[True, False, True], [False, False, True]])
T = np.arange(6.0).reshape(2, 3)
INF, NAN = np.inf, np.nan

GIVEN = {
    "pad": lambda t: np.pad(t, 1, constant_values=-INF)[1:-1],
    "pad, per axis": lambda t: np.pad(t, ((1, 0), (0, 2)), constant_values=((-INF, 0), (0, INF))),
    "pad with NaN": lambda t: np.nansum(np.pad(t, 1, constant_values=NAN), axis=0),
    "where, a NumPy scalar": lambda t: np.where(MASK, t, np.float32(-INF)),
    "where, 0-d": lambda t: np.where(MASK, t, np.array(-INF)),
    "where, a tensor": lambda t: np.where(MASK, t, mg.tensor(-INF)),
    "where, full": lambda t: np.where(MASK, t, np.full((2, 3), INF)),
    "where, NaN": lambda t: np.where(MASK, t, NAN),
    "nan_to_num": lambda t: np.nan_to_num(np.where(MASK, t, NAN)),
    "nanmean": lambda t: np.nanmean(np.where(MASK, t, NAN), axis=1),
    "nanmax": lambda t: np.nanmax(np.where(MASK, t, NAN), axis=1),
    "nanvar": lambda t: np.nanvar(np.where(MASK, t, NAN), axis=1),
    "fmax": lambda t: np.fmax(np.where(MASK, t, NAN), 2.0),
    "maximum": lambda t: np.maximum(t, -INF),
    "minimum": lambda t: np.minimum(t, np.float64(INF)),
    "clip": lambda t: np.clip(t, -INF, INF),
    "clip by name": lambda t: np.clip(t, min=-INF, max=3.0),
    "max": lambda t: np.max(t, axis=1, initial=-INF),
    "max, a tensor given": lambda t: np.max(t, axis=1, initial=mg.tensor(-INF, dtype=np.float64)),
    "max of a part": lambda t: np.max(t, axis=1, where=MASK, initial=-INF),
    "max of nothing": lambda t: np.max(t[:, :0], axis=1, initial=-INF),
    "min": lambda t: np.min(t, initial=INF),
    "softmax": lambda t: mg.softmax(np.where(MASK, t, -INF)),
    "log_softmax": lambda t: mg.log_softmax(np.where(MASK, t, -INF)),
    "logsumexp": lambda t: mg.logsumexp(np.where(MASK, t, -INF), axis=1),
    "logsumexp of -inf": lambda t: mg.logsumexp(np.where([[False], [True]], t, -INF), axis=1)[1:],
    "exp": lambda t: np.exp(np.where(MASK, t, -INF)),
    "logaddexp": lambda t: np.logaddexp(t, -INF),
    "an added mask": lambda t: mg.softmax(t + np.where(MASK, 0.0, -INF)),
    "attention, added": lambda t: mg.scaled_dot_product_attention(t, t, t, np.where(MASK[:, :2], 0.0, -INF)),
    "attention, fully masked": lambda t: mg.scaled_dot_product_attention(t, t, t, np.zeros((2, 2), bool)),
    "index_put": lambda t: mg.index_put(t, MASK, -INF),
    "[]=": lambda t: written(t, (0, 1), -INF),
    "concatenate": lambda t: np.concatenate([t, np.full((1, 3), -INF)]),
    "stack": lambda t: np.stack([t, np.full((2, 3), NAN)])[0],
    "sort": lambda t: np.sort(np.where(MASK, t, INF)),
    "median": lambda t: np.nanmedian(np.where(MASK, t, NAN), axis=1),
    "divided by infinity": lambda t: t / INF,
    "cumulative maximum": lambda t: np.maximum(np.pad(t, ((0, 0), (1, 0)), constant_values=-INF)[:, :-1], t),
    "tanh": lambda t: np.tanh(np.where(MASK, t, INF)),
    "copysign": lambda t: np.copysign(t, -INF),
    "astype": lambda t: np.where(MASK, t, -INF).astype(np.float32),
    "einsum": lambda t: np.einsum("ij->ji", np.where(MASK, t, -INF)),
    "norm": lambda t: np.linalg.norm(t + 1, ord=INF, axis=1),
    "norm, least": lambda t: np.linalg.norm(t + 1, ord=-INF, axis=1),
}


def written(t, place, value):
    u = t.copy()
    u[place] = value
    return u


def reached(call):
    """The value and the gradient of what is finite in it."""
    t = mg.tensor(T, requires_grad=True)
    y = call(t)
    finite = np.isfinite(y.data)
    np.where(finite, y, 0.0).sum().backward()
    return y.data, t.grad.data


@each("name", GIVEN)
def test_what_the_user_gave_is_no_fault(name):
    expected = reached(GIVEN[name])
    with mg.debug():
        got = reached(GIVEN[name])
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_array_equal(a, b)


@each("dtype", [np.float32, np.float64])
def test_an_infinite_gradient_that_the_user_gave_is_no_fault(dtype):
    x = mg.tensor(np.array([1.0, 2.0], dtype), requires_grad=True)
    with mg.debug():
        (x * 3 + 1).reshape(2, 1)[:, 0].backward(np.array([INF, 1.0], dtype))
    np.testing.assert_array_equal(x.grad.data, [INF, 3])


def test_an_op_of_ones_own_with_the_name_of_numpys():
    @mg.primitive
    def square(x):
        return np.sum(x * x, axis=0) + np.inf

    square.vjp(x=lambda g, x: 2 * g * x)
    with mg.debug(), pytest.raises(mg.NonFiniteError, match="square made an infinity"):
        square(leaf(1.0, 2.0, 3.0))
    with mg.debug():
        square(np.where([True, True, False], leaf(1.0, 2.0, 3.0), INF))


def test_an_infinity_that_the_derivative_reads_is_no_fault():
    x = leaf(1.0, 2.0)
    with mg.debug():
        (x * np.array([INF, 1.0])).backward(np.ones(2))
    np.testing.assert_array_equal(x.grad.data, [INF, 1])


FAULTS = {
    "infinity times 0": (lambda t: np.where(MASK, t, INF) * 0.0, "multiply made a NaN"),
    "infinity less infinity": (lambda t: np.where(MASK, t, INF) - INF, "subtract made a NaN"),
    "infinity by infinity": (lambda t: INF / np.where(MASK, t + 1, INF), "divide made a NaN"),
    "its sine": (lambda t: np.sin(np.where(MASK, t, INF)), "sin made a NaN"),
    "a sum of both infinities": (
        lambda t: np.where(MASK, t, np.where(t > 3, INF, -INF)).sum(), "sum made a NaN"
    ),
    "softmax of nothing but -inf": (lambda t: mg.softmax(np.where(False, t, -INF)), "softmax made a NaN"),
    "overflow": (lambda t: np.exp(t * 1000), "exp made an infinity"),
    "a NaN beside an infinity": (lambda t: np.where(MASK, t + 1, NAN) * 1e400, "multiply passed on"),
    "division by 0": (lambda t: 1 / t, "divide made an infinity"),
    "0 / 0": (lambda t: t / t, "divide made a NaN"),
    "a narrower dtype": (lambda t: (t * 1e300).astype(np.float32), "astype made an infinity"),
    "a NaN that was moved": (lambda t: np.where(MASK, t, NAN) + 1, "add passed on a NaN"),
    "overflow beside a mask": (
        lambda t: np.exp(np.where(MASK, t * 1000, -INF)), r"exp made an infinity \(2 of 6 .* index \(0, 2\)"
    ),
    "0 / 0 beside a NaN": (
        lambda t: np.where(t > 2, t, NAN * t) / (t - 4), r"multiply passed|divide made an infinity"
    ),
    "a logarithm of 0 beside one of NaN": (
        lambda t: np.log(np.where(t > 1, NAN, t - 1)), r"log made a NaN \(1 of 6 elements, .* \(0, 0\)"
    ),
    "a rule": (lambda t: np.sqrt(t), "derivative of sqrt by operand 0 made an infinity"),
    "a rule, in the branch not taken": (
        lambda t: np.where(t > 0, np.sqrt(t), 0.0), "derivative of sqrt by operand 0 made a NaN"
    ),
    "a rule that reads an infinity": (
        lambda t: (t * np.where(MASK, 1.0, INF))[MASK], "made a NaN"
    ),
}  # fmt: skip


@each("name", FAULTS)
def test_what_an_op_makes_of_it_is_one(name):
    call, expected = FAULTS[name]
    t = mg.tensor(T, requires_grad=True)
    with pytest.raises(mg.NonFiniteError, match=expected), mg.debug():
        call(t).sum().backward()


# -- every op -----------------------------------------------------------------------------------------


def derivatives(sample, create_graph):
    """The value and the gradients of a sample, and with `create_graph` those of their squares."""
    inputs = [mg.tensor(x, requires_grad=True) for x in sample.arrays()]
    outputs = [y for y in leaves_of(sample.function(*inputs)) if y.requires_grad]
    total = sum(((y * np.cos(np.arange(y.size)).reshape(y.shape)).sum() for y in outputs), mg.tensor(0.0))
    if outputs:
        total.backward(create_graph=create_graph)
        first = [x.grad for x in inputs if x.grad is not None and x.grad.requires_grad]
        if first:
            sum(((g * g).sum() for g in first), mg.tensor(0.0)).backward()
    return [*(y.data for y in outputs), *(x.grad.data for x in inputs if x.grad is not None)]


def leaves_of(value):
    if isinstance(value, mg.Tensor):
        return [value]
    return [leaf for part in value for leaf in leaves_of(part)] if isinstance(value, (list, tuple)) else []


@each("create_graph", [False, True], ids=["first", "second"])
def test_every_op_is_the_same_with_and_without(create_graph):
    for samples in SAMPLES.values():
        expected = derivatives(samples[0], create_graph)
        with mg.debug():
            watched = derivatives(samples[0], create_graph)
        for a, b in zip(watched, expected, strict=True):
            np.testing.assert_array_equal(a, b, err_msg=samples[0].label)
