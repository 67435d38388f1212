"""Dropout."""

import minigrad as mg
from nn import functional as F
from nn import init
from nn.module import Module


class Dropout(Module):
    """In training, each element 0 with probability p, else divided by 1 - p; in evaluation nothing.

    Srivastava et al. (2014).  `rng` draws the masks.
    """

    def __init__(self, p: float = 0.5, *, rng: init.Rng = None) -> None:
        if not 0 <= p <= 1:
            raise ValueError(f"Dropout takes a probability between 0 and 1, and got {p}")
        self.p = p
        self.rng = init.generator(rng)

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return F.dropout(x, self.p, self.training, self.rng)

    def extra_repr(self) -> str:
        return f"p={self.p}"
