"""What a section of the page is made of, and its HTML."""

import re
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape

from examples.long_range.report.text import Text, percent

Cell = str | Text | tuple[str, str]  # a figure, or one with a small line below


@dataclass(frozen=True)
class Table:
    """A table of the page; the first cell of each row is its heading."""

    caption: Text | None
    head: list[str | Text]
    rows: list[list[Cell]]
    kind: str = "figures"  # of style: or "words", "facts", "runs"


@dataclass(frozen=True)
class Picture:
    """A figure of the page, as an SVG element."""

    svg: Markup
    caption: Text


Block = Text | Table | Picture | Markup


@dataclass(frozen=True)
class Section:
    """A part of the page: blocks in order; `name` is what a link to it says."""

    name: str
    title: Text
    blocks: list[Block]


def mean_and_range(values: list[float]) -> tuple[str, str]:
    """A cell: mean of the seeds, and their range where there are several."""
    if not values:
        return "—", ""
    low, high = (f"{share * 100:.1f}".removesuffix(".0") for share in (min(values), max(values)))
    return percent(float(np.mean(values))), f"{low}–{high}" if len(values) > 1 else ""


# -- HTML -----------------------------------------------------------------------------------------------


def both(text: Text | str, tag: str = "span") -> Markup:
    """A text in both languages, one element each; a plain string is the same in both and stands alone."""
    if isinstance(text, str):
        return marked(text)
    if text.en == text.ko:
        return marked(text.en) if tag == "span" else Markup(f"<{tag}>{marked(text.en)}</{tag}>")
    between = Markup('<span class="between"> / </span>') if tag == "span" else Markup("\n")
    english = Markup(f'<{tag} lang="en">{marked(text.en)}</{tag}>')
    korean = Markup(f'<{tag} lang="ko">{marked(text.ko)}</{tag}>')
    return english + between + korean


def marked(text: str) -> Markup:
    """HTML of a text, with its `code` and **strong**."""
    html = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text)))
    return Markup(re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", html))


def plain(text: str) -> str:
    """A text without its marks, for where no HTML can stand."""
    return text.replace("`", "").replace("**", "")


def heads(title: Text | str) -> Markup:
    """A column's title as attributes of its cells, for a page too narrow to show the table as one."""
    both = Text(title, title) if isinstance(title, str) else title
    return Markup(' data-en="{}" data-ko="{}"').format(plain(both.en), plain(both.ko))


def heading(title: Text) -> Markup:
    """A heading within a section."""
    return Markup("<h3>{}</h3>").format(both(title))


def listed(items: list[Text]) -> Markup:
    """A list with a point for each text."""
    return Markup("<ul>{}</ul>").format(Markup("").join(both(item, "li") for item in items))
