"""Chapter 13: a Transformer."""

import numpy as np


def layer_norm(x, eps=1e-5):
    """(x - mean) / sqrt(variance + eps) over the last axis of x (B, T, C)."""
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + eps)


def positions(length, channels):
    """Sines and cosines (T, C) of t / 10000^(2i/C): at 2i the sine, at 2i + 1 the cosine; C is even."""
    angle = np.arange(length)[:, None] / 10000 ** (np.arange(0, channels, 2) / channels)
    found = np.zeros((length, channels))
    found[:, 0::2] = np.sin(angle)
    found[:, 1::2] = np.cos(angle)
    return found


def feed_forward(x, w1, b1, w2, b2):
    """relu(x W1 + b1) W2 + b2, at each place by itself: w1 (C, F), w2 (F, C)."""
    return np.maximum(x @ w1 + b1, 0) @ w2 + b2


def block(x, attend, w1, b1, w2, b2):
    """x (B, T, C): x + attend(layer_norm(x)), and then to that the feed-forward of its layer_norm."""
    x = x + attend(layer_norm(x))
    return x + feed_forward(layer_norm(x), w1, b1, w2, b2)


def generate(scores_of, prompt, length):
    """The prompt, a list of token numbers, with `length` more, each the one of the highest score.

    scores_of(tokens) gives the scores (T, V) of what follows each of the tokens.
    """
    tokens = list(prompt)
    for _ in range(length):
        tokens.append(int(scores_of(tokens)[-1].argmax()))
    return tokens
