"""The schedule that most Transformers are trained by."""

import math

from nn.optim.lr_scheduler.functions import LambdaLR
from nn.optim.optimizer import Optimizer


class WarmupCosineLR(LambdaLR):
    """Linear from 0 to the full rate in `warmup_steps`, then half a cosine down to `final` of it.

    At step t < w: (t + 1)/w;  after: final + (1 - final)·(1 + cos(π·(t - w)/(total - w)))/2
    (Loshchilov and Hutter, 2017, equation 5), and `final` beyond the end.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        warmup_steps: int,
        total_steps: int,
        final: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        if not 0 <= warmup_steps <= total_steps:
            raise ValueError(
                f"warmup_steps must be from 0 to total_steps {total_steps}, and is {warmup_steps}"
            )

        def share(step: int) -> float:
            if step < warmup_steps:
                return (step + 1) / warmup_steps
            done = min((step - warmup_steps) / max(total_steps - warmup_steps, 1), 1.0)
            return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * done))

        super().__init__(optimizer, share, last_epoch)
