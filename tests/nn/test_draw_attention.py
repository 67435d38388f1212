"""Pictures of attention: what they show, what they say of it, and which characters they can draw."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from tests.cases import each

pytest.importorskip("matplotlib")

from nn.pictures import figures
from nn.pictures.attention import CAPTION


def weights(*shape: int) -> np.ndarray:
    found = np.random.default_rng(0).random(shape) ** 4
    return found / found.sum(axis=-1, keepdims=True)


def maps_of(picture: Any) -> list[np.ndarray]:
    """What the panels of maps show."""
    return [np.asarray(axes.images[0].get_array()) for axes in picture.figure.axes]


def labels_of(picture: Any) -> tuple[list[str], list[str]]:
    axes = picture.figure.axes[0]
    return tuple([t.get_text() for t in side.get_ticklabels()] for side in (axes.yaxis, axes.xaxis))


def said_by(picture: Any) -> str:
    return " ".join(picture.figure.get_supxlabel().split())


def titles_of(picture: Any) -> list[str]:
    return [axes.get_title() for axes in picture.figure.axes]


@each("lead", [(), (1,), (3,), (2, 1), (2, 3)], ids=str)
def test_a_map_for_each_head(lead: tuple[int, ...]) -> None:
    given = weights(*lead, 2, 5)
    shown = maps_of(nn.draw_attention(mg.tensor(given) if lead else given))
    heads = given[0] if len(lead) == 2 else given
    np.testing.assert_array_equal(shown, heads.reshape(-1, 2, 5))


def test_another_of_the_batch() -> None:
    given = weights(2, 1, 3, 3)
    np.testing.assert_array_equal(maps_of(nn.draw_attention(given, index=1)), given[1])


def test_white_is_0_and_black_is_1_whatever_the_weights_are() -> None:
    image = nn.draw_attention(weights(3, 3) * 0.1).figure.axes[0].images[0]
    assert (image.cmap.name, image.norm.vmin, image.norm.vmax) == ("Greys", 0, 1)
    darker = nn.draw_attention(weights(3, 3) * 0.1, black=0.1)
    assert darker.figure.axes[0].images[0].norm.vmax == 0.1
    assert "white 0 to black 0.1" in said_by(darker)


def test_recorded_layers_are_named_over_their_heads() -> None:
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 8), 2).eval()
    with nn.record_attention(model) as maps:
        model(mg.tensor(np.random.default_rng(0).normal(size=(1, 4, 8)).astype(np.float32)))
    picture = nn.draw_attention(maps, "text")
    assert titles_of(picture) == [f"layers.{i}.self_attn, head {h}" for i in range(2) for h in range(2)]
    np.testing.assert_array_equal(maps_of(picture), np.concatenate([maps[path][0] for path in maps]))
    assert picture.figure.axes[2].get_subplotspec().rowspan.start == 1  # each layer begins a row


def test_layers_of_one_head_stand_side_by_side() -> None:
    picture = nn.draw_attention({"before": weights(3, 3), "after": weights(3, 3)})
    places = [axes.get_subplotspec() for axes in picture.figure.axes]
    assert [(p.rowspan.start, p.colspan.start) for p in places] == [(0, 0), (0, 1)]


def test_no_caption_says_that_weights_are_what_the_output_depends_on() -> None:
    assert CAPTION in said_by(nn.draw_attention(weights(3, 3)))
    assert said_by(nn.draw_attention(weights(3, 3), caption="mine")).endswith("black 1: mine")


def test_labels_of_queries_are_those_of_keys_where_there_are_as_many() -> None:
    assert labels_of(nn.draw_attention(weights(2, 2), "ab")) == (["a", "b"], ["a", "b"])
    assert labels_of(nn.draw_attention(weights(2, 3), "ab")) == (["a", "b"], ["0", "1", "2"])
    assert labels_of(nn.draw_attention(weights(2, 2), "ab", ["x", "y"])) == (["a", "b"], ["x", "y"])


@each(
    "label, shown",
    [
        (" ", "␣"),
        ("a b\n", "a␣b↵"),
        ("\t", "⇥"),
        ("", "∅"),
        ("$x^2$", "$x^2$"),
        ("\\", "\\"),
        ("\x00", "\\x00"),
        ("\ud800", "\\ud800"),
        ("\u202e", "\\u202e"),
        ("\u1100\u1161", "가"),  # two signs that are one syllable
        ("세상을", "세상을"),
        ("a" * 20, "a" * 15 + "…"),
        (7, "7"),
    ],
    ids=repr,
)
def test_signs_stand_for_what_cannot_be_seen(label: Any, shown: str) -> None:
    picture = nn.draw_attention(weights(1, 1), [label])
    assert labels_of(picture)[0] == [shown]
    assert picture._repr_png_().startswith(b"\x89PNG")


def test_dollars_are_drawn_and_not_read_as_formulas() -> None:
    for text in nn.draw_attention(weights(1, 1), ["$\\frac$"], title="$\\nosuch$").figure.findobj(
        lambda t: "$" in getattr(t, "get_text", str)()
    ):
        assert not text.get_parse_math()


# -- long inputs ------------------------------------------------------------------------------


def test_of_long_inputs_the_first_places_are_drawn_and_the_rest_is_told() -> None:
    given = np.zeros((1, 100, 200))
    given[..., 10], given[..., 150] = 0.25, 0.75
    picture = nn.draw_attention(given)
    assert maps_of(picture)[0].shape == (64, 64)
    told = "queries 0 to 63 of 100; keys 0 to 63 of 200; these keys hold 25% of the weight"
    assert told in said_by(picture)
    assert "drawn" not in said_by(nn.draw_attention(weights(64, 64)))


@each(
    "window, queries, keys",
    [
        ((10, 14), slice(10, 14), slice(10, 14)),
        (((0, 3), (150, 160)), slice(0, 3), slice(150, 160)),
        ((90, 300), slice(90, 100), slice(90, 200)),
    ],
    ids=str,
)
def test_only_the_part_that_is_asked_for_is_drawn(window: Any, queries: slice, keys: slice) -> None:
    given = weights(100, 200)
    picture = nn.draw_attention(given, None, [f"k{i}" for i in range(200)], window=window)
    np.testing.assert_array_equal(maps_of(picture)[0], given[queries, keys])
    rows, columns = labels_of(picture)
    assert rows == [str(i) for i in range(queries.start, queries.stop)]
    assert columns == [f"k{i}" for i in range(keys.start, keys.stop)]


# -- frames and images ------------------------------------------------------------------------


def frames_of(axes: Any) -> list[tuple[float, float]]:
    """The middles of the frames, (row, column)."""
    return [(float(np.ptp(y) / 2 + min(y)), float(np.ptp(x) / 2 + min(x)))
            for x, y in (line.get_data() for line in axes.lines)]  # fmt: skip


def test_marked_cells_are_framed() -> None:
    marks = np.zeros((4, 6), bool)
    marks[1, 2] = marks[3, 5] = True
    picture = nn.draw_attention(weights(2, 4, 6), marks=marks)
    for axes in picture.figure.axes:
        np.testing.assert_allclose(frames_of(axes), [(1, 2), (3, 5)], atol=1e-12)
    assert "framed" in said_by(picture)
    moved = nn.draw_attention(weights(2, 4, 6), marks=marks, window=((3, 4), (4, 6)))
    np.testing.assert_allclose(frames_of(moved.figure.axes[0]), [(0, 1)], atol=1e-12)


def test_measures_of_the_keys_stand_under_each_map() -> None:
    measures = {"gradient × input": np.array([-2.0, 1.0, 0.5]), "left out": np.array([0.0, 0.0, 0.0])}
    picture = nn.draw_attention(weights(2, 4, 3), beside=measures, window=((0, 4), (1, 3)))
    for axes in picture.figure.axes:
        for image, top, (_, measure) in zip(axes.images[1:], (5, 6), measures.items(), strict=True):
            np.testing.assert_array_equal(image.get_array(), measure[None, 1:])
            assert image.get_extent() == [-0.5, 1.5, top + 0.5, top - 0.5]
            assert image.norm.vmin == -image.norm.vmax == -(abs(measure[1:]).max() or 1)
        assert axes.get_ylim() == (6.5, -0.5)
    assert labels_of(picture)[0] == ["0", "1", "2", "3", "gradient × input ≤ 1", "left out ≤ 0"]
    assert "below the map: red positive" in said_by(picture)


@each("extra", [0, 1])
@each("colours", [(), (3,)], ids=["grey", "colours"])
def test_over_an_image_each_query_has_its_patches(colours: tuple[int, ...], extra: int) -> None:
    given = weights(2, 3, 8 + extra)
    marks = np.zeros((3, 8 + extra), bool)
    marks[1, extra + 5] = True  # the patch of row 1, column 1
    image = np.random.default_rng(0).random((8, 16, *colours))
    picture = nn.draw_attention(given, ["a", "3", "7"], image, marks=marks)
    assert len(picture.figure.axes) == 2 * 3
    for axes, weight in zip(picture.figure.axes, given.reshape(6, -1), strict=True):
        under, over = axes.images
        assert np.asarray(under.get_array()).shape == image.shape
        np.testing.assert_allclose(over.get_array()[..., 3], weight[extra:].reshape(2, 4) * 0.8)
        assert over.get_extent() == list(under.get_extent())
    np.testing.assert_allclose(frames_of(picture.figure.axes[1]), [(5.5, 5.5)])
    title = f"head 0\na\nbefore the image {given[0, 0, 0]:.2f}" if extra else "head 0\na"
    assert titles_of(picture)[0] == title
    assert "clear 0 to red 1" in said_by(picture)


def test_patches_that_are_not_square_are_told() -> None:
    picture = nn.draw_attention(weights(1, 6), None, np.zeros((8, 8)), patches=(3, 2))
    assert picture.figure.axes[0].images[1].get_array().shape == (3, 2, 4)


# -- fonts ------------------------------------------------------------------------------------


def test_a_font_with_the_characters_is_found() -> None:
    texts, fonts = figures.drawn_by(["ab", "é"])
    assert (texts, fonts) == (["ab", "é"], ["DejaVu Sans"])
    texts, fonts = figures._more_fonts(frozenset("가세상을"))[::-1]
    if texts:
        pytest.skip("no installed font has Hangul")
    picture = nn.draw_attention(weights(2, 2), ["가", "세상을"])
    assert picture.figure.axes[0].get_yticklabels()[0].get_fontfamily() == ["DejaVu Sans", *fonts]


def test_what_no_font_has_is_a_box_and_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "_more_fonts", lambda needed: ([], needed))
    sentence = re.escape(
        "no installed font has '가', drawn as □: install one that has, for Korean for example NanumGothic or "
        "Noto Sans CJK"
    )
    with pytest.warns(UserWarning, match=sentence) as caught:
        picture = nn.draw_attention(weights(2, 2), ["가", "b가"])
    assert caught[0].filename == __file__
    assert labels_of(picture)[0] == ["□", "b□"]


# -- files ------------------------------------------------------------------------------------


@each("name, first", [("a.svg", b"<?xml"), ("a.PNG", b"\x89PNG")])
def test_it_is_saved_by_its_suffix_and_the_same_twice(name: str, first: bytes, tmp_path: Path) -> None:
    twice = []
    for _ in range(2):
        nn.draw_attention(weights(2, 2), "ab").save(tmp_path / name)
        twice.append((tmp_path / name).read_bytes())
    assert twice[0] == twice[1]
    assert twice[0].startswith(first)


def test_jupyter_shows_it() -> None:
    picture = nn.draw_attention(weights(2, 2))
    assert "<svg" in picture._repr_svg_()
    assert picture._repr_png_().startswith(b"\x89PNG")
    assert "Jupyter shows it" in repr(picture)


def test_nothing_global_changes() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    nn.draw_attention(weights(2, 2))._repr_svg_()
    assert dict(mpl.rcParams) == before


ERRORS: list[tuple[Callable[[], Any], str]] = [
    (
        lambda: nn.draw_attention(weights(3)),
        "draw_attention takes weights (T, S), (H, T, S) or (B, H, T, S), and got (3,)",
    ),
    (
        lambda: nn.draw_attention(np.array([[-1.5, 2.0]])),
        "draw_attention takes weights, from 0 to 1, and got -1.5 to 2: give maps[path], not "
        "maps.scores[path]",
    ),
    (
        lambda: nn.draw_attention(np.array([[np.nan]])),
        "draw_attention takes weights, from 0 to 1, and got nan to nan: give maps[path], not "
        "maps.scores[path]",
    ),
    (
        lambda: nn.draw_attention({}),
        "draw_attention got no maps: call the model inside of nn.record_attention(model)",
    ),
    (
        lambda: nn.draw_attention({"a": weights(2, 2), "b": weights(2, 3)}),
        "draw_attention got maps of (2, 2) and (2, 3): draw those of one shape together",
    ),
    (
        lambda: nn.draw_attention(weights(2, 2), "abc"),
        "draw_attention got 3 labels of queries for 2 queries",
    ),
    (
        lambda: nn.draw_attention(weights(2, 2), marks=np.eye(3)),
        "draw_attention got marks (3, 3) for maps of (2, 2)",
    ),
    (
        lambda: nn.draw_attention(weights(2, 2), beside={"left out": np.ones(3)}),
        "draw_attention got (3,) of 'left out' beside maps of 2 keys",
    ),
    (
        lambda: nn.draw_attention(weights(2, 4), None, np.zeros((8, 8)), beside={"left out": np.ones(4)}),
        "draw_attention draws measures beside maps, not images: leave out keys=image",
    ),
    (
        lambda: nn.draw_attention(weights(2, 2), window=(5, 7)),
        "draw_attention got the window (5, 7), in which none of 2 queries stands",
    ),
    (
        lambda: nn.draw_attention(weights(2, 7), None, np.zeros((8, 8))),
        "draw_attention got 7 keys and an image (8, 8), and patches=None: write patches=(rows, columns) with "
        "no more patches than keys",
    ),
    (
        lambda: nn.draw_attention(weights(2, 2)).save("map.pdf"),
        "a picture is saved in the format that the path's suffix names, .svg or .png, and got 'map.pdf'",
    ),
]


@each("call, message", ERRORS, ids=[message[:40] for _, message in ERRORS])
def test_errors(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    sentence = "pictures are drawn by matplotlib, which is not installed: write pip install matplotlib"
    with pytest.raises(ImportError, match=sentence):
        nn.draw_attention(weights(2, 2))
