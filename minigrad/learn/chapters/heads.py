"""Chapter 12: scaled dot product, masks, heads."""

import numpy as np

from minigrad.learn.chapters.products import softmax
from minigrad.learn.exercise import Exercise, Hint
from minigrad.learn.numbers import compare
from minigrad.learn.written import Written

TASK = """\
Add to attention.py: causal_mask(length), True where a query may attend; scaled_dot_product(query, key,
value, mask=None), which gives the context alone, zeros for a query that may attend to nothing; and
split_heads(x, heads), (B, T, C) to (B, H, T, C/H), with join_heads(x), its way back."""

RNG = np.random.default_rng(8)
Q, K, V = RNG.normal(size=(2, 4, 16)), RNG.normal(size=(2, 4, 16)), RNG.normal(size=(2, 4, 3))


def attention(scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """By its formula."""
    return softmax(np.where(mask, scores, -np.inf)) @ V


def check_scale(written: Written) -> None:
    """Scores are divided by √d."""
    scores = Q @ K.swapaxes(-1, -2)
    compare(
        "scaled_dot_product of queries and keys of 16 features",
        written.scaled_dot_product(Q, K, V),
        softmax(scores / 4) @ V,
        [
            (softmax(scores) @ V, "the scores are not divided by √16: their variance would grow with d"),
            (softmax(scores / 16) @ V, "divide by √d, not by d"),
            (softmax(scores / 2) @ V, "d is the number of features of a key, 16, not of keys"),
        ],
    )


def check_causal(written: Written) -> None:
    """The causal mask."""
    wanted = np.tril(np.ones((4, 4), bool))
    compare(
        "causal_mask(4)",
        np.asarray(written.causal_mask(4), float),
        wanted.astype(float),
        [
            (np.triu(np.ones((4, 4))), "that looks ahead: the query t may attend to the keys 0 to t"),
            (
                np.tril(np.ones((4, 4)), -1),
                "each place may attend to itself as well, or the first to nothing",
            ),
            ((~wanted).astype(float), "True says that a query MAY attend"),
        ],
    )


def check_mask(written: Written) -> None:
    """Masked scores count nothing."""
    scores, mask = Q @ K.swapaxes(-1, -2) / 4, np.tril(np.ones((4, 4), bool))
    weights = softmax(scores)
    compare(
        "the context under the causal mask",
        written.scaled_dot_product(Q, K, V, mask),
        attention(scores, mask),
        [
            (
                attention(scores, ~mask | np.eye(4, dtype=bool)),
                "the mask is read the other way: True = may attend",
            ),
            (
                (weights * mask) @ V,
                "the weights that are left no longer add up to 1: mask the scores (-inf), before the softmax",
            ),
            (
                softmax(scores * mask) @ V,
                "a score of 0 is not nothing: exp(0) is 1; what is hidden gets -inf",
            ),
            (weights @ V, "the mask changed nothing"),
        ],
    )


def check_nothing(written: Written) -> None:
    """A query that may attend to nothing."""
    mask = np.array([[True, False, False, False], [False] * 4, [True] * 4, [True] * 4])
    with np.errstate(all="ignore"):
        found = np.asarray(written.scaled_dot_product(Q, K, V, mask))
    if np.isnan(found).any():
        raise Hint(
            "the second query may attend to nothing, and yours gave NaN, -inf less -inf: give zeros there"
        )
    compare(
        "the context of a query that may attend to nothing",
        found[:, 1],
        np.zeros((2, 3)),
        [(V.mean(axis=1), "a mean over all values is what it may not see: give zeros")],
    )


def check_heads(written: Written) -> None:
    """Heads are parts of the features, not of the sequence."""
    x = np.arange(2 * 3 * 4.0).reshape(2, 3, 4)
    wanted = x.reshape(2, 3, 2, 2).swapaxes(1, 2)
    found = written.split_heads(x, 2)
    compare(
        "split_heads of (2, 3, 4) into 2 heads",
        found,
        wanted,
        [
            (
                x.reshape(2, 2, 3, 2),
                "a reshape alone mixes places: split the features, (B, T, H, C/H), then swap T and H",
            ),
            (x.reshape(2, 3, 2, 2), "T and H are still to be swapped: (B, H, T, C/H)"),
            (
                x.reshape(2, 3, 2, 2).transpose(0, 3, 1, 2),
                "the first head takes the first features, all in a row",
            ),
        ],
    )
    compare("join_heads of that, the way back,", written.join_heads(wanted), x)
    if np.shape(written.join_heads(written.split_heads(RNG.normal(size=(1, 5, 6)), 3))) != (1, 5, 6):
        raise Hint("join_heads(split_heads(x, 3)) does not have the shape of x, (1, 5, 6)")


EXERCISE = Exercise(
    "Scaled dot product, masks, heads",
    "attention.py",
    TASK,
    "",
    (check_scale, check_causal, check_mask, check_nothing, check_heads),
)
