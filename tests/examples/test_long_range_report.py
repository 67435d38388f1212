"""The report of the long-range experiment: whole, in two languages, and saying what the figures say."""

import math
import re
import shutil
import string
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import numpy as np
import pytest
from safetensors.numpy import save_file

from examples.long_range import __main__ as long_range
from examples.long_range.claims import CLAIMS, check
from examples.long_range.folder import SHIPPED, Folder, FolderError
from examples.long_range.language import check_question
from examples.long_range.measure import COPIED, DISTANCES
from examples.long_range.model import MODELS, LanguageModel
from examples.long_range.report import names, page, sections, write_report
from examples.long_range.report.blocks import both
from examples.long_range.report.figures import accuracy, canvas
from examples.long_range.report.figures.gradients import gradient_curves
from examples.long_range.report.figures.lines import spread
from examples.long_range.report.figures.words import label
from examples.long_range.report.names import model_name
from examples.long_range.report.sections import claims
from examples.long_range.report.sections.language import coloured
from examples.long_range.report.sections.lesson import Lesson
from examples.long_range.report.sections.maps import Circuit
from examples.long_range.report.text import (
    Sentences,
    Text,
    at_least,
    at_most,
    join,
    percent,
    same,
    scientific,
)
from examples.long_range.results import Results, Row
from examples.long_range.runs import Job, Outcome
from examples.long_range.training import Plan

VOID = {"meta", "input", "br", "hr", "img", "link"}
MACHINE = {"python": "3.11.7", "numpy": "2.4", "system": "Linux", "cpus": "2", "processor": "made up"}
# Accuracy by distance of a model that does as the claims say, and of others.
GOOD = dict(zip(DISTANCES, (0.992, 1.0, 0.994, 0.991, 0.993, 0.983, 0.951), strict=True))
WINDOW = dict(zip(DISTANCES, (0.998, 0.987, 0.021, 0.041, 0.052, 0.031, 0.072), strict=True))
POOR = dict(zip(DISTANCES, (0.092, 0.121, 0.081, 0.134, 0.112, 0.102, 0.083), strict=True))
CAUSES = dict(zip(accuracy.CAUSES, (0.961, 0.013, 0.962, 0.957, 0.012, 0.959, 0.948), strict=True))


def rows(name: str, seed: int, change: dict[tuple[str, str, int], float], loads: bool) -> list[Row]:
    """The figures of one run, `change` overriding some by (measure, argument, pairs)."""
    recall = {"attention": GOOD, "window": WINDOW}.get(name, POOR)
    found: dict[tuple[str, str, int], float] = {
        ("parameters", "", 0): 107_320,
        ("training-seconds", "", 0): 61.25,
        ("solved-at-step", "", 0): 870 + seed if name == "attention" else math.nan,
    }
    for d in DISTANCES:
        found["recall", str(d), 8] = recall[d] - 0.002 * seed
        for pairs in (1, 2, 4, 24) if loads else ():
            found["recall", str(d), pairs] = 0.99 if pairs == 1 or name == "attention" else 0.4 / pairs
        vanished = name in ("window", "ngram") and d > 30
        falling = name in ("elman", "lstm", "gru")
        found["gradient-untrained", str(d), 8] = 0.0 if vanished else 10.0 ** (-d / 8) if falling else 2e-3
        found["gradient-trained", str(d), 8] = 0.0 if vanished else 0.4 if falling else 2.4
    found |= {("copy", str(n), 0): 0.97 if name == "attention" else 0.05 for n in COPIED}
    if MODELS[name].body == "attention":
        found |= {(m, str(d), 8): share for m, share in CAUSES.items() for d in (16, 512)}
    return [Row(name, seed, 0.002, *key[:2], key[2], value, 96) for key, value in (found | change).items()]


