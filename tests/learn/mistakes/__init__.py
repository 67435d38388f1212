"""Typical mistakes: an edit of a reference solution, and words of the hint that it must be met with."""

from tests.learn.mistakes import arrays, attention, chain, later, models, numeric, tape

MISTAKES = [
    mistake
    for module in (chain, tape, arrays, numeric, later, attention, models)
    for mistake in module.MISTAKES
]
