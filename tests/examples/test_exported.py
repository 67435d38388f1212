"""The examples' models, written as ONNX, compute the same elsewhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from examples import caption, sound, tiny_gpt, vision
from examples.char.model import POSITIONS, CharTransformer, ModelConfig
from examples.long_range.model import MODELS, LanguageModel
from examples.translation.models import NAMES, Sizes, build
from tests.cases import each

pytest.importorskip("onnx", reason="onnx is not installed: pip install onnx")
from tests.onnx_runs import assert_same_elsewhere

RNG = np.random.default_rng(0)


class WholeTexts(nn.Module):
    """A translator of sources that fill their places: the mask that lengths make is no op."""

    def __init__(self, name: str) -> None:
        self.model = build(name, 12, 13, RNG, Sizes(), "sinusoidal", "pre")

    def forward(self, source: np.ndarray, before: np.ndarray) -> Any:
        return self.model(source, np.full(len(source), source.shape[1]), before)


def floats(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


def ids(*shape: int) -> np.ndarray:
    return RNG.integers(0, 9, shape)


Case = tuple[Callable[[], nn.Module], list[np.ndarray]]
CASES: dict[str, Case] = {
    "vision": (lambda: vision.VisionTransformer(vision.Config(), RNG), [floats(3, 8, 8)]),
    "vision, convolutions": (lambda: vision.ConvNet(RNG), [floats(3, 8, 8)]),
    "tiny_gpt": (lambda: tiny_gpt.GPT(30, tiny_gpt.Config(layers=2), RNG), [ids(3, 16)]),
    "caption": (lambda: caption.Captioner(caption.Config(), RNG), [floats(2, 20, 20), ids(2, 7)]),
    "sound": (
        lambda: sound.ListenerSpeller(sound.Config(), RNG),
        [floats(2, sound.FRAMES, sound.BINS), ids(2, 7)],
    ),
    **{
        f"char_transformer, {positions}": (
            lambda p=positions: CharTransformer(ModelConfig(30, 16, 2, 4, 32, p, 0.1), RNG),
            [ids(3, 16)],
        )
        for positions in POSITIONS
    },
    **{
        f"long_range, {name}": (lambda m=model: LanguageModel(m, RNG), [ids(2, 32)])
        for name, model in MODELS.items()
    },
    **{f"translate, {name}": (lambda n=name: WholeTexts(n), [ids(3, 6), ids(3, 5)]) for name in NAMES},
}  # fmt: skip


@each("name", CASES)
def test_a_model_is_the_same_elsewhere(name: str, tmp_path: Path) -> None:
    build, inputs = CASES[name]
    assert_same_elsewhere(build(), inputs, tmp_path / "it.onnx")
