"""Every exercise: its reference solution passes, and each typical mistake is met with a hint of its own."""

from pathlib import Path

from minigrad.learn.chapters import CHAPTERS
from minigrad.learn.checking import check
from tests.cases import each
from tests.learn.mistakes import MISTAKES

SOLUTIONS = Path(__file__).parents[2] / "docs" / "path" / "solutions"


def hint_of(exercise, path):
    """The hint of the first check that fails, "" where all pass."""
    return check(exercise, path, seconds=2.0)[-1].hint


@each("exercise", CHAPTERS, ids=lambda exercise: exercise.title)
def test_the_reference_solution_passes(exercise):
    outcomes = check(exercise, SOLUTIONS / exercise.file)
    assert [outcome.hint for outcome in outcomes] == [""] * len(exercise.checks)


@each("exercise", CHAPTERS, ids=lambda exercise: exercise.title)
def test_what_the_reader_begins_with_does_not_pass(exercise, tmp_path):
    if exercise.starter:
        path = tmp_path / exercise.file
        path.write_text(exercise.starter, encoding="utf-8")
        assert hint_of(exercise, path)


@each("mistake", MISTAKES, ids=lambda m: f"{m.exercise.title}: {m.hint}")
def test_a_typical_mistake_is_met_with_its_hint(mistake, tmp_path):
    exercise = mistake.exercise
    solution = (SOLUTIONS / exercise.file).read_text("utf-8")
    path = tmp_path / exercise.file
    path.write_text(mistake.made_in(solution), encoding="utf-8")
    assert mistake.hint in hint_of(exercise, path)


def test_each_exercise_has_four_mistakes_with_different_hints():
    hints = {exercise.title: set() for exercise in CHAPTERS}
    for mistake in MISTAKES:
        hints[mistake.exercise.title].add(mistake.hint)
    assert {title: found for title, found in hints.items() if len(found) < 4} == {}


def test_checks_read_the_readers_own_file_alone(tmp_path, monkeypatch):
    """Never a copy: what stands in the file when it is checked is what is checked."""
    path = tmp_path / "chain.py"
    path.write_text((SOLUTIONS / "chain.py").read_text("utf-8"), encoding="utf-8")
    assert hint_of(CHAPTERS[0], path) == ""
    path.write_text("import math\n\n\ndef multiply(a, b):\n    return 1 / 0\n", encoding="utf-8")
    assert hint_of(CHAPTERS[0], path) == "ZeroDivisionError at line 5, `return 1 / 0`: division by zero"


@each(
    ("text", "hint"),
    [
        ("def multiply(a, b)\n", "SyntaxError at line 1"),
        ("", "chain.py has no `multiply` yet"),
        ("raise SystemExit\n", "SystemExit at line 1"),
        ("import time\n\ntime.sleep(0.5)\n", "has not ended after 0.1 seconds"),
        ("multiply = 3\n", "there should be a function, and there is 3"),
        ("def multiply(a, b):\n    return 'ab', (b, a)\n", "should be numbers, -6, and is 'ab'"),
    ],
)
def test_whatever_the_file_does_the_answer_is_a_sentence(text, hint, tmp_path):
    path = tmp_path / "chain.py"
    path.write_text(text, encoding="utf-8")
    assert hint in check(CHAPTERS[0], path, seconds=0.1 if "sleep" in text else 2.0)[-1].hint


def test_there_is_no_solution_without_a_chapter():
    assert {path.name for path in SOLUTIONS.glob("*.py")} == {exercise.file for exercise in CHAPTERS}
