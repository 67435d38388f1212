"""Sizes that a layer can have, axes that are there, places that resizing takes: as in PyTorch, or refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn import functional as F
from tests.cases import each

SIZES: dict[str, Callable[[Any], Any]] = {
    "Linear": lambda n: nn.Linear(n, 3),
    "Linear out": lambda n: nn.Linear(3, n),
    "Bilinear": lambda n: nn.Bilinear(2, n, 3),
    "Embedding": lambda n: nn.Embedding(n, 3),
    "Embedding dim": lambda n: nn.Embedding(3, n),
    "GroupNorm channels": lambda n: nn.GroupNorm(1, n),
    "LayerNorm": lambda n: nn.LayerNorm((2, n)),
    "RMSNorm": lambda n: nn.RMSNorm(n),
    "BatchNorm1d": lambda n: nn.BatchNorm1d(n),
    "InstanceNorm2d": lambda n: nn.InstanceNorm2d(n),
    "attention kdim": lambda n: nn.MultiheadAttention(4, 2, kdim=n),
    "RNN inputs": lambda n: nn.RNN(n, 2),
    "RNNCell inputs": lambda n: nn.RNNCell(n, 2),
    "LearnedPosition": lambda n: nn.LearnedPosition(n, 2),
    "SinusoidalPosition": lambda n: nn.SinusoidalPosition(n, 2),
    "encoder": lambda n: nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 4), n),
}
COUNTS: dict[str, Callable[[Any], Any]] = {
    "attention heads": lambda n: nn.MultiheadAttention(8, n),
    "attention channels": lambda n: nn.MultiheadAttention(n, 1),
    "GroupNorm groups": lambda n: nn.GroupNorm(n, 4),
    "Conv1d kernel": lambda n: nn.Conv1d(2, 2, n),
    "Conv2d kernel": lambda n: nn.Conv2d(2, 2, (1, n)),
    "Conv1d groups": lambda n: nn.Conv1d(2, 2, 1, groups=n),
    "Conv1d stride": lambda n: nn.Conv1d(2, 2, 1, stride=n),
    "Conv2d dilation": lambda n: nn.Conv2d(2, 2, 1, dilation=(n, 1)),
    "Conv1d channels": lambda n: nn.Conv1d(n, 2, 1),
    "ConvTranspose1d stride": lambda n: nn.ConvTranspose1d(2, 2, 1, stride=n),
    "RNN hidden": lambda n: nn.RNN(2, n),
    "LSTM layers": lambda n: nn.LSTM(2, 2, n),
    "GRUCell hidden": lambda n: nn.GRUCell(2, n),
    "PReLU": lambda n: nn.PReLU(n),
    "ALiBi": lambda n: nn.ALiBi(n),
    "decoder heads": lambda n: nn.TransformerDecoderLayer(4, n),
}


@each("name", [*SIZES, *COUNTS])
def test_sizes(name: str) -> None:
    """From 0 on what may be empty, from 1 on what must be there; of NumPy's integers as well."""
    least = 0 if name in SIZES else 1
    build = SIZES.get(name) or COUNTS[name]
    build(np.int64(least))
    for wrong in (least - 1, -7):
        with pytest.raises(ValueError, match=rf"{wrong}|least"):
            build(wrong)


@each("name", [name for name in (*SIZES, *COUNTS) if name != "ALiBi"])
def test_a_size_is_a_whole_number(name: str) -> None:
    with pytest.raises(TypeError, match=r"integers?, and got"):
        (SIZES.get(name) or COUNTS[name])(2.5)


@each(
    "build",
    [
        lambda n: nn.causal_mask(n),
        lambda n: nn.window_mask(n, 2),
        lambda n: nn.padding_mask([0], n),
        lambda n: nn.ALiBi(2)(n),
    ],
    ids=["causal", "window", "padding", "ALiBi"],
)
def test_masks_are_of_whole_lengths(build: Callable[[Any], np.ndarray]) -> None:
    assert build(np.int64(3)).shape[-1] == 3
    with pytest.raises(TypeError, match="in integers"):
        build(2.5)
    with pytest.raises(ValueError, match="at least 0"):
        build(-1)


