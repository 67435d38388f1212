"""Files that are there as a whole or not at all, and that are read only where they can be."""

import os
import stat
from pathlib import Path


class FileError(RuntimeError):
    """A file that cannot be read, written or used.  The message is one sentence, for a person."""


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` beside `path` and let it take its place, in one step that a kill cannot cut in two.

    File and folder are synced, so that a power cut leaves the old content or the new.  Raises FileError
    where it cannot be written; then the old content is as it was.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        try:
            with beside.open("wb") as out:
                out.write(content)
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

    Raises FileError where there is none, or it is something that may have no end (a pipe, a device), or
    there is more of it than memory.
    """
    try:
        # Without O_NONBLOCK a pipe that nobody writes to would be waited for, for ever.
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(number, "rb") as file:
            kind, size = os.fstat(number).st_mode, os.fstat(number).st_size
            if not stat.S_ISREG(kind):
                what = "a folder" if stat.S_ISDIR(kind) else "no regular file"
                raise FileError(f"{path} is {what}: give the path of a file")
            return file.read(size)
    except FileNotFoundError:
        raise FileError(f"there is no file {path}") from None
    except IsADirectoryError:
        raise FileError(f"{path} is a folder: give the path of a file") from None
    except MemoryError:
        raise FileError(f"{path} does not fit into memory") from None
    except OSError as error:
        raise FileError(f"{path} cannot be read ({error.strerror})") from None


def _sync_folder(folder: Path) -> None:
    """Have the folder remember its files' new names through a power cut, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
