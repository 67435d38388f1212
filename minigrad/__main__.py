"""Pictures from the shell.

python -m minigrad draw model.py:loss --out graph.svg --values --gradients
python -m minigrad explore model.py:loss --out walk.html
"""

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from minigrad.commands.loading import CommandError
from minigrad.commands.running import picture
from minigrad.drawing import draw
from minigrad.exploring import explore


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line asks for; where that cannot be done, say why and end with status 1."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        options.command(options)
    except CommandError as error:
        parser.exit(1, f"{parser.prog} {options.name}: {error}\n")
    except KeyboardInterrupt:
        parser.exit(130)
    print(f"{options.out} is written")


def _draw(options: argparse.Namespace) -> None:
    looks = {name: getattr(options, name) for name in ("depth", "fold", "expand", "title", "direction")}

    def write(made: Any, gradients: bool = False) -> None:
        draw(made, options.values, gradients, **looks).save(options.out)

    picture(options.function, options.out, lambda made: write(made, options.gradients), write_failed=write)


def _explore(options: argparse.Namespace) -> None:
    title = {"title": options.title} if options.title else {}
    picture(options.function, options.out, lambda made: explore(made, options.out, **title))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m minigrad", description="Pictures of a computation.")
    commands = parser.add_subparsers(dest="name", required=True, metavar="COMMAND")
    drawing = commands.add_parser(
        "draw",
        help="draw the graph of the tensor that a function returns",
        description="Draw the graph of the tensor, or tensors, that a function without arguments returns.",
    )
    _common(drawing, "graph.svg", "picture to write: .html, .svg, .png, .pdf or .dot")
    drawing.add_argument("--values", action="store_true", help="write what each node came to")
    drawing.add_argument("--gradients", action="store_true", help="write the gradient at each node")
    drawing.add_argument("--depth", type=int, metavar="N", help="fold modules of more than N components")
    several: dict[str, Any] = {"action": "append", "default": []}
    drawing.add_argument("--fold", **several, metavar="PATTERN", help="modules by path, or repeats")
    drawing.add_argument("--expand", **several, metavar="OP", help="a fused op, into what it is made of")
    drawing.add_argument("--direction", choices=("down", "right"), default="down", help="(%(default)s)")
    drawing.set_defaults(command=_draw)
    exploring = commands.add_parser(
        "explore",
        help="write a page on which to walk through it, forward and backward",
        description="Write a page on which to walk through the graph of the tensor that a function without "
        "arguments returns, an op at a time, forward and then backward.",
    )
    _common(exploring, "walk.html", "page to write, .html")
    exploring.set_defaults(command=_explore)
    return parser


def _common(parser: argparse.ArgumentParser, out: str, help: str) -> None:
    parser.add_argument("function", metavar="FILE.py:FUNCTION", help="is run, and called without arguments")
    parser.add_argument("--out", type=Path, default=Path(out), metavar="PATH", help=f"{help} (%(default)s)")
    parser.add_argument("--title", default="", help="stands above it")


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for a path that the terminal cannot write
    main()
