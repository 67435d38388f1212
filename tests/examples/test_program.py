"""How programs end, and what they send to a terminal."""

import errno
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from examples import program
from examples.long_range.pool import WorkerError, do_all
from examples.long_range.runs import Job, Outcome
from examples.long_range.training import Plan
from examples.terminal import say, visible

ROOT = Path(__file__).parents[2]
LONG = ["examples.long_range", "--steps", "1000000"]


# -- what is sent to a terminal --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 한글 ∂\n\tx", "plain 한글 ∂\n\tx"),
        ("\x1b[31m\x1b]0;title\x07", r"\x1b[31m\x1b]0;title\x07"),
        ("\r\b\x7f\x9b0m\0", r"\r\x08\x7f\x9b0m\x00"),
        ("a\u202eb\u2066c\u200bd", r"a\u202eb\u2066c\u200bd"),
        ("\ud800", r"\ud800"),
    ],
)
def test_what_would_act_on_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("encoding", "shown"), [("ascii", r"\ud55c \xe9 \u2202"), ("latin-1", r"\ud55c é \u2202")]
)
def test_what_a_terminal_cannot_show_is_written_out(encoding: str, shown: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding)
    say("한 é ∂", stream)
    stream.seek(0)
    assert stream.read() == shown + "\n"


def test_a_program_without_output_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    say("x")
    assert program.run(lambda: 0, (), "") == 0


# -- how it ends -----------------------------------------------------------------------------------


def raising(error: BaseException) -> Callable[[], int]:
    def body() -> int:
        raise error

    return body


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (KeyError("a\nb"), 2, "error: 'a\\nb'\n"),
        (MemoryError(), 2, "error: there is not enough memory for this"),
        (KeyboardInterrupt(), 130, "\nhalted\n"),
        (SystemExit(0), 0, ""),
        (PermissionError(13, "Permission denied", "x"), 2, "error: x cannot be read or written (Permission"),
    ],
)
def test_ends(error: BaseException, status: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.run(raising(error), (KeyError,), "halted") == status
    assert capsys.readouterr().err.startswith(said)


def test_a_fault_of_the_program_itself_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        program.run(lambda: 1 // 0, (KeyError,), "")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signals_end_it_and_are_then_as_before(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    number = getattr(signal, name)
    before = signal.getsignal(number)

    def body() -> int:
        os.kill(os.getpid(), number)
        time.sleep(10)
        return 0

    assert program.run(body, (), "halted") == 128 + number
    assert capsys.readouterr().err == "\nhalted\n"
    assert signal.getsignal(number) is before


def test_a_signal_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with program.stops():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_in_a_thread_signals_are_left_alone() -> None:
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(program.run(lambda: 7, (), "")))
    thread.start()
    thread.join()
    assert found == [7]


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    assert program.run(lambda: (say("x"), 0)[1], (), "") == 2
    assert capsys.readouterr().err == "error: the output cannot be written (No space left on device)\n"


# -- as processes ------------------------------------------------------------------------------------


def started(arguments: list[str], **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        **options,  # type: ignore[call-overload]
    )


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["examples.long_range", "--claim", "all", "--out", "examples/long_range/results"], 141),
        (["examples.char_transformer", "--help"], 0),
    ],
)
def test_a_reader_that_has_gone_is_no_error(arguments: list[str], status: int) -> None:
    with started(arguments) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == status


def test_a_terminal_of_few_characters(tmp_path: Path) -> None:
    words = "나는 어제 \x1b[31m학교에 갔다 그리고".split(" ")
    (tmp_path / "text").write_text(" ".join(np.random.default_rng(0).choice(words, 900)), "utf-8")
    sizes = "--layers 1 --heads 1 --channels 8 --context 16 --batch 2 --steps 2 --warmup 1".split()
    command = ["examples.char_transformer", "--text", str(tmp_path / "text"), "--out", str(tmp_path / "run")]
    process = started([*command, *sizes], env={**os.environ, "PYTHONIOENCODING": "ascii"})
    printed, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (0, "")
    assert printed.isascii()
    assert r"\x1b" in printed
    assert "\x1b" not in printed


@pytest.mark.parametrize("module", ["examples.long_range", "examples.char_transformer"])
def test_ctrl_c_while_it_loads_ends_it_without_a_word(module: str) -> None:
    # NumPy is the first of what takes long to load.
    code = (
        "import runpy, signal, sys\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'numpy': signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        f"runpy.run_module({module!r}, run_name='__main__')\n"
    )
    process = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (process.returncode, process.stderr) == (-signal.SIGINT, "")


def children(pid: int) -> list[int]:
    """The processes that a process has started, by Linux's own account."""
    found = Path(f"/proc/{pid}/task/{pid}/children")
    if not found.exists():
        pytest.skip("this system does not say which processes belong to which")
    return [int(child) for child in found.read_text().split()]


@contextmanager
def soon(seconds: float = 60) -> Iterator[Callable[[Callable[[], bool]], None]]:
    """Waits for what will come, and fails where it does not."""
    end = time.monotonic() + seconds

    def until(true: Callable[[], bool]) -> None:
        while not true():
            assert time.monotonic() < end, "it did not come"
            time.sleep(0.05)

    yield until


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGKILL", -9)])
def test_no_worker_outlives_the_program(name: str, status: int, tmp_path: Path) -> None:
    process = started([*LONG, "--workers", "2", "--out", str(tmp_path)], start_new_session=True)
    with soon() as until:
        until(lambda: sum(bool(working(child)) for child in children(process.pid)) == 2)
        family = children(process.pid)
        process.send_signal(getattr(signal, name))
        _, errors = process.communicate(timeout=30)
        assert process.returncode == status
        assert "Traceback" not in errors
        assert ("stopped; finished runs are saved" in errors) == (name != "SIGKILL")
        until(lambda: not any(map(is_running, family)))


def working(pid: int) -> bool:
    """Whether a process is one that trains, and has begun: it has the thread that watches its parent."""
    command = Path(f"/proc/{pid}/cmdline").read_bytes()
    return b"spawn_main" in command and len(list(Path(f"/proc/{pid}/task").iterdir())) > 1


def test_a_worker_that_is_ended_is_told_of(tmp_path: Path) -> None:
    job = Job("ngram", Plan(steps=1_000_000))
    killed: list[int] = []

    def kill(key: object, state: object) -> None:
        for child in children(os.getpid()):
            if working(child) and not killed:
                killed.append(child)
                os.kill(child, signal.SIGKILL)

    with pytest.raises(WorkerError, match="trained ngram, seed 0, was ended by SIGKILL before it was done"):
        list(do_all([job], None, 1, kill))
    assert killed


def test_an_error_of_a_job_is_raised_here() -> None:
    with pytest.raises(KeyError, match="no-such-model"):
        list(do_all([Job("no-such-model", Plan(steps=1))], None, 1, lambda *_: None))


def test_more_jobs_than_workers() -> None:
    jobs = [Job("ngram", Plan(steps=5, seed=seed), probes=1, length=40) for seed in range(3)]
    seen: list[int] = []
    outcomes = list(do_all(jobs, None, 2, lambda key, state: seen.append(key[1])))
    assert all(isinstance(outcome, Outcome) for outcome in outcomes)
    assert sorted(outcome.job.plan.seed for outcome in outcomes) == [0, 1, 2] == sorted(set(seen))
