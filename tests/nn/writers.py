"""Small models that write, with weights so large that each choice depends on all that was read."""

from collections.abc import Callable
from typing import Any

import numpy as np

import minigrad as mg
import nn
from nn.decoding import Cached, Decoder, Stepped, Whole

VOCABULARY, CHANNELS, HEADS, PLACES = 7, 8, 2, 40
POSITIONS = ["none", "learned", "sinusoidal", "rotary", "alibi"]


def drawn(model: Any, seed: int = 11) -> Any:
    """In float64, every matrix drawn from N(0, 1), every bias from N(0, 0.1²)."""
    rng = np.random.default_rng(seed)
    for name, parameter in model.astype(np.float64).named_parameters():
        if parameter.ndim > 1 or "bias" in name:
            nn.init.normal_(parameter, std=1.0 if parameter.ndim > 1 else 0.1, rng=rng)
    return model


class Writer(nn.Module):
    """ids (N, t) to scores (N, t, V), decoder only."""

    def __init__(self, positions: str = "learned") -> None:
        self.token = nn.Embedding(VOCABULARY, CHANNELS)
        self.position = {
            "learned": lambda: nn.LearnedPosition(PLACES, CHANNELS),
            "sinusoidal": lambda: nn.SinusoidalPosition(PLACES, CHANNELS),
            "alibi": lambda: nn.ALiBi(HEADS),
        }.get(positions, nn.Identity)()
        rotary = nn.RotaryPosition(CHANNELS // HEADS) if positions == "rotary" else None
        layer = nn.TransformerEncoderLayer(CHANNELS, HEADS, 16, 0.2, norm_first=True, rotary=rotary)
        self.blocks = nn.TransformerEncoder(layer, 2, nn.LayerNorm(CHANNELS))
        self.head = nn.Linear(CHANNELS, VOCABULARY, bias=False)

    def forward(self, ids: np.ndarray, cache: nn.KeyValueCache | None = None) -> mg.Tensor:
        before, x = 0 if cache is None else cache.length, self.token(ids)
        if isinstance(self.position, nn.ALiBi):
            mask = self.position(ids.shape[1], before + ids.shape[1])
            return self.head(self.blocks(x, mask, cache=cache))
        if not isinstance(self.position, nn.Identity):
            x = self.position(x, before)
        return self.head(self.blocks(x, is_causal=True, cache=cache))


class Translator(nn.Module):
    """decode(ids (N, t), memory (N, S, C), memory_mask) to scores (N, t, V)."""

    def __init__(self) -> None:
        self.token = nn.Embedding(VOCABULARY, CHANNELS)
        self.position = nn.LearnedPosition(PLACES, CHANNELS)
        self.transformer = nn.Transformer(CHANNELS, HEADS, 1, 2, 16, 0.2, norm_first=True)
        self.head = nn.Linear(CHANNELS, VOCABULARY, bias=False)

    def decode(
        self, ids: np.ndarray, memory: Any, memory_mask: Any = None, cache: nn.KeyValueCache | None = None
    ) -> mg.Tensor:
        x = self.position(self.token(ids), 0 if cache is None else cache.length)
        return self.head(self.transformer.decode(x, memory, memory_mask, tgt_is_causal=True, cache=cache))


class Recurrent(nn.Module):
    """step(ids (N,), state) to scores (N, V) and the state (N, H) after them."""

    def __init__(self) -> None:
        self.token = nn.Embedding(VOCABULARY, CHANNELS)
        self.dropout = nn.Dropout(0.2)
        self.cell = nn.LSTMCell(CHANNELS, CHANNELS)
        self.head = nn.Linear(CHANNELS, VOCABULARY, bias=False)

    def begin(self, count: int) -> dict[str, Any]:
        zeros = np.zeros((count, CHANNELS))
        return {
            "cell": (mg.tensor(zeros), mg.tensor(zeros)),
            "read": [np.zeros(count, np.int64)],
            "name": None,
        }

    def forward(self, ids: np.ndarray, state: dict[str, Any]) -> tuple[mg.Tensor, dict[str, Any]]:
        hidden, memory = self.cell(self.dropout(self.token(ids)), state["cell"])
        return self.head(hidden), {**state, "cell": (hidden, memory), "read": [state["read"][0] + 1]}


class Unrolled(nn.Module):
    """A Recurrent as a model of whole texts: ids (N, t) to scores (N, t, V)."""

    def __init__(self, recurrent: Recurrent) -> None:
        self.recurrent = recurrent

    def forward(self, ids: np.ndarray) -> mg.Tensor:
        state, scores = self.recurrent.begin(len(ids)), []
        for new in ids.T:
            each, state = self.recurrent(new, state)
            scores.append(each)
        return mg.stack(scores, axis=1)


class Table:
    """A decoder that scores by the last id alone, scores (V, V); `asked` has the ids of each call's rows."""

    def __init__(self, scores: Any) -> None:
        self.table = np.array(scores, np.float64)
        self.asked: list[list[int]] = []

    def scores(self, ids: np.ndarray) -> np.ndarray:
        self.last = ids[:, -1]
        self.asked.append(self.last.tolist())
        return self.table[self.last]

    def keep(self, rows: np.ndarray) -> None:
        self.last = self.last[rows]


EOS = 1
PROMPT = np.array([[1, 4], [2, 2], [5, 3]])
MEMORY = np.random.default_rng(1).normal(size=(3, 5, CHANNELS))
MEMORY_MASK = nn.padding_mask([5, 2, 3], 5)

# For each kind of model a way to make a decoder that keeps what it can, and one that reads all anew.
Pair = tuple[Callable[[], Decoder], Callable[[], Decoder]]


def _of(model: nn.Module, **options: Any) -> Pair:
    return lambda: Cached(model, **options), lambda: Whole(model, **options)


def _stepped(model: Recurrent) -> Pair:
    return lambda: Stepped(model, model.begin(len(PROMPT))), lambda: Whole(Unrolled(model))


PAIRS: dict[str, Pair] = {
    **{positions: _of(drawn(Writer(positions))) for positions in POSITIONS},
    "moving window": _of(drawn(Writer()), context=5),
    "moving window by strides": _of(drawn(Writer("rotary")), context=6, stride=4),
    "encoder-decoder": _of(drawn(Translator()), memory=mg.tensor(MEMORY)),
    "padded memory": _of(drawn(Translator()), memory=MEMORY, memory_mask=MEMORY_MASK),
    "recurrent": _stepped(drawn(Recurrent())),
}
