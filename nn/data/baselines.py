"""What a language model has to beat: guessing, and counting."""

import math
from typing import Any

from numpy.typing import NDArray

from nn.data.ngram import NGram
from nn.sizes import check_sizes


def baselines(
    train: NDArray[Any], held_out: NDArray[Any], vocabulary_size: int, order: int = 5, most: int = 5_000_000
) -> dict[str, float]:
    """Losses on `held_out` (M,), in nats a token, of guessing and of counting n-grams in `train` (N,).

    "uniform" is ln V, that of knowing nothing; "1-gram" to f"{order}-gram" are those of nn.data.NGram.  No
    more than the first `most` ids of either are counted, so that a memory-mapped text costs no more memory;
    where it has more, counting would do a little better than it says.
    """
    check_sizes("baselines", 1, vocabulary_size=vocabulary_size, order=order, most=most)
    counted = NGram(train[:most], vocabulary_size, order).losses(held_out[:most])
    losses = {f"{n}-gram": float(loss) for n, loss in enumerate(counted, 1)}
    return {"uniform": math.log(vocabulary_size), **losses}
