"""Losses of margins: what is alike should be nearer than what is not.  At a margin the slope counts."""

from typing import Any

import minigrad as mg
from nn.functional.distance import pairwise_distance
from nn.functional.reduction import matched, reduced


def hinge_embedding_loss(input: Any, target: Any, margin: float = 1.0, reduction: str = "mean") -> mg.Tensor:
    """x where the target is 1, max(0, margin - x) where it is -1: `input` holds distances."""
    target = matched("hinge_embedding_loss", input, target)
    alike = mg.where(target != -1, input, 0.0)
    unlike = mg.where(target != 1, mg.clip(margin - input, 0), 0.0)
    return reduced(alike + unlike, reduction)


def margin_ranking_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean"
) -> mg.Tensor:
    """max(0, margin - target·(input1 - input2)): target 1 wants input1 the greater, -1 the lesser."""
    matched("margin_ranking_loss", input1, input2)
    target = matched("margin_ranking_loss", input1, target)
    return reduced(mg.clip(margin - target * (input1 - input2), 0), reduction)


def cosine_embedding_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean"
) -> mg.Tensor:
    """1 - cos where the target is 1, max(0, cos - margin) where it is -1: cos of (N, D) or (D,) vectors."""
    matched("cosine_embedding_loss", input1, input2)
    if not input1.shape:
        raise ValueError("cosine_embedding_loss takes vectors, (N, D) or (D,), and got two numbers")
    squares = [mg.sum(mg.square(x), axis=-1) + 1e-12 for x in (input1, input2)]
    cosine = mg.sum(input1 * input2, axis=-1) / mg.sqrt(squares[0] * squares[1])
    target = matched("cosine_embedding_loss", cosine, target)
    alike = mg.where(target == 1, 1 - cosine, 0.0)
    return reduced(alike + mg.where(target == -1, mg.clip(cosine - margin, 0), 0.0), reduction)


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> mg.Tensor:
    """max(0, ‖anchor - positive‖ₚ - ‖anchor - negative‖ₚ + margin) (Balntas et al., 2016).

    With `swap` the negative's distance is the lesser of those from the anchor and from the positive.
    """
    matched("triplet_margin_loss", anchor, positive)
    matched("triplet_margin_loss", anchor, negative)
    far = pairwise_distance(anchor, negative, p, eps)
    if swap:
        far = mg.minimum(far, pairwise_distance(positive, negative, p, eps))
    return reduced(mg.clip(pairwise_distance(anchor, positive, p, eps) - far + margin, 0), reduction)
