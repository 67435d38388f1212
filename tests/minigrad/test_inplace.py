"""Writing in place: `t += x`, `t[index] = value`; correct with gradients to both sides, or refused."""

import operator

import numpy as np
import pytest

import minigrad as mg
import nn
from minigrad.tensor import memory
from tests.cases import each

UPDATES = {
    "+=": (operator.iadd, np.add),
    "-=": (operator.isub, np.subtract),
    "*=": (operator.imul, np.multiply),
    "/=": (operator.itruediv, np.divide),
    "**=": (operator.ipow, np.power),
    "%=": (operator.imod, np.remainder),
}
every_update = each(("update", "function"), UPDATES.values(), ids=UPDATES)


def leaf(*shape, seed=0):
    return mg.tensor(np.random.default_rng(seed).uniform(0.5, 2.0, shape), requires_grad=True)


# -- plain data: NumPy's way ----------------------------------------------------------------------


@every_update
def test_data_is_written_to_in_its_own_memory(update, function):
    t = mg.tensor([4.0, 6.0])
    address = t.data.ctypes.data
    same = update(t, [2.0, 3.5])
    assert same is t
    assert t.data.ctypes.data == address
    np.testing.assert_array_equal(t.data, function(np.float32([4, 6]), np.float32([2, 3.5])))


def test_views_of_data_see_what_is_written():
    t = mg.tensor(np.zeros((2, 3)))
    row, column = t[0], t[:, 1]
    t[0, 1] = 5.0
    row += 1
    np.testing.assert_array_equal(t.data, [[1, 6, 1], [0, 0, 0]])
    np.testing.assert_array_equal(column.data, [6, 0])


def test_an_array_taken_out_before_keeps_its_values():
    """Whoever holds the array may be a graph, which is to differentiate with the values that it saw."""
    t = mg.tensor([1.0, 2.0])
    taken = t.numpy()
    t += 1
    t[0] = 7
    np.testing.assert_array_equal(taken, [1, 2])
    np.testing.assert_array_equal(t.data, [7, 3])


def test_a_graph_keeps_what_it_has_saved_of_data():
    w = mg.tensor([1.0, 1.0], requires_grad=True)
    x = mg.tensor([3.0, 4.0])
    y = (w * x).sum()
    x += 100
    x[0] = -1
    y.backward()
    np.testing.assert_array_equal(w.grad.data, [3, 4])


def test_a_graph_keeps_what_it_has_saved_of_a_parameter():
    w = mg.tensor([1.0, 2.0], requires_grad=True)
    x = mg.tensor([3.0, 4.0], requires_grad=True)
    y = (w * x).sum()
    with mg.no_grad():
        w -= 10
        w[1] = 0
    y.backward()
    np.testing.assert_array_equal(x.grad.data, [1, 2])
    np.testing.assert_array_equal(w.data, [-9, 0])
    assert w.is_leaf


def test_integers_are_written_to_as_well():
    t = mg.tensor(np.arange(4))
    t[1:3] += 10
    assert t.tolist() == [0, 11, 12, 3]
    with pytest.raises(TypeError, match="same_kind"):
        t += 0.5


def test_a_mask_a_list_and_a_tensor_are_indices():
    t = mg.tensor(np.zeros(4))
    t[np.array([True, False, False, True])] = 1
    t[[1, 2]] = mg.tensor([2.0, 3.0])
    t[mg.tensor(np.array(0))] = 9
    assert t.tolist() == [9, 2, 3, 1]


# -- recorded: the tensor becomes the next value -----------------------------------------------------


@every_update
def test_gradients_reach_both_sides_of_an_update(update, function):
    def f(x, y):
        t = x * 1.5
        t = update(t, y)
        return t * t

    mg.check_grads(f, (leaf(3).data, leaf(3, seed=1).data), order=2, rtol=1e-4, atol=1e-5)


