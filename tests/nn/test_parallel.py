"""Training by mg.data_parallel: the same parameters, nearly to the bit, as without it."""

from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn import functional as F
from nn import optim


class Classifier(nn.Module):
    """A small Transformer over token ids."""

    def __init__(self, dropout: float = 0.0) -> None:
        rng = np.random.default_rng(0)
        self.embedding = nn.Embedding(11, 8, rng=rng)
        layer = nn.TransformerEncoderLayer(8, 2, 16, dropout, rng=rng)
        self.encoder = nn.TransformerEncoder(layer, 2)
        self.head = nn.Linear(8, 11, rng=rng)

    def forward(self, ids: np.ndarray) -> mg.Tensor:
        return self.head(self.encoder(self.embedding(ids), is_causal=True))

    def loss(self, ids: np.ndarray, targets: np.ndarray) -> mg.Tensor:
        return F.cross_entropy(self(ids).reshape(-1, 11), targets.reshape(-1))


IDS, TARGETS = np.random.default_rng(1).integers(0, 11, (2, 5, 4))


def trained(call: Any) -> list[np.ndarray]:
    model = Classifier()
    optimizer = optim.SGD(model.parameters(), lr=0.5)
    for _ in range(2):
        optimizer.zero_grad()
        call(model.loss, IDS, TARGETS).backward()
        optimizer.step()
    return [p.data for p in model.parameters()]


@pytest.mark.parametrize("threads", [2, 3])
def test_two_steps_of_training(threads: int) -> None:
    plain = trained(lambda f, *batch: f(*batch))
    parted = trained(lambda f, *batch: mg.data_parallel(f, *batch, threads=threads))
    for a, b in zip(plain, parted, strict=True):
        assert a.dtype == b.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_logits_in_the_order_of_the_batch() -> None:
    model = Classifier()
    with mg.no_grad():
        parted = mg.data_parallel(model, IDS, threads=2)
        np.testing.assert_allclose(parted.data, model(IDS).data, rtol=1e-5, atol=1e-6)


def test_dropout_is_refused_in_training_only() -> None:
    model = Classifier(dropout=0.1)
    with pytest.raises(ValueError, match=r"'Classifier\.loss' draws random numbers"):
        mg.data_parallel(model.loss, IDS, TARGETS, threads=2)
    model.eval()
    mg.data_parallel(model.loss, IDS, TARGETS, threads=2).backward()
    assert all(p.grad is not None for p in model.parameters())


def test_nodes_have_the_paths_of_their_modules() -> None:
    paths: set[str] = set()

    def note(op: Any, operands: Any, options: Any, out: Any) -> None:
        paths.add(mg.current_scope())

    with mg.observe(note):
        mg.data_parallel(Classifier(), IDS, threads=2)
    assert "Classifier.encoder.layers.1.self_attn" in paths
