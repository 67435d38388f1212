"""Schedules of schedules: one after the other, and all at once."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from nn.optim.lr_scheduler.loading import check_state
from nn.optim.lr_scheduler.plateau import ReduceLROnPlateau
from nn.optim.lr_scheduler.scheduler import LRScheduler
from nn.optim.optimizer import Optimizer


class _Composed(LRScheduler):
    """Of several schedules over one optimiser, whose states are its own."""

    kept: ClassVar[tuple[str, ...]] = ("last_lr",)

    def __init__(self, optimizer: Optimizer | None, schedulers: Sequence[LRScheduler]) -> None:
        owner, self.schedulers = type(self).__name__, list(schedulers)
        if not self.schedulers:
            raise ValueError(f"{owner} needs at least one schedule, and got none")
        for i, schedule in enumerate(self.schedulers):
            if not isinstance(schedule, LRScheduler) or isinstance(schedule, ReduceLROnPlateau):
                raise TypeError(
                    f"{owner} takes schedules whose step() needs nothing, and number {i} of them is a "
                    f"{type(schedule).__name__}"
                )
        self.optimizer = self.schedulers[0].optimizer if optimizer is None else optimizer
        other = [i for i, schedule in enumerate(self.schedulers) if schedule.optimizer is not self.optimizer]
        if other:
            raise ValueError(f"{owner} takes schedules of one optimiser, and number {other[0]} is of another")
        self.last_epoch, self._steps, self.is_first = 0, 0, False

    def undo(self) -> None:
        for schedule in self.schedulers:
            schedule.undo()

    def take_up_groups(self) -> None:
        """Each of the schedules does so."""

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "schedulers": [one.state_dict() for one in self.schedulers]}

    def check_state(self, state_dict: Mapping[str, Any], least: int) -> None:
        parts = state_dict.get("schedulers") if isinstance(state_dict, Mapping) else None
        if not isinstance(parts, (list, tuple)) or len(parts) != len(self.schedulers):
            raise ValueError(
                f"a state dict of {type(self).__name__} has under 'schedulers' the states of its "
                f"{len(self.schedulers)} schedules: this one is of another schedule, or damaged"
            )
        check_state(self, {k: v for k, v in state_dict.items() if k != "schedulers"}, least)
        for schedule, part in zip(self.schedulers, parts, strict=True):
            schedule.check_state(part, least=-1)  # it may not have begun

    def take_over(self, state_dict: Mapping[str, Any]) -> None:
        super().take_over(state_dict)
        for schedule, part in zip(self.schedulers, state_dict["schedulers"], strict=True):
            schedule.take_over(part)


class SequentialLR(_Composed):
    """The first of the schedules up to step milestones[0], the second up to milestones[1], and so on."""

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        super().__init__(optimizer, schedulers)
        if len(milestones) != len(self.schedulers) - 1:
            raise ValueError(
                f"SequentialLR goes from one schedule to the next at a milestone, and got {len(milestones)} "
                f"milestones for {len(self.schedulers)} schedules: give {len(self.schedulers) - 1}"
            )
        self.milestones = list(milestones)
        self.last_epoch = last_epoch + 1
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"]
        self.undo()  # each has set its first rate when it was made
        first = self.schedulers[bisect_right(self.milestones, 0)]
        first.begin()
        self.last_lr = first.get_last_lr()

    def advance(self) -> None:
        self.last_epoch += 1
        place = bisect_right(self.milestones, self.last_epoch)
        schedule = self.schedulers[place]
        if place > 0 and self.milestones[place - 1] == self.last_epoch:
            schedule.restart()
        else:
            schedule.advance()
        self.last_lr = schedule.get_last_lr()

    def restart(self) -> None:
        self.last_epoch = 0
        self.schedulers[0].restart()
        self.last_lr = self.schedulers[0].get_last_lr()


class ChainedScheduler(_Composed):
    """All of the schedules at each step, each changing the rate that the one before it has set."""

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        super().__init__(optimizer, schedulers)
        self.last_lr = self.rates()

    def advance(self) -> None:
        self.last_epoch += 1
        for schedule in self.schedulers:
            schedule.advance()
        self.last_lr = self.rates()

    def restart(self) -> None:
        self.last_epoch = 0
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"]
        for schedule in self.schedulers:
            schedule.last_epoch = -1
            schedule.begin()
        self.last_lr = self.rates()
