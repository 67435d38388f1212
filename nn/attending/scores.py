"""How well a query fits a key: the scores that attention makes its weights of.

A score is a module called as score(query, key): query (..., T, Dq), key (..., S, Dk) -> (..., T, S).  It has
two halves, for where the same keys meet one query after the other, as in a recurrent decoder: `prepare(key)`
is what can be computed of the keys beforehand, `compare(query, prepared)` the rest.  score.compare is a score
itself, of keys that are prepared.
"""

import math
from typing import Any

import numpy as np

import minigrad as mg
from nn import init
from nn.module import Module
from nn.parameter import Parameter
from nn.sizes import check_sizes


class Score(Module):
    """What all scores have; forward(query, key) is compare(query, prepare(key))."""

    def prepare(self, key: Any) -> Any:
        """What of the score depends on the keys alone."""
        return key

    def compare(self, query: Any, prepared: Any) -> mg.Tensor:
        """The scores (..., T, S) of queries (..., T, Dq) against keys that are prepared."""
        raise NotImplementedError

    def forward(self, query: Any, key: Any) -> mg.Tensor:
        return self.compare(query, self.prepare(key))


class DotScore(Score):
    """q·k, of queries and keys of one width.  Luong et al. (2015), section 3.1, "dot"."""

    def compare(self, query: Any, prepared: Any) -> mg.Tensor:
        check_equal_widths(type(self).__name__, query, prepared)
        return query @ mg.swapaxes(prepared, -1, -2)  # (..., T, S)


class ScaledDotScore(DotScore):
    """q·k/√D, of queries and keys of one width D.  Vaswani et al. (2017), equation 1.

    Where the channels are independent, of mean 0 and variance 1, so is the score, whatever the width: q·k
    alone has variance D (footnote 4 there), and softmax of it hardly a gradient.
    """

    def compare(self, query: Any, prepared: Any) -> mg.Tensor:
        return super().compare(query * (1 / math.sqrt(max(query.shape[-1], 1))), prepared)


class GeneralScore(Score):
    """qᵀ·W·k, of any two widths.  Luong et al. (2015), section 3.1, "general".

    `weight` W (query_dim, key_dim) starts uniform in ±1/√key_dim.
    """

    def __init__(self, query_dim: int, key_dim: int, *, rng: init.Rng = None) -> None:
        check_sizes("GeneralScore", 1, query_dim=query_dim, key_dim=key_dim)
        self.query_dim = query_dim
        self.key_dim = key_dim
        self.weight = Parameter(np.zeros((query_dim, key_dim), np.float32))
        self.reset_parameters(rng)

    def reset_parameters(self, rng: init.Rng = None) -> None:
        """Draw `weight` again, as at first."""
        _draw(self.weight, self.key_dim, init.generator(rng))

    def prepare(self, key: Any) -> mg.Tensor:
        """W·k: (..., S, key_dim) -> (..., S, query_dim)."""
        _check_width(self, "key", key, self.key_dim)
        return mg.linear(key, self.weight)

    def compare(self, query: Any, prepared: Any) -> mg.Tensor:
        _check_width(self, "query", query, self.query_dim)
        return query @ mg.swapaxes(prepared, -1, -2)  # (..., T, S)

    def extra_repr(self) -> str:
        return f"query_dim={self.query_dim}, key_dim={self.key_dim}"


class TanhScore(Score):
    """vᵀ·tanh(W_q·q + W_k·k), of any two widths, whatever W_q and W_k are.

    The tanh is taken of every pair of a query and a key: (..., T, S, hidden_dim) numbers, and as many for
    their sum, hidden_dim times the memory of the scores themselves.
    """

    query_weight: mg.Tensor  # W_q (hidden_dim, query_dim)
    key_weight: mg.Tensor  # W_k (hidden_dim, key_dim)
    v: Parameter  # (hidden_dim,)

    def __init__(self, query_dim: int, key_dim: int, hidden_dim: int) -> None:
        check_sizes(type(self).__name__, 1, query_dim=query_dim, key_dim=key_dim, hidden_dim=hidden_dim)
        self.query_dim = query_dim
        self.key_dim = key_dim
        self.hidden_dim = hidden_dim

    def prepare(self, key: Any) -> mg.Tensor:
        """W_k·k: (..., S, key_dim) -> (..., S, hidden_dim)."""
        _check_width(self, "key", key, self.key_dim)
        return mg.linear(key, self.key_weight)

    def compare(self, query: Any, prepared: Any) -> mg.Tensor:
        _check_width(self, "query", query, self.query_dim)
        projected = mg.linear(query, self.query_weight)  # (..., T, hidden_dim)
        pairs = projected[..., :, None, :] + prepared[..., None, :, :]  # (..., T, S, hidden_dim)
        return mg.tanh(pairs) @ self.v

    def extra_repr(self) -> str:
        return f"query_dim={self.query_dim}, key_dim={self.key_dim}, hidden_dim={self.hidden_dim}"


