"""BERT: words are hidden as the paper says, nothing hidden leaks, spans are the best ones, and it learns."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
import nn
from examples import bert as example
from examples.bert import (
    SPECIALS,
    Bert,
    Config,
    Finder,
    best_spans,
    encode,
    guessed,
    hide,
    labelled,
    train,
    work,
)
from examples.command import main
from examples.outcome import Outcome
from examples.reading import questions
from examples.reading.counting import Neighbours
from examples.reading.sentences import Sentence

SMALL = Config(width=16, heads=2, layers=1, steps=20, batch=16, learning_rate=0.01, tested=20)


@pytest.fixture
def vocabulary() -> nn.data.Vocabulary:
    return nn.data.Vocabulary.of_words([q.question + q.story for q in drawn(100)], SPECIALS)


def drawn(count: int) -> list[questions.Question]:
    return questions.draw(count, np.random.default_rng(7))


# -- hidden words ---------------------------------------------------------------------------------


def test_the_shares_of_what_is_hidden(vocabulary: nn.data.Vocabulary, rng: np.random.Generator) -> None:
    sentences = [encode(vocabulary, q.story) for q in drawn(1000)]
    ids, _ = nn.data.pad(sentences)
    seen, lengths, places, words = hide(sentences, vocabulary, rng)
    n = sum(len(s) - 2 for s in sentences)  # without <cls> and <sep>
    np.testing.assert_array_equal(lengths, [len(s) for s in sentences])
    np.testing.assert_array_equal(words, ids[places])
    assert words.min() >= len(SPECIALS)  # no pad, no mark
    assert len(words) / n == pytest.approx(0.15, abs=0.01)
    masked, left = (np.mean(seen[places] == other) for other in (vocabulary.mask, words))
    assert masked == pytest.approx(0.8, abs=0.02)
    assert left == pytest.approx(0.1 + 0.1 / (len(vocabulary) - len(SPECIALS)), abs=0.02)
    assert seen[places][seen[places] != vocabulary.mask].min() >= len(SPECIALS)
    seen[places] = words
    np.testing.assert_array_equal(seen, ids)  # nothing else was touched


def test_one_is_hidden_at_least(vocabulary: nn.data.Vocabulary, rng: np.random.Generator) -> None:
    assert all(len(hide([encode(vocabulary, "mina")], vocabulary, rng).words) == 1 for _ in range(20))


def test_a_hidden_word_does_not_leak(vocabulary: nn.data.Vocabulary, rng: np.random.Generator) -> None:
    model = Bert(vocabulary, SMALL, rng).eval()
    ids = encode(vocabulary, drawn(1)[0].story)
    changed = ids.copy()
    changed[3] = vocabulary["mina"] if ids[3] != vocabulary["mina"] else vocabulary["joon"]
    of_both = [guessed(model, one, [3, 5], vocabulary.mask) for one in (ids, changed)]
    np.testing.assert_array_equal(of_both[0][0], of_both[1][0])
    assert np.abs(of_both[0][1] - of_both[1][1]).max() > 0
    np.testing.assert_allclose(of_both[0].sum(axis=1), 1, rtol=1e-5)


def test_pads_change_nothing(vocabulary: nn.data.Vocabulary, rng: np.random.Generator) -> None:
    model = Bert(vocabulary, SMALL, rng).eval()
    ids, lengths = nn.data.pad([encode(vocabulary, q.question, q.story) for q in drawn(4)])
    for row, length, states in zip(ids, lengths, model(ids, lengths).numpy(), strict=True):
        alone = model(row[None, :length], np.array([length])).numpy()
        np.testing.assert_allclose(states[:length], alone[0], rtol=1e-4, atol=1e-5)


def test_the_second_segment_begins_behind_the_first_mark(vocabulary: nn.data.Vocabulary) -> None:
    model = Bert(vocabulary, SMALL, np.random.default_rng(0)).eval()
    ids = encode(vocabulary, "where is mina ?", "mina went .")[None]
    with mg.no_grad():
        before = model.segment.weight.numpy().copy()
        seen = []
        model.segment.register_forward_hook(lambda module, given, found: seen.append(given[0]))
        model(ids, np.array([ids.shape[1]]))
    assert seen[0].tolist() == [[0] * 6 + [1] * 4]
    np.testing.assert_array_equal(before, model.segment.weight.numpy())


# -- labels ---------------------------------------------------------------------------------------


def test_the_first_of_each_topic(vocabulary: nn.data.Vocabulary) -> None:
    sentences = [Sentence(f"mina went {i}", "ab"[i % 2], i) for i in range(6)]
    chosen = labelled(sentences, ["b", "a"], vocabulary, 2)
    assert [label for _, label in chosen] == [0, 0, 1, 1]
    np.testing.assert_array_equal(chosen[1][0], encode(vocabulary, "mina went 3"))


def test_the_best_span_of_all(rng: np.random.Generator) -> None:
    scores = rng.normal(size=(5, 6, 2))
    scores[:, 4:] = -np.inf  # pads
    for row, (first, last) in zip(scores, best_spans(scores), strict=True):
        sums = {(i, j): row[i, 0] + row[j, 1] for i in range(6) for j in range(i, 6)}
        assert (first, last) == max(sums, key=sums.__getitem__)


def test_a_finder_learns_what_it_is_shown(vocabulary: nn.data.Vocabulary, rng: np.random.Generator) -> None:
    asked = drawn(8)
    model = Finder(Bert(vocabulary, replace(SMALL, dropout=0.0), rng), rng)
    train(model, example.span_loss(model, vocabulary), nn.data.Batches(asked, 8, rng), 60, 0.02, "answers")
    assert questions.exact_match(asked, example.answers(model, asked, vocabulary)) >= 75


def test_forward_and_backward_watched(vocabulary: nn.data.Vocabulary, rng: np.random.Generator) -> None:
    model = Finder(Bert(vocabulary, SMALL, rng), rng)
    with mg.debug():
        example.span_loss(model, vocabulary)(drawn(3)).backward()
    unused = {"bert.bias", *(f"bert.transform.{name}" for name, _ in model.bert.transform.named_parameters())}
    for name, parameter in model.named_parameters():
        assert (parameter.grad is None) == (name in unused), name


# -- all of it ------------------------------------------------------------------------------------


def test_a_quick_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = example.load_sentences()[:300]
    monkeypatch.setattr(example, "load_sentences", lambda: few)
    words = ["--out", str(tmp_path), "--topics", "2", "--few", "3"]
    assert main("bert", "", SMALL, work, words, finish=example.finish) == 0
    said = capsys.readouterr().err + capsys.readouterr().out
    outcome = Outcome.load(tmp_path)
    assert outcome.measures[0].name == "hidden words right"
    assert all(0 <= value <= 100 for one in outcome.measures for value in (one.mean, *one.beside.values()))
    for name in ("guesses", "attention", "story", "results"):
        assert (tmp_path / f"{name}.png").stat().st_size > 5000, said


def test_hidden_words_are_learned(vocabulary: nn.data.Vocabulary, rng: np.random.Generator) -> None:
    known = [encode(vocabulary, q.story) for q in drawn(60)]
    c = replace(SMALL, steps=200, width=32)
    model, counting = Bert(vocabulary, c, rng), Neighbours(known, len(vocabulary))
    test = [encode(vocabulary, q.story) for q in questions.draw(20, rng)]
    before = example.measure_guesses(model.eval(), counting, test, vocabulary)
    example.pretrain(model, known, vocabulary, c, rng)
    after = example.measure_guesses(model, counting, test, vocabulary)
    assert after.beside == before.beside
    assert after.value > max(before.value, after.beside["the commonest word"]) + 10


def test_sizes_that_do_not_go_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--out", str(tmp_path), "--width", "34"]
    assert main("bert", "", Config(), work, words) == 2
    assert "34" in capsys.readouterr().err
