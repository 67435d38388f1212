"""One rise and one long fall of the rate, for the whole of a training."""

import math

from nn.optim.lr_scheduler.momentum import require_momentum, set_momentum
from nn.optim.lr_scheduler.scheduler import LRScheduler
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_choice, check_share
from nn.sizes import check_sizes


class OneCycleLR(LRScheduler):
    """From max_lr/div_factor up to max_lr, then down to the first over final_div_factor.

    The rise takes `pct_start` of the `total_steps` (or epochs·steps_per_epoch), along half a cosine, or with
    anneal_strategy="linear" straight.  With `three_phase` the fall first mirrors the rise, and then goes on
    from the first rate.  With `cycle_momentum` the momentum, or β₁, goes from max_momentum to base_momentum
    and back (Smith and Topin, 2018).  Raises ValueError for a step beyond the last.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("OneCycleLR needs total_steps, or epochs and steps_per_epoch")
            check_sizes("OneCycleLR", 1, epochs=epochs, steps_per_epoch=steps_per_epoch)
            total_steps = epochs * steps_per_epoch
        check_sizes("OneCycleLR", 1, total_steps=total_steps)
        check_share(pct_start=pct_start)
        check_choice("anneal_strategy", anneal_strategy, ("cos", "linear"))
        self.max_lr, self.total_steps, self.anneal_strategy = max_lr, total_steps, anneal_strategy
        self.cycle_momentum, self.base_momentum, self.max_momentum = (
            cycle_momentum,
            base_momentum,
            max_momentum,
        )
        self.div_factor, self.final_div_factor = div_factor, final_div_factor
        # Where each phase ends, and between which two of (first, greatest, last rate) it goes.
        top = float(pct_start * total_steps) - 1
        self.phases = [(top, 0, 1), (total_steps - 1, 1, 2)]
        if three_phase:
            self.phases = [
                (top, 0, 1),
                (float(2 * pct_start * total_steps) - 2, 1, 0),
                (total_steps - 1, 0, 2),
            ]
        super().__init__(optimizer, last_epoch)

    def begin(self) -> None:
        if self.cycle_momentum:
            require_momentum("OneCycleLR", self.optimizer)
        if self.last_epoch == -1:
            greatest = self.of_each_group("max_lr", self.max_lr)
            for group, most in zip(self.optimizer.param_groups, greatest, strict=True):
                group["initial_lr"] = most / self.div_factor
        super().begin()

    def get_lr(self) -> list[float]:
        if self.last_epoch > self.total_steps:
            raise ValueError(
                f"OneCycleLR ends after {self.total_steps} steps, and this would be step {self.last_epoch}: "
                "give it a greater total_steps"
            )
        start, (end, before, after) = 0.0, self.phases[0]
        for phase in self.phases[1:]:
            if self.last_epoch > end:
                start, (end, before, after) = end, phase
        done = (self.last_epoch - start) / (end - start) if end > start else 1.0
        if self.cycle_momentum:
            for group, low, high in zip(
                self.optimizer.param_groups,
                self.of_each_group("base_momentum", self.base_momentum),
                self.of_each_group("max_momentum", self.max_momentum),
                strict=True,
            ):
                momenta = (high, low, high)
                set_momentum(group, self._between(momenta[before], momenta[after], done))
        rates = []
        for most in self.of_each_group("max_lr", self.max_lr):
            first = most / self.div_factor
            points = (first, most, first / self.final_div_factor)
            rates.append(self._between(points[before], points[after], done))
        return rates

    def _between(self, start: float, end: float, done: float) -> float:
        if self.anneal_strategy == "linear":
            return (end - start) * done + start
        return end + (start - end) / 2.0 * (math.cos(math.pi * done) + 1)
