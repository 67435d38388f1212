"""Matrix and tensor products."""

import numpy as np

from tests.minigrad.samples.domains import exactly, real
from tests.minigrad.samples.table import NOT_0D, NOT_EMPTY, SAME, WITHOUT_TORCH, sample

for _a, _b in [
    ((3, 4), (4, 2)), ((4,), (4,)), ((4,), (4, 2)), ((3, 4), (4,)), ((2, 3, 4), (4, 2)),
    ((2, 3, 4), (2, 4, 2)), ((2, 1, 3, 4), (3, 4, 2)), ((2, 3, 4), (4,)), ((4,), (2, 4, 3)),
    ((3, 4), (2, 4, 2)), ((1, 3, 2), (2, 2, 2)), ((0, 4), (4, 3)),
    ((3, 0), (0, 2)), ((2, 3, 0), (0, 2)), ((0,), (0,)), ((1, 1), (1, 1)),
]:  # fmt: skip
    sample("matmul", lambda f, a, b: f(a, b), real(*_a), real(*_b))
sample("matmul", lambda f, a: f(a, a), real(3, 3))

for _a, _b in [
    ((), ()), ((), (3,)), ((2, 3), ()), ((3,), (3,)), ((2, 3), (3,)), ((2, 3), (3, 2)), ((3,), (3, 2)),
    ((2, 2, 3), (3,)), ((2, 3), (2, 3, 2)), ((3,), (2, 3, 2)), ((2, 1, 3), (3, 2)), ((2, 0), (0, 3)),
]:  # fmt: skip
    sample(
        "dot",
        lambda f, a, b: f(a, b),
        real(*_a),
        real(*_b),
        torch=(lambda t, a, b: t.matmul(a, b)) if 0 < len(_a) <= 2 and 0 < len(_b) <= 2 else None,
    )

for _a, _b in [((3,), (4,)), ((2, 2), (3,)), ((), (3,)), ((0,), (3,)), ((), ())]:
    sample(
        "outer",
        lambda f, a, b: f(a, b),
        real(*_a),
        real(*_b),
        torch=lambda t, a, b: t.outer(a.ravel(), b.ravel()),
    )

for _a, _b in [
    ((3,), (3,)),
    ((2, 3), (4, 3)),
    ((2, 2, 3), (3,)),
    ((2, 3), (2, 2, 3)),
    ((), (3,)),
    ((2, 0), (3, 0)),
]:
    sample("inner", lambda f, a, b: f(a, b), real(*_a), real(*_b))
for _a, _b in [((3,), (3,)), ((2, 3), (3, 2)), ((), ()), ((0,), (0,))]:
    sample(
        "vdot",
        lambda f, a, b: f(a, b),
        real(*_a),
        real(*_b),
        torch=lambda t, a, b: t.vdot(a.ravel(), b.ravel()),
    )
for _a, _b in [((3,), (2,)), ((2, 3), (3, 1)), ((2,), (2, 2, 2)), ((), (3,)), ((), ()), ((0, 2), (2, 2))]:
    sample("kron", lambda f, a, b: f(a, b), real(*_a), real(*_b))

for _axes, _a, _b in [
    (2, (2, 3, 4), (3, 4, 2)), (1, (2, 3), (3, 2)), (0, (2,), (3,)), ((1, 0), (2, 3), (3, 2)),
    (((0, 1), (1, 0)), (2, 3, 2), (3, 2)), (([-1], [-1]), (2, 3), (2, 3)), (((), ()), (2,), (2, 1)),
    (1, (2, 0), (0, 2)), (1, (0, 2), (2, 3)), (2, (2, 3), (2, 3)), (0, (), (3,)),
]:  # fmt: skip
    sample("tensordot", lambda f, a, b, axes=_axes: f(a, b, axes), real(*_a), real(*_b), torch=None)
