"""The page of `mg.explore` in a browser: its numbers are the engine's, and a person can use it."""

import math

import numpy as np
import pytest

import minigrad as mg
import nn
from tests.browser import wider_than_window
from tests.minigrad.test_explore import by_symbol, leaf, textbook, told

HOSTILE = "</script><b>\"'&\0\u202e한국어"


def opened(browser, tmp_path, loss, **window):
    return browser.open(mg.explore(loss, tmp_path / "walk.html"), **window)


def block(rng):
    layer = nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, dropout=0.0, norm_first=True, rng=rng)
    x = rng.normal(size=(2, 3, 8)).astype(np.float32)
    with mg.record():
        loss = (layer(x) ** 2).mean()
        loss.backward()
    return layer, loss


def numbers(page, place):
    """The single numbers that stand in the equations of a place."""
    found = page.locator(f"{place} mn[data-value]").all()
    return [float(number.get_attribute("data-value").replace("inf", "Infinity")) for number in found]


def go(page, step):
    page.evaluate("""step => {
        const slider = document.getElementById("slider");
        slider.value = step;
        slider.dispatchEvent(new Event("input"));
    }""", step)  # fmt: skip


def test_the_numbers_of_every_step_are_the_engines(browser, tmp_path):
    a, b, c, y = textbook()
    page = opened(browser, tmp_path, y)
    seen = []
    for _ in range(12):
        seen.append(numbers(page, "#panel h2"))
        page.keyboard.press("ArrowRight")
    assert seen[:6] == [[2], [-3], [2, -3, -6], [5.5], [-6, 5.5, -0.5], [-0.5, math.tanh(-0.5)]]
    slope = float(1 - np.tanh(-0.5) ** 2)
    assert seen[6:9] == [[1], [slope], [slope]]
    assert seen[9:] == [[a.grad.item()], [b.grad.item()], [c.grad.item()]]
    go(page, 8)  # v₁ = a · b on the way back
    assert numbers(page, "[data-share='2 0'] .equation") == [slope, -3, a.grad.item()]
    assert numbers(page, "[data-share='2 1'] .equation") == [slope, 2, b.grad.item()]
    assert page.locator("[data-share='2 0'] .formula").inner_text() == "∂a: g·b"


def test_shares_add_up_in_the_equation(browser, tmp_path):
    x = leaf(0.5)
    with mg.record():
        y = x * x + np.sin(x)
        y.backward()
    page = opened(browser, tmp_path, y)
    page.keyboard.press("End")
    *shares, total = numbers(page, "#panel h2")
    assert shares == [math.cos(0.5), 0.5, 0.5]
    assert total == shares[0] + shares[1] + shares[2] == x.grad.item()


def test_arrays_stand_in_tables_that_read_back(browser, tmp_path, rng):
    w, b = leaf(rng.normal(size=(3, 2))), leaf(rng.normal(size=2))
    x = rng.normal(size=(4, 3))
    with mg.record():
        loss = np.tanh(x @ w + b).sum()
        loss.backward()
    page = opened(browser, tmp_path, loss)

    def table(place):
        cells = page.locator(f"{place} .array-table tbody td").all()
        return np.array([float(cell.get_attribute("title").partition("=")[2]) for cell in cells])

    symbols = list(by_symbol(told(loss)))
    steps = told(loss)["steps"]
    for t, name in ((w, "w"), (b, "b")):
        go(page, steps.index([symbols.index(name), 1]))
        assert (table("#panel") == t.grad.numpy().ravel()).all()
    go(page, steps.index([symbols.index("v₂"), 1]))
    to_b = f"[data-share='{symbols.index('v₂')} 1']"
    summed = page.locator(f"{to_b} .shown").last
    assert "summed over axis 0, along which it was broadcast" in summed.inner_text()
    assert (table(f"{to_b} .shown:last-child") == b.grad.numpy()).all()


