"""Generation: the likeliest id at each step, or one drawn by its probability."""

import numpy as np

from nn import init
from nn.decoding.checked import Checked, as_prompt
from nn.decoding.decoders import Decoder
from nn.decoding.sampling import draw, with_temperature, with_top_k, with_top_p
from nn.sizes import check_sizes


def greedy(decoder: Decoder, prompt: np.ndarray, length: int, eos: int | None = None) -> np.ndarray:
    """`generate` with the likeliest id at each step, the lowest one of several."""
    return generate(decoder, prompt, length, temperature=0, eos=eos)


def generate(
    decoder: Decoder,
    prompt: np.ndarray,
    length: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    eos: int | None = None,
    rng: init.Rng = None,
) -> np.ndarray:
    """Up to `length` ids after a prompt (N, t) of ids: (N, length), or fewer when all rows have ended.

    Each is drawn from softmax(scores/temperature), limited to the `top_k` best and then to the nucleus
    `top_p` of what is left; temperature 0 takes the best.  A row ends with its first `eos`, is not computed
    any more, and is filled up with `eos`.

    Each step draws Gumbel noise (N, V), for rows that have ended too, so that what a row becomes does
    not depend on when others end.  Raises FloatingPointError where the scores are NaN.
    """
    ids = as_prompt(prompt)
    check_sizes("generate", 0, length=length)
    if not temperature >= 0:
        raise ValueError(f"a temperature is at least 0, which takes the likeliest id, and got {temperature}")
    rng = init.generator(rng)
    checked = Checked(decoder, eos)
    written = np.full((len(ids), length), 0 if eos is None else eos, np.int64)
    rows = np.arange(len(ids))  # those that have not ended
    for place in range(length):
        scores = checked.scores(ids)  # (rows, V)
        if temperature == 0:
            chosen = scores.argmax(axis=1)
        else:
            noise = rng.gumbel(size=(len(written), scores.shape[1]))[rows]
            chosen = draw(_limited(scores, temperature, top_k, top_p), noise)
        written[rows, place] = chosen
        going_on = np.flatnonzero(chosen != eos) if eos is not None else np.arange(len(rows))
        if len(going_on) == 0:
            return written[:, : place + 1]
        checked.keep(going_on, len(rows))
        rows, ids = rows[going_on], chosen[going_on, None]
    return written


def _limited(scores: np.ndarray, temperature: float, top_k: int | None, top_p: float | None) -> np.ndarray:
    scores = with_temperature(scores, temperature)
    if top_k is not None:
        scores = with_top_k(scores, top_k)
    if top_p is not None:
        scores = with_top_p(scores, top_p)
    return scores