def history(solves: bool) -> list[tuple[int, int, float, float, float]]:
    """A course of training: a sudden step within the first of two levels, or none."""
    first = [(s, 0, 0.9 if solves and s > 300 else 0.1, 0.5, 3.0 - s / 200) for s in range(10, 400, 10)]
    return [*first, *((s, 1, s / 800, s / 900, 0.5) for s in range(400, 800, 10))]


def folder(
    path: Path,
    runs: dict[str, int],
    form: str = "quick",
    change: dict[str, dict[tuple[str, str, int], float]] | None = None,
    weights: tuple[str, ...] = (),
) -> Folder:
    """An experiment's folder with so many seeds of each model, nothing trained."""
    made = Folder(path)
    made.begin({"what": {"form": form, "filler": "random", "steps": 800}, "machine": MACHINE})
    for name, seeds in runs.items():
        for seed in range(seeds):
            job = Job(name, replace(Plan(), seed=seed))
            own = (change or {}).get(name, {})
            made.add(Outcome(job, rows(name, seed, own, form == "full"), history(name == "attention"), 61.25))
    for name in weights:
        made.weights.mkdir(exist_ok=True)
        state = LanguageModel(MODELS[name], np.random.default_rng(0)).state_dict()
        save_file(state, made.weights / f"{name}-0.safetensors")
    return made


class Page(HTMLParser):
    """Checks nesting, and gathers what the page points to and its text by language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.text: dict[str, list[str]] = {"en": [], "ko": [], "": []}
        self.counts: dict[str, int] = {}
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.ids += [found["id"]] if found.get("id") else []
        self.targets += [v for k, v in attrs if k in ("href", "src", "xlink:href", "action", "data") and v]
        if tag not in VOID:
            inherited = self.open[-1][1] if self.open and tag != "html" else ""
            self.open.append((tag, inherited if tag == "html" else found.get("lang") or inherited))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop()[0] == tag, f"</{tag}> is crossed"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] != "style":
            self.text[self.open[-1][1]].append(data)

    def said(self, language: str) -> str:
        return re.sub(r"\s+", " ", "".join(self.text[language]))


FULL = {"attention": 5, "window": 5} | {name: 3 for name in MODELS if name not in ("attention", "window")}


@pytest.fixture(autouse=True, scope="module")
def briefly() -> Iterator[None]:
    """Measure on two texts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lesson, "COUNT", 2)
        patch.setattr(Circuit, "COUNT", 2)
        yield


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> tuple[Folder, str]:
    made = folder(
        tmp_path_factory.mktemp("quick"), {"attention": 1, "window": 1}, weights=("attention", "window")
    )
    return made, write_report(made).read_text("utf-8")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> tuple[Folder, str]:
    made = folder(tmp_path_factory.mktemp("full"), FULL, "full")
    return made, write_report(made).read_text("utf-8")


