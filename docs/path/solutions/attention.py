"""Chapters 11 and 12: attention."""

import numpy as np


def dot_scores(query, keys):
    """q · k (Luong et al. 2015): query (..., T, D), keys (..., S, D), to (..., T, S)."""
    return query @ keys.swapaxes(-1, -2)


def additive_scores(query, keys, w_query, w_key, v):
    """v · tanh(W_q q + W_k k) (Bahdanau et al. 2015): query (T, D), keys (S, E), to (T, S).

    w_query (H, D), w_key (H, E), v (H,).
    """
    inner = (query @ w_query.T)[:, None, :] + (keys @ w_key.T)[None, :, :]  # (T, S, H)
    return np.tanh(inner) @ v


def attend(scores, values):
    """The context (..., T, V) and the weights (..., T, S), for scores (..., T, S) and values (..., S, V)."""
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = e / e.sum(axis=-1, keepdims=True)
    return weights @ values, weights


def causal_mask(length):
    """True where a query t may attend: to the keys 0 to t."""
    return np.tril(np.ones((length, length), bool))


def scaled_dot_product(query, key, value, mask=None):
    """softmax(q kᵀ / √d) v (Vaswani et al. 2017, equation 1); zeros where a query may attend to nothing."""
    scores = query @ key.swapaxes(-1, -2) / np.sqrt(key.shape[-1])
    mask = np.ones(scores.shape, bool) if mask is None else np.broadcast_to(mask, scores.shape)
    largest = np.where(mask, scores, -1e300).max(axis=-1, keepdims=True)
    e = np.where(mask, np.exp(np.where(mask, scores - largest, 0.0)), 0.0)
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1.0, total) @ value


def split_heads(x, heads):
    """(B, T, C) to (B, H, T, C/H)."""
    b, t, c = x.shape
    return x.reshape(b, t, heads, c // heads).swapaxes(1, 2)


def join_heads(x):
    """(B, H, T, C/H) to (B, T, C)."""
    b, h, t, c = x.shape
    return x.swapaxes(1, 2).reshape(b, t, h * c)