def test_a_block_of_modules_folds_and_keeps_its_numbers(browser, tmp_path, rng):
    layer, loss = block(rng)
    page = opened(browser, tmp_path, loss)
    data, boxes = told(loss), page.locator("#picture .box")
    assert boxes.count() == len(data["vertices"])
    page.locator("#picture .handle", has_text="norm1: LayerNorm").click()
    assert boxes.count() == len(data["vertices"]) - 2  # two weights and an op, now one box
    page.locator("#picture .box.module").click()
    assert boxes.count() == len(data["vertices"])
    page.get_by_role("button", name="fold", exact=True).click()
    assert page.locator("#picture .box.module").count() == 1
    page.keyboard.press("End")
    page.keyboard.press("f")  # unfolds what the step is in
    assert boxes.count() > 2
    page.get_by_role("button", name="unfold", exact=True).click()
    assert boxes.count() == len(data["vertices"])
    button = page.get_by_role("button", name="linear1: Linear")
    number = next(i for i, vertex in enumerate(data["vertices"]) if vertex["symbol"] == "linear1.bias")
    go(page, data["steps"].index([number, 1]))
    assert button.get_attribute("aria-expanded") == "true"
    cells = page.locator("#panel .array-table tbody td").all()
    found = [float(cell.get_attribute("title").partition("=")[2]) for cell in cells]
    assert np.float32(found).tolist() == layer.linear1.bias.grad.numpy().tolist()


def test_by_keys_buttons_slider_trace_and_boxes(browser, tmp_path):
    page = opened(browser, tmp_path, textbook()[-1])
    count, spoken = page.locator("#count"), page.locator("#spoken")
    assert count.inner_text() == "1 / 12 forward"
    for key, at in (("Space", 2), ("ArrowDown", 3), ("ArrowLeft", 2), ("End", 12), ("Home", 1), ("b", 7)):
        page.keyboard.press(key)
        assert count.inner_text().startswith(f"{at} / 12"), key
    assert spoken.inner_text() == (
        "Step 7 of 12, backward: the gradient at y is 1. It passes on 0.7864 to v₂."
    )
    assert spoken.get_attribute("aria-live") == "polite"
    for name, at in (("first", 1), ("next", 2), ("last", 12), ("previous", 11), ("backward", 7)):
        page.get_by_role("button", name=name, exact=True).click()
        assert count.inner_text().startswith(f"{at} / 12"), name
    page.get_by_role("button", name="last", exact=True).focus()
    page.keyboard.press("Space")  # on a button it is that button's
    assert count.inner_text() == "12 / 12 backward"
    page.locator("#slider").focus()
    page.keyboard.press("ArrowLeft")
    assert count.inner_text() == "11 / 12 backward"
    page.locator("#forward button").nth(2).click()
    assert count.inner_text() == "3 / 12 forward"
    page.keyboard.press("b")
    page.locator("#panel .link").click()  # to what y gives its gradient to
    assert count.inner_text() == "8 / 12 backward"
    page.keyboard.press("Home")
    page.locator("#picture .box", has_text="v₂ = v₁ + c").click()
    assert count.inner_text() == "5 / 12 forward"
    assert "v₂ = v₁ + c" in page.locator("#picture .box.here").text_content()


def test_gradients_appear_where_the_walk_has_been(browser, tmp_path):
    page = opened(browser, tmp_path, textbook()[-1])
    complete = lambda: page.locator("#picture .box.complete").evaluate_all(
        "boxes => boxes.map((box) => box.textContent.split(' ')[0])"
    )
    page.keyboard.press("b")
    assert len(complete()) == 2  # y, and what it has passed on
    page.keyboard.press("End")
    assert len(complete()) == 6
    page.keyboard.press("Home")
    assert complete() == []
    assert page.locator("#picture .box.future").count() == 5


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_telephone(browser, tmp_path, rng, dark):
    page = opened(browser, tmp_path, block(rng)[1], width=390, height=844, dark=dark)
    for key in ("b", "ArrowRight", "ArrowRight", "End"):
        page.keyboard.press(key)
        assert not wider_than_window(page)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") != dark


def test_names_stay_text(browser, tmp_path):
    x = leaf(0.5)
    with mg.record(), mg.scope(HOSTILE):
        mg.name(**{HOSTILE: x})
        y = np.sin(x)
        mg.name(**{HOSTILE + "y": y})
        y.backward()
    page = opened(browser, tmp_path, y)
    page.keyboard.press("End")
    assert page.locator("b").count() == 0
    assert "</script><b>" in page.locator("#picture").text_content()
    assert "</script><b>" in page.locator("#panel").text_content()
    shown = page.locator("body").inner_text() + page.locator("#picture").text_content()
    assert "\ufffd\ufffd한국어" in shown
    assert "\u202e" not in shown
    assert "\0" not in shown
    assert "한국어" in page.locator("#panel").text_content()


