"""Steps in the units of the parameter: their own running size over that of the gradient."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from nn.optim.averages import approach_square, decayed
from nn.optim.groups import Group
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_named, check_share
from nn.parameter import Parameter


class Adadelta(Optimizer):
    """Steps scaled by the size of the steps before (Zeiler, 2012, algorithm 1).

    v ← ρ·v + (1 - ρ)·g²;  Δ = √((u + eps)/(v + eps))·g;  u ← ρ·u + (1 - ρ)·Δ²;  θ ← θ - lr·Δ.
    Weight decay λ is added to the gradient, g + λ·θ.  `maximize` takes -g for g.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        settings = {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**settings, "maximize": maximize})

    def check(self, settings: Mapping[str, Any]) -> None:
        check_named(settings, "lr", "eps", "weight_decay")
        check_share(rho=settings["rho"])

    def state_names(self, group: Group) -> tuple[str, ...]:
        return "step", "square_avg", "acc_delta"

    def update(self, p: Parameter, g: np.ndarray, state: dict[str, Any], group: Group) -> None:
        self.begin(state, p, group)
        v, u, rho, eps = state["square_avg"], state["acc_delta"], float(group["rho"]), group["eps"]
        g = decayed(g, p.data, group["weight_decay"])
        approach_square(v, g, rho)
        delta = np.add(u, eps, out=np.empty_like(u))
        delta /= v + eps
        np.sqrt(delta, out=delta)
        delta *= g
        approach_square(u, delta, rho)
        delta *= float(group["lr"])
        p.data -= delta
