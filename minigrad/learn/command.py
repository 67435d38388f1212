"""`python -m minigrad.learn`: the chapters and how far one is; with a number, the checks of one."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from minigrad.learn.chapters import CHAPTERS
from minigrad.learn.checking import check
from minigrad.learn.exercise import Exercise


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where all that was asked about passes (or nothing was), 1 where something is left to do."""
    parser = argparse.ArgumentParser(
        prog="python -m minigrad.learn",
        description="Exercises to the path through docs/path: lists the chapters, or checks your answer.",
    )
    parser.add_argument(
        "chapter", nargs="?", type=int, help=f"1 to {len(CHAPTERS)}; without it, all are listed"
    )
    parser.add_argument("--folder", type=Path, default=Path("learn"), help="where your files are (learn)")
    given = parser.parse_args(arguments)
    if given.chapter is None:
        return _list(given.folder)
    if not 1 <= given.chapter <= len(CHAPTERS):
        parser.error(f"there are chapters 1 to {len(CHAPTERS)}, and you asked for {given.chapter}")
    return _check(given.chapter, CHAPTERS[given.chapter - 1], given.folder)


def _list(folder: Path) -> int:
    """A line for each chapter."""
    width = max(len(exercise.title) for exercise in CHAPTERS)
    for number, exercise in enumerate(CHAPTERS, 1):
        path = folder / exercise.file
        print(f"{number:>2}  {exercise.title:<{width}}  {exercise.file:<14}  {_progress(exercise, path)}")
    print("\npython -m minigrad.learn 1 begins the first, and then checks it")
    return 0


def _progress(exercise: Exercise, path: Path) -> str:
    if not path.is_file():
        return "not begun"
    passed = sum(not outcome.hint for outcome in check(exercise, path))
    return "done" if passed == len(exercise.checks) else f"{passed} of {len(exercise.checks)} checks"


def _check(number: int, exercise: Exercise, folder: Path) -> int:
    path = folder / exercise.file
    if not path.exists():
        return _begin(number, exercise, path)
    print(f"Chapter {number}, {exercise.title}: {path}")
    outcomes = check(exercise, path)
    for outcome in outcomes:
        print(f"  {'not yet' if outcome.hint else 'passed '}  {outcome.check}")
    if outcomes[-1].hint:
        print(f"\n{outcomes[-1].hint}")
        return 1
    after = f"python -m minigrad.learn {number + 1}" if number < len(CHAPTERS) else "that was the last one"
    print(f"\nAll {len(outcomes)} checks pass. On: {after}")
    return 0


def _begin(number: int, exercise: Exercise, path: Path) -> int:
    if not exercise.starter:
        first = next(n for n, other in enumerate(CHAPTERS, 1) if other.file == exercise.file)
        print(
            f"Chapter {number} adds to {exercise.file}, which chapter {first} begins, and {path} is not "
            f"there: python -m minigrad.learn {first}"
        )
        return 1
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(exercise.starter, encoding="utf-8")
    except OSError as error:
        print(f"{path} cannot be written: {error.strerror or error}; --folder names another place")
        return 1
    print(
        f"{exercise.task}\n\nBegun: {path}. Open it, fill it in, and run the same command again to check it."
    )
    return 1
