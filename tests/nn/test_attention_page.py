"""The page of attention in a browser: what it says and draws are the numbers it was given."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import nn
from nn.pictures import compact
from tests.browser import until, wider_than_window
from tests.cases import each

WORDS = ["the", "고양이", "<script>", "שלום", "sat"]
SVG = "{http://www.w3.org/2000/svg}"
Opened = Callable[..., Any]


def weights(*shape: int, seed: int = 0) -> np.ndarray:
    found = np.random.default_rng(seed).random(shape) ** 4
    return (found / found.sum(axis=-1, keepdims=True)).astype(np.float32)


def causal(layers: int = 2, seed: int = 0) -> nn.AttentionMaps:
    """Maps of a layer as it computes them: 3 heads, 5 places."""
    rng, maps = np.random.default_rng(seed), nn.AttentionMaps()
    for i in range(layers):
        path = f"layers.{i}"
        scores = maps.scores[path] = rng.normal(size=(1, 3, 5, 5)).astype(np.float32) * 3
        mask = maps.masks[path] = np.tri(5, dtype=bool)
        parts = np.exp(scores) * mask
        maps[path] = parts / parts.sum(axis=-1, keepdims=True)
    return maps


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Opened:
    def show(maps: Any, tokens: Any = None, window: Any = None, **options: Any) -> Any:
        written = nn.show_attention(maps, tokens, tmp_path / "attention.html", **options)
        page = browser.open(written, **(window or {}))
        page.wait_for_selector("html[data-drawn=all]")
        return page

    return show


def said(page: Any) -> str:
    """What the page says of where one points, once it is drawn."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return re.sub("[\u2068\u2069]", "", page.text_content("#said"))


def hover(page: Any, canvas: str, shape: tuple[int, int], row: int, column: int) -> str:
    """Point at a cell; what the page says then."""
    page.locator(canvas).scroll_into_view_if_needed()
    box = page.locator(canvas).bounding_box()
    page.mouse.move(
        box["x"] + (column + 0.5) * box["width"] / shape[1], box["y"] + (row + 0.5) * box["height"] / shape[0]
    )
    return said(page)


def number(name: str, text: str) -> float:
    return float(re.search(rf"{name} (\S+?)(?=[,;]|$)", text)[1])


def levels(page: Any, canvas: str, ink: str) -> np.ndarray:
    """Of each cell of a canvas, 0 to 255."""
    rows, columns, found = page.locator(canvas).evaluate(
        """({ cells }, ink) => {
            const [, levels] = cells.inks.find(([name]) => name === ink);
            return [cells.rows, cells.columns, Array.from(levels)];
        }""",
        ink,
    )
    return np.array(found).reshape(rows, columns)


# -- numbers ----------------------------------------------------------------------------------------


def test_every_cell_says_its_weight_score_and_mask(opened: Opened) -> None:
    maps = causal()
    page = opened(maps, WORDS)
    for canvas in ("#map-weights", "#map-scores", "#map-mask"):
        for row, column in [(0, 0), (3, 1), (1, 4), (4, 4)]:
            text = hover(page, canvas, (5, 5), row, column)
            assert text.startswith(
                f"layers.0, head 0: “{WORDS[row]}” ({row}) → “{WORDS[column]}” ({column}): "
            )
            assert np.float32(number("weight", text)) == maps["layers.0"][0, 0, row, column]
            assert np.float32(number("score", text)) == maps.scores["layers.0"][0, 0, row, column]
            assert ("hidden by the mask" in text) == (column > row)


def test_other_layers_heads_and_numbers_of_float16(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compact, "EXACT", 0)
    maps = causal()
    page = opened(maps, WORDS)
    page.select_option("#layer", "1")
    page.select_option("#head", "2")
    assert page.text_content("#shown") == "layers.1, head 2"
    text = hover(page, "#map-weights", (5, 5), 4, 2)
    assert text.startswith("layers.1, head 2: “sat” (4) → “<script>” (2)")
    assert np.float16(number("weight", text)) == np.float16(maps["layers.1"][0, 2, 4, 2])
    assert np.float16(number("score", text)) == np.float16(maps.scores["layers.1"][0, 2, 4, 2])


def test_the_browser_reads_and_says_numbers_as_numpy_does(opened: Opened) -> None:
    page = opened(weights(2, 2))
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    texts = page.evaluate("Array.from(HALVES, (x) => Object.is(x, -0) ? '-0' : said(x, 'float16'))")
    np.testing.assert_array_equal(np.array([np.float16(text) for text in texts]), halves)
    floats = np.random.default_rng(0).integers(0, 2**32, 2000, dtype=np.uint32).view(np.float32)
    floats = floats[np.isfinite(floats)]
    texts = page.evaluate("(all) => all.map((x) => said(x, 'float32'))", floats.astype(float).tolist())
    np.testing.assert_array_equal(np.array([np.float32(text) for text in texts]), floats)


