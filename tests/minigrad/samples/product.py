"""Matrix and tensor products."""

from tests.minigrad.samples.domains import real
from tests.minigrad.samples.table import NOT_0D, SAME, sample

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

NOT_0D |= {
    "matmul": "NumPy refuses",
}