def test_boxes_stand_apart_and_inside_their_frames(browser, tmp_path, rng):
    page = opened(browser, tmp_path, block(rng)[1])
    rectangles = """(selector) => [...document.querySelectorAll(selector)].map((element) => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        return [left, top, right, bottom];
    })"""
    boxes = page.evaluate(rectangles, "#picture .box > rect")
    frames = page.evaluate(rectangles, "#picture .frames > rect")
    meet = lambda p, q: p[0] < q[2] and q[0] < p[2] and p[1] < q[3] and q[1] < p[3]
    within = lambda p, q: q[0] <= p[0] and q[1] <= p[1] and p[2] <= q[2] and p[3] <= q[3]
    assert not any(meet(p, q) for i, p in enumerate(boxes) for q in boxes[:i])
    assert all(within(box, frame) or not meet(box, frame) for box in boxes for frame in frames)
    nested = [
        within(p, q) or within(q, p) or not meet(p, q) for i, p in enumerate(frames) for q in frames[:i]
    ]
    assert all(nested)


def test_two_thousand_nodes_open_and_draw_no_more_than_they_need(browser, tmp_path):
    """What opening costs is counted in elements, which are the same on every machine: a few for each op."""
    h = leaf(0.9)
    t = h
    with mg.record():
        for _ in range(1000):
            t = mg.tanh(t * h)
        t.backward()
    path = mg.explore(t, tmp_path / "walk.html")
    assert path.stat().st_size < 1_000_000
    page = browser.open(path)
    assert page.locator("#count").inner_text() == "1 / 4002 forward"
    assert 2_000 < page.locator("*").count() < 20_000


def test_what_is_not_finite_is_red(browser, tmp_path):
    x = leaf(-1.0)
    with mg.record(), np.errstate(all="ignore"):
        y = np.log(x) * 2.0
        y.backward()
    page = opened(browser, tmp_path, y)
    page.keyboard.press("b")
    colours = """names => names.map((name) => getComputedStyle(document.querySelector(name)).fill)"""
    wrong, value = page.evaluate(colours, ["#picture .value.wrong", "#picture .leaf .value"])
    assert (wrong, value) == ("rgb(207, 34, 46)", "rgb(5, 80, 174)")
    assert page.locator("#picture .value.wrong").all_text_contents() == ["NaN", "NaN"]
    assert page.locator("#forward .wrong").all_text_contents() == ["NaN", "NaN"]


def test_all_steps_of_a_large_graph_are_listed_when_asked_for(browser, tmp_path):
    h = leaf(0.9)
    t = h
    with mg.record():
        for _ in range(200):
            t = mg.tanh(t * h)
        t.backward()
    page = opened(browser, tmp_path, t)
    assert page.locator("#forward li").count() == 0
    page.locator("#trace summary").click()
    page.locator("#forward li").first.wait_for()
    assert page.locator("#forward li").count() == page.locator("#backward li").count() == 401
    page.locator("#backward button").nth(1).click()
    assert page.locator("[aria-current=step]").count() == 1
    assert numbers(page, "[aria-current=step]") == numbers(page, "#panel h2")


def test_the_picture_is_dragged_and_zoomed(browser, tmp_path):
    page = opened(browser, tmp_path, textbook()[-1])
    box = page.locator("#picture .box", has_text="v₂ = v₁ + c")
    start = box.bounding_box()
    page.mouse.move(start["x"] + 20, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] - 10, steps=4)
    page.mouse.up()
    moved = box.bounding_box()
    assert (round(moved["x"] - start["x"]), round(moved["y"] - start["y"])) == (40, -30)
    assert page.locator("#count").inner_text() == "1 / 12 forward"  # a drag is no click
    page.keyboard.press("+")
    assert box.bounding_box()["width"] == pytest.approx(moved["width"] * 1.25, rel=0.05)
    page.mouse.wheel(0, 400)
    assert box.bounding_box()["width"] < moved["width"]
    page.keyboard.press("0")
    picture, whole = page.locator("#picture").bounding_box(), box.bounding_box()
    assert picture["x"] < whole["x"]
    assert whole["y"] + whole["height"] < picture["y"] + picture["height"]
