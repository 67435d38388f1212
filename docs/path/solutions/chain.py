"""Chapter 1: the chain rule."""

import math


def multiply(a, b):
    """a * b, and its slopes along a and along b."""
    return a * b, (b, a)


def tanh(x):
    """tanh(x), and its slope along x."""
    y = math.tanh(x)
    return y, (1 - y * y,)


def neuron(a, b, c):
    """tanh(a * b + c), and its slopes along a, b and c: products of the slopes above."""
    product, (along_a, along_b) = multiply(a, b)
    value, (outer,) = tanh(product + c)
    return value, (outer * along_a, outer * along_b, outer)
