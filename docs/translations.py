"""The Korean texts: python -m docs.translations brings docs/locale up to the pages, and lists what is left.

Each paragraph of a page stands in docs/locale/ko/LC_MESSAGES/<page>.po with its translation below it.  A
paragraph that was changed, or is new, has none until somebody writes it, and the build of the site fails: no
translation is older than its source.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

DOCS = Path(__file__).parent
LOCALE = DOCS / "locale"
TRANSLATED = ("index", "glossary", "path", "README")  # pages and folders; others are English in both


def update() -> None:
    """Write the paragraphs of all pages into the files of translations, beside those that are there."""
    with tempfile.TemporaryDirectory() as folder:
        templates = Path(folder) / "templates"
        extract(templates)
        command = [
            sys.executable,
            "-m",
            "sphinx_intl",
            "update",
            "-p",
            templates,
            "-d",
            LOCALE,
            "-l",
            "ko",
            "-w",
            "0",
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    messages = LOCALE / "ko" / "LC_MESSAGES"
    for path in messages.rglob("*.po"):
        if path.relative_to(messages).with_suffix("").parts[0] not in TRANSLATED:
            path.unlink()


def extract(folder: Path) -> None:
    """The paragraphs of every page, as templates, into `folder`; no page is run."""
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "gettext", "-D", "nb_execution_mode=off"]
    command += ["-D", "suppress_warnings=myst-nb.lexer"]  # of cells that were not run
    with tempfile.TemporaryDirectory() as trees:
        subprocess.run([*command, "-d", trees, DOCS, folder], check=True)


def missing() -> Iterator[str]:
    """What a page says and its translation does not, as "page: paragraph"."""
    with tempfile.TemporaryDirectory() as folder:
        templates = Path(folder) / "templates"
        extract(templates)
        for template in sorted(templates.rglob("*.pot")):
            page = template.relative_to(templates).with_suffix("")
            if page.parts[0] not in TRANSLATED:
                continue
            translated = translations_of(str(page))
            for message in _messages(template):
                if not translated.get(message):
                    yield f"{page}: {message}"


def translations_of(page: str) -> dict[str, str]:
    """Korean paragraphs of a page by the English ones."""
    return _messages(LOCALE / "ko" / "LC_MESSAGES" / f"{page}.po")


def _messages(path: Path) -> dict[str, str]:
    """Translations by paragraph; "" for one that is none yet, or is of another wording ("fuzzy")."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalog = read_po(file)
    return {str(m.id): "" if m.fuzzy else str(m.string) for m in catalog if m.id}


if __name__ == "__main__":
    update()
    left = list(missing())
    print(*left, f"{len(left)} paragraphs to be translated, in {LOCALE / 'ko'}", sep="\n")
    sys.exit(1 if left else 0)
