"""What is found in a story without reading it: rules, each with its chance of being right on a question.

No rule looks at what a sentence means; `blind` has the best that can be had without the question at all.
"""

from collections import Counter
from collections.abc import Callable

from examples.tales.telling import EVERYTHING, PERSONS, PLACES, Question, Sentence, Story

Rule = Callable[[Story, Question], float]

KINDS = {"where": PLACES, "who": PERSONS}


def named(sentence: Sentence, names: list[str]) -> list[str]:
    """Those of `names` in the sentence, in the order of its words."""
    spans = sorted((span, sentence.parts[part]) for part, span in sentence.spans.items())
    return [name for _, name in spans if name in names]


def asked_of(question: Question) -> str:
    """The person or thing that a question is of."""
    return question.text.split()[-2]


# -- answers: the chance that a rule's answer is right ----------------------------------------------


def blind(story: Story, question: Question) -> float:
    """The answer that is right most often in this story, whatever is asked: `tales.ask` draws evenly."""
    every = [q for q in story.questions() if q.answer]
    sizes = Counter(q.group for q in every)
    chances: Counter[str] = Counter()
    for q in every:
        chances[q.answer] += 1 / sizes[q.group]
    return float(chances.most_common(1)[0][0] == question.answer)


def anyone(story: Story, question: Question) -> float:
    """A place or name of the story, drawn among all that are different; it knows which of both is asked."""
    found = {name for s in story.sentences for name in named(s, KINDS[question.kind])}
    return 1 / len(found)


def last(story: Story, question: Question) -> float:
    """The last place or name in the story."""
    return float(_last(story.sentences, KINDS[question.kind]) == question.answer)


def beside(story: Story, question: Question) -> float:
    """The last one in a sentence together with what is asked of, and where there is none the last of all."""
    names, of = KINDS[question.kind], asked_of(question)
    together = [s for s in story.sentences if of in s.words and named(s, names)]
    return float(_last(together or story.sentences, names) == question.answer)


def _last(sentences: list[Sentence], names: list[str]) -> str:
    return [name for sentence in sentences for name in named(sentence, names)][-1]


ANSWERS: dict[str, Rule] = {
    "best without the question": blind,
    "any place or name": anyone,
    "the last place or name": last,
    "the last in one sentence with what is asked of": beside,
}

# -- summaries: the sentences that a rule picks ------------------------------------------------------


def every(story: Story, question: Question) -> set[int]:
    """All sentences that name the person, or all there are."""
    of = asked_of(question)
    return {n for n, s in enumerate(story.sentences) if of == EVERYTHING or of in s.words}


def latest(story: Story, question: Question) -> set[int]:
    """For each person and thing that is named, or for the one asked of, the last sentence that names it."""
    of = asked_of(question)
    found: dict[str, int] = {}
    for number, sentence in enumerate(story.sentences):
        found |= {name: number for part, name in sentence.parts.items() if part != "PLACE"}
    return set(found.values()) if of == EVERYTHING else {found[of]}


SUMMARIES = {"every sentence that names it": every, "the last sentence that names it": latest}
