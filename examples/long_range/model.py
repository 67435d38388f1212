"""The model and its controls: one shape, embedding, body, head, in which one thing at a time differs."""

import math
from dataclasses import dataclass, replace

import numpy as np

import minigrad as mg
import nn
from examples.long_range.language import SIZE


@dataclass(frozen=True)
class Model:
    """What sets one model apart.

    The sizes of the recurrent nets and the perceptron give them the 107,320 parameters of `attention`, to
    3 %; one layer leaves 57,336, and learned positions add to them.
    """

    title: str
    body: str = "attention"  # or "rnn", "gru", "lstm", "ngram"
    positions: str = "rotary"  # or "learned", "sinusoidal", "alibi", "none"
    layers: int = 2
    channels: int = 64
    heads: int = 4
    hidden: int = 0  # of recurrent bodies and the n-gram perceptron
    window: int | None = None  # how many characters a position sees, itself included
    longest: int = 576  # of learned and sinusoidal positions


ATTENTION = Model("attention")
MODELS = {
    "attention": ATTENTION,
    "window": replace(ATTENTION, title="window of 16", window=16),
    "one-layer": replace(ATTENTION, title="one layer", layers=1),
    "learned": replace(ATTENTION, title="learned positions", positions="learned"),
    "sinusoidal": replace(ATTENTION, title="sinusoidal positions", positions="sinusoidal"),
    "alibi": replace(ATTENTION, title="ALiBi", positions="alibi"),
    "no-positions": replace(ATTENTION, title="no positions", positions="none"),
    "lstm": Model("LSTM", body="lstm", hidden=124),
    "gru": Model("GRU", body="gru", hidden=148),
    "elman": Model("Elman", body="rnn", hidden=266),
    "ngram": Model("16-gram perceptron", body="ngram", hidden=96),
}

GRAM = 16  # characters that the n-gram perceptron sees


class LanguageModel(nn.Module):
    """Character numbers (B, T) to scores of the next character (B, T, V)."""

    def __init__(self, model: Model, rng: np.random.Generator) -> None:
        self.model = model
        c = model.channels
        self.token = nn.Embedding(SIZE, c, rng=rng)
        nn.init.normal_(self.token.weight, std=0.3, rng=rng)  # at the usual 0.02 copying starts late
        self.body: nn.Module
        if model.body == "attention":
            self.body = AttentionBody(model, rng)
        elif model.body == "ngram":
            self.body = GramBody(model, rng)
        else:
            self.body = RecurrentBody(model, rng)
        self.head = nn.Linear(self.body.width, SIZE, rng=rng)
        if model.body == "attention":
            _initialise(self, rng)

    def forward(self, ids: np.ndarray, masks: list[np.ndarray | None] | None = None) -> mg.Tensor:
        """`masks` hides more, layer by layer: True = may attend, see AttentionBody."""
        return self.from_embeddings(self.token(ids), masks)

    def from_embeddings(self, x: mg.Tensor, masks: list[np.ndarray | None] | None = None) -> mg.Tensor:
        """The same from (B, T, C) on, so that gradients with respect to characters can be taken."""
        return self.head(self.body(x) if masks is None else self.body(x, masks))  # (B, T, V)


class AttentionBody(nn.Module):
    """Pre-norm Transformer blocks with causal attention."""

    def __init__(self, model: Model, rng: np.random.Generator) -> None:
        c, h = model.channels, model.heads
        self.width = c
        self.position: nn.Module = nn.Identity()
        if model.positions == "learned":
            self.position = nn.LearnedPosition(model.longest, c, rng=rng)
            nn.init.normal_(self.position.weight, std=0.3, rng=rng)
        elif model.positions == "sinusoidal":
            self.position = nn.SinusoidalPosition(model.longest, c)
            self.position.table *= 0.3 * math.sqrt(2)  # as large as the embedding
        self.alibi = nn.ALiBi(h) if model.positions == "alibi" else None
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                c,
                h,
                4 * c,
                dropout=0.0,
                activation=nn.GELU("tanh"),
                norm_first=True,
                rotary=nn.RotaryPosition(c // h) if model.positions == "rotary" else None,
                window=model.window,
                rng=rng,
            )
            for _ in range(model.layers)
        )
        self.norm = nn.LayerNorm(c)

    def forward(self, x: mg.Tensor, masks: list[np.ndarray | None] | None = None) -> mg.Tensor:
        own = None if self.alibi is None else self.alibi(x.shape[1])  # (1, H, T, T), added to the scores
        x = self.position(x)
        for i, layer in enumerate(self.layers):
            x = layer(x, _both(own, None if masks is None else masks[i]), is_causal=True)
        return self.norm(x)


class RecurrentBody(nn.Module):
    """One recurrent layer."""

    def __init__(self, model: Model, rng: np.random.Generator) -> None:
        kinds = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
        self.width = model.hidden
        self.cell = kinds[model.body](model.channels, model.hidden, rng=rng)
        if (
            model.body == "lstm"
        ):  # a forget gate that starts open (Gers et al., 2000; Jozefowicz et al., 2015)
            self.cell.bias_ih_l0.data[model.hidden : 2 * model.hidden] = 1.0
            self.cell.bias_hh_l0.data[model.hidden : 2 * model.hidden] = 0.0

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return self.cell(x)[0]


class GramBody(nn.Module):
    """A perceptron over the last 16 characters."""

    def __init__(self, model: Model, rng: np.random.Generator) -> None:
        self.width = model.hidden
        self.inner = nn.Linear(GRAM * model.channels, model.hidden, rng=rng)

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        length = x.shape[1]
        padded = mg.pad(x, ((0, 0), (GRAM - 1, 0), (0, 0)))
        last = mg.concatenate([padded[:, i : i + length] for i in range(GRAM)], axis=-1)
        return mg.relu(self.inner(last))


def _both(own: np.ndarray | None, more: np.ndarray | None) -> np.ndarray | None:
    if own is None or more is None:
        return more if own is None else own
    if own.dtype.kind == "b":
        return own & more
    per_head = more[:, None] if more.ndim == 3 else more  # (P, 1, T, T)
    return np.where(per_head, own, np.float32(-np.inf))


def _initialise(model: LanguageModel, rng: np.random.Generator) -> None:
    """Weights N(0, (0.5/√C)²), smaller by √(2·layers) where they end a residual branch; biases 0."""
    c, layers = model.model.channels, model.model.layers
    for name, parameter in model.named_parameters():
        if name.startswith(("token", "body.position")):
            continue
        if parameter.ndim > 1:
            std = 0.5 / math.sqrt(c)
            if name.endswith(("out_proj.weight", "linear2.weight")):
                std /= math.sqrt(2 * layers)
            nn.init.normal_(parameter, std=std, rng=rng)
        elif name.endswith("bias"):
            nn.init.zeros_(parameter)
