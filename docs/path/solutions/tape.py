"""Your own reverse mode: a tape of arrays that remember where they came from."""

from contextlib import contextmanager
from itertools import count

import numpy as np

serials = count()  # which of two arrays was made later
recording = True


class Var:
    """An array, and how it was made.

    `parents` are pairs (parent, pull): `pull` takes the gradient of this array, a Var, and gives the parent's
    share.  Rules compute with Vars, so that a walk back can itself be recorded.
    """

    def __init__(self, data, parents=()):
        self.data = np.asarray(data, np.float64)
        self.grad = np.zeros_like(self.data)
        self.parents = parents if recording else ()
        self.serial = next(serials)

    def __add__(self, other):
        a, b = self, as_var(other)
        return Var(
            a.data + b.data,
            ((a, lambda g: sum_to(g, a.data.shape)), (b, lambda g: sum_to(g, b.data.shape))),
        )

    def __mul__(self, other):
        a, b = self, as_var(other)
        return Var(
            a.data * b.data,
            ((a, lambda g: sum_to(g * b, a.data.shape)), (b, lambda g: sum_to(g * a, b.data.shape))),
        )

    # 2 + a and 2 * a call these with self = a
    __radd__ = __add__
    __rmul__ = __mul__

    def __matmul__(self, other):
        a, b = self, as_var(other)
        return Var(a.data @ b.data, ((a, lambda g: g @ b.transpose()), (b, lambda g: a.transpose() @ g)))

    def transpose(self):
        return Var(self.data.T, ((self, lambda g: g.transpose()),))

    def sum(self):
        return sum_to(self, ())

    def tanh(self):
        y = Var(np.tanh(self.data))
        y.parents = ((self, lambda g: g * (1.0 + -1.0 * (y * y))),) if recording else ()
        return y

    def detach(self):
        """The same array, cut off from how it was made."""
        return Var(self.data)

    def backward(self):
        """Add to the `grad` of every array that this one was made from how fast this one grows with it."""
        with no_grad():
            for var, g in walk(self).items():
                if not var.parents:
                    var.grad = var.grad + g.data


def gradient(result, x):
    """How fast `result` grows with `x`, as a Var that can be differentiated again."""
    return walk(result).get(x, Var(np.zeros_like(x.data)))


def walk(result):
    """The gradient of `result` along each Var that it was made from."""
    gradients = {result: Var(np.ones_like(result.data))}
    for var in in_order(result):  # each after all that were made from it
        for parent, pull in var.parents:
            share = pull(gradients[var])
            gradients[parent] = gradients[parent] + share if parent in gradients else share
    return gradients


def in_order(result):
    """`result` and all that it was made from, the latest made first."""
    found, waiting = {result}, [result]
    while waiting:
        for parent, _ in waiting.pop().parents:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return sorted(found, key=lambda var: -var.serial)


def as_var(value):
    return value if isinstance(value, Var) else Var(value)


def unbroadcast(g, shape):
    """The gradient `g` summed to `shape`, that of an operand which was broadcast."""
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    stretched = tuple(axis for axis, n in enumerate(shape) if n == 1 and g.shape[axis] != 1)
    return g.sum(axis=stretched, keepdims=True)


def sum_to(x, shape):
    """`x` summed to `shape`; back, the gradient is spread again."""
    return Var(unbroadcast(x.data, shape), ((x, lambda g: spread(g, x.data.shape)),))


def spread(x, shape):
    """`x` broadcast to `shape`; back, the gradient is summed again."""
    return Var(np.broadcast_to(x.data, shape), ((x, lambda g: sum_to(g, x.data.shape)),))


@contextmanager
def no_grad():
    """Inside, nothing is recorded."""
    global recording
    before, recording = recording, False
    try:
        yield
    finally:
        recording = before


class Linear:
    """x @ weight + bias."""

    def __init__(self, inputs, outputs, rng):
        self.weight = Var(rng.normal(size=(inputs, outputs)) / np.sqrt(inputs))
        self.bias = Var(np.zeros(outputs))

    def __call__(self, x):
        return x @ self.weight + self.bias

    def parameters(self):
        return [self.weight, self.bias]


def step(parameters, rate):
    """Move each parameter against its gradient, and forget that."""
    for p in parameters:
        p.data = p.data - rate * p.grad
        p.grad = np.zeros_like(p.data)
