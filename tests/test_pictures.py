"""The pictures at the beginning of README.md: each is what the command beside it makes now."""

import re
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest

pytest.importorskip(
    "matplotlib", reason="matplotlib is not installed: pip install matplotlib to make pictures"
)

from docs import pictures

README = (pictures.ROOT / "README.md").read_text("utf-8")
LARGEST = 120_000  # bytes

needs_graphviz = pytest.mark.skipif(
    which("dot") is None and find_spec("pygraphviz") is None,
    reason="neither a program dot nor pygraphviz is installed: pip install pygraphviz to draw",
)


def words(svg: Path) -> list[str]:
    """All that is written in a picture, be it as text, or as outlines after a comment."""
    return sorted(re.findall(r"<text.*?>(.*?)</text>|<!-- (.*?) -->", svg.read_text("utf-8")))


@pytest.mark.parametrize(
    "name", [pytest.param("graph.svg", marks=needs_graphviz), "recall.svg", "attention.svg"]
)
def test_a_picture_is_what_its_command_makes(name, tmp_path):
    pictures.main([name, "--out", str(tmp_path)])
    committed, made = pictures.FOLDER / name, tmp_path / name
    assert words(made) == words(committed) != [], f"it is of another tree: run python -m docs.pictures {name}"


def test_the_curves_are_those_of_the_figures_that_are_shipped(tmp_path):
    pictures.main(["recall.svg", "--out", str(tmp_path)])
    made, committed = (folder / "recall.svg" for folder in (tmp_path, pictures.FOLDER))
    version = re.compile(rb"Matplotlib v[\d.]+")
    if version.findall(made.read_bytes()) != version.findall(committed.read_bytes()):
        pytest.skip("another matplotlib has drawn the picture, and may set it otherwise")
    assert made.read_bytes() == committed.read_bytes()


def test_the_page_opens_with_all_pictures_each_with_a_command():
    opening = README.partition("```")[0]
    assert "python -m docs.pictures" in opening
    assert set(re.findall(r"!\[[^]]{20,}\]\(docs/pictures/(.*?)\)", opening)) == set(pictures.PICTURES)
    rows = [row.split("|")[1:-1] for row in opening.splitlines() if row.startswith("| ")]
    for shown, below in zip(rows[1::2], rows[2::2], strict=True):
        for picture, command in zip(shown, below, strict=True):
            assert ("![" in picture) == bool(re.search("`python -m .*`", command))


def test_the_pictures_are_small():
    assert {path.name for path in pictures.FOLDER.iterdir()} == set(pictures.PICTURES)
    for path in pictures.FOLDER.iterdir():
        assert path.stat().st_size < LARGEST, path
