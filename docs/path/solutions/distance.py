"""Chapter 14: how far a gradient comes."""

import numpy as np


def recurrent_reach(w, x):
    """∂h[T-1]/∂x[t] for each t, (T,): h[t] = tanh(w h[t-1] + x[t]) from h[-1] = 0; w is a number, x (T,)."""
    h, slopes = 0.0, []
    for each in x:
        h = np.tanh(w * h + each)
        slopes.append(1 - h * h)
    reach, g = np.zeros(len(x)), 1.0
    for t in reversed(range(len(x))):
        g = g * slopes[t]  # back through tanh
        reach[t] = g
        g = g * w  # back to the state before
    return reach


def attention_reach(scores, values):
    """∂c/∂values[s] for each s, (S,): c = Σ softmax(scores)[s] values[s]; both are (S,)."""
    e = np.exp(scores - scores.max())
    return e / e.sum()


def distance_to(share, w):
    """After how many steps back at most less than `share` is left: the smallest n with |w|ⁿ < share."""
    n = 0
    while abs(w) ** n >= share:
        n += 1
    return n
