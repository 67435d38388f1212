"""The looks that all pictures share, and how they are written: as SVG, as PNG, and as a part of the page."""

import html
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from examples.long_range.report.figures.words import label

WIDTH = 5.2  # inches, of every figure: a narrow page shows them as they are, a wide one larger
GREY = "0.45"
LOOK: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same everywhere
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.labelsize": 10,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "legend.fontsize": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "hatch.linewidth": 0.8,
    "svg.hashsalt": "minigrad long_range",  # the same figures give the same bytes
}
# Colour, marker and dash of each model: any two differ in marker, so that black and white is enough.
STYLES = {
    "attention": ("#0b5394", "o", "-"),
    "window": ("#c0392b", "s", "--"),
    "one-layer": ("#7d3c98", "^", ":"),
    "learned": ("#8a6d00", "P", (0, (5, 1, 1, 1))),
    "sinusoidal": ("#117a65", "X", (0, (1, 1))),
    "alibi": ("#d35400", "D", "-."),
    "no-positions": ("#555555", "v", (0, (3, 2))),
    "lstm": ("#117a65", "<", "-."),
    "gru": ("#d35400", ">", "--"),
    "elman": ("#7d3c98", "p", ":"),
    "ngram": ("#555555", "*", (0, (3, 2))),
}


def save(folder: Path, name: str, draw: Callable[..., Figure], *arguments: object) -> str:
    """Draw into folder/name.svg and .png; an SVG whose words are text as an element to stand in a page."""
    folder.mkdir(parents=True, exist_ok=True)
    with_text = io.StringIO()
    with rc_context({**LOOK, "svg.fonttype": "path"}):
        figure = draw(*arguments)
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
        figure.savefig(folder / f"{name}.png", dpi=150)
    with rc_context({**LOOK, "svg.fonttype": "none"}):
        figure.savefig(with_text, format="svg", metadata={"Date": None})
    return in_both_languages(inline(with_text.getvalue(), name))


def inline(svg: str, name: str) -> str:
    """An SVG file as an element of a page: no prolog, no outside names, ids of its own."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", "", body, flags=re.DOTALL)
    body = re.sub(r'\s(?:xmlns(?::\w+)?|version)="[^"]*"', "", body)
    body = re.sub(r'(<svg[^>]*?)\swidth="[^"]*"', r"\1", body, count=1)
    body = re.sub(r'(<svg[^>]*?)\sheight="[^"]*"', r"\1", body, count=1)
    body = re.sub(r'\bid="', f'id="{name}-', body)
    body = body.replace("url(#", f"url(#{name}-").replace('xlink:href="#', f'href="#{name}-')
    body = body.replace("xlink:href=", "href=")
    return re.sub(r"\n\s*", "\n", body).strip()


def in_both_languages(svg: str) -> str:
    """Words of `label` once in each language, for the page to show one, in the page's own fonts."""

    def twice(found: re.Match[str]) -> str:
        style, place, words = found.groups()
        korean = label.korean.get(html.unescape(words), words)
        if korean == words:
            return f"<text{style}{place}>{words}</text>"
        both = {"en": words, "ko": html.escape(korean)}
        return "".join(f'<text lang="{lang}"{style}{place}>{text}</text>' for lang, text in both.items())

    svg = re.sub(r"font-family: 'DejaVu Sans'[^;\"]*;?\s*", "", svg)
    return re.sub(r"<text( style=\"[^\"]*\")([^>]*)>([^<]*)</text>", twice, svg)
