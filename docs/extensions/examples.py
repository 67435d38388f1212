"""The examples of the reference: cells of the files in docs/reference/examples, and what they give.

A cell begins with `# %%` and the names that it is for, of which it calls the first; for each of the others
its name stands in that place.
"""

import ast
import contextlib
import io
import linecache
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

import minigrad as mg
import nn

FILE = "example.py"  # the name that code has in messages
FOLDER = Path(__file__).parents[1] / "reference" / "examples"


def examples() -> dict[str, str]:
    """Names, and the code that shows each.  Raises ValueError for a name that has two examples."""
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob("*.py")):
        for cell in re.split(r"^# %% ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            heading, _, code = cell.partition("\n")
            first, *_ = names = heading.split()
            for name in names:
                if name in found:
                    raise ValueError(f"{path.name} has a second example of {name}; keep one of the two")
                found[name] = re.sub(rf"\b{re.escape(first)}\b", name, code).strip()
    return found


def run(code: str) -> str:
    """`code`, and below each statement, as comments, what it gave or printed.

    Files are written into a folder of their own.  Code that needs a package that is not installed is shown
    as it is.
    """
    scope = {"np": np, "mg": mg, "nn": nn, "__name__": "__main__"}
    with TemporaryDirectory() as folder, contextlib.chdir(folder):
        try:
            return "\n".join(_lines(code, scope)).strip()
        except ImportError:
            return code


def _lines(code: str, scope: dict[str, Any]) -> Iterator[str]:
    """Code and output, such that it can be pasted at the prompt, where a blank line ends a block."""
    lines = code.splitlines()
    # Messages quote the line that they are about.
    linecache.cache[FILE] = (len(code), None, [f"{line}\n" for line in lines], FILE)
    done = 0
    for statement in ast.parse(code).body:
        yield from filter(str.strip, lines[done : statement.end_lineno])
        done = statement.end_lineno or done
        if hasattr(statement, "body"):
            yield ""
        for line in _output(statement, scope).splitlines():
            yield from (f"# {part}" for part in textwrap.wrap(line, 80, break_on_hyphens=False))


def _output(statement: ast.stmt, scope: dict[str, Any]) -> str:
    """What the prompt would show, in four digits."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), np.printoptions(precision=4, suppress=True, legacy="1.25"):
        if isinstance(statement, ast.Expr):
            value = eval(compile(ast.Expression(statement.value), FILE, "eval"), scope)
            if value is not None:
                print(repr(value))
        else:
            exec(compile(ast.Module([statement], []), FILE, "exec"), scope)
    return re.sub(r"\d+\.\d{5,}(e[-+]\d+)?", lambda number: f"{float(number[0]):.4g}", out.getvalue())
