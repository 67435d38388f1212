"""Checkpoints: a folder of whole states, each one file, and a run is resumed from the newest."""

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from nn.saving import weights
from nn.saving.whole_files import FileError
from nn.sizes import check_sizes

NAME = re.compile(r"step-(\d{9})\.safetensors")
LEFT = re.compile(r".*\.\d+\.new")  # by programs that were killed while they wrote a file as a whole
LARGEST = 10**9 - 1  # step


class Checkpoints:
    """`keep` newest states in `folder`, each in one file, step-000000300.safetensors.

    All that belongs together is in that one file, which takes its place in one step: weights and averages
    can never be of different steps.  While it is used as a context no other program can use it.

        with nn.Checkpoints("runs/it", keep=2) as checkpoints:
            if checkpoints.steps():
                step, state = checkpoints.load()
            checkpoints.save(step, state)

    States are trees as nn.save takes them.  The context may be entered again while it is open.
    """

    def __init__(self, folder: str | os.PathLike[str], keep: int = 2) -> None:
        check_sizes("Checkpoints", 1, keep=keep)
        self.folder = Path(folder)
        self.keep = keep
        self._lock: BinaryIO | None = None
        self._entered = 0  # times

    def steps(self) -> list[int]:
        """The steps that are saved, in ascending order."""
        if not self.folder.is_dir():
            return []
        return sorted(int(found[1]) for path in self.folder.iterdir() if (found := NAME.fullmatch(path.name)))

    def path(self, step: int) -> Path:
        """The file of a step."""
        return self.folder / f"step-{step:09}.safetensors"

    def save(self, step: int, state: Any) -> None:
        """Write the state of `step`, then drop all but the `keep` newest, and what came after `step`.

        Raises FileError where it cannot be written; those before are then as they were.
        """
        if type(step) is not int or not 0 <= step <= LARGEST:
            raise ValueError(f"a step is an integer from 0 to {LARGEST:,}, and not {step}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"the folder {self.folder} cannot be made ({error.strerror})") from None
        weights.save({"step": step, "state": state}, self.path(step))
        older = [other for other in self.steps() if other < step]
        later = [other for other in self.steps() if other > step]  # of a run that was gone back from
        self._drop(map(self.path, older[: len(older) - self.keep + 1] + later))
        self._drop(path for path in self.folder.iterdir() if LEFT.fullmatch(path.name))

    def load(self, step: int | None = None) -> tuple[int, Any]:
        """The step and state of the newest checkpoint, or of `step`.

        Raises FileError where there is none, or it is damaged; the sentence names an older one to go back to.
        """
        steps = self.steps()
        wanted = max(steps, default=None) if step is None else step
        if wanted is None or wanted not in steps:
            which = "no checkpoint" if wanted is None else f"no checkpoint of step {wanted}"
            there = f": there are {', '.join(map(str, steps))}" if steps else ": save one first"
            raise FileError(f"{self.folder} has {which}{there}")
        try:
            held = weights.load(self.path(wanted))
            if not isinstance(held, dict) or set(held) != {"step", "state"} or held["step"] != wanted:
                raise FileError(
                    f"{self.path(wanted)} is no checkpoint of step {wanted}: take it from a backup"
                )
        except FileError as error:
            older = [other for other in steps if other < wanted]
            way = f", or go back to step {older[-1]} by removing it" if older else ""
            raise FileError(f"{error}{way}") from None
        return wanted, held["state"]

    def clear(self) -> None:
        """Drop all: what is begun anew is not resumed from them."""
        self._drop(map(self.path, self.steps()))

    def _drop(self, paths: Iterable[Path]) -> None:
        for path in paths:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise FileError(f"{path} cannot be removed ({error.strerror}): remove it by hand") from None

    # -- one program at a time ------------------------------------------------------------------

    def __enter__(self) -> Self:
        if self._lock is None:
            self._lock = self._take_lock()
        self._entered += 1
        return self

    def _take_lock(self) -> BinaryIO:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = open(self.folder / ".lock", "ab", opener=_at_once)  # noqa: SIM115
        except OSError as error:
            raise FileError(f"the folder {self.folder} cannot be written to ({error.strerror})") from None
        if not _locked(lock):
            lock.close()
            raise FileError(
                f"{self.folder} is in use by another program: wait for its end, or take another folder"
            )
        return lock

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entered -= 1
        if self._lock is not None and not self._entered:
            self._lock.close()  # which lets go of it, as a kill does
            self._lock = None


def _at_once(path: str, flags: int) -> int:
    """Open, without waiting for a reader where somebody has put a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o666)


def _locked(file: BinaryIO) -> bool:
    """Lock an open file for this program alone, if no other has."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
