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
    if norm_type == 2.0:
        norm = math.sqrt(sum(float(np.vdot(g, g)) for g in grads))
    elif norm_type == math.inf:
        norm = max((float(np.abs(g).max(initial=0)) for g in grads), default=0.0)
    else:
        norm = sum(float((np.abs(g) ** norm_type).sum()) for g in grads) ** (1 / norm_type)
    if error_if_nonfinite and not math.isfinite(norm):
        raise RuntimeError(
            f"the norm of the gradients is {norm}, so that they cannot be clipped: look for the first NaN, "
            "or lower the learning rate"
        )
    factor = max_norm / (norm + 1e-6)
    if not factor >= 1:  # a NaN norm makes every gradient NaN, as in PyTorch: visible, not hidden
        for g in grads:
            g *= factor
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
