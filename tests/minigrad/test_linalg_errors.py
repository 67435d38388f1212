"""What linear algebra refuses, and in which words."""

import re

import numpy as np
import pytest

import minigrad as mg
from tests.cases import each

LinAlgError = np.linalg.LinAlgError


def leaf(x):
    return mg.tensor(np.asarray(x, np.float64), requires_grad=True)


WRONG = {
    "inv of a singular matrix": (
        lambda: mg.linalg.inv(leaf(np.ones((2, 2)))),
        LinAlgError,
        ["Singular", "linalg.inv, given float64[2, 2]"],
    ),
    "solve, singular": (lambda: mg.linalg.solve(np.ones((2, 2)), [1.0, 2.0]), LinAlgError, ["Singular"]),
    "inv, not square": (lambda: mg.linalg.inv(np.ones((2, 3))), LinAlgError, ["square", "linalg.inv"]),
    "det, not square": (lambda: mg.linalg.det(np.ones((2, 3))), LinAlgError, ["square", "linalg.det"]),
    "eigh, not square": (lambda: mg.linalg.eigh(np.ones((2, 3))), LinAlgError, ["square", "linalg.eigh"]),
    "eigh, 1-D": (lambda: mg.linalg.eigh(np.ones(3)), LinAlgError, ["two-dimensional"]),
    "svd, 1-D": (lambda: mg.linalg.svd(np.ones(3)), LinAlgError, ["two-dimensional"]),
    "qr, 1-D": (lambda: mg.linalg.qr(np.ones(3)), LinAlgError, ["two-dimensional"]),
    "eigh, UPLO": (lambda: mg.linalg.eigh(np.eye(2), "M"), ValueError, ["UPLO"]),
    "matrix_power, not square": (
        lambda: mg.linalg.matrix_power(np.ones((2, 3)), 2),
        LinAlgError,
        ["needs square matrices", "(2, 3)"],
    ),
    "matrix_power, no integer": (lambda: mg.linalg.matrix_power(np.eye(2), 0.5), TypeError, ["integer"]),
    "not positive definite": (
        lambda: mg.linalg.cholesky(leaf(-np.eye(2))),
        LinAlgError,
        ["not positive definite", "linalg.cholesky"],
    ),
    "slogdet, derivative at a singular matrix": (
        lambda: mg.linalg.slogdet(leaf(np.ones((2, 2)))).logabsdet.backward(),
        LinAlgError,
        ["Singular"],
    ),
    "norm, ord of vectors": (
        lambda: mg.linalg.norm(np.ones(3), "fro"),
        TypeError,
        ["ord='fro' is no norm of vectors", "axis=(-2, -1)"],
    ),
    "norm, ord of matrices": (
        lambda: mg.linalg.norm(np.eye(3), 3),
        ValueError,
        ["ord=3 is no norm of matrices", "'fro'", "give one axis"],
    ),
    "norm, three axes": (
        lambda: mg.linalg.norm(np.ones((2, 2, 2)), 1),
        ValueError,
        ["here there are 3", "axis=-1", "axis=(-2, -1)"],
    ),
    "svd, full": (
        lambda: np.linalg.svd(leaf(np.ones((3, 2)))),
        TypeError,
        ["(3, 2)", "write svd(t, full_matrices=False)"],
    ),
    "qr, complete": (
        lambda: np.linalg.qr(leaf(np.ones((3, 2))), mode="complete"),
        TypeError,
        ["mode='complete'", "(3, 2)", "write mode='reduced'"],
    ),
    "qr, raw": (lambda: np.linalg.qr(leaf(np.eye(2)), mode="raw"), ValueError, ["mode='raw'", "'reduced'"]),
    "qr, dependent columns": (
        lambda: mg.linalg.qr(leaf(np.zeros((3, 2)))).R.sum().backward(),
        LinAlgError,
        ["Singular"],
    ),
    "eig": (
        lambda: np.linalg.eig(leaf(np.eye(2))),
        TypeError,
        ["np.linalg.eig has", "complex", "np.linalg.eigh(t)"],
    ),
    "eigvals": (lambda: np.linalg.eigvals(leaf(np.eye(2))), TypeError, ["complex", "np.linalg.eigvalsh(t)"]),
    "mg.linalg.eig": (lambda: mg.linalg.eig(np.eye(2)), TypeError, ["linalg.eig has", "np.linalg.eigh(t)"]),
    "mg.linalg.eigvals": (lambda: mg.linalg.eigvals(np.eye(2)), TypeError, ["np.linalg.eigh(t)"]),
    "lstsq of a batch": (
        lambda: mg.linalg.lstsq(np.ones((2, 3, 2)), np.ones(3)),
        LinAlgError,
        ["(2, 3, 2)", "np.linalg.pinv(a) @ b"],
    ),
    "multi_dot of one": (
        lambda: mg.linalg.multi_dot([np.eye(2)]),
        ValueError,
        ["two arrays or more", "got 1"],
    ),
    "multi_dot of a batch": (
        lambda: mg.linalg.multi_dot([np.eye(2), np.ones((2, 2, 2))]),
        LinAlgError,
        ["array 1", "(2, 2, 2)"],
    ),
    "multi_dot, 1-D inside": (
        lambda: mg.linalg.multi_dot([np.eye(2), np.ones(2), np.eye(2)]),
        LinAlgError,
        ["array 1 has shape (2,)"],
    ),
    "cond of nothing": (lambda: mg.linalg.cond(np.ones((2, 0, 3))), LinAlgError, ["empty", "(2, 0, 3)"]),
    "cond, singular": (lambda: mg.linalg.cond(np.ones((2, 2)), 1), LinAlgError, ["Singular"]),
    "tensorinv, ind": (lambda: mg.linalg.tensorinv(np.eye(2), 0), ValueError, ["ind=0", "1 or more"]),
    "tensorinv, shape": (lambda: mg.linalg.tensorinv(np.ones((2, 3)), 1), LinAlgError, ["square"]),
    "float16": (lambda: mg.linalg.inv(np.eye(2, dtype=np.float16)), TypeError, ["float16 is unsupported"]),
}


@each("case", WRONG)
def test_errors_say_what_was_wrong(case):
    function, exception, pieces = WRONG[case]
    with pytest.raises(exception) as caught:
        function()
    text = "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])])
    for piece in pieces:
        assert re.search(re.escape(piece), text), text
