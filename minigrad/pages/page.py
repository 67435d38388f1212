"""One HTML document that holds all it shows: styles, scripts and data inside, nothing fetched."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from minigrad.pages.markup import text
from minigrad.settings import check_texts

# What the browser is told to refuse: everything that does not stand in the file.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)

_DOCUMENT = """\
<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{title}</title>
{head}
</head>
<body>
{body}
</body>
</html>
"""


def page(
    title: str,
    body: str,
    *,
    styles: Iterable[str] = (),
    scripts: Iterable[str] = (),
    data: Any = None,
    arrays: bool = False,
    lang: str = "en",
) -> str:
    """A whole HTML document, which opens from disk; the same arguments give the same text.

    `body` is markup, and trusted (`mg.markup` makes it of text); `title` is text.  `styles` and `scripts`
    are the texts of .css and .js files; `data`, anything that JSON can say, stands in the element of id
    "data", where a script reads it by `JSON.parse(document.getElementById("data").textContent)`.  `arrays`
    brings `arrayView(array_data)` along.  Colours are the variables of page.css, in a light and a dark set:
    --ink, --paper, --faint, --line, --accent, --value, --gradient, --wrong.

    Raises ValueError for data that JSON has no word for (a NaN: `mg.array_data` writes it as "nan"), and
    for a style or a script that holds the end of its own element; TypeError for a title that is no text.
    """
    check_texts("page", title=title, body=body, lang=lang)
    ours = [own("page.css"), *([own("arrays.css")] if arrays else [])]
    theirs = [own("arrays.js")] if arrays else []
    head = [_element("style", style) for style in (*ours, *styles)]
    tail = [] if data is None else [f'<script type="application/json" id="data">{_json(data)}</script>']
    tail += [_element("script", script) for script in (*theirs, *scripts)]
    return _DOCUMENT.format(
        lang=text(lang),
        policy=_POLICY,
        title=text(title),
        head="\n".join(head),
        body="\n".join([body, *tail]),
    )


def fragment(body: str, *, styles: Iterable[str] = ()) -> str:
    """Markup for a notebook's output: `body` with its styles, in the colours that the notebook is in.

    It has no script, so that it is seen wherever a notebook is.
    """
    head = [_element("style", style) for style in (own("fragment.css"), *styles)]
    return "\n".join(['<div class="minigrad">', *head, body, "</div>"])


def own(name: str) -> str:
    """The text of a file in this folder."""
    return Path(__file__).with_name(name).read_text("utf-8")


def _element(kind: str, content: str) -> str:
    if f"</{kind}" in content.lower():
        raise ValueError(
            f"a {kind} of a page holds </{kind}, which would end it there: write it apart, as '<' + '/{kind}'"
        )
    return f"<{kind}>\n{content.strip()}\n</{kind}>"


def _json(data: Any) -> str:
    """JSON in which nothing ends the element around it or a line, and no half of a character is alone."""
    try:
        written = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"the data of a page is what JSON can say ({error}): give numbers, texts, lists and dicts of "
            "them, and arrays, NaN or infinity among them, as mg.array_data(array)"
        ) from error
    return re.sub("[<\u2028\u2029\x7f\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", written)
