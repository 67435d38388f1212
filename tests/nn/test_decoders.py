"""Decoders: rows kept, the mode of the model restored, nothing recorded, and what is refused."""

from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn.decoding import Cached, Stepped, Whole, generate
from tests.cases import each
from tests.nn.writers import MEMORY, PAIRS, PROMPT, VOCABULARY, Pair, Recurrent, Writer, drawn

ROWS = [[0, 1, 2], [2, 0], [1], [1, 1, 0, 2, 0], [2, 2, 2]]


@each("rows", ROWS, ids=str)
@each("which", [0, 1], ids=["cached", "whole"])
@each("pair", PAIRS.values(), ids=PAIRS)
def test_keep_goes_on_with_rows(pair: Pair, which: int, rows: list[int]) -> None:
    """The scores are those of the same rows, had all gone on, and of the same again later."""
    ours, all_rows = pair[which](), pair[1]()
    for decoder in (ours, all_rows):
        decoder.scores(PROMPT)
    kept = np.arange(3)
    for new in ([[3], [0], [4]], [[1], [5], [2]]):
        ours.keep(np.array(rows))
        kept = kept[rows]
        expected = all_rows.scores(np.array(new))
        np.testing.assert_allclose(ours.scores(np.array(new)[kept]), expected[kept], rtol=0, atol=1e-10)
        rows = list(range(len(rows)))[::-1]


