"""DOT into pictures, by whichever Graphviz there is."""

import shutil
import subprocess
import sys
from importlib.util import find_spec

FORMATS = ("svg", "png", "pdf")

_PNG_DPI = 192  # twice the usual, for slides and sharp screens

# In a process of its own: Graphviz's library writes to stderr past Python, cannot be interrupted,
# and takes the program with it when it runs out of stack.
_PYGRAPHVIZ = """
import sys, pygraphviz
graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
sys.stdout.buffer.write(graph.draw(format=sys.argv[1], prog="dot", args=" ".join(sys.argv[2:])))
"""


class RenderingError(RuntimeError):
    """There is no Graphviz to draw with, or it has failed."""


def render(source: str, format: str) -> bytes:
    """The picture of `source`, DOT text, in one of FORMATS."""
    command = _command(format)
    options = [f"-Gdpi={_PNG_DPI}"] if format == "png" else []
    ran = subprocess.run(
        [*command, *options],
        input=source.encode(),
        capture_output=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # on Windows no console flashes up
    )
    if ran.returncode != 0:
        raise RenderingError(
            f"Graphviz failed to draw the graph as {format}, with exit status {ran.returncode}. Where it is "
            "too large, fold it with draw(depth=...); drawing.save('graph.dot') saves the DOT text. "
            f"Graphviz said: {ran.stderr.decode(errors='replace').strip()}"
        )
    return ran.stdout


def _command(format: str) -> list[str]:
    dot = shutil.which("dot")
    if dot is not None:
        return [dot, f"-T{format}"]
    if find_spec("pygraphviz") is not None:
        return [sys.executable, "-P", "-c", _PYGRAPHVIZ, format]
    raise RenderingError(
        f"a picture as {format} needs Graphviz, and there is neither a program `dot` on the PATH nor "
        "the package pygraphviz: run pip install pygraphviz, or install the system package "
        "graphviz. Without either, drawing.save('graph.dot') saves the DOT text"
    )
