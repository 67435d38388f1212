"""Instance normalisation: each channel of each example normalised by itself."""

from typing import ClassVar

import numpy as np

import minigrad as mg
from nn import functional as F
from nn.module import Module
from nn.normalization import ones_and_zeros
from nn.parameter import Parameter
from nn.sizes import check_sizes


class _InstanceNorm(Module):
    """Each channel of each example normalised by itself (Ulyanov et al., 2016).

    With affine=True `weight` (C,) starts at 1 and, unless bias=False, `bias` (C,) at 0.  With
    track_running_stats=True `running_mean` and `running_var` take, in training, a share `momentum` of the
    batch's, and stand in for each example's own in evaluation.  Raises ValueError for an input of other axes.
    """

    weight: Parameter | None
    bias: Parameter | None
    running_mean: np.ndarray | None
    running_var: np.ndarray | None
    num_batches_tracked: np.ndarray | None
    ndim: ClassVar[int]
    axes: ClassVar[str]

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
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
        single = input.ndim == self.ndim - 1
        if (not single and input.ndim != self.ndim) or input.shape[0 if single else 1] != self.num_features:
            raise ValueError(
                f"{type(self).__name__} of {self.num_features} features takes {self.axes}, and got "
                f"{input.shape}"
            )
        out = F.instance_norm(
            input[None] if single else input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )
        return out[0] if single else out

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.weight is not None}, track_running_stats={self.running_mean is not None}"
        )


class InstanceNorm1d(_InstanceNorm):
    __doc__ = f"Of (N, C, L) or (C, L): {_InstanceNorm.__doc__}"

    ndim = 3
    axes = "(N, C, L) or (C, L)"


class InstanceNorm2d(_InstanceNorm):
    __doc__ = f"Of (N, C, H, W) or (C, H, W): {_InstanceNorm.__doc__}"

    ndim = 4
    axes = "(N, C, H, W) or (C, H, W)"
