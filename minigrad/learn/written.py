"""The reader's own file, run as it stands."""

import linecache
from pathlib import Path
from types import ModuleType
from typing import Any


class Missing(Exception):
    """The file lacks what a check asks it for.  The message is a sentence."""


class Written:
    """What the reader has written in `path`: its names are this object's attributes."""

    def __init__(self, path: Path) -> None:
        """Run the file.  Raises what it raises, SyntaxError among it."""
        self._path = path
        module = ModuleType(path.stem)
        module.__file__ = str(path)
        linecache.checkcache(str(path))  # an error shows the line as it stands now
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), module.__dict__)
        self._names = vars(module)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in self._names:
            raise Missing(f"{self._path.name} has no `{name}` yet")
        return self._names[name]


def place_of(error: BaseException, path: Path) -> str:
    """Where in `path` an error came from, as "line 7, `return a`"; "" if from elsewhere."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"line {error.lineno}"
    place, trace = "", error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = linecache.getline(str(path), trace.tb_lineno).strip()
            place = f"line {trace.tb_lineno}, `{line}`"
        trace = trace.tb_next
    return place
