"""What a person sees while it trains: a bar on a terminal, plain lines elsewhere."""

import math
from typing import TextIO

import nn
from examples.terminal import say

NATS_PER_BIT = math.log(2)


def in_words(nats: float) -> str:
    """A loss in nats, and in bits per character."""
    return f"{nats:.3f} nats ({nats / NATS_PER_BIT:.2f} bits/char)"


class Progress(nn.Progress):
    """A bar with step, both losses, the baselines beside them, characters per second and time left.

    Used as a context.  `baselines` are losses in nats by name.
    """

    def __init__(
        self,
        total: int,
        done: int,
        characters_per_step: int,
        baselines: dict[str, float],
        stream: TextIO | None = None,
    ) -> None:
        super().__init__(total, done, stream=stream)
        self.characters_per_step = characters_per_step
        self.beside = ", ".join(f"{name} {loss:.2f}" for name, loss in baselines.items())
        self.train = self.validation = math.nan

    def stepped(self, train_loss: float) -> None:
        """One step more; the training loss shown is a running mean over about 50 steps."""
        fresh = math.isnan(self.train)
        self.train = train_loss if fresh else 0.98 * self.train + 0.02 * train_loss
        self.advance(self._text())

    def evaluated(self, validation_loss: float) -> None:
        """A new validation loss; where there is no bar, a line."""
        self.validation = validation_loss
        self.report(self._text())

    def write(self, line: str) -> None:
        say(line, self.stream, flush=True)

    def _text(self) -> str:
        speed = self.characters_per_step / max(self.seconds_per_step(), 1e-9)
        validation = "" if math.isnan(self.validation) else f" val {in_words(self.validation)}"
        return f"train {self.train:.3f}{validation} | {self.beside} | {speed:,.0f} tok/s"
