"""The chapters, in order."""

from minigrad.learn.chapters import (
    block,
    bottleneck,
    broadcasting,
    chain,
    differences,
    distance,
    evidence,
    fused,
    heads,
    leaves,
    order,
    products,
    tape,
    training,
    twice,
)

CHAPTERS = tuple(
    chapter.EXERCISE
    for chapter in (
        *(chain, tape, order, broadcasting, products),
        *(leaves, differences, twice, fused, training),
        *(bottleneck, heads, block, distance, evidence),
    )
)
