"""Reports of a few sentences, to be summed up or asked about: what is known of them is known by construction.

    Last year it was a storm in Turin. Ghent saw a fire. 14 people were hurt. Nobody knows why. It was this
    Monday. Oslo sent 30 men. The mayor speaks next Friday.

The sentences stand in any order, each in one of several forms, and what they say is of the same kinds as what
is wanted: two events, three towns, two days, two numbers.  Who takes the first that comes is often wrong.
"""

import re
from dataclasses import asdict, dataclass
from typing import ClassVar

from examples.translation.dates import WEEKDAYS
from examples.translation.pairs import Pair, Rng, held_out

EVENTS = "fire flood storm theft crash leak riot strike quake blast".split()
TOWNS = "Ghent Oslo Turin Lyon Porto Seoul Busan Cork Bonn Delft Riga Malmo Siena Kyoto Lima Perth".split()
SMALLEST, LARGEST = 2, 99  # numbers of people
KINDS = {"event": EVENTS, "town": TOWNS, "day": WEEKDAYS, "number": [str(n) for n in range(SMALLEST, 100)]}

ALL_IN_ONE = (
    "On this {day} there was a {event} in {town}.",
    "This {day} a {event} struck {town}.",
    "{town} saw a {event} this {day}.",
)
WHERE = ("There was a {event} in {town}.", "A {event} struck {town}.", "{town} saw a {event}.")
WHEN = ("It happened this {day}.", "It was this {day}.", "This {day} it came.")
HURT = ("{hurt} people were hurt.", "Doctors count {hurt} hurt.", "The hurt are {hurt}.")
HELP = (
    "{helper} sent {helpers} men.",
    "{helpers} men came from {helper}.",
    "From {helper} came {helpers} men.",
)
PAST = (
    "Last year it was a {past} in {elsewhere}.",
    "In {elsewhere} there was a {past} last year.",
    "A {past} struck {elsewhere} last year.",
)
LATER = ("The mayor speaks next {later}.", "Next {later} the roads open.", "Schools open next {later}.")
FILLERS = ("Nobody knows why.", "More will follow.", "The sky was dark.")
SUMMARY = "{event} in {town} on {day}, {hurt} hurt"
QUESTIONS = {  # to what is asked for, and its kind
    "what happened?": ("event", "event"),
    "where was it?": ("town", "town"),
    "when was it?": ("day", "day"),
    "how many were hurt?": ("hurt", "number"),
    "who sent help?": ("helper", "town"),
    "how many helped?": ("helpers", "number"),
    "what was it last year?": ("past", "event"),
}


@dataclass(frozen=True)
class Facts:
    """What a report is about; of one kind no two are alike."""

    event: str
    past: str
    town: str
    helper: str
    elsewhere: str
    day: str
    later: str
    hurt: int
    helpers: int

    @classmethod
    def draw(cls, rng: Rng, for_tests: bool) -> "Facts":
        """All as likely; those of one summary in ten are for tests alone."""
        while True:
            events, towns, days = (
                rng.choice(of, n, replace=False).tolist()
                for of, n in ((EVENTS, 2), (TOWNS, 3), (WEEKDAYS, 2))
            )
            numbers = SMALLEST + rng.choice(LARGEST - SMALLEST + 1, 2, replace=False)
            facts = cls(*events, *towns, *days, *numbers.tolist())
            if held_out(facts.summary) == for_tests:
                return facts

    @property
    def summary(self) -> str:
        return SUMMARY.format(**asdict(self))

    def report(self, rng: Rng) -> str:
        """Five to eight sentences, in any order."""
        happened = (ALL_IN_ONE,) if rng.random() < 0.5 else (WHERE, WHEN)
        sentences = [forms[rng.integers(len(forms))] for forms in (*happened, HURT, HELP, PAST, LATER)]
        sentences += rng.choice(FILLERS, rng.integers(3), replace=False).tolist()
        return " ".join(rng.permutation(sentences)).format(**asdict(self))


def first(report: str, kind: str) -> str:
    """The first event, town, day or number of a report."""
    return next(word for word in re.findall(r"\w+", report) if word in KINDS[kind])


class Summaries:
    """A report -> its event, town, day and number of hurt, in this order."""

    per = "summaries"
    fool = "the first event, town, day and number"
    beyond: ClassVar[frozenset[str]] = frozenset()

    def draw(self, rng: Rng) -> Pair:
        return self.of(rng, for_tests=False)

    def tests(self, rng: Rng, count: int) -> dict[str, list[Pair]]:
        return {"report": [self.of(rng, for_tests=True) for _ in range(count)]}

    def of(self, rng: Rng, for_tests: bool) -> Pair:
        facts = Facts.draw(rng, for_tests)
        return Pair(facts.report(rng), facts.summary, (), "report")

    def guess(self, pair: Pair) -> float:
        found = {kind: first(pair.source, kind) for kind in KINDS}
        return float(SUMMARY.format(hurt=found["number"], **found) == pair.target)


class Answers:
    """A question and a report -> what was asked for, in a word or a number."""

    per = "question"
    fool = "the first of the kind that is asked for"
    beyond: ClassVar[frozenset[str]] = frozenset()

    def draw(self, rng: Rng) -> Pair:
        return self.of(rng, str(rng.choice([*QUESTIONS])), for_tests=False)

    def tests(self, rng: Rng, count: int) -> dict[str, list[Pair]]:
        return {
            question: [self.of(rng, question, for_tests=True) for _ in range(count)] for question in QUESTIONS
        }

    def of(self, rng: Rng, question: str, for_tests: bool) -> Pair:
        facts = Facts.draw(rng, for_tests)
        asked, _ = QUESTIONS[question]
        return Pair(f"{question} {facts.report(rng)}", str(asdict(facts)[asked]), (), question)

    def guess(self, pair: Pair) -> float:
        _, kind = QUESTIONS[pair.kind]
        return float(first(pair.source.removeprefix(pair.kind), kind) == pair.target)
