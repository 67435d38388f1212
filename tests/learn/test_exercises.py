"""Every exercise: its reference solution passes, and each typical mistake is met with a hint of its own."""

from collections import Counter, defaultdict
from pathlib import Path

from minigrad.learn.chapters import CHAPTERS
from minigrad.learn.checking import check
from tests.cases import each
from tests.learn.mistakes import MISTAKES

SOLUTIONS = Path(__file__).parents[2] / "docs" / "path" / "solutions"
NUMBERS = range(1, len(CHAPTERS) + 1)


def hint_of(chapter, path):
    """The hint of the first check that fails, "" where all pass."""
    return check(CHAPTERS[chapter - 1], path, seconds=2.0)[-1].hint


@each("chapter", NUMBERS)
def test_the_reference_solution_passes(chapter):
    outcomes = check(CHAPTERS[chapter - 1], SOLUTIONS / CHAPTERS[chapter - 1].file)
    assert [outcome.hint for outcome in outcomes] == [""] * len(CHAPTERS[chapter - 1].checks)


@each("chapter", NUMBERS)
def test_what_the_reader_begins_with_does_not_pass(chapter, tmp_path):
    exercise = CHAPTERS[chapter - 1]
    if exercise.starter:
        path = tmp_path / exercise.file
        path.write_text(exercise.starter, encoding="utf-8")
        assert hint_of(chapter, path)


@each("mistake", MISTAKES, ids=lambda m: f"{m.chapter}-{m.hint}")
def test_a_typical_mistake_is_met_with_its_hint(mistake, tmp_path):
    exercise = CHAPTERS[mistake.chapter - 1]
    solution = (SOLUTIONS / exercise.file).read_text("utf-8")
    assert mistake.right in solution, "the solution no longer has this line"
    path = tmp_path / exercise.file
    path.write_text(solution.replace(mistake.right, mistake.wrong, 1), encoding="utf-8")
    assert mistake.hint in hint_of(mistake.chapter, path)


def test_each_exercise_has_four_mistakes_with_different_hints():
    hints = defaultdict(set)
    for mistake in MISTAKES:
        hints[mistake.chapter].add(mistake.hint)
    assert {chapter: len(hints[chapter]) >= 4 for chapter in NUMBERS} == dict.fromkeys(NUMBERS, True)
    assert max(Counter(MISTAKES).values()) == 1


def test_checks_read_the_readers_own_file_alone(tmp_path, monkeypatch):
    """Never a copy: what stands in the file when it is checked is what is checked."""
    path = tmp_path / "chain.py"
    path.write_text((SOLUTIONS / "chain.py").read_text("utf-8"), encoding="utf-8")
    assert hint_of(1, path) == ""
    path.write_text("import math\n\n\ndef multiply(a, b):\n    return 1 / 0\n", encoding="utf-8")
    assert hint_of(1, path) == "ZeroDivisionError at line 5, `return 1 / 0`: division by zero"


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
