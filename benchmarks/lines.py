"""How much one must read to understand reverse mode: python -m benchmarks.lines

Prints the lines of the core's files, in reading order, of the walk and of an op's call (docstrings apart),
and how many calls, through how many files, a first derivative makes.
"""

import ast
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

import minigrad as mg

PACKAGE = Path(mg.__file__).parent

# What a reader needs to follow a value from `a * b` to `.grad`, in this order.
CORE = ("modes.py", "tensor/tensor.py", "operation.py", "primitive.py", "graph.py", "gradients.py")
FILES, LINES, WALK, CALL = 6, 650, 40, 45  # at most


class Size(NamedTuple):
    files: dict[str, int]
    walk: int
    call: int

    @property
    def lines(self) -> int:
        return sum(self.files.values())


def size() -> Size:
    files = {name: len((PACKAGE / name).read_text().splitlines()) for name in CORE}
    walk = lines_of("graph.py", "backpropagate")
    return Size(files, walk, lines_of("operation.py", "__call__"))


def lines_of(name: str, function: str) -> int:
    """The lines of a function or method, its docstring apart."""
    for node in ast.walk(ast.parse((PACKAGE / name).read_text())):
        if isinstance(node, ast.FunctionDef) and node.name == function:
            words = node.body[0] if ast.get_docstring(node) else None
            of_words = words.end_lineno - words.lineno + 1 if words else 0
            return node.end_lineno - node.lineno + 1 - of_words
    raise LookupError(f"{name} has no function {function}")


def calls_made() -> tuple[int, set[str]]:
    """The calls of Python functions in `mg.grad(np.sin)(1.0)`, and the files of minigrad that they are in."""
    calls: list[str] = []

    def trace(frame, event, argument):
        if event == "call":
            calls.append(frame.f_code.co_filename)

    derivative = mg.grad(np.sin)
    derivative(1.0)  # which loads what is loaded when first asked for
    sys.setprofile(trace)
    try:
        derivative(1.0)
    finally:
        sys.setprofile(None)
    within = {str(Path(path).relative_to(PACKAGE)) for path in calls if Path(path).is_relative_to(PACKAGE)}
    return len(calls), within


def main() -> None:
    found = size()
    for name, count in found.files.items():
        print(f"{count:6} minigrad/{name}")
    print(f"{found.lines:6} lines in {len(found.files)} files (at most {LINES} in {FILES})")
    print(f"{found.walk:6} lines of the walk, graph.backpropagate (at most {WALK})")
    print(f"{found.call:6} lines of an op's call, Operation.__call__ (at most {CALL})")
    calls, files = calls_made()
    print(f"{calls:6} calls through {len(files)} files in mg.grad(np.sin)(1.0)")


if __name__ == "__main__":
    main()
