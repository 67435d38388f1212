"""The chapters, in order."""

from minigrad.learn.chapters import broadcasting, chain, leaves, order, tape, training, twice

CHAPTERS = (
    chain.EXERCISE,
    tape.EXERCISE,
    order.EXERCISE,
    broadcasting.EXERCISE,
    leaves.EXERCISE,
    twice.EXERCISE,
    training.EXERCISE,
)
