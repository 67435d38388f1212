"""Steps of one size, by the sign of the momentum."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from nn.optim.averages import approach, shrink
from nn.optim.groups import Group
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_betas, check_named
from nn.parameter import Parameter


class Lion(Optimizer):
    """Each parameter moves by the learning rate, up or down (Chen et al., 2023, algorithm 2).

    c = β₁·m + (1 - β₁)·g;  θ ← θ - lr·(sign(c) + λ·θ);  m ← β₂·m + (1 - β₂)·g.
    A good learning rate is a third to a tenth of AdamW's, and the weight decay λ as much greater (section
    5).  `maximize` takes -g for g.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        settings = {"lr": lr, "betas": betas, "weight_decay": weight_decay}
        super().__init__(params, {**settings, "maximize": maximize})

    def check(self, settings: Mapping[str, Any]) -> None:
        check_named(settings, "lr", "weight_decay")
        check_betas(settings["betas"])

    def state_names(self, group: Group) -> tuple[str, ...]:
        return ("exp_avg",)

    def update(self, p: Parameter, g: np.ndarray, state: dict[str, Any], group: Group) -> None:
        self.begin(state, p, group)
        lr, (beta1, beta2), m = float(group["lr"]), group["betas"], state["exp_avg"]
        change = beta1 * m
        change += (1 - beta1) * g
        shrink(p.data, lr, group["weight_decay"])
        p.data -= lr * np.sign(change)
        approach(m, g, beta2)
