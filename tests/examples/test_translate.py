"""Translation: tasks right by an independent computation, marks right by hand, and every model learning."""

import datetime
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import examples.translate
import minigrad as mg
import nn
from examples.outcome import Outcome
from examples.translate import Config, Translation, columns, main, table
from examples.translation.batches import Vocabularies, batches
from examples.translation.cipher import CODE, LETTERS, Cipher
from examples.translation.dates import MONTHS, SPELLINGS, WEEKDAYS, Dates
from examples.translation.judging import Marks, misaligned, read, write
from examples.translation.models import NAMES
from examples.translation.number_words import DigitsToWords, WordsToDigits
from examples.translation.pairs import Pair
from examples.translation.tasks import TASKS
from examples.translation.transformer import Transformer
from tests.cases import each


@pytest.fixture
def num2words() -> None:
    pytest.importorskip("num2words", reason="num2words is absent: pip install num2words")


def said(pair: Pair, place: int) -> str:
    """What of the source a character of the target comes from."""
    return "".join(pair.source[i] for i in sorted(pair.comes_from[place]))


# -- tasks --------------------------------------------------------------------------------------------


def test_cipher(rng):
    code = {letter: CODE[ord(letter)] for letter in LETTERS}
    assert sorted(map(chr, CODE.values())) == sorted(LETTERS)
    lengths = set()
    for _ in range(300):
        pair = Cipher().draw(rng)
        lengths.add(len(pair.source))
        assert [ord(c) for c in pair.target] == [code[c] for c in reversed(pair.source)]
        assert [code[said(pair, i)] for i in range(len(pair.target))] == [ord(c) for c in pair.target]
    assert lengths == set(range(1, 17))
    assert Cipher().guess(Pair("abc", "", (), "3")) == pytest.approx(1 / 26**3)


ONES = "zero one two three four five six seven eight nine".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
VALUES = {
    **{word: n for n, word in enumerate(ONES)},
    **{word: n for n, word in enumerate(TEENS, 10)},
    **{word: 10 * n for n, word in enumerate(TENS)},
}


def from_english(text: str) -> int:
    total = group = 0
    for word in re.findall("[a-z]+", text):
        if word == "hundred":
            group *= 100
        elif word == "thousand":
            total, group = 1000 * group, 0
        elif word != "and":
            group += VALUES[word]
    return total + group


def from_korean(text: str) -> int:
    total = group = digit = 0
    for syllable in text.replace(" ", ""):
        if syllable in "십백천":
            group, digit = group + (digit or 1) * {"십": 10, "백": 100, "천": 1000}[syllable], 0
        elif syllable == "만":
            total, group, digit = 10_000 * ((group + digit) or 1), 0, 0
        else:
            digit = "영일이삼사오육칠팔구".index(syllable)
    return total + group + digit


NUMBERS = [0, 7, 10, 11, 20, 42, 100, 101, 110, 111, 1000, 10_000, 11_000, 19_999, 100_000, 110_015, 342_005]


@pytest.mark.usefixtures("num2words")
@each("language", ["en", "ko"])
def test_number_words(language, rng):
    for number in [*NUMBERS, *(int(n) for n in rng.integers(0, 10**6, 300))]:
        pair = WordsToDigits().of(number, language)
        parse = from_english if language == "en" else from_korean
        assert (parse(pair.source), pair.target) == (number, str(number))
        for place, digit in enumerate(pair.target):
            word = said(pair, place)
            if language == "ko":
                assert word == "영일이삼사오육칠팔구"[int(digit)] * (word != "") or (digit, word) in [
                    ("1", unit) for unit in "십백천만"
                ]
                assert word or digit == "0"
            elif not word:
                assert digit == "0"
            else:  # its own digit, or one of the two of ten to nineteen
                assert digit in str(VALUES[word])
        back = DigitsToWords().of(number, language)
        assert (back.source, back.target) == (f"{language} {number}", pair.source)
        for place, character in enumerate(back.target):
            named = {i for i, places in enumerate(pair.comes_from) if place in places}
            assert back.comes_from[place] == {i + 3 for i in named}
            assert named or character in "영hundred thousand and, -십백천만"


