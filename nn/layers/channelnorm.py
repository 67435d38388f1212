"""What batch and instance normalisation share: a scale and a shift per channel, and running statistics."""

from typing import ClassVar

import numpy as np

import minigrad as mg
from nn.layers.normalization import ones_and_zeros
from nn.module import Module
from nn.parameter import Parameter
from nn.sizes import check_sizes


class ChannelNorm(Module):
    """`weight` and `bias` (C,), `running_mean` and `running_var` (C,), each None where it is not wanted."""

    weight: Parameter | None
    bias: Parameter | None
    running_mean: np.ndarray | None
    running_var: np.ndarray | None
    num_batches_tracked: np.ndarray | None
    axes: ClassVar[str]  # the shapes that it takes, for the sentence of an error

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

    @property
    def _takes_statistics(self) -> bool:
        """Whether the input's own mean and variance normalise it, rather than the running ones."""
        return self.training or self.running_mean is None

    def _refused(self, input: mg.Tensor) -> ValueError:
        return ValueError(
            f"{type(self).__name__} of {self.num_features} features takes {self.axes}, and got {input.shape}"
        )

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.weight is not None}, track_running_stats={self.running_mean is not None}"
        )
