"""mg.debug(): the first NaN, forward and backward, and writes to saved arrays."""

import re

import numpy as np
import pytest

import minigrad as mg


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
    assert x.data[0] == 1
    x.data[0] = 5  # after the block it is free again


def test_a_write_in_another_function_is_found():
    def spoil(array):
        array *= 2

    x = leaf(1.0, 2.0)
    with pytest.raises(mg.SavedArrayError, match=r"in spoil, `array \*= 2`.*square has saved"), mg.debug():
        y = np.square(x)
        spoil(x.data)
        y.sum().backward()


def test_a_write_through_other_memory_is_noticed_in_backward():
    memory = np.ones(4)
    x = mg.Tensor(memory[:2])
    x.requires_grad = True
    with (
        pytest.raises(
            mg.SavedArrayError, match=r"square has saved .*was changed since, through other memory"
        ),
        mg.debug(),
    ):
        y = np.square(x)
        memory[0] = 5
        y.sum().backward()


def test_after_backward_everything_may_be_written_to():
    x = leaf(1.0, 2.0)
    with mg.debug():
        (x * x).sum().backward()
        x.data[0] = 7
        with mg.no_grad():
            x -= 0.1 * x.grad
    assert x.data.flags.writeable


def test_a_graph_that_is_dropped_lets_go():
    x = leaf(1.0, 2.0)
    with mg.debug():
        y = x * x
        del y
        x.data[0] = 7


def test_an_array_that_was_read_only_stays_so():
    array = np.ones(2)
    array.flags.writeable = False
    x = mg.Tensor(array)
    x.requires_grad = True
    with mg.debug():
        (x * x).sum().backward()
    assert not array.flags.writeable
    with pytest.raises(mg.SavedArrayError, match="is read-only; if an op has saved it"), mg.debug():
        array[0] = 1


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


def test_nothing_is_left_behind():
    from minigrad import modes

    with mg.debug():
        pass
    assert modes.current.get() == modes.Mode()
