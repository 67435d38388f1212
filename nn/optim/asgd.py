"""Gradient descent whose average over the steps is kept."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from nn.optim.averages import decayed
from nn.optim.groups import Group
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_named
from nn.parameter import Parameter


class ASGD(Optimizer):
    """Averaged stochastic gradient descent (Polyak and Juditsky, 1992), as PyTorch's.

    θ ← (1 - lambd·η)·θ - η·g;  a ← a + μ·(θ - a);
    then η ← lr/(1 + lambd·lr·t)^alpha, η = lr at first, and μ ← 1/max(1, t - t0).
    The average a is state["ax"] of each parameter.  Weight decay λ is added to the gradient, g + λ·θ.
    `maximize` takes -g for g.
    """

    numbers: ClassVar[tuple[str, ...]] = ("eta", "mu")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        settings = {"lr": lr, "lambd": lambd, "alpha": alpha, "t0": t0}
        super().__init__(params, {**settings, "weight_decay": weight_decay, "maximize": maximize})

    def check(self, settings: Mapping[str, Any]) -> None:
        check_named(settings, "lr", "lambd", "alpha", "t0", "weight_decay")

    def state_names(self, group: Group) -> tuple[str, ...]:
        return "step", "eta", "mu", "ax"

    def update(self, p: Parameter, g: np.ndarray, state: dict[str, Any], group: Group) -> None:
        lr, lambd = float(group["lr"]), float(group["lambd"])
        if not state:
            state.update(eta=lr, mu=1.0)
        self.begin(state, p, group)
        t, eta, average = state["step"], state["eta"], state["ax"]
        g = decayed(g, p.data, group["weight_decay"])
        p.data *= 1 - lambd * eta
        p.data -= eta * g
        average += state["mu"] * (p.data - average)
        state["eta"] = lr / (1 + lambd * lr * t) ** float(group["alpha"])
        state["mu"] = 1 / max(1.0, t - float(group["t0"]))
