"""No program meets a wrong argument with a traceback: each is refused in one line, before any work."""

import argparse
import re
import runpy
import sys
from pathlib import Path

import pytest

import minigrad as mg
from examples import arguments, program
from tests.cases import each

ROOT = Path(__file__).parents[2] / "examples"
PROGRAMS = sorted(
    path.parent.name if path.name == "__main__.py" else path.stem
    for path in [*ROOT.glob("*.py"), *ROOT.glob("*/__main__.py")]
    if "__name__ ==" in path.read_text("utf-8")
)
LONG = "9" * 400
INTEGERS = ["x", "", "nan", "1.5", "1e3", "-1", LONG, "0x10", "\udcff", "--"]
NUMBERS = ["x", "", "nan", "inf", "-inf", "1e999", "\udcff"]


class Parsed(Exception):
    """What a parser was about to read."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self.parser = parser


def test_all_programs_are_found() -> None:
    assert {"bert", "char_transformer", "long_range", "worked_numbers"} <= set(PROGRAMS)
    assert len(PROGRAMS) >= 13


def run(name: str, given: list[str], patch: pytest.MonkeyPatch) -> int:
    """The program as from the command line; its exit status."""
    patch.setattr(sys, "argv", [name, *given])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(f"examples.{name}", run_name="__main__", alter_sys=True)
    return int(ended.value.code or 0)


def parser_of(name: str, patch: pytest.MonkeyPatch) -> argparse.ArgumentParser:
    def parse_args(parser: argparse.ArgumentParser, *_: object) -> None:
        raise Parsed(parser)

    with patch.context() as inner:
        inner.setattr(arguments.Parser, "parse_args", parse_args)
        inner.setattr(sys, "argv", [name])
        with pytest.raises(Parsed) as caught:
            runpy.run_module(f"examples.{name}", run_name="__main__", alter_sys=True)
    return caught.value.parser


def wrong(parser: argparse.ArgumentParser) -> list[list[str]]:
    """Command lines that cannot be: for each option values of another kind, or out of all bounds."""
    cases = [["--nothing"], ["--steps", "1", "--nothing=1"]]
    for action in parser._actions:
        if not action.option_strings or action.dest == "help":
            continue
        flag, kind = action.option_strings[-1], getattr(action.type, "__name__", "")
        if action.nargs == 0:
            cases.append([f"{flag}=1"])
            continue
        cases.append([flag] if action.nargs != "?" else ["--nothing"])
        values = {"whole_number": INTEGERS, "finite_number": NUMBERS}.get(kind, ["\0"] if action.type else [])
        cases += [[flag, value] for value in (["x", ""] if action.choices else values)]
    return cases


@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")  # other tests import them
@each("name", PROGRAMS)
def test_a_wrong_argument_is_told_in_a_line(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(program, "interruptible", lambda: None)  # which would be for the tests as well
    monkeypatch.setattr(mg.kernels, "keep_heap", lambda: None)
    cases = wrong(parser_of(name, monkeypatch))
    assert len(cases) > 3
    for given in cases:
        capsys.readouterr()
        assert run(name, given, monkeypatch) == 2, given
        said = capsys.readouterr()
        assert re.fullmatch(r"error: [^\n]{10,400}\n", said.err), (given, said.err)
        assert said.out == "", given
    assert list(tmp_path.iterdir()) == []
