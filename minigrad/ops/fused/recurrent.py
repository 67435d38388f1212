"""What the recurrent ops share: their shapes, the input's part of all steps, and the weights' gradients.

Inside, time comes first, so that a step is one piece of memory; results are given back as views.  A `mask`
(B, T) of booleans says which steps count: one that is False leaves the state as it is.
"""

import math

import numpy as np

from minigrad.ops.elementwise.selection import where
from minigrad.ops.fused.floats import require_floats
from minigrad.ops.typing import Array


def at_rest(x: Array, weight_hh: Array) -> np.ndarray:
    """The state before the first step where none is given: zeros (B, H)."""
    return np.zeros((x.shape[0], weight_hh.shape[1]), weight_hh.dtype)


def check(
    name: str,
    gates: int,
    x: np.ndarray,
    weight_ih: np.ndarray,
    weight_hh: np.ndarray,
    bias_ih: np.ndarray | None,
    bias_hh: np.ndarray | None,
    **states: np.ndarray | None,
) -> None:
    """Raise ValueError for shapes that do not fit, naming the one that it should be."""
    if x.ndim != 3:
        raise ValueError(
            f"{name} takes sequences (B, T, input_size), and got x {x.shape}: a single sequence is x[None]"
        )
    if x.shape[1] == 0:
        raise ValueError(f"{name} got x {x.shape}, sequences of no steps: there must be at least one")
    if weight_hh.ndim != 2 or weight_hh.shape[0] != gates * weight_hh.shape[1]:
        raise ValueError(
            f"{name} got weight_hh {weight_hh.shape}: it must be ({gates} * hidden_size, hidden_size)"
            if gates > 1
            else f"{name} got weight_hh {weight_hh.shape}: it must be (hidden_size, hidden_size)"
        )
    rows, hidden = weight_hh.shape
    needed: dict[str, tuple[np.ndarray | None, tuple[int, ...]]] = {
        "weight_ih": (weight_ih, (rows, x.shape[2])),
        "bias_ih": (bias_ih, (rows,)),
        "bias_hh": (bias_hh, (rows,)),
        **{state: (array, (x.shape[0], hidden)) for state, array in states.items()},
    }
    if dtype_of(x, *(array for array, _ in needed.values())).kind != "f":
        require_floats(name, x=x, weight_hh=weight_hh)
    for operand, (array, shape) in needed.items():
        if array is not None and array.shape != shape:
            raise ValueError(
                f"{name} got x {x.shape}, weight_hh {weight_hh.shape} and {operand} {array.shape}: "
                f"with these, {operand} must be {shape}{_or_the_input(operand, array)}"
            )


def _or_the_input(operand: str, weight: np.ndarray) -> str:
    """Of weights that are as they should be, what the input must be."""
    fits = operand == "weight_ih" and weight.ndim == 2
    return f", or x (B, T, {weight.shape[1]}) for this weight" if fits else ""


def idle_steps(name: str, mask: Array, x: np.ndarray) -> np.ndarray | None:
    """Where the state stays, (T, B, 1); None where every step counts.  Raises for what is no such mask."""
    if mask is None:
        return None
    mask = np.asarray(mask)
    if mask.dtype.kind != "b":
        raise TypeError(
            f"{name} got a mask of {mask.dtype}: it is of booleans, True = the step counts; write "
            "mask.astype(bool)"
        )
    if mask.shape != x.shape[:2]:
        raise ValueError(f"{name} got x {x.shape} and mask {mask.shape}: it must be (B, T), {x.shape[:2]}")
    return ~mask.T[..., None]


def advanced(mask: Array, t: int, after: Array, before: Array) -> Array:
    """The state `after` step t where it counts, else that `before`."""
    return after if mask is None else where(np.asarray(mask)[:, t, None], after, before)


def dtype_of(*operands: np.ndarray | None) -> np.dtype:
    """The dtype that an expression of these has."""
    return np.result_type(*(x for x in operands if x is not None))


def time_first(x: np.ndarray) -> np.ndarray:
    """(B, T, C) as (T, B, C), each step in one piece."""
    return np.ascontiguousarray(x.swapaxes(0, 1))


def transposed(weight: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Wᵀ, its columns scaled, in rows: a product with few rows on its left is faster so than with W.T."""
    return np.multiply(weight.T, scale, order="C")


def project(x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None, scale: np.ndarray) -> np.ndarray:
    """(x·Wᵀ + b)·scale for all steps in one product: (T, B, in) -> (T, B, out)."""
    y = rows_of(x) @ transposed(weight, scale)
    if bias is not None:
        y += bias * scale
    return y.reshape(*x.shape[:2], len(weight))


def input_gradient(d: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """∂x from d, the gradient of x·Wᵀ: (T, B, out) -> (B, T, in)."""
    return (rows_of(d) @ weight).reshape(*d.shape[:2], weight.shape[1]).swapaxes(0, 1)


def weight_gradient(d: np.ndarray, x: np.ndarray) -> np.ndarray:
    """∂W from d, the gradient of x·Wᵀ, over all steps in one product: (out, in)."""
    return rows_of(d).T @ rows_of(x)


def bias_gradient(d: np.ndarray) -> np.ndarray:
    """∂b: d summed over steps and batch.  A product with ones sums rows faster than np.sum does."""
    rows = rows_of(d)
    return np.ones(len(rows), d.dtype) @ rows


def rows_of(x: np.ndarray) -> np.ndarray:
    """(T, B, C) as (T·B, C)."""
    return x.reshape(math.prod(x.shape[:2]), x.shape[2])
