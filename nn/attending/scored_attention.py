"""Attention as one function, of any score."""

from collections.abc import Callable
from typing import Any, Literal, overload

import numpy as np

import minigrad as mg
from nn.attending.attended import Attended
from nn.attending.scores import DotScore, ScaledDotScore, check_equal_widths
from nn.inputs import plain
from nn.masks import for_scores

ScoreFunction = Callable[[Any, Any], mg.Tensor]

# The scores that learn nothing, by name: what computes them, and by what q·k is multiplied in one op.
NAMED: dict[str, tuple[ScoreFunction, float | None]] = {
    "dot": (DotScore(), 1.0),
    "scaled_dot": (ScaledDotScore(), None),  # 1/√D
}


@overload
def attention(
    query: Any,
    key: Any,
    value: Any,
    score: str | ScoreFunction = "scaled_dot",
    mask: Any = None,
    return_weights: Literal[False] = False,
) -> mg.Tensor: ...


@overload
def attention(
    query: Any,
    key: Any,
    value: Any,
    score: str | ScoreFunction = "scaled_dot",
    mask: Any = None,
    *,
    return_weights: Literal[True],
) -> Attended: ...


def attention(
    query: Any,
    key: Any,
    value: Any,
    score: str | ScoreFunction = "scaled_dot",
    mask: Any = None,
    return_weights: bool = False,
) -> mg.Tensor | Attended:
    """softmax(score(q, k))·v: query (..., T, D), key (..., S, K), value (..., S, V) -> (..., T, V).

    `score` is "dot", q·k; "scaled_dot", q·k/√D (Vaswani et al., 2017, equation 1); or a module, or function,
    of (query, key) that gives (..., T, S): nn.GeneralScore, nn.AdditiveScore (Bahdanau et al., 2015, section
    3.1) and nn.ConcatScore (Luong et al., 2015, section 3.1) learn theirs.

    `mask` broadcasts to (..., T, S): True = may attend, or floats to add; nn.causal_mask, nn.window_mask and
    nn.padding_mask, combined with `&`.  It may have one axis more, of length 1, before the last two, where
    those for (B, H, T, S) have the heads.  A query that may attend to nothing gives zeros, and has zero
    gradient.

    With `return_weights` the result is `Attended`: context, weights, scores before the mask, and mask.
    Without, the scores that have names are never held all at once: see mg.scaled_dot_product_attention.

    The leading axes are those of `query`; keys and values may lack them, or have 1 there.  Raises ValueError
    for shapes that do not fit, and names that are none; TypeError for a mask of integers.
    """
    _check(query, key, value)
    compare, scale = NAMED.get(score, (None, None)) if isinstance(score, str) else (score, None)
    if compare is None:
        raise ValueError(
            f"attention takes score={' or '.join(map(repr, NAMED))}, or one that learns, such as "
            f"nn.GeneralScore(query_dim, key_dim), nn.AdditiveScore or nn.ConcatScore, not {score!r}"
        )
    mask = for_scores(mask, query.dtype, (*query.shape[:-1], key.shape[-2]))
    if isinstance(score, str) and not return_weights:
        check_equal_widths("attention", query, key)
        return mg.scaled_dot_product_attention(query, key, value, mask, scale=scale)
    scores = compare(query, key)  # (..., T, S)
    if mask is not None and mask.dtype.kind == "f":  # what is finite in it is a score, and the rest hides
        scores, mask = scores + mg.where(mask > -np.inf, mask, 0), plain(mask) > -np.inf
    weights = mg.masked_softmax(scores, mask)
    context = weights @ value  # (..., T, V)
    return Attended(context, weights, scores, mask) if return_weights else context


def _check(query: Any, key: Any, value: Any) -> None:
    """Raise ValueError where the context would not be of the queries' batch and length."""
    shapes = [tuple(x.shape) for x in (query, key, value)]
    got = "attention got query {}, key {} and value {}".format(*shapes)
    if min(map(len, shapes)) < 2:
        raise ValueError(f"{got}: they are (..., T, D), (..., S, K) and (..., S, V)")
    if shapes[1][-2] != shapes[2][-2]:
        raise ValueError(f"{got}: there must be one value for each key, on the axis before the last")
    lead = shapes[0][:-2]
    for shape in shapes[1:]:
        lengths = zip(reversed(shape[:-2]), reversed(lead), strict=False)
        if len(shape) > len(shapes[0]) or not all(n in (1, m) for n, m in lengths):
            raise ValueError(
                f"{got}: the axes before the last two are those of query, or 1; for one query (B, D) to each "
                "batch write query[:, None]"
            )
