"""The pictures at the beginning of README.md: each is what the command beside it makes now."""

import math
import re
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest

pytest.importorskip(
    "matplotlib", reason="matplotlib is not installed: pip install matplotlib to make pictures"
)

import docs.browser
from docs import pictures
from docs.browser import lacking
from docs.frames import with_words, words_of

README = (pictures.ROOT / "README.md").read_text("utf-8")
LARGEST = 120_000  # bytes

needs_browser = pytest.mark.skipif(bool(lacking()), reason=lacking())
FRAMES = [pytest.param(name, marks=needs_browser) for name in pictures.PICTURES if name.endswith(".png")]
needs_graphviz = pytest.mark.skipif(
    which("dot") is None and find_spec("pygraphviz") is None,
    reason="neither a program dot nor pygraphviz is installed: pip install pygraphviz to draw",
)


def words(picture: Path) -> list[str]:
    """All that is written in a picture: as text, as outlines after a comment, or in the page it shows."""
    if picture.suffix == ".png":
        return re.split(r"[\s,]+", words_of(picture.read_bytes()).replace("\N{MINUS SIGN}", "-"))
    return sorted(re.findall(r"<text.*?>(.*?)</text>|<!-- (.*?) -->", picture.read_text("utf-8")))


def alike(made: str, committed: str) -> bool:
    """The same word, or nearly the same number, since another processor may round otherwise."""
    try:
        return made == committed or math.isclose(float(made), float(committed), rel_tol=0.01)
    except (TypeError, ValueError):
        return False


@pytest.mark.parametrize("name", [pytest.param("graph.svg", marks=needs_graphviz), "recall.svg", *FRAMES])
def test_a_picture_is_what_its_command_makes(name, tmp_path):
    pictures.main([name, "--out", str(tmp_path)])
    made, committed = words(tmp_path / name), words(pictures.FOLDER / name)
    again = f"the picture is of another tree: run python -m docs.pictures {name}"
    assert len(made) == len(committed) > 5, again
    assert [pair for pair in zip(made, committed, strict=True) if not alike(*pair)] == [], again


def test_a_png_without_the_words_of_a_page_is_refused():
    png = (pictures.FOLDER / "attention.png").read_bytes()
    bare = png[:33] + png[33 + 12 + int.from_bytes(png[33:37]) :]
    with pytest.raises(ValueError, match="this PNG holds no words of a page"):
        words_of(bare)
    assert with_words(bare, words_of(png)) == png


def test_the_curves_are_those_of_the_figures_that_are_shipped(tmp_path):
    pictures.main(["recall.svg", "--out", str(tmp_path)])
    made, committed = (folder / "recall.svg" for folder in (tmp_path, pictures.FOLDER))
    version = re.compile(rb"Matplotlib v[\d.]+")
    if version.findall(made.read_bytes()) != version.findall(committed.read_bytes()):
        pytest.skip("another matplotlib has drawn the picture, and may set it otherwise")
    assert made.read_bytes() == committed.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["nothing.svg"], 2, "there is no picture 'nothing.svg': choose of graph.svg, "),
        (["recall.svg", "--out", "nowhere"], 1, "recall.svg: .*No such file or directory"),
        (
            ["attention.png"],
            1,
            "attention.png: (Chromium|Playwright) is not installed: .* to open pages in a browser",
        ),
    ],
)
def test_what_cannot_be_made(arguments, status, sentence, capsys, monkeypatch):
    monkeypatch.setattr(docs.browser, "CHROMIUM", None)
    with pytest.raises(SystemExit) as end:
        pictures.main(arguments)
    assert end.value.code == status
    assert re.search(sentence, capsys.readouterr().err)


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
