"""Beam search: equal to trying out all texts, to greedy at width 1, and with a cache to without."""

import itertools
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from nn.decoding import Beam, Whole, beam_search, greedy
from tests.cases import each
from tests.nn.writers import EOS, PAIRS, PROMPT, VOCABULARY, Pair, Table, Writer, drawn

MODEL = drawn(Writer("learned"), seed=5).eval()
ALL = VOCABULARY**4


def by_trying_all(prompt: np.ndarray, length: int, eos: int | None, power: float) -> list[Beam]:
    """Every text that can be written, up to the first `eos` or `length` ids, with its score, best first."""
    ids = np.array(list(itertools.product(range(VOCABULARY), repeat=length)))
    whole = np.concatenate([np.broadcast_to(prompt, (len(ids), len(prompt))), ids], axis=1)
    with mg.no_grad():
        log_p = mg.log_softmax(MODEL(whole[:, :-1]), axis=-1).numpy()[:, len(prompt) - 1 :]
    steps = np.take_along_axis(log_p, ids[:, :, None], axis=2)[:, :, 0]
    found = {}
    for text, each_step in zip(ids.tolist(), steps, strict=True):
        end = text.index(eos) + 1 if eos in text else length
        total = each_step[:end].sum()
        found[tuple(text[:end])] = total / ((5 + end) / 6) ** power, total
    return sorted((Beam(np.array(k), *v) for k, v in found.items()), key=lambda beam: -beam.score)


def same(ours: list[Beam], theirs: list[Beam]) -> None:
    assert [beam.ids.tolist() for beam in ours] == [beam.ids.tolist() for beam in theirs]
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one[1:], other[1:], rtol=1e-10)


@each("power", [0.0, 0.6, 1.0, 3.0])
@each("eos", [None, EOS])
@each("length", [1, 4])
def test_width_enough_finds_the_best_of_all_texts(length: int, eos: int | None, power: float) -> None:
    found = beam_search(Whole(MODEL), PROMPT, length, ALL, eos=eos, length_penalty=power)
    for prompt, beams in zip(PROMPT, found, strict=True):
        same(beams, by_trying_all(prompt, length, eos, power))


def table(seed: int, scale: float) -> Table:
    return Table(np.random.default_rng(seed).normal(size=(VOCABULARY, VOCABULARY)) * scale)


@each("power", [0.0, 0.6, 1.0])
def test_stopping_early_loses_nothing(power: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is returned is what a search to the very end returns, which asks more often."""

    def searched(seed: int) -> tuple[list[list[Beam]], int]:
        decoder = table(seed, 2.0)
        return beam_search(decoder, PROMPT, 12, 3, eos=EOS, length_penalty=power), len(decoder.asked)

    early = [searched(seed) for seed in range(20)]
    monkeypatch.setattr("nn.decoding.beams._Search._is_open", lambda self, texts: bool(texts))
    late = [searched(seed) for seed in range(20)]
    for (ours, _), (theirs, _) in zip(early, late, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            same(a, b)
    assert sum(asked for _, asked in early) < sum(asked for _, asked in late)


def test_a_row_does_not_depend_on_the_others() -> None:
    together = beam_search(Whole(MODEL), PROMPT, 8, 4, eos=EOS)
    for prompt, beams in zip(PROMPT, together, strict=True):
        same(beams, beam_search(Whole(MODEL), prompt[None], 8, 4, eos=EOS)[0])


def test_by_hand() -> None:
    """Greedy begins with 1, but 2 is followed by a sure thing; 0 ends, and is dear at once.

    P(1 1 ...) = 0.5·0.4 ..., P(2 0) = 0.4·1, P(0) = 0.1.
    """
    with np.errstate(divide="ignore"):
        decoder = Table(np.log([[0.1, 0.5, 0.4], [0.3, 0.4, 0.3], [1, 0, 0]]))
    (beams,) = beam_search(decoder, [[0]], 2, 3, eos=0, length_penalty=1.0)
    assert [beam.ids.tolist() for beam in beams] == [[2, 0], [1, 1], [1, 0]]
    for beam, p in zip(beams, [0.4, 0.2, 0.15], strict=True):
        np.testing.assert_allclose(beam[1:], [np.log(p) * 6 / 7, np.log(p)])


def test_what_cannot_be_is_not_found() -> None:
    """Fewer than `width` where no more have a probability above 0."""
    with np.errstate(divide="ignore"):
        decoder = Table(np.log([[0, 0.5, 0.5], [1, 0, 0], [1, 0, 0]]))
    (beams,) = beam_search(decoder, [[0]], 3, 4, eos=0)
    assert [beam.ids.tolist() for beam in beams] == [[1, 0], [2, 0]]


def test_the_lower_id_of_equal_ones_is_first() -> None:
    (beams,) = beam_search(Table(np.zeros((3, 3))), [[0]], 2, 4)
    assert [beam.ids.tolist() for beam in beams] == [[0, 0], [0, 1], [0, 2], [1, 0]]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"width": 0}, "beam_search got width=0: it must be at least 1"),
    ({"length": 0}, "beam_search got length=0: it must be at least 1"),
    (
        {"length_penalty": -1.0},
        "length_penalty is the power of a text's length, at least 0, and got -1.0: 0 is no penalty",
    ),
    ({"eos": 7}, "eos is the id 7, and there are scores of the ids 0 to 6"),
]


@each("case", REFUSED, ids=lambda case: case[1])
def test_refused(case: tuple[dict[str, Any], str]) -> None:
    settings, text = case
    with pytest.raises(ValueError) as error:
        beam_search(table(0, 1.0), **{"prompt": PROMPT, "length": 3} | settings)
    assert str(error.value) == text


# -- beside greedy, and with a cache ------------------------------------------------------------


@each("power", [0.0, 1.0])
@each("eos", [None, EOS])
@each("pair", PAIRS.values(), ids=PAIRS)
def test_width_1_is_greedy(pair: Pair, eos: int | None, power: float) -> None:
    ids = greedy(pair[0](), PROMPT, 9, eos)
    for row, beams in zip(
        ids, beam_search(pair[0](), PROMPT, 9, 1, eos=eos, length_penalty=power), strict=True
    ):
        (beam,) = beams
        assert beam.ids.tolist() == row[: len(beam.ids)].tolist()
        assert beam.ids[-1] == eos or len(beam.ids) == 9


@each("width", [2, 4])
@each("eos", [None, EOS])
@each("pair", PAIRS.values(), ids=PAIRS)
def test_cached_is_uncached(pair: Pair, eos: int | None, width: int) -> None:
    cached, whole = (beam_search(make(), PROMPT, 9, width, eos=eos) for make in pair)
    for ours, theirs in zip(cached, whole, strict=True):
        same(ours, theirs)
        assert len(ours) == width
