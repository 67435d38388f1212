"""The digits, what is simpler than the Vision Transformer, and the model, its training and its pictures."""

import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from examples.command import ExampleError, main
from examples.digits import Digits, nearest, nearest_labels, sampled, varied
from examples.outcome import Outcome
from examples.patches import Patches
from examples.vision import Config, ConvNet, VisionTransformer, emptied, looked_at, training_of, work
from nn import functional as F

SMALL = Config(width=16, heads=2, steps=20, batch=16, learning_rate=0.01)


@pytest.fixture(scope="module")
def digits() -> Digits:
    pytest.importorskip("sklearn", reason="the digits are scikit-learn's")
    return Digits.load()


# -- the digits -------------------------------------------------------------------------------------


def test_the_split(digits: Digits) -> None:
    from sklearn.datasets import load_digits

    found = load_digits()
    np.testing.assert_array_equal(digits.test.images * 16, found.images[-500:])
    np.testing.assert_array_equal(digits.train.labels, found.target[:1297])
    drawn = Digits.load("random")
    assert [len(part.labels) for part in (drawn.train, drawn.test)] == [1297, 500]
    both = np.concatenate([drawn.train.images, drawn.test.images]).reshape(1797, -1) * 16
    np.testing.assert_array_equal(np.unique(both, axis=0), np.unique(found.data, axis=0))
    np.testing.assert_array_equal(drawn.test.images, Digits.load("random").test.images)


def test_without_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(
        ExampleError, match="scikit-learn's, which is not installed: pip install scikit-learn"
    ):
        Digits.load()


class Highest:
    """A generator that always draws the most."""

    def uniform(self, low: float, high: float, size: Any) -> np.ndarray:
        return np.full(size, high)


def test_changes_of_hand() -> None:
    images = np.random.default_rng(0).random((3, 8, 8)).astype(np.float32)
    rng: Any = Highest()
    np.testing.assert_allclose(varied(images, rng, 0, 0, 0, 0), images, atol=1e-6)
    moved = varied(images, rng, 0, 2, 0, 0)
    np.testing.assert_allclose(moved[:, 2:, 2:], images[:, :-2, :-2], atol=1e-6)
    assert not moved[:, :2].any()
    assert not moved[:, :, :2].any()
    turned = varied(images, rng, 90, 0, 0, 0)
    np.testing.assert_allclose(turned, np.rot90(images, axes=(2, 1)), atol=0.01)
    twice = varied(images, rng, 0, 0, 1, 0)  # the middle is the same, and what lies around it twice as far
    np.testing.assert_allclose(
        twice[:, 3:5, 3:5].mean(axis=(1, 2)), images[:, 3:5, 3:5].mean(axis=(1, 2)), atol=1e-5
    )
    y, x = np.full((3, 1, 1), 2.5), np.full((3, 1, 1), 4.0)
    slanted = varied(images, rng, 0, 0, 0, 2)  # a row one higher is from two pixels further left
    np.testing.assert_allclose(slanted[:, 3, 1:], images[:, 3, :-1], atol=1e-6)
    np.testing.assert_allclose(slanted[:, 2, 3:], images[:, 2, :-3], atol=1e-6)
    np.testing.assert_allclose(sampled(images, y, x)[:, 0, 0], images[:, 2:4, 4].mean(axis=1), atol=1e-6)
    assert varied(images, np.random.default_rng(1)).dtype == np.float32


def test_nearest_neighbours(digits: Digits) -> None:
    known, asked = digits.train.at(slice(0, 60)), digits.test.images[:8]
    for row, image in zip(nearest(known.images, asked, 3), asked, strict=True):
        distances = [math.dist(image.ravel(), other.ravel()) for other in known.images]
        assert list(row) == sorted(range(60), key=distances.__getitem__)[:3]
    np.testing.assert_array_equal(nearest_labels(known, known.images, 1), known.labels)
    right = nearest_labels(digits.train, digits.test.images) == digits.test.labels
    assert right.mean() == pytest.approx(0.968)  # as scikit-learn's KNeighborsClassifier(3)


# -- patches ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("patch", "stride", "along"), [(4, 4, 2), (2, 2, 4), (4, 1, 5)])
def test_patches_are_pixels_times_a_matrix(patch: int, stride: int, along: int) -> None:
    rng = np.random.default_rng(0)
    patches = Patches(8, patch, stride, 6, rng)
    images = rng.random((2, 8, 8)).astype(np.float32)
    got = patches(images).numpy()
    matrix = patches.embed.weight.numpy().reshape(6, -1).T
    for n, (row, column) in enumerate(np.ndindex(along, along)):
        pixels = images[:, row * stride :, column * stride :][:, :patch, :patch].reshape(2, -1)
        expected = pixels @ matrix + patches.embed.bias.numpy() + patches.position.weight.numpy()[n]
        np.testing.assert_allclose(got[:, n], expected, atol=1e-5)
    assert got.shape == (2, along**2, 6)


