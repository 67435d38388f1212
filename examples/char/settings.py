"""What a run is made of: sizes, steps, rates; the presets; and what is impossible."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from examples import memory
from examples.char.model import POSITIONS, ModelConfig


class SettingsError(ValueError):
    """Settings that cannot work.  The message is one sentence, for a person."""


@dataclass(frozen=True)
class Settings:
    """Everything that decides a run, beside the text."""

    layers: int = 4
    heads: int = 4
    channels: int = 128
    context: int = 64  # characters that the model sees at once
    positions: str = "rotary"
    dropout: float = 0.0
    batch: int = 12  # windows per step
    steps: int = 1500
    learning_rate: float = 3e-3
    warmup: int = 100  # steps
    weight_decay: float = 0.1  # of matrices; biases and norms are left alone
    clip: float = 1.0  # greatest norm of the gradient
    evaluate_every: int = 100  # steps
    seed: int = 0

    def check(self) -> None:
        """Raise SettingsError for what cannot work."""
        for name in ("layers", "heads", "channels", "context", "batch", "steps", "evaluate_every"):
            if getattr(self, name) < 1:
                raise SettingsError(f"{name} must be at least 1, and is {getattr(self, name)}")
        if self.channels % self.heads:
            nearest = max(self.channels // self.heads, 1) * self.heads
            raise SettingsError(
                f"{self.channels} channels cannot be shared by {self.heads} heads: "
                f"take a multiple of {self.heads}, such as {nearest}"
            )
        if self.positions not in POSITIONS:
            raise SettingsError(f"positions are {', '.join(POSITIONS)}, not {self.positions!r}")
        if self.positions == "rotary" and self.channels // self.heads % 2:
            raise SettingsError(
                f"rotary positions turn pairs of channels, and {self.channels} channels in "
                f"{self.heads} heads give each {self.channels // self.heads}: make that even"
            )
        if self.positions == "sinusoidal" and self.channels % 2:
            raise SettingsError(f"sinusoidal positions need an even number of channels, not {self.channels}")
        if not 0 <= self.dropout < 1:
            raise SettingsError(f"dropout must be from 0 to below 1, and is {self.dropout}")
        for name in ("dropout", "learning_rate", "weight_decay", "clip"):
            if not math.isfinite(getattr(self, name)):
                raise SettingsError(f"{name} must be a finite number, and is {getattr(self, name)}")
        for name in ("learning_rate", "clip"):
            if not getattr(self, name) > 0:
                raise SettingsError(f"{name} must be above 0, and is {getattr(self, name)}")
        if self.warmup < 0 or self.weight_decay < 0:
            raise SettingsError("warmup and weight_decay must not be negative")
        if self.seed < 0:
            raise SettingsError(f"seed must not be negative, and is {self.seed}")

    def require_memory(self, vocabulary: int) -> None:
        """Raise memory.TooLarge where what training needs at the least does not fit into this machine."""
        c, tokens = self.channels, self.batch * self.context
        positions = self.context * c if self.positions == "learned" else 0
        weights = 2 * vocabulary * c + positions + 12 * self.layers * c * c
        memory.require(
            {
                # In float32: the weights, their gradients and AdamW's two averages.
                "weights": 4 * 4 * weights,
                # What backward reads: in each layer the normed input, query, key, value and the four times
                # wider middle, before and after its activation; at the end the scores.
                "batch": 4 * tokens * (12 * self.layers * c + vocabulary),
            },
            {
                "weights": "take fewer channels or layers",
                "batch": "take a smaller batch, a shorter context, or fewer channels or layers",
            },
        )

    def model_config(self, vocabulary: int) -> ModelConfig:
        """The model's share of the settings."""
        return ModelConfig(
            vocabulary, self.context, self.layers, self.heads, self.channels, self.positions, self.dropout
        )

    def with_changes(self, changes: dict[str, Any]) -> "Settings":
        """These settings, with those of `changes` that are not None."""
        return replace(self, **{name: value for name, value in changes.items() if value is not None})

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> "Settings":
        """Settings as `asdict` gives them.  Raises SettingsError for what it never gives."""
        kinds = cls.__annotations__
        if given.keys() != kinds.keys():
            raise SettingsError(f"settings are {', '.join(kinds)}, and these are {', '.join(given)}")
        for name, kind in kinds.items():
            if type(given[name]) not in ((int, float) if kind is float else (kind,)):
                raise SettingsError(f"{name} must be of type {kind.__name__}, and is {given[name]!r}")
        return cls(**{name: kind(given[name]) for name, kind in kinds.items()})


PRESETS = {
    "default": Settings(),
    # nanoGPT's published CPU setting: its README gives 1.88 nats on the 1.1 MB Shakespeare file.
    "nanogpt-cpu": Settings(positions="learned", steps=2000, learning_rate=1e-3, evaluate_every=250),
}
