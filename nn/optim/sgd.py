"""Stochastic gradient descent."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from nn.optim.averages import decayed
from nn.optim.groups import Group
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_named
from nn.parameter import Parameter


class SGD(Optimizer):
    """θ ← θ - lr·d, as PyTorch's.

    With weight decay λ: d = g + λ·θ.  With momentum μ: b ← μ·b + (1 - dampening)·d (b = d at first),
    and d = b, or d + μ·b if `nesterov` (Sutskever et al., 2013).  `maximize` takes -g for g.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        settings = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        super().__init__(params, settings)

    def check(self, settings: Mapping[str, Any]) -> None:
        check_named(settings, "lr", "momentum", "weight_decay")
        if settings["nesterov"] and (settings["momentum"] <= 0 or settings["dampening"] != 0):
            raise ValueError("nesterov needs a momentum above 0 and dampening 0")

    def state_names(self, group: Group) -> tuple[str, ...]:
        return ("momentum_buffer",)

    def update(self, p: Parameter, g: np.ndarray, state: dict[str, Any], group: Group) -> None:
        d = decayed(g, p.data, group["weight_decay"])
        momentum = group["momentum"]
        if momentum:
            if "momentum_buffer" not in state:
                state["momentum_buffer"] = d.copy()
            else:
                state["momentum_buffer"] *= momentum
                state["momentum_buffer"] += (1 - group["dampening"]) * d
            b = state["momentum_buffer"]
            d = d + momentum * b if group["nesterov"] else b
        p.data -= float(group["lr"]) * d
