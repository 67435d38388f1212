"""Adam, and Adam with decoupled weight decay."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from nn.optim.optimizer import Group, Optimizer, check_positive
from nn.parameter import Parameter


class Adam(Optimizer):
    """Steps scaled by running averages of the gradient and its square (Kingma and Ba, 2015, algorithm 1).

    m ← β₁·m + (1 - β₁)·g;  v ← β₂·v + (1 - β₂)·g²;
    θ ← θ - lr·m̂/(√v̂ + eps), m̂ = m/(1 - β₁ᵗ), v̂ = v/(1 - β₂ᵗ).
    Weight decay λ is added to the gradient, g + λ·θ; AdamW does otherwise.
    """

    decoupled = False

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        check_positive(lr=lr, eps=eps, weight_decay=weight_decay)
        if not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"betas must be in [0, 1), and are {betas}")
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    def update(self, p: Parameter, g: np.ndarray, state: dict[str, Any], group: Group) -> None:
        if not state:
            state.update(step=0, exp_avg=np.zeros_like(p.data), exp_avg_sq=np.zeros_like(p.data))
        state["step"] += 1
        lr, (beta1, beta2), decay = group["lr"], group["betas"], group["weight_decay"]
        if decay and self.decoupled:
            p.data *= 1 - lr * decay
        elif decay:
            g = g + decay * p.data
        m, v = state["exp_avg"], state["exp_avg_sq"]
        scratch = np.empty_like(g)  # one buffer for every intermediate
        np.multiply(g, 1 - beta1, out=scratch)
        m *= beta1
        m += scratch
        np.multiply(g, g, out=scratch)
        scratch *= 1 - beta2
        v *= beta2
        v += scratch
        np.sqrt(v, out=scratch)
        scratch *= 1 / math.sqrt(1 - beta2 ** state["step"])
        scratch += group["eps"]
        np.divide(m, scratch, out=scratch)
        scratch *= lr / (1 - beta1 ** state["step"])
        p.data -= scratch


class AdamW(Adam):
    """Adam whose weight decay shrinks θ directly: θ ← θ - lr·λ·θ.

    Loshchilov and Hutter (2019), algorithm 2.
    """

    decoupled = True

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay)
