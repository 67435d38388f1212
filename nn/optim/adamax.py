"""Adam by the greatest gradient in the place of the mean square."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from nn.optim.averages import approach, decayed
from nn.optim.groups import Group
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_betas, check_named
from nn.parameter import Parameter


class Adamax(Optimizer):
    """Adam under the infinity norm (Kingma and Ba, 2015, algorithm 2).

    m ← β₁·m + (1 - β₁)·g;  u ← max(β₂·u, |g| + eps);  θ ← θ - lr/(1 - β₁ᵗ)·m/u.
    Weight decay λ is added to the gradient, g + λ·θ.  `maximize` takes -g for g.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        settings = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**settings, "maximize": maximize})

    def check(self, settings: Mapping[str, Any]) -> None:
        check_named(settings, "lr", "eps", "weight_decay")
        check_betas(settings["betas"])

    def state_names(self, group: Group) -> tuple[str, ...]:
        return "step", "exp_avg", "exp_inf"

    def update(self, p: Parameter, g: np.ndarray, state: dict[str, Any], group: Group) -> None:
        self.begin(state, p, group)
        (beta1, beta2), m, u = group["betas"], state["exp_avg"], state["exp_inf"]
        g = decayed(g, p.data, group["weight_decay"])
        approach(m, g, beta1)
        u *= beta2
        np.maximum(u, np.abs(g) + group["eps"], out=u)
        p.data -= float(group["lr"]) / (1 - beta1 ** state["step"]) * (m / u)
