"""Where a model looks as it writes, beside what each character truly comes from."""

from collections.abc import Mapping
from typing import Any

import numpy as np

import nn
from examples.translation.pairs import Pair

END = "∎"  # "<eos>"


def draw_alignment(weights: Mapping[str, np.ndarray], pair: Pair) -> Any:
    """A map of each of the weights (T, S) and one of the truth: down what is written, across what is read."""
    true = truth(pair)
    even = true / np.maximum(true.sum(axis=1, keepdims=True), 1)
    return nn.draw_attention(
        {**weights, "true alignment": even}, [*pair.target, END], [*pair.source, END], marks=true
    )


def truth(pair: Pair) -> np.ndarray:
    """(T, S), True where a character of the target comes from one of the source; both with their ends."""
    true = np.zeros((len(pair.target) + 1, len(pair.source) + 1), bool)
    for row, places in zip(true, pair.comes_from, strict=False):
        row[list(places)] = True
    return true
