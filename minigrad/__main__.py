"""Pictures from the shell.

python -m minigrad draw model.py:loss --out graph.svg --values --gradients
python -m minigrad explore model.py:loss --out walk.html
"""

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from minigrad.commands.loading import CommandError
from minigrad.commands.options import add_options, chosen
from minigrad.commands.running import picture
from minigrad.drawing import draw
from minigrad.exploring import explore

# What an option of draw does, as its doc has it at length.
_HELP = {
    "values": "write what each node came to",
    "gradients": "write the gradient at each node",
    "depth": "fold modules of more than N components",
    "fold": "fold modules by the end of their path, or repeats; may be given several times",
    "graph": "which way: the forward, the backward, or both",
    "expand": "open fused ops of this name into what they are made of; may be given several times",
    "costs": "write the time that each op took, and the memory that it keeps",
    "color": "tint boxes by a number, with its scale",
    "formulas": "write the derivatives of each op",
    "title": "stands above it",
    "direction": "which way the arrows go",
}


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
    wanted = chosen(options, draw)
    # What can be shown of a function that has raised, and of which no backward has run.
    of_forward = {name: wanted[name] for name in ("values", "depth", "fold", "title", "direction")}
    picture(
        options.function,
        options.out,
        lambda made: draw(made, **wanted).save(options.out),
        lambda recording: draw(recording, **of_forward).save(options.out),
    )


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
    add_options(drawing, draw, _HELP)
    drawing.set_defaults(command=_draw)
    exploring = commands.add_parser(
        "explore",
        help="write a page on which to walk through it, forward and backward",
        description="Write a page on which to walk through the graph of the tensor that a function without "
        "arguments returns, an op at a time, forward and then backward.",
    )
    _common(exploring, "walk.html", "page to write, .html")
    exploring.add_argument("--title", metavar="TEXT", help=_HELP["title"])
    exploring.set_defaults(command=_explore)
    return parser


def _common(parser: argparse.ArgumentParser, out: str, help: str) -> None:
    parser.add_argument("function", metavar="FILE.py:FUNCTION", help="is run, and called without arguments")
    parser.add_argument("--out", type=Path, default=Path(out), metavar="PATH", help=f"{help} (%(default)s)")


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for a path that the terminal cannot write
    main()
