"""Texts that stay on disk: ids are those of the text in memory, whatever the pieces, in bounded memory."""

import hashlib
import os
import re
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn.data import Vocabulary, Windows, encode_file, encoded_text
from tests.cases import each

TEXT = "한글 text, ünïcode 🙂 and\r\nlines\r and more\r\n\r\nof it\r"


def written(folder: Path, content: bytes) -> Path:
    path = folder / "text.txt"
    path.write_bytes(content)
    return path


@each("piece", [1, 2, 3, 7, 1000])
@each("mark", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf" * 2, b"a\xef\xbb\xbf"])
def test_ids_are_those_of_the_text_in_memory(
    piece: int, mark: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut through characters, through \\r\\n, and at any other place."""
    monkeypatch.setattr(encoded_text, "PIECE", piece)
    path = written(tmp_path, mark + TEXT.encode())
    text = encode_file(path, tmp_path / f"{piece} {len(mark)}")
    whole = (mark.decode() + TEXT).removeprefix("\ufeff").replace("\r\n", "\n")
    expected = Vocabulary.of_characters(whole, specials=())
    assert text.vocabulary == expected
    np.testing.assert_array_equal(text.ids, expected.encode(whole))
    assert text.vocabulary.decode(text.ids) == whole
    assert text.sha256 == hashlib.sha256(mark + TEXT.encode()).hexdigest()
    assert text.ids.dtype == np.uint8
    assert isinstance(text.ids, np.memmap)
    assert not text.ids.flags.writeable


@each("count, dtype", [(256, np.uint8), (257, np.uint16), (65536, np.uint16), (65537, np.uint32)])
def test_ids_are_as_small_as_the_vocabulary_permits(count: int, dtype: Any, tmp_path: Path) -> None:
    points = [point for point in range(33, count + 5000) if not 0xD800 <= point < 0xE000][:count]
    vocabulary = Vocabulary(tuple(map(chr, points)))
    text = encode_file(written(tmp_path, f"!{chr(points[-1])}".encode()), tmp_path / str(count), vocabulary)
    assert text.ids.dtype == dtype
    assert text.ids.tolist() == [0, count - 1]


def test_a_given_vocabulary_is_kept_to(tmp_path: Path) -> None:
    path = written(tmp_path, b"abca")
    vocabulary = Vocabulary(("a", "b"), ("<unk>",))
    assert encode_file(path, tmp_path, vocabulary).ids.tolist() == [1, 2, 0, 1]
    assert encode_file(path, tmp_path).ids.tolist() == [0, 1, 2, 0]  # another is another text
    said = (
        f"{path} has 'c' (U+0063), which is not among the 2 characters of the vocabulary: give one with "
        "'<unk>' among its specials, or none"
    )
    with refused(said, nn.data.VocabularyError):
        encode_file(path, tmp_path, Vocabulary(("a", "b")))
    assert encode_file(path, tmp_path).ids.tolist() == [0, 1, 2, 0]


def test_what_was_encoded_is_found_again_unless_the_file_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = written(tmp_path, b"abcabc"), tmp_path / "out"
    encode_file(path, out)
    encode = encoded_text._encode
    monkeypatch.setattr(encoded_text, "_encode", None)
    assert encode_file(path, out).ids.tolist() == [0, 1, 2] * 2
    monkeypatch.setattr(encoded_text, "_encode", encode)
    path.write_bytes(b"cbacba")
    os.utime(path, ns=(1, 1))
    assert encode_file(path, out).ids.tolist() == [2, 1, 0] * 2
    for name in ("ids.npy", "text.json"):
        whole = (out / name).read_bytes()
        for damaged in (b"", whole[:-1], b"x" * 200, b"[]", b"null"):
            (out / name).write_bytes(damaged)
            assert encode_file(path, out).ids.tolist() == [2, 1, 0] * 2
            assert (out / name).read_bytes() == whole
    assert sorted(file.name for file in out.iterdir()) == ["ids.npy", "text.json"]


def test_memory_is_bounded_by_the_piece_not_the_text(tmp_path: Path) -> None:
    """Of what Python and NumPy allocate; mapped pages are the system's, which takes them back."""
    path = written(tmp_path, b"all work and no play \xed\x95\x9c\r\n" * 600_000)  # 16 MB; 110 MB as int64
    tracemalloc.start()
    try:
        text = encode_file(path, tmp_path)
        _, encoding = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        windows = Windows(text.ids, 64, 12, np.random.default_rng(0))
        stream = iter(windows)
        for _ in range(20):
            next(stream)
        for _, (_, targets) in zip(range(20), windows.side_by_side(), strict=False):
            assert targets.shape == (12, 64)
        counted = nn.data.baselines(text.ids, text.ids, len(text.vocabulary), most=10_000)
        _, training = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(text.ids) == 600_000 * 23
    assert encoding < 12 * 2**20
    assert training < 4 * 2**20
    assert counted["uniform"] == np.log(len(text.vocabulary))


def test_windows_over_it_are_those_over_the_ids(tmp_path: Path) -> None:
    text = encode_file(written(tmp_path, b"abcdefg" * 30), tmp_path)
    mapped = Windows(text.ids, 5, 4, np.random.default_rng(0))
    whole = Windows(np.array(text.ids, np.int64), 5, 4, np.random.default_rng(0))
    for _, one, other in zip(range(3), mapped, whole, strict=False):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a, b)
            assert a.dtype == b.dtype == np.int64
    starts = np.concatenate([inputs[:, 0] for inputs, _ in mapped.side_by_side()])
    np.testing.assert_array_equal(starts, text.ids[mapped.starts])


def refused(message: str, kind: type[Exception] = nn.FileError) -> Any:
    return pytest.raises(kind, match=f"^{re.escape(message)}$")


def test_what_cannot_be_is_said_and_nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    with refused(f"there is no file {tmp_path / 'none'}"):
        encode_file(tmp_path / "none", out)
    with refused(f"{tmp_path} is a folder: give the path of a file"):
        encode_file(tmp_path, out)
    path = written(tmp_path, b"\xef\xbb\xbf")
    with refused(f"{path} is empty: give a text"):
        encode_file(path, out)
    written(tmp_path, b"abc\xff")
    monkeypatch.setattr(encoded_text, "PIECE", 2)
    with refused(f"{path} is not UTF-8: byte 0xFF at offset 3 (invalid start byte); save the file as UTF-8"):
        encode_file(path, out)
    written(tmp_path, b"abc\xe2\x82")
    said = f"{path} is not UTF-8: byte 0xE2 at offset 3 (unexpected end of data); save the file as UTF-8"
    with refused(said):
        encode_file(path, out)
    with refused("encode_file encodes characters, and the vocabulary is of words", nn.data.VocabularyError):
        encode_file(path, out, Vocabulary.of_words("a b"))
    os.mkfifo(tmp_path / "pipe")
    with refused(f"{tmp_path / 'pipe'} is no regular file: give the path of a file"):
        encode_file(tmp_path / "pipe", out)
    assert not out.exists()
    written(tmp_path, b"abc")
    with pytest.raises(nn.FileError, match=r"^the folder .+ cannot be made \("):
        encode_file(path, path / "below a file")


# -- what has to be beaten ------------------------------------------------------------------------


def test_baselines_are_guessing_and_counting() -> None:
    rng = np.random.default_rng(0)
    train, held_out = rng.integers(0, 4, 400), rng.integers(0, 4, 50)
    found = nn.data.baselines(train, held_out, 4, order=3)
    assert list(found) == ["uniform", "1-gram", "2-gram", "3-gram"]
    assert found["uniform"] == np.log(4)
    np.testing.assert_array_equal(list(found.values())[1:], nn.data.NGram(train, 4, 3).losses(held_out))
    fewer = nn.data.baselines(train, held_out, 4, order=1, most=40)
    assert fewer["1-gram"] == nn.data.NGram(train[:40], 4, 1).losses(held_out[:40])[0]
    with refused("baselines got most=0: it must be at least 1", ValueError):
        nn.data.baselines(train, held_out, 4, most=0)
