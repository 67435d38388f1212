"""Losses as modules."""

from typing import Any

import minigrad as mg
from nn import functional as F
from nn.module import Module


class CrossEntropyLoss(Module):
    """Cross-entropy in nats of scores (N, C, ...) against class numbers (N, ...).  See F.cross_entropy."""

    def __init__(
        self, ignore_index: int = -100, reduction: str = "mean", label_smoothing: float = 0.0
    ) -> None:
        self.ignore_index = ignore_index
        self.reduction = reduction
        self.label_smoothing = label_smoothing

    def forward(self, input: mg.Tensor, target: Any) -> mg.Tensor:
        return F.cross_entropy(input, target, self.ignore_index, self.reduction, self.label_smoothing)


class MSELoss(Module):
    """Mean of (input - target)², of equal shapes."""

    def __init__(self, reduction: str = "mean") -> None:
        self.reduction = reduction

    def forward(self, input: mg.Tensor, target: Any) -> mg.Tensor:
        return F.mse_loss(input, target, self.reduction)
