"""Learning rates that change from step to step.  Call `scheduler.step()` after each `optimizer.step()`."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from nn.mistakes import unknown_name
from nn.optim.optimizer import Optimizer

Rule = Callable[[int], float]


class LambdaLR:
    """The learning rate of each group is its first one times lr_lambda(step).

    `lr_lambda` is a function, or a list of one for each group.  With `last_epoch` it continues from there,
    over an optimiser whose state has been loaded.  Raises ValueError for another number of functions.
    """

    def __init__(self, optimizer: Optimizer, lr_lambda: Rule | Sequence[Rule], last_epoch: int = -1) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(
                f"a schedule is of an optimiser's learning rates, and got a {type(optimizer).__name__}"
            )
        if last_epoch >= 0 and not all("initial_lr" in group for group in optimizer.param_groups):
            raise ValueError(
                f"a schedule that continues from last_epoch={last_epoch} needs the rates that it began with, "
                "and this optimiser has none: load the optimiser's state before, or leave last_epoch at -1"
            )
        self.optimizer = optimizer
        self.lr_lambda = lr_lambda
        self.last_epoch = last_epoch
        self.step()

    def step(self) -> None:
        """Advance to the next step."""
        rules = self._rules()
        self.last_epoch += 1
        for group, rule in zip(self.optimizer.param_groups, rules, strict=True):
            group.setdefault("initial_lr", group["lr"])  # of a group that came later as well
            group["lr"] = group["initial_lr"] * rule(self.last_epoch)

    def _rules(self) -> list[Rule]:
        """The function of each group."""
        groups = len(self.optimizer.param_groups)
        each = self.lr_lambda if isinstance(self.lr_lambda, Sequence) else [self.lr_lambda]
        wrong = next((rule for rule in each if not callable(rule)), None)
        if wrong is not None:
            raise TypeError(
                f"LambdaLR takes a function of the step, or one for each group, and got {wrong!r}: write "
                f"lambda step: {wrong!r}"
            )
        if not isinstance(self.lr_lambda, Sequence):
            return [self.lr_lambda] * groups
        if len(self.lr_lambda) != groups:
            raise ValueError(
                f"LambdaLR got {len(self.lr_lambda)} functions, and the optimiser has {groups} groups: give "
                "one function for each, or one by itself for all"
            )
        return list(self.lr_lambda)

    def get_last_lr(self) -> list[float]:
        """The learning rate of each group now."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, int]:
        """The step reached."""
        return {"last_epoch": self.last_epoch}

    def load_state_dict(self, state_dict: Mapping[str, int]) -> None:
        """Continue from a step reached.  Raises ValueError for what no schedule's `state_dict` gives."""
        reached = state_dict.get("last_epoch") if isinstance(state_dict, Mapping) else None
        if not isinstance(reached, (int, np.integer)) or reached < 0 or len(state_dict) > 1:
            raise ValueError(
                'a schedule\'s state dict is {"last_epoch": the steps done}, as its state_dict() gives it, '
                f"and this one is {state_dict!r}"
            )
        self.last_epoch = int(reached) - 1
        self.step()


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


if not TYPE_CHECKING:  # to the checker a name that is not there stays an error

    def __getattr__(name: str) -> object:
        raise unknown_name("nn.optim.lr_scheduler", name, globals())
