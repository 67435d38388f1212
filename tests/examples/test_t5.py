"""Text to text: reports whose facts another reading finds too, fools right by hand, a model that learns."""

import csv
import re
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
import nn
from examples.command import main
from examples.outcome import Outcome
from examples.reports import EVENTS, QUESTIONS, TOWNS, Answers, Facts, Summaries
from examples.t5 import COMMONEST, NEAREST, T5, Config, as_text, draw_bars, exact, nearest, together, work
from examples.translation.dates import WEEKDAYS, Dates
from examples.translation.pairs import Pair, held_out
from nn import functional as F

SMALL = Config(width=16, heads=2, layers=1, batch=8, rate=1e-2, warmup=5, examples=60, tests=12)


def understood(report: str) -> dict[str, str]:
    """The facts of a report, by what each sentence is about."""
    facts = {}
    for sentence in re.findall(r"[^.]+", report):
        words = re.findall(r"\w+", sentence)
        if "year" in words:
            names = ("past", "elsewhere", "", "")
        elif "men" in words:
            names = ("", "helper", "", "helpers")
        else:
            names = ("event", "town", "later" if {"next", "Next"} & {*words} else "day", "hurt")
        for name, kind in zip(names, (EVENTS, TOWNS, WEEKDAYS, map(str, range(100))), strict=True):
            for word in {*kind} & {*words}:
                assert name not in ("", *facts)
                facts[name] = word
    return facts


@pytest.mark.parametrize("for_tests", [False, True])
def test_reports_say_their_facts_once_each(for_tests: bool, rng: np.random.Generator) -> None:
    sentences = set()
    for _ in range(300):
        facts = Facts.draw(rng, for_tests)
        report = facts.report(rng)
        assert understood(report) == {name: str(value) for name, value in asdict(facts).items()}
        assert facts.summary == f"{facts.event} in {facts.town} on {facts.day}, {facts.hurt} hurt"
        assert held_out(facts.summary) == for_tests
        assert len({facts.town, facts.helper, facts.elsewhere}) == 3
        assert facts.event != facts.past
        assert facts.day != facts.later
        assert facts.hurt != facts.helpers
        sentences.add(report.count("."))
    assert sentences == {5, 6, 7, 8}


def test_questions_are_answered_by_the_report(rng: np.random.Generator) -> None:
    meant = dict(zip(QUESTIONS, "event town day hurt helper helpers past".split(), strict=True))
    rows = Answers().tests(rng, 20)
    assert list(rows) == list(QUESTIONS)
    for question, pairs in rows.items():
        for pair in pairs:
            assert pair.source.startswith(question)
            assert understood(pair.source.removeprefix(question))[meant[question]] == pair.target


REPORT = (
    "Last year it was a storm in Turin. Ghent saw a fire this Monday. 14 people were hurt. Oslo sent 30 men."
)


def test_fools_of_reports() -> None:
    first = Pair(REPORT, "storm in Turin on Monday, 14 hurt", (), "report")
    assert Summaries().guess(first) == 1
    assert Summaries().guess(first._replace(target="fire in Ghent on Monday, 14 hurt")) == 0
    for question, answer, right in (
        ("what happened?", "fire", 0),
        ("what was it last year?", "storm", 1),
        ("where was it?", "Ghent", 0),
        ("when was it?", "Monday", 1),
        ("how many were hurt?", "14", 1),
        ("how many helped?", "30", 0),
    ):
        assert Answers().guess(Pair(f"{question} {REPORT}", answer, (), question)) == right


def test_text_to_text() -> None:
    pair = as_text("date", Pair("2021년 3월 3일", "2021-03-03", (), ""))
    assert pair.source == "date: 2 0 2 1 년 3 월 3 일"
    words = nn.data.Vocabulary.of_words([pair.source, pair.target], ("<pad>", "<bos>", "<eos>"))
    written = words.decode(words.encode(pair.target))
    assert together(written) == "2021-03-03"
    assert exact([written, written], [pair, pair._replace(target="2 0 2 1-0 3-0 4")]) == 50


def test_the_nearest_example_is_that_with_the_most_words_in_common() -> None:
    train = [Pair("a b c", "1", (), ""), Pair("d e", "2", (), ""), Pair("a a a x", "3", (), "")]
    tests = [Pair("e d", "", (), ""), Pair("a b", "", (), ""), Pair("a a x", "", (), "")]
    assert nearest(train, tests) == ["2", "1", "3"]


def test_one_matrix_reads_and_writes(rng: np.random.Generator) -> None:
    ids, lengths = rng.integers(3, 9, (3, 5)), np.array([5, 3, 4])

    def gradients() -> dict[str, np.ndarray]:
        model = T5(9, SMALL, np.random.default_rng(0))
        F.cross_entropy(model(ids, lengths, ids[:, :4]).swapaxes(1, 2), ids[:, 1:]).backward()
        return {name: p.grad.numpy() for name, p in model.named_parameters()}

    expected = gradients()
    assert [name for name in expected if "layers" not in name] == ["source.weight", "output.bias"]
    with mg.debug():
        got = gradients()
    for name, gradient in got.items():
        np.testing.assert_array_equal(gradient, expected[name])


# -- the command ------------------------------------------------------------------------------------


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("num2words", reason="num2words is absent: pip install num2words")
    words = ["--out", str(tmp_path), "--steps", "12"]
    assert main("t5", None, SMALL, work, words, finish=draw_bars) == 0
    *tasks, cost = Outcome.load(tmp_path).measures
    assert [(task.name, task.wanted) for task in tasks] == [
        (f"{name}: exact match", 95) for name in ("number", "date", "sum", "ask")
    ]
    for task in tasks:
        alone, fool, *_ = task.beside.values()
        assert alone <= fool  # so few steps teach nothing
        assert {NEAREST, COMMONEST} < set(task.beside)
    assert tasks[1].beside[Dates.fool] > 20
    alone = np.mean([task.beside["a model for this task alone"] for task in tasks])
    assert cost.mean == pytest.approx(alone - np.mean([task.mean for task in tasks]))
    with (tmp_path / "metrics.csv").open() as lines:
        losses = [float(row["train_loss"]) for row in csv.DictReader(lines)]
    assert losses[-1] < losses[0] - 1
    pictures = ["exact_match", *(f"attention-{name}" for name in ("number", "date", "sum", "ask"))]
    assert all((tmp_path / f"{name}.png").stat().st_size > 4000 for name in pictures)
    assert "ask: who sent help? ... ->" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["--heads", "3"],
            "error: --width 16 is shared among 3 heads, with an even number of channels for each",
        ),
        (["--examples", "3"], "error: --examples 3 are too few to hold every word of the questions"),
        (["--heads", "0"], "argument --heads: it must be at least 1, and is '0'"),
        (["--tests", "0"], "argument --tests: it must be at least 1, and is '0'"),
        (["--positions", "none"], "argument --positions: invalid choice"),
    ],
)
def test_mistakes(
    words: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main("t5", None, SMALL, work, ["--out", str(tmp_path), *words]) == 2
    assert sentence in capsys.readouterr().err
