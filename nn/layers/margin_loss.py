"""Losses of margins, and the distances that they measure, as modules."""

from typing import Any

import minigrad as mg
from nn import functional as F
from nn.layers.loss import Loss
from nn.module import Module


class HingeEmbeddingLoss(Loss):
    """Distances of what is alike (target 1), and how far the others (-1) are within the margin."""

    def __init__(self, margin: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin

    def forward(self, input: mg.Tensor, target: Any) -> mg.Tensor:
        return F.hinge_embedding_loss(input, target, self.margin, self.reduction)


class MarginRankingLoss(Loss):
    """max(0, margin - target·(input1 - input2)).  See nn.functional.margin_ranking_loss."""

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin

    def forward(self, input1: mg.Tensor, input2: mg.Tensor, target: Any) -> mg.Tensor:
        return F.margin_ranking_loss(input1, input2, target, self.margin, self.reduction)


class CosineEmbeddingLoss(Loss):
    """1 - cos of what is alike (target 1), max(0, cos - margin) of the others (-1)."""

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = margin

    def forward(self, input1: mg.Tensor, input2: mg.Tensor, target: Any) -> mg.Tensor:
        return F.cosine_embedding_loss(input1, input2, target, self.margin, self.reduction)


class TripletMarginLoss(Loss):
    """How far the positive is not nearer to the anchor than the negative by a margin.

    See nn.functional.triplet_margin_loss.
    """

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        self.margin = margin
        self.p = p
        self.eps = eps
        self.swap = swap

    def forward(self, anchor: mg.Tensor, positive: mg.Tensor, negative: mg.Tensor) -> mg.Tensor:
        options = (self.margin, self.p, self.eps, self.swap, self.reduction)
        return F.triplet_margin_loss(anchor, positive, negative, *options)


class CosineSimilarity(Module):
    """The cosine of the angle between vectors along `dim`."""

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        self.dim = dim
        self.eps = eps

    def forward(self, x1: mg.Tensor, x2: mg.Tensor) -> mg.Tensor:
        return F.cosine_similarity(x1, x2, self.dim, self.eps)


class PairwiseDistance(Module):
    """‖x1 - x2 + eps‖ₚ along the last axis."""

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        self.norm = p
        self.eps = eps
        self.keepdim = keepdim

    def forward(self, x1: mg.Tensor, x2: mg.Tensor) -> mg.Tensor:
        return F.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)
