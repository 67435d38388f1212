"""Mistakes in the last three chapters: the Transformer, how far gradients come, and evidence."""

from functools import partial

from minigrad.learn.chapters import block, distance, evidence
from tests.learn.mistake import Mistake

_block, _distance = partial(Mistake, block.EXERCISE), partial(Mistake, distance.EXERCISE)
_evidence = partial(Mistake, evidence.EXERCISE)
ATTEND, FEED = "x = x + attend(layer_norm(x))", "return x + feed_forward(layer_norm(x), w1, b1, w2, b2)"
NEXT = "scores_of(tokens)[-1].argmax()"

MISTAKES = [
    _block(
        "np.sqrt((centred**2).mean(axis=-1, keepdims=True) + eps)",
        "1",
        "the variance is still to be divided by",
    ),
    _block(
        "np.sqrt((centred**2).mean(axis=-1, keepdims=True) + eps)",
        "((centred**2).mean(axis=-1, keepdims=True) + eps)",
        "by the square root",
    ),
    _block(
        "centred = x - x.mean(axis=-1, keepdims=True)",
        "centred = x - x.mean()\n    return centred / np.sqrt(x.var() + eps)",
        "each place has a mean of its own",
    ),
    _block(
        "found[:, 0::2] = np.sin(angle)", "found[:, : channels // 2] = np.sin(angle)", "positions(5, 6) is"
    ),
    _block("found[:, 0::2] = np.sin(angle)", "found[:, 0::2] = np.cos(angle)", "positions(5, 6) is"),
    _block(
        "np.maximum(x @ w1 + b1, 0) @ w2 + b2", "(x @ w1 + b1) @ w2 + b2", "without relu two matrices are one"
    ),
    _block(
        "np.maximum(x @ w1 + b1, 0) @ w2 + b2", "np.maximum((x @ w1 + b1) @ w2 + b2, 0)", "between the two"
    ),
    _block(ATTEND, "x = attend(layer_norm(x))", "the way around attend is missing"),
    _block(FEED, FEED.replace("x + ", "", 1), "the way around the feed-forward is missing"),
    _block(ATTEND, "x = x + attend(x)", "block(x, attend, ...) is"),
    _block(FEED, FEED.replace("layer_norm(x)", "x"), "the norm before the feed-forward is missing"),
    _block(NEXT, "scores_of(tokens)[0].argmax()", "and you read those of the first"),
    _block(NEXT, "scores_of(tokens[-1:])[-1].argmax()", "and you gave the last one alone"),
    _block("return tokens\n", "return tokens[len(prompt) :]\n", "the prompt belongs in front"),
    _block("return tokens\n", "return tokens[:-1]\n", "are 6 tokens, and yours are 5"),
    _distance("    return reach\n", "    return reach[::-1]\n", "the other way round"),
    _distance("slopes.append(1 - h * h)", "slopes.append(1.0)", "each step also has the slope of tanh"),
    _distance("reach[t] = g\n        g = g * w", "g = g * w\n        reach[t] = g", "one w too many"),
    _distance(
        "        g = g * slopes[t]  # back through tanh\n        reach[t] = g\n",
        "        reach[t] = g\n        g = g * slopes[t]\n",
        "where x[t] enters is missing",
    ),
    _distance("return e / e.sum()", "return e / e.sum() * values", "each place's part in c"),
    _distance("return e / e.sum()", "return scores", "the weights are the softmax of the scores"),
    _distance("    return n\n", "    return n - 1\n", "is not yet less than"),
    _distance("    return n\n", "    return np.log(share) / np.log(abs(w))\n", "a whole number of steps"),
    _evidence("f(x) - f(without)", "f(without) - f(x)", "not the other way round"),
    _evidence("f(x) - f(without)", "f(without)", "and subtract from f(x)"),
    _evidence("without[t] = 0", "without[np.arange(len(x)) != t] = 0", "set the one place to 0"),
    _evidence("without = x.copy()", "without = x", "leave_one_out of a model"),
    _evidence(
        "found = []\n",
        "found = []\n    whole = f(x)\n",
        "x has changed",
        also=(
            (
                "without = x.copy()\n        without[t] = 0",
                "without = x.copy()\n        without[t] = 0\n        x[t] += 0 * x[t] + 1e-12",
            ),
        ),
    ),
    _evidence("(mg.grad(f)(x) * x).sum(axis=-1)", "mg.grad(f)(x).sum(axis=-1)", "multiply by x"),
    _evidence("(mg.grad(f)(x) * x).sum(axis=-1)", "mg.grad(f)(x) * x", "sum over the features of each place"),
    _evidence("(mg.grad(f)(x) * x).sum(axis=-1)", "abs(mg.grad(f)(x) * x).sum(axis=-1)", "keep the signs"),
    _evidence("values.mean(axis=0) -", "values.sum(axis=0) -", "1/S each"),
    _evidence(
        "return values.mean(axis=0) - e / e.sum() @ values",
        "return values.mean(axis=0)",
        "subtract the old one",
    ),
]
