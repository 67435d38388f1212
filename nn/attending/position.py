"""Where in the sequence a vector stands: learned, sinusoidal and rotary positions."""

import numpy as np

import minigrad as mg
from nn import init
from nn.module import Module
from nn.parameter import Parameter
from nn.sizes import check_sizes


class LearnedPosition(Module):
    """x + weight[offset : offset + T]: a learned vector per place, for x (B, T, C) up to `max_length`.

    `offset` is the place of the first, for what follows the places in a cache: offset=cache.length.
    Raises ValueError for a place that has no vector, and for other channels.
    """

    def __init__(self, max_length: int, dim: int, *, rng: init.Rng = None) -> None:
        check_sizes("LearnedPosition", 0, max_length=max_length, dim=dim)
        self.max_length = max_length
        self.weight = Parameter(np.zeros((max_length, dim), np.float32))
        self.reset_parameters(rng)

    def reset_parameters(self, rng: init.Rng = None) -> None:
        """Draw `weight` again, as at first: N(0, 0.02²)."""
        init.normal_(self.weight, std=0.02, rng=rng)

    def forward(self, x: mg.Tensor, offset: int = 0) -> mg.Tensor:
        _check(x, offset, *self.weight.shape)
        return x + self.weight[offset : offset + x.shape[-2]]  # (B, T, C)

    def extra_repr(self) -> str:
        return f"{self.max_length}, {self.weight.shape[1]}"


class SinusoidalPosition(Module):
    """x + p: p[t, 2i] = sin(t/10000^(2i/C)), p[t, 2i+1] = cos of the same, for x (B, T, C).

    The first t is `offset`.  Vaswani et al. (2017), section 3.5.
    """

    table: np.ndarray

    def __init__(self, max_length: int, dim: int) -> None:
        check_sizes("SinusoidalPosition", 0, max_length=max_length, dim=dim)
        if dim % 2:
            raise ValueError(
                f"sinusoidal positions come in pairs of channels, and {dim} is odd: use {dim + 1}"
            )
        self.max_length = max_length
        angles = _angles(max_length, dim, 10000.0)  # (T, C/2)
        table = np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(max_length, dim)
        self.register_buffer("table", table.astype(np.float32), persistent=False)

    def forward(self, x: mg.Tensor, offset: int = 0) -> mg.Tensor:
        _check(x, offset, *self.table.shape)
        return x + self.table[offset : offset + x.shape[-2]]  # (B, T, C)

    def extra_repr(self) -> str:
        return f"{self.max_length}, {self.table.shape[1]}"


class RotaryPosition(Module):
    """Queries and keys turned by angles that grow with their place, so that scores see only distances.

    x (..., T, D): channels 2i and 2i + 1 form a point, turned by t/base^(2i/D).
    Su et al. (2021), section 3.2.  Any T; the table grows as needed.
    """

    def __init__(self, dim: int, base: float = 10000.0) -> None:
        check_sizes("RotaryPosition", 0, dim=dim)
        if dim % 2:
            raise ValueError(
                f"rotary positions turn pairs of channels, and a head has {dim}: choose an even number of "
                "channels per head"
            )
        self.dim = dim
        self.base = base
        self._table = _turns(0, dim, base, np.dtype(np.float32))

    def forward(self, x: mg.Tensor, offset: int = 0) -> mg.Tensor:
        """x turned, its first place being `offset`."""
        return mg.rotate(x, *self.turns(x.shape[-2], x.dtype, offset))

    def turns(self, length: int, dtype: np.dtype, offset: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Cosine and sine of the angles of `length` places from `offset` on, (length, D/2) each."""
        if offset < 0:
            raise ValueError(f"rotary positions count from 0, and got offset={offset}")
        end = offset + length
        table = self._table  # read once: another thread may grow it meanwhile
        known = len(table[0])
        if known < end or table[0].dtype != dtype:
            known = known if known >= end else max(end, 2 * known)
            self._table = table = _turns(known, self.dim, self.base, dtype)
        cos, sin = table
        return cos[offset:end], sin[offset:end]

    def extra_repr(self) -> str:
        return f"{self.dim}, base={self.base}"


def _angles(length: int, dim: int, base: float) -> np.ndarray:
    """t/base^(2i/dim): (length, dim/2)."""
    return np.arange(length)[:, None] * base ** (-np.arange(0, dim, 2) / dim)


def _turns(length: int, dim: int, base: float, dtype: np.dtype) -> tuple[np.ndarray, np.ndarray]:
    angles = _angles(length, dim, base)
    return np.cos(angles).astype(dtype), np.sin(angles).astype(dtype)


def _check(x: mg.Tensor, offset: int, max_length: int, dim: int) -> None:
    if offset < 0:
        raise ValueError(f"positions count from 0, and got offset={offset}")
    if x.ndim < 2 or x.shape[-1] != dim:
        raise ValueError(f"these positions are for (B, T, {dim}), and got {tuple(x.shape)}")
    if offset + x.shape[-2] > max_length:
        before = f" after {offset}" if offset else ""
        raise ValueError(
            f"these positions reach to length {max_length}, and the input {x.shape} has {x.shape[-2]} "
            f"places{before}: build the layer with a greater max_length, or cut the input"
        )
