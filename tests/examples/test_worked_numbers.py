"""The worked numbers: each step is what it says it is, by arithmetic of its own."""

import math
from pathlib import Path

import numpy as np
import pytest

from examples.command import main
from examples.outcome import Outcome
from examples.worked_numbers import WIDTHS, Config, four_keys, products, sentence, student, variances, work


def softmax(scores: list[float]) -> list[float]:
    powers = [math.exp(score) for score in scores]
    return [power / sum(powers) for power in powers]


def test_products(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    products(tmp_path)
    said = capsys.readouterr().out
    assert "[2, 3]·[4, 5] = 2·4 + 3·5 = 23\n" in said
    assert "[2, 3]·[−5, 2] = 2·(−5) + 3·2 = −4\n" in said


def test_one_query_and_four_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Scores 2, 1, 3 and -2 through exp and the sum to the weights, and to the weighted sum of values."""
    assert four_keys(tmp_path) < 1e-12
    said = capsys.readouterr().out
    weights = softmax([2, 1, 3, -2])
    for score, weight in zip((2, 1, 3, -2), weights, strict=True):
        assert f"{math.exp(score):9.3f} {weight:8.3f}" in said
    first = 10 * weights[0] + 5 * weights[2] - 10 * weights[3]
    second = 10 * weights[1] + 5 * weights[2]
    assert f"= [{first:.2f}, {second:.2f}]" in said


def test_i_am_a_student(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each matrix that is printed follows from those before it."""
    assert student(tmp_path) < 1e-12
    parts = capsys.readouterr().out.split("\n   ")
    rows = [part.strip().rstrip("]").split("[") for part in parts if "[" in part]
    assert [word.strip() for word, _ in rows] == "i am a student".split() * 7
    printed = np.array([[float(x) for x in numbers.split(", ")] for _, numbers in rows])
    _, q, k, v, scores, weights, context = printed.reshape(7, 4, 4)
    products = [[sum(a * b for a, b in zip(i, j, strict=True)) for j in k] for i in q]
    np.testing.assert_array_equal(scores, np.array(products) / 2)
    np.testing.assert_allclose(weights, [softmax(list(row)) for row in scores], atol=0.005)
    np.testing.assert_allclose(context, weights @ v, atol=0.05)


def test_what_ai_becomes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its products with the four tokens are 5, 0, 1 and 3, halved since √4 = 2."""
    assert sentence(tmp_path) < 1e-12
    said = capsys.readouterr().out
    w = softmax([5 / 2, 0, 1 / 2, 3 / 2])
    assert (
        f"AI' = {w[0]:.2f}·v(AI) + {w[1]:.2f}·v(가) + {w[2]:.2f}·v(세상을) + {w[3]:.2f}·v(바꾼다)\n" in said
    )
    sums = [2 * w[0] + w[3], 2 * w[2] + w[3], w[0] + w[2] + w[3], w[1]]
    assert "= [" + ", ".join(f"{x:.2f}" for x in sums) + "]" in said


def test_variances_are_the_width_and_1(tmp_path: Path) -> None:
    plain, scaled = variances(Config(), tmp_path)
    np.testing.assert_allclose(plain, WIDTHS, rtol=0.1)
    np.testing.assert_allclose(scaled, 1, rtol=0.1)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("worked_numbers", None, Config(), work, ["--out", str(tmp_path), "--queries", "20"]) == 0
    assert "by hand: " in capsys.readouterr().out
    assert all(measure.holds is not False for measure in Outcome.load(tmp_path).measures)
    pictures = sorted(tmp_path.glob("*.png"))
    assert [picture.name[0] for picture in pictures] == list("12345")
    assert all(picture.stat().st_size > 5000 for picture in pictures)
