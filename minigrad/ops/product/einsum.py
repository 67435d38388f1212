"""Einstein summation."""

from typing import Any

import numpy as np

from minigrad.composite import composite
from minigrad.ops.floats import widened
from minigrad.ops.typing import Array
from minigrad.primitive import primitive

Shape = tuple[int, ...]
LOWER = "abcdefghijklmnopqrstuvwxyz"
UPPER = LOWER.upper()


@primitive
def _einsum(*operands: Array, subscripts: str, optimize: Any) -> Array:
    if np.result_type(*operands) != np.float16:
        return np.einsum(subscripts, *operands, optimize=optimize)
    return np.asarray(np.einsum(subscripts, *map(widened, operands), optimize=optimize)).astype(np.float16)


@composite
def einsum(subscripts: Any, *operands: Any, optimize: Any = None) -> Array:
    """Einstein summation as NumPy's, every form: einsum("ij,jk->ik", a, b), "...ij->...ji", "ii",
    or with lists of numbers, einsum(a, [0, 1], b, [1, 2], [0, 2]).

    `optimize` is NumPy's, by default True for more than one operand.
    ∂operand: the sum of g times all other operands over the indices that it lacks.
    """
    if not isinstance(subscripts, str):
        subscripts, operands = _lettered((subscripts, *operands))
    shapes = [np.shape(operand) for operand in operands]
    if optimize is None:
        optimize = len(operands) > 1
    return _einsum(*operands, subscripts=_explicit(subscripts, shapes), optimize=optimize)


def _lettered(given: tuple[Any, ...]) -> tuple[str, tuple[Array, ...]]:
    """op0, [0, 1], op1, [1, 2], ..., with or without [0, 2] for the output, as subscripts and operands."""
    pairs = len(given) // 2
    terms = [_term(axes) for axes in given[1::2]]
    output = f"->{_term(given[-1])}" if len(given) % 2 else ""
    return ",".join(terms) + output, given[: 2 * pairs : 2]


def _term(axes: Any) -> str:
    letters = UPPER + LOWER  # in the order in which NumPy sorts its output
    try:
        return "".join("..." if axis is Ellipsis else letters[range(len(letters))[axis]] for axis in axes)
    except (IndexError, TypeError):
        raise ValueError(
            f"einsum got {axes!r} as the axes of an operand: write a list of numbers from 0 to 51, "
            "einsum(a, [0, 1], b, [1, 2]), or letters in front, einsum('ij,jk', a, b)"
        ) from None


def _explicit(subscripts: str, shapes: list[Shape]) -> str:
    """The same sum with its output spelled out and a letter in the place of each axis under `...`."""
    subscripts = subscripts.replace(" ", "")
    inputs, arrow, output = subscripts.partition("->")
    terms = inputs.split(",")
    if len(terms) != len(shapes):
        raise ValueError(
            f"einsum({subscripts!r}) names {len(terms)} operands, but {len(shapes)} were given: "
            "write one group of letters per operand, separated by commas"
        )
    hidden = [
        len(shape) - len(term.replace("...", "")) if "..." in term else 0
        for term, shape in zip(terms, shapes, strict=True)
    ]
    if arrow and max(hidden) > 0 and "..." not in output:
        raise ValueError(
            f"einsum({subscripts!r}) has {max(hidden)} axes under `...` and no place for them in its output: "
            "write `...` there too, or sum over them afterwards"
        )
    free = [letter for letter in LOWER + UPPER if letter not in subscripts]
    ellipsis = "".join(free[: max(hidden)])
    spelled = [
        term.replace("...", ellipsis[len(ellipsis) - n :]) for term, n in zip(terms, hidden, strict=True)
    ]
    if not arrow:
        letters = "".join(terms).replace(".", "")
        output = "..." + "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    return f"{','.join(spelled)}->{output.replace('...', ellipsis)}"


def _einsum_vjp(g: Array, i: int, operands: tuple[Array, ...], subscripts: str) -> Array:
    inputs, _, output = subscripts.partition("->")
    terms = inputs.split(",")
    shape = operands[i].shape
    factors = [(output, g)]
    factors += [(term, x) for j, (term, x) in enumerate(zip(terms, operands, strict=True)) if j != i]
    sizes: dict[str, int] = {}
    for term, x in factors:
        for letter, n in zip(term, x.shape, strict=True):
            sizes[letter] = n if n != 1 else sizes.get(letter, 1)
    free = iter(letter for letter in LOWER + UPPER if letter not in subscripts)
    wanted = ""
    for letter, n in zip(terms[i], shape, strict=True):
        if letter in wanted:  # a diagonal was read: the gradient lies on it, and is 0 elsewhere
            twin = next(free)
            factors.append((letter + twin, np.eye(n, dtype=g.dtype)))
            letter = twin
        elif letter not in sizes or sizes[letter] == 1 != n:  # summed away: every element gets the same
            factors.append((letter, np.ones(n, g.dtype)))
        wanted += letter
    called = ",".join(term for term, _ in factors) + "->" + wanted
    if g.dtype == np.float16:
        return _einsum.apply(*[x for _, x in factors], subscripts=called, optimize=True)
    return np.einsum(called, *[x for _, x in factors])


_einsum.vjp(operands=_einsum_vjp)
