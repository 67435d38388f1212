"""Several jobs at a time, each in a process of its own that ends with this one, however that ends."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from multiprocessing import connection, get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from examples.environment import environment
from examples.long_range.runs import ENVIRONMENT, Job, Outcome, do
from examples.long_range.training import State

Watch = Callable[[tuple[str, int, float], State], None]
PATIENCE = 1.0  # seconds that a process is given to end after it was asked to


class WorkerError(RuntimeError):
    """A process that ended before its job.  The message is one sentence, for a person."""


def do_all(jobs: list[Job], folder: Path | None, workers: int, watch: Watch) -> Iterator[Outcome]:
    """Outcomes as they come, `workers` jobs at a time; `watch` is told how each stands.

    Raises what a job raises, and WorkerError for a process that ends before its job.  Where the iteration
    ends early, by an error or a signal too, no process is left.
    """
    waiting = list(reversed(jobs))
    pool: dict[Connection, tuple[BaseProcess, Job]] = {}
    try:
        while waiting or pool:
            while waiting and len(pool) < workers:
                job = waiting.pop()
                pool.update([_start(job, folder)])
            for ready in connection.wait(list(pool)):
                process, job = pool[ready]  # type: ignore[index]
                said = _heard(ready, process, job)  # type: ignore[arg-type]
                if isinstance(said, State):
                    watch(job.key, said)
                    continue
                _end(pool.pop(ready)[0])  # type: ignore[call-overload]
                if isinstance(said, BaseException):
                    raise said
                yield said
    finally:
        for process, _ in pool.values():
            process.terminate()
        for process, _ in pool.values():
            _end(process)


def _start(job: Job, folder: Path | None) -> tuple[Connection, tuple[BaseProcess, Job]]:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(job, folder, theirs), daemon=True)
    with environment(ENVIRONMENT):
        process.start()
    theirs.close()  # so that its end is the end of what can be heard
    return ours, (process, job)


def _heard(ready: Connection, process: BaseProcess, job: Job) -> Any:
    try:
        return ready.recv()
    except (EOFError, OSError):
        _end(process)
        code = process.exitcode or 0
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
        raise WorkerError(
            f"the process that trained {job.name}, seed {job.plan.seed}, {how} before it was done (the "
            "system ends processes where memory runs out): what was finished is saved; give the same command "
            "again, with fewer --workers if need be"
        ) from None


def _end(process: BaseProcess) -> None:
    process.join(PATIENCE)
    if process.is_alive():
        process.kill()
        process.join()


# -- in the process itself -------------------------------------------------------------------------


def _work(job: Job, folder: Path | None, told: Connection) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Ctrl-C reaches every process of a terminal; the parent is the one to answer it.
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)

    def tell(state: State) -> None:
        if state.step % 5 == 0 or state.step == job.plan.steps:
            told.send(replace(state))

    with suppress(BrokenPipeError):  # of a parent that has gone
        try:
            told.send(do(job, folder, tell))
        except Exception as error:
            told.send(error)


def _end_with_parent() -> None:
    """The parent's end is seen by its sentinel, a pipe that the system closes whatever ended the parent."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
