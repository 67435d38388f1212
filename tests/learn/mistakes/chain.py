"""Mistakes in chapter 1."""

from functools import partial

from minigrad.learn.chapters import chain
from tests.learn.mistake import Mistake

_of = partial(Mistake, chain.EXERCISE)
PRODUCT, TANH = "return a * b, (b, a)", "(1 - y * y,)"
NEURON = "(outer * along_a, outer * along_b, outer)"

MISTAKES = [
    _of(PRODUCT, "return a * b, (a, b)", "what a is multiplied with"),
    _of(PRODUCT, "return a * b, (1.0, 1.0)", "the rule of a sum"),
    _of(PRODUCT, "return a * b, (None, a)", "still has a None"),
    _of(PRODUCT, "return a * b", "a value and a tuple of slopes"),
    _of(TANH, "(1 - x * x,)", "you put x in its place"),
    _of(TANH, "(1 - y,)", "the square is missing"),
    _of(TANH, "(y,)", "not how fast it grows"),
    _of(
        TANH, "((math.tanh(x + 1e-6) - math.tanh(x - 1e-6)) / 2e-6,)", "as differences over a small step are"
    ),
    _of(NEURON, "(along_a, along_b, 1.0)", "of a·b + c alone"),
    _of(NEURON, "(outer, outer, outer)", "of tanh alone"),
    _of(NEURON, "(outer + along_a, outer + along_b, outer + 1)", "multiplied, not added"),
    _of(NEURON, "(outer * along_b, outer * along_a, outer)", "each other's slope"),
]
