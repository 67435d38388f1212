"""What bert reads: the sentences, the stories, and what counting makes of them, each against another way."""

import itertools

import numpy as np
import pytest

from examples.reading import questions
from examples.reading.counting import COMMONEST, Neighbours, naive_bayes
from examples.reading.sentences import held_out, load_sentences, sentences_of

# -- sentences ------------------------------------------------------------------------------------

TOPICS = {
    "b": 'Lists\n=====\n\nA list holds items. It\ngrows as needed: see "append". Too short.\n\n   >>> [1, 2]',
    "a": "Tuples do not grow at all, e.g. when one asks them.\n\n| a table | is no sentence of words |",
    "c": 'A list holds items. It grows as needed: see "append". Too short.\n\nX = y + (a - b) / c * 3 % 7.',
}


def test_sentences_of_prose_once() -> None:
    found = sentences_of(TOPICS)
    assert [(s.topic, s.text) for s in found] == [
        ("a", "tuples do not grow at all, e.g. when one asks them."),
        ("b", "a list holds items."),
        ("b", 'it grows as needed: see "append".'),
    ]
    assert found[1].paragraph == found[2].paragraph != found[0].paragraph


def test_paragraphs_are_held_out_whole(rng: np.random.Generator) -> None:
    sentences = load_sentences()
    train, test = held_out(sentences, 2, rng)
    assert sorted(train + test) == sorted(sentences)
    apart = {s.paragraph for s in test}
    assert apart.isdisjoint(s.paragraph for s in train)
    assert len(apart) == len({s.paragraph for s in sentences}) * 2 // 10
    assert len({s.text for s in sentences}) == len(sentences) > 1000


# -- stories --------------------------------------------------------------------------------------


def answered(q: questions.Question) -> str:
    """The answer by reading the story as a text, from its end."""
    thing = q.question.removesuffix(" ?").removesuffix(" last").split(" the ")[1]
    for event in reversed(q.story.split(" .")):
        if f" the {thing} " in event:
            return event.split(" the ")[-1] if q.question.startswith("where") else event.split()[0]
    raise AssertionError(q)


def test_the_answer_is_right(rng: np.random.Generator) -> None:
    asked = questions.draw(300, rng)
    assert [q.words(q.answer) for q in asked] == [answered(q) for q in asked]
    assert {len(q.words(q.answer).split()) for q in asked} == {1, 2}
    assert {q.story.count(" .") for q in asked} == {2, 3, 4, 5}
    assert {q.question.split()[0] for q in asked} == {"where", "who"}
    assert questions.exact_match(asked, [q.answer for q in asked]) == 100


def test_mentions_are_of_the_kind_asked_for(rng: np.random.Generator) -> None:
    for q in questions.draw(50, rng):
        last = [q.words(span).split()[-1] for span, _ in q.mentions]
        assert set(last) <= set(questions.ROOMS if q.question.startswith("where") else questions.PEOPLE)
        assert len(q.mentions) == q.story.count(" .")


def test_fools_of_one_story() -> None:
    story = (
        "ada put the red key in the old box . joon moved the blue key to the shelf . ada went to the garden ."
    )
    mentions = (((7, 8), "red key"), ((16, 16), "blue key"), ((22, 22), ""))
    q = questions.Question("where is the red key ?", story, (7, 8), mentions)
    rng = np.random.default_rng(0)
    found = questions.fools([q] * 300, rng)
    random = found.pop("a random one of its kind")
    assert random == pytest.approx(100 / 3, abs=10)
    assert found == {
        "the last one mentioned": 0,
        "the first event with the thing": 100,
        "the last event with the noun": 0,
    }


# -- counting -------------------------------------------------------------------------------------

SENTENCES = [np.array(s) for s in ([0, 2, 3, 4, 1], [0, 2, 3, 4, 1], [0, 2, 4, 4, 1], [0, 3, 3, 1])]


def test_the_words_between_are_counted() -> None:
    found = Neighbours(SENTENCES, 5).probabilities(np.array([0, 2, 4, 4, 1]), 2)
    triples = [t for s in SENTENCES for t in zip(s, s[1:], s[2:], strict=False) if (t[0], t[2]) == (2, 4)]
    counts = np.bincount([t[1] for t in triples], minlength=5)  # 3 twice, 4 once
    expected = (counts + 2 * found["trigrams of both sides"]) / (3 + 2)
    np.testing.assert_allclose(found["the words between"], expected)
    for p in found.values():
        assert p.sum() == pytest.approx(1)


def test_only_words_are_guessed() -> None:
    counting = Neighbours(SENTENCES, 5)
    words = np.array([2, 4])
    found = counting.guesses(SENTENCES[:2], [1, 3], words)
    assert found[COMMONEST].tolist() == [4, 4]
    for name, guesses in found.items():
        every = [
            counting.probabilities(s, place)[name][words] for s, place in zip(SENTENCES, (1, 3), strict=False)
        ]
        assert guesses.tolist() == [words[p.argmax()] for p in every]


def test_both_sides_are_a_product() -> None:
    counting = Neighbours(SENTENCES, 5)
    sentence, place = np.array([0, 2, 2, 4, 1]), 2
    left = counting.left[0].probabilities([0, 2])
    backwards = [list(reversed(s)) for s in SENTENCES]
    pairs = [pair for pair in itertools.pairwise(itertools.chain(*backwards)) if pair[0] == 4]
    right = np.bincount([after for _, after in pairs], minlength=5).astype(float)
    kinds = (right > 0).sum()
    right = (right + kinds * counting.alone) / (len(pairs) + kinds)  # Witten and Bell
    product = left * right / counting.alone
    found = counting.probabilities(sentence, place)["bigrams of both sides"]
    np.testing.assert_allclose(found, product / product.sum(), rtol=1e-6)
    hidden = sentence.copy()
    hidden[place] = 3  # is not looked at
    np.testing.assert_array_equal(found, counting.probabilities(hidden, place)["bigrams of both sides"])


def test_unseen_neighbours_fall_back_to_the_trigrams() -> None:
    found = Neighbours(SENTENCES, 5).probabilities(np.array([0, 4, 2, 3, 1]), 2)
    np.testing.assert_array_equal(found["the words between"], found["trigrams of both sides"])


def test_naive_bayes_is_scikit_learns(rng: np.random.Generator) -> None:
    learned = pytest.importorskip("sklearn.naive_bayes", reason="scikit-learn is the other way")
    sentences = [rng.integers(0, 9, rng.integers(1, 12)) for _ in range(60)]
    labels = np.concatenate([np.arange(4), rng.integers(0, 4, 36)])
    counts = np.array([np.bincount(s, minlength=9) for s in sentences])
    theirs = learned.MultinomialNB().fit(counts[:40], labels).predict(counts[40:])
    np.testing.assert_array_equal(naive_bayes(sentences[:40], labels, sentences[40:]), theirs)
