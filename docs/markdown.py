"""Markdown in pieces to translate: headings, paragraphs, items of lists, cells of tables; code stays."""

import re
from collections.abc import Callable, Iterator

Translate = Callable[[str], str]


def translated(text: str, translate: Translate) -> str:
    """`text` with each piece replaced by what `translate` gives for it, its lines joined by spaces."""
    return "\n\n".join(block if _is_code(block) else _prose(block, translate) for block in blocks(text))


def pieces(text: str) -> Iterator[str]:
    """What there is to translate, in order."""
    found: list[str] = []
    translated(text, lambda piece: found.append(piece) or piece)  # type: ignore[func-returns-value]
    yield from found


def blocks(text: str) -> Iterator[str]:
    """What stands between empty lines; a fenced piece of code is one block, whatever it holds."""
    block: list[str] = []
    fenced = False
    for line in text.strip("\n").split("\n"):
        fenced ^= line.startswith("```")
        if line or fenced:
            block.append(line)
        elif block:
            yield "\n".join(block)
            block = []
    if block:
        yield "\n".join(block)


def _is_code(block: str) -> bool:
    return block.startswith(("    ", "```", "$$", "<!--"))


def _prose(block: str, translate: Translate) -> str:
    if block.startswith("|"):
        return "\n".join(_row(line, translate) for line in block.split("\n"))
    if re.match(r"- |\d+\. ", block):
        items = re.sub(r"\n {2,}", " ", block).split("\n")  # lines that go on with an item
        return "\n".join(_marked(item, translate) for item in items)
    return _marked(" ".join(block.split("\n")), translate)


def _marked(text: str, translate: Translate) -> str:
    mark, rest = re.match(r"(#+ |- |\d+\. |)(.*)", text).groups()  # type: ignore[union-attr]
    return mark + translate(rest)


def _row(line: str, translate: Translate) -> str:
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    if all(re.fullmatch(r":?-+:?|", cell) for cell in cells):  # the rule below the head, or an empty head
        return line
    return "| " + " | ".join(translate(cell) if cell else "" for cell in cells) + " |"
