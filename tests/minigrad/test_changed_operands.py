"""Lists, index arrays and masks that the caller changes after a call: the gradient is that of the call."""

import array
from typing import NamedTuple

import numpy as np

import minigrad as mg
from tests.cases import each

X = np.arange(12.0).reshape(3, 4) + 0.5


def ints(*values):
    return lambda: np.array(values)


class Place(NamedTuple):
    rows: list[int]
    columns: slice


class Rows:
    """An array-like."""

    def __init__(self, *values):
        self.values = list(values)

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype)


def masked():
    return X > 5


def written(t, index):
    u = t.copy()
    u[index] = t[0, 0] * 2
    return u


@mg.fused(inputs=("x",))
def own_rows(x, rows):
    return x[rows]


@own_rows.forward
def own_rows_forward(x, rows):
    return x[rows], {"rows": rows}


@own_rows.backward
def own_rows_backward(g, residuals, wanted, x, rows):
    out = np.zeros_like(x)
    out[residuals["rows"]] = g
    return (out,)


@mg.primitive
def own_scaled(x, powers):
    return x * 2.0 ** sum(powers["of two"])


own_scaled.vjp(x=lambda g, powers: g * 2.0 ** sum(powers["of two"]))


@mg.fused(inputs=("x",))
def own_powers(x, *, powers):
    return x ** sum(powers)


@own_powers.forward
def own_powers_forward(x, *, powers):
    return x ** sum(powers), None


@own_powers.backward
def own_powers_backward(g, residuals, wanted, x, *, powers):
    return (g * sum(powers) * x ** (sum(powers) - 1),)


# op of (t, operand), and what makes the operand
CASES = {
    "t[list]": (lambda t, o: t[o], lambda: [0, 2]),
    "t[array]": (lambda t, o: t[o], ints(0, 2)),
    "t[tensor]": (lambda t, o: t[o], lambda: mg.tensor(np.array([0, 2]))),
    "t[array.array]": (lambda t, o: t[o], lambda: array.array("q", [0, 2])),
    "t[array-like]": (lambda t, o: t[o], lambda: Rows(0, 2)),
    "t[bytearray]": (lambda t, o: t[o], lambda: bytearray([0, 2])),
    "t[list, slice]": (lambda t, o: t[o, 1:], lambda: [0, 2]),
    "t[array, slice]": (lambda t, o: t[o, 1:], ints(0, 2)),
    "t[tensor, slice]": (lambda t, o: t[o, 1:], lambda: mg.tensor(np.array([0, 2]))),
    "t[named tuple]": (lambda t, o: t[Place(o, slice(1, None))], lambda: [0, 2]),
    "t[number:]": (lambda t, o: t[o:], lambda: np.array(2)),
    "t[mask]": (lambda t, o: t[o], masked),
    "t[array] = value": (written, ints(0, 2)),
    "t[mask] = value": (written, masked),
    "index_put": (lambda t, o: mg.index_put(t, o, t[:2] * 3), lambda: [0, 2]),
    "take": (lambda t, o: np.take(t, o, axis=0), lambda: [0, 2]),
    "take_along_axis": (lambda t, o: np.take_along_axis(t, o, axis=0), ints([0, 1, 2, 2])),
    "compress": (lambda t, o: np.compress(o, t, axis=0), lambda: [True, False, True]),
    "choose": (lambda t, o: np.choose(o, [t[0], t[1]]), ints(0, 1, 1, 0)),
    "where": (lambda t, o: np.where(o, t, 0.0), masked),
    "sum(where=)": (lambda t, o: mg.sum(t, where=o), masked),
    "mean(where=)": (lambda t, o: np.mean(t, axis=0, where=o), lambda: X > 1),
    "t * mask": (lambda t, o: t * o, masked),
    "t ** integers": (lambda t, o: t**o, lambda: np.full((3, 4), 2)),
    "ldexp": (np.ldexp, lambda: np.full((3, 4), 2)),
    "roll by a list": (lambda t, o: np.roll(t, o, (0, 1)), lambda: [1, 2]),
    "roll by an array": (lambda t, o: np.roll(t, o, (0, 1)), ints(1, 2)),
    "roll along a list": (lambda t, o: np.roll(t, (1, 2), o), lambda: [0, 1]),
    "repeat": (lambda t, o: np.repeat(t, o, axis=0), lambda: [1, 0, 2]),
    "pad": (np.pad, lambda: [[1, 2], [0, 1]]),
    "pad by a dict": (np.pad, lambda: {0: 1, 1: 2}),
    "delete": (lambda t, o: np.delete(t, o, axis=0), lambda: [1]),
    "moveaxis": (lambda t, o: np.moveaxis(t[None], o, [2, 0]), lambda: [0, 1]),
    "transpose": (np.transpose, lambda: [1, 0]),
    "reshape": (np.reshape, lambda: [2, 6]),
    "rot90": (lambda t, o: np.rot90(t, 1, o), lambda: [0, 1]),
    "tensordot": (lambda t, o: np.tensordot(t, X * X, [o, [0]]), lambda: [0]),
    "sum along a 0-d array": (lambda t, o: np.sum(t, axis=o), lambda: np.array(1)),
    "concatenate": (lambda t, o: np.concatenate([t, t * 2], axis=o), lambda: np.array(1)),
    "tril": (np.tril, lambda: np.array(1)),
    "cross_entropy": (mg.cross_entropy, ints(0, 2, 1)),
    "attention": (lambda t, o: mg.scaled_dot_product_attention(t, t, t, o), lambda: np.tri(3, dtype=bool)),
    "checkpoint of a list": (lambda t, o: mg.checkpoint(lambda t, i: t[i], t, o), lambda: [0, 2]),
    "checkpoint of an array": (lambda t, o: mg.checkpoint(lambda t, i: t[i], t, i=o), ints(0, 2)),
    "a fused op of one's own": (own_rows, ints(0, 2)),
    "an option of a fused op of one's own": (lambda t, o: own_powers(t, powers=o), lambda: [1, 2]),
    "a set for an op of one's own": (own_scaled, lambda: {"of two": {1, 2}}),
    "an op of one's own": (own_scaled, lambda: {"of two": [1, 2]}),
}


