"""Losses as modules; each is the function of nn.functional that its line names."""

from typing import Any

import numpy as np

import minigrad as mg
from nn import functional as F
from nn.functional.reduction import check_reduction
from nn.module import Module


class Loss(Module):
    """`reduction` is "mean", "sum" or "none", or one of `more_reductions`."""

    more_reductions: tuple[str, ...] = ()

    def __init__(self, reduction: str = "mean") -> None:
        if reduction not in self.more_reductions:
            check_reduction(type(self).__name__, reduction)
        self.reduction = reduction


class MSELoss(Loss):
    """Mean of (input - target)², of equal shapes."""

    def forward(self, input: mg.Tensor, target: Any) -> mg.Tensor:
        return F.mse_loss(input, target, self.reduction)


class L1Loss(Loss):
    """Mean of |input - target|, of equal shapes."""

    def forward(self, input: mg.Tensor, target: Any) -> mg.Tensor:
        return F.l1_loss(input, target, self.reduction)


class SmoothL1Loss(Loss):
    """Squares of differences below `beta`, else their absolute values.  See nn.functional.smooth_l1_loss."""

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        self.beta = beta

    def forward(self, input: mg.Tensor, target: Any) -> mg.Tensor:
        return F.smooth_l1_loss(input, target, self.reduction, self.beta)


class HuberLoss(Loss):
    """Squares of differences below `delta`, else delta times their absolute values.

    See nn.functional.huber_loss.
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = delta

    def forward(self, input: mg.Tensor, target: Any) -> mg.Tensor:
        return F.huber_loss(input, target, self.reduction, self.delta)


class CrossEntropyLoss(Loss):
    """Cross-entropy in nats of scores (N, C, ...) against class numbers (N, ...).

    See nn.functional.cross_entropy.
    """

    weight: np.ndarray | None

    def __init__(
        self,
        weight: Any = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input: mg.Tensor, target: Any) -> mg.Tensor:
        options = (self.weight, self.ignore_index, self.reduction, self.label_smoothing)
        return F.cross_entropy(input, target, *options)


class NLLLoss(Loss):
    """-input[target] for logarithms of probabilities (N, C, ...).  See nn.functional.nll_loss."""

    weight: np.ndarray | None

    def __init__(self, weight: Any = None, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index

    def forward(self, input: mg.Tensor, target: Any) -> mg.Tensor:
        return F.nll_loss(input, target, self.weight, self.ignore_index, self.reduction)


class KLDivLoss(Loss):
    """target·(ln target - input), where `input` holds logarithms.  See nn.functional.kl_div."""

    more_reductions = ("batchmean",)

    def __init__(self, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction)
        self.log_target = log_target

    def forward(self, input: mg.Tensor, target: Any) -> mg.Tensor:
        return F.kl_div(input, target, self.reduction, self.log_target)


class BCELoss(Loss):
    """Cross-entropy of probabilities against targets from 0 to 1.  See nn.functional.binary_cross_entropy."""

    weight: np.ndarray | None

    def __init__(self, weight: Any = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.register_buffer("weight", weight)

    def forward(self, input: mg.Tensor, target: Any) -> mg.Tensor:
        return F.binary_cross_entropy(input, target, self.weight, self.reduction)


class BCEWithLogitsLoss(Loss):
    """Cross-entropy of sigmoid(input) against targets from 0 to 1, without overflow.

    See nn.functional.binary_cross_entropy_with_logits.
    """

    weight: np.ndarray | None
    pos_weight: np.ndarray | None

    def __init__(self, weight: Any = None, reduction: str = "mean", pos_weight: Any = None) -> None:
        super().__init__(reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: mg.Tensor, target: Any) -> mg.Tensor:
        options = (self.weight, self.reduction, self.pos_weight)
        return F.binary_cross_entropy_with_logits(input, target, *options)


class PoissonNLLLoss(Loss):
    """-ln of the Poisson probability of counts.  See nn.functional.poisson_nll_loss."""

    def __init__(
        self, log_input: bool = True, full: bool = False, eps: float = 1e-8, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction)
        self.log_input = log_input
        self.full = full
        self.eps = eps

    def forward(self, log_input: mg.Tensor, target: Any) -> mg.Tensor:
        return F.poisson_nll_loss(log_input, target, self.log_input, self.full, self.eps, self.reduction)


class GaussianNLLLoss(Loss):
    """-ln of the normal density of targets, given mean and variance.  See nn.functional.gaussian_nll_loss."""

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.full = full
        self.eps = eps

    def forward(self, input: mg.Tensor, target: Any, var: Any) -> mg.Tensor:
        return F.gaussian_nll_loss(input, target, var, self.full, self.eps, self.reduction)


class CTCLoss(Loss):
    """Loss of labels whose places in time are not known.

    See nn.functional.ctc_loss; time comes first, (T, N, C).
    """

    def __init__(self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False) -> None:
        super().__init__(reduction)
        self.blank = blank
        self.zero_infinity = zero_infinity

    def forward(
        self, log_probs: mg.Tensor, targets: Any, input_lengths: Any, target_lengths: Any
    ) -> mg.Tensor:
        options = (self.blank, self.reduction, self.zero_infinity)
        return F.ctc_loss(log_probs, targets, input_lengths, target_lengths, *options)
