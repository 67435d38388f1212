"""README.ko.md, made of README.md and its translations: python -m docs.readme writes it.

The Korean pieces stand in docs/locale/ko/LC_MESSAGES/README.po.  A piece of README.md that was changed, or
is new, has none until somebody writes it there, and a test fails: no translation is older than its source.
"""

import sys
from collections.abc import Iterator

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from docs.markdown import pieces, translated
from docs.translations import DOCS, LOCALE, translations_of

SOURCE, TARGET = DOCS.parent / "README.md", DOCS.parent / "README.ko.md"
MESSAGES = LOCALE / "ko" / "LC_MESSAGES" / "README.po"


def korean() -> str:
    """The whole page; what has no translation is in English."""
    texts = translations_of("README")
    return translated(SOURCE.read_text("utf-8"), lambda piece: texts.get(piece) or piece) + "\n"


def missing() -> Iterator[str]:
    """Pieces without a translation."""
    texts = translations_of("README")
    return (piece for piece in dict.fromkeys(pieces(SOURCE.read_text("utf-8"))) if not texts.get(piece))


def update() -> None:
    """Bring the pieces of README.po up to README.md."""
    texts = translations_of("README")
    catalog = Catalog(locale="ko", fuzzy=False)
    for piece in pieces(SOURCE.read_text("utf-8")):
        catalog.add(piece, texts.get(piece, ""))
    with MESSAGES.open("wb") as file:
        write_po(file, catalog, width=0, omit_header=True)


if __name__ == "__main__":
    update()
    TARGET.write_text(korean(), encoding="utf-8")
    left = list(missing())
    print(*left, f"{len(left)} pieces to be translated, in {MESSAGES}", sep="\n")
    sys.exit(1 if left else 0)
