"""Linear algebra.  Eigenvectors and singular vectors enter in ways that do not depend on their signs."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.minigrad.samples.domains import Draw, apart, exactly, real
from tests.minigrad.samples.table import NOT_0D, NOT_HALF, SAME, sample


def regular(*shape: int) -> Draw:
    """Matrices of full rank with singular values, rows and columns that are not alike."""

    def draw(rng: np.random.Generator) -> np.ndarray:
        rows, columns = shape[-2:]
        middle = np.eye(rows, columns) * (1 + 0.8 * np.arange(columns))
        return middle + 0.25 * rng.uniform(-1, 1, shape)

    return draw


SINGULAR = [
    [[1.0, 2.0], [2.0, 4.0]],
    [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]],
    [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [-1.0, -2.0, -3.0]],  # of rank 1: no first derivative, a second
    np.zeros((3, 3)),
    np.eye(3),
]

# -- inverses and equations -----------------------------------------------------------------------

for _shape in [(3, 3), (2, 1, 2, 2), (1, 1), (0, 2, 2), (2, 0, 0)]:
    sample("linalg.inv", lambda f, a: f(a), regular(*_shape))
    sample("linalg.det", lambda f, a: f(a), regular(*_shape))
    sample("linalg.slogdet", lambda f, a: f(a).logabsdet, regular(*_shape))
for _matrix in SINGULAR:
    sample("linalg.det", lambda f, a: f(a), exactly(_matrix), torch=None)
sample("linalg.slogdet", lambda f, a: f(-a).logabsdet, regular(3, 3))

for _shape in [(3, 2), (2, 3), (2, 3, 2), (2, 2), (0, 2), (2, 0, 3)]:
    sample("linalg.pinv", lambda f, a: f(a), regular(*_shape), torch=SAME if 0 not in _shape else None)
sample("linalg.pinv", lambda f, a: f(a, 1e-10), regular(3, 2), torch=None)
sample("linalg.pinv", lambda f, a: f(a, rtol=1e-10), regular(2, 3))

for _a, _b in [
    ((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 2, 2), (2,)), ((2, 2, 2), (2, 2, 3)), ((2, 1, 2, 2), (3, 2, 1)),
    ((2, 2), (3, 2, 1)), ((0, 2, 2), (2,)), ((1, 1), (1,)), ((2, 2), (2, 0)),
]:  # fmt: skip
    sample("linalg.solve", lambda f, a, b: f(a, b), regular(*_a), real(*_b))

for _a, _b in [((4, 2), (4,)), ((4, 2), (4, 2)), ((2, 3), (2,)), ((2, 2), (2, 1)), ((0, 2), (0,))]:
    sample(
        "linalg.lstsq",
        lambda f, a, b: f(a, b, rcond=None)[0],
        regular(*_a),
        real(*_b),
        torch=(lambda t, a, b: t.linalg.lstsq(a, b).solution) if len(_b) == 2 and _a != (2, 3) else None,
    )
    sample("linalg.lstsq", lambda f, a, b: f(a, b, None)[1], regular(*_a), real(*_b), torch=None)
sample("linalg.lstsq", lambda f, a: f(a, np.ones(4), 1e-10)[3], regular(4, 2), torch=None)
sample("linalg.lstsq", lambda f, a, b: f(a, b, -1)[0], regular(3, 3), real(3), torch=None)

sample("linalg.tensorinv", lambda f, a: f(a.reshape(2, 2, 4)), regular(4, 4))
sample("linalg.tensorinv", lambda f, a: f(a.reshape(3, 1, 3), ind=1), regular(3, 3))
sample("linalg.tensorinv", lambda f, a: f(a.reshape(2, 0, 0)), real(0, 0), torch=None)
sample("linalg.tensorsolve", lambda f, a, b: f(a.reshape(2, 2, 4), b), regular(4, 4), real(2, 2))
sample("linalg.tensorsolve", lambda f, a, b: f(a.reshape(3, 3, 1), b), regular(3, 3), real(3))
sample("linalg.tensorsolve", lambda f, a, b: f(a.reshape(0, 0), b), real(0, 0), real(0), torch=None)
sample(
    "linalg.tensorsolve",
    lambda f, a, b: f(a.reshape(2, 4, 2), b, axes=(0,)),
    regular(4, 4),
    real(4),
    torch=lambda t, a, b: t.linalg.tensorsolve(a.reshape(2, 4, 2), b, dims=(0,)),
)

# -- decompositions -------------------------------------------------------------------------------

for _shape in [(3, 3), (2, 2, 2), (1, 1), (0, 2, 2), (2, 0, 0)]:
    sample("linalg.cholesky", lambda f, a: f(a @ a.mT), regular(*_shape))
    sample("linalg.cholesky", lambda f, a: f(a @ a.mT, upper=True), regular(*_shape))
    sample("linalg.eigvalsh", lambda f, a: f(a + a.mT), regular(*_shape))
    sample("linalg.eigh", lambda f, a: f(a + a.mT).eigenvalues, regular(*_shape))
    sample("linalg.eigh", lambda f, a: f(a + a.mT).eigenvectors ** 2, regular(*_shape))
    sample("linalg.eigh", lambda f, a: _rebuilt(*f(a + a.mT)), regular(*_shape))
sample("linalg.eigvalsh", lambda f, a: f(a + a.mT, UPLO="U"), regular(2, 2))
sample("linalg.eigh", lambda f, a: f(a + a.mT, UPLO="U").eigenvectors ** 2, regular(2, 2))


def _rebuilt(values: Any, vectors: Any) -> Any:
    return (vectors * values[..., None, :] ** 3) @ vectors.mT


for _shape in [(3, 3), (4, 2), (2, 3), (2, 3, 2), (1, 1), (0, 2, 2), (2, 0)]:
    sample("linalg.svdvals", lambda f, a: f(a), regular(*_shape))
    sample(
        "linalg.svd", lambda f, a: f(a, compute_uv=False), regular(*_shape),
        torch=lambda t, a: t.linalg.svd(a, full_matrices=False).S,
    )  # fmt: skip
    sample("linalg.svd", lambda f, a: f(a, full_matrices=False).S, regular(*_shape))
    sample("linalg.svd", lambda f, a: f(a, full_matrices=False).U ** 2, regular(*_shape))
    sample("linalg.svd", lambda f, a: f(a, full_matrices=False).Vh ** 2, regular(*_shape))
    sample("linalg.svd", lambda f, a: _product(*f(a, full_matrices=False)), regular(*_shape))
    sample("linalg.qr", lambda f, a: f(a).Q, regular(*_shape))
    sample("linalg.qr", lambda f, a: f(a).R, regular(*_shape))
sample("linalg.svd", lambda f, a: _product(*f(a)), regular(2, 2))
sample("linalg.qr", lambda f, a: f(a, mode="r"), regular(3, 2), torch=None)
sample("linalg.qr", lambda f, a: f(a, mode="complete").Q, regular(3, 3), torch=None)
sample("linalg.qr", lambda f, a: f(a, mode="complete").R, regular(2, 3), torch=None)
sample("linalg.qr", lambda f, a: f(a, "r"), regular(2, 3), torch=None)


def _product(u: Any, s: Any, vh: Any) -> Any:
    return (u * s[..., None, :] ** 2) @ vh


# -- norms ----------------------------------------------------------------------------------------


def _norms(name: str, domain: Callable[..., Draw], shape: tuple[int, ...], ord: Any, axis: Any) -> None:
    """With and without keepdims; an axis or ord of None is omitted."""
    given = {"axis": axis, "ord": ord}
    options = {key: value for key, value in given.items() if value is not None}
    renamed = {"dim" if key == "axis" else key: value for key, value in options.items()}
    for keepdims in (False, True):
        sample(
            name,
            lambda f, x, keepdims=keepdims: f(x, keepdims=keepdims, **options),
            domain(*shape),
            torch=lambda t, x, keepdims=keepdims: operator.attrgetter(name)(t)(
                x, keepdim=keepdims, **renamed
            ),
        )


for _ord in (None, 0, 1, -1, 2, -2, 3, 2.5, 4, 0.5, -3, np.inf, -np.inf):
    _norms("linalg.norm", apart, (2, 3), _ord, -1)
    _norms("linalg.vector_norm", apart, (2, 3), _ord, 0)
for _ord in (None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf):
    _norms("linalg.norm", regular, (3, 2), _ord, (0, 1))
    _norms("linalg.norm", regular, (2, 3), _ord, (1, 0))
    _norms("linalg.matrix_norm", regular, (2, 2, 3), _ord, None)
for _ord in (2, 3, 1):
    _norms("linalg.vector_norm", apart, (2, 3), _ord, None)
    _norms("linalg.vector_norm", apart, (2, 2, 2), _ord, (0, 2))
    _norms("linalg.vector_norm", apart, (), _ord, None)
    _norms("linalg.vector_norm", apart, (0, 2), _ord, 0)
_norms("linalg.norm", apart, (2, 2, 2), None, None)
_norms("linalg.norm", apart, (), None, None)
_norms("linalg.norm", apart, (3,), 3, None)
_norms("linalg.norm", regular, (2, 2), 1, None)
_norms("linalg.norm", real, (0, 3), None, 0)
_norms("linalg.norm", real, (0, 2, 2), 2, (1, 2))
_norms("linalg.matrix_norm", real, (0, 2, 2), "nuc", None)
sample("linalg.norm", lambda f, x: f(x, 4), exactly([1.0, 0.0, -2.0]), torch=None)  # smooth at 0
sample("linalg.norm", lambda f, x: f(x, "nuc"), exactly(np.eye(3)), torch=None)  # equal singular values
sample("linalg.norm", lambda f, x: f(x, "nuc"), exactly(np.eye(3, 2)), torch=None)

# -- powers, products, conditions -----------------------------------------------------------------

for _n in (0, 1, 2, 3, 5, -1, -2):
    sample("linalg.matrix_power", lambda f, a, n=_n: f(a, n), regular(2, 2))
sample("linalg.matrix_power", lambda f, a: f(a, 6), regular(2, 2, 2))
sample("linalg.matrix_power", lambda f, a: f(a, 0), real(2, 2, 2))
sample("linalg.matrix_power", lambda f, a: f(a, 3), real(0, 2, 2))

for _shapes in [
    ((2, 3), (3, 2)), ((2, 3), (3, 1), (1, 2)), ((3,), (3, 2), (2, 3), (3,)), ((3,), (3,)), ((0, 2), (2, 3)),
    ((1, 2), (2, 3), (3, 2), (2, 1)), ((2,), (2, 3)), ((2, 3), (3, 2), (2,)),
]:  # fmt: skip
    sample("linalg.multi_dot", lambda f, *arrays: f(arrays), *(real(*shape) for shape in _shapes))

for _ord in ("fro", "nuc", 1, -1, np.inf, -np.inf):
    for _shape in [(2, 2), (2, 2, 2)]:
        sample(
            "linalg.cond",
            lambda f, a, p=_ord: f(a, p),
            regular(*_shape),
            torch=lambda t, a, p=_ord: t.linalg.matrix_norm(a, p) * t.linalg.matrix_norm(t.linalg.inv(a), p),
        )
for _ord in (None, 2, -2):
    for _shape in [(2, 2), (3, 2), (2, 2, 3)]:
        sample("linalg.cond", lambda f, a, p=_ord: f(a, p), regular(*_shape))
sample("linalg.cond", lambda f, a: f(a), regular(0, 2, 2), torch=None)

NOT_0D |= dict.fromkeys(
    """linalg.cholesky linalg.cond linalg.det linalg.eigh linalg.eigvalsh linalg.inv linalg.lstsq
    linalg.matrix_norm linalg.matrix_power linalg.multi_dot linalg.pinv linalg.qr linalg.slogdet linalg.solve
    linalg.svd linalg.svdvals linalg.tensorinv linalg.tensorsolve""".split(),
    "is made for matrices",
)
NOT_HALF |= dict.fromkeys(
    """linalg.cholesky linalg.cond linalg.det linalg.eigh linalg.eigvalsh linalg.inv linalg.lstsq
    linalg.matrix_norm linalg.matrix_power linalg.norm linalg.pinv linalg.qr linalg.slogdet linalg.solve
    linalg.svd linalg.svdvals linalg.tensorinv linalg.tensorsolve""".split(),
    "LAPACK has no float16",
)