@every_update
def test_every_name_of_a_recorded_tensor_sees_the_update(update, function):
    x = leaf(2)
    first = y = np.exp(x)
    y = update(y, 2.0)
    assert y is first
    np.testing.assert_allclose(first.data, function(np.exp(x.data), 2.0))
    y.sum().backward()  # exp's saved result is untouched
    slope = {np.multiply: 2, np.divide: 0.5, np.power: 2 * np.exp(x.data)}.get(function, 1)
    np.testing.assert_allclose(x.grad.data, np.exp(x.data) * slope)


def test_matmul_in_place():
    x, w = leaf(2, 2), leaf(2, 2, seed=1)
    t = x * 1
    t @= w
    np.testing.assert_allclose(t.data, x.data @ w.data)
    t.sum().backward()
    np.testing.assert_allclose(w.grad.data, x.data.T @ np.ones((2, 2)))


ASSIGNMENTS = {
    "a number's place": (0, ()),
    "a row": (1, (3,)),
    "a slice": ((slice(None), slice(1, None)), (2, 2)),
    "a step back": (slice(None, None, -1), (2, 3)),
    "broadcast": (slice(None), (3,)),
    "a mask": (np.array([[True, False, True], [False, True, False]]), (3,)),
    "places": ((np.array([0, 1]), np.array([2, 0])), (2,)),
    "an ellipsis": ((..., 0), (2,)),
    "everything": (..., (2, 3)),
}


@each("case", ASSIGNMENTS)
def test_gradients_reach_both_sides_of_an_assignment(case):
    index, shape = ASSIGNMENTS[case]

    def f(x, value):
        t = x * x
        t[index] = np.sin(value)
        return t * t

    mg.check_grads(f, (leaf(2, 3).data, leaf(*shape, seed=1).data), order=2, rtol=1e-4, atol=1e-5)


@each("case", ASSIGNMENTS)
def test_an_assignment_gives_numpys_values(case):
    index, shape = ASSIGNMENTS[case]
    x, value = leaf(2, 3), leaf(*shape, seed=1)
    t = x * 2
    t[index] = value
    expected = x.data * 2
    expected[index] = value.data
    np.testing.assert_array_equal(t.data, expected)


def test_a_buffer_is_filled_step_by_step():
    x = leaf(3)
    total = mg.tensor(np.zeros(4))
    for i in range(3):
        total[i + 1] = total[i] + x[i] * x[i]
    total.sum().backward()
    np.testing.assert_allclose(x.grad.data, 2 * x.data * [3, 2, 1])


def test_plain_data_with_a_recorded_operand_becomes_recorded():
    total = start = mg.tensor([4.0, 6.0])
    x = mg.tensor([2.0, 3.0], requires_grad=True)
    total += x
    assert total is start
    assert start.requires_grad
    total.sum().backward()
    np.testing.assert_array_equal(x.grad.data, [1, 1])


def test_what_was_computed_before_keeps_the_old_value():
    x = leaf(2)
    t = x * 3
    square = t * t
    t[0] = 0.0
    (square.sum() + t.sum()).backward()
    np.testing.assert_allclose(x.grad.data, 18 * x.data + [0, 3])


def test_the_dtype_stays():
    t = mg.tensor(np.ones(2, np.float32), requires_grad=True) * 1
    t *= np.float64(2)
    t += np.ones(2)
    t[0] = np.float64(0.1)
    assert t.dtype == np.float32


# -- refused --------------------------------------------------------------------------------------


@every_update
def test_an_update_of_a_leaf_is_for_no_grad(update, function):
    p = leaf(2)
    before = p.data.copy()
    with pytest.raises(RuntimeError, match=r"with mg\.no_grad\(\): t .+u = t\.copy\(\)"):
        update(p, 2.0)
    np.testing.assert_array_equal(p.data, before)
    with mg.no_grad():
        same = update(p, 2.0)
    assert same is p
    assert p.requires_grad
    np.testing.assert_allclose(p.data, function(before, 2.0))


def test_an_assignment_to_a_leaf_is_for_no_grad():
    p = leaf(2)
    with pytest.raises(RuntimeError, match=r"`t\[index\] = value` on a leaf.*mg\.no_grad"):
        p[0] = 1.0
    with mg.no_grad():
        p[0] = 1.0
    assert p.data[0] == 1


