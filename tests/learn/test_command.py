"""python -m minigrad.learn, as a reader uses it."""

import subprocess
import sys
from pathlib import Path

import pytest

from minigrad.learn.chapters import CHAPTERS
from minigrad.learn.command import main
from tests.cases import each

ROOT = Path(__file__).parents[2]
SOLUTIONS = ROOT / "docs" / "path" / "solutions"


def test_a_first_run_begins_the_file_and_a_second_checks_it(tmp_path, capsys):
    folder = ["--folder", str(tmp_path / "mine")]
    assert main(["1", *folder]) == 1
    assert "Begun" in capsys.readouterr().out
    begun = (tmp_path / "mine" / "chain.py").read_text("utf-8")
    assert main(["1", *folder]) == 1
    printed = capsys.readouterr().out
    assert "not yet  The slopes of a product" in printed
    assert "multiply still has a None in it" in printed
    assert (tmp_path / "mine" / "chain.py").read_text("utf-8") == begun, (
        "the reader's file is never written again"
    )


def test_a_right_answer_says_what_is_next(capsys):
    assert main(["1", "--folder", str(SOLUTIONS)]) == 0
    printed = capsys.readouterr().out
    assert "All 4 checks pass. On: python -m minigrad.learn 2" in printed
    assert main([str(len(CHAPTERS)), "--folder", str(SOLUTIONS)]) == 0
    assert "that was the last one" in capsys.readouterr().out


def test_the_list_shows_how_far_one_is(tmp_path, capsys):
    (tmp_path / "chain.py").write_text((SOLUTIONS / "chain.py").read_text("utf-8"), encoding="utf-8")
    (tmp_path / "tape.py").write_text(CHAPTERS[1].starter, encoding="utf-8")
    assert main(["--folder", str(tmp_path)]) == 0
    lines = [line.split("  ")[-1].strip() for line in capsys.readouterr().out.splitlines()[: len(CHAPTERS)]]
    assert lines[0] == "done"
    assert lines[1] == "0 of 5 checks"
    assert lines[4] == "not begun"


def test_a_chapter_that_adds_to_a_file_says_who_begins_it(tmp_path, capsys):
    assert main(["4", "--folder", str(tmp_path)]) == 1
    assert "adds to tape.py, which chapter 2 begins" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["1", "--folder", str(tmp_path / "file")]) == 1
    assert "cannot be written" in capsys.readouterr().out


@each(
    ("arguments", "words"),
    [(["0"], "chapters 1 to 15"), (["16"], "chapters 1 to 15"), (["x"], "invalid int")],
)
def test_other_arguments_are_refused_in_a_sentence(arguments, words, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert words in capsys.readouterr().err


def test_it_runs_as_a_module(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "minigrad.learn", "--folder", str(tmp_path)],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
    )
    assert ran.returncode == 0, ran.stderr
    assert "15  Attention is not explanation" in ran.stdout
