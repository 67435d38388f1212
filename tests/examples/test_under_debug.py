"""The examples' training steps inside of mg.debug(): the same weights, bit for bit."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from examples.char.corpus import Corpus, Text
from examples.char.settings import Settings
from examples.char.training import Trainer as CharTrainer
from examples.long_range.language import Filler
from examples.long_range.model import MODELS
from examples.long_range.training import Plan, Trainer


def char(dropout: float, positions: str) -> tuple[Any, Callable[[], object]]:
    text = Text("words", " ".join(np.random.default_rng(0).choice(["the", "fox", "jumps", "over"], 300)))
    settings = Settings(
        layers=1, heads=2, channels=8, context=12, batch=4, dropout=dropout, positions=positions
    )
    trainer = CharTrainer(settings, Corpus.of(text))
    return trainer, lambda: (trainer.step(), trainer.validate(4))


def long_range(name: str) -> tuple[Any, Callable[[], object]]:
    trainer = Trainer(replace(MODELS[name], channels=16, heads=2, hidden=8), Plan(steps=4), Filler())
    return trainer, trainer.step


PROGRAMS = {
    **{
        f"char, dropout {p}, {positions}": lambda p=p, positions=positions: char(p, positions)
        for p, positions in ((0.0, "rotary"), (0.1, "learned"), (0.0, "sinusoidal"))
    },
    **{f"long range, {name}": lambda name=name: long_range(name) for name in MODELS},
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_step_is_the_same_with_and_without(name: str) -> None:
    def weights(watch: Callable[[], Any]) -> dict[str, np.ndarray]:
        trainer, step = PROGRAMS[name]()
        for _ in range(2):
            with watch():
                step()
        step()  # and on from there
        assert all(p.data.flags.writeable for p in trainer.model.parameters())
        return dict(trainer.model.state_dict())

    expected, got = weights(contextlib.nullcontext), weights(mg.debug)
    for key, array in got.items():
        np.testing.assert_array_equal(array, expected[key], err_msg=key)