def spoil(operand):
    """Change every number inside, in place."""
    if isinstance(operand, mg.Tensor):
        operand[...] = 1 - operand
    elif isinstance(operand, Rows):
        spoil(operand.values)
    elif isinstance(operand, set):
        operand.clear()
    elif isinstance(operand, np.ndarray):
        operand[...] = ~operand if operand.dtype == bool else operand == 0
    else:
        for key in operand if isinstance(operand, dict) else range(len(operand)):
            if isinstance(operand[key], (list, set)):
                spoil(operand[key])
            else:
                operand[key] = int(not operand[key])


def gradient(op, operand, change, order):
    """Of Σ y²·w with y = op(t, operand), by t, and for order 2 that of the sum of its squares."""
    t = mg.tensor(X, requires_grad=True)
    y = op(t, operand)
    change(operand)
    (y * y * np.cos(np.arange(y.size)).reshape(y.shape)).sum().backward(create_graph=order == 2)
    if order == 2:
        g, t.grad = t.grad, None
        (g * g).sum().backward()
    return t.grad.data


@each("order", [1, 2])
@each("name", CASES)
def test_a_change_after_the_call_leaves_the_gradient_alone(name, order):
    op, operand = CASES[name]
    expected = gradient(op, operand(), lambda o: None, order)
    np.testing.assert_array_equal(gradient(op, operand(), spoil, order), expected)


def test_a_view_is_taken_anew_as_it_was_taken_first():
    axes = [1, 0, 2]
    t = mg.tensor(np.arange(8.0).reshape(2, 2, 2))
    view = mg.transpose(t, axes)
    axes[:] = [2, 1, 0]
    t += mg.tensor(np.ones(()), requires_grad=True)  # recorded, so that the view is taken anew
    np.testing.assert_array_equal(view.data, t.data.transpose(1, 0, 2))


def test_data_is_not_copied():
    weights = np.ones((3, 4))
    y = mg.tensor(X, requires_grad=True) * weights
    assert y.node.saved[0][0] is weights


def test_a_mask_that_is_broadcast_is_copied_once_not_as_often_as_it_shows():
    mask = np.broadcast_to(np.array([True, False, True, True]), (1000, 4))
    y = np.where(mask, mg.tensor(np.ones((1000, 4)), requires_grad=True), 0.0)
    (kept,) = y.node.saved[1]
    assert kept.shape == mask.shape
    assert kept.strides == (0, 1)
    assert not np.shares_memory(kept, mask)
