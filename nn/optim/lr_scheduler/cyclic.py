"""Rates that rise and fall in triangles."""

import math
from collections.abc import Callable

from nn.optim.lr_scheduler.momentum import require_momentum, set_momentum
from nn.optim.lr_scheduler.scheduler import LRScheduler
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_choice
from nn.sizes import check_sizes


class CyclicLR(LRScheduler):
    """Straight lines from base_lr up to max_lr in `step_size_up` steps, and down (Smith, 2017, section 3).

    The height of a triangle is the whole one ("triangular"), half of that before ("triangular2"), or
    gammaᵗ of it at step t ("exp_range"), unless `scale_fn` gives its share, a function of the cycle, from
    1 on, or with scale_mode="iterations" of the step.  With `cycle_momentum` the momentum, or β₁, falls
    from max_momentum to base_momentum while the rate rises.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | list[float],
        max_lr: float | list[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.8,
        max_momentum: float | list[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        down = step_size_up if step_size_down is None else step_size_down
        check_sizes("CyclicLR", 1, step_size_up=step_size_up, step_size_down=down)
        check_choice("mode", mode, ("triangular", "triangular2", "exp_range"))
        check_choice("scale_mode", scale_mode, ("cycle", "iterations"))
        self.base_lr, self.max_lr = base_lr, max_lr
        self.total_size, self.step_ratio = (
            float(step_size_up + down),
            step_size_up / float(step_size_up + down),
        )
        self.mode, self.gamma, self.scale_fn, self.scale_mode = mode, gamma, scale_fn, scale_mode
        self.cycle_momentum, self.base_momentum, self.max_momentum = (
            cycle_momentum,
            base_momentum,
            max_momentum,
        )
        super().__init__(optimizer, last_epoch)

    def begin(self) -> None:
        if self.cycle_momentum:
            require_momentum("CyclicLR", self.optimizer)
        if self.last_epoch == -1:
            lows = self.of_each_group("base_lr", self.base_lr)
            for group, low in zip(self.optimizer.param_groups, lows, strict=True):
                group["lr"] = low
        super().begin()

    def get_lr(self) -> list[float]:
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle  # of the cycle
        share = x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)
        share *= self._scale(cycle)
        if self.cycle_momentum:
            for group, low, high in zip(
                self.optimizer.param_groups,
                self.of_each_group("base_momentum", self.base_momentum),
                self.of_each_group("max_momentum", self.max_momentum),
                strict=True,
            ):
                set_momentum(group, high - (high - low) * share)
        lows, highs = self.of_each_group("base_lr", self.base_lr), self.of_each_group("max_lr", self.max_lr)
        return [low + (high - low) * share for low, high in zip(lows, highs, strict=True)]

    def _scale(self, cycle: int) -> float:
        """The height of this triangle, or of this step."""
        if self.scale_fn is not None:
            return self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.mode == "exp_range":
            return self.gamma**self.last_epoch
        return 1.0 if self.mode == "triangular" else 1 / 2.0 ** (cycle - 1)
