"""Integers and booleans as operands, for every op and every sample.

An op that NumPy has gives NumPy's value in NumPy's dtype.  The others give what they give for the same
numbers as float64, in float64 unless they only choose, move or add up elements; or they refuse in words.
"""

import operator
import warnings
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from tests.cases import each
from tests.minigrad.samples import SAMPLES

# Not NumPy's: what comes out is an integer again.
KEEPING = set(
    "adaptive_max_pool1d adaptive_max_pool2d alias fold getitem index_put max_pool1d max_pool2d overlap_add "
    "relu relu6 scatter_add sliding_window_view sliding_windows topk unfold".split()
)
# Fused ops that say what to write.
REFUSING = set(
    "attention_weights cross_entropy gelu gru layer_norm linear lstm rnn scaled_dot_product_attention "
    "self_attention".split()
)
# What the samples give these becomes other or senseless numbers where it is cut to integers, or to booleans.
ELSEWHERE = {"linalg.cond", "linalg.tensorinv", "rotate"}
NOT_OF_BOOLEANS = {"attention_weights", "index_put", "interp", "intersect1d", "scatter_add"}


def integers(sample: Any, dtype: str) -> list[np.ndarray]:
    """Distinct small numbers in the sample's shapes, and booleans of both kinds."""
    rng = np.random.default_rng(3)
    arrays = [rng.permutation(x.size).reshape(x.shape) + 1 for x in sample.arrays()]
    return [np.asarray(x % 2 == 1 if dtype == "?" else x % 120, dtype) for x in arrays]


def results(call: Any, function: Any, arrays: list[Any]) -> list[np.ndarray] | Exception:
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return list(map(plain, flat(call(function, *arrays))))
    except (TypeError, ValueError, IndexError, ArithmeticError) as error:  # LinAlgError is a ValueError
        return error


def flat(x: Any) -> list[Any]:
    return [part for group in x for part in flat(group)] if isinstance(x, (tuple, list)) else [x]


def plain(x: Any) -> np.ndarray:
    return x.data if isinstance(x, mg.Tensor) else np.asarray(x)


@pytest.mark.parametrize("name", sorted(set(mg.OPS) - ELSEWHERE))
def test_integers_are_computed_as_in_numpy_or_as_floats(name):
    for dtype in ("u1", "i1", "i8") if name in NOT_OF_BOOLEANS else ("u1", "i1", "i8", "?"):
        check(name, dtype)


def check(name: str, dtype: str) -> None:
    op = mg.OPS[name]
    try:
        numpys = operator.attrgetter(name)(np)
    except AttributeError:
        numpys = None
    for sample in SAMPLES[name]:
        arrays = integers(sample, dtype)
        ours = results(sample.call, op, arrays)
        if isinstance(ours, Exception) and name in REFUSING:
            assert "takes floats" in str(ours) or "write attn_mask.astype(bool)" in str(ours)
            continue
        if numpys is not None:
            expected = results(sample.call, numpys, arrays)
        else:
            expected = results(sample.call, op, [x.astype(np.float64) for x in arrays])
        if isinstance(expected, Exception):
            continue
        if isinstance(ours, Exception):
            assert "would cut" in str(ours), f"{sample.label}: {ours}"
            continue
        for got, wanted in zip(ours, expected, strict=True):
            if numpys is not None:
                assert got.dtype == wanted.dtype, sample.label
            else:
                assert got.dtype.kind in "iub" if name in KEEPING else got.dtype == np.float64, sample.label
            if name == "gradient":  # of samples whose coordinates coincide when they are cut to integers
                got, wanted = got[np.isfinite(wanted)], wanted[np.isfinite(wanted)]
            exact = got.astype(np.float64), wanted.astype(np.float64)
            tolerance = 1e-3 if wanted.dtype == np.float16 else 1e-6 if wanted.dtype == np.float32 else 1e-12
            np.testing.assert_allclose(*exact, rtol=tolerance, atol=tolerance, err_msg=sample.label)


def test_what_a_short_integer_cannot_hold():
    assert mg.median(np.array([1, 2, 3, 10])).item() == 2.5
    np.testing.assert_array_equal(mg.gradient(np.uint8([3, 1, 250])).data, [-2, 123.5, 249])
    np.testing.assert_allclose(mg.sigmoid(np.uint8(5)).item(), 1 / (1 + np.exp(-5.0)))
    assert mg.average(np.int8([100, 120]), weights=np.int8([100, 100])).item() == 110
    assert mg.average(np.int8([100, 120]), weights=[0.5, 0.5]).dtype == np.float64
    np.testing.assert_array_equal(mg.interp(1.5, np.uint8([1, 2]), np.uint8([200, 100])).data, 150)
    np.testing.assert_array_equal(mg.vander(np.uint8([20]), 3).data, [[400, 20, 1]])
    np.testing.assert_array_equal(mg.diff(np.uint8([1, 2]), prepend=5).data, [-4, 1])
    assert mg.conv1d(np.full((1, 1, 2), 100, np.int8), np.full((1, 1, 2), 100, np.int8)).item() == 20_000
    np.testing.assert_array_equal(
        mg.rotate(np.int8([[1, 2]]), np.array([[0.0]]), np.array([[1.0]])).data, [[-2, 1]]
    )
    assert mg.softsign(np.uint8(255)).item() == 255 / 256
    assert mg.hardswish(np.int8(127)).item() == 127
    assert mg.max_pool1d(np.ones((1, 1, 3), np.uint8), 3, padding=1).dtype == np.uint8


@each(
    "function",
    [
        mg.median, mg.mean, mg.sigmoid, mg.softmax, mg.gradient, np.std, mg.vander, mg.logsumexp, mg.softplus,
        lambda x: mg.percentile(x, 30), lambda x: mg.interp(x, [1, 2], [0, 1]), mg.erf, mg.elu,
        lambda x: mg.average(x, weights=x), mg.trapezoid, np.floor, mg.sum,
    ],
)  # fmt: skip
def test_lists_of_whole_numbers_are_of_the_default_dtype(function):
    if function in (np.std, np.floor):  # which know lists as their own
        function = mg.OPS[function.__name__]
    assert function([1, 2, 4]).dtype == np.float32
    with mg.default_dtype(np.float64):
        assert function([1, 2, 4]).dtype == np.float64
