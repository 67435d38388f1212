"""Vocabularies, padding, batches and windows."""

import inspect
import json
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
import nn
from nn.data import Batches, Vocabulary, VocabularyError, Windows
from tests.cases import each


def refused(message: str, kind: type[Exception] = VocabularyError) -> Any:
    return pytest.raises(kind, match=f"^{re.escape(message)}$")


# -- the vocabulary


def test_specials_come_first_then_characters_in_ascending_order() -> None:
    vocabulary = Vocabulary.of_characters(["cab", "bag"])
    assert vocabulary.tokens == ("a", "b", "c", "g")
    assert (vocabulary.pad, vocabulary.bos, vocabulary.eos) == (0, 1, 2)
    assert len(vocabulary) == 7
    assert vocabulary["g"] == 6
    assert "g" in vocabulary and "<pad>" in vocabulary and "z" not in vocabulary  # noqa: PT018
    ids = vocabulary.encode("bag", bos=True, eos=True)
    assert ids.tolist() == [1, 4, 3, 6, 2]
    assert ids.dtype == np.int64
    assert vocabulary.decode(ids) == "bag"
    assert vocabulary.decode(ids, specials=True) == "<bos>bag<eos>"
    assert vocabulary.decode([4, 2, 3, 0, 0]) == "b"  # up to the end


def test_one_text_is_a_text_and_not_its_characters() -> None:
    assert Vocabulary.of_words("the cat") == Vocabulary.of_words(["the", "cat"])


@given(st.text(min_size=1))
def test_encoding_then_decoding_changes_nothing(text: str) -> None:
    vocabulary = Vocabulary.of_characters(text, specials=())
    ids = vocabulary.encode(text)
    assert ids.tolist() == [vocabulary.tokens.index(c) for c in text]
    assert vocabulary.decode(ids) == text


def test_nothing_encodes_to_nothing() -> None:
    for vocabulary in (Vocabulary.of_characters("ab"), Vocabulary.of_words("ab")):
        assert vocabulary.encode("").shape == (0,)
        assert vocabulary.encode("").dtype == np.int64
        assert vocabulary.decode([]) == ""


def test_words_and_punctuation_apart() -> None:
    text = "Don't stop (now), 세상을 바꾼다! 3 cats: 100 %"
    vocabulary = Vocabulary.of_words([text])
    words = [vocabulary.decode([i]) for i in vocabulary.encode(text)]
    assert words == [
        "Don't",
        "stop",
        "(",
        "now",
        ")",
        ",",
        "세상을",
        "바꾼다",
        "!",
        "3",
        "cats",
        ":",
        "100",
        "%",
    ]
    assert vocabulary.decode(vocabulary.encode(text)) == "Don't stop (now), 세상을 바꾼다! 3 cats: 100%"


def test_rare_words_are_unknown() -> None:
    vocabulary = Vocabulary.of_words(["a b a", "b c"], least=2)
    assert vocabulary.tokens == ("a", "b")
    assert vocabulary.encode("a c").tolist() == [4, vocabulary.unk]
    assert vocabulary.decode(vocabulary.encode("a c")) == "a <unk>"


def test_unknown_characters_have_an_id_where_there_is_one() -> None:
    vocabulary = Vocabulary.of_characters("ab", specials=("<unk>", "<mask>"))
    assert vocabulary.encode("azb한").tolist() == [2, 0, 3, 0]
    assert vocabulary.mask == 1
    assert vocabulary.decode([2, 1, 3, 0]) == "ab<unk>"


@each(
    "text, named, position",
    [
        ("ab한b", "'한' (U+D55C)", 2),
        ("A", "'A' (U+0041)", 0),  # before every known character
        ("a\x00", "'\\x00' (U+0000)", 1),
        ("😀", "'😀' (U+1F600)", 0),
        ("a\ud800", "'\\ud800' (U+D800)", 1),
        ("abz?", "'z' (U+007A)", 2),  # the first of two
    ],
)
def test_an_unknown_character_is_named(text: str, named: str, position: int) -> None:
    with refused(
        f"the character {named} at position {position} (counted from 0) is not among the 2 of the "
        "vocabulary; leave it out, or train on a text that has it"
    ):
        Vocabulary.of_characters("ab").encode(text)


