"""Tales, read again by another reader: from the text alone, sentence after sentence."""

import re
from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest

from examples.tales import guesses as tale_guesses
from examples.tales import telling as tales
from examples.tales.telling import Story


class World:
    """Where everything is, kept up to date: not which sentence said so."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.at: dict[str, str] = {}  # person or lying thing -> place
        self.has: dict[str, str] = {}  # thing -> person
        self.inside: dict[str, str] = {}
        for text in sentences:
            self.read(text)

    def read(self, text: str) -> None:
        text = text.removesuffix(" .").replace("the ", "")
        if m := re.fullmatch(r"(\w+) (?:went|ran) to (.+)", text):
            self.at[m[1]] = m[2]
        elif m := re.fullmatch(r"(\w+) (?:took|picked up) (\w+)", text):
            self.has[m[2]] = m[1]
            self.at.pop(m[2], None)
        elif m := re.fullmatch(r"(\w+) gave (\w+) to (\w+)", text):
            self.has[m[2]] = m[3]
        elif m := re.fullmatch(r"(\w+) handed (\w+) (\w+)", text):
            self.has[m[3]] = m[2]
        elif m := re.fullmatch(r"(\w+) (?:dropped|put down) (\w+)", text):
            self.has.pop(m[2], None)
            self.at[m[2]] = self.at.get(m[1], "nowhere")
        elif m := re.fullmatch(r"(\w+) is in (\w+)", text):
            self.inside[m[1]] = m[2]
        elif m := re.fullmatch(r"(\w+) has (\w+) in it", text):
            self.inside[m[2]] = m[1]
        else:
            raise AssertionError(text)

    def answer(self, question: str) -> str:
        """What is true at the end; "" where nobody knows."""
        kind, thing = re.fullmatch(r"(where is|who has) (?:the )?(\w+) \?", question).groups()
        thing = self.inside.get(thing, thing)
        holder = self.has.get(thing, "")
        return holder if kind == "who has" else self.at.get(holder or thing, "")


def texts(story: Story) -> list[str]:
    return [" ".join(sentence.words) for sentence in story.sentences]


@pytest.fixture(scope="module")
def told() -> list[Story]:
    rng = np.random.default_rng(0)
    return [tales.tell(int(rng.integers(4, 16)), rng, every_pair=bool(n % 2)) for n in range(200)]


def test_every_question_has_the_answer_that_the_story_gives(told: list[Story]) -> None:
    groups = set()
    for story in told:
        world = World(texts(story))
        for question in story.questions():
            groups.add(question.group)
            if question.kind != "tell":
                assert question.answer == world.answer(question.text)
                first, last = story.span(question)
                assert " ".join(story.words[first : last + 1]) == question.answer
    answers = {"where, 1", "where, 2", "where, 3", "who, 1", "who, 2"}
    assert groups == answers | {"tell, one", "tell, everything"}


def test_nothing_that_can_be_asked_is_left_out(told: list[Story]) -> None:
    for story in told:
        world = World(texts(story))
        asked = {question.text for question in story.questions()}
        forms = ("where is {} ?", tales.PERSONS), ("where is the {} ?", tales.THINGS)
        for form, names in (*forms, ("who has the {} ?", tales.THINGS)):
            for name in names:
                assert (form.format(name) in asked) == (world.answer(form.format(name)) != "")
        assert {q.split()[2] for q in asked if q.startswith("tell")} == {
            *(world.at.keys() & tales.PERSONS),
            tales.EVERYTHING,
        }


def test_the_support_is_enough_and_all_of_it_is_needed(told: list[Story]) -> None:
    for story in told[:100]:
        said = texts(story)
        for question in story.questions():
            if question.kind == "tell":
                continue
            chosen = sorted(question.support)
            assert World(said[n] for n in chosen).answer(question.text) == question.answer
            for left_out in chosen:
                fewer = World(said[n] for n in chosen if n != left_out)
                assert fewer.answer(question.text) != question.answer


def test_a_summary_answers_all_that_it_is_of_and_each_sentence_is_needed(told: list[Story]) -> None:
    for story in told[:100]:
        said = texts(story)
        world = World(said)
        asked = [question for question in story.questions() if question.answer]
        for summary in story.questions():
            if summary.kind == "tell":
                name = summary.text.split()[2]
                of_it = [
                    q
                    for q in asked
                    if name in (tales.EVERYTHING, q.text.split()[-2])
                    or world.answer(q.text.replace("where is", "who has")) == name
                ]
                assert list(summary.support) == sorted(set(summary.support))
                assert right_with(said, summary.support, of_it)
                went = [
                    str(s.parts)
                    for s in map(story.sentences.__getitem__, summary.support)
                    if s.verb == "goes"
                ]
                if len(set(went)) < len(went):
                    continue  # who dropped it here is here again, which either sentence says
                for left_out in summary.support:
                    assert not right_with(said, [n for n in summary.support if n != left_out], of_it)


def right_with(said: list[str], chosen: Iterable[int], asked: list[tales.Question]) -> bool:
    world = World(said[n] for n in chosen)
    return all(world.answer(question.text) == question.answer for question in asked)


def test_what_is_held_out_is_never_told_but_where_every_pair_is() -> None:
    rng = np.random.default_rng(1)
    usual, all_pairs = (
        [s for _ in range(400) for s in tales.tell(10, rng, every_pair=flag).sentences]
        for flag in (False, True)
    )
    assert not any(map(tales.held_out, usual))
    pairs = [s for s in all_pairs if s.verb != "drops"]
    assert 0.15 < np.mean([tales.held_out(s) for s in pairs]) < 0.25
    for verb, part in (("goes", "PLACE"), ("takes", "THING"), ("gives", "THING"), ("holds", "CONTAINER")):
        assert any(tales.held_out(s) for s in pairs if s.verb == verb)
        names = {s.parts[part] for s in usual if s.verb == verb}
        assert names == {s.parts[part] for s in all_pairs if s.verb == verb}  # each by itself is known


def test_questions_are_drawn_evenly_from_the_groups() -> None:
    rng = np.random.default_rng(2)
    story = tales.tell(12, rng)
    groups = {question.group for question in story.questions()}
    drawn = Counter(question.group for question in tales.ask(story, 6000, rng))
    assert drawn.keys() == groups
    np.testing.assert_allclose([drawn[g] * len(groups) / 6000 for g in groups], 1, atol=0.15)


# -- guesses -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hall() -> Story:
    """Mary went to the hill. Tom went to the cellar. the key is in the box. Mary took the box. ..."""
    story = Story()
    goes, takes, holds = (tales.FORMS[verb][0] for verb in ("goes", "takes", "holds"))
    story.add("goes", goes, WHO="Mary", PLACE="hill")
    story.add("goes", goes, WHO="Tom", PLACE="cellar")
    story.add("holds", holds, THING="key", CONTAINER="box")
    story.add("takes", takes, WHO="Mary", THING="box")
    story.add("goes", goes, WHO="Mary", PLACE="old mill")
    return story


def test_guesses_by_hand(hall: Story) -> None:
    by_text = {question.text: question for question in hall.questions()}
    expected = {  # blind, anyone, last, beside
        "where is Mary ?": (1, 1 / 3, 1, 1),
        "where is Tom ?": (0, 1 / 3, 0, 1),
        "where is the box ?": (1, 1 / 3, 1, 1),
        "where is the key ?": (1, 1 / 3, 1, 1),
        "who has the box ?": (0, 1 / 2, 1, 1),
        "who has the key ?": (0, 1 / 2, 1, 1),
    }
    for text, chances in expected.items():
        found = [guess(hall, by_text[text]) for guess in tale_guesses.ANSWERS.values()]
        np.testing.assert_allclose(found, chances, err_msg=text)
    assert by_text["where is the key ?"].support == (2, 3, 4)
    picked = {
        text: [rule(hall, by_text[text]) for rule in tale_guesses.SUMMARIES.values()] for text in by_text
    }
    assert picked["tell of Mary ."] == [{0, 3, 4}, {4}]
    assert picked["tell of Tom ."] == [{1}, {1}]
    assert picked["tell of everything ."] == [{0, 1, 2, 3, 4}, {1, 2, 3, 4}]


def test_nobody_is_right_more_often_without_the_question(told: list[Story]) -> None:
    rng = np.random.default_rng(3)
    for story in told[:10]:
        asked = [question for question in tales.ask(story, 4000, rng) if question.answer]
        most = Counter(question.answer for question in asked).most_common(1)[0][1]
        found = np.mean([tale_guesses.blind(story, question) for question in asked])
        assert found == pytest.approx(most / len(asked), abs=0.03)
