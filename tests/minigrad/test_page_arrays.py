"""Arrays in pages and in notebooks: every value reads back, from the markup, and in the browser."""

import json
import re

import numpy as np
import pytest

import minigrad as mg
import nn
from minigrad.pages import array_markup
from minigrad.pages.page import own
from tests.browser import wider_than_window
from tests.minigrad.test_pages import HOSTILE


def read_back(data: dict) -> np.ndarray:
    values = [float(value) if isinstance(value, str) else value for value in data["values"]]
    return np.array(values, data["dtype"]).reshape([len(kept) for kept in data["kept"]])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8, np.int64, np.bool_])
@pytest.mark.parametrize("shape", [(), (1,), (0,), (3, 0, 2), (5,), (3, 4), (2, 3, 4), (2, 1, 3, 2)])
def test_an_array_reads_back_exactly(dtype, shape, rng):
    array = (rng.normal(size=shape) * 100).astype(dtype)
    data = json.loads(json.dumps(mg.array_data(array), allow_nan=False))
    assert data["shape"] == list(shape)
    assert read_back(data).tobytes() == array.tobytes()
    assert data["omitted"] == data["note"] == ""


def test_what_is_not_finite_is_written_out_and_counted():
    array = np.float32([[np.nan, np.inf], [-np.inf, 0.1]])
    data = mg.array_data(mg.tensor(array, requires_grad=True))
    assert data["values"] == ["nan", "inf", "-inf", 0.1]
    assert (data["low"], data["high"], data["note"]) == (0.1, 0.1, "1 NaN, 2 infinite of 4")
    assert mg.array_data(np.array([np.nan]))["low"] is None


@pytest.mark.parametrize(
    ("array", "form", "said"),
    [
        (np.array([1.5, -2.25]), "2 float64", "from -2.25 to 1.5"),
        (np.float32([[3], [3]]), "2 × 1 float32", "all 3"),
        (np.array([True, False]), "2 bool", ""),
        (np.array([True, True]), "2 bool", "all True"),
        (np.array(7), "int64", ""),
        (np.array([np.nan, np.nan]), "2 float64", ""),
    ],
)
def test_form_and_range_in_words(array, form, said):
    data = mg.array_data(array)
    assert (data["form"], data["range"]) == (form, said)
    assert mg.array_data(np.zeros((2, 3)), axes=["row", "열"])["form"] == "row 2 × 열 3 float64"


def test_masked_cells_have_no_value():
    array = np.arange(6.0).reshape(2, 3)
    data = mg.array_data(array, masked=[True, False, False])
    assert data["values"] == [None, 1.0, 2.0, None, 4.0, 5.0]
    assert (data["low"], data["note"]) == (1.0, "2 masked of 6")
    assert mg.array_data(np.ma.masked_array(array, array > 4))["values"][-2:] == [4.0, None]
    assert mg.array_data(np.ma.masked_array(1.0, True))["values"] == [None]


def test_integers_that_javascript_cannot_count_are_texts():
    assert mg.array_data(np.array([2**53, 2**53 + 1, -(2**63)]))["values"] == [
        2**53,
        str(2**53 + 1),
        str(-(2**63)),
    ]


@pytest.mark.parametrize(
    ("shape", "budget"),
    [((100,), 7), ((10, 3), 12), ((8, 9, 10), 100), ((5, 5), 1), ((10**6, 2), 64), ((1000, 2, 2), 4096)],
)
def test_of_too_many_values_the_ends_are_kept(shape, budget):
    array = np.arange(np.prod(shape)).reshape(shape)
    data = mg.array_data(array, budget=budget)
    assert 0 < len(data["values"]) <= budget
    assert (read_back(data) == array[np.ix_(*data["kept"])]).all()
    assert (
        data["omitted"]
        == f"{len(data['values']):,} of {array.size:,} values are shown: the beginning and the end"
    )
    assert (data["low"], data["high"]) == (0, array.size - 1)
    assert all(kept[0] == 0 for kept in data["kept"])