def test_an_unknown_word_is_named() -> None:
    with refused(
        "the word 'fox' at position 4 (counted from 0) is not among the 2 of the vocabulary; leave it out, "
        "or train on a text that has it"
    ):
        Vocabulary.of_words("the cat", specials=()).encode("the fox")


@each("wrong", [5, -1])
def test_an_unknown_id_is_named(wrong: int) -> None:
    with refused(
        f"the id {wrong} at position 1 (counted from 0) is not from 0 to 4, the ids of the vocabulary"
    ):
        Vocabulary.of_characters("ab").decode([0, wrong])


def test_an_unknown_token_or_special_is_said() -> None:
    vocabulary = Vocabulary.of_characters("ab", specials=("<pad>", "<eos>"))
    with refused("'c' is not among the 4 of the vocabulary"):
        vocabulary["c"]
    said = (
        "this vocabulary has no 'mask', since '<mask>' is not among its specials (<pad>, <eos>): give it to "
        "Vocabulary.of_characters(texts, specials)"
    )
    with refused(said, AttributeError):
        _ = vocabulary.mask


@each(
    "arguments, said",
    [
        (
            (("b", "a"),),
            "a vocabulary's characters are distinct and in ascending order; write "
            "Vocabulary.of_characters(texts) to take them from any texts",
        ),
        (
            (("a", "a"), (), "word"),
            "a vocabulary's words are distinct and in ascending order; write Vocabulary.of_words(texts) to "
            "take them from any texts",
        ),
        ((("ab",),), "a vocabulary of characters has 'ab' among them: take unit='word'"),
        ((("a",), (), "byte"), "a vocabulary's unit is 'character' or 'word', not 'byte'"),
        (
            (("a",), ("<pad>", "<pad>")),
            "each special is there once, and is no character of the texts; these are <pad>, <pad>",
        ),
    ],
)
def test_a_vocabulary_that_is_none(arguments: tuple[Any, ...], said: str) -> None:
    with refused(said):
        Vocabulary(*arguments)


def test_a_vocabulary_is_saved_as_json() -> None:
    for vocabulary in (
        Vocabulary.of_characters("a한😀\ud800"),
        Vocabulary.of_words("AI가 세상을 바꾼다", specials=("<mask>",)),
    ):
        saved = json.loads(json.dumps(vocabulary.state_dict()))
        assert Vocabulary.from_state_dict(saved) == vocabulary


@each("damaged", [{}, [], {"unit": "word", "specials": [], "tokens": "ab"}, {"specials": [1], "tokens": []}])
def test_a_damaged_vocabulary_is_said(damaged: Any) -> None:
    with refused(
        "a vocabulary's state dict has a 'unit', and lists of strings under 'specials' and 'tokens': this "
        "one is damaged, or of something else"
    ):
        Vocabulary.from_state_dict(damaged)


# -- padding


def test_pad() -> None:
    ids, lengths = nn.data.pad([[1, 2, 3], np.array([4], np.int32), []], value=9)
    assert ids.tolist() == [[1, 2, 3], [4, 9, 9], [9, 9, 9]]
    assert lengths.tolist() == [3, 1, 0]
    assert ids.dtype == lengths.dtype == np.int64
    assert nn.data.pad([])[0].shape == (0, 0)


