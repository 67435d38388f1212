"""The schedule that leads to a constant rate, at which weights are averaged."""

import math

from nn.optim.lr_scheduler import LRScheduler
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_choice
from nn.sizes import check_sizes


class SWALR(LRScheduler):
    """From the rate now to `swa_lr` in `anneal_epochs` steps, along half a cosine or straight ("linear").

    swa_lr·α + lr₀·(1 - α), α from 0 to 1 (Izmailov et al., 2018, section 3.1); `swa_lr` also as a list of one
    for each group.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float | list[float],
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        check_choice("anneal_strategy", anneal_strategy, ("cos", "linear"))
        check_sizes("SWALR", 0, anneal_epochs=anneal_epochs)
        self.swa_lr, self.anneal_epochs, self.anneal_strategy = swa_lr, anneal_epochs, anneal_strategy
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        step = self.last_epoch if self.anneal_epochs else max(1, self.last_epoch)
        before, now = self._share(step - 1), self._share(step)
        ends = self.of_each_group("swa_lr", self.swa_lr)
        starts = [
            end if before == 1 else (rate - before * end) / (1 - before)
            for rate, end in zip(self.rates(), ends, strict=True)
        ]
        return [end * now + start * (1 - now) for start, end in zip(starts, ends, strict=True)]

    def _share(self, step: int) -> float:
        """α at a step."""
        t = max(0, min(1, step / max(1, self.anneal_epochs)))
        return t if self.anneal_strategy == "linear" else (1 - math.cos(math.pi * t)) / 2