@pytest.mark.usefixtures("num2words")
def test_guesses_at_numbers():
    for number, right in [(342, 1), (302, 0), (30, 0), (11, 1)]:
        assert WordsToDigits().guess(WordsToDigits().of(number, "en")) == right
    assert [DigitsToWords().guess(DigitsToWords().of(n, "ko")) for n in (7, 17)] == [1, 0]


def test_dates(rng):
    formats = {
        "{month} {d}, {y}": "%B %d, %Y",
        "{mon} {d}, {y}": "%b %d, %Y",
        "{d} {month} {y}": "%d %B %Y",
        "{d} {mon} {y}": "%d %b %Y",
        "{weekday}, {month} {d}, {y}": "%A, %B %d, %Y",
        "{y}년 {m}월 {d}일": "%Y년 %m월 %d일",
        "{y}년 {mm}월 {dd}일": "%Y년 %m월 %d일",
        "{y}. {m}. {d}.": "%Y. %m. %d.",
    }
    for _ in range(300):
        pair = Dates().draw(rng)
        day = datetime.date.fromisoformat(pair.target)
        if pair.kind in formats:
            assert datetime.datetime.strptime(pair.source, formats[pair.kind]).date() == day
        elif pair.kind.startswith("the"):
            ordinal, month, year = re.fullmatch(r"the (\w+) of (\w+), (\d+)", pair.source).groups()
            assert (int(ordinal[:-2]), MONTHS.index(month) + 1, int(year)) == (day.day, day.month, day.year)
            suffixes = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
            assert ordinal[-2:] == suffixes.get(day.day, "th")
        else:
            weekday = "월화수목금토일"[day.weekday()]
            assert pair.source == f"{day.year}년 {day.month}월 {day.day}일 {weekday}요일"
        if "weekday" in pair.kind:
            assert pair.source.startswith(WEEKDAYS[day.weekday()])
        assert "".join(said(pair, i) for i in range(4)) == str(day.year)
        month, number = said(pair, 5), said(pair, 8)
        name = MONTHS[day.month - 1]
        assert month in {str(day.month), f"{day.month:02}"[0], name, name[:3]}
        assert number in {str(day.day), f"{day.day:02}"[0]}
        assert said(pair, 4) == said(pair, 7) == ""


def test_a_guess_at_a_date():
    day = datetime.date(2021, 3, 14)
    right = {spelling for spelling in SPELLINGS if Dates().guess(Dates().of(day, spelling))}
    assert right == {spelling for spelling in SPELLINGS if "{y}년" in spelling or "{y}." in spelling}
    january = datetime.date(2021, 1, 14)
    assert all(Dates().guess(Dates().of(january, spelling)) for spelling in SPELLINGS)


@pytest.mark.usefixtures("num2words")
@each("name", TASKS)
def test_tests_are_not_in_training(name, rng):
    task = TASKS[name]()
    tests = task.tests(rng, 20)
    assert all(pair.kind == kind for kind, pairs in tests.items() for pair in pairs)
    assert task.beyond <= tests.keys()
    seen = {task.draw(rng).source for _ in range(3000)}
    if name == "cipher":
        tests.pop("4")
    both = {pair.source for pairs in tests.values() for pair in pairs} & seen
    # What has one or two digits is all there is of it.
    assert all(len(re.sub(r"\D", "", task_number(source))) < 3 for source in both)
    assert all(len(p.comes_from) == len(p.target) for pairs in tests.values() for p in pairs)


def task_number(source: str) -> str:
    """The digits that a source of numbers says."""
    if any(c.isdigit() for c in source):
        return source
    return str(from_english(source) if source.isascii() else from_korean(source))


# -- judging ------------------------------------------------------------------------------------------


