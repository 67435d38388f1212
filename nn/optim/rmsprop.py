"""Steps divided by the root of a running mean of the squared gradient."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from nn.optim.averages import approach, approach_square, decayed, root, subtract_ratio
from nn.optim.groups import Group
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_named, check_share
from nn.parameter import Parameter


class RMSprop(Optimizer):
    """Steps scaled by a running mean of the squared gradient (Tieleman and Hinton, 2012, lecture 6e).

    v ← α·v + (1 - α)·g²;  θ ← θ - lr·g/(√v + eps).
    `centered` takes the variance v - m² for v, m ← α·m + (1 - α)·g (Graves, 2013, equations 38 to 41).
    With momentum μ: b ← μ·b + g/(√v + eps);  θ ← θ - lr·b.
    Weight decay λ is added to the gradient, g + λ·θ.  `maximize` takes -g for g.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        settings = {"lr": lr, "alpha": alpha, "eps": eps, "weight_decay": weight_decay}
        super().__init__(
            params, {**settings, "momentum": momentum, "centered": centered, "maximize": maximize}
        )

    def check(self, settings: Mapping[str, Any]) -> None:
        check_named(settings, "lr", "eps", "weight_decay", "momentum")
        check_share(alpha=settings["alpha"])

    def state_names(self, group: Group) -> tuple[str, ...]:
        momentum = ("momentum_buffer",) if group["momentum"] else ()
        mean = ("grad_avg",) if group["centered"] else ()
        return "step", "square_avg", *momentum, *mean

    def update(self, p: Parameter, g: np.ndarray, state: dict[str, Any], group: Group) -> None:
        self.begin(state, p, group)
        alpha, lr, v = float(group["alpha"]), float(group["lr"]), state["square_avg"]
        g = decayed(g, p.data, group["weight_decay"])
        approach_square(v, g, alpha)
        if group["centered"]:
            m = state["grad_avg"]
            approach(m, g, alpha)
            v = v - m * m
        under = root(v, group["eps"])
        if not group["momentum"]:
            subtract_ratio(p.data, lr, g, under)
            return
        b = state["momentum_buffer"]
        b *= group["momentum"]
        b += np.divide(g, under, out=under)
        p.data -= lr * b
