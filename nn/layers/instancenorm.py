"""Instance normalisation: each channel of each example normalised by itself."""

from typing import ClassVar

import minigrad as mg
from nn import functional as F
from nn.layers.channelnorm import ChannelNorm


class _InstanceNorm(ChannelNorm):
    """Each channel of each example normalised by itself (Ulyanov et al., 2016).

    With affine=True `weight` (C,) starts at 1 and, unless bias=False, `bias` (C,) at 0.  With
    track_running_stats=True `running_mean` and `running_var` take, in training, a share `momentum` of the
    batch's, and stand in for each example's own in evaluation.  Raises ValueError for an input of other axes.
    """

    ndim: ClassVar[int]

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
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias=bias)

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        single = input.ndim == self.ndim - 1
        if (not single and input.ndim != self.ndim) or input.shape[0 if single else 1] != self.num_features:
            raise self._refused(input)
        out = F.instance_norm(
            input[None] if single else input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self._takes_statistics,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )
        return out[0] if single else out


class InstanceNorm1d(_InstanceNorm):
    __doc__ = f"Of (N, C, L) or (C, L): {_InstanceNorm.__doc__}"

    ndim = 3
    axes = "(N, C, L) or (C, L)"


class InstanceNorm2d(_InstanceNorm):
    __doc__ = f"Of (N, C, H, W) or (C, H, W): {_InstanceNorm.__doc__}"

    ndim = 4
    axes = "(N, C, H, W) or (C, H, W)"
