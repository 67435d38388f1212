"""The report of an experiment: one page in English and Korean, from nothing but the experiment's folder.

page.py       the sections in their order, and report.html.j2, the page that they are put into
sections/     a file each: what is measured or looked up for it, and below that its sentences
figures/      the pictures, by what they draw
study.py      what all sections are written from
blocks.py     what a section is made of: texts, tables, pictures; and their HTML
text.py       a text in both languages, and numbers as the page writes them
names.py      what the models and the interventions are called
"""

from pathlib import Path

from examples.long_range.folder import Folder, FolderError
from examples.long_range.model import MODELS
from examples.long_range.report.page import render
from examples.long_range.report.study import Study

__all__ = ["write_report"]


def write_report(folder: Folder) -> Path:
    """Write <folder>/report.html and its figures; the page's path.

    Raises FolderError for a folder without a finished run, or one that cannot be written.
    """
    config = folder.config()
    if not any(folder.results.seeds(name) for name in MODELS):
        raise FolderError(f"{folder.path} holds no finished run yet: give the same command again to resume")
    path = folder.path / "report.html"
    try:
        page = render(Study.of(folder, config))
        beside = path.with_suffix(".new")
        beside.write_text(page, "utf-8")
        beside.replace(path)
    except OSError as error:
        raise FolderError(f"the report cannot be written to {folder.path} ({error.strerror})") from None
    return path
