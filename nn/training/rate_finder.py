"""Which learning rate to begin with: tried out on a training that is not begun."""

import copy
import math
from dataclasses import dataclass

import numpy as np

from nn.pictures.figures import Picture, new_figure
from nn.sizes import check_sizes
from nn.training.training import Training
from nn.training.update import TrainingError

SMOOTHING = 0.9  # of the losses: share of those before
DIVERGED = 4.0  # times the least loss


@dataclass(frozen=True)
class LearningRates:
    """The rates that were tried, in ascending order, and the loss of the batch after a step by each."""

    rates: np.ndarray  # (N,)
    losses: np.ndarray  # (N,)
    smoothed: np.ndarray  # (N,)

    @property
    def suggested(self) -> float:
        """A tenth of the rate with the least smoothed loss."""
        return float(self.rates[self.smoothed.argmin()]) / 10

    def draw(self) -> Picture:
        """The losses against the rates, by matplotlib; the one suggested is marked."""
        figure = new_figure(6, 3.5)
        axes = figure.add_subplot()
        axes.plot(self.rates, self.losses, ".", color="0.7")
        axes.plot(self.rates, self.smoothed, color="tab:blue")
        axes.axvline(self.suggested, color="tab:red", lw=1)
        axes.set(
            xscale="log", xlabel="learning rate", ylabel="loss", title=f"suggested: {self.suggested:.2g}"
        )
        return Picture(figure)


def find_learning_rate(
    training: Training, lowest: float = 1e-6, highest: float = 10.0, steps: int = 100
) -> LearningRates:
    """Train for `steps` steps at a rate that grows from `lowest` to `highest`, then undo all of it.

    Smith (2017), "Cyclical learning rates for training neural networks", section 3.3, with a rate that
    grows by the same factor, instead of the same difference, from step to step.  It ends early where the loss
    is four times the least one, or no number.  Groups of parameters keep the ratio of their rates.

        found = nn.find_learning_rate(nn.Training(model, optimizer, loss, batches, steps=900))
        found.suggested, found.rates, found.losses

    Weights, averages, rates, order of the batches and generators of the model are as before.  Raises
    ValueError for rates that do not ascend, TypeError for batches without a state to go back to.
    """
    check_sizes("find_learning_rate", 10, steps=steps)
    if not 0 < lowest < highest < math.inf:
        raise ValueError(
            f"find_learning_rate tries rates from lowest to highest, and got {lowest:g} and {highest:g}: "
            "give 0 < lowest < highest, such as 1e-6 and 10"
        )
    state = training.state_dict()
    modes = [(module, module.training) for module in training.model.modules()]
    gradients = [(p, p.grad) for p in training.model.parameters()]
    try:
        return _tried(training, np.geomspace(lowest, highest, steps))
    finally:
        training.load_state_dict(state)
        for module, mode in modes:
            module.training = mode
        for p, gradient in gradients:
            p.grad = gradient


def _tried(training: Training, rates: np.ndarray) -> LearningRates:
    update = copy.copy(training.update)
    update.schedule = None
    groups = update.optimizer.param_groups
    first = [group.get("initial_lr", group["lr"]) for group in groups]
    losses: list[float] = []
    smoothed: list[float] = []
    mean = 0.0
    for rate in rates:
        for group, own in zip(groups, first, strict=True):
            group["lr"] = rate * own / first[0] if first[0] else rate
        try:
            losses.append(update(*training.next_batches()).loss)
        except TrainingError:
            if len(losses) < 2:
                raise
            break
        mean = SMOOTHING * mean + (1 - SMOOTHING) * losses[-1]
        smoothed.append(mean / (1 - SMOOTHING ** len(losses)))
        if losses[-1] > DIVERGED * min(smoothed):
            break
    return LearningRates(rates[: len(losses) - 1], np.array(losses[1:]), np.array(smoothed[1:]))