sample(
    "tensordot",
    lambda f, a, b: f(a, b, axes=([0, 1], [1, 0])),
    real(2, 3, 2),
    real(3, 2),
    torch=lambda t, a, b: t.tensordot(a, b, dims=([0, 1], [1, 0])),
)

for _a, _b in [((3,), (3,)), ((2, 3), (3,)), ((2, 1, 3), (4, 3)), ((0, 3), (3,)), ((2, 0), (2, 0))]:
    sample(
        "vecdot", lambda f, a, b: f(a, b), real(*_a), real(*_b), torch=lambda t, a, b: t.linalg.vecdot(a, b)
    )
sample("vecdot", lambda f, a, b: f(a, b, axis=0), real(3, 2), real(3, 1), torch=None)
for _a, _b in [((2, 3), (3,)), ((2, 2, 3), (3,)), ((2, 3), (4, 3)), ((0, 3), (3,))]:
    sample("matvec", lambda f, a, b: f(a, b), real(*_a), real(*_b),
           torch=lambda t, a, b: (a @ b[..., None])[..., 0])  # fmt: skip
for _a, _b in [((3,), (3, 2)), ((4, 3), (3, 2)), ((3,), (2, 3, 4)), ((0,), (0, 3))]:
    sample("vecmat", lambda f, a, b: f(a, b), real(*_a), real(*_b),
           torch=lambda t, a, b: (a[..., None, :] @ b)[..., 0, :])  # fmt: skip

for _a, _b in [((3,), (3,)), ((2, 3), (3,)), ((2, 1, 3), (4, 3)), ((0, 3), (3,))]:
    sample(
        "cross",
        lambda f, a, b: f(a, b),
        real(*_a),
        real(*_b),
        torch=lambda t, a, b: t.linalg.cross(*t.broadcast_tensors(a, b)),
    )
sample("cross", lambda f, a, b: f(a, b, axis=0), real(3, 2), real(3, 2), torch=None)
sample("cross", lambda f, a, b: f(a, b, axisa=0, axisb=1, axisc=0), real(3, 2), real(2, 3), torch=None)

for _name in ("convolve", "correlate"):
    for _mode in ("full", "same", "valid"):
        for _n, _m in [(5, 3), (5, 2), (2, 5), (3, 4), (3, 3), (4, 1), (1, 1)]:
            sample(_name, lambda f, a, v, mode=_mode: f(a, v, mode), real(_n), real(_m), torch=None)
sample("convolve", lambda f, a, v: f(a, v), real(3), real(), torch=None)
sample("convolve", lambda f, a, v: f(a, v), real(4), real(3),
       torch=lambda t, a, v: t.conv1d(a[None], v.flip(0)[None, None], padding=2)[0])  # fmt: skip
sample("correlate", lambda f, a, v: f(a, v), real(5), real(3),
       torch=lambda t, a, v: t.conv1d(a[None], v[None, None])[0])  # fmt: skip

for _p, _x in [((3,), (2, 2)), ((4,), ()), ((2,), (0, 3))]:
    sample("polyval", lambda f, p, x: f(p, x), real(*_p), real(*_x), torch=None)
sample("polyval", lambda f, p: f(p, np.ones(2, p.dtype)), real(1), torch=None)
sample("vander", lambda f, x: f(x), real(3), torch=None)
sample("vander", lambda f, x: f(x, 4), real(2), torch=None)
sample("vander", lambda f, x: f(x, 2, increasing=True), exactly([0.0, 1.0, -2.0]), torch=None)
sample("vander", lambda f, x: f(x, N=2), real(0), torch=None)