def test_scores_that_are_no_numbers_are_said(opened: Opened) -> None:
    maps = causal(1)
    maps.scores["layers.0"][0, 0, 1, :3] = -np.inf, np.nan, np.inf
    page = opened(maps, WORDS)
    for column, name in enumerate(["-Infinity", "NaN", "Infinity"]):
        assert f"score {name}" in hover(page, "#map-scores", (5, 5), 1, column)
    assert np.argwhere(levels(page, "#map-scores", "--no-number")).tolist() == [[1, 1], [1, 2]]
    caption = page.locator("figure:has(#map-scores) figcaption").text_content()
    assert caption.endswith(", grey −∞, purple NaN or ∞")


@each("dark", [False, True])
def test_no_number_is_of_another_colour_than_the_largest(opened: Opened, dark: bool) -> None:
    given = weights(3, 3)
    page = opened(given, "abc", beside={"g": [1.0, np.nan, -1.0]}, window={"dark": dark})
    names = ["--positive", "--negative", "--no-number", "--hidden"]
    colours = np.array(page.evaluate("names => names.map(rgb)", names))
    for i, colour in enumerate(colours):
        assert all(np.abs(colour - other).sum() > 80 for other in colours[i + 1 :])
    assert (
        page.locator("figure:has(#beside-0) figcaption").nth(-1).text_content().endswith("1, purple NaN or ∞")
    )


# -- tokens -----------------------------------------------------------------------------------------


def test_a_token_tells_what_it_attends_to_by_pointer_and_by_keys(opened: Opened) -> None:
    maps = causal()
    page = opened(maps, WORDS)
    tokens = page.locator(".strip button")
    assert tokens.all_text_contents() == WORDS
    tokens.nth(2).hover()
    row = maps["layers.0"][0, 0, 2]
    best = int(row.argmax())
    assert said(page).startswith(
        f"layers.0, head 0: “<script>” (2) attends to “{WORDS[best]}” ({best}) {float(f'{row[best]:.3g}')}"
    )
    page.keyboard.press("Escape")
    tokens.nth(2).focus()
    page.keyboard.press("ArrowRight")
    assert "“שלום” (3) attends to" in said(page)
    page.keyboard.press("Home")
    assert "“the” (0) attends to “the” (0) 1" in said(page)
    page.keyboard.press("End")
    assert "“sat” (4) attends to" in said(page)


def test_tokens_are_tinted_by_their_weight(opened: Opened) -> None:
    maps = causal()
    page = opened(maps, WORDS, black=0.8)
    page.locator(".strip button").nth(3).hover()
    said(page)
    tints = page.evaluate(
        "[...document.querySelectorAll('.strip button')].map((t) => t.style.getPropertyValue('--part'))"
    )
    parts = [float(tint.rstrip("%")) / 100 for tint in tints]
    np.testing.assert_allclose(parts, np.minimum(1, maps["layers.0"][0, 0, 3] / 0.8), rtol=1e-6)
    assert page.locator(".strip .unseen").all_text_contents() == WORDS[4:]  # hidden by the mask


def test_a_click_holds_a_token_and_escape_lets_go(opened: Opened) -> None:
    page = opened(causal(), WORDS)
    tokens = page.locator(".strip button")
    tokens.nth(1).click()
    tokens.nth(3).hover()
    assert "“고양이” (1) attends" in said(page)
    assert tokens.nth(1).get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    tokens.nth(3).hover(position={"x": 2, "y": 2})
    tokens.nth(4).hover()
    assert "“sat” (4) attends" in said(page)


def test_queries_and_keys_of_different_texts(opened: Opened) -> None:
    given = weights(2, 3, 4)
    page = opened(given, ["je", "suis", "là"], keys=["I", "am", "there", "."])
    strips = page.locator(".strip")
    assert strips.count() == 2
    strips.nth(0).locator("button").nth(1).hover()
    assert "“suis” (1) attends to" in said(page)
    strips.nth(1).locator("button").nth(2).hover()
    text = said(page)
    assert "“suis” (1) → “there” (2)" in text
    assert np.float32(number("weight", text)) == given[0, 1, 2]


# -- heads, snapshots, images, measures --------------------------------------------------------------


def test_every_head_of_a_token_and_a_choice_among_them(opened: Opened) -> None:
    maps = causal()
    page = opened(maps, WORDS, black=1.0)
    page.locator(".strip button").nth(4).hover()
    said(page)
    rows = np.concatenate([maps[path][0, :, 4] for path in maps])
    np.testing.assert_array_equal(levels(page, "#map-every", "--ink"), np.rint(255 * rows))
    text = hover(page, "#map-every", (6, 5), 4, 3)
    assert text.startswith("layers.1, head 1: “sat” (4) → “שלום” (3)")
    assert np.float32(number("weight", text)) == maps["layers.1"][0, 1, 4, 3]
    page.keyboard.press("Tab")
    page.locator("#map-every").focus()
    page.keyboard.press("Enter")
    until(page, "document.getElementById('shown').textContent === 'layers.1, head 1'")
    np.testing.assert_array_equal(
        levels(page, "#map-weights", "--ink"), np.rint(255 * maps["layers.1"][0, 1])
    )


