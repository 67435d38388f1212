"""Adam that waits until its mean square can be relied on."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from nn.optim.averages import approach, approach_square, decayed, root, shrink, subtract_ratio
from nn.optim.groups import Group
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_betas, check_named
from nn.parameter import Parameter


class RAdam(Optimizer):
    """Adam with its variance rectified, so that it needs no warm-up (Liu et al., 2020, algorithm 2).

    m ← β₁·m + (1 - β₁)·g;  v ← β₂·v + (1 - β₂)·g²;  m̂ = m/(1 - β₁ᵗ);
    ρ∞ = 2/(1 - β₂) - 1;  ρ = ρ∞ - 2·t·β₂ᵗ/(1 - β₂ᵗ);
    while ρ ≤ 5:  θ ← θ - lr·m̂;  after:  θ ← θ - lr·r·m̂·√(1 - β₂ᵗ)/(√v + eps),
    r = √((ρ - 4)·(ρ - 2)·ρ∞/((ρ∞ - 4)·(ρ∞ - 2)·ρ)).
    Weight decay λ is added to the gradient, g + λ·θ, or shrinks θ directly, θ ← θ - lr·λ·θ, with
    `decoupled_weight_decay`.  `maximize` takes -g for g.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        settings = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        decoupled = {"decoupled_weight_decay": decoupled_weight_decay}
        super().__init__(params, {**settings, **decoupled, "maximize": maximize})

    def check(self, settings: Mapping[str, Any]) -> None:
        check_named(settings, "lr", "eps", "weight_decay")
        check_betas(settings["betas"])

    def state_names(self, group: Group) -> tuple[str, ...]:
        return "step", "exp_avg", "exp_avg_sq"

    def update(self, p: Parameter, g: np.ndarray, state: dict[str, Any], group: Group) -> None:
        self.begin(state, p, group)
        t, lr, (beta1, beta2) = state["step"], float(group["lr"]), group["betas"]
        m, v = state["exp_avg"], state["exp_avg_sq"]
        if group["decoupled_weight_decay"]:
            shrink(p.data, lr, group["weight_decay"])
        else:
            g = decayed(g, p.data, group["weight_decay"])
        approach(m, g, beta1)
        approach_square(v, g, beta2)
        rate, rest = lr / (1 - beta1**t), 1 - beta2**t
        greatest = 2 / (1 - beta2) - 1
        rho = greatest - 2 * t * beta2**t / rest
        if rho > 5:
            r = (rho - 4) * (rho - 2) * greatest / ((greatest - 4) * (greatest - 2) * rho)
            subtract_ratio(p.data, rate * (r * rest) ** 0.5, m, root(v, group["eps"]))
        else:
            p.data -= rate * m
