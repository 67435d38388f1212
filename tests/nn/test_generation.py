"""Generation: with and without a cache the same, each row by itself, and what the settings leave."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn.decoding import generate, greedy, with_temperature, with_top_k, with_top_p
from tests.cases import each
from tests.nn.writers import EOS, PAIRS, PROMPT, VOCABULARY, Pair, Table

SETTINGS: dict[str, dict[str, Any]] = {
    "greedy": {"temperature": 0},
    "sampled": {},
    "cool": {"temperature": 0.5},
    "top-k": {"top_k": 3},
    "top-p": {"top_p": 0.7},
    "all": {"temperature": 1.5, "top_k": 5, "top_p": 0.9},
}


def seeded() -> np.random.Generator:
    return np.random.default_rng(3)


@each("settings", SETTINGS.values(), ids=SETTINGS)
@each("eos", [None, EOS])
@each("pair", PAIRS.values(), ids=PAIRS)
def test_cached_is_uncached(pair: Pair, eos: int | None, settings: dict[str, Any]) -> None:
    cached, whole = (generate(make(), PROMPT, 20, eos=eos, rng=seeded(), **settings) for make in pair)
    assert cached.dtype == np.int64
    np.testing.assert_array_equal(cached, whole)
    assert eos is not None or len(np.unique(cached)) > 2


# -- rows ---------------------------------------------------------------------------------------


@each("settings", SETTINGS.values(), ids=SETTINGS)
@each("pair", PAIRS.values(), ids=PAIRS)
def test_a_row_does_not_depend_on_when_others_end(pair: Pair, settings: dict[str, Any]) -> None:
    """Ended rows are not computed any more, and the others are what they are when all go on."""
    to_the_end, ending = (
        generate(pair[0](), PROMPT, 20, eos=eos, rng=seeded(), **settings) for eos in (None, EOS)
    )
    for endless, row in zip(to_the_end, ending, strict=True):
        ends = [*np.flatnonzero(endless == EOS), 19][0] + 1
        np.testing.assert_array_equal(row[:ends], endless[:ends])
        assert (row[ends:] == EOS).all()


def test_ended_rows_are_dropped_from_the_computation() -> None:
    following = [0, 2, 6, 4, 5, 6, 0]  # the id after each
    table = Table(np.eye(7)[following])
    ids = greedy(table, np.array([[2], [3], [1]]), 9, eos=6)
    assert ids.tolist() == [[6, 6, 6], [4, 5, 6], [2, 6, 6]]
    assert table.asked == [[2, 3, 1], [4, 2], [5]]


def test_without_length_nothing_is_asked() -> None:
    table = Table(np.eye(7))
    assert greedy(table, PROMPT, 0).shape == (3, 0)
    assert table.asked == []


def test_the_lowest_of_equal_ids_is_taken() -> None:
    assert greedy(Table([[1.0, 2, 2]] * 3), [[0]], 3).tolist() == [[1, 1, 1]]


# -- what is left to be drawn -------------------------------------------------------------------

LOW = -np.inf


def test_temperature() -> None:
    np.testing.assert_array_equal(with_temperature(np.array([[1.0, LOW, 3]]), 0.5), [[2, LOW, 6]])


@each(
    "k, expected",
    [
        (1, [LOW, 3, LOW, LOW]),
        (2, [LOW, 3, 2, LOW]),
        (3, [1, 3, 2, LOW]),
        (4, [1, 3, 2, 1]),
        (9, [1, 3, 2, 1]),
    ],
)
def test_top_k(k: int, expected: list[float]) -> None:
    """Exactly k, the lower id of equal ones."""
    np.testing.assert_array_equal(with_top_k(np.array([[1.0, 3, 2, 1]] * 2), k), [expected] * 2)


@each(
    "p, kept",
    [
        (1e-9, [1]),
        (0.5, [1]),
        (0.51, [1, 2]),
        (0.75, [1, 2]),
        (0.76, [0, 1, 2]),
        (0.99, [0, 1, 2, 3]),
        (1, [0, 1, 2, 3]),
    ],
)
def test_top_p(p: float, kept: list[int]) -> None:
    """Probabilities 1/8, 1/2, 1/4, 1/8: the fewest with a sum of at least p, the lower id of equal ones."""
    scores = np.log2([[1, 4, 2, 1]]) * np.log(2) + 5
    found = with_top_p(scores, p)
    assert np.flatnonzero(np.isfinite(found[0])).tolist() == kept
    np.testing.assert_array_equal(found[0, kept], scores[0, kept])


@given(st.lists(st.floats(-8, 8), min_size=1, max_size=12), st.floats(1e-3, 1 - 1e-3))
def test_the_nucleus_is_the_smallest_that_reaches_p(scores: list[float], p: float) -> None:
    found = with_top_p(np.array([scores]), p)[0]
    probabilities = np.exp(scores) / np.exp(scores).sum()
    kept, rest = probabilities[np.isfinite(found)], probabilities[~np.isfinite(found)]
    assert kept.sum() >= p - 1e-12
    assert kept.sum() - kept.min() < p + 1e-12
    assert kept.min() >= rest.max(initial=0)


def test_top_p_passes_over_what_is_ruled_out() -> None:
    np.testing.assert_array_equal(with_top_p(np.array([[LOW, 1.0, 1.0]]), 0.999), [[LOW, 1, 1]])


@each(
    "settings, expected",
    [
        ({}, [0.1, 0.2, 0.3, 0.4]),
        ({"temperature": 0.5}, [1 / 30, 4 / 30, 9 / 30, 16 / 30]),
        ({"top_k": 2}, [0, 0, 3 / 7, 4 / 7]),
        ({"top_p": 0.8}, [0, 2 / 9, 3 / 9, 4 / 9]),
        ({"top_k": 3, "top_p": 0.7}, [0, 0, 3 / 7, 4 / 7]),  # 3/9 + 4/9 > 0.7 of what top-k leaves
    ],
)
def test_draws_follow_the_probabilities(settings: dict[str, Any], expected: list[float]) -> None:
    """20,000 draws: each frequency within four standard deviations."""
    count = 20_000
    table = Table(np.log([[0.1, 0.2, 0.3, 0.4]] * 4))
    ids = generate(table, np.zeros((count, 1), int), 1, rng=seeded(), **settings)
    found, p = np.bincount(ids[:, 0], minlength=4) / count, np.array(expected)
    assert (abs(found - p) <= 4 * np.sqrt(p * (1 - p) / count)).all()


def test_the_order_of_draws_is_as_documented() -> None:
    """Each step Gumbel noise (N, V), so that it can be told which number chose what."""
    scores, rng = np.random.default_rng(0).normal(size=(VOCABULARY, VOCABULARY)), seeded()
    found = generate(Table(scores), PROMPT, 5, rng=seeded())
    last = PROMPT[:, -1]
    for chosen in found.T:
        last = (scores[last] + rng.gumbel(size=(3, VOCABULARY))).argmax(axis=1)
        np.testing.assert_array_equal(chosen, last)


def test_without_rng_it_is_fresh() -> None:
    texts = {generate(Table(np.zeros((7, 7))), PROMPT, 30).tobytes() for _ in range(3)}
    assert len(texts) == 3


# -- what is refused ----------------------------------------------------------------------------


def start(prompt: Any = ((0,),), **settings: Any) -> None:
    generate(Table(np.zeros((4, 4))), prompt, 3, **settings)


REFUSED: list[tuple[dict[str, Any], type[Exception], str]] = [
    (
        {"temperature": -0.5},
        ValueError,
        "a temperature is at least 0, which takes the likeliest id, and got -0.5",
    ),
    (
        {"temperature": float("nan")},
        ValueError,
        "a temperature is at least 0, which takes the likeliest id, and got nan",
    ),
    ({"top_k": 0}, ValueError, "top-k sampling keeps the k best ids, at least 1, and got top_k=0"),
    ({"top_p": 0}, ValueError, "top-p sampling keeps a share of the probability in (0, 1], and got top_p=0"),
    ({"top_p": 9}, ValueError, "top-p sampling keeps a share of the probability in (0, 1], and got top_p=9"),
    ({"eos": 4}, ValueError, "eos is the id 4, and there are scores of the ids 0 to 3"),
    ({"eos": -1}, ValueError, "eos is the id -1, and there are scores of the ids 0 to 3"),
    ({"rng": 0}, TypeError, "rng is a np.random.Generator, and got 0: write np.random.default_rng(seed)"),
    (
        {"prompt": [1, 2]},
        ValueError,
        "a prompt is ids (N, t), and got (2,): write prompt[None] for a batch of one",
    ),
    ({"prompt": [[[1]]]}, ValueError, "a prompt is ids (N, t), and got (1, 1, 1)"),
    (
        {"prompt": [[], []]},
        ValueError,
        "a prompt has at least one place, which the first scores follow, and got (2, 0): begin with an id "
        "for the beginning, such as vocabulary.bos",
    ),
    (
        {"prompt": [[1, 2], [3]]},
        ValueError,
        "the rows of a prompt are of one length, and these are not: decode them one by one, prompt[None]",
    ),
    (
        {"prompt": [["a"]]},
        TypeError,
        "a prompt is integer ids (N, t), and got <U1: give vocabulary.encode(text)",
    ),
]  # fmt: skip


@each("case", REFUSED, ids=lambda case: case[2][:50])
def test_refused(case: tuple[dict[str, Any], type[Exception], str]) -> None:
    settings, kind, text = case
    with pytest.raises(kind) as error:
        start(**settings)
    assert str(error.value) == text


@each("value", [np.nan, np.inf, -np.inf])
def test_scores_that_choose_nothing_are_refused(value: float) -> None:
    scores = np.zeros((4, 4))
    scores[2, 1 if value != -np.inf else slice(None)] = value
    with pytest.raises(FloatingPointError) as error:
        greedy(Table(scores), [[1], [2]], 3)
    assert str(error.value) == (
        f"the greatest score of row 1 is {value}, so that no id can be chosen: look into the model "
        "with mg.debug()"
    )


def test_scores_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError) as error:
        greedy(Table(np.zeros((4, 3, 2))), [[1], [2]], 3)
    assert str(error.value) == "a decoder gives scores (N, V) for ids (2, 1), and this one (2, 3, 2)"


def test_scores_are_divided_by_a_temperature_above_0() -> None:
    with pytest.raises(ValueError) as error:
        with_temperature(np.zeros((1, 2)), 0)
    assert str(error.value) == (
        "scores are divided by a temperature above 0, and got 0: for the likeliest id write "
        "scores.argmax(axis=-1)"
    )
