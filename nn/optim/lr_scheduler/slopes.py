"""Rates on their way to an end: a share of the first for a while, a straight line, a power of it."""

from nn.optim.lr_scheduler.scheduler import LRScheduler
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_positive, check_share
from nn.sizes import check_sizes


def check_factor(name: str, factor: float) -> None:
    """Raise ValueError for a factor outside of (0, 1]."""
    check_share(**{name: factor})
    if factor == 0:
        raise ValueError(f"{name} must be above 0, since the rates are divided by it, and is {factor}")


class ConstantLR(LRScheduler):
    """The rate times `factor` before step `total_iters`, and the whole rate from there on."""

    def __init__(
        self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5, last_epoch: int = -1
    ) -> None:
        check_factor("factor", factor)
        check_sizes("ConstantLR", 0, total_iters=total_iters)
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.last_epoch == 0:
            return [rate * self.factor for rate in self.rates()]
        if self.last_epoch != self.total_iters:
            return self.rates()
        return [rate * (1 / self.factor) for rate in self.rates()]

    def closed_form(self) -> list[float]:
        share = 1.0 if self.last_epoch >= self.total_iters else self.factor
        return [base * share for base in self.base_lrs]


class LinearLR(LRScheduler):
    """The rate times start + (end - start)·t/T up to step T = `total_iters`, and times `end_factor` after."""

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        check_factor("start_factor", start_factor)
        check_share(end_factor=end_factor)
        check_sizes("LinearLR", 1, total_iters=total_iters)
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        start, rise = self.start_factor, self.end_factor - self.start_factor
        if self.last_epoch == 0:
            return [rate * start for rate in self.rates()]
        if self.is_first or self.last_epoch > self.total_iters:
            return self.rates()
        share = 1 + rise / (self.total_iters * start + (self.last_epoch - 1) * rise)
        return [rate * share for rate in self.rates()]

    def closed_form(self) -> list[float]:
        done = min(self.total_iters, self.last_epoch) / self.total_iters
        share = self.start_factor + (self.end_factor - self.start_factor) * done
        return [base * share for base in self.base_lrs]


class PolynomialLR(LRScheduler):
    """The rate times (1 - t/T)^power up to step T = `total_iters`, and 0 after."""

    def __init__(
        self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1
    ) -> None:
        check_sizes("PolynomialLR", 1, total_iters=total_iters)
        check_positive(power=power)
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.is_first or self.last_epoch > self.total_iters:
            return self.rates()
        left, before = (1.0 - t / self.total_iters for t in (self.last_epoch, self.last_epoch - 1))
        return [rate * (left / before) ** self.power for rate in self.rates()]

    def closed_form(self) -> list[float]:
        left = 1.0 - min(self.total_iters, self.last_epoch) / self.total_iters
        return [base * left**self.power for base in self.base_lrs]
