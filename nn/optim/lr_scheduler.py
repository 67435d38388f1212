"""Learning rates that change from step to step.  Call `scheduler.step()` after each `optimizer.step()`."""

import math
from collections.abc import Callable

from nn.optim.optimizer import Optimizer


class LambdaLR:
    """The learning rate of each group is its first one times lr_lambda(step)."""

    def __init__(self, optimizer: Optimizer, lr_lambda: Callable[[int], float], last_epoch: int = -1) -> None:
        self.optimizer = optimizer
        self.lr_lambda = lr_lambda
        for group in optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])
        self.last_epoch = last_epoch
        self.step()

    def step(self) -> None:
        """Go on to the next step."""
        self.last_epoch += 1
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"] * self.lr_lambda(self.last_epoch)

    def get_last_lr(self) -> list[float]:
        """The learning rate of each group now."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, int]:
        """The step reached."""
        return {"last_epoch": self.last_epoch}

    def load_state_dict(self, state_dict: dict[str, int]) -> None:
        """Go on from a step reached."""
        self.last_epoch = state_dict["last_epoch"] - 1
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
