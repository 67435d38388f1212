"""The chapters as Jupyter notebooks: python -m docs.notebooks writes them into docs/_build/notebooks.

A chapter is one file, docs/path/NAME.md: the site shows it, and here it becomes a notebook with the same text
and cells, in English or, with --language ko, in Korean.  They run where minigrad is installed.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import jupytext
import nbformat

from docs.markdown import translated
from docs.translations import DOCS, translations_of


def chapters() -> list[str]:
    """Their names, in the order of the path."""
    index = (DOCS / "path" / "index.md").read_text("utf-8")
    listed = re.search(r"```\{toctree\}\n(?::.*\n)*\n((?:\w+\n)+)```", index)
    assert listed is not None
    return listed[1].split()


def notebook(chapter: str, language: str = "en") -> nbformat.NotebookNode:
    """One chapter."""
    made = jupytext.read(DOCS / "path" / f"{chapter}.md")
    if language != "en":
        texts = translations_of(f"path/{chapter}")
        for cell in made.cells:
            if cell.cell_type == "markdown":
                cell.source = translated(cell.source, lambda piece: texts.get(piece, piece))
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Write all of them; 0."""
    parser = argparse.ArgumentParser(
        prog="python -m docs.notebooks", description="The chapters as notebooks."
    )
    parser.add_argument("--language", choices=("en", "ko"), default="en")
    parser.add_argument(
        "--out", type=Path, default=DOCS / "_build" / "notebooks", help="(docs/_build/notebooks)"
    )
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    for number, chapter in enumerate(chapters(), 1):
        path = given.out / f"{number:02}_{chapter}.ipynb"
        nbformat.write(notebook(chapter, given.language), path)
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
