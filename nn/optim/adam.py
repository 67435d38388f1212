"""Adam, and Adam with decoupled weight decay."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

import minigrad as mg
from nn.optim.averages import approach, approach_square, decayed, root, shrink, subtract_ratio
from nn.optim.groups import Group
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_betas, check_named
from nn.parameter import Parameter


class Adam(Optimizer):
    """Steps scaled by running averages of the gradient and its square (Kingma and Ba, 2015, algorithm 1).

    m ← β₁·m + (1 - β₁)·g;  v ← β₂·v + (1 - β₂)·g²;
    θ ← θ - lr·m̂/(√v̂ + eps), m̂ = m/(1 - β₁ᵗ), v̂ = v/(1 - β₂ᵗ).
    Weight decay λ is added to the gradient, g + λ·θ; AdamW does otherwise.  `amsgrad` divides by the
    greatest v so far (Reddi et al., 2018, algorithm 2); `maximize` takes -g for g.
    """

    decoupled = False

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        settings = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**settings, "amsgrad": amsgrad, "maximize": maximize})

    def check(self, settings: Mapping[str, Any]) -> None:
        check_named(settings, "lr", "eps", "weight_decay")
        check_betas(settings["betas"])
        if settings.get("decoupled_weight_decay", self.decoupled) != self.decoupled:  # as PyTorch saves it
            raise ValueError(
                "Adam adds weight decay to the gradient and AdamW shrinks the weights by it, and this state "
                f"is of the other: load it into {'Adam' if self.decoupled else 'AdamW'}"
            )

    def state_names(self, group: Group) -> tuple[str, ...]:
        greatest = ("max_exp_avg_sq",) if group["amsgrad"] else ()
        return "step", "exp_avg", "exp_avg_sq", *greatest

    def update(self, p: Parameter, g: np.ndarray, state: dict[str, Any], group: Group) -> None:
        self.begin(state, p, group)
        lr, betas, decay = float(group["lr"]), group["betas"], float(group["weight_decay"])
        if group["amsgrad"]:
            self._update_by_greatest(p, g, state, group)
            return
        mg.kernels.adam(
            p.data, g, state["exp_avg"], state["exp_avg_sq"], betas,
            keep=1 - lr * decay if self.decoupled else 1.0,
            decay=0.0 if self.decoupled else decay,
            rate=lr / (1 - betas[0] ** state["step"]),
            root=1 / math.sqrt(1 - betas[1] ** state["step"]),
            eps=group["eps"],
        )  # fmt: skip

    def _update_by_greatest(self, p: Parameter, g: np.ndarray, state: dict[str, Any], group: Group) -> None:
        """The update of AMSGrad: v̂ of the greatest v so far."""
        lr, (beta1, beta2), decay = float(group["lr"]), group["betas"], float(group["weight_decay"])
        if self.decoupled:
            shrink(p.data, lr, decay)
        else:
            g = decayed(g, p.data, decay)
        m, v, greatest = state["exp_avg"], state["exp_avg_sq"], state["max_exp_avg_sq"]
        approach(m, g, beta1)
        approach_square(v, g, beta2)
        np.maximum(greatest, v, out=greatest)
        under = root(greatest, group["eps"], scale=(1 - beta2 ** state["step"]) ** -0.5)
        subtract_ratio(p.data, lr / (1 - beta1 ** state["step"]), m, under)


class AdamW(Adam):
    """Adam whose weight decay shrinks θ directly: θ ← θ - lr·λ·θ.

    Loshchilov and Hutter (2019), algorithm 2.
    """

    decoupled = True

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)
