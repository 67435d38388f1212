"""Markup made of elements, in which text stays text."""

import re
from html import escape

_ILLEGIBLE = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


class Markup(str):
    """HTML that may stand in a page as it is; any other string is text, and is escaped first."""

    __slots__ = ()


def text(characters: str) -> Markup:
    """Text as markup, between tags or in an attribute's quotes, whatever its characters.

    Of what HTML cannot hold, see `legible`, U+FFFD stands there.
    """
    return Markup(escape(legible(characters)))


def legible(characters: str) -> str:
    """The same with U+FFFD for control characters, halves of characters, and what turns others around.

    These last (U+202A to 202E, 2066 to 2069) would have what stands after them read backwards, so that one
    name is taken for another; Hebrew and Arabic need none of them.
    """
    return _ILLEGIBLE.sub("\N{REPLACEMENT CHARACTER}", characters)


def markup(tag: str, *children: str | None, **attributes: str | bool | None) -> Markup:
    """One element: markup("td", "a < b", class_="wide") is <td class="wide">a &lt; b</td>.

    Children are text, or what `markup` gave; None is no child.  An attribute's name may end in "_", where
    Python has the word for itself; True writes its name alone, None and False nothing.
    """
    written = "".join(
        f" {name.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{text(value)}"')
        for name, value in attributes.items()
        if value is not None and value is not False
    )
    return Markup(f"<{tag}{written}>{joined(*children)}</{tag}>")


def joined(*children: str | None) -> Markup:
    """Text and markup in a row, as markup."""
    return Markup("".join(c if isinstance(c, Markup) else text(c) for c in children if c is not None))
