"""What a person sees while it trains: a bar on a terminal, plain lines elsewhere."""

import math
import sys
import time
from typing import Self

from tqdm import tqdm

from examples.terminal import say

NATS_PER_BIT = math.log(2)


def in_words(nats: float) -> str:
    """A loss in nats, and in bits per character."""
    return f"{nats:.3f} nats ({nats / NATS_PER_BIT:.2f} bits/char)"


class Progress:
    """A bar with step, both losses, the baselines beside them, characters per second and time left.

    Used as a context.  `baselines` are losses in nats by name.
    """

    def __init__(
        self,
        total: int,
        done: int,
        characters_per_step: int,
        baselines: dict[str, float],
        stream: object = None,
    ) -> None:
        self.total, self.done = total, done
        self.characters_per_step = characters_per_step
        self.beside = ", ".join(f"{name} {loss:.2f}" for name, loss in baselines.items())
        self.stream = sys.stdout if stream is None else stream
        self.is_terminal = bool(getattr(self.stream, "isatty", lambda: False)())
        self.train = self.validation = math.nan
        self.start, self.start_step = time.perf_counter(), done
        self.bar: tqdm | None = None

    def __enter__(self) -> Self:
        if self.is_terminal:
            # What a narrow terminal cuts off stands last.
            form = "step {n_fmt}/{total_fmt} |{bar:10}| {remaining} left | {desc}"
            self.bar = tqdm(
                total=self.total, initial=self.done, bar_format=form, file=self.stream, dynamic_ncols=True
            )
        return self

    def __exit__(self, *error: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def stepped(self, train_loss: float) -> None:
        """One step more; the training loss shown is a running mean over about 50 steps."""
        self.done += 1
        fresh = math.isnan(self.train)
        self.train = train_loss if fresh else 0.98 * self.train + 0.02 * train_loss
        if self.bar is not None:
            self.bar.set_description_str(self._text(), refresh=False)
            self.bar.update()

    def evaluated(self, validation_loss: float) -> None:
        """A new validation loss; where there is no bar, a line."""
        self.validation = validation_loss
        if self.bar is None:
            left = (self.total - self.done) * self._seconds_per_step()
            say(
                f"step {self.done}/{self.total}  {self._text()}  {_clock(left)} left",
                self.stream,
                flush=True,
            )

    def _text(self) -> str:
        speed = self.characters_per_step / max(self._seconds_per_step(), 1e-9)
        validation = "" if math.isnan(self.validation) else f" val {in_words(self.validation)}"
        return f"train {self.train:.3f}{validation} | {self.beside} | {speed:,.0f} tok/s"

    def _seconds_per_step(self) -> float:
        return (time.perf_counter() - self.start) / max(self.done - self.start_step, 1)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"
