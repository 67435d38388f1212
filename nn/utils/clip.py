"""Bounds on gradients."""

import math
from collections.abc import Iterable

import numpy as np

import minigrad as mg
from nn.parameter import parameters_in


def clip_grad_norm_(
    parameters: mg.Tensor | Iterable[mg.Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> float:
    """Scale all gradients in place so that their common norm is at most `max_norm`; give the norm before.

    Factor min(1, max_norm/(norm + 1e-6)), Pascanu et al. (2013), algorithm 1.  `norm_type` is p of the
    p-norm, math.inf for the maximum.  With `error_if_nonfinite` a norm of NaN or inf raises RuntimeError
    and changes nothing.
    """
    members = parameters_in(parameters, "clip_grad_norm_")
    grads = [p.grad.data for p in members if p.grad is not None]
    norm = norm_of(np.array([norm_of(g, norm_type) for g in grads]), norm_type)
    if error_if_nonfinite and not math.isfinite(norm):
        raise RuntimeError(
            f"the norm of the gradients is {norm}, so that they cannot be clipped: look for the first NaN, "
            "or lower the learning rate"
        )
    factor = max_norm / (norm + 1e-6)
    if not factor >= 1:  # a NaN norm makes every gradient NaN, as in PyTorch: visible, not hidden
        for g in grads:
            has_digits = factor > np.finfo(g.dtype).tiny / np.finfo(g.dtype).eps  # or is NaN, or too small
            np.multiply(g, factor, out=g, dtype=None if has_digits else np.float64, casting="same_kind")
    return norm


def clip_grad_value_(parameters: mg.Tensor | Iterable[mg.Tensor], clip_value: float) -> None:
    """Hold every element of every gradient between -clip_value and clip_value, in place.

    Raises ValueError for a negative bound.
    """
    if not clip_value >= 0:
        raise ValueError(f"clip_grad_value_ takes a bound of at least 0, and got {clip_value}")
    members = parameters_in(parameters, "clip_grad_value_")
    for p in members:
        if p.grad is not None:
            np.clip(p.grad.data, -clip_value, clip_value, out=p.grad.data)


def norm_of(x: np.ndarray, p: float) -> float:
    """‖x‖ₚ, also where the powers overflow in x's dtype, or its sum does."""
    if not x.size:
        return 0.0
    if p == 2.0 and x.dtype != np.float16:
        with np.errstate(over="ignore"):
            squares = float(np.vdot(x, x))
        if np.finfo(x.dtype).tiny / np.finfo(x.dtype).eps < squares < math.inf:
            return math.sqrt(squares)
    return float(mg.linalg.vector_norm(x.astype(np.float64), ord=p).item())
