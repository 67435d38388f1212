"""DOT into pictures, by whichever Graphviz there is, within a time and a size that a person can use."""

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec

FORMATS = ("svg", "png", "pdf")
TIME_LIMIT = 30.0  # seconds for one layout; what Graphviz can do at all it does in a few

_SHARP_DPI, _COARSE_DPI = 192, 96  # of a PNG: twice the usual, for slides, down to where text is still read
_PNG_SIDE = 16_384  # pixels, beyond which viewers and browsers show nothing
_PNG_AREA = 50_000_000  # pixels, 200 MB of memory
_PDF_SIDE = 14_400  # points, 200 inches: the greatest page of PDF 1.7, annex C

# In a process of its own: Graphviz's library writes to stderr past Python, cannot be interrupted,
# and takes the program with it when it runs out of stack.
_PYGRAPHVIZ = """
import sys, pygraphviz
graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
sys.stdout.buffer.write(graph.draw(format=sys.argv[1], prog="dot", args=" ".join(sys.argv[2:])))
"""


class RenderingError(RuntimeError):
    """There is no Graphviz to draw with, it has failed, or nobody could use the picture."""


def render(source: str, format: str, advice: str = "", time_limit: float | None = None) -> bytes:
    """The picture of `source`, DOT text, in one of FORMATS.

    `advice` says how this graph is made smaller, for the error where it is too large.  Raises
    RenderingError where there is no Graphviz, where it fails or takes longer than `time_limit` seconds
    (TIME_LIMIT), and where a picture of fixed size could not be read.
    """
    seconds = TIME_LIMIT if time_limit is None else time_limit
    options: list[str] = []
    if format != "svg":
        _command(format)  # for the error, where there is none
        drawn = _run("svg", [], source, advice, seconds)
        size = _size(drawn)
        if format == "png":
            options = [f"-Gdpi={_resolution(size, advice)}"]
        elif max(size) > _PDF_SIDE:
            raise RenderingError(
                f"a PDF of this graph would be {_by(size)} points, and a page may have {_PDF_SIDE:,} on a "
                f"side: save it as .svg, which any browser zooms, or draw less of it: {advice}"
            )
    return _run(format, options, source, advice, seconds)


def _run(format: str, options: list[str], source: str, advice: str, seconds: float) -> bytes:
    try:
        ran = subprocess.run(
            [*_command(format), *options],
            input=source.encode(),
            capture_output=True,
            timeout=seconds,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # on Windows no console flashes up
        )
    except subprocess.TimeoutExpired:
        raise RenderingError(
            f"Graphviz has not laid out this graph within {seconds:g} seconds: draw less of it: {advice}; or "
            "save the DOT text, drawing.save('graph.dot'), and give Graphviz the time that it takes"
        ) from None
    if ran.returncode != 0:
        raise RenderingError(
            f"Graphviz failed to draw the graph as {format}, with exit status {ran.returncode}. Where it is "
            f"too large, draw less of it: {advice}; drawing.save('graph.dot') saves the DOT text. "
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


def _resolution(size: tuple[float, float], advice: str) -> int:
    """Dots per inch at which a PNG of that many points is sharp, or at least read."""
    for dpi in (_SHARP_DPI, _COARSE_DPI):
        pixels = (size[0] * dpi / 72, size[1] * dpi / 72)
        if max(pixels) <= _PNG_SIDE and pixels[0] * pixels[1] <= _PNG_AREA:
            return dpi
    raise RenderingError(
        f"a PNG of this graph in which the text can be read would have {_by(pixels)} pixels, and viewers "
        f"show {_PNG_SIDE:,} on a side and {_PNG_AREA:,} in all: save it as .svg, which browsers zoom, or "
        f"draw less of it: {advice}"
    )


def _size(svg: bytes) -> tuple[float, float]:
    """Width and height in points, as an SVG by Graphviz states them; 0 where it does not."""
    found = re.search(rb'<svg width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    return (float(found[1]), float(found[2])) if found else (0.0, 0.0)


def _by(size: tuple[float, float]) -> str:
    return f"{size[0]:,.0f} × {size[1]:,.0f}"
