"""Stochastic gradient descent."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from nn.optim.optimizer import Group, Optimizer, check_positive
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
        check_positive(lr=lr, momentum=momentum, weight_decay=weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("nesterov needs a momentum above 0 and dampening 0")
        settings = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        super().__init__(params, settings)

    def update(self, p: Parameter, g: np.ndarray, state: dict[str, Any], group: Group) -> None:
        d = g + group["weight_decay"] * p.data if group["weight_decay"] else g
        momentum = group["momentum"]
        if momentum:
            if "momentum_buffer" not in state:
                state["momentum_buffer"] = d.copy()
            else:
                state["momentum_buffer"] *= momentum
                state["momentum_buffer"] += (1 - group["dampening"]) * d
            b = state["momentum_buffer"]
            d = d + momentum * b if group["nesterov"] else b
        p.data -= group["lr"] * d