@pytest.mark.parametrize(
    ("given", "options", "error", "message"),
    [
        (np.ones(2, complex), {}, TypeError, "array_data shows real numbers, and got complex128"),
        (["a"], {}, TypeError, "array_data shows real numbers, and got <U1"),
        (
            np.ones((2, 3)),
            {"axes": ["row"]},
            ValueError,
            r"1 names for the 2 axes of \(2, 3\): give one each",
        ),
        (np.ones(3), {"masked": [True, False]}, ValueError, r"broadcast to \(3,\), .* of shape \(2,\)"),
        (np.ones(3), {"masked": [1, 0, 0]}, ValueError, "takes booleans .* got int64"),
        (np.ones(3), {"budget": 0}, ValueError, "counts the values to keep, from 1 up, and got 0"),
    ],
)
def test_what_cannot_be_shown(given, options, error, message):
    with pytest.raises(error, match=message):
        mg.array_data(given, **options)


# -- without a script -------------------------------------------------------------------------------


def test_colours_are_the_same_with_and_without_a_script():
    styles, script = own("arrays.css"), own("arrays.js")
    for sign in ("positive", "negative", "wrong"):
        [colour] = re.findall(rf"--array-{sign}: ([\d ]+);", styles)
        assert f'ARRAY_{sign.upper()} = "{colour}"' in script
    assert f"ARRAY_TABLE_CELLS = {array_markup.WRITTEN};" in script


def test_a_tensor_in_a_notebook_is_html_and_text():
    x = mg.tensor([[0.5, np.nan], [-2.0, 1.0]], requires_grad=True)
    x.name = "<b>x"
    with mg.scope("layer"):
        y = mg.tanh(x * 1.0)
    y.backward(np.ones((2, 2)))
    shown = x._repr_mimebundle_()
    assert shown["text/plain"] == repr(x)
    assert "<bdi>&lt;b&gt;x</bdi>" in shown["text/html"]
    assert re.findall(r'<td class="array-\w+".*?>(.*?)</td>', shown["text/html"]) != []
    assert "op tanh in layer" in y._repr_mimebundle_()["text/html"]
    assert "requires no gradient" in mg.tensor(1)._repr_mimebundle_()["text/html"]
    assert "no grad yet" in nn.Parameter(np.ones(2))._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    "shape", [(), (0,), (3,), (2, 3), (20, 10), (2, 0, 3), (2, 3, 4), (2, 2, 9, 9), (500, 3)]
)
@pytest.mark.parametrize("dtype", [np.float32, np.int64, bool])
def test_a_tensors_values_are_read_back_from_its_html(shape, dtype, rng):
    array = (rng.normal(size=shape) * 9).astype(dtype)
    shown = mg.tensor(array)._repr_mimebundle_()["text/html"]
    cells = re.findall(r'<td title="(?:\[(.*?)\] = )?(.*?)"', shown)
    assert len(cells) == min(array.size, 128 * 3)
    for index, value in cells:
        read = {"True": True, "False": False}.get(value, value)
        assert array[tuple(map(int, index.split(", "))) if index else ()] == np.array(read, dtype)


def test_a_heat_map_says_what_it_is():
    shown = mg.tensor(np.arange(400.0).reshape(2, 10, 20))._repr_mimebundle_()["text/html"]
    label = 'role="img" aria-label="heat map, [1, :, :], 2 × 10 × 20 float64, from 0 to 399"'
    assert label in shown


def test_a_gradient_beyond_all_norms():
    x = mg.tensor(np.ones(2), requires_grad=True)
    (x * 1e200).sum().backward()
    assert "of norm inf" in x._repr_mimebundle_()["text/html"]


def test_a_large_tensor_is_shown_within_a_budget():
    shown = mg.tensor(np.random.default_rng(0).normal(size=(2, 300, 400)))._repr_mimebundle_()["text/html"]
    assert len(shown) < 120_000


