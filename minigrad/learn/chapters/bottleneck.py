"""Chapter 11: a context for each step, by scores: Bahdanau's and Luong's attention."""

import numpy as np

from minigrad.learn.chapters.products import softmax
from minigrad.learn.exercise import Exercise, Hint
from minigrad.learn.numbers import compare
from minigrad.learn.written import Written

TASK = """\
Attention in NumPy: dot_scores(query, keys), additive_scores(query, keys, w_query, w_key, v), and
attend(scores, values), which gives the context and the weights."""

STARTER = '''\
"""Chapters 11 and 12: attention."""

import numpy as np


def dot_scores(query, keys):
    """q · k (Luong et al. 2015): query (..., T, D), keys (..., S, D), to (..., T, S)."""
    raise NotImplementedError


def additive_scores(query, keys, w_query, w_key, v):
    """v · tanh(W_q q + W_k k) (Bahdanau et al. 2015): query (T, D), keys (S, E), to (T, S).

    w_query (H, D), w_key (H, E), v (H,).
    """
    raise NotImplementedError


def attend(scores, values):
    """The context (..., T, V) and the weights (..., T, S), for scores (..., T, S) and values (..., S, V)."""
    raise NotImplementedError
'''

RNG = np.random.default_rng(7)
QUERY, KEYS, VALUES = RNG.normal(size=(2, 4)), RNG.normal(size=(3, 4)), RNG.normal(size=(3, 5))
OTHER_KEYS = RNG.normal(size=(3, 6))
W_QUERY, W_KEY, V = RNG.normal(size=(5, 4)), RNG.normal(size=(5, 6)), RNG.normal(size=5)


def check_dot(written: Written) -> None:
    """Scores by dot product."""
    wanted = QUERY @ KEYS.T
    compare(
        "dot_scores of 2 queries and 3 keys",
        written.dot_scores(QUERY, KEYS),
        wanted,
        [
            (wanted.T, "queries go down and keys go across: (T, S)"),
            (wanted / 2, "not scaled yet; that comes next"),
        ],
    )
    many = np.stack([QUERY, -QUERY])
    compare(
        "dot_scores of a batch (2, 2, 4) and keys (2, 3, 4)",
        written.dot_scores(many, np.stack([KEYS, KEYS])),
        np.stack([wanted, -wanted]),
    )


def check_additive(written: Written) -> None:
    """Additive scores."""
    inner = (QUERY @ W_QUERY.T)[:, None] + (OTHER_KEYS @ W_KEY.T)[None]  # (T, S, H)
    compare(
        "additive_scores of 2 queries (of 4 features) and 3 keys (of 6)",
        written.additive_scores(QUERY, OTHER_KEYS, W_QUERY, W_KEY, V),
        np.tanh(inner) @ V,
        [
            (inner @ V, "the tanh is missing: without it a query could not change which key is best"),
            (np.tanh(inner @ V), "tanh comes before v, for each of the H features"),
            ((np.tanh(inner) @ V).T, "queries go down and keys go across: (T, S)"),
        ],
    )


def check_weights(written: Written) -> None:
    """Weights: positive, and 1 in all for each query."""
    scores = QUERY @ KEYS.T
    given = written.attend(scores, VALUES)
    if not (isinstance(given, tuple) and len(given) == 2):
        raise Hint("attend gives the context and the weights")
    compare(
        "the weights for scores (2, 3)",
        given[1],
        softmax(scores),
        [
            (
                softmax(scores.T).T,
                "that is a softmax over the queries: each query spreads 1 over the keys, axis -1",
            ),
            (np.exp(scores), "divide by the sum over the keys"),
            (np.exp(scores - scores.max(-1, keepdims=True)), "divide by the sum over the keys"),
            (
                scores / scores.sum(-1, keepdims=True),
                "exp is missing: scores can be negative, weights cannot",
            ),
        ],
    )


def check_context(written: Written) -> None:
    """The context, a mean of values."""
    scores = QUERY @ KEYS.T
    context, _ = written.attend(scores, VALUES)
    compare("the context for weights (2, 3) and values (3, 5)", context, softmax(scores) @ VALUES)
    context, weights = written.attend(np.array([[1000.0, 0.0, 0.0]]), VALUES)
    if not np.isfinite(np.asarray(weights)).all():
        raise Hint(
            "scores of (1000, 0, 0) give weights (1, 0, 0), and yours are not finite: subtract the "
            "largest first"
        )
    compare("the context of scores (1000, 0, 0), the first value,", context, VALUES[:1])


EXERCISE = Exercise(
    "The bottleneck, and attention",
    "attention.py",
    TASK,
    STARTER,
    (check_dot, check_additive, check_weights, check_context),
)
