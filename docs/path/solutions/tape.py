"""Your own reverse mode: a tape of numbers that remember where they came from."""

import math
from itertools import count

serials = count()  # which of two numbers was made later


class Var:
    """A number, and how it was made.

    `parents` are pairs (parent, pull): `pull` takes the gradient of this number and gives the parent's share.
    """

    def __init__(self, data, parents=()):
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.serial = next(serials)

    def __add__(self, other):
        other = as_var(other)
        return Var(self.data + other.data, ((self, lambda g: g), (other, lambda g: g)))

    def __mul__(self, other):
        other = as_var(other)
        a, b = self.data, other.data
        return Var(a * b, ((self, lambda g: g * b), (other, lambda g: g * a)))

    # 2 + a and 2 * a call these with self = a
    __radd__ = __add__
    __rmul__ = __mul__

    def tanh(self):
        y = math.tanh(self.data)
        return Var(y, ((self, lambda g: g * (1 - y * y)),))

    def backward(self):
        """Leave in the `grad` of every number that this one was made from how fast this one grows with it."""
        gradients = {self: 1.0}
        for var in in_order(self):  # each after all that were made from it
            g = gradients.pop(var)
            if not var.parents:
                var.grad += g
            for parent, pull in var.parents:
                gradients[parent] = gradients.get(parent, 0.0) + pull(g)


def as_var(value):
    return value if isinstance(value, Var) else Var(value)


def in_order(result):
    """`result` and all that it was made from, the latest made first."""
    found, waiting = {result}, [result]
    while waiting:
        for parent, _ in waiting.pop().parents:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return sorted(found, key=lambda var: -var.serial)