def test_alignment_error_by_hand():
    several, none, first = frozenset([1, 2]), frozenset(), frozenset([0])
    pairs = [Pair("abc", "xy", (several, none), ""), Pair("ab", "zz", (first, first), "")]
    weights = np.zeros((2, 3, 3))
    weights[0, :, 2] = 1  # right; then it comes from nowhere; then the end
    weights[1, 0, 0] = weights[1, 1, 1] = 1  # right, wrong
    assert misaligned(weights, pairs) == pytest.approx(1 / 3)


def test_a_table_stands_in_columns():
    mark = Marks(forced=100, greedy=12.5, beam=25, guess=0.5, misaligned=None)
    lines = table({"{y}년 {m}월": mark, "{d} {mon} {y}": mark}, "spelling", "copying").splitlines()
    assert len({columns(line) for line in lines[1:]}) == 1
    assert lines[1].split()[-5:] == ["100.0", "12.5", "25.0", "-", "0.5"]


def test_batches_hold_pairs_of_about_one_length(rng):
    pairs = [Cipher().draw(rng) for _ in range(64)]
    vocabularies = Vocabularies.of(pairs)
    found = list(batches(pairs, vocabularies, 8, rng).epoch())
    assert len(found) == 8
    assert max(np.ptp(batch.lengths) for batch in found) < 6
    texts = [
        (vocabularies.source.decode(source[:n]), vocabularies.target.decode(after))
        for batch in found
        for source, n, after in zip(batch.source, batch.lengths, batch.after, strict=True)
    ]
    assert sorted(texts) == sorted((pair.source, pair.target) for pair in pairs)
    for batch in found:
        follows = batch.after[:, 1:] != vocabularies.target.pad
        np.testing.assert_array_equal(batch.before[:, 1:][follows], batch.after[:, :-1][follows])
        assert (batch.before[:, 0] == vocabularies.target.bos).all()


# -- models -------------------------------------------------------------------------------------------


@each("name", NAMES)
def test_every_model_learns(name):
    it = Translation(Config(model=name, steps=20, batch=16, warmup=4, rate=1e-2, tests=2))
    it.tests = {kind: it.tests[kind] for kind in ("4", "8")}
    it.training.progress = None
    losses = [step.loss for step in it.training]
    assert np.mean(losses[-5:]) < np.mean(losses[:5]) - 0.1
    marks = it.judge()
    assert marks.keys() == it.tests.keys()
    assert all((mark.misaligned is None) == (name == "none") for mark in marks.values())
    assert all(0 <= mark.greedy <= 100 >= mark.beam >= 0 for mark in marks.values())


@each("norm", ["pre", "post"])
@each("positions", ["sinusoidal", "learned", "rotary"])
def test_the_transformer_writes_what_its_scores_say(positions, norm, rng):
    """With a cache and padded sources: each token is the best of teacher forcing on what is written."""
    model = Transformer(9, 7, 8, 2, 1, 16, positions, norm, 12, rng=rng)
    source, lengths = rng.integers(0, 9, (3, 5)), np.array([5, 2, 4])
    written = nn.decoding.greedy(model.decoder_for(source, lengths), np.ones((3, 1), int), 6)
    read = np.concatenate([np.ones((3, 1), int), written[:, :-1]], axis=1)
    np.testing.assert_array_equal(model(source, lengths, read).numpy().argmax(axis=-1), written)
    for b, n in enumerate(lengths):
        alone = model(source[b : b + 1, :n], lengths[b : b + 1], read[b : b + 1])
        together = model(source, lengths, read).numpy()[b]
        np.testing.assert_allclose(alone.numpy()[0], together, rtol=1e-4, atol=1e-5)


@each("name", NAMES)
def test_a_step_is_the_same_under_debug(name):
    def weights(debug: bool) -> list[np.ndarray]:
        it = Translation(Config(model=name, steps=2, batch=4, warmup=1, tests=1))
        for _ in range(2):
            if debug:
                with mg.debug():
                    it.training.step()
            else:
                it.training.step()
        return list(it.model.state_dict().values())

    for expected, got in zip(weights(False), weights(True), strict=True):
        np.testing.assert_array_equal(got, expected)


