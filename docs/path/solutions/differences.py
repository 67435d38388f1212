"""Chapter 7: checking gradients by differences."""

import numpy as np


def numerical_gradient(f, x):
    """∂f/∂x for a function f of an array x that gives a number; x itself stays as it is."""
    x = np.array(x, np.float64)
    found = np.zeros_like(x)
    h = 1e-5
    for index in np.ndindex(x.shape):
        before = x[index]
        x[index] = before + h
        above = f(x)
        x[index] = before - h
        below = f(x)
        x[index] = before
        found[index] = (above - below) / (2 * h)
    return found


def agree(a, b):
    """Whether two gradients are the same, however large or small they are."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if a.shape != b.shape or not np.isfinite(a).all() or not np.isfinite(b).all():
        return False
    size = max(np.abs(a).max(), np.abs(b).max())
    return bool(np.abs(a - b).max() <= 1e-6 * size)
