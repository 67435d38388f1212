"""What a reader does with questions, and how much of it is right, beside rules that do not read."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

import minigrad as mg
import nn
from examples.outcome import Measure
from examples.tales import telling
from examples.tales.batches import batch_of
from examples.tales.guesses import ANSWERS, SUMMARIES, Rule
from examples.tales.reader import Reader
from examples.tales.telling import Question, Story


class Answered(NamedTuple):
    """A question, and what the reader did."""

    story: Story
    question: Question
    words: str  # that it pointed at
    sentences: set[int]  # that it picked
    looked: float  # part of its hops whose greatest weight is on a sentence that it takes


def read(reader: Reader, stories: list[Story], asked: list[list[Question]]) -> list[Answered]:
    batch = batch_of(stories, asked)
    with mg.no_grad(), nn.record_attention(reader) as maps:
        first, last, bears = (scores.numpy() for scores in reader(batch))
    hops = np.stack([maps[f"hops.{n}.attention"].mean(axis=1) for n in range(len(reader.hops))])
    greatest = hops.argmax(axis=-1)  # (hops, B, Q)
    found = []
    for b, (story, row) in enumerate(zip(stories, asked, strict=True)):
        words = story.words
        for q, question in enumerate(row):
            span = slice(first[b, q].argmax(), last[b, q].argmax() + 1)
            sentences = set(np.flatnonzero(bears[b, q, : len(story.sentences)] > 0).tolist())
            looked = np.isin(batch.numbers[b, greatest[:, b, q]], question.support).mean()
            found.append(Answered(story, question, " ".join(words[span]), sentences, float(looked)))
    return found


def read_tests(
    reader: Reader, count: int, asked: int, sentences: tuple[int, int], unseen: bool = False
) -> list[Answered]:
    """`count` questions at least, `asked` of a story, the same whatever the seed; see telling.ask."""
    rng = np.random.default_rng([0, *sentences, unseen])
    found: list[Answered] = []
    while len(found) < count:
        told = [telling.tell(int(n), rng, unseen) for n in rng.integers(*sentences, 32, endpoint=True)]
        rows = [(story, row) for story in told if (row := telling.ask(story, asked, rng, unseen))]
        found += read(reader, [story for story, _ in rows], [row for _, row in rows])
    return found


def percent(values: list[Any]) -> float:
    return 100 * float(np.mean(values)) if values else math.nan


def answers(
    name: str, found: list[Answered], wanted: float | None = None, rules: Mapping[str, Rule] = ANSWERS
) -> Measure:
    """How many answers are right word for word, beside what rules get on the same questions."""
    beside = {rule: percent([chance(a.story, a.question) for a in found]) for rule, chance in rules.items()}
    value = percent([a.words == a.question.answer for a in found])
    return Measure("Pointer reader", f"answers exact{name}", value, beside=beside, wanted=wanted)


def summaries(name: str, found: list[Answered]) -> Measure:
    """How often exactly the sentences are picked that it takes, likewise."""
    beside = {
        rule: percent([pick(a.story, a.question) == set(a.question.support) for a in found])
        for rule, pick in SUMMARIES.items()
    }
    value = percent([a.sentences == set(a.question.support) for a in found])
    return Measure("Pointer reader", f"summary exact, of {name}", value, beside=beside, wanted=95)
