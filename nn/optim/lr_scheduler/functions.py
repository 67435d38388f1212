"""Schedules that are functions of the step, given by the caller."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from nn.optim.lr_scheduler.scheduler import LRScheduler
from nn.optim.optimizer import Optimizer

Rule = Callable[[int], float]


class _OfFunctions(LRScheduler):
    """By `lr_lambda`, a function of the step, or a list of one for each group."""

    def __init__(self, optimizer: Optimizer, lr_lambda: Rule | Sequence[Rule], last_epoch: int = -1) -> None:
        self.lr_lambda = lr_lambda
        super().__init__(optimizer, last_epoch)

    def rules(self) -> list[Rule]:
        """The function of each group."""
        rules, owner = self.lr_lambda, type(self).__name__
        groups = len(self.optimizer.param_groups)
        each = rules if isinstance(rules, Sequence) else [rules] * groups
        wrong = next((rule for rule in each if not callable(rule)), None)
        if wrong is not None:
            raise TypeError(
                f"{owner} takes a function of the step, or one for each group, and got {wrong!r}: write "
                f"lambda step: {wrong!r}"
            )
        if len(each) != groups:
            raise ValueError(
                f"{owner} got {len(each)} functions, and the optimiser has {groups} groups: give one "
                "function for each, or one by itself for all"
            )
        return list(each)


class LambdaLR(_OfFunctions):
    """The learning rate of each group is its first one times lr_lambda(step).

    `lr_lambda` is a function, or a list of one for each group.  Raises ValueError for another number of them.
    """

    kept: ClassVar[tuple[str, ...]] = ()  # all else follows from the step

    def get_lr(self) -> list[float]:
        t = self.last_epoch
        return [base * rule(t) for base, rule in zip(self.base_lrs, self.rules(), strict=True)]

    def take_over(self, state_dict: Mapping[str, Any]) -> None:
        super().take_over(state_dict)
        self.base_lrs = []
        self.take_up_groups()
        if self.last_epoch >= 0:
            self.last_lr = self.get_lr()


class MultiplicativeLR(_OfFunctions):
    """The learning rate of each group is that before times lr_lambda(step), from step 1 on.

    `lr_lambda` is a function, or a list of one for each group.  Raises ValueError for another number of them.
    """

    def get_lr(self) -> list[float]:
        rules, rates, t = self.rules(), self.rates(), self.last_epoch
        return rates if self.is_first else [rate * rule(t) for rate, rule in zip(rates, rules, strict=True)]
