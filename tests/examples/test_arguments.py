"""Every option of both programs with values that cannot work: one sentence, exit status 2, nothing made."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from examples import char_transformer, memory
from examples.arguments import ArgumentsError
from examples.char.settings import Settings
from examples.long_range import __main__ as long_range
from examples.memory import amount
from tests.cases import each

INTEGERS = ("-1", "1.5", "", " ", "x", "nan", "inf", "1e3", "0x10", "9" * 5000, "\x1b[31m", "한", "\ud800")
NUMBERS = ("nan", "-nan", "inf", "-inf", "1e999", "", "x", "-1", "\x1b[31m", "\ud800")
HUGE = "1000000000000"
PATHS = ("", "\0", "a\0b", "x" * 5000)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In a folder of its own, which stays empty but for a text that can be learned from."""
    monkeypatch.chdir(tmp_path)
    words = np.random.default_rng(0).choice(["the", "quick", "brown", "fox", "jumps"], 400)
    (tmp_path / "text").write_text(" ".join(words), "utf-8")
    yield
    assert [path.name for path in tmp_path.iterdir()] == ["text"]


def refused(capsys: pytest.CaptureFixture[str], status: int) -> str:
    """What was said where the exit status is 2, in one sentence that a terminal shows as it is."""
    printed = capsys.readouterr()
    assert status == 2
    assert printed.err.startswith("error: ")
    assert printed.err.count("\n") == 1
    assert printed.err.rstrip("\n").isprintable()
    assert len(printed.err) < 500
    assert printed.out == ""
    assert os.listdir() == ["text"]
    return printed.err


def cases(options: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(option, value) for option, values in options.items() for value in values]


CHAR = {
    **{
        f"--{name.replace('_', '-')}": NUMBERS if kind is float else (*INTEGERS, "0", "-" + HUGE)
        for name, kind in Settings.__annotations__.items()
        if kind in (int, float)
    },
    "--positions": ("", "x", "\x1b"),
    "--preset": ("", "x", "\x1b"),
    "--text": (*PATHS, "no/such/" + "y" * 300, ".", "none", "/dev/zero", "/dev/null"),
    "--length": ("5", "0"),  # without --sample
    "--temperature": ("0.5", "nan"),
}
CHAR["--seed"] = CHAR["--warmup"] = INTEGERS  # 0 is fine
CHAR["--dropout"] = (*NUMBERS, "1", "2")
CHAR["--out"] = (*PATHS, "text", "text/below")
for size in ("--layers", "--channels", "--context", "--batch", "--heads"):
    CHAR[size] = (*CHAR[size], HUGE)


@each(("option", "value"), cases(CHAR))
def test_char_transformer_refuses(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    small = ["--text", "text", "--context", "16", "--heads", "1", "--out", "run"]
    message = refused(capsys, char_transformer.main([*small, f"{option}={value}"]))
    if option not in ("--out", "--text"):
        assert option.lstrip("-").split("-")[0] in message or "memory" in message or "text" in message


@each(
    ("option", "value"),
    cases(
        {
            "--sample": ("",),
            "--length": ("0", HUGE, *INTEGERS),
            "--temperature": NUMBERS,
            "--seed": INTEGERS,
            "--out": (*PATHS, "text", "none"),
            "--channels": ("64",),
            "--preset": ("default",),
            "--text": ("text",),
        }
    ),
)
def test_writing_refuses(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    refused(capsys, char_transformer.main(["--sample=the", f"{option}={value}"]))


@each(
    ("option", "value"),
    cases(
        {
            "--seed": (*INTEGERS, "100"),  # from there on seeds choose rates
            "--steps": ("0", *INTEGERS, HUGE),
            "--workers": ("0", *INTEGERS, HUGE),
            "--filler": ("", "x", "\x1b[31m"),
            "--claim": ("", "E8", "\x1b[31m", "all"),
            "--demo": ("", "\x1b[31m", "=aK ?", "=aK ?a", "=" * 10_000, "\ud800", "=aK\n?a"),
            "--out": (*PATHS, "text", "text/below"),
            "--full": ("x",),
            "--report": ("x",),
        }
    ),
)
def test_long_range_refuses(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    message = refused(capsys, long_range.main([f"{option}={value}"]))
    assert option.lstrip("-") in message or option in ("--demo", "--out", "--claim")


@each(
    ("main", "given", "word"),
    [
        (long_range.main, ["--demo", "--claim", "all"], "not allowed with"),
        (long_range.main, ["--report", "--steps", "5"], "--steps is of training"),
        (long_range.main, ["--full", "--seed", "3"], "--seed is of the quick form"),
        (long_range.main, ["--ste", "3"], "unrecognized arguments: --ste 3"),
        (long_range.main, ["\x1b[31m"], r"unrecognized arguments: \x1b[31m"),
        (long_range.main, ["--seed"], "expected one argument"),
        (long_range.main, ["--report"], "or take the one that is shipped"),
        (char_transformer.main, ["--resume", "--sample", "x"], "not allowed with"),
        (char_transformer.main, ["--resume"], "there is no run"),
        (char_transformer.main, ["more"], "unrecognized"),
    ],
)
def test_what_does_not_go_together(main, given, word, capsys: pytest.CaptureFixture[str]) -> None:
    assert word in refused(capsys, main(given))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text").chmod(0)
    assert "no permission" in refused(capsys, char_transformer.main(["--text", "text"]))


def test_a_text_named_by_a_sequence_of_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert r"\x1b[2J\n" in refused(capsys, char_transformer.main(["--text", "\x1b[2J\n\u202e"]))


def test_sizes_are_weighed_before_anything_is_allocated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "physical", lambda: 10**9)
    Settings().require_memory(100)
    for change, words in (
        ({"channels": 10_000, "heads": 1}, "of it for the weights, .*: take fewer channels or layers"),
        ({"batch": 100_000}, "of it for the batch, .*: take a smaller batch"),
    ):
        with pytest.raises(memory.TooLarge, match=words):
            Settings(**change).require_memory(100)
    monkeypatch.setattr(memory, "physical", lambda: None)
    Settings(batch=10**12).require_memory(100)


@each(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (10**9, "1 GB"), (1_250_000, "1.25 MB"), (10**27, "1e+03 YB")],
)
def test_amounts_of_memory(count: int, text: str) -> None:
    assert amount(count) == text


def test_memory_that_runs_out_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise MemoryError("Unable to allocate 1. TiB for an array")

    monkeypatch.setattr(char_transformer, "load_file", full)
    assert "not enough memory" in refused(capsys, char_transformer.main(["--text", "text"]))


def test_help_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    for main in (char_transformer.main, long_range.main):
        assert main(["--help"]) == 0
        assert "--out DIR" in capsys.readouterr().out


def test_a_setting_that_a_run_has_had_from_its_beginning_is_refused() -> None:
    args = char_transformer.parse(["--resume", "--channels", "64"])
    refuse = lambda args, begun: char_transformer.refuse_changes(args, begun, Path("run"), done=5)
    with pytest.raises(ArgumentsError, match=r"--channels 64 cannot be given .* is resumed: .* with 128"):
        refuse(args, Settings())
    refuse(args, Settings(channels=64))
    for option in (["--seed", "4"], ["--preset", "default"], ["--positions", "learned"], ["--steps", "5"]):
        with pytest.raises(ArgumentsError, match=option[0]):
            refuse(char_transformer.parse(["--resume", *option]), Settings())
    refuse(char_transformer.parse(["--resume", "--steps", "9"]), Settings())
    refuse(char_transformer.parse(["--resume", "--steps", "5"]), Settings(steps=5))  # it is done, as it was
