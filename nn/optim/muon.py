"""Momentum made orthogonal: matrices that turn all directions of their input alike."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from nn.optim.averages import approach, shrink
from nn.optim.groups import Group
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_choice, check_named
from nn.parameter import Parameter

Coefficients = tuple[float, float, float]


class Muon(Optimizer):
    """Momentum with its singular values set near 1, for the matrices of hidden layers (Jordan, 2024).

    b ← μ·b + (1 - μ)·g;  d = b, or (1 - μ)·g + μ·b if `nesterov`;
    θ ← (1 - lr·λ)·θ - lr·s·O, O the `orthogonal` of d, which is (A, B) as θ is.
    s = √max(1, A/B), or 0.2·√max(A, B) with adjust_lr_fn="match_rms_adamw", so that learning rates and
    weight decay of AdamW do for it (Liu et al., 2025, section 2.2).
    Embeddings, biases and the last layer are for AdamW.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: Coefficients = (3.4445, -4.775, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
    ) -> None:
        settings = {"lr": lr, "weight_decay": weight_decay, "momentum": momentum, "nesterov": nesterov}
        iteration = {"ns_coefficients": ns_coefficients, "eps": eps, "ns_steps": ns_steps}
        super().__init__(params, {**settings, **iteration, "adjust_lr_fn": adjust_lr_fn})

    def check(self, settings: Mapping[str, Any]) -> None:
        check_named(settings, "lr", "weight_decay", "momentum", "eps", "ns_steps")
        check_choice("adjust_lr_fn", settings["adjust_lr_fn"], (None, "original", "match_rms_adamw"))
        coefficients = settings["ns_coefficients"]
        if not isinstance(coefficients, (tuple, list)) or len(coefficients) != 3:
            raise ValueError(f"ns_coefficients are three numbers, of x, x³ and x⁵, and are {coefficients}")

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        super().add_param_group(param_group)
        wrong = next((p for p in self.param_groups[-1]["params"] if p.ndim != 2), None)
        if wrong is not None:
            self.param_groups.pop()
            raise ValueError(
                f"Muon updates matrices, and got a parameter of shape {wrong.shape}: give those of two axes "
                "to Muon, and the others to AdamW"
            )

    def state_names(self, group: Group) -> tuple[str, ...]:
        return ("momentum_buffer",)

    def update(self, p: Parameter, g: np.ndarray, state: dict[str, Any], group: Group) -> None:
        self.begin(state, p, group)
        lr, momentum, b = float(group["lr"]), float(group["momentum"]), state["momentum_buffer"]
        approach(b, g, momentum)
        d = (1 - momentum) * g + momentum * b if group["nesterov"] else b
        change = orthogonal(d, group["ns_coefficients"], group["ns_steps"], group["eps"])
        rows, columns = p.shape
        if group["adjust_lr_fn"] == "match_rms_adamw":
            scale = 0.2 * math.sqrt(max(rows, columns))
        else:
            scale = math.sqrt(max(1, rows / max(columns, 1)))
        shrink(p.data, lr, group["weight_decay"])
        p.data -= (lr * scale) * change


def orthogonal(x: np.ndarray, coefficients: Coefficients, steps: int, eps: float) -> np.ndarray:
    """About U·Vᵀ of x = U·S·Vᵀ, (A, B), by Newton and Schulz: its singular values come to about 1 ± 0.3.

    x ← x/max(‖x‖, eps);  `steps` times x ← a·x + (b·G + c·G²)·x, G = x·xᵀ, which takes each singular value
    σ to a·σ + b·σ³ + c·σ⁵ (Jordan, 2024).  PyTorch computes it in bfloat16, this in the dtype of x.
    """
    a, b, c = map(float, coefficients)
    wide = x.T if x.shape[0] > x.shape[1] else x  # so that x·xᵀ is the smaller one
    wide = wide / max(float(np.linalg.norm(wide)), eps)
    for _ in range(steps):
        gram = wide @ wide.T
        wide = a * wide + (b * gram + c * (gram @ gram)) @ wide
    return wide.T if x.shape[0] > x.shape[1] else wide
