"""Pictures by matplotlib, which is imported when the first is drawn.

Each is a figure of its own, without pyplot, so that nothing global changes; labels are drawn in whatever
installed fonts have their characters.
"""

import io
import unicodedata
import warnings
from functools import cache
from pathlib import Path
from typing import Any

_FORMATS: dict[str, dict[str, Any]] = {".svg": {"metadata": {"Date": None}}, ".png": {"dpi": 150}}
_SIGNS = {" ": "␣", "\n": "↵", "\t": "⇥"}
_LACKING = "□"
_LONGEST = 16  # characters of a label
_MAIN_FONT = "DejaVu Sans"  # which matplotlib brings along


class Picture:
    """A picture, drawn: Jupyter shows it; `figure` is matplotlib's, for who wants to add to it."""

    def __init__(self, figure: Any) -> None:
        self.figure = figure

    def save(self, path: str | Path) -> None:
        """Write it to `path`, as SVG or PNG by the suffix.  Raises ValueError for any other."""
        path = Path(path)
        if path.suffix.lower() not in _FORMATS:
            raise ValueError(
                f"a picture is saved in the format that the path's suffix names, .svg or .png, and got "
                f"{str(path)!r}"
            )
        path.write_bytes(self._rendered(path.suffix.lower()))

    def _rendered(self, suffix: str) -> bytes:
        file = io.BytesIO()
        with _matplotlib().rc_context({"svg.hashsalt": "nn"}):  # the same picture is the same file
            self.figure.savefig(file, format=suffix[1:], **_FORMATS[suffix])
        return file.getvalue()

    def _repr_svg_(self) -> str:
        return self._rendered(".svg").decode()

    def _repr_png_(self) -> bytes:
        return self._rendered(".png")

    def __repr__(self) -> str:
        return "<Picture: Jupyter shows it, .save('picture.svg') writes it>"


def new_figure(width: float, height: float) -> Any:
    """An empty figure, in inches."""
    return _matplotlib().figure.Figure(figsize=(width, height), layout="constrained")


def _matplotlib() -> Any:
    """The package, with what is used of it.  Raises ImportError where there is none."""
    try:
        import matplotlib.figure
        import matplotlib.font_manager
        import matplotlib.ft2font
    except ImportError as error:
        raise ImportError(
            "pictures are drawn by matplotlib, which is not installed: write pip install matplotlib"
        ) from error
    return matplotlib


def visible(label: Any) -> str:
    """A label as it is drawn: spaces and line ends by a sign, what cannot be seen by its code."""
    text = unicodedata.normalize("NFC", str(label))
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    return "".join(map(_sign, text)) or "∅"


def _sign(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    return character if character.isprintable() else ascii(character)[1:-1]


def drawn_by(texts: list[str]) -> tuple[list[str], list[str]]:
    """The texts as they can be drawn, and the fonts for it, which matplotlib tries one after the other.

    Warns of characters that no installed font has, which become a box.
    """
    needed = frozenset(c for text in texts for c in text if not c.isspace())
    needed -= _drawn_of(needed, str(_matplotlib().font_manager.findfont(_MAIN_FONT)))
    families, lacking = _more_fonts(needed)
    if lacking:
        some = "".join(sorted(lacking)[:8])
        warnings.warn(
            f"no installed font has {some!r}, drawn as {_LACKING}: install one that has, for Korean for "
            "example NanumGothic or Noto Sans CJK",
            stacklevel=4,
        )
        texts = ["".join(_LACKING if c in lacking else c for c in text) for text in texts]
    return texts, [_MAIN_FONT, *families]


@cache
def _more_fonts(needed: frozenset[str]) -> tuple[list[str], frozenset[str]]:
    """Fonts that have these characters, as few as it takes, and the characters that none has."""
    families: list[str] = []
    has: dict[str, frozenset[str]] = {}
    if needed:
        plain = [
            f
            for f in _matplotlib().font_manager.fontManager.ttflist
            if f.style == "normal" and f.weight in (400, "normal")
        ]
        # Not the font that has a box for everything; and of several the one without serifs.
        plain = [f for f in plain if "Bold" not in f.name and not f.name.startswith("Last Resort")]
        plain.sort(key=lambda f: "Sans" not in f.name and "Gothic" not in f.name)
        has = {f.name: _drawn_of(needed, f.fname) for f in plain}
    while needed and has:
        best = max(has, key=lambda name: len(needed & has[name]))  # of equals the first
        if not needed & has[best]:
            break
        families.append(best)
        needed -= has[best]
    return families, needed


def _drawn_of(characters: frozenset[str], path: str) -> frozenset[str]:
    """Those that the font at `path` draws: some have glyphs without ink, or pictures instead of outlines."""
    try:
        font = _matplotlib().ft2font.FT2Font(path)
        font.set_size(10, 72)
        codes = font.get_charmap()
        return frozenset(c for c in characters if ord(c) in codes and font.load_char(ord(c)).width)
    except (OSError, RuntimeError):
        return frozenset()
