"""A drawing as a page: the picture, to be moved and enlarged, and below it the same in words."""

import re
from collections.abc import Sequence
from pathlib import Path

from minigrad.drawing.blocks import Table
from minigrad.drawing.labels import Line
from minigrad.drawing.listing import End, Entry, Words
from minigrad.pages import page
from minigrad.pages.markup import Markup, joined, markup, text

_KEYS = "Drag, or use the arrow keys; + and − or Ctrl and the wheel enlarge it, 0 shows all, 1 its own size."

_BODY = """\
<main>
<h1>{title}</h1>
<section class="picture" aria-label="The picture">
<div class="bar" role="toolbar" aria-label="The picture" hidden>
<button type="button" data-do="+" aria-label="larger">+</button>
<button type="button" data-do="-" aria-label="smaller">−</button>
<button type="button" data-do="0">all</button>
<button type="button" data-do="1">1 : 1</button>
<span>{keys}</span>
</div>
<div class="view" tabindex="0" role="group" aria-label="The picture. {keys}">
{svg}
</div>
</section>
<section class="words" aria-labelledby="words">
<h2 id="words">In words</h2>
{notes}
{tables}
<p>{count}, each after what it reads.</p>
<ol>
{items}
</ol>
</section>
</main>"""


def document(svg: str, words: Words) -> str:
    """The page of a picture by Graphviz, whose boxes have the ids of the entries in `words`."""
    title, entries = words.title or "Computation graph", words.entries
    said = f"The graph of {len(entries):,} boxes, which follows in words"
    picture = re.sub(
        r'^.*?<svg width="[^"]*" height="[^"]*"', f'<svg role="img" aria-label="{said}"', svg, flags=re.DOTALL
    )
    body = _BODY.format(
        title=text(title),
        keys=_KEYS,
        svg=picture.strip(),
        notes="\n".join(markup("p", note, class_="note") for note in words.notes),
        tables="\n".join(_table(heading, table) for heading, table in words.tables if table.rows),
        count=f"{len(entries):,} box{'es' if len(entries) != 1 else ''}",
        items="\n".join(map(_item, entries.values())),
    )
    return page(title, body, styles=[_own("drawing.css")], scripts=[_own("drawing.js")])


def _own(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


def _table(heading: str, table: Table) -> Markup:
    head = markup("tr", *(markup("th", cell, scope="col") for cell in table.heads))
    rows = [
        markup("tr", markup("th", row[0], scope="row"), *(markup("td", c) for c in row[1:]))
        for row in table.rows
    ]
    said = ", ".join(filter(None, (heading, table.said)))
    return markup("table", markup("caption", said), markup("thead", head), markup("tbody", *rows))


def _item(entry: Entry) -> Markup:
    first, *rest = entry.lines
    return markup(
        "li",
        markup("h3", markup("a", first.text, href=f"#{entry.id}")),
        markup("p", f"in {entry.module}", class_="fact") if entry.module else None,
        *map(_line, rest),
        _joined("reads", entry.reads),
        _joined("read by", entry.read_by),
        markup("details", markup("summary", "more"), markup("p", entry.told, class_="told")),
        id=entry.id,
        data_module=entry.module,
    )


def _line(line: Line) -> Markup:
    if not line.name:
        return markup("p", line.text, class_="fact")
    number = markup("code", line.text, class_="wrong" if line.wrong else None)
    return markup("p", markup("span", line.name), " ", number, class_=line.name)


def _joined(word: str, ends: Sequence[End]) -> Markup | None:
    """Links to the boxes at the other ends."""
    links = [
        joined("; " if n else " ", markup("a", end.heading, href=f"#{end.id}"), f" {end.said}".rstrip())
        for n, end in enumerate(ends)
    ]
    return markup("p", word, *links, class_="joined") if ends else None