# -- in the browser ---------------------------------------------------------------------------------

SHOW = """
const list = document.querySelector("main");
for (const data of JSON.parse(document.getElementById("data").textContent)) list.append(arrayView(data));
"""


def shown(*arrays: dict) -> str:
    return mg.page("Arrays", "<main></main>", scripts=[SHOW], data=arrays, arrays=True)


def test_a_small_array_is_a_table(browser):
    array = np.array([[0.5, np.nan, -2.0], [1e-8, np.inf, 123456.7]])
    page = browser.open(shown(mg.array_data(array, masked=array == 0.5, axes=["row", HOSTILE])))
    cells = page.locator("tbody td")
    assert cells.all_text_contents() == ["–", "NaN", "-2", "1e-8", "inf", "123500"]
    assert cells.nth(5).get_attribute("title") == "[1, 2] = 123456.7"
    assert page.locator("tbody td.array-wrong").count() == 2
    assert page.locator("tbody td.array-masked").count() == 1
    assert "한국어" in page.locator("figcaption").inner_text()
    assert (
        page.locator(".array-notes").inner_text() == "from -2 to 1.235e+05 · 1 NaN, 1 infinite, 1 masked of 6"
    )


@pytest.mark.parametrize("array", [np.float32(2.5), np.zeros((0, 3)), np.arange(3), np.array([True, False])])
def test_arrays_without_much_to_show(array, browser):
    page = browser.open(shown(mg.array_data(array)))
    expected = {"float32": ["2.5"], "int64": ["0", "1", "2"], "float64": [], "bool": ["true", "false"]}
    assert page.locator("tbody td").all_text_contents() == expected[str(array.dtype)]


def test_a_heat_map_is_read_by_pointer_and_by_keys(browser, rng):
    array = rng.normal(size=(12, 20)).astype(np.float32)
    array[3, 4] = np.nan
    page = browser.open(shown(mg.array_data(array)))
    reading, canvas = page.locator("output"), page.locator("canvas")
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 4.5 / 20, box["y"] + box["height"] * 3.5 / 12)
    assert reading.inner_text() == "[3, 4] = nan"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    place, value = reading.inner_text().split(" = ")
    assert place == "[4, 5]"
    assert np.float32(value) == array[4, 5]
    for _ in range(30):
        page.keyboard.press("ArrowLeft")
    assert reading.inner_text().startswith("[4, 0] = ")


@pytest.mark.parametrize("dark", [False, True])
def test_facets_of_a_higher_rank_fit_a_narrow_window(browser, dark, rng):
    page = browser.open(
        shown(mg.array_data(rng.normal(size=(2, 3, 9, 9)), axes=["batch", "head", "to", "from"]),
              mg.array_data(rng.normal(size=(2, 40, 400)))),
        width=390, dark=dark,
    )  # fmt: skip
    captions = page.locator(".array-facet figcaption").all_text_contents()
    assert captions[:6] == [f"batch {b}, head {h}" for b in range(2) for h in range(3)]
    assert captions[6:] == ["[0, :, :]", "[1, :, :]"]
    assert not wider_than_window(page)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(13, 17, 23)" if dark else "rgb(255, 255, 255)")


def test_the_browser_rounds_as_python_does(browser, rng):
    opened = browser.open(mg.page("", "", arrays=True))
    numbers = [0.015625, -0.015625, 0.046875, 0.00390625, 1.0625, 100.25, 1e-300, 12345.5, 0.1, 99995.5]
    numbers += [*rng.normal(size=50), *np.exp(30 * rng.normal(size=50)), *np.arange(1, 400) / 1024]
    shown = opened.evaluate("numbers => numbers.map(arrayShort)", numbers)
    assert [float(said) for said in shown] == [
        float(f"{x:.4g}") if x != int(x) or x >= 1e6 else x for x in numbers
    ]
