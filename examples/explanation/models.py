"""The classifiers, each of embeddings, so that these can be changed; and how they are trained."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

import minigrad as mg
import nn
from examples.explanation.tasks import Task, Texts
from nn import functional as F

Rng = np.random.Generator
WIDTH, HIDDEN = 32, 32


class Classifier(nn.Module):
    """ids (B, S) and lengths (B,) -> scores (B, K), by way of the embeddings (B, S, C)."""

    attended = "attention"  # where the weights on the places of the text are found

    def __init__(self, task: Task, rng: Rng) -> None:
        self.embedding = nn.Embedding(len(task.words), WIDTH, rng=rng)

    def forward(self, ids: np.ndarray, lengths: np.ndarray) -> mg.Tensor:
        return self.answer(self.embedding(ids), lengths)

    def answer(self, x: mg.Tensor, lengths: np.ndarray) -> mg.Tensor:
        """Embeddings (B, S, C) -> scores (B, K)."""
        raise NotImplementedError

    def weights(self, texts: Texts) -> np.ndarray:
        """How much of each place goes into the answer, by the weights: (B, S)."""
        with nn.record_attention(self) as maps, mg.no_grad():
            self(texts.ids, texts.lengths)
        return self.on_places(maps[self.attended])

    def on_places(self, weights: np.ndarray) -> np.ndarray:
        """(B, H, T, S) -> (B, S)."""
        return weights[:, 0, 0]


class Pooled(Classifier):
    """Places that know only themselves, weighed by an additive score against one learned query."""

    def __init__(self, task: Task, rng: Rng) -> None:
        super().__init__(task, rng)
        self.place = self.places(rng)
        self.query = nn.Parameter(rng.normal(0, 0.1, (1, 1, WIDTH)).astype(np.float32))
        self.attention = nn.Attention(nn.AdditiveScore(WIDTH, 2 * HIDDEN, HIDDEN, rng=rng))
        self.head = nn.Linear(2 * HIDDEN, task.classes, rng=rng)

    def places(self, rng: Rng) -> nn.Module:
        return nn.Sequential(nn.Linear(WIDTH, 2 * HIDDEN, rng=rng), nn.Tanh())

    def annotations(self, x: mg.Tensor, lengths: np.ndarray) -> mg.Tensor:
        return self.place(x)

    def answer(self, x: mg.Tensor, lengths: np.ndarray) -> mg.Tensor:
        h = self.annotations(x, lengths)  # (B, S, 2H)
        query = mg.broadcast_to(self.query, (len(x), 1, WIDTH))
        seen = nn.padding_mask(lengths, x.shape[1])
        return self.head(self.attention(query, h, h, seen)[:, 0])


class BiGRU(Pooled):
    """The same of places that a GRU has read from both sides: the model of Jain and Wallace (2019), with
    GRUs for its LSTMs."""

    def places(self, rng: Rng) -> nn.Module:
        return nn.GRU(WIDTH, HIDDEN, bidirectional=True, rng=rng)

    def annotations(self, x: mg.Tensor, lengths: np.ndarray) -> mg.Tensor:
        return self.place(x, lengths=lengths)[0]


class Encoder(Classifier):
    """A Transformer encoder of two layers, whose class token answers (Devlin et al., 2019, section 3)."""

    attended = "layers.layers.1.self_attn"

    def __init__(self, task: Task, rng: Rng) -> None:
        super().__init__(task, rng)
        self.class_token = nn.Parameter(rng.normal(0, 0.1, (1, 1, WIDTH)).astype(np.float32))
        self.position = nn.LearnedPosition(task.train.ids.shape[1], WIDTH, rng=rng)
        layer = nn.TransformerEncoderLayer(WIDTH, 4, 2 * WIDTH, 0.0, "gelu", norm_first=True, rng=rng)
        self.layers = nn.TransformerEncoder(layer, 2, nn.LayerNorm(WIDTH))
        self.head = nn.Linear(WIDTH, task.classes, rng=rng)

    def answer(self, x: mg.Tensor, lengths: np.ndarray) -> mg.Tensor:
        first = mg.broadcast_to(self.class_token, (len(x), 1, WIDTH))
        seen = nn.padding_mask(lengths + 1, x.shape[1] + 1)
        x = self.layers(mg.concatenate([first, self.position(x)], axis=1), seen)
        return self.head(x[:, 0])

    def on_places(self, weights: np.ndarray) -> np.ndarray:
        return weights[:, :, 0, 1:].mean(axis=1)  # the class token's, mean of the heads


class Lookup(Classifier):
    """The first place asks, the others are looked up: what is asked enters nothing but the weights."""

    def __init__(self, task: Task, rng: Rng) -> None:
        super().__init__(task, rng)
        self.attention = nn.Attention(nn.AdditiveScore(WIDTH, WIDTH, 2 * HIDDEN, rng=rng))
        self.value = nn.Linear(WIDTH, HIDDEN, rng=rng)
        self.head = nn.Linear(HIDDEN, task.classes, rng=rng)

    def answer(self, x: mg.Tensor, lengths: np.ndarray) -> mg.Tensor:
        asked, pairs = x[:, :1], x[:, 1:]
        return self.head(self.attention(asked, pairs, self.value(pairs))[:, 0])

    def on_places(self, weights: np.ndarray) -> np.ndarray:
        return np.pad(weights[:, 0, 0], ((0, 0), (1, 0)))


MODELS = {"Words": Pooled, "BiGRU": BiGRU, "Encoder": Encoder, "Lookup": Lookup}


def trained(
    kind: str, task: Task, seed: int, steps: int, uniform: bool = False, guide: np.ndarray | None = None
) -> Classifier:
    """A model of that kind; with `uniform` weights from the start, or with those of `guide` (N, S)."""
    rng = np.random.default_rng(seed)
    model = MODELS[kind](task, rng)
    optimizer = nn.optim.Adam(model.parameters(), lr=3e-3)
    rows = np.arange(len(task.train.labels))

    def loss(batch: Any) -> mg.Tensor:
        ids, lengths, labels, places = batch
        with held(model, uniform, None if guide is None else guide[places]):
            return F.cross_entropy(model(ids, lengths), labels)

    training = nn.Training(
        model,
        optimizer,
        loss,
        nn.data.Batches((*task.train, rows), 32, rng=rng),
        steps,
        schedule=nn.optim.lr_scheduler.WarmupCosineLR(optimizer, steps // 20, steps, final=0.05),
        every=steps,
        progress=f"{task.name}, {kind}, seed {seed}"
        + (", uniform" if uniform else ", guided" * (guide is not None)),
    )
    training.run()
    return model


def held(model: nn.Module, uniform: bool, guide: np.ndarray | None) -> AbstractContextManager[None]:
    """A block in which the weights are uniform, or those of `guide` (B, S); else the model's own."""
    if guide is not None:
        return nn.explain.with_weights(model, lambda attended: guide[:, None, None])
    return nn.explain.with_weights(model, "uniform") if uniform else nullcontext()