class Watched(Writer):
    """A writer that notes how it is called."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[tuple[bool, bool]] = []

    def forward(self, ids: np.ndarray, cache: nn.KeyValueCache | None = None) -> mg.Tensor:
        self.notes.append((any(m.training for m in self.modules()), mg.is_recording()))
        return super().forward(ids, cache)


@each("kind", [Cached, Whole])
def test_evaluation_without_recording_and_each_module_in_its_mode_again(kind: Any) -> None:
    model = Watched()
    model.blocks.layers[0].eval()
    before = {name: module.training for name, module in model.named_modules()}
    generate(kind(model), PROMPT, 2)
    assert set(model.notes) == {(False, False)}
    assert {name: module.training for name, module in model.named_modules()} == before
    assert len(set(before.values())) == 2


def test_the_mode_is_restored_after_an_error() -> None:
    model = Writer()
    with pytest.raises(IndexError, match="embedding got the index 99"):
        Cached(model).scores(np.array([[99]]))
    assert all(module.training for module in model.modules())


def test_a_step_that_is_a_module_or_comes_with_one() -> None:
    model, seen = Recurrent(), []

    def step(ids: np.ndarray, state: Any) -> Any:
        seen.append((model.training, mg.is_recording()))
        return model(ids, state)

    first = generate(Stepped(step, model.begin(3), model), PROMPT, 4, temperature=0)
    assert set(seen) == {(False, False)}
    assert model.training
    np.testing.assert_array_equal(generate(Stepped(model, model.begin(3)), PROMPT, 4, temperature=0), first)


def test_float32_stays_and_so_does_debugging() -> None:
    model = drawn(Writer()).astype(np.float32)
    with mg.debug():
        scores = Cached(model).scores(PROMPT)
    assert scores.dtype == np.float32


@each("stride", [1, 2, 5])
@each("kind", [Cached, Whole])
def test_each_id_is_chosen_from_the_window_it_should_see(kind: Any, stride: int) -> None:
    """The window of 5 moves on when it is full, by `stride`, and never shows less than 5 - stride + 1."""
    model = drawn(Writer("learned")).eval()
    text = [
        3,
        1,
        *generate(kind(model, context=5, stride=stride), [[3, 1]], 30, rng=np.random.default_rng(0))[0],
    ]
    rng, start, sizes = np.random.default_rng(0), 0, set()
    for end in range(2, len(text)):
        if end - start > 5:
            start = end - (5 - stride + 1)
        with mg.no_grad():
            scores = model(np.array([text[start:end]])).numpy()[0, -1]
        assert text[end] == int((scores + rng.gumbel(size=scores.shape)).argmax())
        sizes.add(end - start)
    assert sizes == {2, 3, 4, 5} | set(range(5 - stride + 1, 6))


def test_a_given_context_computes_each_place_once() -> None:
    """Whole is given all of the window each time, Cached what is new, but all when the window moves."""
    sizes: dict[Any, list[int]] = {Cached: [], Whole: []}
    model = Writer()
    for kind, noted in sizes.items():
        handle = model.register_forward_pre_hook(lambda _, args, noted=noted: noted.append(args[0].shape[1]))
        generate(kind(model, context=6, stride=3), PROMPT, 9)
        handle.remove()
    assert sizes[Whole] == [2, 3, 4, 5, 6, 4, 5, 6, 4]
    assert sizes[Cached] == [2, 1, 1, 1, 1, 4, 1, 1, 4]


# -- what is refused ----------------------------------------------------------------------------


def used() -> None:
    decoder = Whole(Writer())
    generate(decoder, PROMPT, 3)
    generate(decoder, PROMPT, 3)


def kept(rows: Any) -> None:
    decoder = Cached(Writer())
    decoder.scores(PROMPT)
    decoder.keep(rows)


def stepped(begin: Any, after: Any) -> None:
    decoder = Stepped(lambda ids, state: (np.zeros((len(ids), 3)), [None, after]), {"begin": begin})
    decoder.scores(PROMPT)
    decoder.keep(np.array([0]))


REFUSED: list[tuple[Any, type[Exception], str]] = [
    (
        used,
        ValueError,
        "this Whole has read 4 places of a text already: make a new decoder for each text",
    ),
    (
        lambda: Cached(Writer(), context=5, stride=6),
        ValueError,
        "the window of 5 places moves on by 1 to 5, and not by stride=6",
    ),
    (
        lambda: Cached(Writer(), context=0),
        ValueError,
        "Cached got context=0: it must be at least 1",
    ),
    (lambda: kept([0, 3]), IndexError, "there is no row 3 in a batch of 3: rows count from 0"),
    (lambda: kept([-1]), IndexError, "there is no row -1 in a batch of 3: rows count from 0"),
    (lambda: kept([0.0]), TypeError, "rows are integers (M,), and got float64 (1,)"),
    (
        lambda: kept(np.array([True, False, True])),
        TypeError,
        "rows are integers (M,), and got bool (3,): write np.flatnonzero(rows)",
    ),
    (
        lambda: stepped(np.zeros((2, 3, 8)), np.zeros(3)),
        ValueError,
        "the state of a decoder has its 3 rows first, and got (2, 3, 8): of (layers, N, H) give "
        "x.swapaxes(0, 1)",
    ),
    (
        lambda: stepped(np.zeros((3, 8)), mg.tensor(1.0)),
        ValueError,
        "the state of a decoder has its 3 rows first, and got (): of (layers, N, H) give x.swapaxes(0, 1)",
    ),
    (
        lambda: generate(Writer(), PROMPT, 3),
        TypeError,
        "ids are chosen by the scores of a decoder, and got a Writer: write nn.decoding.Cached(model)",
    ),
    (
        lambda: Whole(nn.Sequential(nn.Embedding(VOCABULARY, 4), nn.Flatten())).scores(PROMPT),
        ValueError,
        "a model that writes gives scores (N, t, V) for ids (N, t), and Sequential gave (3, 8) for (3, 2)",
    ),
]


@each("case", REFUSED, ids=lambda case: case[2][:50])
def test_refused(case: tuple[Any, type[Exception], str]) -> None:
    provoke, kind, text = case
    with pytest.raises(kind) as error:
        provoke()
    assert str(error.value) == text


@each("kind", [Whole, Cached])
def test_a_function_writes_as_a_module_does(kind: Any) -> None:
    def scores(ids: np.ndarray, cache: Any = None) -> np.ndarray:
        return 1e3 * np.eye(5)[(ids + 1) % 5]  # (N, t, V): after each id the next one

    assert generate(kind(scores), np.array([[0]]), 6).tolist() == [[1, 2, 3, 4, 0, 1]]
    for model, memory, called in ((3, None, "model(ids)"), (scores, MEMORY, "model.decode(ids, memory)")):
        with pytest.raises(TypeError) as error:
            kind(model, memory=memory)
        assert str(error.value) == (
            f"{kind.__name__} writes by the scores of {called}, and got a {type(model).__name__}, which "
            "cannot be called so: give a module or a function from ids (N, t) to scores (N, t, V)"
        )
