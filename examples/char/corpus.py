"""Real text as integers: where it comes from, which characters it has, and what is held out.

The default text is one that every CPython carries: its own language reference, as `help()` shows
it.  That differs from version to version, so a loss means something only beside the version, the
length and the hash, which `Corpus.describe` prints.
"""

import hashlib
import platform
import re
from dataclasses import dataclass
from importlib import import_module
from os import PathLike
from pathlib import Path

import nn
from nn.data import Vocabulary
from nn.data.vocabulary import Ids, named

SHORTEST_REPEAT = 40  # characters; shorter paragraphs, such as headings, may well repeat
TRAINING_TENTHS = 9  # of the text, from its start; the rest is for validation
MOST_HELD_OUT = 100_000  # characters, of a text that stays on disk

_BLANK_LINE = re.compile(r"(\n[ \t]*\n)")


class CorpusError(ValueError):
    """A text, or a request of it, that cannot be used.  Its message is one sentence, for a person."""


@dataclass(frozen=True)
class Text:
    """A text and where it came from.

    Raises CorpusError for a text with nothing to learn: empty, or of a single distinct character.
    """

    source: str
    content: str
    version: str = ""  # of what carries the text, where its words depend on that

    def __post_init__(self) -> None:
        distinct = set(self.content)
        if not distinct:
            raise CorpusError(f"{self.source} is empty; give a text to learn from")
        if len(distinct) == 1:
            raise CorpusError(
                f"{self.source} holds one distinct character only, {named(self.content[0])}, so there is "
                "nothing to predict; give a text with at least two"
            )


def load_topics() -> dict[str, str]:
    """The documentation topics of the running Python by key.

    Raises CorpusError where Python was installed without them.
    """
    try:
        topics: dict[str, str] = import_module("pydoc_data.topics").topics
    except ImportError:
        raise CorpusError(
            "this Python was installed without pydoc_data.topics, the default text; give a text file instead"
        ) from None
    return topics


def load_default() -> Text:
    """The documentation topics of the running Python, in key order, joined by blank lines.

    Raises CorpusError where Python was installed without them.
    """
    topics = load_topics()
    return Text(
        source="pydoc_data.topics",
        content="\n\n".join(topics[key] for key in sorted(topics)),
        version=f"{platform.python_implementation()} {platform.python_version()}",
    )


def load_file(path: str | PathLike[str]) -> Text:
    """The text of a UTF-8 file, without a byte order mark and with every \\r\\n as \\n.

    Raises CorpusError where there is no such file, it cannot be read, it is not UTF-8, or `Text`
    refuses what it holds.
    """
    path = Path(path)
    try:
        if path.is_dir():  # asked, since not every system calls reading one an IsADirectoryError
            raise CorpusError(f"{path} is a directory; give a text file")
        if path.is_char_device() or path.is_block_device():  # which may have no end
            raise CorpusError(f"{path} is a device; give a text file")
        content = path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise CorpusError(f"there is no file {path}; give the path of a text file") from None
    except PermissionError:
        raise CorpusError(f"there is no permission to read {path}; give a file that you may read") from None
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"{path} is not UTF-8: byte 0x{error.object[error.start]:02X} at offset {error.start} "
            f"({error.reason}); save the file as UTF-8"
        ) from None
    except OSError as error:
        raise CorpusError(f"{path} cannot be read ({error.strerror}); give another file") from None
    return Text(source=str(path), content=content.removeprefix("\ufeff").replace("\r\n", "\n"))


def drop_repeated_paragraphs(text: str) -> str:
    """`text` without the paragraphs of at least 40 characters that it had before.

    Blank lines part paragraphs.  Any run of whitespace counts as one space, both for the length
    and for being the same.  What stays is unchanged; with a paragraph goes the blank line before it.

    A text that quotes itself lets a model recite in validation what it has seen in training.
    """
    pieces = _BLANK_LINE.split(text)
    seen: set[str] = set()
    kept: list[str] = []
    for blank, paragraph in zip(["", *pieces[1::2]], pieces[::2], strict=True):
        words = " ".join(paragraph.split())
        if len(words) >= SHORTEST_REPEAT:
            if words in seen:
                continue
            seen.add(words)
        kept += (blank, paragraph)
    return "".join(kept)


