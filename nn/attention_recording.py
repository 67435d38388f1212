"""The weights of a model's attention layers, seen from outside while it runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np

import minigrad as mg
from nn.module import Module
from nn.multihead import MultiheadAttention


@contextmanager
def record_attention(model: Module) -> Iterator[dict[str, np.ndarray]]:
    """Have every MultiheadAttention in `model` leave its weights, (B, H, T, S), under its dotted path.

    with nn.record_attention(model) as maps, mg.no_grad():
        model(x)
    maps["layers.0.self_attn"]  # of the last call
    """
    maps: dict[str, np.ndarray] = {}
    layers = {path: m for path, m in model.named_modules() if isinstance(m, MultiheadAttention)}
    before = {path: layer.on_weights for path, layer in layers.items()}

    def keep(path: str, weights: np.ndarray) -> None:
        if mg.is_part_of_batch():
            raise RuntimeError(
                "record_attention keeps the weights of one call, and data_parallel makes several, each with "
                "a part of the batch: call the model without data_parallel"
            )
        maps[path] = weights

    for path, layer in layers.items():
        layer.on_weights = partial(keep, path)
    try:
        yield maps
    finally:
        for path, layer in layers.items():
            layer.on_weights = before[path]
