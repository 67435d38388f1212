"""Each chapter opens as a notebook, with the cells of its page, in both languages."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(find_spec("jupytext") is None, reason="notebooks: pip install -e '.[docs]'")


def test_each_chapter_becomes_a_notebook(tmp_path: Path) -> None:
    import nbformat

    from docs.notebooks import chapters, main

    assert len(chapters()) == 15
    assert main(["--out", str(tmp_path)]) == 0
    for path, chapter in zip(sorted(tmp_path.iterdir()), chapters(), strict=True):
        made = nbformat.read(path, as_version=4)
        nbformat.validate(made)
        page = (Path("docs/path") / f"{chapter}.md").read_text("utf-8")
        cells = re.findall(r"^```\{code-cell\} ipython3\n(.*?)\n```$", page, re.S | re.M)
        assert [cell.source for cell in made.cells if cell.cell_type == "code"] == [
            c.strip("\n") for c in cells
        ]
        assert cells


def test_a_korean_notebook_is_korean_but_for_code() -> None:
    from docs.notebooks import chapters, notebook

    for chapter in chapters():
        left = [
            block
            for cell in notebook(chapter, "ko").cells
            if cell.cell_type == "markdown"
            for block in cell.source.split("\n\n")
            if not block.startswith(("    ", "```", "$$")) and not re.search("[가-힣]", block)
        ]
        assert left == []


def test_a_notebook_runs(tmp_path: Path) -> None:
    """The first one; the site runs the cells of all."""
    from nbclient import NotebookClient

    from docs.notebooks import notebook

    made = notebook("order", "ko")
    NotebookClient(made, timeout=60, resources={"metadata": {"path": "docs/path"}}).execute()
    shown = [output for cell in made.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("image/svg+xml" in output.get("data", {}) for output in shown)