@dataclass(frozen=True, eq=False)
class Corpus:
    """A text ready to learn from: without its repeats, as ids, the last tenth held out."""

    source: str
    version: str  # as in Text
    sha256: str  # of the text as UTF-8, before repeats were dropped
    characters_before: int  # the length of that text
    vocabulary: Vocabulary  # of what remained
    train: Ids  # (N,), read-only
    validation: Ids  # (M,), read-only: what follows `train`
    folder: Path | None = None  # of the ids, where these stay on disk

    @classmethod
    def of(cls, text: Text) -> "Corpus":
        """`text` without its repeated paragraphs, split 90/10 in its own order."""
        kept = drop_repeated_paragraphs(text.content)
        vocabulary = Vocabulary.of_characters(kept, specials=())
        ids = vocabulary.encode(kept)
        ids.setflags(write=False)
        split = len(ids) * TRAINING_TENTHS // 10
        return cls(
            source=text.source,
            version=text.version,
            sha256=hashlib.sha256(text.content.encode()).hexdigest(),
            characters_before=len(text.content),
            vocabulary=vocabulary,
            train=ids[:split],
            validation=ids[split:],
        )

    @classmethod
    def on_disk(cls, path: Path, folder: Path) -> "Corpus":
        """The text of a UTF-8 file that may be larger than memory; its ids are kept in `folder`.

        Repeats stay, and of the tenth that is held out the beginning is read.  Raises nn.FileError where it
        cannot be read, CorpusError where there is nothing to learn.
        """
        text = nn.data.encode_file(path, folder)
        if len(text.vocabulary) == 1:
            raise CorpusError(
                f"{path} holds one distinct character only, {named(text.vocabulary.tokens[0])}, so there is "
                "nothing to predict; give a text with at least two"
            )
        split = len(text.ids) * TRAINING_TENTHS // 10
        return cls(
            source=str(path),
            version="",
            sha256=text.sha256,
            characters_before=len(text.ids),
            vocabulary=text.vocabulary,
            train=text.ids[:split],
            validation=text.ids[split : split + MOST_HELD_OUT],
            folder=folder,
        )

    @property
    def characters_after(self) -> int:
        """The length of what is learned from or held out."""
        return len(self.train) + len(self.validation)

    @property
    def distinct(self) -> int:
        """The number of distinct characters."""
        return len(self.vocabulary)

    def require(self, context: int) -> None:
        """Raise CorpusError unless both parts hold a window: `context` characters and the next one."""
        needed = context + 1
        if min(len(self.train), len(self.validation)) < needed:
            raise CorpusError(
                f"{self.source} gives {len(self.train):,} characters to train on and "
                f"{len(self.validation):,} to validate on, but a context of {context:,} needs at least "
                f"{needed:,} of each; give a longer text or a shorter context"
            )

    def describe(self) -> str:
        """What a loss on this corpus has to be read beside, a fact a line."""
        before, dropped = self.characters_before, self.characters_before - self.characters_after
        repeats = (
            f"{dropped:,} characters ({dropped / before:.1%}) dropped: paragraphs of {SHORTEST_REPEAT} or "
            "more that had occurred before"
        )
        if self.folder is not None:
            repeats = f"stay, since the ids stay on disk, in {self.folder}"
        return "\n".join(
            (
                f"text      {self.source}" + (f" of {self.version}" if self.version else ""),
                f"sha256    {self.sha256}",
                f"length    {before:,} characters",
                f"repeats   {repeats}",
                f"kept      {self.characters_after:,} characters, {self.distinct:,} distinct: "
                f"{len(self.train):,} to train on, the {len(self.validation):,} after them to validate on",
            )
        )