def test_a_recorded_result_is_not_changed_behind_its_graphs_back():
    t = leaf(2) * 2
    with mg.no_grad(), pytest.raises(RuntimeError, match=r"inside mg\.no_grad.*without its graph"):
        t += 1
    with mg.no_grad(), pytest.raises(RuntimeError, match=r"t\.detach\(\)\.copy\(\)"):
        t[0] = 1


# -- views: they see what is written, as NumPy's do ---------------------------------------------------

VIEWS = {
    "a row": lambda t: t[0],
    "a slice": lambda t: t[:, 1:],
    "a step back": lambda t: t[::-1],
    "transposed": lambda t: t.T,
    "reshaped": lambda t: t.reshape(-1),
    "flipped": np.flip,
    "a view of a view": lambda t: t.T[1:],
    "deep": lambda t: t[None].reshape(3, 2)[1:].T[0],
}


@each("case", VIEWS)
def test_a_view_sees_what_is_written_to_its_source(case):
    t = leaf(2, 3) * 2
    view, expected = VIEWS[case](t), t.data.copy()
    shown = VIEWS[case](expected)
    t[0] = 1.0
    expected[0] = 1.0
    t *= 3.0
    expected *= 3.0
    np.testing.assert_array_equal(t.data, expected)
    np.testing.assert_array_equal(view.data, shown)


@each("case", VIEWS)
def test_the_source_sees_what_is_written_to_its_view(case):
    t = leaf(2, 3) * 2
    view, other, expected = VIEWS[case](t), t[1], t.data.copy()
    shown = VIEWS[case](expected)
    view[0] = 1.0
    shown[0] = 1.0
    view += 3.0
    shown += 3.0
    np.testing.assert_array_equal(view.data, shown)
    np.testing.assert_array_equal(t.data, expected)
    np.testing.assert_array_equal(other.data, expected[1])


@each("case", VIEWS)
def test_gradients_pass_through_views_both_ways(case):
    def f(x, y):
        t = x * x
        view = VIEWS[case](t)
        t[0] = np.sin(y)
        view *= np.cos(y[0])
        view[0] = y[1]
        t[1] += view.sum()
        return t * t + view.sum()

    mg.check_grads(f, (leaf(2, 3).data, leaf(3, seed=1).data), order=2, rtol=1e-4, atol=1e-5)


def test_a_part_is_added_to():
    x = leaf(3)
    total = mg.tensor(np.zeros((2, 3)))
    for i in range(2):
        total[i] += x * (i + 1)
        total[i, 0] -= x[1]
        total[1][2] *= x[2]
    np.testing.assert_allclose(total.data[1, 2], 2 * x.data[2] ** 2)
    total.sum().backward()
    np.testing.assert_allclose(x.grad.data, [3, 1, 1 + 4 * x.data[2]])


def test_a_tensor_is_written_onto_itself():
    x = leaf(4)
    t = x * 1
    t[1:] = t[:-1]
    np.testing.assert_array_equal(t.data, x.data[[0, 0, 1, 2]])
    t[[0, 3]] = t[[3, 0]]
    np.testing.assert_array_equal(t.data, x.data[[2, 0, 1, 0]])
    (t * np.array([1.0, 10, 100, 1000])).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [1010, 100, 1, 0])


def test_views_made_before_a_graph_begins_follow_as_well():
    buffer, x = mg.tensor(np.zeros(4)), leaf(2)
    tail = buffer[2:]
    buffer[1:3] = x
    tail += x
    np.testing.assert_allclose(buffer.data, [0, x.data[0], x.data[1] + x.data[0], x.data[1]])
    tail.sum().backward()
    np.testing.assert_allclose(x.grad.data, [1, 2])


def test_what_was_detached_shows_writes_and_keeps_its_own():
    t = leaf(2) * 2
    plain = t.detach()
    t[0] = 7.0
    assert plain.data[0] == 7
    assert not plain.requires_grad
    plain *= leaf(2)
    assert t.data[0] == 7