def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of words only."""
    monkeypatch.setattr(canvas, "save", lambda *_: "<svg></svg>")


def words(made: Folder) -> Page:
    return Page(write_report(made).read_text("utf-8"))


# -- the page ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["quick", "full"])
def test_page_is_whole_and_stands_alone(form: str, request: pytest.FixtureRequest) -> None:
    _, html = request.getfixturevalue(form)
    seen = Page(html)
    assert len(seen.ids) == len(set(seen.ids))
    for target in seen.targets:
        assert target.startswith(("#", "data:image/png;base64,")), target
        assert not target.startswith("#") or target[1:] in seen.ids
    text = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=\s]*", "", html)
    assert not re.search(r"https?:|//[a-z]|@import|<script|<link|url\((?!#)", text)
    assert seen.counts["section"] == len(page.SECTIONS) == 11
    assert seen.counts["svg"] == (6 if form == "quick" else 5)


@pytest.mark.parametrize("form", ["quick", "full"])
def test_both_languages_say_as_much(form: str, request: pytest.FixtureRequest) -> None:
    _, html = request.getfixturevalue(form)
    english, korean = Page(html).said("en"), Page(html).said("ko")
    assert len(re.findall(r'lang="en"', html)) == len(re.findall(r'lang="ko"', html)), (
        "switch and root pair up"
    )
    assert not re.search("[가-힣]", english)
    # The same figures: numbers with a decimal are all measured or known levels.
    assert re.findall(r"\d+\.\d+", english)
    assert sorted(re.findall(r"\d+\.\d+%", english)) == sorted(re.findall(r"\d+\.\d+%", korean))


def test_korean_has_the_words_of_the_field(quick: tuple[Folder, str]) -> None:
    korean = Page(quick[1]).said("ko")
    for term in ("쿼리", "키", "밸류", "어텐션 가중치", "장기 의존성", "기울기 소실"):
        assert term in korean


def all_sentences() -> dict[str, Sentences]:
    """What each part of the page can say."""
    modules = [import_module(f"{sections.__name__}.{m.name}") for m in iter_modules(sections.__path__)]
    said = {module.__name__.rpartition(".")[2]: module.say for module in [page, *modules]}
    return {
        **said,
        "model": names.model_name,
        "intervention": names.intervention_name,
        "label": label,
        "meaning": names.model_meaning,
    }


@pytest.mark.parametrize(("part", "say"), all_sentences().items())
def test_every_text_is_there_in_both_languages(part: str, say: Sentences) -> None:
    for key, text in say.texts.items():
        fields = [{name for _, name, _, _ in string.Formatter().parse(side) if name} for side in text]
        assert fields[0] == fields[1], (part, key)
        assert bool(text.en) == bool(text.ko), (part, key)
        if text.en != text.ko:
            assert re.search("[가-힣]", text.ko) or not re.search("[a-z]{4}", text.ko), (part, key)
        assert not re.search("[가-힣]", text.en), (part, key)
    with pytest.raises(KeyError):
        say("no.such.text")


def test_every_model_and_intervention_has_a_name() -> None:
    assert set(names.model_name.texts) == set(MODELS)
    assert set(names.intervention_name.texts) == set(accuracy.CAUSES)


def test_claims_are_worded_as_the_program_words_them(tmp_path: Path) -> None:
    for name in CLAIMS:
        assert claims.say(f"claim.{name}").en == check(name, Results(tmp_path / "none.csv")).claim


def test_same_folder_gives_the_same_bytes(quick: tuple[Folder, str]) -> None:
    made, html = quick
    pictures = {path.name: path.read_bytes() for path in (made.path / "figures").iterdir()}
    assert write_report(Folder(made.path)).read_text("utf-8") == html
    assert {path.name: path.read_bytes() for path in (made.path / "figures").iterdir()} == pictures
    assert {name.rpartition(".")[2] for name in pictures} == {"svg", "png"}


def test_unfinished_and_unwritable_folders_are_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="no experiment"):
        write_report(Folder(tmp_path / "none"))
    made = Folder(tmp_path / "begun")
    made.begin({"what": {"form": "quick"}, "machine": MACHINE})
    with pytest.raises(FolderError, match="no finished run"):
        write_report(made)
    blocked = folder(tmp_path / "blocked", {"window": 1})
    (blocked.path / "figures").write_text("in the way")
    with pytest.raises(FolderError, match="cannot be written"):
        write_report(blocked)


# -- what it says ------------------------------------------------------------------------------------


def test_figures_are_those_of_the_results(full: tuple[Folder, str]) -> None:
    made, html = full
    table = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", html, re.DOTALL)
    for name in MODELS:
        line = next(row for row in table if model_name(name).en in row)
        means = [float(np.mean(made.results.values(name, "recall", d, 8))) for d in DISTANCES]
        assert re.findall(r"<td[^>]*>([\d.]+%)", line) == [percent(mean) for mean in means]
    lowest = min(made.results.values("attention", "recall", 512, 8))
    assert f"lowest seed {percent(lowest)}" in html
    for seed in range(5):
        assert re.search(f"<td[^>]*>{870 + seed}</td>", html)


def test_every_run_and_every_failed_one_is_counted(full: tuple[Folder, str]) -> None:
    _, html = full
    runs = re.search(r'<table class="runs">.*?</table>', html, re.DOTALL)
    assert runs is not None
    assert runs[0].count("<tr>") == 1 + sum(FULL.values())
    assert f"Not solved: {sum(FULL.values()) - 5} of {sum(FULL.values())} runs" in html
    assert "LSTM (3 of 3)" in html
    assert "attention (" not in runs[0]


def test_claims_that_hold_read_as_holding(full: tuple[Folder, str]) -> None:
    made, html = full
    assert all(check(name, made.results).holds for name in CLAIMS)
    assert html.count("<strong>holds</strong>") == 8  # seven in the table, one below the interventions
    assert "Yes, at this scale." in html
    assert "NOT" not in Page(html).said("en")
    assert "not measured here" not in Page(html).said("en")


@pytest.mark.parametrize(
    ("name", "key", "value", "sentence", "head"),
    [
        ("attention", ("recall", "64", 8), 0.5, "배운다는 주장은 여기서 성립하지 않는다", "Not shown"),
        ("attention", ("recall", "512", 8), 0.5, "in 50.0% at 512 (one seed), less than", "Not shown"),
        ("window", ("recall", "128", 8), 0.9, "The control does NOT come out as claimed", "Only in part"),
        ("attention", ("source_hidden", "512", 8), 0.7, "does NOT hold as claimed", "Only in part"),
    ],
)
def test_a_changed_figure_changes_the_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    key: tuple[str, str, int],
    value: float,
    sentence: str,
    head: str,
) -> None:
    no_pictures(monkeypatch)
    runs = {"attention": 1, "window": 1}
    before = write_report(folder(tmp_path / "a", runs)).read_text("utf-8")
    after = write_report(folder(tmp_path / "b", runs, change={name: {key: value}})).read_text("utf-8")
    assert "Yes, at this scale." in before
    assert sentence not in before
    assert head in after
    assert sentence in after
    assert "Yes, at this scale." not in after
    assert "<strong>does not hold</strong>" in after
    assert "<strong>성립하지 않음</strong>" in after


def test_one_seed_is_said(quick: tuple[Folder, str], full: tuple[Folder, str]) -> None:
    assert "<strong>one seed</strong>" in quick[1]
    assert "<strong>시드 하나</strong>" in quick[1]
    assert "<strong>one seed</strong>" not in full[1]
    assert "trained with 5 seeds, of which 5" in full[1]


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_pictures(monkeypatch)
    said = words(folder(tmp_path, {"lstm": 1})).said("en")
    assert "Not settled" in said
    assert "no run of the attention model" in said
    assert "no weights of the window model" in said
    assert "no weights of the attention model" in said
    assert "no history of the attention model" in said
    assert "Not measured here: this folder" in said


def test_recurrent_nets_are_never_said_to_forget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_pictures(monkeypatch)
    runs = {"attention": 1, "window": 1, "lstm": 1, "gru": 1}
    healthy = words(folder(tmp_path / "a", runs, "full")).said("en")
    assert "with one pair, LSTM and GRU are right in 99.0% and 99.0% at distance 512" in healthy
    assert "room for many pairs, not the ability to remember far" in healthy
    ill = {"lstm": {("recall", "512", 1): 0.2}}
    said = words(folder(tmp_path / "b", runs, "full", ill)).said("en")
    assert "not healthy" in said
    assert "room for many pairs" not in said


def test_lesson_and_circuit_follow_the_weights(
    quick: tuple[Folder, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Untrained models show neither, and the page must not say that they do.
    said = Page(quick[1]).said("en")
    assert "do not show such a circuit" in said
    assert "it does not come out" in said
    no_pictures(monkeypatch)
    lie = Lesson(weight=0.0, base=1.0, hidden=0.0, cut=1.0)
    monkeypatch.setattr(Lesson, "measure", lambda _: lie)
    made = folder(tmp_path, {"attention": 1, "window": 1}, weights=("window",))
    assert "takes accuracy from 100.0% to 0.0%, while cutting the direct edge leaves 100.0%" in words(
        made
    ).said("en")


# -- parts -------------------------------------------------------------------------------------------


def drawn(axes: object) -> list[tuple[float, float, str]]:
    """Single marks in axes: x, y and the marker's face."""
    lines = axes.get_lines()  # type: ignore[attr-defined]
    return [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]), str(line.get_markerfacecolor()))
        for line in lines
        if len(line.get_xdata()) == 1 and line.get_marker() != "None"
    ]


