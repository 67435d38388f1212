"""Training: one step after another, from a state that can be saved between any two of them."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

import minigrad as mg
import nn
from examples.char.corpus import Corpus
from examples.char.model import CharTransformer
from examples.char.settings import Settings
from nn.parallel import Communicator

# Validation while training reads this many windows, the same each time; the last one reads all.
VALIDATION_WINDOWS = 240
LOOK_LENGTH = 120  # characters written at each evaluation
COLUMNS = ("step", "train_loss", "validation_loss", "validation_bits", "learning_rate")  # of the metrics


class Trainer(nn.Training):
    """A model, its optimiser and the stream of random windows of a text."""

    def __init__(
        self,
        settings: Settings,
        corpus: Corpus,
        out: nn.Checkpoints | None = None,
        config: Mapping[str, Any] | None = None,
        ranks: Communicator | None = None,
    ) -> None:
        s = self.settings = settings
        self.corpus = corpus
        self.rng = np.random.default_rng(s.seed)  # initial weights, then windows and dropout
        self.held_out = nn.data.Windows(corpus.validation, s.context, s.batch)
        model = CharTransformer(s.model_config(corpus.distinct), self.rng)
        parameters = list(model.parameters())
        optimizer = nn.optim.AdamW(
            [
                {"params": [p for p in parameters if p.ndim > 1], "weight_decay": s.weight_decay},
                {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
            ],
            lr=s.learning_rate,
            betas=(0.9, 0.99),
        )
        super().__init__(
            model,
            optimizer,
            lambda batch: model.loss(*batch),
            nn.data.Windows(corpus.train, s.context, s.batch, self.rng),
            s.steps,
            schedule=nn.optim.lr_scheduler.WarmupCosineLR(
                optimizer, min(s.warmup, s.steps), s.steps, final=0.1
            ),
            clip=s.clip,
            evaluate=self._evaluate,
            every=s.evaluate_every,
            snapshot=self._look,
            out=out,
            config=config,
            progress=None,
            # Two cores share the batch, unless dropout draws, whose order would then depend on the threads.
            parallel=not s.dropout if ranks is None else ranks,
        )

    def validate(self, windows: int | None = VALIDATION_WINDOWS) -> float:
        """Loss in nats per character over the validation text in windows side by side, or some of them."""
        starts = self.held_out.starts
        if windows is not None and windows < len(starts):
            starts = starts[np.linspace(0, len(starts) - 1, windows).astype(int)]
        total = 0.0
        self.model.eval()
        with mg.no_grad():
            for some in np.array_split(starts, max(1, len(starts) // 48)):
                total += float(self.model.loss(*self.held_out.at(some))) * len(some)
        return total / len(starts)

    def _evaluate(self) -> dict[str, float]:
        loss = self.validate(None if self.number == self.steps else VALIDATION_WINDOWS)
        rate = self.schedule.get_last_lr()[0]
        return dict(zip(COLUMNS[2:], (loss, loss / math.log(2), rate), strict=True))

    def _look(self) -> dict[str, Any]:
        """For the report: a text, from the same start each time, and where each head looks in another."""
        read = self.corpus.validation[: min(32, self.settings.context)]
        with nn.record_attention(self.model) as maps:
            self.model(read[None])
        rng = np.random.default_rng(self.settings.seed)
        written = self.model.write(read[:1], LOOK_LENGTH, temperature=0.8, rng=rng)
        return {"sample": self.corpus.vocabulary.decode([*read[:1], *written]), **maps}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """As nn.Training's.  Here no averages and no metrics may be missing."""
        number, averages = state_dict["number"], state_dict["optimizer"]["state"]
        for i, _ in enumerate(self.model.parameters()):
            if averages.get(i, {}).get("step", 0) != number:
                raise ValueError(f"the averages of parameter {i} are not of step {number}")
        rows = state_dict["evaluations"]["rows"]
        on_time = [row for row in rows if row["step"] % self.every == 0]
        at_end = number < self.steps or (rows and rows[-1]["step"] == number)
        if len(on_time) != number // self.every or not at_end or any(tuple(row) != COLUMNS for row in rows):
            raise ValueError("metrics are missing, or of others")
        super().load_state_dict(state_dict)
