"""The command line that the small examples share."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

import nn
from examples.command import ExampleError, main
from examples.outcome import Measure, Outcome, summarised


@dataclass(frozen=True)
class Config:
    steps: int = 3
    rate: float = 0.5
    kind: Literal["a", "b"] = "a"
    seed: int = 0


def work(config: Config, folder: Path) -> list[Measure]:
    if config.kind == "b":
        raise ExampleError("kind b needs more steps")
    (folder / "picture.txt").write_text(str(config))
    value = config.steps * 10.0 + config.seed
    return [
        Measure("A system", "accuracy", value, beside={"majority": 10.0 + config.seed}, wanted=30),
        Measure("A system", "loss", config.rate, "nats", wanted=0.1, at_most=True),
    ]


def example(*words: str) -> int:
    return main("thing", "A thing.", Config(), work, list(words))


def test_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert example("--out", str(tmp_path), "--steps", "4") == 0
    said = capsys.readouterr().out
    assert "A system, accuracy: 40.0 %  wanted at least 30.0 %: reached\n    majority: 10.0 %" in said
    assert "A system, loss: 0.5 nats  wanted at most 0.1 nats: not reached" in said
    assert "picture.txt, results.json" in said
    outcome = Outcome.load(tmp_path)
    assert outcome.command == f"python -m examples.thing --out {tmp_path} --steps 4"
    assert outcome.config == {"steps": 4, "rate": 0.5, "kind": "a"}
    assert outcome.seeds == [0]
    assert [one.holds for one in outcome.measures] == [True, False]


def test_a_run_for_each_seed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert example("--out", str(tmp_path), "--seeds", "1", "3") == 0
    assert "accuracy: 32.0 %  (31.0 %, 33.0 %)" in capsys.readouterr().out
    assert (tmp_path / "seed-3" / "picture.txt").exists()
    outcome = Outcome.load(tmp_path)
    assert outcome.measures[0].values == [31, 33]
    assert outcome.measures[0].beside == {"majority": 12}
    assert len(outcome.seconds) == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--kind", "c"], "argument --kind: invalid choice"),
        (["--steps", "x"], "argument --steps: an integer is needed, not 'x'"),
        (["--steps", "-1"], "argument --steps: it must be at least 1, and is '-1'"),
        (["--rate", "nan"], "argument --rate: a finite number is needed"),
        (["--kind", "b"], "error: kind b needs more steps"),
        (["--seed", "1"], "unrecognized arguments: --seed 1"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    words: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert example("--out", str(tmp_path / "out"), *words) == 2
    assert sentence in capsys.readouterr().err


def test_runs_with_other_measures_are_refused() -> None:
    with pytest.raises(ValueError, match="the same measures in the same order"):
        summarised([[Measure("a", "x", 1.0)], [Measure("a", "y", 1.0)]])


def test_a_training_that_fails_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the example: a rate that is too high, a disk that is full."""
    for error in (nn.TrainingError("the loss became nan"), nn.FileError("the disk is full")):

        def fails(config: Config, folder: Path, error: Exception = error) -> list[Measure]:
            raise error

        assert main("thing", "A thing.", Config(), fails, ["--out", str(tmp_path)]) == 2
        assert capsys.readouterr().err == f"error: {error}\n"
