"""Steps divided by the root of the sum of all squared gradients."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from nn.optim.averages import decayed, root, subtract_ratio
from nn.optim.groups import Group
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_named
from nn.parameter import Parameter


class Adagrad(Optimizer):
    """Steps that shrink by the sum of the squared gradients so far (Duchi et al., 2011, section 1.1).

    s ← s + g²;  θ ← θ - lr/(1 + (t - 1)·lr_decay)·g/(√s + eps), s = initial_accumulator_value at first.
    Weight decay λ is added to the gradient, g + λ·θ.  `maximize` takes -g for g.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
    ) -> None:
        settings = {"lr": lr, "lr_decay": lr_decay, "weight_decay": weight_decay, "eps": eps}
        first = {"initial_accumulator_value": initial_accumulator_value}
        super().__init__(params, {**settings, **first, "maximize": maximize})

    def check(self, settings: Mapping[str, Any]) -> None:
        check_named(settings, "lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps")

    def state_names(self, group: Group) -> tuple[str, ...]:
        return "step", "sum"

    def update(self, p: Parameter, g: np.ndarray, state: dict[str, Any], group: Group) -> None:
        is_first = not state
        self.begin(state, p, group)
        if is_first:
            state["sum"] += group["initial_accumulator_value"]
        g = decayed(g, p.data, group["weight_decay"])
        state["sum"] += g * g
        rate = float(group["lr"]) / (1 + (state["step"] - 1) * group["lr_decay"])
        subtract_ratio(p.data, rate, g, root(state["sum"], group["eps"]))