def test_weights_over_pixels() -> None:
    beside = Patches(8, 4, 4, 2, np.random.default_rng(0))
    over = beside.over_pixels(np.array([[0.1, 0.2, 0.3, 0.4]]))
    np.testing.assert_allclose(over[0, ::4, ::4], [[0.1, 0.2], [0.3, 0.4]])
    np.testing.assert_allclose(over.sum(), 16)
    overlapping = Patches(8, 4, 2, 2, np.random.default_rng(0))
    np.testing.assert_allclose(overlapping.over_pixels(np.full(9, 0.5)), 0.5)
    np.testing.assert_allclose(
        overlapping.over_pixels(np.eye(9)[0])[:4, :4], [[1, 1, 0.5, 0.5]] * 2 + [[0.5, 0.5, 0.25, 0.25]] * 2
    )


# -- the model --------------------------------------------------------------------------------------


def test_the_order_of_patches_is_in_their_positions_alone() -> None:
    rng = np.random.default_rng(0)
    model = VisionTransformer(replace(SMALL, patch=4, stride=4), rng)
    model.eval()
    images = rng.random((3, 8, 8)).astype(np.float32)
    before = model(images).numpy()
    flipped = np.concatenate(
        [images[:, 4:], images[:, :4]], axis=1
    )  # the upper and lower patches change places
    assert np.abs(model(flipped).numpy() - before).max() > 1e-4
    position = model.patches.position.weight
    position.data = position.data[[2, 3, 0, 1]]
    np.testing.assert_allclose(model(flipped).numpy(), before, atol=1e-5)


def test_rollout_is_the_product_of_the_layers() -> None:
    rng = np.random.default_rng(0)
    model = VisionTransformer(replace(SMALL, patch=4, stride=4), rng)
    images = rng.random((3, 8, 8)).astype(np.float32)
    heads, rolled = looked_at(model, images)
    with mg.no_grad(), nn.record_attention(model) as maps:
        model(images)
    one, two = (maps[f"layers.{i}.self_attn"].mean(axis=1) / 2 + np.eye(5) / 2 for i in range(2))
    product = np.einsum("bij,bjk->bik", two, one)[:, 0, 1:]  # (B, 4)
    np.testing.assert_allclose(rolled[:, ::4, ::4].reshape(3, 4), product, atol=1e-6)
    np.testing.assert_allclose(
        heads[:, :, ::4, ::4].reshape(3, 2, 4), maps["layers.1.self_attn"][:, :, 0, 1:], atol=1e-6
    )


def test_emptied_pixels() -> None:
    rng = np.random.default_rng(0)
    images, order = rng.random((2, 3, 8, 8)) + 0.1
    got = emptied(images, order)
    for image, before, ranks in zip(got, images, order, strict=True):
        gone = ranks >= np.sort(ranks.ravel())[-16]
        assert not image[gone].any()
        np.testing.assert_array_equal(image[~gone], before[~gone])


@pytest.mark.parametrize("make", [lambda rng: VisionTransformer(Config(), rng), ConvNet])
def test_it_learns(make: Any, digits: Digits) -> None:
    rng = np.random.default_rng(0)
    config = Config(steps=100, batch=32, learning_rate=4e-3)
    rows = training_of(make(rng), digits, config, rng).run()
    assert rows[-1]["train_loss"] < rows[0]["train_loss"] - 0.8


def test_under_debug() -> None:
    images, labels = np.random.default_rng(0).random((3, 8, 8)).astype(np.float32), np.arange(3)

    def gradients() -> list[np.ndarray]:
        model = VisionTransformer(SMALL, np.random.default_rng(0))
        F.cross_entropy(model(images), labels).backward()
        return [p.grad.numpy() for p in model.parameters()]

    expected = gradients()
    with mg.debug():
        got = gradients()
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_array_equal(a, b)


# -- the command ------------------------------------------------------------------------------------


def test_the_command(digits: Digits, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("vision", None, SMALL, work, ["--out", str(tmp_path), "--steps", "8"]) == 0
    measure, without = Outcome.load(tmp_path).measures
    assert list(without.beside) == [
        f"those {which}"
        for which in ("of the greatest gradient × input", "with the most ink", "drawn by lot")
    ]
    assert measure.wanted == 97
    assert measure.beside["3 nearest neighbours"] == pytest.approx(96.8)
    assert measure.beside["the commonest digit"] == pytest.approx(100 * np.mean(digits.test.labels == 3))
    assert (tmp_path / "attention.png").stat().st_size > 10_000
    assert "1,297 digits to learn from, 500 to be tested on" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--split", "mine"], "argument --split: invalid choice"),
        (["--heads", "5"], "error: 16 channels cannot be shared by 5 heads"),
        (["--patch", "9"], "error: patches of 9×9"),
        (["--stride", "0"], "argument --stride: it must be at least 1"),
    ],
)
def test_mistakes(
    words: list[str], sentence: str, digits: Digits, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main("vision", None, SMALL, work, ["--out", str(tmp_path), *words]) == 2
    said = capsys.readouterr().err
    assert sentence in said
