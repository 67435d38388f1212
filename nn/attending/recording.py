"""What a model's attention layers attend to, seen from outside while it runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

import minigrad as mg
from nn.attending.attended import Attended
from nn.module import Module


class AttentionMaps(dict[str, np.ndarray]):
    """The weights (B, H, T, S) of each layer by its dotted path; `.scores` and `.masks` likewise.

    weights = softmax(scores) over the places where the mask is True.  A float mask is in the scores; causal
    and window are in the mask, which is None where nothing is hidden.
    """

    scores: dict[str, np.ndarray]  # (B, H, T, S)
    masks: dict[str, np.ndarray | None]  # broadcasts to that

    def __init__(self) -> None:
        self.scores = {}
        self.masks = {}

    def keep(self, path: str, attended: Attended) -> None:
        if mg.is_part_of_batch():
            raise RuntimeError(
                "record_attention keeps the weights of one call, and data_parallel makes several, each with "
                "a part of the batch: call the model without data_parallel"
            )
        self[path] = attended.weights
        self.scores[path] = attended.scores
        self.masks[path] = attended.mask


@contextmanager
def record_attention(model: Module) -> Iterator[AttentionMaps]:
    """Have every layer of attention in `model` leave weights, scores and mask under its dotted path.

    with nn.record_attention(model) as maps, mg.no_grad():
        model(x)
    maps["layers.0.self_attn"]  # the weights (B, H, T, S) of the last call
    maps.scores["layers.0.self_attn"]  # before the mask and the softmax

    A layer of attention is any module with an attribute `on_attention`: see attended.py.
    """
    maps = AttentionMaps()
    layers = attention_layers(model)
    before = {path: layer.on_attention for path, layer in layers.items()}
    for path, layer in layers.items():
        layer.on_attention = partial(maps.keep, path)
    try:
        yield maps
    finally:
        for path, layer in layers.items():
            layer.on_attention = before[path]


def attention_layers(model: Module) -> dict[str, Any]:
    """The modules in `model` that compute attention, by dotted path, in the order of `named_modules`."""
    return {path: module for path, module in model.named_modules() if hasattr(module, "on_attention")}
