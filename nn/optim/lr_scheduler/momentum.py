"""Momentum that changes with the learning rate: μ of SGD and its like, β₁ of Adam and its like."""

from typing import Any

from nn.optim.optimizer import Optimizer


def require_momentum(owner: str, optimizer: Optimizer) -> None:
    """Raise ValueError for an optimiser that has none."""
    if not {"momentum", "betas"} & optimizer.defaults.keys():
        raise ValueError(
            f"{owner} changes the momentum as well, which {type(optimizer).__name__} has not: write "
            "cycle_momentum=False"
        )


def set_momentum(group: dict[str, Any], momentum: float) -> None:
    if "betas" in group:
        group["betas"] = (momentum, *group["betas"][1:])
    else:
        group["momentum"] = momentum
