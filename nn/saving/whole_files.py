"""Files that are there as a whole or not at all, and that are read only where they can be."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


class FileError(RuntimeError):
    """A file that cannot be read, written or used.  The message is one sentence, for a person."""


def write_whole(path: Path, content: bytes) -> None:
    """Have `content` in the file at `path`, as `whole_file` does."""
    with whole_file(path) as file:
        file.write(content)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write, beside `path`, whose place it takes at the end in one step that a kill cannot cut.

    File and folder are synced, so that a power cut leaves the old content or the new.  Raises FileError
    where it cannot be written, and for a device, whose place it would take; then, and after an error in the
    block, the old content is as it was.
    """
    _check_path(path)
    if path.is_char_device() or path.is_block_device():
        raise FileError(f"{path} is a device: give the path of a file")
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        try:
            with beside.open("wb") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            beside.replace(path)
            _sync_folder(path.parent)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(
            f"{path.name} in {path.parent} cannot be written ({error.strerror}): what was saved before is "
            "whole; make room or give rights, and save again"
        ) from None


def read_whole(path: Path) -> bytes:
    """The content of a regular file.

    Raises FileError as `regular_file` does, and where there is more of it than memory.
    """
    with regular_file(path) as file:
        return file.read(os.fstat(file.fileno()).st_size)


@contextmanager
def regular_file(path: Path) -> Iterator[BinaryIO]:
    """A file to read.

    Raises FileError where there is none, or it is something that may have no end (a pipe, a device).
    """
    _check_path(path)
    try:
        # Without O_NONBLOCK a pipe that nobody writes to would be waited for, for ever.
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(number, "rb") as file:
            kind = os.fstat(number).st_mode
            if not stat.S_ISREG(kind):
                what = "a folder" if stat.S_ISDIR(kind) else "no regular file"
                raise FileError(f"{path} is {what}: give the path of a file")
            yield file
    except FileNotFoundError:
        raise FileError(f"there is no file {path}") from None
    except IsADirectoryError:
        raise FileError(f"{path} is a folder: give the path of a file") from None
    except MemoryError:
        raise FileError(f"{path} does not fit into memory") from None
    except OSError as error:
        raise FileError(f"{path} cannot be read ({error.strerror})") from None


def _check_path(path: Path) -> None:
    if not path.name or "\0" in str(path):
        raise FileError(f"{str(path)!r} is no path of a file: give its folder and name")


def _sync_folder(folder: Path) -> None:
    """Have the folder remember its files' new names through a power cut, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