class AdditiveScore(TanhScore):
    """vᵀ·tanh(W_q·q + W_k·k), of any two widths.  Bahdanau et al. (2015), appendix A.1.2.

    `query_weight` W_q (hidden_dim, query_dim), `key_weight` W_k (hidden_dim, key_dim) and `v` (hidden_dim,)
    start uniform in ±1/√n, of n channels that each sums over.  Memory: (..., T, S, hidden_dim) numbers, of
    every pair of a query and a key, and as many for their sum.
    """

    query_weight: Parameter
    key_weight: Parameter

    def __init__(self, query_dim: int, key_dim: int, hidden_dim: int, *, rng: init.Rng = None) -> None:
        super().__init__(query_dim, key_dim, hidden_dim)
        self.query_weight = Parameter(np.zeros((hidden_dim, query_dim), np.float32))
        self.key_weight = Parameter(np.zeros((hidden_dim, key_dim), np.float32))
        self.v = Parameter(np.zeros(hidden_dim, np.float32))
        self.reset_parameters(rng)

    def reset_parameters(self, rng: init.Rng = None) -> None:
        """Draw all weights again, as at first."""
        rng = init.generator(rng)
        _draw(self.query_weight, self.query_dim, rng)
        _draw(self.key_weight, self.key_dim, rng)
        _draw(self.v, self.hidden_dim, rng)


class ConcatScore(TanhScore):
    """vᵀ·tanh(W·[q; k]), of any two widths.  Luong et al. (2015), section 3.1, "concat".

    It is AdditiveScore under another name: W·[q; k] = W_q·q + W_k·k where W = [W_q, W_k], and so it is
    computed, without queries and keys side by side.  What differs is the start: `weight` W (hidden_dim,
    query_dim + key_dim) is uniform in ±1/√(query_dim + key_dim), `v` (hidden_dim,) in ±1/√hidden_dim.
    """

    def __init__(self, query_dim: int, key_dim: int, hidden_dim: int, *, rng: init.Rng = None) -> None:
        super().__init__(query_dim, key_dim, hidden_dim)
        self.weight = Parameter(np.zeros((hidden_dim, query_dim + key_dim), np.float32))
        self.v = Parameter(np.zeros(hidden_dim, np.float32))
        self.reset_parameters(rng)

    def reset_parameters(self, rng: init.Rng = None) -> None:
        """Draw both weights again, as at first."""
        rng = init.generator(rng)
        _draw(self.weight, self.query_dim + self.key_dim, rng)
        _draw(self.v, self.hidden_dim, rng)

    @property
    def query_weight(self) -> mg.Tensor:  # type: ignore[override]
        """W_q, the first columns of `weight`: (hidden_dim, query_dim)."""
        return self.weight[:, : self.query_dim]

    @property
    def key_weight(self) -> mg.Tensor:  # type: ignore[override]
        """W_k, the other columns: (hidden_dim, key_dim)."""
        return self.weight[:, self.query_dim :]


def check_equal_widths(score: str, query: Any, key: Any) -> None:
    """Raise ValueError where there is no q·k."""
    d, k = query.shape[-1], key.shape[-1]
    if d != k:
        raise ValueError(
            f"{score} got a query of {d} channels and a key of {k}, which have no product: write "
            f"score=nn.GeneralScore({d}, {k}), or project one of them with nn.Linear"
        )


def _check_width(score: Score, name: str, x: Any, channels: int) -> None:
    if x.shape[-1] != channels:
        raise ValueError(
            f"{type(score).__name__} takes a {name} of {channels} channels, and got {tuple(x.shape)}: build "
            f"it with {name}_dim={x.shape[-1]}"
        )


def _draw(weight: Parameter, channels: int, rng: np.random.Generator) -> None:
    """Uniform in ±1/√channels."""
    bound = 1 / math.sqrt(channels)
    init.uniform_(weight, -bound, bound, rng)
