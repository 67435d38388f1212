"""Rates that fall along half a cosine, once and again."""

import math
from typing import ClassVar

from nn.optim.lr_scheduler.scheduler import LRScheduler
from nn.optim.optimizer import Optimizer
from nn.optim.settings import check_positive
from nn.sizes import check_sizes


class CosineAnnealingLR(LRScheduler):
    """eta_min + (base - eta_min)·(1 + cos(π·t/T_max))/2: down in T_max steps, and up again after.

    Loshchilov and Hutter (2017), equation 5, without the restarts.
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        check_sizes("CosineAnnealingLR", 1, T_max=T_max)
        check_positive(eta_min=eta_min)
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.is_first:
            return self.rates()
        t, whole, least = self.last_epoch, self.T_max, self.eta_min
        if (t - 1 - whole) % (2 * whole) == 0:  # from the lowest, of which no share could be taken
            rise = (1 - math.cos(math.pi / whole)) / 2
            return [
                rate + (base - least) * rise for base, rate in zip(self.base_lrs, self.rates(), strict=True)
            ]
        share = (1 + math.cos(math.pi * t / whole)) / (1 + math.cos(math.pi * (t - 1) / whole))
        return [share * (rate - least) + least for rate in self.rates()]

    def closed_form(self) -> list[float]:
        return annealed(self.base_lrs, self.eta_min, self.last_epoch / self.T_max)


class CosineAnnealingWarmRestarts(LRScheduler):
    """Half a cosine from the first rate down to eta_min in T_i steps, then from the top again.

    T_i is `T_0` at first, and `T_mult` times as long after each restart (Loshchilov and Hutter, 2017,
    equation 5 and section 3).  `step(epoch)` goes to a step, or to a point between two.
    """

    kept: ClassVar[tuple[str, ...]] = (*LRScheduler.kept, "T_cur", "T_i")

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        check_sizes("CosineAnnealingWarmRestarts", 1, T_0=T_0, T_mult=T_mult)
        check_positive(eta_min=eta_min)
        self.T_0, self.T_mult, self.eta_min = T_0, T_mult, eta_min
        self.T_i, self.T_cur = T_0, float(last_epoch)
        super().__init__(optimizer, last_epoch)

    def step(self, epoch: float | None = None) -> None:
        """Advance to the next step, or to `epoch`."""
        if epoch is None:
            super().step()
        else:
            check_positive(epoch=epoch)
            self._go_to(epoch)

    def advance(self) -> None:
        if self.last_epoch < 0:
            self._go_to(0)
            return
        self.last_epoch += 1
        self.T_cur += 1
        if self.T_cur >= self.T_i:
            self.T_cur %= self.T_i
            self.T_i *= self.T_mult
        self.take_up_groups()
        self.set_rates(self.get_lr())

    def restart(self) -> None:
        self._go_to(0)

    def get_lr(self) -> list[float]:
        return annealed(self.base_lrs, self.eta_min, self.T_cur / self.T_i)

    def _go_to(self, epoch: float) -> None:
        self.T_i, self.T_cur = self.T_0, epoch
        if epoch >= self.T_0 and self.T_mult == 1:
            self.T_cur = epoch % self.T_0
        elif epoch >= self.T_0:
            restarts = int(math.log(epoch / self.T_0 * (self.T_mult - 1) + 1, self.T_mult))
            self.T_cur = epoch - self.T_0 * (self.T_mult**restarts - 1) / (self.T_mult - 1)
            self.T_i = self.T_0 * self.T_mult**restarts
        self.last_epoch = math.floor(epoch)
        self.take_up_groups()
        self.set_rates(self.get_lr())


def annealed(base_lrs: list[float], least: float, done: float) -> list[float]:
    """Half a cosine from each rate down to `least`, `done` of it being over."""
    return [least + (base - least) * (1 + math.cos(math.pi * done)) / 2 for base in base_lrs]
