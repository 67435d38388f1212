"""Training: one step after another, from a state that can be saved between any two of them."""

from functools import partial

import numpy as np

import minigrad as mg
import nn
from examples.char.corpus import Corpus, Ids
from examples.char.model import CharTransformer
from examples.char.settings import Settings

# Validation while training reads this many windows, the same each time; the last one reads all.
VALIDATION_WINDOWS = 240


class TrainingError(RuntimeError):
    """Training that cannot continue."""


class Trainer:
    """A model, its optimiser and the stream of random windows, `step` steps into a run."""

    def __init__(self, settings: Settings, corpus: Corpus) -> None:
        s = self.settings = settings
        self.corpus = corpus
        self.rng = np.random.default_rng(s.seed)  # initial weights, then windows and dropout
        self.model = CharTransformer(s.model_config(corpus.distinct), self.rng)
        # Two cores share the batch, unless dropout draws, whose order would then depend on the threads.
        self.loss = self.model.loss if s.dropout else partial(mg.data_parallel, self.model.loss)
        parameters = list(self.model.parameters())
        self.optimizer = nn.optim.AdamW(
            [
                {"params": [p for p in parameters if p.ndim > 1], "weight_decay": s.weight_decay},
                {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
            ],
            lr=s.learning_rate,
            betas=(0.9, 0.99),
        )
        self.schedule = nn.optim.lr_scheduler.WarmupCosineLR(
            self.optimizer, min(s.warmup, s.steps), s.steps, final=0.1
        )
        self.steps_done = 0

    def step(self) -> float:
        """One update on one batch of random windows.  Gives the batch's loss in nats per character.

        Raises TrainingError, before any weight is touched, where the loss is no longer a number.
        """
        ids, targets = self._random_windows()
        self.model.train()
        self.optimizer.zero_grad()
        loss = self.loss(ids, targets)
        value = float(loss)
        if not np.isfinite(value):
            raise TrainingError(
                f"the loss became {value} at step {self.steps_done + 1}: lower the learning rate, which is "
                f"{self.settings.learning_rate:g}"
            )
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.clip)
        self.optimizer.step()
        self.schedule.step()
        self.steps_done += 1
        return value

    def validate(self, windows: int | None = VALIDATION_WINDOWS) -> float:
        """Loss in nats per character over the validation text in windows side by side, or some of them."""
        starts = window_starts(self.corpus.validation, self.settings.context)
        if windows is not None and windows < len(starts):
            starts = starts[np.linspace(0, len(starts) - 1, windows).astype(int)]
        total = 0.0
        self.model.eval()
        with mg.no_grad():
            for some in np.array_split(starts, max(1, len(starts) // 48)):
                ids, targets = windows_at(self.corpus.validation, some, self.settings.context)
                total += float(self.model.loss(ids, targets)) * len(some)
        return total / len(starts)

    def _random_windows(self) -> tuple[Ids, Ids]:
        last = len(self.corpus.train) - self.settings.context
        starts = self.rng.integers(0, last, self.settings.batch)
        return windows_at(self.corpus.train, starts, self.settings.context)


def window_starts(ids: Ids, context: int) -> Ids:
    """Where windows of `context` characters begin that lie side by side, each with a next character."""
    return np.arange(0, len(ids) - context, context)


def windows_at(ids: Ids, starts: Ids, context: int) -> tuple[Ids, Ids]:
    """Windows (B, T) at `starts`, and the same one character on."""
    places = starts[:, None] + np.arange(context)
    return ids[places], ids[places + 1]