def test_exact_zeros_and_tiny_gradients_are_drawn(tmp_path: Path) -> None:
    made = folder(
        tmp_path,
        {"attention": 1, "window": 1, "elman": 1},
        change={"elman": {("gradient-trained", "512", 8): 1e-90}},
    )
    figure = gradient_curves(made.results, ["attention", "window", "elman"])
    trained = figure.axes[1]
    labels = [label.get_text() for label in trained.get_yticklabels()]
    assert labels[-1] == "exactly 0"
    assert labels[-2].startswith("<")
    zero, tiny = trained.get_yticks()[-1], trained.get_yticks()[-2]
    marks = drawn(trained)
    assert len(marks) == 3 * len(DISTANCES), "none is dropped"
    assert [x for x, y, _ in marks if y == zero] == [32, 64, 128, 256, 512]
    assert [x for x, y, _ in marks if y == tiny] == [512]
    assert {face for _, y, face in marks if y in (zero, tiny)} == {"white"}


def test_lines_differ_without_colour() -> None:
    assert len({marker for _, marker, _ in canvas.STYLES.values()}) == len(MODELS)
    assert set(canvas.STYLES) == set(MODELS)


@pytest.mark.parametrize("wanted", [[0.1, 0.1, 0.1], [0.99, 1.0, 0.98], [0.5], [], [0.0, 0.9, 0.91, 0.2]])
def test_labels_are_moved_apart_in_order(wanted: list[float]) -> None:
    places = spread(wanted, 0.1)
    ordered = [place for _, place in sorted(zip(wanted, places, strict=True))]
    assert all(b - a > 0.0999 for a, b in zip(sorted(ordered), sorted(ordered)[1:], strict=False))
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in places)


