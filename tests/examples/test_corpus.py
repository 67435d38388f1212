import dataclasses
import hashlib
import platform
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.char import corpus as corpus_module
from examples.char.corpus import (
    Corpus,
    CorpusError,
    Text,
    drop_repeated_paragraphs,
    load_default,
    load_file,
)
from nn.data import Vocabulary

LONG = "A paragraph of well over forty characters, said twice."
KOREAN = "나랏말싸미 듕귁에 달아\n문자와로 서르 사맛디 아니할쎄\n" * 3


def refused(message: str):
    return pytest.raises(CorpusError, match=f"^{re.escape(message)}$")


# ---- the default text


def test_the_default_text_is_the_topics_joined_and_names_its_python():
    text = load_default()
    assert text.source == "pydoc_data.topics"
    assert text.version == f"{platform.python_implementation()} {platform.python_version()}"
    assert 'The "if" statement' in text.content


def test_the_default_corpus_in_figures():
    corpus = Corpus.of(load_default())
    if not corpus.sha256.startswith("71f2ff5d99bdc1f9"):
        pytest.skip(f"figures are of CPython 3.11.7's topics, not of {corpus.version}'s")
    assert corpus.characters_before == 465_126
    assert corpus.characters_after == 377_219
    assert corpus.distinct == 103
    assert (len(corpus.train), len(corpus.validation)) == (339_497, 37_722)


def test_a_python_without_topics_is_told_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    with refused(
        "this Python was installed without pydoc_data.topics, the default text; give a text file instead"
    ):
        load_default()


# ---- files


def test_a_korean_file_comes_back_whole(tmp_path):
    path = tmp_path / "훈민정음.txt"
    path.write_bytes(KOREAN.encode())
    text = load_file(path)
    assert text == Text(source=str(path), content=KOREAN)
    corpus = Corpus.of(text)
    ids = np.concatenate([corpus.train, corpus.validation])
    assert corpus.vocabulary.decode(ids) == KOREAN
    assert corpus.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_byte_order_mark_and_carriage_returns_go(tmp_path):
    path = tmp_path / "windows.txt"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    assert load_file(str(path)).content == "one\ntwo\rthree\n"


def test_no_such_file(tmp_path):
    path = tmp_path / "absent.txt"
    with refused(f"there is no file {path}; give the path of a text file"):
        load_file(path)


def test_a_file_below_a_file_is_no_such_file(tmp_path):
    (tmp_path / "file").write_text("text")
    path = tmp_path / "file" / "below"
    with refused(f"there is no file {path}; give the path of a text file"):
        load_file(path)


def test_a_directory(tmp_path):
    with refused(f"{tmp_path} is a directory; give a text file"):
        load_file(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"], ids=["no bytes", "a byte order mark alone"])
def test_an_empty_file(tmp_path, content):
    path = tmp_path / "empty.txt"
    path.write_bytes(content)
    with refused(f"{path} is empty; give a text to learn from"):
        load_file(path)


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("첫 줄\n".encode() + "둘째".encode("cp949"), "byte 0xB5 at offset 8 (invalid start byte)"),
        ("text".encode("utf-16"), "byte 0xFF at offset 0 (invalid start byte)"),
        ("한글".encode()[:-1], "byte 0xEA at offset 3 (unexpected end of data)"),
        (b"\xef\xbb\xbfabc\xff", "byte 0xFF at offset 6 (invalid start byte)"),
    ],
    ids=["CP949", "UTF-16", "cut off", "after a byte order mark"],
)
def test_a_file_that_is_not_utf_8(tmp_path, content, where):
    path = tmp_path / "other.txt"
    path.write_bytes(content)
    with refused(f"{path} is not UTF-8: {where}; save the file as UTF-8"):
        load_file(path)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(), "there is no permission to read {}; give a file that you may read"),
        (OSError(5, "Input/output error"), "{} cannot be read (Input/output error); give another file"),
    ],
    ids=["permission", "hardware"],
)
@pytest.mark.parametrize("call", ["is_dir", "read_bytes"])
def test_a_file_that_the_system_refuses(tmp_path, monkeypatch, error, message, call):
    # Raised by hand, because an administrator may read any file.
    def refuse(self):
        raise error

    path = tmp_path / "text.txt"
    path.write_text("text")
    monkeypatch.setattr(Path, call, refuse)
    with refused(message.format(path)):
        load_file(path)


def test_a_single_distinct_character(tmp_path):
    path = tmp_path / "same.txt"
    path.write_text("가가가가", encoding="utf-8")
    with refused(
        f"{path} holds one distinct character only, '가' (U+AC00), so there is nothing to predict; "
        "give a text with at least two"
    ):
        load_file(path)


# ---- repeats


