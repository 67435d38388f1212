"""Mistakes in the chapters on attention."""

from functools import partial

from minigrad.learn.chapters import bottleneck, heads
from tests.learn.mistake import Mistake

_bottleneck, _heads = partial(Mistake, bottleneck.EXERCISE), partial(Mistake, heads.EXERCISE)
DOT = "return query @ keys.swapaxes(-1, -2)"
ADDITIVE = "return np.tanh(inner) @ v"
WEIGHTS = "weights = e / e.sum(axis=-1, keepdims=True)"
MASK = "mask = np.ones(scores.shape, bool) if mask is None else np.broadcast_to(mask, scores.shape)"
SPLIT = "return x.reshape(b, t, heads, c // heads).swapaxes(1, 2)"

MISTAKES = [
    _bottleneck(DOT, "return keys @ query.swapaxes(-1, -2)", "queries go down and keys go across"),
    _bottleneck(DOT, "return query @ keys.T", "ValueError at line"),
    _bottleneck(DOT, f"{DOT} / 2", "not scaled yet"),
    _bottleneck(ADDITIVE, "return inner @ v", "the tanh is missing"),
    _bottleneck(ADDITIVE, "return np.tanh(inner @ v)", "tanh comes before v"),
    _bottleneck(WEIGHTS, "weights = e", "divide by the sum over the keys"),
    _bottleneck("e = np.exp(scores - scores.max(axis=-1, keepdims=True))", "e = scores", "exp is missing"),
    _bottleneck(
        WEIGHTS,
        "e = np.exp(scores)\n    weights = e / e.sum(axis=-2, keepdims=True)",
        "that is a softmax over the queries",
    ),
    _bottleneck("scores - scores.max(axis=-1, keepdims=True)", "scores", "subtract the largest first"),
    _bottleneck("return weights @ values, weights", "return weights @ values", "the context and the weights"),
    _heads(" / np.sqrt(key.shape[-1])", "", "are not divided by √16"),
    _heads("/ np.sqrt(key.shape[-1])", "/ key.shape[-1]", "divide by √d, not by d"),
    _heads("/ np.sqrt(key.shape[-1])", "/ np.sqrt(key.shape[-2])", "the number of features of a key"),
    _heads(
        "np.tril(np.ones((length, length), bool))", "np.triu(np.ones((length, length), bool))", "looks ahead"
    ),
    _heads(
        "np.tril(np.ones((length, length), bool))", "~np.tril(np.ones((length, length), bool))", "MAY attend"
    ),
    _heads(
        "np.ones((length, length), bool))", "np.ones((length, length), bool), -1)", "attend to itself as well"
    ),
    _heads(
        MASK,
        f"{MASK}\n    scores = scores * mask\n    mask = np.ones(scores.shape, bool)",
        "a score of 0 is not nothing",
    ),
    _heads(MASK, "mask = np.ones(scores.shape, bool)", "the mask changed nothing"),
    _heads(
        MASK,
        "allowed = 1 if mask is None else mask\n"
        "    e = np.exp(scores - scores.max(axis=-1, keepdims=True))\n"
        "    return e / e.sum(axis=-1, keepdims=True) * allowed @ value\n"
        "    mask = np.ones(scores.shape, bool)",
        "no longer add up to 1",
    ),
    _heads(
        MASK,
        "scores = scores if mask is None else np.where(mask, scores, -np.inf)\n"
        "    e = np.exp(scores - scores.max(axis=-1, keepdims=True))\n"
        "    return e / e.sum(axis=-1, keepdims=True) @ value\n"
        "    mask = np.ones(scores.shape, bool)",
        "and yours gave NaN",
    ),
    _heads(SPLIT, "return x.reshape(b, heads, t, c // heads)", "a reshape alone mixes places"),
    _heads(SPLIT, "return x.reshape(b, t, heads, c // heads)", "T and H are still to be swapped"),
    _heads(
        "return x.swapaxes(1, 2).reshape(b, t, h * c)", "return x.reshape(b, t, h * c)", "join_heads of that"
    ),
]
