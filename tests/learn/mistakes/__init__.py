"""Typical mistakes: an edit of a reference solution, and words of the hint that it must be met with."""

from tests.learn.mistakes import arrays, chain, later, tape

MISTAKES = [*chain.MISTAKES, *tape.MISTAKES, *arrays.MISTAKES, *later.MISTAKES]
