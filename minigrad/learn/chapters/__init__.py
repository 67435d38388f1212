"""The chapters, in order."""

from minigrad.learn.chapters import chain, order, tape

CHAPTERS = (chain.EXERCISE, tape.EXERCISE, order.EXERCISE)
