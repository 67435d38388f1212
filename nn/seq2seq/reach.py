"""Where in the source a step may look: everywhere, or around one place (Luong et al., 2015, section 3.2)."""

from typing import NamedTuple

import numpy as np

import minigrad as mg
from nn import init
from nn.layers.linear import Linear
from nn.module import Module


class Window(NamedTuple):
    """The places within reach, and how much each counts."""

    mask: np.ndarray | None  # (B, 1, S), True = within reach; None for all
    factor: mg.Tensor | None = None  # (B, 1, S), which multiplies the weights


class Global(Module):
    """Every place of the source."""

    def forward(self, query: mg.Tensor, place: np.ndarray, lengths: np.ndarray, size: int) -> Window:
        return Window(None)


class LocalMonotonic(Module):
    """local-m: the places within `width` of p_t = t, since source and target run about in parallel."""

    def __init__(self, width: int) -> None:
        self.width = width

    def forward(self, query: mg.Tensor, place: np.ndarray, lengths: np.ndarray, size: int) -> Window:
        return Window(_within(place[:, None], size, self.width))

    def extra_repr(self) -> str:
        return f"{self.width}"


class LocalPredictive(Module):
    """local-p: the places within `width` of p_t = S·σ(v_pᵀ·tanh(W_p·s_t)), under a Gaussian around p_t.

    The weights are multiplied by exp(-(s - p_t)²/2σ²), σ = width/2 (equations 9 and 10); S is the length of
    each source.  Through the Gaussian p_t is learned.
    """

    def __init__(self, width: int, query_dim: int, *, rng: init.Rng = None) -> None:
        self.width = width
        self.inner = Linear(query_dim, query_dim, bias=False, rng=rng)  # W_p
        self.outer = Linear(query_dim, 1, bias=False, rng=rng)  # v_p

    def forward(self, query: mg.Tensor, place: np.ndarray, lengths: np.ndarray, size: int) -> Window:
        share = mg.sigmoid(self.outer(mg.tanh(self.inner(query))))  # (B, 1)
        centre = share * lengths[:, None].astype(share.dtype)
        away = np.arange(size).astype(share.dtype) - centre  # (B, S)
        factor = mg.exp(away * away * (-2 / self.width**2))  # 1/2σ² = 2/width²
        return Window(_within(centre.data, size, self.width), factor[:, None])

    def extra_repr(self) -> str:
        return f"{self.width}"


def _within(centre: np.ndarray, size: int, width: int) -> np.ndarray:
    """(B, 1, S): which places lie within `width` of the centres (B, 1)."""
    return (abs(np.arange(size) - centre) <= width)[:, None]
