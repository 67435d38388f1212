"""Mistakes in the chapters on vector-Jacobian products, on checking gradients and on fusing."""

from functools import partial

from minigrad.learn.chapters import differences, fused, products
from tests.learn.mistake import Mistake

_products, _differences = partial(Mistake, products.EXERCISE), partial(Mistake, differences.EXERCISE)
_fused = partial(Mistake, fused.EXERCISE)
SOFTMAX = "return y * (g - (g * y).sum(axis=-1, keepdims=True))"
LARGEST = "x.max(axis=-1, keepdims=True)"
CENTRAL = "found[index] = (above - below) / (2 * h)"
COPY = "x = np.array(x, np.float64)"

MISTAKES = [
    _products("return g @ w", "return w.sum(axis=0)", "each row of w counts as often as g says"),
    _products("return g @ w", "return w @ g", "ValueError at line"),
    _products(
        "    return y, pull\n\n\ndef vjp_softmax",
        "    return y\n\n\ndef vjp_softmax",
        "a value and a function pull",
    ),
    _products("e / e.sum(axis=-1, keepdims=True)", "e / e.sum()", "the softmax of two rows is"),
    _products(SOFTMAX, "return g * y * (1 - y)", "each output also falls as the others rise"),
    _products(SOFTMAX, "return y * (g - (g * y).sum())", "goes over each row by itself"),
    _products(SOFTMAX, "return g - (g * y).sum(axis=-1, keepdims=True)", "the factor y is missing"),
    _products(SOFTMAX, "return y * g", "- Σ g·y is missing"),
    _products(f"np.exp(x - {LARGEST})", "np.exp(x)", "subtract the largest before exp"),
    _products(
        "np.array([pull(unit) for unit in np.eye(len(y))])", "np.eye(len(y), len(x))", "did not call pull"
    ),
    _products("for unit in np.eye(len(y))])", "for unit in np.eye(len(y))]).T", "that is transposed"),
    _products(
        "for unit in np.eye(len(y))", "for unit in np.eye(len(x))", "pull takes a gradient of y's shape"
    ),
    _differences(CENTRAL, "found[index] = (above - f(x)) / h", "a one-sided difference is off by h itself"),
    _differences("h = 1e-5", "h = 1e-11", "a much smaller h by the rounding of f"),
    _differences(COPY, "x = np.asarray(x)", "copy x as float64 first"),
    _differences(
        "        x[index] = before\n",
        "",
        "work on a copy",
        also=(
            (COPY, "x = np.asarray(x, np.float64)"),
            (CENTRAL, f"{CENTRAL}\n        x[index] = before - 1e-9"),
        ),
    ),
    _differences("found = np.zeros_like(x)", "found = np.zeros(x.size)", "IndexError at line"),
    _differences("<= 1e-6 * size", "<= 1e-6", "compare with their own size"),
    _differences("<= 1e-6 * size", "<= 0.1 * size", "off by one percent"),
    _differences(
        "return bool(np.abs(a - b).max() <= 1e-6 * size)", "return a.tolist() == b.tolist()", "by rounding"
    ),
    _differences("a.shape != b.shape or ", "", "though NumPy broadcasts them"),
    _differences(
        "return bool(np.abs(a - b).max() <= 1e-6 * size)",
        "return bool((np.abs(a - b) <= 1e-6 * np.abs(a)).all())",
        "beside a 0",
    ),
    _fused("(np.log(total[:, 0]) - right).mean()", "(np.log(total[:, 0]) - right).sum()", "give the mean"),
    _fused(
        "(np.log(total[:, 0]) - right).mean()",
        "(right - np.log(total[:, 0])).mean()",
        "the sign: a loss is large",
    ),
    _fused("gradient *= g / len(scores)", "gradient *= g", "divide by N"),
    _fused("gradient *= g / len(scores)", "gradient /= len(scores)", "multiply by g"),
    _fused("        gradient[rows, classes] -= 1.0\n", "", "1 is to be subtracted at the right class"),
    _fused(
        "gradient = probabilities.copy()", "gradient = probabilities", "the first pull changed what was kept"
    ),
    _fused(
        "shifted = scores - scores.max(axis=1, keepdims=True)", "shifted = scores.copy()", "nothing overflows"
    ),
    _fused(
        "shifted = scores - scores.max",
        "scores -= scores.max(axis=1, keepdims=True)\n    shifted = scores - 0 * scores.max",
        "they are the caller's",
    ),
    _fused(
        "    def pull(g):\n",
        "    one_hot = np.eye(scores.shape[1])[classes]\n\n    def pull(g):\n        one_hot\n",
        "are kept for pull",
    ),
]
