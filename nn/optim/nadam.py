"""Adam that looks a step ahead, as Nesterov's momentum does."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from nn.optim.averages import approach, approach_square, decayed, root, shrink
from nn.optim.groups import Group
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_betas, check_named
from nn.parameter import Parameter


class NAdam(Optimizer):
    """Adam with Nesterov's momentum (Dozat, 2016, algorithm 2), as PyTorch's.

    m ← β₁·m + (1 - β₁)·g;  v ← β₂·v + (1 - β₂)·g²;  μₜ = β₁·(1 - 0.96^(t·momentum_decay)/2);
    m̂ = μₜ₊₁·m/(1 - Π μ₁…μₜ₊₁) + (1 - μₜ)·g/(1 - Π μ₁…μₜ);  θ ← θ - lr·m̂/(√(v/(1 - β₂ᵗ)) + eps).
    Weight decay λ is added to the gradient, g + λ·θ, or shrinks θ directly, θ ← θ - lr·λ·θ, with
    `decoupled_weight_decay`.  `maximize` takes -g for g.
    """

    numbers: ClassVar[tuple[str, ...]] = ("mu_product",)

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        settings = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        decay = {"momentum_decay": momentum_decay, "decoupled_weight_decay": decoupled_weight_decay}
        super().__init__(params, {**settings, **decay, "maximize": maximize})

    def check(self, settings: Mapping[str, Any]) -> None:
        check_named(settings, "lr", "eps", "weight_decay", "momentum_decay")
        check_betas(settings["betas"])

    def state_names(self, group: Group) -> tuple[str, ...]:
        return "step", "mu_product", "exp_avg", "exp_avg_sq"

    def update(self, p: Parameter, g: np.ndarray, state: dict[str, Any], group: Group) -> None:
        state.setdefault("mu_product", 1.0)
        self.begin(state, p, group)
        t, lr, (beta1, beta2) = state["step"], float(group["lr"]), group["betas"]
        m, v = state["exp_avg"], state["exp_avg_sq"]
        if group["decoupled_weight_decay"]:
            shrink(p.data, lr, group["weight_decay"])
        else:
            g = decayed(g, p.data, group["weight_decay"])
        mu, ahead = (beta1 * (1 - 0.5 * 0.96 ** (i * group["momentum_decay"])) for i in (t, t + 1))
        state["mu_product"] *= mu
        product = state["mu_product"]
        approach(m, g, beta1)
        approach_square(v, g, beta2)
        change = (lr * ahead / (1 - product * ahead)) * m
        change += (lr * (1 - mu) / (1 - product)) * g
        change /= root(v, group["eps"], scale=(1 - beta2**t) ** -0.5)
        p.data -= change
