"""Generating text with a model, one character after another."""

import numpy as np

import minigrad as mg
import nn
from examples.char.model import CharTransformer
from nn.data.vocabulary import Ids


def generate(
    model: CharTransformer,
    prompt: Ids,
    length: int,
    rng: np.random.Generator,
    temperature: float = 0.8,
    stride: int = 1,
) -> Ids:
    """`length` more characters after `prompt` (N,), N ≥ 1, each drawn from softmax(scores/temperature).

    Temperature 0 takes the likeliest one.  While the text fits into the model's `context`, each character
    goes through the model once, and its keys and values are kept.  After that the window moves on by
    `stride`, 1 to `context`, whenever it is full, and what it shows is computed anew: its places have
    changed, and below it lie layers that saw what it no longer shows.  With stride 1 the model always
    sees the last `context` characters, with a greater one at least context - stride + 1, faster.
    """
    context = model.config.context
    if not 1 <= stride <= context:
        raise ValueError(f"the window of {context} characters moves on by 1 to {context}, not by {stride}")
    ids = list(prompt)
    start, cache = 0, nn.KeyValueCache(context)  # of the window, its first character and what is known
    model.eval()
    with mg.no_grad():
        for _ in range(length):
            if len(ids) - start > context:
                start = len(ids) - (context - stride + 1)
                cache.crop(0)
            unseen = np.array([ids[start + cache.length :]])  # (1, T)
            scores = model(unseen, cache).numpy()[0, -1].astype(np.float64)  # (V,)
            if temperature == 0:
                ids.append(int(scores.argmax()))
                continue
            # Gumbel's trick: the argmax of scores plus noise is a draw from their softmax.
            ids.append(int(np.argmax(scores / temperature + rng.gumbel(size=scores.shape))))
    return np.array(ids[len(prompt) :], np.int64)
