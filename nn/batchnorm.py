"""Batch normalisation: each channel normalised over the whole batch."""

from typing import ClassVar

import numpy as np

import minigrad as mg
from nn import functional as F
from nn.module import Module
from nn.normalization import ones_and_zeros
from nn.parameter import Parameter
from nn.sizes import check_sizes


class _BatchNorm(Module):
    """(x - mean)/√(var + eps)·weight + bias, of each channel over the batch (Ioffe and Szegedy, 2015).

    In training mean and variance are the batch's own, and `running_mean` and `running_var` take a share
    `momentum` of them (with None, they become the mean over all batches); in evaluation the running
    ones are used, or again the batch's with track_running_stats=False.  `weight` starts at 1 and
    `bias`, unless bias=False, at 0.  Raises ValueError for an input of other axes.
    """

    weight: Parameter | None
    bias: Parameter | None
    running_mean: np.ndarray | None
    running_var: np.ndarray | None
    num_batches_tracked: np.ndarray | None
    ndims: ClassVar[tuple[int, ...]]
    axes: ClassVar[str]

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
    ) -> None:
        check_sizes(type(self).__name__, 0, num_features=num_features)
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.register_parameter("weight", Parameter(np.ones(num_features, np.float32)) if affine else None)
        self.register_parameter(
            "bias", Parameter(np.zeros(num_features, np.float32)) if affine and bias else None
        )
        tracked = track_running_stats
        self.register_buffer("running_mean", np.zeros(num_features, np.float32) if tracked else None)
        self.register_buffer("running_var", np.ones(num_features, np.float32) if tracked else None)
        self.register_buffer("num_batches_tracked", np.array(0) if tracked else None)

    def reset_running_stats(self) -> None:
        """Mean 0, variance 1 and no batches, as at first."""
        if self.running_mean is not None and self.running_var is not None:
            self.running_mean[...], self.running_var[...] = 0, 1
        if self.num_batches_tracked is not None:
            self.num_batches_tracked[...] = 0

    def reset_parameters(self) -> None:
        """`weight` 1, `bias` 0 and the running statistics as at first."""
        self.reset_running_stats()
        ones_and_zeros(self.weight, self.bias)

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        if input.ndim not in self.ndims or input.shape[1] != self.num_features:
            raise ValueError(
                f"{type(self).__name__} of {self.num_features} features takes {self.axes}, and got "
                f"{input.shape}"
            )
        momentum = self.momentum
        batches = self.num_batches_tracked if self.training else None
        if momentum is None:
            momentum = 0.0 if batches is None else 1 / (int(batches) + 1)
        y = F.batch_norm(
            input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            momentum,
            self.eps,
        )
        if batches is not None:  # a batch that was refused does not count
            batches += 1
        return y

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.weight is not None}, track_running_stats={self.running_mean is not None}"
        )


class BatchNorm1d(_BatchNorm):
    __doc__ = f"Of (N, C) or (N, C, L): {_BatchNorm.__doc__}"

    ndims = (2, 3)
    axes = "(N, C) or (N, C, L)"


class BatchNorm2d(_BatchNorm):
    __doc__ = f"Of (N, C, H, W): {_BatchNorm.__doc__}"

    ndims = (4,)
    axes = "(N, C, H, W)"
