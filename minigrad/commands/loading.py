"""The function that FILE.py:FUNCTION names."""

import ast
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from minigrad.mistakes.guess import guess


class CommandError(Exception):
    """What a person has asked for cannot be done; the message says why, and what to write instead."""


def load(place: str) -> Callable[[], Any]:
    """The function at FILE.py:FUNCTION, which can be called without arguments; the file is run for it.

    Raises CommandError where there is none.
    """
    file, colon, name = place.rpartition(":")
    path = Path(file if colon else name)
    _check_file(path)
    if not colon or not name:
        raise CommandError(f"{place!r} names a file and no function: write {path}:FUNCTION{_functions(path)}")
    module = _run(path)
    function = vars(module).get(name)
    if function is None:
        near = guess(name, vars(module))
        meant = f": did you mean {near}?" if near else _functions(path)
        raise CommandError(f"{path} has no function {name!r}{meant}")
    if not callable(function):
        raise CommandError(
            f"{place} is no function, and of type {type(function).__name__}: write a function that returns "
            f"the tensor to be shown, def picture(): return {name}"
        )
    _check_callable(place, function)
    return function


def failure(error: BaseException, path: Path) -> str:
    """ValueError at g.py:12, `x @ w`: what it says; the line is the last in that file."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).absolute() == path.absolute()]
    at = f" at {path.name}:{own[-1].lineno}, `{own[-1].line}`" if own else ""
    return f"{type(error).__name__}{at}: {error}" if str(error) else f"{type(error).__name__}{at}"


def _check_file(path: Path) -> None:
    if path.suffix != ".py":
        raise CommandError(f"{str(path)!r} is no Python file: write FILE.py:FUNCTION, such as model.py:loss")
    if not path.is_file():
        near = guess(path.name, (other.name for other in path.parent.glob("*.py")))
        meant = f": did you mean {path.with_name(near)}?" if near else ""
        raise CommandError(f"there is no file {str(path)!r} in {Path.cwd()}{meant}")


def _functions(path: Path) -> str:
    """The functions at the top of a file, as the end of a sentence; the file is not run."""
    try:
        body = ast.parse(path.read_bytes()).body
    except (SyntaxError, ValueError):
        return ""
    names = [node.name for node in body if isinstance(node, ast.FunctionDef)]
    return f", of which it has {', '.join(names)}" if names else ", of which it has none yet"


def _run(path: Path) -> Any:
    """The module of a file, which may import its neighbours."""
    name = f"_{path.stem}"  # as no other module is called
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise CommandError(f"{path} is no Python: line {error.lineno}, {error.msg}") from error
    except SystemExit as error:
        raise CommandError(
            f"{path} ended the program as it was loaded: put what it does when it is run under "
            'if __name__ == "__main__":'
        ) from error
    except Exception as error:
        raise CommandError(f"{path} could not be loaded: {failure(error, path)}") from error
    return module


def _check_callable(place: str, function: Callable[..., Any]) -> None:
    try:
        needed = [
            name
            for name, parameter in inspect.signature(function).parameters.items()
            if parameter.default is parameter.empty
            and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        ]
    except (TypeError, ValueError):  # a function that does not say what it takes
        return
    if needed:
        name = place.rpartition(":")[2]
        arguments = ", ".join(needed)
        raise CommandError(
            f"{place} takes {arguments}, and is called without arguments: give them defaults, or write a "
            f"function that makes them, def picture(): ...; return {name}({arguments})"
        )
