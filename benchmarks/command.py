"""One benchmark by itself, as a command: its arguments and its table."""

import argparse
from collections.abc import Callable

from benchmarks.figures import Figure, table
from benchmarks.machine import description


def command(measure: Callable[[bool], list[Figure]], doc: str) -> None:
    """Read --quick from the command line, measure, and print the machine and the table."""
    parser = parser_for(doc)
    show(measure(parser.parse_args().quick))


def parser_for(doc: str) -> argparse.ArgumentParser:
    """Takes --quick; a benchmark may add to it.  `doc` is its docstring."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a few rounds: does it run?  Not for figures")
    return parser


def show(figures: list[Figure]) -> None:
    """Print the machine and the table."""
    print(f"{description()}\n\n{table(figures)}", flush=True)
