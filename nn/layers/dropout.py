"""Dropout, of elements and of channels."""

import minigrad as mg
from nn import functional as F
from nn import init
from nn.functional.inplace import refuse_inplace
from nn.module import Module


class _Dropout(Module):
    """Holds the probability `p`, and `rng`, which draws the masks."""

    def __init__(self, p: float = 0.5, inplace: bool = False, *, rng: init.Rng = None) -> None:
        refuse_inplace("dropout", inplace)
        if not 0 <= p <= 1:
            raise ValueError(f"{type(self).__name__} takes a probability between 0 and 1, and got {p}")
        self.p = p
        self.rng = init.generator(rng)

    def extra_repr(self) -> str:
        return f"p={self.p}"


class Dropout(_Dropout):
    """In training, each element 0 with probability p, else divided by 1 - p; in evaluation nothing.

    Srivastava et al. (2014).  `rng` draws the masks.
    """

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.dropout(input, self.p, self.training, rng=self.rng)


class Dropout1d(_Dropout):
    """In training, each channel of (N, C, L) 0 with probability p, else divided by 1 - p."""

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.dropout1d(input, self.p, self.training, rng=self.rng)


class Dropout2d(_Dropout):
    """In training, each channel of (N, C, H, W) 0 with probability p, else divided by 1 - p.

    Tompson et al. (2015).
    """

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.dropout2d(input, self.p, self.training, rng=self.rng)


class AlphaDropout(_Dropout):
    """Dropout that keeps mean 0 and variance 1, to stand after SELU (Klambauer et al., 2017)."""

    def forward(self, input: mg.Tensor) -> mg.Tensor:
        return F.alpha_dropout(input, self.p, self.training, rng=self.rng)
