"""Which dtype a list has: its own, that of the arrays beside it, or the default."""

import array
import copy

import numpy as np
import pytest

import minigrad as mg
from tests.cases import each

VECTOR, MATRIX = [0.1, 0.7, 0.3], [[0.1, 0.7], [0.3, 0.9]]
A, B = np.array([0.2, 0.4, 0.9]), np.array([[1.2, 0.4], [0.1, 2.0]])
TOGETHER = [
    (A, VECTOR),
    (VECTOR, A),
    (B, MATRIX),
    (MATRIX, B),
    (A, VECTOR, A),
    (A, A, VECTOR),
    (VECTOR, A, A),
]
TOGETHER += [
    (VECTOR, A, A),
    ((A, VECTOR),),
    ((VECTOR, A),),
    ((B, MATRIX),),
    ("i,i", A, VECTOR),
    ("ij,jk", MATRIX, B),
]
# Whose second argument is no operand, but says which, where or how; the first stands alone.
ALONE = {
    "compress",
    "extract",
    "quantile",
    "percentile",
    "nanquantile",
    "nanpercentile",
    "roll",
    "real_if_close",
}


def numpys(name):
    found = np
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


@each("name", sorted(name for name in mg.OPS if name not in ALONE and numpys(name)))
@pytest.mark.filterwarnings("ignore")
def test_beside_float64_a_list_is_read_as_float64(name):
    for args in copy.deepcopy(TOGETHER):  # which some functions write to
        try:
            expected = numpys(name)(*args)
        except Exception:
            continue
        if len(args) > 1 and getattr(numpys(name), "nin", 9) < len(args):
            continue  # NumPy writes the result into the last
        got = call(mg.OPS[name], args)
        if name == "linalg.lstsq":
            expected, got = expected[:1], got[:1]
        pairs = zip(expected, got, strict=True) if isinstance(expected, (tuple, list)) else [(expected, got)]
        for theirs, ours in pairs:
            values = getattr(ours, "data", ours)
            np.testing.assert_allclose(values, theirs, rtol=1e-14, atol=1e-14)
            assert np.asarray(values).dtype == np.asarray(theirs).dtype


def call(function, args):
    try:
        return function(*[mg.tensor(x) if isinstance(x, np.ndarray) else x for x in args])
    except (TypeError, ValueError) as error:
        pytest.skip(f"refused: {error}")


def test_beside_other_dtypes():
    for dtype, expected in ((np.float16, np.float32), (np.float32, np.float32), (np.int64, np.float64)):
        t, x = mg.tensor(np.ones(1, dtype)), [0.1]
        for result in (t + x, x + t, np.add(x, t), mg.where(True, t, x)):
            assert result.dtype == expected
    np.testing.assert_array_equal((mg.tensor(np.array([1])) * [0.1]).data, [0.1])


def test_cotangents_and_tangents():
    x = mg.tensor(np.ones(2), requires_grad=True)
    (x * 1).backward([0.1, 0.7])
    np.testing.assert_array_equal(x.grad.data, [0.1, 0.7])
    _, pull = mg.vjp(np.sum, np.ones(2))
    np.testing.assert_array_equal(pull(0.1)[0].data, [0.1, 0.1])
    _, tangent = mg.jvp(np.sum, (np.ones(()),), (0.1,))
    assert tangent.data == 0.1


KEPT = [
    ([np.float64(0.1)], np.float64),
    ([np.float32(1), 2.0], np.float32),
    ([np.float16(1), 1], np.float16),
    ([np.int64(1), 0.5], np.float64),
    ([np.int8(1), np.int16(2)], np.int16),
    ([np.zeros(2), [1.0, 2.0]], np.float64),
    ([[np.float32(1)], (np.float64(2),)], np.float64),
    ([mg.tensor(np.zeros(2)), mg.tensor(np.ones(2))], np.float64),
    (array.array("d", [0.1]), np.float64),
    (array.array("i", [1]), np.int32),
    (memoryview(np.array([0.1])), np.float64),
    (np.float64(0.1), np.float64),
    ([True, False], bool),
    ([True, 2.0], np.float32),
    (range(3), np.float32),
    ((1, 2), np.float32),
    ([[1, 2], [3, 4.0]], np.float32),
    (0.1, np.float32),
    ([], np.float32),
    ([[], []], np.float32),
]


@each(("data", "dtype"), KEPT, ids=range(len(KEPT)))
def test_what_has_a_dtype_keeps_it_and_pythons_numbers_have_none(data, dtype):
    assert mg.tensor(data).dtype == dtype
    np.testing.assert_array_equal(mg.tensor(data).data, np.asarray(data).astype(dtype))


def test_buffers_with_an_array_interface():
    class Like:
        def __init__(self, x):
            self.__array_interface__ = x.__array_interface__
            self.kept = x

    assert mg.tensor(Like(np.array([0.1]))).dtype == np.float64
    assert (mg.tensor([1.0]) + Like(np.array([0.1]))).dtype == np.float64
