"""Sentences of the documentation that every CPython carries, each with its topic and its paragraph.

The topics quote each other, so a paragraph stays only where it stands first, in key order. Held out are whole
paragraphs, since two sentences of one paragraph say much the same words.
"""

import re
from collections import Counter
from typing import NamedTuple

import numpy as np

from examples.char.corpus import drop_repeated_paragraphs, load_topics

SHORTEST, LONGEST = 5, 40  # words and signs of a sentence

_MARK = "\x00"  # before a topic's name, in no text
_END = re.compile(r"(?<=[.?!:])\s+(?=[\"*(]?[A-Z])")
_CODE = re.compile(r">>>|::=|^\s*[+|]|[-*=~+]{4}|^\s*\.\.\.", re.MULTILINE)  # also tables and headings
_TOKEN = re.compile(r"\w+|[^\w\s]")


class Sentence(NamedTuple):
    """One sentence, in small letters."""

    text: str
    topic: str
    paragraph: int


def load_sentences() -> list[Sentence]:
    """All of the running Python.  Raises CorpusError where it was installed without them."""
    return sentences_of(load_topics())


def sentences_of(topics: dict[str, str]) -> list[Sentence]:
    """The sentences of prose in `topics`, each once; no code, tables, headings nor grammar."""
    joined = "\n\n".join(f"{_MARK}{name}\n\n{topics[name]}" for name in sorted(topics))
    found: dict[str, Sentence] = {}
    number = 0
    for part in drop_repeated_paragraphs(joined).split(_MARK)[1:]:
        topic, *paragraphs = re.split(r"\n[ \t]*\n", part)
        for paragraph in paragraphs:
            number += 1
            if not _CODE.search(paragraph):
                for sentence in _END.split(" ".join(paragraph.split())):
                    if _is_prose(sentence):
                        text = sentence.lower()
                        found.setdefault(text, Sentence(text, topic.strip(), number))
    return list(found.values())


def held_out(
    sentences: list[Sentence], tenths: int, rng: np.random.Generator
) -> tuple[list[Sentence], list[Sentence]]:
    """To learn from, and to be tested on: those of `tenths` tenths of the paragraphs, drawn at random."""
    paragraphs = sorted({s.paragraph for s in sentences})
    apart = set(rng.permutation(paragraphs)[: len(paragraphs) * tenths // 10].tolist())
    return [s for s in sentences if s.paragraph not in apart], [s for s in sentences if s.paragraph in apart]


def _is_prose(sentence: str) -> bool:
    """Whether it begins and ends as a sentence does, and is of words more than of signs."""
    tokens = _TOKEN.findall(sentence)
    words = sum(token.isalpha() for token in tokens)
    first = sentence.lstrip('"*(')[:1]
    return (
        SHORTEST <= len(tokens) <= LONGEST
        and first.isupper()
        and sentence[-1] in ".?!:"
        and words > len(tokens) / 2
    )


def largest_topics(sentences: list[Sentence], count: int) -> list[str]:
    """The `count` topics that have the most sentences, the largest first."""
    return [topic for topic, _ in Counter(s.topic for s in sentences).most_common(count)]
