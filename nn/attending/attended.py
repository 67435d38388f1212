"""What one call of attention has computed, and how it is seen, and changed, from outside."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np

import minigrad as mg


class Attended(NamedTuple):
    """One call of attention: weights = softmax(scores), over what the mask shows.

    A float mask is part of the scores; the boolean mask holds all that may not be attended to: what was
    given, pads, causal and window.  A row of the mask without True has weights of 0.
    """

    context: Any  # the values mixed, (..., T, V), or None where that is not asked for
    weights: Any  # (..., T, S), (B, H, T, S) of a layer with H heads
    scores: Any  # likewise
    mask: Any  # booleans that broadcast to the weights, True = may attend; None hides nothing


class Attending(Protocol):
    """A module that computes attention, as far as others may look into it.

    It calls `on_attention` with the arrays of each call, and asks `reweigh` first, if there is one, which
    weights to mix the values by.  Both are called outside of the graph: no gradient passes through weights
    that were changed, only through what they mix.  A recurrent decoder asks at every step, and shows all
    its steps at once.
    """

    on_attention: Callable[[Attended], None] | None
    reweigh: Callable[[Attended], np.ndarray] | None


def watched(layer: Attending) -> bool:
    """Whether anybody looks, so that there is something to compute for them."""
    return layer.on_attention is not None or layer.reweigh is not None


def show(layer: Attending, attended: Attended) -> np.ndarray | None:
    """Let those who look at `layer` see; the weights that are to be taken instead, if they are changed."""
    weights = None
    with mg.no_grad():
        if layer.reweigh is not None:
            weights = layer.reweigh(attended)
            attended = attended._replace(weights=weights)
        if layer.on_attention is not None:
            layer.on_attention(attended)
    return weights
