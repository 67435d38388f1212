"""Joint training on recall and copy, under a curriculum that advances by accuracy."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import minigrad as mg
import nn
from examples.long_range.language import Batch, Filler, copy_batch, recall_batch
from examples.long_range.model import LanguageModel, Model

CHARACTERS = 1536  # in a batch, about
SHORTEST, FEWEST, LEAST = 48, 4, 4  # characters and pairs of a recall text, letters of a copy


@dataclass(frozen=True)
class Level:
    """How long texts get: recall texts and their pairs, copied strings."""

    length: int
    pairs: int
    copied: int
    sure: float = 0.9  # both running accuracies must be above, to advance


# The first fits into what two layers with a window of 16 see, 30 characters back: there the twin can
# be sure of every answer, and so it learns to pass on what one layer alone does not reach.
LEVELS = (
    Level(32, 4, 8, sure=0.98),
    Level(96, 14, 16),
    Level(192, 20, 48),
    Level(384, 24, 128),
    Level(576, 24, 256),
)


@dataclass(frozen=True)
class Plan:
    """How a model is trained."""

    steps: int = 1800
    learning_rate: float = 2e-3
    warmup: int = 50
    caps: tuple[float, ...] = (0.40, 0.20, 0.10, 0.10)  # at most this share of the steps on each level
    levels: tuple[Level, ...] = LEVELS
    seed: int = 0


@dataclass
class State:
    """Where training stands: a line of the log."""

    step: int = 0
    level: int = 0
    recall: float = 0.0  # running accuracies
    copy: float = 0.0
    loss: float = float("nan")
    entered: int = 0  # the step at which the level began
    solved: int | None = None  # the step at which the last level was passed


class Trainer:
    """A model on its way.  Every second batch is a copy; the others are recall."""

    def __init__(self, model: Model, plan: Plan, filler: Filler) -> None:
        self.plan = plan
        self.filler = filler
        self.model = LanguageModel(model, np.random.default_rng([plan.seed, 0]))
        self.data = np.random.default_rng([plan.seed, 1])
        self.optimizer = nn.optim.AdamW(
            self.model.parameters(), plan.learning_rate, betas=(0.9, 0.98), weight_decay=0.0
        )
        self.schedule = nn.optim.lr_scheduler.LambdaLR(self.optimizer, self._rate)
        self.state = State()

    def run(self, watch: Callable[[State], None] | None = None) -> LanguageModel:
        """Train to the last step, calling `watch` after each."""
        while self.state.step < self.plan.steps:
            self.step()
            if watch is not None:
                watch(self.state)
        return self.model

    def step(self) -> None:
        """One batch."""
        state = self.state
        copying = state.step % 2 == 0
        batch = self._copy() if copying else self._recall()
        logits = self.model(batch.inputs)
        targets = batch.targets()
        loss = mg.cross_entropy(logits, targets)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.schedule.step()
        asked = targets >= 0
        accuracy = float((logits.argmax(axis=-1) == targets)[asked].mean())
        state.step += 1
        state.loss = float(loss)
        if copying:
            state.copy += 0.06 * (accuracy - state.copy)
        else:
            state.recall += 0.06 * (accuracy - state.recall)
        self._advance()

    def _advance(self) -> None:
        state = self.state
        sure = min(state.copy, state.recall) > self.plan.levels[state.level].sure
        if state.level == len(self.plan.levels) - 1:
            if sure and state.solved is None:
                state.solved = state.step
            return
        spent = state.step - state.entered
        # Also models that fail get to see texts of full length.
        if sure or spent >= self.plan.caps[state.level] * self.plan.steps:
            state.level += 1
            state.entered = state.step
            state.copy = state.recall = 0.0

    def _recall(self) -> Batch:
        level = self.plan.levels[self.state.level]
        shortest = min(SHORTEST, level.length * 7 // 8)
        low = shortest if self.data.random() < 0.5 else max(shortest, level.length * 3 // 4)
        length = int(self.data.integers(low, level.length + 1))
        pairs = int(self.data.integers(FEWEST, min(level.pairs, length // 7) + 1))
        return recall_batch(self.data, max(2, CHARACTERS // length), length, pairs, self.filler)

    def _copy(self) -> Batch:
        level = self.plan.levels[self.state.level]
        low = LEAST if self.data.random() < 0.5 else level.copied // 2
        n = int(self.data.integers(low, level.copied + 1))
        return copy_batch(self.data, max(2, CHARACTERS // (2 * n + 1)), n)

    def _rate(self, step: int) -> float:
        """Warm-up, constant to 60 % of the steps, then linear to 5 %."""
        if step < self.plan.warmup:
            return (step + 1) / self.plan.warmup
        done = step / self.plan.steps
        return 1.0 if done < 0.6 else max(0.05, 1 - 0.95 * (done - 0.6) / 0.4)
