"""Misuse of the ops that move elements about, join and multiply: part of the gallery of `test_errors`."""

from collections.abc import Callable
from typing import Any

import numpy as np

import minigrad as mg

INTEGERS = np.arange(3)


def ones(*shape: int) -> mg.Tensor:
    return mg.tensor(np.ones(shape), requires_grad=True)


MOVING: dict[str, tuple[Callable[[], Any], type[Exception], list[str]]] = {
    # -- shape
    "reshape in memory's order": (lambda: ones(4).reshape(2, 2, order="A"), ValueError, ["order='A'", "'F'"]),
    "ravel in memory's order": (lambda: ones(4).ravel("K"), ValueError, ["ravel(order='K')", "no layout"]),
    "reshape without a copy": (
        lambda: mg.reshape(ones(2, 3).T, (6,), copy=False),
        ValueError,
        ["(3, 2) to (6,)", "omit `copy`"],
    ),
    "matrix_transpose": (lambda: ones(3).mT, ValueError, ["x has 1", "mg.expand_dims(x, -1)"]),
    "fliplr": (lambda: mg.fliplr(ones(3)), ValueError, ["fliplr", "2-d", "mg.flip(x)"]),
    "diag": (lambda: mg.diag(ones(2, 2, 2)), ValueError, ["x has 3", "mg.diagonal(x, k, axis1, axis2)"]),
    "resize": (lambda: mg.resize(ones(3), (2, -1)), ValueError, ["(2, -1)", "mg.reshape"]),
    "resize in place": (lambda: ones(3).resize(4), TypeError, ["np.resize(t, shape)", "t.data.resize"]),
    "fill": (lambda: ones(3).fill(4), TypeError, ["mg.index_put(t, ..., value)"]),
    "put": (lambda: ones(3).put([0], 4), TypeError, ["mg.index_put(t.ravel(), indices, values)"]),
    "itemset": (lambda: ones(3).itemset(0, 4), TypeError, ["mg.index_put(t, index, value)"]),
    # -- borders and windows
    "pad": (lambda: mg.pad(ones(2), 1, mode="mean"), ValueError, ["'mean'", "'reflect'", "mg.concatenate"]),
    "pad by odd reflection": (
        lambda: mg.pad(ones(3), 1, "reflect", reflect_type="odd"),
        ValueError,
        ["reflect_type='odd'", "'even'"],
    ),
    "pad by fractions": (lambda: mg.pad(ones(3), 1.5), TypeError, ["whole numbers", "1.5"]),
    "windows for other axes": (
        lambda: mg.sliding_window_view(ones(3, 3), 2),
        ValueError,
        ["windows (2,) for 2 axes", "axis=-1"],
    ),
    "a window too long": (
        lambda: mg.sliding_window_view(ones(3), 4),
        ValueError,
        ["of 4 on axis 0, of length 3"],
    ),
    "meshgrid": (lambda: mg.meshgrid(ones(2), indexing="yx"), ValueError, ["'yx'", "'ij'"]),
    # -- indices
    "index_put of fractions": (
        lambda: mg.index_put(INTEGERS, 0, ones()),
        TypeError,
        ["float64 values into int64", "x.astype("],
    ),
    "too many indices": (lambda: ones(3)[0, 0], IndexError, ["too many indices", "float64[3], (0, 0)"]),
    "a fraction as index": (lambda: ones(3)[0.5], IndexError, ["only integers", "float64[3], 0.5"]),
    "index_put outside": (
        lambda: mg.index_put(ones(3), 4, 1.0),
        IndexError,
        ["index 4", "minigrad's index_put"],
    ),
    "index_put of another shape": (
        lambda: mg.index_put(ones(3), slice(2), ones(3)),
        ValueError,
        ["(3,)", "(2,)", "minigrad's index_put"],
    ),
    "take": (lambda: mg.take(ones(3), 0, mode="nearest"), ValueError, ["'nearest'", "'clip'"]),
    "take from nothing": (
        lambda: mg.take(ones(0), 0, mode="wrap"),
        IndexError,
        ["length 0", "nothing to take"],
    ),
    "insert of fractions": (
        lambda: mg.insert(INTEGERS, 0, ones()),
        TypeError,
        ["float64 values among int64", "x.astype("],
    ),
    "trim_zeros": (lambda: mg.trim_zeros(ones(3), "left"), ValueError, ["'left'", "'f'"]),
    # -- joining and splitting
    "block of a tuple": (lambda: mg.block((ones(2), ones(2))), TypeError, ["tuple", "lists"]),
    "block of other depths": (lambda: mg.block([ones(2), [ones(2)]]), ValueError, ["different depths"]),
    "block of nothing": (lambda: mg.block([]), ValueError, ["an empty list"]),
    "array_split": (lambda: mg.array_split(ones(3), 0), ValueError, ["0 parts", "one at least"]),
    "dsplit": (lambda: mg.dsplit(ones(3, 3), 3), ValueError, ["dsplit", "3 axes", "mg.split(x, cuts, axis)"]),
    # -- products
    "tensordot": (
        lambda: mg.tensordot(ones(2, 3), ones(2, 3), 1),
        ValueError,
        ["axes [1] of (2, 3)", "[0] of (2, 3)"],
    ),
    "cross": (lambda: mg.cross(ones(4), ones(3)), ValueError, ["3 components", "got 4 and 3"]),
    "einsum of lists": (lambda: mg.einsum(ones(2), [99]), ValueError, ["[99]", "0 to 51"]),
    "convolve": (lambda: mg.convolve(ones(3), ones(2), "circular"), ValueError, ["'circular'", "'same'"]),
    "convolve of nothing": (
        lambda: mg.convolve(ones(3), ones(0)),
        ValueError,
        ["not empty", "(3,) and (0,)"],
    ),
    "polyval": (lambda: mg.polyval(ones(2, 2), ones(3)), ValueError, ["one axis", "(2, 2)"]),
    "vander, less than nothing": (lambda: mg.vander(ones(2), -1), ValueError, ["vander(N=-1)", "0 or more"]),
    "vander": (lambda: mg.vander(ones(2, 2)), ValueError, ["(2, 2)", "mg.vander(mg.ravel(x))"]),
}
