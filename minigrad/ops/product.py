"""Matrix and tensor products."""

import math
import string

import numpy as np

from minigrad.ops.arithmetic import multiply
from minigrad.ops.shape import reshape
from minigrad.ops.typing import Array
from minigrad.primitive import composite, primitive

Shape = tuple[int, ...]


@primitive
def matmul(a: Array, b: Array) -> Array:
    """a @ b: (..., n, k) @ (..., k, m) -> (..., n, m); a 1-D operand is a row or column without its axis.

    ∂a: g @ bᵀ;  ∂b: aᵀ @ g.
    """
    return np.matmul(a, b)


def _matmul_wrt_a(g: Array, a_shape: Shape, b: Array) -> Array:
    if b.ndim == 1:
        return np.expand_dims(g, -1) * b
    if len(a_shape) == 1:
        return (np.expand_dims(g, -2) @ np.swapaxes(b, -1, -2))[..., 0, :]
    return g @ np.swapaxes(b, -1, -2)


def _matmul_wrt_b(g: Array, a: Array, b_shape: Shape) -> Array:
    if a.ndim == 1:
        return (
            np.expand_dims(g, -1) * a if len(b_shape) == 1 else np.expand_dims(a, -1) * np.expand_dims(g, -2)
        )
    if len(b_shape) == 1:
        return (np.swapaxes(a, -1, -2) @ np.expand_dims(g, -1))[..., 0]
    if len(b_shape) == 2 and a.ndim > 2:  # one large product instead of many, then their sum
        rows = math.prod(a.shape[:-1])
        return a.reshape((rows, a.shape[-1])).T @ g.reshape((rows, g.shape[-1]))
    return np.swapaxes(a, -1, -2) @ g


matmul.vjp(
    a=_matmul_wrt_a,
    b=_matmul_wrt_b,
)


@primitive
def _einsum(*operands: Array, subscripts: str) -> Array:
    return np.einsum(subscripts, *operands, optimize=len(operands) > 1)


@composite
def einsum(subscripts: str, *operands: Array) -> Array:
    """Einstein summation as NumPy's, every form of `subscripts`: "ij,jk->ik", "...ij->...ji", "ii".

    ∂operand: the sum of g times all other operands over the indices that it lacks.
    """
    shapes = [np.shape(operand) for operand in operands]
    return _einsum(*operands, subscripts=_explicit(subscripts, shapes))


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
    free = [letter for letter in string.ascii_letters if letter not in subscripts]
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
    free = iter(letter for letter in string.ascii_letters if letter not in subscripts)
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
    return np.einsum(called, *[x for _, x in factors])


_einsum.vjp(operands=_einsum_vjp)


@composite
def dot(a: Array, b: Array) -> Array:
    """NumPy's dot: for a 0-d operand the product, else the sum over the last axis of a and the
    second to last (or only) axis of b."""
    n, m = np.ndim(a), np.ndim(b)
    if n == 0 or m == 0:
        return multiply(a, b)
    if n <= 2 and m <= 2:
        return matmul(a, b)
    left, right = string.ascii_lowercase[:n], list(string.ascii_uppercase[:m])
    right[max(m - 2, 0)] = left[-1]
    rest = "".join(letter for letter in right if letter != left[-1])
    return einsum(f"{left},{''.join(right)}->{left[:-1]}{rest}", a, b)


@composite
def outer(a: Array, b: Array) -> Array:
    """aᵢ·bⱼ of the flattened operands: (n,), (m,) -> (n, m)."""
    return multiply(reshape(a, (-1, 1)), reshape(b, (1, -1)))