def test_the_grid_has_every_head(opened: Opened) -> None:
    maps = causal()
    page = opened(maps, WORDS, black=1.0)
    thumbs = page.locator("#heads .thumb")
    assert thumbs.count() == 6
    for i, head in enumerate(np.concatenate([maps[path][0] for path in maps])):
        np.testing.assert_array_equal(
            levels(page, f"#heads .thumb >> nth={i} >> canvas", "--ink"), np.rint(255 * head)
        )
    thumbs.nth(0).focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    until(page, "document.getElementById('shown').textContent === 'layers.1, head 1'")
    assert page.locator("#heads .thumb[aria-pressed=true]").get_attribute("aria-label") == "layers.1, head 1"


def test_snapshots_are_chosen_from_the_film_and_by_the_slider(opened: Opened) -> None:
    films = {f"step {100 * i}": causal(seed=i) for i in range(3)}
    page = opened(films, WORDS, black=1.0)
    assert page.text_content("#shown") == "layers.0, head 0, snapshot step 200"
    assert page.locator("#film .thumb").all_text_contents() == list(films)
    for i, maps in enumerate(films.values()):
        found = levels(page, f"#film .thumb >> nth={i} >> canvas", "--ink")
        np.testing.assert_array_equal(found, np.rint(255 * maps["layers.0"][0, 0]))
    page.locator("#film .thumb").nth(0).click()
    until(page, "document.getElementById('shown').textContent.endsWith('step 0')")
    text = hover(page, "#map-weights", (5, 5), 3, 2)
    assert np.float32(number("weight", text)) == films["step 0"]["layers.0"][0, 0, 3, 2]
    page.locator("#snapshot").focus()
    page.keyboard.press("ArrowRight")
    until(page, "document.getElementById('shown').textContent.endsWith('step 100')")
    text = hover(page, "#map-weights", (5, 5), 3, 2)
    assert np.float32(number("weight", text)) == films["step 100"]["layers.0"][0, 0, 3, 2]


def test_over_an_image_each_query_has_its_patches(opened: Opened) -> None:
    given = weights(2, 3, 1 + 8)
    page = opened(given, ["빨간", "square", "."], keys=np.arange(32.0).reshape(4, 8), black=1.0)
    page.locator(".strip button").nth(1).hover()
    said(page)
    expected = np.rint(255 * given[:, 1, 1:]).reshape(2, 2, 4)
    np.testing.assert_array_equal(levels(page, "#map-image", "--over"), expected[0])
    for head in range(2):
        found = levels(page, f"#heads .thumb >> nth={head} >> canvas.over", "--over")
        np.testing.assert_array_equal(found, expected[head])
    caption = page.locator("figure:has(#map-image) figcaption").text_content()
    assert np.float32(caption.split()[-1]) == given[0, 1, 0]
    text = hover(page, "#map-image", (2, 4), 1, 2)
    assert "“square” (1) → “1,2” (7)" in text
    assert np.float32(number("weight", text)) == given[0, 1, 7]


def test_patches_that_attend_to_patches(opened: Opened) -> None:
    given = weights(1, 9, 9)
    page = opened(given, keys=np.arange(36.0).reshape(6, 6), patches=(3, 3))
    text = hover(page, "#map-image", (3, 3), 1, 2)
    best = int(given[0, 5].argmax())
    assert f"“1,2” (5) attends to “{best // 3},{best % 3}” ({best})" in text


def test_measures_stand_under_the_weights(opened: Opened) -> None:
    measures = {"gradient × input": np.array([-2.0, 0.5, 1.0, 0.0, 0.1]), "uniform": 0.25}
    page = opened(causal(), WORDS, beside=measures)
    assert "gradient × input -2" in hover(page, "#map-weights", (5, 5), 4, 0)
    assert "gradient × input 0.1" in hover(page, "#beside-0", (1, 5), 0, 4)
    np.testing.assert_array_equal(levels(page, "#beside-0", "--positive"), [[0, 64, 128, 0, 13]])
    np.testing.assert_array_equal(levels(page, "#beside-0", "--negative"), [[255, 0, 0, 0, 0]])
    assert page.text_content(".whole") == "uniform: 0.25"
    heads = np.array([[0.5], [0.25], [0.125]])
    page = opened(
        causal(), WORDS, beside={"layers.1": {"uniform": heads, "both": np.arange(15).reshape(3, 5)}}
    )
    assert page.locator(".heads > b").all_text_contents() == ["layers.0", "layers.1: uniform"]
    names = page.locator("#heads .thumb span").all_text_contents()
    assert names == ["0", "1", "2", "0: 0.5", "1: 0.25", "2: 0.125"]
    page.locator("#heads .thumb").nth(5).click()
    until(page, "document.querySelector('.whole')?.textContent === 'uniform: 0.125'")
    assert "both 13" in hover(page, "#map-weights", (5, 5), 4, 3)
    assert page.text_content("#caption").startswith(
        "The weights say how each head mixes the values. They are not"
    )