EINSUMS: list[tuple[str, tuple[tuple[int, ...], ...]]] = [
    ("ij,jk->ik", ((2, 3), (3, 2))),
    ("ij,jk", ((2, 3), (3, 2))),
    ("ij->ji", ((2, 3),)),
    ("ji", ((2, 3),)),
    ("ij->", ((2, 3),)),
    ("ij->i", ((2, 3),)),
    ("ii", ((3, 3),)),
    ("ii->i", ((3, 3),)),
    ("iij->j", ((2, 2, 3),)),
    ("iii->i", ((2, 2, 2),)),
    ("iijj->ij", ((2, 2, 3, 3),)),
    ("i,i->", ((3,), (3,))),
    ("i,j->ij", ((2,), (3,))),
    ("i,j", ((2,), (3,))),
    ("ii,ij->j", ((2, 2), (2, 3))),
    ("ij,ij->ij", ((2, 3), (2, 3))),
    ("ij,k->i", ((2, 3), (2,))),
    ("ij,jk,kl->il", ((2, 2), (2, 3), (3, 2))),
    ("...ij,...jk->...ik", ((2, 2, 3), (3, 2))),
    ("...ij,...jk", ((2, 1, 2, 3), (2, 3, 2))),
    ("...i->...", ((2, 2, 3),)),
    ("...->...", ((2, 3),)),
    ("...ii->...i", ((2, 3, 3),)),
    ("i...->...", ((2, 3),)),
    ("i...,i...->...", ((2, 3), (2, 3))),
    ("b...h,bh...->b...", ((2, 2, 3), (2, 3, 2))),
    ("...i,...i->...", ((3,), (2, 3))),
    (" i j , j k -> i k ", ((2, 3), (3, 2))),
    ("bhtd,bhsd->bhts", ((1, 2, 2, 3), (1, 2, 2, 3))),
    (",i->i", ((), (3,))),
    ("->", ((),)),
    ("...,...->...", ((), (2, 3))),
    ("ij,jk->ik", ((0, 3), (3, 2))),
    ("ij,jk->ik", ((2, 0), (0, 2))),
    ("Ab,bA->A", ((2, 3), (3, 2))),
    ("i...j->...ij", ((2, 2, 3),)),
    ("ij,ij->ij", ((2, 1), (2, 3))),  # NumPy broadcasts a letter of length 1
    ("ij,jk->ik", ((2, 1), (3, 2))),
    ("ij,ij,j->", ((1, 3), (2, 1), (3,))),
    ("i,i->", ((0,), (1,))),
    ("...i,...i->...", ((2, 1), (1, 3))),
]
for _subscripts, _shapes in EINSUMS:
    sample(
        "einsum",
        lambda f, *operands, subscripts=_subscripts: f(subscripts, *operands),
        *(real(*shape) for shape in _shapes),
        torch=None if "..." in _subscripts or () in _shapes else SAME,
    )

sample("einsum", lambda f, a, b: f(a, [0, 1], b, [1, 2], [0, 2]), real(2, 3), real(3, 2), torch=None)
sample("einsum", lambda f, a, b: f(a, [0, 1], b, [1, 26]), real(2, 3), real(3, 2), torch=None)
sample("einsum", lambda f, a: f(a, [30, 1]), real(2, 3), torch=None)
sample("einsum", lambda f, a: f(a, [0, 0]), real(3, 3), torch=None)
sample("einsum", lambda f, a, b: f(a, [..., 0], b, [..., 0], [...]), real(2, 3), real(3), torch=None)
for _optimize in (False, True, "greedy", "optimal", ["einsum_path", (0, 1), (0, 1)]):
    sample("einsum", lambda f, a, b, c, optimize=_optimize: f("ij,jk,kl->il", a, b, c, optimize=optimize),
           real(2, 3), real(3, 2), real(2, 2), torch=None)  # fmt: skip

NOT_0D |= {
    "correlate": "NumPy refuses",
    "cross": "needs an axis",
    "matvec": "needs an axis",
    "vander": "needs an axis",
    "vecdot": "needs an axis",
    "vecmat": "needs an axis",
    "matmul": "NumPy refuses",
}

NOT_EMPTY |= {
    "convolve": "NumPy refuses",
    "correlate": "NumPy refuses",
}

WITHOUT_TORCH |= {"polyval", "vander"}
