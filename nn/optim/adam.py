"""Adam, and Adam with decoupled weight decay."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

import minigrad as mg
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
        # The squares of float16, and eps, are out of its range: its averages are kept in float32.
        g = g.astype(np.result_type(p.dtype, np.float32), copy=False)
        if not state:
            state.update(step=0, exp_avg=np.zeros_like(g), exp_avg_sq=np.zeros_like(g))
        state["step"] += 1
        lr, betas, decay = float(group["lr"]), group["betas"], float(group["weight_decay"])
        mg.kernels.adam(
            p.data, g, state["exp_avg"], state["exp_avg_sq"], betas,
            keep=1 - lr * decay if self.decoupled else 1.0,
            decay=0.0 if self.decoupled else decay,
            rate=lr / (1 - betas[0] ** state["step"]),
            root=1 / math.sqrt(1 - betas[1] ** state["step"]),
            eps=group["eps"],
        )  # fmt: skip


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
