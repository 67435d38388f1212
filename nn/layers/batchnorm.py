"""Batch normalisation: each channel normalised over the whole batch."""

from typing import ClassVar

import minigrad as mg
from nn import functional as F
from nn.layers.channelnorm import ChannelNorm


class _BatchNorm(ChannelNorm):
    """(x - mean)/√(var + eps)·weight + bias, of each channel over the batch (Ioffe and Szegedy, 2015).

    In training mean and variance are the batch's own, and `running_mean` and `running_var` take a share
    `momentum` of them (with None, they become the mean over all batches); in evaluation the running
    ones are used, or again the batch's with track_running_stats=False.  `weight` starts at 1 and
    `bias`, unless bias=False, at 0.  Raises ValueError for an input of other axes.
    """

    ndims: ClassVar[tuple[int, ...]]

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        if input.ndim not in self.ndims or input.shape[1] != self.num_features:
            raise self._refused(input)
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
            self._takes_statistics,
            momentum,
            self.eps,
        )
        if batches is not None:  # a batch that was refused does not count
            batches += 1
        return y


class BatchNorm1d(_BatchNorm):
    __doc__ = f"Of (N, C) or (N, C, L): {_BatchNorm.__doc__}"

    ndims = (2, 3)
    axes = "(N, C) or (N, C, L)"


class BatchNorm2d(_BatchNorm):
    __doc__ = f"Of (N, C, H, W): {_BatchNorm.__doc__}"

    ndims = (4,)
    axes = "(N, C, H, W)"
