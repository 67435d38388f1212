"""The reader of stories: arrays right, pads without effect, pointers seen, judged right, and learning."""

from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
import nn
from examples.command import main
from examples.outcome import Outcome
from examples.stories import Config, shown, training_of, work
from examples.tales import judging, telling
from examples.tales.batches import IGNORED, batch_of
from examples.tales.guesses import ANSWERS, SUMMARIES
from examples.tales.judging import Answered
from examples.tales.reader import Reader
from examples.tales.telling import VOCABULARY, Story

SMALL = Config(width=16, heads=2, hops=2, batch=4, asked=4, tested=5, steps=30)


@pytest.fixture
def reader(rng: np.random.Generator) -> Reader:
    return Reader(16, 2, 2, rng)


@pytest.fixture(scope="module")
def told() -> list[Story]:
    rng = np.random.default_rng(0)
    return [telling.tell(n, rng) for n in (4, 9, 6)]


def test_arrays_say_what_the_stories_do(told: list[Story]) -> None:
    rng = np.random.default_rng(1)
    asked = [telling.ask(story, 6, rng) for story in told]
    batch = batch_of(told, asked)
    for b, (story, row) in enumerate(zip(told, asked, strict=True)):
        length = batch.seen[b, 0, 0].sum()
        words = [VOCABULARY.decode([i]) for i in batch.words[b, :length]]
        assert words == story.words
        texts = " ".join(words).split(" .")[:-1]
        assert batch.told[b, 0].sum() == len(texts) == len(story.sentences)
        assert {words[i] for i in batch.stops[b, : len(texts)]} == {"."}
        assert batch.numbers[b, :length].tolist() == [
            n for n, s in enumerate(texts) for _ in [*s.split(), "."]
        ]
        for q, question in enumerate(row):
            assert VOCABULARY.decode(batch.questions[b, q]) == VOCABULARY.decode(
                VOCABULARY.encode(question.text)
            )
            assert set(np.flatnonzero(batch.support[b, q])) == set(question.support)
            first, last = batch.spans[b, q]
            if question.answer:
                assert " ".join(words[first : last + 1]) == question.answer
            else:
                assert first == last == IGNORED


def test_pads_change_nothing(reader: Reader, told: list[Story]) -> None:
    asked = [story.questions()[:3] for story in told]
    together = [scores.numpy() for scores in reader(batch_of(told, asked))]
    for b, (story, row) in enumerate(zip(told, asked, strict=True)):
        for all_scores, alone in zip(together, reader(batch_of([story], [row])), strict=True):
            part = all_scores[b, :, : alone.shape[2]]
            np.testing.assert_allclose(part, alone.numpy()[0], rtol=1e-4, atol=1e-5)
            assert np.isinf(all_scores[b, :, alone.shape[2] :]).all() or all_scores is together[2]


def test_where_it_points_can_be_seen(reader: Reader, told: list[Story]) -> None:
    batch = batch_of(told, [story.questions()[:3] for story in told])
    with nn.record_attention(reader) as maps:
        first, last, _ = reader(batch)
    for name, scores in (("first", first), ("last", last)):
        np.testing.assert_allclose(maps[name][:, 0], mg.softmax(scores).numpy(), rtol=1e-5, atol=1e-6)
    assert {"alone.self_attn", "ahead.self_attn", "back.self_attn", "hops.1.attention"} <= maps.keys()
    same = batch.numbers[:, :, None] == batch.numbers[:, None]
    for name, hidden in (("alone", ~same), ("ahead", ~nn.causal_mask(same.shape[1]).T)):
        assert not maps[f"{name}.self_attn"].swapaxes(0, 1)[:, np.broadcast_to(hidden, same.shape)].any()


def test_marks_by_hand(told: list[Story]) -> None:
    story = told[1]
    asked = [question for question in story.questions() if question.answer]
    found = [Answered(story, question, "nowhere", set(), 0.0) for question in asked]
    found[0] = found[0]._replace(words=asked[0].answer)
    measure = judging.answers("", found, 95)
    assert measure.value == pytest.approx(100 / len(asked))
    for name, rule in ANSWERS.items():
        assert measure.beside[name] == pytest.approx(100 * np.mean([rule(story, q) for q in asked]))
    picked = [Answered(story, question, "", set(question.support), 0.0) for question in asked[:2]]
    picked.append(picked[0]._replace(sentences={0, 1, 2, 3}))
    measure = judging.summaries("it", picked)
    assert measure.value == pytest.approx(200 / 3)
    assert measure.beside.keys() == SUMMARIES.keys()


def test_questions_of_what_was_never_trained_on(reader: Reader) -> None:
    for a in judging.read_tests(reader, 40, 4, (4, 8), unseen=True):
        assert telling.held_out(a.story.sentences[a.question.support[-1]])
        assert a.question.answer


def test_it_learns_and_tells_what_it_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = "--steps 4 --width 16 --heads 2 --hops 2 --batch 2 --asked 4 --tested 20".split()
    assert main("stories", "", Config(), work, [*words, "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "tell of everything" in said
    measures = Outcome.load(tmp_path).measures
    assert len(measures) == 9
    assert all(0 <= value <= 100 for one in measures for value in [*one.values, *one.beside.values()])
    for name in ("answers", "hops", "reading", "summaries"):
        assert (tmp_path / f"{name}.png").stat().st_size > 1000


def test_the_loss_falls_and_a_step_runs_in_debug_mode(reader: Reader) -> None:
    training = training_of(reader, SMALL, np.random.default_rng(0))
    training.progress = None
    losses = [step.loss for step in training]
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])
    with mg.debug():
        assert training.step().loss < losses[0]


def test_the_story_that_is_shown_has_the_longest_way() -> None:
    assert max(len(q.support) for q in shown(Config()).questions() if q.answer) == 3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--shortest 8 --longest 5", "--shortest is 8, more than the 5 of --longest"),
        ("--shortest 3", "have 4 sentences or more, and --shortest is 3"),
        ("--asked 0", "argument --asked: it must be at least 1"),
        ("--width 28 --heads 4", "choose an even number of channels per head"),
    ],
)
def test_what_cannot_be_done_is_told(
    words: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main("stories", "", Config(), work, [*words.split(), "--out", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
