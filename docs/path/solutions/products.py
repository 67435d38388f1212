"""Chapter 5: vector-Jacobian products."""

import numpy as np


def vjp_product(w, x):
    """w @ x for a matrix w (M, N) and a vector x (N,), and the pull along x."""
    y = w @ x

    def pull(g):  # g (M,), to give (N,)
        return g @ w

    return y, pull


def vjp_softmax(x):
    """The softmax over the last axis of x (..., N), and its pull: y · (g - Σ g·y), from the result y."""
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    y = e / e.sum(axis=-1, keepdims=True)

    def pull(g):
        return y * (g - (g * y).sum(axis=-1, keepdims=True))

    return y, pull


def jacobian(vjp, x):
    """The matrix (M, N) of ∂y_i/∂x_j, for y, pull = vjp(x) with vectors x (N,) and y (M,)."""
    y, pull = vjp(x)
    return np.array([pull(unit) for unit in np.eye(len(y))])