# -- the picture, and how it is seen -----------------------------------------------------------------


def saved(page: Any, path: Path) -> ElementTree.Element:
    with page.expect_download() as download:
        page.click("#save")
    download.value.save_as(path)
    return ElementTree.parse(path).getroot()


def cells_of(drawn: ElementTree.Element, shape: tuple[int, int], colour: str) -> np.ndarray:
    """The cells that the paths of this colour fill, 0 to 1."""
    found = np.zeros(shape)
    for path in drawn.iter(f"{SVG}path"):
        if path.get("stroke") != colour:
            continue
        for column, row, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", path.get("d")):
            found[int(row), int(column) : int(column) + int(length)] = float(path.get("stroke-opacity"))
    return found


def test_what_is_on_the_screen_is_saved_as_vectors(opened: Opened, tmp_path: Path) -> None:
    maps = causal()
    page = opened(maps, WORDS, title="“Maps” <b>\0", black=1.0)
    root = saved(page, tmp_path / "attention.svg")
    drawn = [part for part in root.iter(f"{SVG}svg") if part.get("preserveAspectRatio") == "none"]
    assert len(drawn) == 3 + 1 + 6  # weights, scores, mask; every head of a token; all heads
    ink = "rgb({}, {}, {})".format(*page.evaluate("rgb('--ink')")).replace(" ", "")
    np.testing.assert_allclose(cells_of(drawn[0], (5, 5), ink), maps["layers.0"][0, 0], atol=0.6 / 255)
    np.testing.assert_array_equal(cells_of(drawn[2], (5, 5), ink), np.tri(5))
    np.testing.assert_allclose(cells_of(drawn[-1], (5, 5), ink), maps["layers.1"][0, 2], atol=0.6 / 255)
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert all(texts.count(word) >= 7 for word in WORDS)  # in the strip, and on both sides of three maps
    assert not list(root.iter(f"{SVG}script")) + list(root.iter(f"{SVG}image"))
    assert not [text for text in texts if text in ("layer", "Save")]  # no controls
    assert page.locator("#controls").is_visible()


@pytest.mark.parametrize("window", [{"width": 390}, {"width": 390, "dark": True}, {"dark": True}], ids=str)
def test_on_a_narrow_window_and_by_night(window: dict[str, Any], opened: Opened) -> None:
    maps = causal()
    page = opened(maps, WORDS, window)
    assert not wider_than_window(page)
    text = hover(page, "#map-weights", (5, 5), 3, 1)
    assert np.float32(number("weight", text)) == maps["layers.0"][0, 0, 3, 1]
    ink = page.evaluate("rgb('--ink')")
    assert (min(ink) > 128) == bool(window.get("dark"))


def test_a_window_that_changes_is_drawn_anew(opened: Opened) -> None:
    maps = causal()
    page = opened(maps, WORDS, {"width": 1280})
    page.select_option("#head", "1")
    page.set_viewport_size({"width": 390, "height": 700})
    page.emulate_media(color_scheme="dark")
    until(page, "rgb('--ink')[0] > 128 && document.getElementById('maps').clientWidth < 390")
    assert not wider_than_window(page)
    text = hover(page, "#map-weights", (5, 5), 4, 0)
    assert np.float32(number("weight", text)) == maps["layers.0"][0, 1, 4, 0]
    light = page.evaluate(
        "document.getElementById('map-mask').getContext('2d').getImageData(0, 4, 1, 1).data[0]"
    )
    assert light > 128  # ink by night


def test_hundreds_of_tokens_open_at_once(opened: Opened) -> None:
    given = weights(1, 4, 512, 512)
    page = opened(given, [f"t{i}" for i in range(512)])
    text = hover(page, "#map-weights", (512, 512), 300, 20)
    row, column = map(int, re.findall(r"\((\d+)\)", text))
    assert (abs(row - 300), abs(column - 20)) <= (1, 1)
    assert np.float16(number("weight", text)) == np.float16(given[0, 0, row, column])
    page.locator(".strip button").nth(500).hover()
    assert "“t500” (500) attends to" in said(page)
    # 0.5 seconds on two quiet cores; here others may be at work.
    assert page.evaluate("performance.getEntriesByName('drawn')[0].startTime") < 5000