def test_weights_are_of_the_source_alone(rng):
    it = Translation(Config(model="transformer", steps=1, batch=2, warmup=0, tests=1))
    pairs = [it.tests["4"][0], it.tests["8"][0]]
    scores, weights = read(it.model, it.vocabularies, pairs)
    assert (scores.shape[:2], weights.shape) == ((2, 9), (2, 9, 9))
    assert not weights[0, :, 5:].any()  # four letters and their end
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-5)
    assert len(write(it.model, it.vocabularies, pairs, beam=2)) == 2


# -- the command --------------------------------------------------------------------------------------


@each("model", ["none", "luong-general"])
def test_the_command(model, tmp_path, capsys):
    given = ["--model", model, "--steps", "3", "--tests", "2", "--batch", "4", "--warmup", "1"]
    assert main([*given, "--out", str(tmp_path / model)]) == 0
    out = capsys.readouterr().out
    assert f"{model} on cipher, exact match, greedy" in out
    assert ("alignment error" in out) == (model != "none")
    files = {path.name for path in (tmp_path / model).iterdir()}
    assert files >= {"results.json", "metrics.csv", "marks.csv"}
    rows = (tmp_path / model / "marks.csv").read_text().splitlines()
    assert rows[0] == "letters,forced,greedy,beam,guess,misaligned"
    assert [row.split(",")[0] for row in rows[1:]] == "4 6 8 10 12 14 16 18 20 24".split()
    assert {"alignment.png", "attention.html"} & files == (
        set() if model == "none" else {"alignment.png", "attention.html"}
    )


def test_all_models_by_one_command(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(examples.translate, "NAMES", ("none", "transformer"))
    given = ["--model", "all", "--steps", "2", "--tests", "1", "--batch", "2", "--warmup", "1", "--beam", "1"]
    assert main([*given, "--task", "dates", "--out", str(tmp_path)]) == 0
    assert "transformer on dates, alignment error" in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == {"results.json", "none", "transformer"}
    page = (tmp_path / "transformer" / "attention.html").read_text("utf-8")
    assert '"queries":["' in page
    assert '"keys":["⊢"' in page


def test_a_mistake_in_a_sentence(capsys, tmp_path):
    for wider in ("0", "1e-320", "1e308"):
        assert main(["--wider", wider, "--out", str(tmp_path)]) == 2
        assert "leaves recurrent models no width, or more than any memory" in capsys.readouterr().err
    assert main(["--model", "moses"]) == 2
    assert capsys.readouterr().err.startswith("error: argument --model: invalid choice: 'moses'")


def test_without_num2words(monkeypatch: Any, capsys: Any, tmp_path: Any) -> None:
    monkeypatch.setitem(sys.modules, "num2words", None)
    assert main(["--task", "number-words", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        "error: number words are those of num2words, which is not installed: pip install num2words, or "
        "'minigrad-numpy[systems]'\n"
    )


# -- what stands in the repository --------------------------------------------------------------------

RESULTS = Path(__file__).parents[2] / "examples" / "results"


@each("folder", sorted(RESULTS.glob("translate-*")), ids=lambda folder: folder.name)
def test_the_shipped_results(folder):
    """On every seed the Transformer reaches what is wanted, and no attention is the worst of all models."""
    outcome = Outcome.load(folder)
    assert len(outcome.seeds) == 3
    assert f"--out examples/results/{folder.name}" in outcome.command
    exact = {one.system.split()[0]: one for one in outcome.measures if one.name == "exact match, greedy"}
    assert list(exact) == list(NAMES)
    assert min(exact["transformer"].values) >= 98
    none = exact.pop("none")
    assert all(min(one.values) > max(*none.values, *one.beside.values()) for one in exact.values())
    for name in exact:
        assert (folder / "seed-0" / name / "marks.csv").is_file()
