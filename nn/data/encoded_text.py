"""A text file as ids in a file of their own, which may be larger than memory."""

import codecs
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.format import write_array_header_1_0
from numpy.typing import NDArray

from nn.data.vocabulary import Vocabulary, VocabularyError, named
from nn.saving.whole_files import FileError, read_whole, regular_file, whole_file, write_whole

FORMAT = "minigrad encoded text 1"
PIECE = 2**18  # bytes that are read at once


class EncodedText(NamedTuple):
    """A text as ids: memory-mapped, so that no more of it is in memory than is looked at."""

    ids: NDArray[Any]  # (N,), read-only
    vocabulary: Vocabulary
    sha256: str  # of the file that was encoded


def encode_file(
    path: str | os.PathLike[str], folder: str | os.PathLike[str], vocabulary: Vocabulary | None = None
) -> EncodedText:
    """The UTF-8 text in `path` by characters, its ids kept in `folder`; the next call finds them there.

        text = nn.data.encode_file("large.txt", "runs/large")
        batches = nn.data.Windows(text.ids, 64, 12, rng)

    Without a `vocabulary` it is that of the text's characters, without specials.  It is read twice, a piece
    at a time.  A byte order mark is left out, and every \\r\\n is \\n.  What is in the folder is taken
    if path, size and time of change of the file are those that it was made of.

    Raises FileError for a file that cannot be read, is empty or not UTF-8, VocabularyError for a character
    that the vocabulary lacks and one of words.
    """
    path, folder = Path(path), Path(folder)
    if vocabulary is not None and vocabulary.unit != "character":
        raise VocabularyError(f"encode_file encodes characters, and the vocabulary is of {vocabulary.unit}s")
    made_of = _made_of(path, vocabulary)
    about = _found(folder, made_of) or _encode(path, folder, vocabulary, made_of)
    ids = np.load(folder / "ids.npy", mmap_mode="r", allow_pickle=False)
    return EncodedText(ids, Vocabulary.from_state_dict(about["vocabulary"]), about["sha256"])


def _encode(
    path: Path, folder: Path, vocabulary: Vocabulary | None, made_of: dict[str, Any]
) -> dict[str, Any]:
    """Write the folder; what its text.json says."""
    characters: set[str] = set()
    count, digest = 0, hashlib.sha256()
    for piece in _pieces(path, digest):
        characters.update(piece)
        count += len(piece)
    if not count:
        raise FileError(f"{path} is empty: give a text")
    vocabulary = vocabulary or Vocabulary(tuple(sorted(characters)))
    lacking = characters.difference(vocabulary.tokens)
    if lacking and "<unk>" not in vocabulary.specials:
        raise VocabularyError(
            f"{path} has {named(min(lacking))}, which is not among the {len(vocabulary.tokens):,} characters "
            "of the vocabulary: give one with '<unk>' among its specials, or none"
        )
    dtype = np.min_scalar_type(len(vocabulary) - 1)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"the folder {folder} cannot be made ({error.strerror})") from None
    with whole_file(folder / "ids.npy") as file:
        write_array_header_1_0(file, {"descr": dtype.str, "fortran_order": False, "shape": (count,)})
        for piece in _pieces(path):
            file.write(vocabulary.encode(piece).astype(dtype).tobytes())
    about = {**made_of, "count": count, "sha256": digest.hexdigest(), "vocabulary": vocabulary.state_dict()}
    write_whole(folder / "text.json", json.dumps(about).encode())
    return about


def _made_of(path: Path, vocabulary: Vocabulary | None) -> dict[str, Any]:
    """What makes the ids of a file what they are."""
    with regular_file(path) as file:
        status = os.fstat(file.fileno())
    given = None if vocabulary is None else vocabulary.state_dict()
    return {
        "format": FORMAT,
        "path": str(path.resolve()),
        "size": status.st_size,
        "changed": status.st_mtime_ns,
        "given": given,
    }


def _found(folder: Path, made_of: dict[str, Any]) -> dict[str, Any] | None:
    """What text.json says of the ids in the folder, if they were made of the same, and are whole."""
    try:
        about = json.loads(read_whole(folder / "text.json"))
        ids = np.load(folder / "ids.npy", mmap_mode="r", allow_pickle=False)
        vocabulary = Vocabulary.from_state_dict(about["vocabulary"])
        is_same = {name: about[name] for name in made_of} == made_of
        dtype = np.min_scalar_type(len(vocabulary) - 1)
        return about if is_same and (ids.shape, ids.dtype) == ((about["count"],), dtype) else None
    except (FileError, OSError, LookupError, TypeError, ValueError, EOFError):
        return None


def _pieces(path: Path, digest: Any = None) -> Iterator[str]:
    """The text piece by piece; the bytes of the file go into `digest` as well."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    done, held, has_begun = 0, "", False
    with regular_file(path) as file:
        while True:
            content, pending = file.read(PIECE), decoder.getstate()[0]
            if digest is not None:
                digest.update(content)
            try:
                text = held + decoder.decode(content, final=not content)
            except UnicodeDecodeError as error:
                raise FileError(
                    f"{path} is not UTF-8: byte 0x{error.object[error.start]:02X} at offset "
                    f"{done - len(pending) + error.start} ({error.reason}); save the file as UTF-8"
                ) from None
            if not has_begun:
                has_begun, text = bool(text), text.removeprefix("\ufeff")  # a byte order mark
            done += len(content)
            held = "\r" if content and text.endswith("\r") else ""  # a \n may follow
            yield text.removesuffix(held).replace("\r\n", "\n")
            if not content:
                return