def test_a_repeated_paragraph_goes_with_the_blank_line_before_it():
    text = f"{LONG}\n\nother\n \n{LONG}\n\n\nlast\n"
    assert drop_repeated_paragraphs(text) == f"{LONG}\n\nother\n\n\nlast\n"
    assert drop_repeated_paragraphs(f"{LONG}\n\n{LONG}") == LONG


def test_whitespace_does_not_make_a_paragraph_another():
    again = "    " + LONG.replace(" ", "\n\t")
    assert drop_repeated_paragraphs(f"{LONG}\n\n{again}") == LONG


@pytest.mark.parametrize(("length", "stays"), [(39, True), (40, False)])
def test_a_repeat_goes_from_40_characters_on(length, stays):
    paragraph = "ab " * 12 + "c" * (length - 36)
    text = f"{paragraph}\n\n    {paragraph}"
    assert drop_repeated_paragraphs(text) == (text if stays else paragraph)


@given(st.lists(st.sampled_from([LONG, f" {LONG}", LONG + "!", "short", "", " ", "\n", "\t\n"]), max_size=12))
def test_dropping_repeats_twice_is_dropping_them_once(paragraphs):
    text = "\n\n".join(paragraphs)
    once = drop_repeated_paragraphs(text)
    assert drop_repeated_paragraphs(once) == once
    if text.count(LONG) <= 1:
        assert once == text


# ---- the corpus


def test_the_split_is_in_order_and_after_the_repeats():
    content = f"{LONG}\n\n{LONG}\n\n" + "0123456789" * 10
    corpus = Corpus.of(Text("numbers", content))
    kept = drop_repeated_paragraphs(content)
    assert corpus.characters_before == len(content)
    assert corpus.characters_after == len(kept) == len(content) - len(LONG) - 2
    assert len(corpus.train) == len(kept) * 9 // 10
    both = corpus.vocabulary.decode(corpus.train) + corpus.vocabulary.decode(corpus.validation)
    assert both == kept
    assert corpus.vocabulary == Vocabulary.of_characters(kept, specials=())
    assert corpus.distinct == len(set(kept))


def test_a_corpus_cannot_be_written_to():
    corpus = Corpus.of(Text("letters", "ab" * 10))
    with pytest.raises(dataclasses.FrozenInstanceError):
        corpus.source = "other"
    for ids in (corpus.train, corpus.validation):
        with pytest.raises(ValueError, match="read-only"):
            ids[0] = 1


def test_what_a_context_requires():
    corpus = Corpus.of(Text("letters", "ab" * 50))  # 90 and 10
    corpus.require(9)
    with refused(
        "letters gives 90 characters to train on and 10 to validate on, but a context of 10 needs at "
        "least 11 of each; give a longer text or a shorter context"
    ):
        corpus.require(10)


def test_both_parts_must_hold_the_context():
    corpus = Corpus.of(Text("letters", "ab"))  # 1 and 1
    short = dataclasses.replace(corpus, validation=np.zeros(100, np.int64))
    with pytest.raises(CorpusError, match="gives 1 characters to train on and 100 to validate on"):
        short.require(1)


def test_the_description():
    content = f"{LONG}\n\n{LONG}\n" + "x" * 100
    corpus = Corpus.of(Text("a book", content, version="Edition 2"))
    assert corpus.describe().splitlines() == [
        "text      a book of Edition 2",
        f"sha256    {hashlib.sha256(content.encode()).hexdigest()}",
        "length    211 characters",
        "repeats   0 characters (0.0%) dropped: paragraphs of 40 or more that had occurred before",
        f"kept      211 characters, {len(set(content))} distinct: "
        "189 to train on, the 22 after them to validate on",
    ]
    corpus = Corpus.of(Text("a book", f"{LONG}\n\n{LONG}"))
    assert corpus.describe().splitlines()[0] == "text      a book"
    assert corpus.describe().splitlines()[3].startswith("repeats   56 characters (50.9%) dropped")


# ---- a text that stays on disk


def test_a_corpus_on_disk_is_mapped_and_holds_out_a_bounded_part(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus_module, "MOST_HELD_OUT", 7)
    path = tmp_path / "text.txt"
    path.write_text(KOREAN * 5)
    corpus = Corpus.on_disk(path, tmp_path / "ids")
    whole = corpus.vocabulary.encode(KOREAN * 5)
    split = len(whole) * 9 // 10
    np.testing.assert_array_equal(corpus.train, whole[:split])
    np.testing.assert_array_equal(corpus.validation, whole[split : split + 7])
    assert isinstance(corpus.train, np.memmap)
    assert f"repeats   stay, since the ids stay on disk, in {tmp_path / 'ids'}" in corpus.describe()
    path.write_text("aaaa")
    with refused(
        f"{path} holds one distinct character only, 'a' (U+0061), so there is nothing to predict; give a "
        "text with at least two"
    ):
        Corpus.on_disk(path, tmp_path / "ids")