def test_windows_are_of_whole_places() -> None:
    for build in (nn.KeyValueCache, lambda n: nn.KeyValueCache(window=n), lambda n: nn.window_mask(4, n)):
        build(np.int64(2))
        with pytest.raises(TypeError, match="in integers"):
            build(2.5)


@each("shape", [(), (3,), (2, 3, 4)], ids=str)
def test_flatten_takes_the_axes_that_torch_takes(shape: tuple[int, ...]) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch to compare")
    for start in range(-5, 5):
        for end in range(-5, 5):
            try:
                expected = tuple(torch.nn.Flatten(start, end)(torch.zeros(shape)).shape)
            except (IndexError, RuntimeError):
                with pytest.raises((IndexError, ValueError)):
                    nn.Flatten(start, end)(mg.tensor(np.zeros(shape)))
            else:
                assert nn.Flatten(start, end)(mg.tensor(np.zeros(shape))).shape == expected


@each("sizes", [(2, 2), (-1, 2), (4,), (-1,), (), (-1, -1), (3, -1), (-2, -2), (0, -1), (1, 4, 1)])
def test_unflatten_takes_the_lengths_that_torch_takes(sizes: tuple[int, ...]) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch to compare")
    for dim in range(-4, 4):
        try:
            expected = tuple(torch.nn.Unflatten(dim, sizes)(torch.zeros(4, 3, 4)).shape)
        except (IndexError, RuntimeError, AttributeError):
            with pytest.raises((IndexError, ValueError)):
                nn.Unflatten(dim, sizes)(mg.tensor(np.zeros((4, 3, 4))))
        else:
            assert nn.Unflatten(dim, sizes)(mg.tensor(np.zeros((4, 3, 4)))).shape == expected


@each("dtype", [np.float32, np.float64])
@each("mode", ["nearest", "nearest-exact"])
def test_the_nearest_place_is_that_of_torch(mode: str, dtype: Any) -> None:
    """By rounding as by place: those that differ from exact arithmetic are among these sizes."""
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch to compare")
    for n in (1, 2, 3, 4, 5, 7, 10, 14, 29, 50, 98, 100):
        x = np.arange(n, dtype=dtype)[None, None]
        ways: list[dict[str, Any]] = [{"size": k} for k in range(1, 101)]
        ways += [{"scale_factor": by} for by in (1, 1.1, 1.5, 2, 2.3, 3, 4.7, 10 / 3)]
        for way in ways:
            expected = torch.nn.functional.interpolate(torch.tensor(x), **way, mode=mode).numpy()
            np.testing.assert_array_equal(F.interpolate(mg.tensor(x), **way, mode=mode).numpy(), expected)


@each("way", [{"size": 0}, {"size": -2}, {"scale_factor": -1}, {"scale_factor": 0.1}, {"size": (2, 2)}])
@each("mode", ["nearest", "linear"])
def test_sizes_of_nothing_are_refused(way: dict[str, Any], mode: str) -> None:
    with pytest.raises(ValueError, match="interpolate"):
        F.interpolate(mg.tensor(np.zeros((1, 1, 4))), **way, mode=mode)
    with pytest.raises(ValueError, match="interpolate"):
        F.interpolate(mg.tensor(np.zeros((1, 1, 0))), 3, mode=mode)


def test_an_axis_that_keeps_its_length_keeps_its_values() -> None:
    x = mg.tensor(np.random.default_rng(0).normal(size=(1, 1, 5)))
    np.testing.assert_array_equal(F.interpolate(x, scale_factor=1.05, mode="linear").numpy(), x.numpy())


@each("position", [nn.LearnedPosition(8, 4), nn.SinusoidalPosition(8, 4)])
def test_positions_are_those_of_the_table(position: Any) -> None:
    x = mg.tensor(np.zeros((2, 3, 4), np.float32))
    whole = position(mg.tensor(np.zeros((8, 4), np.float32))).numpy()
    for offset in range(6):
        np.testing.assert_array_equal(position(x, offset).numpy()[1], whole[offset : offset + 3])
    for wrong in (-1, 6):
        with pytest.raises(ValueError, match="positions"):
            position(x, wrong)
