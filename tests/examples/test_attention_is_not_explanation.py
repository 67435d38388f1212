"""The report on attention as explanation: its tasks, that its models learn them, and what it writes."""

import csv
from pathlib import Path

import numpy as np
import pytest

from examples import attention_is_not_explanation as example
from examples.explanation import report
from examples.explanation.measures import FIGURES, accuracy, judge
from examples.explanation.models import MODELS, trained
from examples.explanation.tasks import BAD, GOOD, KEYS, VALUES, Task, lookup, topics, votes
from tests.cases import each

RESULTS = Path(example.__file__).parent / "results" / example.NAME


def made(make: object) -> Task:
    return make(np.random.default_rng(0))  # type: ignore[operator]


def words_of(task: Task, row: int) -> list[str]:
    texts = task.test
    return [task.words[i] for i in texts.ids[row, : texts.lengths[row]]]


def test_votes_are_counted_and_not_turns_the_next_one_round() -> None:
    task = made(votes)
    for row, label in enumerate(task.test.labels):
        words, total, sign = words_of(task, row), 0, 1
        for word in words:
            total += sign * ((word in GOOD) - (word in BAD))
            sign = -1 if word == "not" else 1
        assert total != 0
        assert label == (total > 0)


def test_the_value_is_that_of_the_key_that_is_asked() -> None:
    task = made(lookup)
    for row, label in enumerate(task.test.labels):
        asked, *pairs = words_of(task, row)
        assert sorted(pair[0] for pair in pairs) == list(KEYS)
        assert dict(pair.split("=") for pair in pairs)[asked[0]] == VALUES[label]


@each("make", [votes, topics, lookup])
def test_no_text_is_learned_from_and_tested_on_and_classes_are_mixed(make: object) -> None:
    task = made(make)
    learned = {tuple(ids) for ids in task.train.ids}
    assert sum(tuple(ids) in learned for ids in task.test.ids) <= 0.02 * len(task.test.ids)
    assert 100 / task.classes - 5 < task.fool < 60
    assert set(task.test.labels) == set(range(task.classes))


@each("kind", MODELS)
def test_words_that_are_padding_change_nothing_and_get_no_weight(kind: str) -> None:
    task = made(lookup if kind == "Lookup" else votes)
    model = MODELS[kind](task, np.random.default_rng(0)).eval()
    row = int(task.test.lengths.argmin())
    texts = type(task.test)(*(x[row : row + 1] for x in task.test))
    length = int(texts.lengths[0])
    short = texts._replace(ids=texts.ids[:, :length])
    np.testing.assert_allclose(
        model(texts.ids, texts.lengths).numpy(), model(short.ids, short.lengths).numpy(), rtol=1e-4, atol=1e-5
    )
    weights = model.weights(texts)
    assert weights.shape == texts.ids.shape
    assert not weights[:, length:].any()
    assert 0.5 < weights.sum() < 1.0001


def test_where_attention_is_the_only_path_the_answer_hangs_on_the_weights() -> None:
    task = made(lookup)
    found, evidence = judge(trained("Lookup", task, 0, 400), "Lookup", task, 0)
    assert found.accuracy > 90
    assert found.uniform_accuracy < 60
    assert found.uniform_change > 0.4
    assert abs(found.tau_shuffled) < 0.1
    assert evidence.weights.shape == evidence.left_out.shape == task.test.ids.shape
    assert accuracy(trained("Lookup", task, 0, 400, uniform=True), task.test, "uniform") < 60


def test_a_model_is_given_the_weights_of_another() -> None:
    task = made(lookup)
    right = np.zeros((len(task.train.labels), 1, len(KEYS)))
    asked = (task.train.ids[:, 1:] - 1 - len(KEYS)) // len(VALUES) == task.train.ids[:, :1] - 1
    right[:, 0] = asked
    model = trained("Lookup", task, 0, 150, guide=right[:, 0])
    held = (task.test.ids[:, 1:] - 1 - len(KEYS)) // len(VALUES) == task.test.ids[:, :1] - 1
    assert accuracy(model, task.test, lambda attended: held[:, None, None]) > 95


def test_the_report_says_what_was_measured(tmp_path: Path) -> None:
    status = example.main(
        example.NAME, example.__doc__, example.Config(), example.work,
        ["--steps", "3", "--models", "2", "--out", str(tmp_path)],
    )  # fmt: skip
    assert status == 0
    names = {
        "figures.csv",
        "report.md",
        "results.json",
        "summary.png",
        "votes.png",
        "topics.png",
        "lookup.png",
        "votes.html",
        "topics.html",
        "lookup.html",
    }
    assert {path.name for path in tmp_path.iterdir()} == names
    assert_report_is_of_figures(tmp_path)


def assert_report_is_of_figures(folder: Path) -> None:
    """Each mean of the report's first two tables is that of the rows of the CSV."""
    rows = list(csv.DictReader((folder / "figures.csv").read_text("utf-8").splitlines()))
    text = (folder / "report.md").read_text("utf-8")
    for task, model in {(row["task"], row["model"]) for row in rows}:
        for figure in FIGURES:
            values = [float(row[figure]) for row in rows if (row["task"], row["model"]) == (task, model)]
            shown = report.ranged(values, 1 if figure in report.PERCENT else 2)
            lines = [line for line in text.splitlines() if line.startswith(f"| {task} | {model} |")]
            assert any(shown in line for line in lines), (task, model, figure, shown)


@pytest.mark.skipif(not RESULTS.exists(), reason="the results are not in this copy")
def test_the_results_in_the_repository_are_whole_and_show_what_the_lesson_says() -> None:
    assert_report_is_of_figures(RESULTS)
    rows = list(csv.DictReader((RESULTS / "figures.csv").read_text("utf-8").splitlines()))
    assert {row["seed"] for row in rows} == {"0", "1", "2"}

    def mean(model: str, figure: str, task: str = "votes") -> float:
        return float(
            np.mean([float(row[figure]) for row in rows if (row["task"], row["model"]) == (task, model)])
        )

    assert mean("Lookup", "accuracy", "lookup") > 95
    assert mean("Lookup", "uniform_accuracy", "lookup") < 50
    assert mean("BiGRU", "accuracy") > 95
    assert mean("BiGRU", "uniform_accuracy") > 85
    assert mean("BiGRU", "tau_left_out") < mean("BiGRU", "tau_both")
    assert mean("Lookup", "same_top", "lookup") > 90


def test_a_mean_stands_before_least_and_greatest() -> None:
    assert report.ranged([1.0, 2.0, 3.0], 1) == "2.0 (1.0 to 3.0)"
    assert report.ranged([1.0], 2) == "1.00"
    assert report.ranged([-1e-9, 0.02], 2) == "0.01 (0.00 to 0.02)"


@each("difference, words", [(0.04, "about as much as"), (0.06, "more than"), (-0.06, "less than")])
def test_a_difference_that_seeds_make_is_none(difference: float, words: str) -> None:
    assert report._beside(difference) == words
