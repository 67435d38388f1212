"""Chapter 15: attention is not explanation."""

import numpy as np

import minigrad as mg


def leave_one_out(f, x):
    """f(x) - f(x with place t set to 0), for each place t of x (T, C): (T,)."""
    found = []
    for t in range(len(x)):
        without = x.copy()
        without[t] = 0
        found.append(f(x) - f(without))
    return np.array(found)


def gradient_times_input(f, x):
    """Σ over the features of ∂f/∂x · x, for each place: (T,).  mg.grad(f)(x) is the gradient (T, C)."""
    return (mg.grad(f)(x) * x).sum(axis=-1)


def with_uniform_weights(scores, values):
    """How much Σ softmax(scores) · values changes where all weights are made equal: (V,), new less old.

    scores (S,), values (S, V).
    """
    e = np.exp(scores - scores.max())
    return values.mean(axis=0) - e / e.sum() @ values
