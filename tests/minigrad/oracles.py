"""Oracles that several test files share."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import minigrad as mg


def pulled_back(f: Callable[..., Any], arrays: Sequence[np.ndarray], g: np.ndarray) -> list[np.ndarray]:
    """The gradient of Σg·f by each of `arrays`."""
    leaves = [mg.tensor(x, requires_grad=True) for x in arrays]
    f(*leaves).backward(g)
    return [x.grad.data for x in leaves]


def assert_adjoint(f: Callable[..., Any], arrays: Sequence[np.ndarray], rng: np.random.Generator) -> None:
    """For f linear in each array: ⟨∂ᵢ, v⟩ = ⟨g, f(..., v, ...)⟩, for random g and v.  No step size in it."""
    out = f(*map(mg.tensor, arrays))
    g = np.asarray(rng.normal(size=out.shape))
    gradients = pulled_back(f, arrays, g)
    for i, (x, gradient) in enumerate(zip(arrays, gradients, strict=True)):
        assert gradient.shape == x.shape
        v = np.asarray(rng.normal(size=x.shape))
        varied = f(*[mg.tensor(v if j == i else other) for j, other in enumerate(arrays)])
        np.testing.assert_allclose(np.sum(gradient * v), np.sum(g * varied.data), rtol=1e-9, atol=1e-9)


def summed_to(gradient: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """`gradient` summed to `shape`, which broadcasts to it, one axis after the other."""
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, n in enumerate(shape):
        if n == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient
