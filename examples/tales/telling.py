"""Short stories of who went where with what, and questions that each have one answer in them.

After Weston et al. (2015), "Towards AI-complete question answering", section 3, tasks 1 to 3.  The grammar is
FORMS: a person goes to a place, and once there takes a thing, gives it to another who is at the same place,
or drops it; a small thing is in a container, for good.  Who goes takes along what they hold.  So the end of a
story is known, and with it the sentences that say so: one for where a person is, two for a thing that is held
or was dropped, three for one in a container.  Whoever reads all of it is right on every question.

A fifth of the pairs (who is where, who gets what, what is in what) is never in a story to learn from.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

import nn

PERSONS = "Mary John Sara Tom Emma Ali Nina Paul Yuki Omar".split()
PLACES = "kitchen, garden, library, harbour, north gate, south gate, old mill, old barn, cellar, hill".split(
    ", "
)
SMALL = "key coin ring letter pearl".split()
CONTAINERS = "box bag basket chest jar".split()
THINGS = SMALL + CONTAINERS

FORMS = {
    "goes": ("WHO went to the PLACE .", "WHO ran to the PLACE ."),
    "takes": ("WHO took the THING .", "WHO picked up the THING ."),
    "gives": ("WHO gave the THING to WHOM .", "WHO handed WHOM the THING ."),
    "drops": ("WHO dropped the THING .", "WHO put down the THING ."),
    "holds": ("the THING is in the CONTAINER .", "the CONTAINER has the THING in it ."),
}
WHERE, WHOSE, TELL = "where is the {} ?", "who has the {} ?", "tell of {} ."
EVERYTHING = "everything"
PARTS = "WHO WHOM PLACE THING CONTAINER".split()
VOCABULARY = nn.data.Vocabulary.of_words(
    [*PERSONS, *PLACES, *THINGS, EVERYTHING]
    + [" ".join(w for w in form.split() if w not in PARTS) for forms in FORMS.values() for form in forms]
    + [form.format("") for form in (WHERE, WHOSE, TELL)],
    ("<pad>",),
)


class Sentence(NamedTuple):
    """`verb` of FORMS, what stands for its PARTS, and the words with where among them each of those is."""

    verb: str
    parts: dict[str, str]
    words: list[str]
    spans: dict[str, tuple[int, int]]  # first and last word


class Question(NamedTuple):
    """`support` are the sentences it takes to answer, in the order in which they lead to the answer."""

    text: str
    kind: str  # "where", "who" or "tell"
    support: tuple[int, ...]
    answer: str = ""  # what stands for `part` in the last of `support`; "" to tell
    part: str = ""

    @property
    def group(self) -> str:
        """What is alike: the kind, and how many sentences it takes or whether all is to be told."""
        of = len(self.support) if self.answer else "everything" if EVERYTHING in self.text else "one"
        return f"{self.kind}, {of}"


@dataclass
class Story:
    """The sentences so far, and for whatever was named the one that last said something of it."""

    sentences: list[Sentence] = field(default_factory=list)
    went: dict[str, int] = field(default_factory=dict)  # person -> where they went to last
    moved: dict[str, int] = field(default_factory=dict)  # thing -> who took, got or dropped it last
    inside: dict[str, int] = field(default_factory=dict)  # small thing -> in what it is
    dropped: dict[str, int] = field(default_factory=dict)  # thing that lies -> how its dropper got there

    def add(self, verb: str, form: str, **parts: str) -> None:
        words: list[str] = []
        spans = {}
        for word in form.split():
            said = parts.get(word, word).split()
            if word in parts:
                spans[word] = len(words), len(words) + len(said) - 1
            words += said
        number = len(self.sentences)
        self.sentences.append(Sentence(verb, parts, words, spans))
        if verb == "goes":
            self.went[parts["WHO"]] = number
        elif verb == "holds":
            self.inside[parts["THING"]] = number
        else:
            self.moved[parts["THING"]] = number
            self.dropped.pop(parts["THING"], None)
            if verb == "drops":
                self.dropped[parts["THING"]] = self.went[parts["WHO"]]

    def place(self, person: str) -> str | None:
        return self.sentences[self.went[person]].parts["PLACE"] if person in self.went else None

    def holder(self, thing: str) -> str | None:
        """Who has it, if it was ever moved and does not lie somewhere."""
        if thing not in self.moved or thing in self.dropped:
            return None
        parts = self.sentences[self.moved[thing]].parts
        return parts.get("WHOM", parts["WHO"])

    # -- what can be asked ------------------------------------------------------------------------

    def questions(self) -> list[Question]:
        """All that have an answer, and what can be told."""
        found = [self._question(WHERE.replace("the ", ""), "where", p, (n,)) for p, n in self.went.items()]
        held: dict[str, set[int]] = {person: {number} for person, number in self.went.items()}
        for thing in [*self.moved, *self.inside]:
            first = (self.inside[thing],) if thing in self.inside else ()
            outer = self.sentences[first[0]].parts["CONTAINER"] if first else thing
            if outer in self.moved:
                chain = (*first, self.moved[outer])
                holder = self.holder(outer)
                last = self.dropped[outer] if holder is None else self.went[holder]
                found.append(self._question(WHERE, "where", thing, (*chain, last)))
                if holder is not None:
                    found.append(self._question(WHOSE, "who", thing, chain))
                    held[holder].update(chain)
        told = {**held, EVERYTHING: {n for question in found for n in question.support}}
        return found + [Question(TELL.format(who), "tell", tuple(sorted(s))) for who, s in told.items()]

    def _question(self, form: str, kind: str, of: str, support: tuple[int, ...]) -> Question:
        parts = self.sentences[support[-1]].parts
        part = "PLACE" if kind == "where" else "WHOM" if "WHOM" in parts else "WHO"
        return Question(form.format(of), kind, support, parts[part], part)

    def span(self, question: Question) -> tuple[int, int]:
        """The first and the last word of the answer, counted from the start of the story."""
        sentence = self.sentences[question.support[-1]]
        before = sum(len(s.words) for s in self.sentences[: question.support[-1]])
        first, last = sentence.spans[question.part]
        return before + first, before + last

    @property
    def words(self) -> list[str]:
        return [word for sentence in self.sentences for word in sentence.words]


# -- telling ------------------------------------------------------------------------------------------


def held_out(sentence: Sentence) -> bool:
    """Whether it joins two that no story to learn from does."""
    parts = sentence.parts
    if sentence.verb == "goes":
        return (PERSONS.index(parts["WHO"]) + 2 * PLACES.index(parts["PLACE"])) % 5 == 0
    if sentence.verb == "holds":
        return (SMALL.index(parts["THING"]) + 2 * CONTAINERS.index(parts["CONTAINER"])) % 5 == 0
    if sentence.verb == "drops":
        return False  # it is held already
    who = parts.get("WHOM", parts["WHO"])
    return (PERSONS.index(who) + 2 * THINGS.index(parts["THING"])) % 5 == 0


def tell(length: int, rng: np.random.Generator, every_pair: bool = False) -> Story:
    """A story of `length` sentences, of all pairs or of those to learn from."""

    def some(of: list[str], least: int, most: int) -> list[str]:
        return [str(name) for name in rng.permutation(of)[: rng.integers(least, most + 1)]]

    def one(of: list) -> object:
        return of[int(rng.random() * len(of))]

    persons, places = some(PERSONS, 4, 6), some(PLACES, 5, 7)
    things = some(SMALL, 2, 3) + some(CONTAINERS, 2, 3)
    story = Story()
    while len(story.sentences) < length:
        verb = one("goes goes goes takes takes gives gives gives gives gives gives drops holds".split())
        here = {person: story.place(person) for person in persons}
        there = [person for person in persons if here[person]]
        free = [thing for thing in things if thing not in story.inside]
        holds = [(story.holder(thing), thing) for thing in free if story.holder(thing)]
        empty = [person for person in there if person not in {who for who, _ in holds}]
        choices: list[dict[str, str]] = []
        if verb == "goes":
            who = one(persons)
            full = [place for place in here.values() if place]  # where one who carries something may give it
            to_others = rng.random() < (0.7 if who in {a for a, _ in holds} else 0.25)
            to = full if to_others else [place for place in places if place not in full]
            choices = [{"WHO": who, "PLACE": place} for place in to if place != here[who]]
        elif verb == "takes":
            lies = {thing: story.sentences[n].parts["PLACE"] for thing, n in story.dropped.items()}
            loose = [thing for thing in free if thing not in story.moved or thing in lies]
            choices = [
                {"WHO": p, "THING": x}
                for x in loose
                for p in empty or there
                if lies.get(x, here[p]) == here[p]
            ]
        elif verb == "gives":
            choices = [
                {"WHO": a, "THING": x, "WHOM": b}
                for a, x in holds
                for b in there
                if a != b and here[a] == here[b]
            ]
        elif verb == "drops":
            choices = [{"WHO": a, "THING": x} for a, x in holds]
        else:
            outer = [thing for thing in things if thing in CONTAINERS]
            inner = [thing for thing in free if thing in SMALL and thing not in story.moved]
            choices = [{"THING": x, "CONTAINER": y} for x in inner for y in outer]
        if choices:
            parts = one(choices)
            if every_pair or not held_out(Sentence(verb, parts, [], {})):
                story.add(verb, one(FORMS[verb]), **parts)
    return story


def ask(story: Story, count: int, rng: np.random.Generator, unseen: bool = False) -> list[Question]:
    """Questions, drawn evenly from the groups that there are, so that the long ways are not rare.

    With `unseen` only those whose answer stands in a sentence that is held out; none where there is none.
    """
    groups: dict[str, list[Question]] = {}
    for question in story.questions():
        if not unseen or (question.answer and held_out(story.sentences[question.support[-1]])):
            groups.setdefault(question.group, []).append(question)
    every = list(groups.values())
    drawn = [every[i] for i in rng.integers(len(every), size=count)] if every else []
    return [group[int(rng.random() * len(group))] for group in drawn]