def test_views_of_what_was_detached_follow_it_and_not_its_source():
    t, x = leaf(3) * 2, leaf(3, seed=1)
    before = t.data.copy()
    plain = t.detach()
    part, again = plain[1:], plain.detach()
    part *= x[1:]
    expected = before * [1, *x.data[1:]]
    np.testing.assert_array_equal(t.data, before)
    for shown in (plain, again):
        np.testing.assert_array_equal(shown.data, expected)
    assert plain.requires_grad
    assert not again.requires_grad
    t *= 5.0  # they have parted
    np.testing.assert_array_equal(plain.data, expected)
    plain.sum().backward()
    np.testing.assert_allclose(x.grad.data, [0, *before[1:]])


def test_data_is_written_to_through_what_was_detached():
    w = leaf(3)
    w.detach()[1] = 7.0
    assert w.data[1] == 7
    assert w.is_leaf


def test_a_view_outlives_its_source():
    x = leaf(3)
    part = (x * 2)[1:]
    part *= x[1:]
    np.testing.assert_array_equal(part.data, 2 * x.data[1:] ** 2)
    part.sum().backward()
    np.testing.assert_allclose(x.grad.data, [0, *(4 * x.data[1:])])


def test_two_views_without_their_source_share_what_they_have_in_common():
    x, y = leaf(4), leaf(2, seed=1)

    def halves():
        t = x * 1.0
        return t[:3], t[::-1][:2]

    front, back = halves()
    back *= y  # places 3 and 2
    np.testing.assert_array_equal(front.data, [*x.data[:2], x.data[2] * y.data[1]])
    front.sum().backward()
    np.testing.assert_allclose(x.grad.data, [1, 1, y.data[1], 0])
    np.testing.assert_allclose(y.grad.data, [0, x.data[2]])


def test_a_parameter_and_its_views():
    p = nn.Parameter(np.array([1.0, 2.0, 3.0]))
    plain = p.detach()
    assert type(plain) is mg.Tensor
    with mg.no_grad():
        p += 1
        plain[0] = 9.0
    np.testing.assert_array_equal(plain.data, [9, 3, 4])
    np.testing.assert_array_equal(p.data, plain.data)
    assert not plain.requires_grad
    plain += leaf(3)
    assert not plain.is_leaf
    p.requires_grad = False
    part, x = p[1:], leaf(2)
    part += x
    np.testing.assert_array_equal(p.data, [9, 3 + x.data[0], 4 + x.data[1]])
    p.sum().backward()
    np.testing.assert_array_equal(x.grad.data, [1, 1])


def test_a_retained_gradient_is_that_of_the_last_value():
    x = leaf(2)
    t = x * 2
    t.retain_grad()
    t *= 3
    assert t.retains_grad
    (t * t).sum().backward()
    np.testing.assert_allclose(t.grad.data, 2 * t.data)


def test_empty_and_0d_tensors_and_their_views():
    x = leaf()
    t = x * 2
    view = t[...]
    t *= x
    assert view.data == t.data == 2 * x.data**2
    nothing = mg.tensor(np.zeros((0, 2)))
    row = nothing[:, 0]
    nothing *= leaf(2)
    row += leaf(0)
    assert row.shape == (0,)


def test_a_view_of_a_leaf_cannot_change_it():
    w = leaf(2, 2)
    row = w[0]
    with pytest.raises(RuntimeError, match="on a leaf that requires a gradient"):
        row += 1.0
    with mg.no_grad():
        w[0] += 1.0
    np.testing.assert_allclose(w.data[0], leaf(2, 2).data[0] + 1)


def test_a_place_that_shows_several_times_is_not_written_to():
    t = np.broadcast_to(leaf(3) * 2, (2, 3))
    with pytest.raises(RuntimeError, match=r"`\+=` on the result of broadcast_to.*t = t\.copy\(\)"):
        t += 1.0


