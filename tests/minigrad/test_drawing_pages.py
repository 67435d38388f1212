"""A drawing as a page: moved and enlarged by mouse and keys, by day and night, and in words."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from tests.browser import until, wider_than_window
from tests.cases import each
from tests.minigrad.test_drawing import leaf


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    layer = nn.TransformerEncoderLayer(8, 2, 16, norm_first=True, dropout=0.0, rng=np.random.default_rng(0))
    with mg.record():
        loss = nn.TransformerEncoder(layer, 6)(np.ones((2, 3, 8), np.float32)).sum()
        loss.backward()
    path = tmp_path_factory.mktemp("drawing") / "graph.html"
    mg.draw(loss, values=True, gradients=True, fold="repeats").save(path)
    return path


def shown(page: Any) -> list[float]:
    return [float(number) for number in page.locator(".view svg").get_attribute("viewBox").split()]


def test_the_same_graph_is_the_same_page() -> None:
    y = mg.exp(leaf(1.0, "x"))
    assert mg.draw(y).page() == mg.draw(y).page()
    assert "<title>Computation graph</title>" in mg.draw(y).page()
    assert "<title>a &lt;b&gt;</title>" in mg.draw(y, title="a <b>").page()


def test_what_a_name_says_stays_text() -> None:
    name = "</script><script>alert(1)</script>\0 한국어"
    document = mg.draw(mg.exp(leaf(1.0, name))).page()
    assert "<script>alert" not in document
    assert "한국어" in document
    assert "\0" not in document


def test_a_box_tells_what_it_reads_and_what_reads_it() -> None:
    x = leaf(1.0, "x")
    y = mg.exp(x)
    document = mg.draw(y / x).page()
    item = re.search(r'<li id="n1".*?</li>', document, re.DOTALL)[0]
    assert '<p class="joined">reads <a href="#n0">x</a></p>' in item
    assert '<p class="joined">read by <a href="#n2">divide</a> as a</p>' in item
    assert "exp: eˣ" in item


def test_words_say_which_block_is_read_and_which_one_reads() -> None:
    y = leaf(1.0, "x")
    for _ in range(6):
        y = mg.sin(y)
    entries = mg.draw(y, fold="repeats").words.entries.values()
    [(reads, read_by)] = [(each.reads, each.read_by) for each in entries if each.lines[0].text == "sin #1"]
    assert [end.said for end in reads] == ["to the first", "of the block before"]
    assert [end.said for end in read_by] == ["of the block after"]


def test_keys_move_and_enlarge_the_picture(browser: Any, page: Path) -> None:
    opened = browser.open(page)
    opened.keyboard.press("Tab")
    for _ in range(4):  # past the buttons
        opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "view"
    _, y, width, height = shown(opened)
    opened.keyboard.press("ArrowDown")
    assert shown(opened)[1] > y
    opened.keyboard.press("Home")
    assert shown(opened)[1] == 0
    opened.keyboard.press("+")
    assert shown(opened)[2] == pytest.approx(width / 1.25)
    opened.keyboard.press("0")
    assert shown(opened)[3] > height
    opened.keyboard.press("1")
    assert shown(opened)[2] == pytest.approx(opened.locator(".view").evaluate("v => v.clientWidth") * 0.75)


def test_the_mouse_moves_and_enlarges_it(browser: Any, page: Path) -> None:
    opened = browser.open(page)
    opened.get_by_role("button", name="1 : 1").click()
    _, y, width, _ = shown(opened)
    opened.mouse.move(400, 500)
    opened.mouse.down()
    opened.mouse.move(400, 300, steps=4)
    opened.mouse.up()
    assert shown(opened)[1] == pytest.approx(y + 150, abs=4)
    assert opened.evaluate("location.hash") == ""
    opened.mouse.wheel(0, 90)
    until(opened, f"document.querySelector('.view svg').viewBox.baseVal.y > {y + 200}")
    opened.get_by_role("button", name="larger").click()
    assert shown(opened)[2] == pytest.approx(width / 1.25)


def test_numbers_of_a_table_are_not_broken(browser: Any, page: Path) -> None:
    opened = browser.open(page)
    heights = opened.locator(".words tbody tr").evaluate_all("rows => rows.map(r => r.offsetHeight)")
    assert len(heights) == 6
    assert len(set(heights)) == 1
    assert heights[0] < 30


def test_a_box_and_its_words_choose_each_other(browser: Any, page: Path) -> None:
    opened = browser.open(page)
    opened.locator(".node", has_text="self_attention").click()
    chosen = opened.locator("li:target")
    assert chosen.locator("h3").inner_text() == "self_attention"
    chosen.get_by_role("link", name="linear").first.click()
    assert opened.locator("li:target h3").inner_text() == "linear"
    assert opened.locator(".node.chosen").count() == 1
    box, view = (opened.locator(which).bounding_box() for which in (".node.chosen", ".view"))
    assert view["y"] <= box["y"] <= view["y"] + view["height"]


def test_pointing_at_a_box_tells_its_formula_and_the_numbers_of_each_block(browser: Any, page: Path) -> None:
    opened = browser.open(page)
    told = opened.locator(".node", has_text="relu").locator("> title").text_content()
    assert told.startswith("relu: max(x, 0)")
    assert "value of 5: mean" in told


@each("width", [390, 1280])
@each("dark", [False, True])
def test_it_fits_its_window_and_the_night(browser: Any, page: Path, width: int, dark: bool) -> None:
    opened = browser.open(page, width=width, dark=dark)
    assert not wider_than_window(opened)
    fill = (
        opened.locator(".node", has_text="relu")
        .locator("path")
        .first.evaluate("p => getComputedStyle(p).fill")
    )
    assert (fill == "rgb(255, 255, 255)") != dark
    words = opened.get_by_role("heading", name="In words")
    assert words.is_visible() or width == 390