@each("side", ["right", "left"])
def test_pad_sequence_is_pytorchs(side: str, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    arrays = [rng.normal(size=(t, 2, 3)) for t in (2, 4, 1)]
    ours = nn.utils.rnn.pad_sequence([mg.tensor(a) for a in arrays], padding_value=-1.0, padding_side=side)
    theirs = torch.nn.utils.rnn.pad_sequence([torch.tensor(a) for a in arrays], True, -1.0, side)
    np.testing.assert_array_equal(ours.numpy(), theirs.numpy())
    mg.check_grads(lambda *x: nn.utils.rnn.pad_sequence(x, padding_side=side), tuple(arrays))


# -- batches


def test_each_example_comes_once_an_epoch_in_a_new_order() -> None:
    batches = Batches(list(range(10)), 4, rng=np.random.default_rng(0))
    assert len(batches) == 3
    first, second = list(batches.epoch()), list(batches.epoch())
    assert [len(batch) for batch in first] == [4, 4, 2]
    assert sorted(np.concatenate(first)) == sorted(np.concatenate(second)) == list(range(10))
    assert first != second
    again = Batches(list(range(10)), 4, rng=np.random.default_rng(0))
    assert [batch for batch, _ in zip(again, range(6), strict=False)] == first + second


def test_the_last_short_batch_is_dropped_if_asked() -> None:
    batches = Batches(list(range(10)), 4, shuffle=False, drop_last=True)
    assert list(batches.epoch()) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert list(batches.epoch()) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert list(Batches(list(range(8)), 4, shuffle=False).epoch()) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_what_a_batch_is_made_of() -> None:
    x, y = np.arange(6).reshape(3, 2), np.arange(3)
    assert [b.tolist() for b in Batches(x, 2, shuffle=False).epoch()] == [[[0, 1], [2, 3]], [[4, 5]]]
    inputs, targets = next(iter(Batches((x, y), 2, shuffle=False)))
    assert inputs.tolist() == [[0, 1], [2, 3]]
    assert targets.tolist() == [0, 1]
    sentences = [[1, 2], [3], [4, 5, 6]]
    ids, lengths = next(iter(Batches(sentences, 3, collate=nn.data.pad, shuffle=False)))
    assert ids.tolist() == [[1, 2, 0], [3, 0, 0], [4, 5, 6]]
    assert lengths.tolist() == [2, 1, 3]
    pairs = Batches((x, y), 2, collate=lambda chosen: [int(b) for _, b in chosen], shuffle=False)
    assert next(iter(pairs)) == [0, 1]


@each("done", [0, 1, 3, 4, 7])
@each("shuffle", [True, False])
def test_the_order_goes_on_from_its_state(done: int, shuffle: bool) -> None:
    """Also where something else, such as dropout, draws from the same generator in between."""

    def run(batches: Batches, steps: int) -> list[tuple[list[int], float]]:
        stream = iter(batches)
        return [(next(stream), batches.rng.random()) for _ in range(steps)]

    make = lambda seed: Batches(list(range(10)), 4, rng=np.random.default_rng(seed), shuffle=shuffle)
    whole = run(make(0), 12)
    stopped = make(0)
    assert run(stopped, done) == whole[:done]
    state = json.loads(json.dumps(stopped.state_dict()))
    resumed = make(5)
    resumed.load_state_dict(state)
    assert run(resumed, 12 - done) == whole[done:]
    assert run(stopped, 12 - done) == whole[done:]


def test_an_epoch_left_is_gone_on_with() -> None:
    batches = Batches(list(range(10)), 4, shuffle=False)
    next(batches.epoch())
    assert list(batches.epoch()) == [[4, 5, 6, 7], [8, 9]]
    assert len(list(batches.epoch())) == 3


def test_batches_that_cannot_be() -> None:
    with refused("Batches got 0 examples, which give no batch of 2: give at least one", ValueError):
        Batches([], 2)
    with refused(
        "Batches got 1 examples, which give no batch of 2 with drop_last: take a smaller size", ValueError
    ):
        Batches([1], 2, drop_last=True)
    with refused("Batches got size=0: it must be at least 1", ValueError):
        Batches([1], 0)
    with refused(
        "Batches takes arrays of one length, one row an example, and got lengths [2, 3]: give a list of "
        "examples where they are no arrays",
        ValueError,
    ):
        Batches((np.zeros(2), np.zeros(3)), 1)
    with refused(
        "the state is of batches of 2 examples, and these are 3: give the examples that were there when it "
        "was saved",
        ValueError,
    ):
        Batches([1, 2, 3], 1).load_state_dict(Batches([1, 2], 1).state_dict())


# -- windows


def test_a_target_is_the_id_after_its_input() -> None:
    windows = Windows(np.arange(100, dtype=np.uint16), context=5, size=8, rng=np.random.default_rng(0))
    for (inputs, targets), _ in zip(windows, range(3), strict=False):
        assert inputs.shape == targets.shape == (8, 5)
        assert inputs.dtype == np.int64
        assert (np.diff(inputs) == 1).all()
        assert (targets == inputs + 1).all()


def test_every_place_is_drawn() -> None:
    windows = Windows(np.arange(8), context=5, size=200, rng=np.random.default_rng(0))
    assert set(next(iter(windows))[0][:, 0]) == {0, 1, 2}


def test_windows_side_by_side_cover_the_text_once() -> None:
    windows = Windows(np.arange(18), context=4, size=3)
    pairs = list(windows.side_by_side())
    assert [len(inputs) for inputs, _ in pairs] == [3, 1]
    assert np.concatenate([inputs.ravel() for inputs, _ in pairs]).tolist() == list(range(16))
    assert pairs[-1][1].max() == 16


def test_windows_go_on_from_their_state() -> None:
    first = Windows(np.arange(100), 5, 2, rng=np.random.default_rng(0))
    next(iter(first))
    second = Windows(np.arange(100), 5, 2, rng=np.random.default_rng(9))
    second.load_state_dict(json.loads(json.dumps(first.state_dict())))
    np.testing.assert_array_equal(next(iter(first)), next(iter(second)))


def test_a_text_that_holds_no_window() -> None:
    with refused(
        "Windows of 5 need integer ids (N,) with N at least 6, and got int64 of shape (5,): give a longer "
        "text or a shorter context",
        ValueError,
    ):
        Windows(np.arange(5), 5, 1)


# -- what the docstrings show


@each("shown", [Vocabulary, nn.data.pad, Batches, Windows, nn.Training], ids=lambda shown: shown.__name__)
def test_what_a_docstring_shows_runs(shown: Any) -> None:
    """Endless loops with the first batch only."""
    lines = (inspect.getdoc(shown) or "").splitlines()
    code = "\n".join(line.removeprefix("    ") for line in lines if line.startswith("    "))
    text, rng = "a text of some length " * 20, np.random.default_rng(0)
    vocabulary = Vocabulary.of_characters(text)
    model = nn.Linear(2, 1, rng=rng)
    x, y = np.zeros((40, 2), np.float32), np.zeros((40, 1), np.float32)
    known: dict[str, Any] = {
        "nn": nn,
        "np": np,
        "text": text,
        "rng": rng,
        "vocabulary": vocabulary,
        "x": x,
        "y": y,
        "model": model,
        "optimizer": nn.optim.SGD(model.parameters()),
        "loss": lambda batch: ((model(batch[0]) - batch[1]) ** 2).mean(),
        "batches": Batches((x, y), 4, rng=rng),
        "evaluate": lambda: {"loss": 1.0},
    }
    assert code
    code = code.replace("...", "pass" if shown is nn.Training else "break").replace("900", "3")
    exec(code.replace(', out="runs/it"', ", progress=None"), known)
    if shown is Vocabulary:
        made = known["vocabulary"]
        assert made.decode(known["ids"]) == "the cat"
        assert (made.pad, made["dog"], len(made)) == (0, 5, 8)
    if shown is nn.data.pad:
        assert known["ids"].tolist() == [[1, 2, 3], [4, 0, 0]]
        assert known["lengths"].tolist() == [3, 1]
