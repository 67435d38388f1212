"""Rates that fall when a metric no longer gets better."""

import math
from typing import Any, ClassVar

from nn.optim.lr_scheduler.scheduler import LRScheduler
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_choice, check_positive
from nn.sizes import check_sizes


class ReduceLROnPlateau(LRScheduler):
    """The rate times `factor` after more than `patience` calls of step(metric) that are not the best so far.

    Best is lowest, or with mode="max" highest, by a share `threshold` of the best before, or with
    threshold_mode="abs" by that number.  After a fall, `cooldown` calls are not counted.  No rate falls below
    `min_lr`, one for each group or for all, and none by less than `eps`.
    """

    kept: ClassVar[tuple[str, ...]] = ("last_lr", "best", "num_bad_epochs", "cooldown_counter")

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | list[float] = 0,
        eps: float = 1e-8,
    ) -> None:
        check_positive(factor=factor, threshold=threshold, eps=eps)
        if factor >= 1:
            raise ValueError(f"factor must be below 1, and is {factor}")
        check_choice("mode", mode, ("min", "max"))
        check_choice("threshold_mode", threshold_mode, ("rel", "abs"))
        check_sizes("ReduceLROnPlateau", 0, patience=patience, cooldown=cooldown)
        self.mode, self.factor, self.patience, self.cooldown = mode, factor, patience, cooldown
        self.threshold, self.threshold_mode, self.min_lr, self.eps = threshold, threshold_mode, min_lr, eps
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = 0
        super().__init__(optimizer)

    def get_lr(self) -> list[float]:
        for bound in self.of_each_group("min_lr", self.min_lr):
            check_positive(min_lr=bound)
        return self.rates()

    def step(self, metrics: Any) -> None:  # type: ignore[override]
        """Take in the metric of another epoch."""
        self.last_epoch += 1
        current = float(metrics)
        if self._is_better(current):
            self.best, self.num_bad_epochs = current, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._reduce()
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
        self.last_lr = self.rates()

    def _reduce(self) -> None:
        least = self.of_each_group("min_lr", self.min_lr)
        for group, bound in zip(self.optimizer.param_groups, least, strict=True):
            new = max(group["lr"] * self.factor, bound)
            if group["lr"] - new > self.eps:
                group["lr"] = new

    def _is_better(self, current: float) -> bool:
        less = -self.threshold if self.mode == "min" else self.threshold
        bound = self.best * (1.0 + less) if self.threshold_mode == "rel" else self.best + less
        return current < bound if self.mode == "min" else current > bound
