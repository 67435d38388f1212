"""Where a model looks as it writes, beside what each character truly comes from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import nn
from examples.translation.pairs import Pair

BEGIN, END = "⊢", "∎"  # "<bos>" and "<eos>"


def draw_alignment(weights: Mapping[str, np.ndarray], pair: Pair) -> Any:
    """A map of each of the weights (T, S) and one of the truth: down what is written, across what is read."""
    true = truth(pair)
    even = true / np.maximum(true.sum(axis=1, keepdims=True), 1)
    return nn.draw_attention(
        {**weights, "true alignment": even}, [*pair.target, END], [*pair.source, END], marks=true
    )


def show_heads(maps: nn.AttentionMaps, pair: Pair, path: Path) -> None:
    """A page of every head, of the encoder too, and of the decoder, which reads what it wrote before."""
    source, target, before = [*pair.source, END], [*pair.target, END], [BEGIN, *pair.target]
    in_encoder = {layer: source for layer in maps if "encoder" in layer}
    of_itself = {layer: before for layer in maps if ".decoder." in layer and layer.endswith("self_attn")}
    title = f"{pair.source} → {pair.target}"
    nn.show_attention(
        maps, {**in_encoder, "*": target}, path, keys={**in_encoder, **of_itself, "*": source}, title=title
    )


def truth(pair: Pair) -> np.ndarray:
    """(T, S), True where a character of the target comes from one of the source; both with their ends."""
    true = np.zeros((len(pair.target) + 1, len(pair.source) + 1), bool)
    for row, places in zip(true, pair.comes_from, strict=False):
        row[list(places)] = True
    return true
