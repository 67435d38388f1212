"""Chapter 9: a fused cross-entropy."""

import numpy as np


def cross_entropy(scores, classes):
    """The mean loss, a number, and pull(g), of the shape of scores; g is a number."""
    rows = np.arange(len(scores))
    shifted = scores - scores.max(axis=1, keepdims=True)
    right = shifted[rows, classes]
    probabilities = np.exp(shifted, out=shifted)
    total = probabilities.sum(axis=1, keepdims=True)
    loss = (np.log(total[:, 0]) - right).mean()
    probabilities /= total

    def pull(g):
        gradient = probabilities.copy()
        gradient[rows, classes] -= 1.0
        gradient *= g / len(scores)
        return gradient

    return loss, pull
