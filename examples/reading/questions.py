"""Stories of who put what where, with a question whose answer is a part of the story.

    story    = event event ...
    event    = person "put the" thing "in the" place "." | person "moved the" thing "to the" place "."
             | person "went to the" place "."
    question = "where is the" thing "?" | "who touched the" thing "last ?"
    thing    = colour noun
    place    = room | kind room

The answer is the place, or the person, of the last event with that thing.  A story has two nouns in two
colours, so that both words of the thing count; the others are moved too, and people walk, to lead astray.
"""

from dataclasses import dataclass

import numpy as np

PEOPLE = ("mina", "joon", "ada", "kurt", "emmy", "alan", "sora", "hugo")
COLOURS = ("red", "blue", "green", "white", "black")
NOUNS = ("key", "ball", "book", "cup", "hat", "coin")
KINDS = ("", "old ", "small ", "wooden ", "round ")
ROOMS = ("box", "drawer", "kitchen", "garden", "shelf", "cellar")
WALKS = 0.2  # of the events

Span = tuple[int, int]  # the first word and the last


@dataclass(frozen=True)
class Question:
    """A question to a story, of which words `answer` are the answer.

    `mentions` are all the places, or persons, that the story has of the kind asked for, in its order, each
    with the thing of its event, "" where somebody walks.
    """

    question: str
    story: str
    answer: Span
    mentions: tuple[tuple[Span, str], ...]

    def words(self, span: Span) -> str:
        return " ".join(self.story.split()[span[0] : span[1] + 1])


def draw(count: int, rng: np.random.Generator, least: int = 2, most: int = 5) -> list[Question]:
    """Questions to stories of `least` to `most` events."""
    return [_draw(int(rng.integers(least, most + 1)), rng) for _ in range(count)]


def _draw(events: int, rng: np.random.Generator) -> Question:
    colours = rng.choice(COLOURS, 2, replace=False)
    things = [f"{colour} {noun}" for noun in rng.choice(NOUNS, 2, replace=False) for colour in colours]
    words: list[str] = []
    people: list[tuple[Span, str]] = []
    places: list[tuple[Span, str]] = []
    walks = rng.random(events) < WALKS
    walks[rng.integers(events)] = False  # so that there is something to ask for
    for walk in walks:
        thing = "" if walk else str(rng.choice(things))
        verb, into = [("put the", "in the"), ("moved the", "to the")][rng.integers(2)]
        people.append(((len(words), len(words)), thing))
        words += [
            str(rng.choice(PEOPLE)),
            *(["went", "to", "the"] if walk else f"{verb} {thing} {into}".split()),
        ]
        place = f"{rng.choice(KINDS)}{rng.choice(ROOMS)}".split()
        places.append(((len(words), len(words) + len(place) - 1), thing))
        words += [*place, "."]
    asked = str(rng.choice(sorted({thing for _, thing in people} - {""})))
    where = rng.random() < 0.5
    mentions = places if where else people
    question = f"where is the {asked} ?" if where else f"who touched the {asked} last ?"
    answer = [span for span, thing in mentions if thing == asked][-1]
    return Question(question, " ".join(words), answer, tuple(mentions))


def fools(asked: list[Question], rng: np.random.Generator) -> dict[str, float]:
    """How many of the questions are answered right, in per cent, by who does not read all of it."""
    answers = {
        "a random one of its kind": [q.mentions[rng.integers(len(q.mentions))][0] for q in asked],
        "the last one mentioned": [q.mentions[-1][0] for q in asked],
        "the first event with the thing": [_of(q, 2, 0) for q in asked],
        "the last event with the noun": [_of(q, 1, -1) for q in asked],
    }
    return {name: exact_match(asked, spans) for name, spans in answers.items()}


def exact_match(asked: list[Question], spans: list[Span]) -> float:
    """The part of the spans, in per cent, that have the very words of the answer."""
    right = [q.words(q.answer) == q.words(span) for q, span in zip(asked, spans, strict=True)]
    return 100 * float(np.mean(right))


def _of(q: Question, words: int, which: int) -> Span:
    """The first mention (0) or the last (-1) of what ends with the same `words` words as the asked thing."""
    asked = q.question.removesuffix(" ?").removesuffix(" last").split()[-words:]
    return [span for span, thing in q.mentions if thing.split()[-words:] == asked][which]
