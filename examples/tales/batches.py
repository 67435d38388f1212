"""Stories and questions as arrays."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

import nn
from examples.tales import telling
from examples.tales.telling import VOCABULARY, Question, Story

IGNORED = -100  # in the place of a word to point at, where nothing is asked


class Batch(NamedTuple):
    """B stories of at most N sentences and S words, with Q questions of at most W words each."""

    words: np.ndarray  # (B, S) ids
    numbers: np.ndarray  # (B, S) of the sentence in which each stands
    seen: np.ndarray  # (B, 1, 1, S) which of them are no pads
    stops: np.ndarray  # (B, N) the full stops' places
    told: np.ndarray  # (B, 1, N) which of them are no pads
    questions: np.ndarray  # (B, Q, W) ids
    spans: np.ndarray  # (B, Q, 2) first and last word of the answer, or IGNORED
    support: np.ndarray  # (B, Q, N) the sentences it takes


def batch_of(stories: Sequence[Story], asked: Sequence[Sequence[Question]]) -> Batch:
    """Stories, and the same number of questions for each."""
    words, lengths = nn.data.pad([ids(story.words) for story in stories])
    sizes = [[len(sentence.words) for sentence in story.sentences] for story in stories]
    numbers, _ = nn.data.pad([np.repeat(np.arange(len(each)), each) for each in sizes])
    stops, counts = nn.data.pad([np.cumsum(each) - 1 for each in sizes])
    questions, _ = nn.data.pad([ids(question.text.split()) for row in asked for question in row])
    shape = len(stories), len(asked[0])
    spans, support = np.full((*shape, 2), IGNORED), np.zeros((*shape, stops.shape[1]), bool)
    for b, (story, row) in enumerate(zip(stories, asked, strict=True)):
        for q, question in enumerate(row):
            support[b, q, list(question.support)] = True
            if question.answer:
                spans[b, q] = story.span(question)
    seen, told = nn.padding_mask(lengths, words.shape[1]), nn.padding_mask(counts, stops.shape[1])
    return Batch(words, numbers, seen, stops, told[:, 0], questions.reshape(*shape, -1), spans, support)


def ids(words: list[str]) -> list[int]:
    return [VOCABULARY[word] for word in words]


def batches(
    sentences: tuple[int, int], stories: int, asked: int, rng: np.random.Generator
) -> Iterator[Batch]:
    """New stories without end, of as many sentences as that at least and at most, and questions to each."""
    shortest, longest = sentences
    while True:
        told = [telling.tell(int(n), rng) for n in rng.integers(shortest, longest + 1, stories)]
        yield batch_of(told, [telling.ask(story, asked, rng) for story in told])
