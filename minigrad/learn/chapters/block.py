"""Chapter 13: a Transformer's block."""

from typing import Any

import numpy as np

from minigrad.learn.exercise import Exercise, Hint
from minigrad.learn.numbers import compare
from minigrad.learn.written import Written

TASK = """\
The parts of a decoder-only Transformer, in NumPy: layer_norm, positions, feed_forward, block (pre-norm,
with both residual ways around), and generate."""

STARTER = '''\
"""Chapter 13: a Transformer."""

import numpy as np


def layer_norm(x, eps=1e-5):
    """(x - mean) / sqrt(variance + eps) over the last axis of x (B, T, C)."""
    raise NotImplementedError


def positions(length, channels):
    """Sines and cosines (T, C) of t / 10000^(2i/C): at 2i the sine, at 2i + 1 the cosine; C is even."""
    raise NotImplementedError


def feed_forward(x, w1, b1, w2, b2):
    """relu(x W1 + b1) W2 + b2, at each place by itself: w1 (C, F), w2 (F, C)."""
    raise NotImplementedError


def block(x, attend, w1, b1, w2, b2):
    """x (B, T, C): x + attend(layer_norm(x)), and then to that the feed-forward of its layer_norm."""
    raise NotImplementedError


def generate(scores_of, prompt, length):
    """The prompt, a list of token numbers, with `length` more, each the one of the highest score.

    scores_of(tokens) gives the scores (T, V) of what follows each of the tokens.
    """
    raise NotImplementedError
'''

RNG = np.random.default_rng(9)
X = RNG.normal(size=(2, 5, 6)) * 3 + 1
W1, B1, W2, B2 = RNG.normal(size=(6, 8)), RNG.normal(size=8), RNG.normal(size=(8, 6)), RNG.normal(size=6)


def norm(x: np.ndarray) -> np.ndarray:
    """By its formula."""
    return np.asarray((x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5))


def feed(x: np.ndarray) -> np.ndarray:
    """By its formula."""
    return np.asarray(np.maximum(x @ W1 + B1, 0) @ W2 + B2)


def mean_before(x: np.ndarray) -> np.ndarray:
    """Attention with equal weights to all places up to each."""
    return np.asarray(np.cumsum(x, axis=1) / np.arange(1, x.shape[1] + 1)[:, None])


def check_norm(written: Written) -> None:
    """Layer norm, over the features of each place."""
    centred = X - X.mean(-1, keepdims=True)
    compare(
        "layer_norm(x)",
        written.layer_norm(X.copy()),
        norm(X),
        [
            (
                (X - X.mean()) / np.sqrt(X.var() + 1e-5),
                "each place has a mean of its own: axis=-1, keepdims=True",
            ),
            (
                (X - X.mean(1, keepdims=True)) / np.sqrt(X.var(1, keepdims=True) + 1e-5),
                "that is over the places of a sequence, which would see each other: take the last axis",
            ),
            (centred / (X.var(-1, keepdims=True) + 1e-5), "divide by the square root of the variance"),
            (centred, "the variance is still to be divided by"),
            (
                centred / np.sqrt(X.var(-1, keepdims=True, ddof=1) + 1e-5),
                "the variance divides by C, not by C - 1",
            ),
        ],
    )


def check_positions(written: Written) -> None:
    """Positions."""
    rate = 1 / 10000 ** (np.arange(0, 6, 2) / 6)
    angle = np.arange(5)[:, None] * rate
    wanted = np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(5, 6)
    found = written.positions(5, 6)
    compare(
        "positions(5, 6)",
        found,
        wanted,
        [
            (
                np.concatenate([np.sin(angle), np.cos(angle)], axis=1),
                "sines and cosines alternate: 2i and 2i + 1",
            ),
            (np.stack([np.cos(angle), np.sin(angle)], axis=-1).reshape(5, 6), "the sine comes first"),
        ],
    )


def check_feed_forward(written: Written) -> None:
    """The feed-forward net."""
    compare(
        "feed_forward(x, ...)",
        written.feed_forward(X, W1, B1, W2, B2),
        feed(X),
        [
            ((X @ W1 + B1) @ W2 + B2, "without relu two matrices are one"),
            (np.maximum(feed(X), 0), "relu stands between the two matrices, not after them as well"),
            (np.maximum((X @ W1 + B1) @ W2 + B2, 0), "relu stands between the two matrices"),
        ],
    )


def check_block(written: Written) -> None:
    """The block, with its residual ways."""
    after = X + mean_before(norm(X))
    wanted = after + feed(norm(after))

    def post(x: np.ndarray) -> np.ndarray:
        x = norm(x + mean_before(x))
        return norm(x + feed(x))

    compare(
        "block(x, attend, ...)",
        written.block(X.copy(), mean_before, W1, B1, W2, B2),
        wanted,
        [
            (feed(norm(mean_before(norm(X)))), "both residual ways are missing: add what came in"),
            (
                mean_before(norm(X)) + feed(norm(mean_before(norm(X)))),
                "the way around attend is missing: x + attend(...)",
            ),
            (feed(norm(after)), "the way around the feed-forward is missing"),
            (X + feed(norm(after)), "the second residual way begins after attention, not at x"),
            (post(X), "that is post-norm, as in 2017; here the norm stands before each part (pre-norm)"),
            (X + mean_before(X) + feed(X + mean_before(X)), "the norms are missing"),
            (after + feed(after), "the norm before the feed-forward is missing"),
        ],
    )


def check_generate(written: Written) -> None:
    """Generating, token by token."""
    seen: list[list[int]] = []

    def scores_of(tokens: Any) -> np.ndarray:
        tokens = [int(t) for t in tokens]
        seen.append(tokens)
        scores = np.zeros((len(tokens), 7))
        for t, token in enumerate(tokens):
            scores[t, (token + sum(tokens[:t]) + 1) % 7] = 1.0
        return scores

    wanted = [1, 2]
    for _ in range(4):
        wanted.append(int(scores_of(wanted)[-1].argmax()))
    seen.clear()
    found = written.generate(scores_of, [1, 2], 4)
    if found is None:
        raise Hint("generate gives the list of all tokens, and yours gave nothing")
    found = [int(t) for t in found]
    if found == wanted[2:]:
        raise Hint("the prompt belongs in front of what was generated")
    if len(found) != 6:
        raise Hint(f"a prompt of 2 with 4 more are 6 tokens, and yours are {len(found)}")
    if found != wanted:
        alone = all(len(tokens) == 1 for tokens in seen)
        first = int(scores_of([1, 2])[0].argmax())
        if found[2] == first:
            raise Hint(
                "the scores of the last place say what comes next: [-1], and you read those of the first"
            )
        if alone:
            raise Hint("each step needs all tokens so far, and you gave the last one alone")
        raise Hint(
            f"after [1, 2] come {wanted[2:]}, and yours are {found[2:]}: each new token is read in "
            f"the next step"
        )


EXERCISE = Exercise(
    "The Transformer",
    "transformer.py",
    TASK,
    STARTER,
    (check_norm, check_positions, check_feed_forward, check_block, check_generate),
)