def test_a_graph_keeps_what_it_has_saved_of_a_view_too():
    w, x = leaf(2), mg.tensor(np.array([3.0, 4.0, 5.0]))
    view = x[1:]
    y = (w * view).sum()
    x += 100
    view[0] = -1
    y.backward()
    np.testing.assert_array_equal(w.grad.data, [4, 5])
    np.testing.assert_array_equal(x.data, [103, -1, 105])


@each("seed", range(40))
def test_how_one_array_lies_in_another(seed):
    """As numbers and slices wherever these say it; the rest goes by addresses."""
    rng = np.random.default_rng(seed)
    outer = np.arange(2 * 3 * 1 * 5.0).reshape(2, 3, 1, 5)[:, :: rng.integers(1, 3)]
    index = []
    for n in outer.shape:
        start, stop = sorted(rng.integers(0, n + 1, 2))
        step = int(rng.choice([-2, -1, 1, 2]))
        index.append(
            [int(rng.integers(n)), slice(None), slice(start, stop), slice(None, None, step)][rng.integers(4)]
        )
    inner = outer[tuple(index)][None]
    found = memory.box(outer, inner)
    if inner.size:
        np.testing.assert_array_equal(outer[found].squeeze(), inner.squeeze())
        np.testing.assert_array_equal(
            outer.flat[0] + memory.places(inner) - memory.places(outer).flat[0], inner
        )
    assert memory.box(outer, outer.ravel(order="F")) is None
    assert memory.box(outer, outer.T) is None or 1 in outer.shape[1:]


def test_views_do_not_pile_up():
    t = leaf(2) * 1
    for _ in range(1000):
        t[:1]
    assert len(t.family.memory._tensors) < 20


@each("seed", range(30))
def test_random_programs_of_views_and_writes_do_what_numpy_does(seed):
    """The same program on arrays and on tensors, recorded or not; then its gradient."""

    def program(x, y, log=None):
        rng = np.random.default_rng(seed)
        known = [x * 1.0]
        for _ in range(8):
            t = known[rng.integers(len(known))]
            match rng.integers(5):
                case 0 if t.ndim:
                    known.append(t[rng.integers(2) :])
                case 1:
                    known.append(t.T)
                case 2 if t.shape[0] > 1:
                    known.append(t[::-1])
                case 3:
                    t[: 1 + rng.integers(2)] = y[rng.integers(3)]
                case _:
                    t += y[rng.integers(3)] * float(rng.integers(1, 3))
        return known

    x, y = leaf(3, 3), leaf(3, seed=1)
    expected = program(x.data, y.data)
    for xs, ys in ((x, y), (mg.tensor(x.data), mg.tensor(y.data)), (mg.tensor(x.data), y)):
        for ours, theirs in zip(program(xs, ys), expected, strict=True):
            np.testing.assert_allclose(ours.data, theirs)
    mg.check_grads(
        lambda x, y: sum((t * t).sum() for t in program(x, y)), (x.data, y.data), order=1, rtol=1e-4
    )


# -- refused, the rest --------------------------------------------------------------------------------


def test_shape_and_dtype_cannot_change_in_place():
    t = leaf(1) * 2
    with pytest.raises(ValueError, match=r"from shape|shape \(1,\) into \(3,\).*in place a shape stays"):
        t += np.ones(3)
    counts = mg.tensor(np.array([1, 2]))
    with pytest.raises(TypeError, match=r"int64 into float64.*t = t\.astype"):
        counts += leaf(2)


def test_data_of_other_sizes_is_refused_by_numpy():
    t = mg.tensor([1.0])
    with pytest.raises(ValueError, match="broadcast"):
        t += np.ones(3)


def test_the_update_of_a_training_step():
    w = mg.tensor([1.0, 2.0], requires_grad=True)
    (w * w).sum().backward()
    with mg.no_grad():
        w -= 0.1 * w.grad
    np.testing.assert_allclose(w.data, [0.8, 1.6], rtol=1e-6)
    assert w.is_leaf