def test_example_is_marked_without_colour() -> None:
    text = "ab =kM c =tR?k"
    html = coloured(text, check_question(text))
    assert html == "<i>ab </i><b>=k<mark>[M]</mark></b><i> c </i><b>=tR</b><u>?k</u>"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (2.1e-6, "2.1·10⁻⁶"),
        (0.031, "0.031"),
        (1e-300, "10⁻³⁰⁰"),
        (5000.0, "5.0·10³"),
        (math.inf, "∞"),
    ],
)
def test_numbers_of_any_size(value: float, text: str) -> None:
    assert scientific(value) == text


def test_no_share_is_said_to_be_exceeded_beyond_all() -> None:
    assert at_least(1.0) == Text("all", "전부")
    assert at_least(0.9996).en == "more than 99.9%"
    assert at_least(0.994) == Text("at least 99.4%", "99.4% 이상")
    assert at_most(0.0) == Text("0.0%", "0.0%")
    assert at_most(0.041).en == "at most 4.1%"


def test_pictures_speak_both_languages(full: tuple[Folder, str]) -> None:
    pictures = re.findall("<svg.*?</svg>", full[1], re.DOTALL)
    for svg in pictures:
        labels = re.findall(r'<text(?: lang="(..)")?[^>]*>([^<]*)</text>', svg)
        korean = [text for language, text in labels if language == "ko"]
        assert len(korean) == sum(language == "en" for language, _ in labels) > 0
        assert all(re.search("[가-힣]|^nat$", text) for text in korean)
        rest = [text for language, text in labels if not language]
        # What both languages share: numbers, names, and the letters of an example.
        assert not [text for text in rest if re.search("[a-z]{3}", text)]
        assert "DejaVu Sans'" not in svg, "a page is set in the fonts of its reader"
    assert any("거리 d(글자)" in svg for svg in pictures)


