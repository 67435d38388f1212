"""Mistakes in the chapter on arrays and broadcasting."""

from functools import partial

from minigrad.learn.chapters import broadcasting
from tests.learn.mistake import Mistake

_of = partial(Mistake, broadcasting.EXERCISE)
LEADING = "    g = g.sum(axis=tuple(range(g.ndim - len(shape))))\n"

MISTAKES = [
    _of(LEADING, "    return g\n", "sum over the axes along which that was stretched"),
    _of(LEADING, "    if g.ndim > len(shape):\n        return g[0]\n", "the first row alone"),
    _of("g.sum(axis=stretched, keepdims=True)", "g.sum(axis=stretched)", "must stay: keepdims=True"),
    _of("return g.sum(axis=stretched, keepdims=True)", "return g", "stretched as well"),
    _of("sum_to(g * a, b.data.shape)", "g * a", "of shape (2, 3) and b of (3,), along b has the shape (3,)"),
    _of("lambda g: g @ b.transpose()", "lambda g: Var(g.data[::-1] @ b.data.T)", "along a, which is W @ b.T"),
    _of("lambda g: a.transpose() @ g", "lambda g: g @ a.transpose()", "ValueError at line"),
    _of(
        "            share = pull(gradients[var])\n"
        "            gradients[parent] = gradients[parent] + share if parent in gradients else share\n",
        "            share = pull(gradients[var])\n"
        "            if parent in gradients:\n"
        "                gradients[parent].data += share.data\n"
        "            else:\n"
        "                gradients[parent] = share\n",
        "you added a's second share to it in place",
        also=(
            (
                "a, lambda g: sum_to(g, a.data.shape)",
                "a, lambda g: g if g.data.shape == a.data.shape else sum_to(g, a.data.shape)",
            ),
            (
                "b, lambda g: sum_to(g, b.data.shape)",
                "b, lambda g: g if g.data.shape == b.data.shape else sum_to(g, b.data.shape)",
            ),
            ("np.broadcast_to(x.data, shape)", "np.broadcast_to(x.data, shape).copy()"),
        ),
    ),
]
