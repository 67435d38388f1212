"""Writing text with a model, one character after another."""

import numpy as np

import minigrad as mg
from examples.char.corpus import Ids
from examples.char.model import CharTransformer


def generate(
    model: CharTransformer,
    prompt: Ids,
    length: int,
    rng: np.random.Generator,
    temperature: float = 0.8,
) -> Ids:
    """`length` more characters after `prompt` (N,), N ≥ 1, each drawn from softmax(scores/temperature).

    Temperature 0 takes the likeliest one.  The model sees the last `context` characters.
    """
    ids = list(prompt)
    model.eval()
    with mg.no_grad():
        for _ in range(length):
            seen = np.array([ids[-model.config.context :]])
            scores = model(seen).numpy()[0, -1].astype(np.float64)
            if temperature == 0:
                ids.append(int(scores.argmax()))
                continue
            # Gumbel's trick: the argmax of scores plus noise is a draw from their softmax.
            ids.append(int(np.argmax(scores / temperature + rng.gumbel(size=scores.shape))))
    return np.array(ids[len(prompt) :], np.int64)