def test_a_narrow_page_names_the_column_of_each_figure(full: tuple[Folder, str]) -> None:
    titled = re.sub(r'<table class="facts">.*?</table>', "", full[1], flags=re.DOTALL)
    cells = re.findall(r"<td([^>]*)>", titled)
    assert cells
    assert all(re.search(r'data-en="[^"]+" data-ko="[^"]+"', cell) for cell in cells)
    assert "min-width: 30rem" not in full[1], "nothing is wider than a telephone"


def test_the_report_tells_what_each_model_is_before_its_figures(full: tuple[Folder, str]) -> None:
    said = Page(full[1]).said("en")
    for term in ("rotary positions", "attention with linear biases", "plain recurrent network without gates"):
        assert said.index(term) < said.index("Share of questions answered rightly")
    assert "curriculum, in which texts grow from 32 to 576 characters" in said


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The report that is shipped, and one written from the figures and weights that are shipped with it."""
    copied = tmp_path_factory.mktemp("shipped") / "results"
    shutil.copytree(SHIPPED, copied)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lesson, "COUNT", 32)
        patch.setattr(Circuit, "COUNT", 16)
        no_pictures(patch)
        made = write_report(Folder(copied)).read_text("utf-8")
    return (SHIPPED / "report.html").read_text("utf-8"), made.replace(copied.as_posix(), SHIPPED.as_posix())


def test_the_report_that_is_shipped_is_what_the_program_makes(shipped: tuple[str, str]) -> None:
    # But for pictures, in whose last digits versions of matplotlib differ.
    before, now = (re.sub("<svg.*?</svg>", "", html, flags=re.DOTALL) for html in shipped)
    assert before == now


def test_numbers_of_parameters_are_the_true_ones(shipped: tuple[str, str]) -> None:
    for count in ("attention 107,320", "one layer 57,336", "learned positions 144,184"):
        assert count in shipped[0]
    assert "about as many" not in shipped[0]
    assert "or more" not in Page(shipped[0]).said("en")


def test_what_is_shipped_can_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        assert long_range.main(["--demo", "--out", str(SHIPPED)]) == 0
        said = capsys.readouterr().out
        assert "stands 200 characters before the end, out of the twin's reach" in said
        right = re.search("right: ([A-Z])", said)
        assert right is not None
        assert f"attention answers {right[1]}" in said
    assert long_range.main(["--demo", "=aK uv w =bQ x ?a", "--out", str(SHIPPED)]) == 0
    assert "which the twin sees as well: ask for one more than 30 back" in capsys.readouterr().out


def test_markup_of_texts() -> None:
    assert both(Text("a `b<` **c**", "가"), "p") == (
        '<p lang="en">a <code>b&lt;</code> <strong>c</strong></p>\n<p lang="ko">가</p>'
    )
    assert both("<1") == "&lt;1"


def test_texts_are_filled_in_the_language_around() -> None:
    say = Sentences({"a": Text("{x} of {n}", "{n} 중 {x}"), "x": Text("one", "하나")})
    assert say("a", x=say("x"), n=3) == Text("one of 3", "3 중 하나")
    assert join([say("x"), same(2)]) == Text("one; 2", "하나; 2")


def test_a_run_that_was_written_twice_counts_once(tmp_path: Path) -> None:
    made = folder(tmp_path, {"attention": 1})
    once = made.history()["attention", 0]
    for moments in (history(True)[:7], history(True)):
        made.add(Outcome(Job("attention", Plan()), [], moments, 61.25))
    assert made.history()["attention", 0] == once
    assert [moment.step for moment in once] == list(range(10, 800, 10))
