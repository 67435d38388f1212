"""Errors of attention as a function, and of its scores: rows of the table in test_errors."""

from collections.abc import Callable
from typing import Any

import numpy as np

import minigrad as mg
import nn
from nn.attending.scores import Score


def zeros(*shape: int) -> mg.Tensor:
    return mg.tensor(np.zeros(shape, np.float32))


Q, K, V = zeros(2, 3, 4), zeros(2, 5, 4), zeros(2, 5, 6)
NO_SUCH_SCORE = (
    "attention takes score='dot' or 'scaled_dot', or one that learns, such as nn.GeneralScore(query_dim, "
    "key_dim), nn.AdditiveScore or nn.ConcatScore, not "
)
NO_PRODUCT = (
    "got a query of 4 channels and a key of 6, which have no product: write score=nn.GeneralScore(4, 6), or "
    "project one of them with nn.Linear"
)
LEADING_AXES = (
    "the axes before the last two are those of query, or 1; for one query (B, D) to each batch write "
    "query[:, None]"
)

ATTENTION: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: nn.attention(Q, K, V, "general"), ValueError, NO_SUCH_SCORE + "'general'"),
    (lambda: nn.attention(Q, K, V, None), ValueError, NO_SUCH_SCORE + "None"),
    # -- widths
    (lambda: nn.attention(Q, V, V), ValueError, f"attention {NO_PRODUCT}"),
    (lambda: nn.attention(Q, V, V, "dot"), ValueError, f"attention {NO_PRODUCT}"),
    (lambda: nn.attention(Q, V, V, return_weights=True), ValueError, f"ScaledDotScore {NO_PRODUCT}"),
    (lambda: nn.DotScore()(Q, V), ValueError, f"DotScore {NO_PRODUCT}"),
    (
        lambda: nn.attention(Q, K, V, nn.GeneralScore(4, 6)),
        ValueError,
        "GeneralScore takes a key of 6 channels, and got (2, 5, 4): build it with key_dim=4",
    ),
    (
        lambda: nn.AdditiveScore(3, 4, 8)(Q, K),
        ValueError,
        "AdditiveScore takes a query of 3 channels, and got (2, 3, 4): build it with query_dim=4",
    ),
    (lambda: nn.ConcatScore(3, 4, 0), ValueError, "ConcatScore got hidden_dim=0: it must be at least 1"),
    (lambda: Score()(Q, K), NotImplementedError, ""),
    # -- other axes
    (
        lambda: nn.attention(zeros(4), K, V),
        ValueError,
        "attention got query (4,), key (2, 5, 4) and value (2, 5, 6): they are (..., T, D), (..., S, K) and "
        "(..., S, V)",
    ),
    (
        lambda: nn.attention(Q, K, V[:, :2]),
        ValueError,
        "attention got query (2, 3, 4), key (2, 5, 4) and value (2, 2, 6): there must be one value for each "
        "key, on the axis before the last",
    ),
    (
        lambda: nn.attention(zeros(2, 4), K, V),
        ValueError,
        f"attention got query (2, 4), key (2, 5, 4) and value (2, 5, 6): {LEADING_AXES}",
    ),
    (
        lambda: nn.attention(Q[:1], K, V),
        ValueError,
        f"attention got query (1, 3, 4), key (2, 5, 4) and value (2, 5, 6): {LEADING_AXES}",
    ),
    # -- masks
    (
        lambda: nn.attention(Q, K, V, mask=np.ones((3, 4), bool)),
        ValueError,
        "attention got a mask (3, 4), which does not broadcast to the scores (..., T, S), here (2, 3, 5)",
    ),
    (
        lambda: nn.attention(Q, K, V, mask=np.ones((2, 7, 3, 5), bool)),
        ValueError,
        "attention got a mask (2, 7, 3, 5), which does not broadcast to the scores (..., T, S), here "
        "(2, 3, 5)",
    ),
    (
        lambda: nn.attention(Q, K, V, mask=np.ones((3, 5), int)),
        TypeError,
        "a mask is of booleans, True = may attend, or of floats to add, and this one is int64: write "
        "mask.astype(bool)",
    ),
]
