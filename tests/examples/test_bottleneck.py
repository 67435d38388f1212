"""The lesson: gradients by place are those of finite differences, its tables hold what was measured."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest

import examples.bottleneck as bottleneck
from examples.bottleneck_report import page, save_table, series, spread, write_report
from examples.outcome import Measure, Outcome, summarised
from examples.translation.gradients import first_against_last, gradient_by_place, left_to_right
from nn import functional as F
from tests.cases import each


@each("preset", ["none", "bahdanau"])
def test_the_gradient_of_a_place_is_that_of_its_word(preset):
    rng = np.random.default_rng(0)
    model = left_to_right(preset, 4, rng).astype(np.float64)
    again = np.random.default_rng(1)
    norms = gradient_by_place(model, 4, np.random.default_rng(1))
    source, target = again.permutation(4)[None], again.integers(0, 4, (1, 5))
    for place in range(4):
        row = model.encoder.embedding.weight.data[source[0, place]]
        slopes = []
        for channel in range(len(row)):
            ends = []
            for step in (1e-5, -1e-5):
                row[channel] += step
                scores = model(source, None, target[:, :-1])
                ends.append(F.cross_entropy(scores.swapaxes(1, 2), target[:, 1:]).item())
                row[channel] -= step
            slopes.append((ends[0] - ends[1]) / 2e-5)
        np.testing.assert_allclose(np.linalg.norm(slopes), norms[place], rtol=1e-4)


def test_the_first_word_is_lost_without_attention_alone():
    without = [first_against_last("none", n, 0) for n in (5, 10, 20)]
    assert without[0] > 10 * without[1] > 100 * without[2] > 0
    assert all(0.3 < first_against_last("bahdanau", n, 0) < 3 for n in (5, 10, 20))


def outcome() -> Outcome:
    runs = [
        [
            Measure("no attention", "parameters", 1234, unit=""),
            Measure("no attention", "exact match at 8", low),
            Measure("no attention", "exact match at 20", 0.0),
            Measure("Bahdanau", "parameters", 1300, unit=""),
            Measure("Bahdanau", "exact match at 8", 99.5),
            Measure("Bahdanau", "exact match at 20", 50.0),
            Measure("Bahdanau", "alignment error", 12.25),
            Measure("no attention", "gradient at 5", 0.01),
            Measure("Bahdanau", "gradient at 5", 1.0),
        ]
        for low in (10.0, 20.0)
    ]
    config = {"steps": 9, "transformer_steps": 18, "tests": 7}
    return Outcome("python -m examples.bottleneck", config, [0, 1], [1.0, 1.0], summarised(runs))


def test_tables(tmp_path):
    values = series(outcome(), "exact match at ")
    assert values == {
        "no attention": {8: [10.0, 20.0], 20: [0.0, 0.0]}, "Bahdanau": {8: [99.5] * 2, 20: [50.0] * 2}
    }  # fmt: skip
    save_table(values, "exact", outcome(), tmp_path / "exact.csv")
    rows = list(csv.reader((tmp_path / "exact.csv").read_text("utf-8").splitlines()))
    assert rows[:4] == [
        ["system", "seed", "length", "exact"],
        ["no attention", "0", "8", "10"],
        ["no attention", "0", "20", "0"],
        ["no attention", "1", "8", "20"],
    ]
    assert (len(rows), spread([10.0, 20.0]), spread([3.0, 3.0])) == (9, "15.0 (10-20)", "3.0")


def test_the_page():
    text = page(outcome(), series(outcome(), "exact match at "), series(outcome(), "gradient at "))
    assert "| no attention | 1,234 | 15.0 (10-20) | 0.0 | - |" in text
    assert "| Bahdanau | 1,300 | 99.5 | 50.0 | 12.2 |" in text
    assert "| | parameters | 8 | *20* | alignment error |" in text
    assert "| no attention | 0.01 |" in text
    assert "seed-0/film-bahdanau.png" in text


def test_the_command(tmp_path, monkeypatch, capsys):
    rows = {name: bottleneck.ROWS[name] for name in ("no attention", "Bahdanau", "Luong general")}
    monkeypatch.setattr(bottleneck, "ROWS", rows)
    monkeypatch.setattr(bottleneck, "GRADIENT_LENGTHS", (3, 6))
    assert bottleneck.main(["--steps", "3", "--tests", "2", "--out", str(tmp_path)]) == 0
    assert "Luong general, exact match at 24" in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == {
        "report.md", "results.json", "exact.csv", "gradients.csv", "curves.png", "gradients.png",
        "film-bahdanau.png", "film-luong-general.png",
    }  # fmt: skip


def test_a_mistake_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert bottleneck.main(["--tests", "no"]) == 2
    assert capsys.readouterr().err.startswith("error: argument --tests: an integer is needed")


# -- what stands in the repository --------------------------------------------------------------------

SHIPPED = Path(__file__).parents[2] / "examples" / "results" / "bottleneck"


def test_the_shipped_page_and_tables_are_of_the_shipped_results(tmp_path):
    shipped = Outcome.load(SHIPPED)
    assert shipped.command == "python -m examples.bottleneck --seeds 0 1 2 --out examples/results/bottleneck"
    write_report(shipped, tmp_path)
    for name in ("report.md", "exact.csv", "gradients.csv"):
        assert (SHIPPED / name).read_text("utf-8") == (tmp_path / name).read_text("utf-8")
    for picture in re.findall(r"\]\((.*?)\)", (SHIPPED / "report.md").read_text("utf-8")):
        assert (SHIPPED / picture).is_file()


def test_what_the_shipped_results_show():
    """On every seed: the fixed vector fails at lengths that every model with attention masters."""
    exact = series(Outcome.load(SHIPPED), "exact match at ")
    narrow, wide = exact.pop("no attention"), exact.pop("no attention, twice as wide")
    assert max(narrow[12]) < 5
    assert all(w > n for w, n in zip(wide[8], narrow[8], strict=True))
    assert max(wide[16]) < 5
    assert len(exact) == 5
    assert max(exact["Transformer"][18]) < 5
    weak = exact["Luong concat"]  # in the paper, not here
    assert all(min(weak[n]) >= max(exact["Luong dot"][n]) for n in (12, 14, 16))
    assert all(min(by_length[12]) > 90 and min(by_length[16]) > 80 for by_length in exact.values())
