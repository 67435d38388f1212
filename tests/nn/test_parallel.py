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


# -- what a part of the batch cannot know -----------------------------------------------------------


def refused(f: Any, *batch: Any, match: str, error: type[Exception] = ValueError) -> None:
    with pytest.raises(error, match=match):
        mg.data_parallel(f, *batch, threads=2)


@pytest.mark.parametrize("ignored", [[0, 1, 5], [5, 6, 7, 8, 9], list(range(10))], ids=str)
def test_a_mean_that_ignores_some_is_refused_and_its_terms_are_right(ignored: list[int]) -> None:
    logits = np.random.default_rng(0).normal(size=(10, 3))
    targets = np.arange(10) % 3
    targets[ignored] = -1
    for loss in (F.cross_entropy, lambda x, y, **options: F.nll_loss(mg.log_softmax(x), y, **options)):
        refused(lambda x, y, loss=loss: loss(x, y, ignore_index=-1), logits, targets, match="data_parallel")
        terms = mg.data_parallel(
            lambda x, y, loss=loss: loss(x, y, ignore_index=-1, reduction="none"), logits, targets, threads=2
        )
        np.testing.assert_allclose(
            terms.sum().data / max((targets >= 0).sum(), 1),
            loss(logits, targets, ignore_index=-1, reduction="sum").data / max((targets >= 0).sum(), 1),
        )


def test_a_mean_of_unequal_parts_that_ignores_none_is_right() -> None:
    logits, targets = np.random.default_rng(0).normal(size=(7, 3)), np.arange(7) % 3
    for options in ({}, {"ignore_index": -1}, {"weight": np.full(3, 2.0)}, {"label_smoothing": 0.2}):
        f = lambda x, y, options=options: F.cross_entropy(x, y, **options)
        np.testing.assert_allclose(
            mg.data_parallel(f, logits, targets, threads=3).data, f(logits, targets).data
        )


def test_a_mean_by_class_weights_is_refused() -> None:
    logits, targets, weight = np.zeros((6, 3)), np.arange(6) // 3, np.array([1.0, 2.0, 3.0])
    refused(lambda x, y: F.cross_entropy(x, y, weight), logits, targets, match="the weights that count")
    refused(lambda x, y: F.nll_loss(x, y, weight), logits, targets, match="the weights that count")


def test_a_mean_by_the_weight_of_each_element_is_refused() -> None:
    """Even where each part has one weight: the other part may have another."""
    x, weight = np.zeros((4, 1)), np.array([[1.0], [1.0], [2.0], [2.0]])
    refused(lambda x, w: F.mse_loss(x, x + 1, weight=w), x, weight, match="the weights that count")
    ones = np.ones_like(weight)
    assert mg.data_parallel(lambda x, w: F.mse_loss(x, x + 1, weight=w), x, ones, threads=2).item() == 1


@pytest.mark.parametrize("tracks", [True, False])
def test_batch_norm_is_refused_in_training_and_left_as_it_was(tracks: bool) -> None:
    layer, x = nn.BatchNorm1d(3, track_running_stats=tracks), np.random.default_rng(0).normal(size=(8, 3))
    before = layer.state_dict()
    refused(layer, mg.tensor(x), match="batch_norm in training normalises over the whole batch")
    np.testing.assert_equal(layer.state_dict(), before)
    if tracks:
        layer.eval()
        parted = mg.data_parallel(layer, mg.tensor(x), threads=2)
        np.testing.assert_allclose(parted.data, layer(mg.tensor(x)).data)


def test_dropout_that_is_refused_has_drawn_nothing() -> None:
    layer = nn.Dropout(0.5, rng=np.random.default_rng(0))
    before = layer.rng.bit_generator.state
    refused(layer, mg.tensor(np.ones((8, 3))), match="draws random numbers")
    assert layer.rng.bit_generator.state == before


def test_what_holds_the_state_of_one_call_is_refused() -> None:
    layer, x = nn.MultiheadAttention(4, 2), mg.tensor(np.zeros((4, 3, 4), np.float32))
    cache = nn.KeyValueCache()
    call = lambda x: layer(x, x, x, is_causal=True, cache=cache)[0]
    with mg.no_grad():
        refused(call, x, match="a KeyValueCache has one place per layer", error=RuntimeError)
    with nn.record_attention(layer) as maps:
        for key in (x, x + 0):
            call = lambda x, key=key: layer(x, x if key is not x else x + 0, x)[0]
            refused(call, x, match="keeps the weights of one call", error=RuntimeError)
    assert maps == {}
    call = lambda x: nn.functional_call(layer, {}, x, x, x)[0]
    refused(call, x, match="functional_call around data_parallel", error=RuntimeError)


def test_rotary_tables_may_be_grown_by_several_threads() -> None:
    rotary = nn.RotaryPosition(4)
    x = np.random.default_rng(0).normal(size=(4, 64, 4))
    expected = nn.RotaryPosition(4)(mg.tensor(x)).data
    np.testing.assert_array_equal(mg.data_parallel(rotary, mg.tensor(x), threads=4).data, expected)
