"""What all schedules share: the rates at first, the step reached, saving it."""

import warnings
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from nn.constructors import check_arguments
from nn.optim.lr_scheduler.loading import check_state, for_each_group
from nn.optim.optimizer import Optimizer


class LRScheduler:
    """Learning rates that change from step to step: `schedule.step()` after each `optimizer.step()`.

    A schedule is made with its first rate set.  One of one's own gives the rate of each group at the step
    `last_epoch` in `get_lr`, from `base_lrs`, the rates at first, or from the rates now, which lets schedules
    be chained; `closed_form` gives it from the rates at first alone, where that is another formula.
    With `last_epoch` it continues from there, over an optimiser whose state has been loaded.
    """

    kept: ClassVar[tuple[str, ...]] = ("base_lrs", "last_lr")  # what its state holds besides last_epoch

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        if args or kwargs:
            check_arguments(cls, args, kwargs)
        return super().__new__(cls)

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(
                f"a schedule is of an optimiser's learning rates, and got a {type(optimizer).__name__}"
            )
        if last_epoch >= 0 and not all("initial_lr" in group for group in optimizer.param_groups):
            raise ValueError(
                f"a schedule that continues from last_epoch={last_epoch} needs the rates that it began with, "
                "and this optimiser has none: load the optimiser's state before, or leave last_epoch at -1"
            )
        self.optimizer, self.last_epoch = optimizer, last_epoch
        self.base_lrs: list[float] = []
        self.last_lr: list[float] = []
        self.is_first = False  # while the first rate is set
        self._steps = 0
        self.begin()

    def step(self) -> None:
        """Advance to the next step."""
        if not self._steps and not self.optimizer.stepped:
            warnings.warn(
                "the schedule's step() came before the first step() of the optimiser, so that its first rate "
                "is never used: write optimizer.step(), then schedule.step()",
                stacklevel=2,
            )
        self._steps += 1
        self.advance()

    def get_last_lr(self) -> list[float]:
        """The learning rate of each group that this schedule has set last."""
        return list(self.last_lr)

    # -- what each schedule writes ----------------------------------------------------------------

    def get_lr(self) -> list[float]:
        """The rate of each group at the step `last_epoch`; those of the step before are in the groups."""
        raise NotImplementedError(f"{type(self).__name__} has no get_lr: define `def get_lr(self): ...`")

    def closed_form(self) -> list[float]:
        """The same from `base_lrs` alone."""
        return self.get_lr()

    # -- what schedules of schedules call ---------------------------------------------------------

    def begin(self) -> None:
        """Set the first rate."""
        self.is_first = True
        self.advance()
        self.is_first = False

    def advance(self) -> None:
        """A step, whatever came before."""
        self.take_up_groups()
        self.last_epoch += 1
        self.set_rates(self.get_lr())

    def restart(self) -> None:
        """Set the rate of step 0, whatever the rates are now."""
        self.take_up_groups()
        self.last_epoch = 0
        self.set_rates(self.closed_form())

    def undo(self) -> None:
        """Count a step less."""
        self.last_epoch -= 1

    def take_up_groups(self) -> None:
        """The rates at first, also of groups that came later."""
        for group in self.optimizer.param_groups[len(self.base_lrs) :]:
            group.setdefault("initial_lr", group["lr"])
            self.base_lrs.append(group["initial_lr"])

    def set_rates(self, rates: list[float]) -> None:
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate
        self.last_lr = list(rates)

    def rates(self) -> list[float]:
        """Of the groups now."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def of_each_group(self, name: str, value: Any) -> list[Any]:
        """A setting, or a list of one for each group."""
        return for_each_group(type(self).__name__, name, value, len(self.optimizer.param_groups))

    # -- saving and loading -----------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """The step reached, and the numbers that the next depends on; settings are the constructor's."""
        kept = {name: getattr(self, name) for name in ("last_epoch", *self.kept)}
        return {name: list(value) if isinstance(value, list) else value for name, value in kept.items()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from a step reached, at its rates.

        Raises ValueError, and changes nothing, for what no `state_dict` of such a schedule gives.
        """
        self.check_state(state_dict, least=0)
        self.take_over(state_dict)
        self._steps = 1
        self.set_rates(self.last_lr)

    def check_state(self, state_dict: Mapping[str, Any], least: int) -> None:
        """Raise ValueError for another state than this schedule's, at a step of `least` or later."""
        check_state(self, state_dict, least)

    def take_over(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from a state that was checked, but leave the groups as they are."""
        for name in ("last_epoch", *self.kept):
            value = state_dict[name]
            setattr(self, name, list(value) if isinstance(value, (list, tuple)) else value)
