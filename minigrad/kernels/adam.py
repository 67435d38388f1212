"""One update of Adam."""

import numpy as np

from minigrad.kernels.dispatch import kernel


@kernel
def adam(
    p: np.ndarray,
    g: np.ndarray,
    m: np.ndarray,
    v: np.ndarray,
    betas: tuple[float, float],
    keep: float,
    decay: float,
    rate: float,
    root: float,
    eps: float,
) -> None:
    """Update in place: d = g + decay·p;  m ← β₁·m + (1 - β₁)·d;  v ← β₂·v + (1 - β₂)·d²;
    p ← keep·p - rate·m/(root·√v + eps).
    """
    d = g + decay * p if decay else g
    scratch = np.empty_like(d)  # one buffer for every intermediate
    np.multiply(d, 1 - betas[0], out=scratch)
    m *= betas[0]
    m += scratch
    np.multiply(d, d, out=scratch)
    scratch *= 1 - betas[1]
    v *= betas[1]
    v += scratch
    np.sqrt(v, out=scratch)
    scratch *= root
    scratch += eps
    np.divide(m, scratch, out=scratch)
    scratch *= rate
    if keep != 1:
        p *= keep
    p -= scratch
