"""A notebook that is executed: what Tensors, modules, summaries and drawings show in it, in a browser too."""

import os
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

import minigrad as mg
from tests.browser import wider_than_window

ROOT = Path(__file__).parents[1]
CELLS = [
    """\
import numpy as np
import minigrad as mg
import nn

x = mg.tensor([[0.5, -2.0], [np.nan, 1.0]], requires_grad=True)
(x * 3.0).sum().backward()
x""",
    "mg.tensor(np.arange(2 * 3 * 12 * 12.0).reshape(2, 3, 12, 12))",
    """\
model = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, rng=np.random.default_rng(0)), 2)
model(np.ones((1, 4, 16), np.float32)).sum().backward()
model""",
    "nn.summary(model, np.ones((1, 4, 16), np.float32))",
]

# As JupyterLab styles what a cell shows, in short.
JUPYTER = """\
.jp-RenderedHTMLCommon table { margin-left: auto; margin-right: auto; table-layout: fixed; border: none; }
.jp-RenderedHTMLCommon td, .jp-RenderedHTMLCommon th { padding: 0.5em; border: none; text-align: right; }
.jp-RenderedHTMLCommon tbody tr:nth-child(even) { background: rgb(200, 200, 200); }
.jp-RenderedHTMLCommon p { margin-bottom: 1em; }"""

pytestmark = pytest.mark.skipif(
    find_spec("nbclient") is None or find_spec("ipykernel") is None,
    reason="nbclient or ipykernel is not installed: pip install nbclient ipykernel to execute a notebook",
)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """What each cell shows: its data by MIME type."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    folder = tmp_path_factory.mktemp("notebook")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(folder)}
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}}
    )
    client.execute(env=environment)
    assert [[output.output_type for output in cell.outputs] for cell in notebook.cells] == [
        ["execute_result"]
    ] * 4
    return [cell.outputs[0]["data"] for cell in notebook.cells]


def test_each_cell_shows_html_and_text(outputs):
    for data, text in zip(outputs, ["tensor(", "tensor(", "TransformerEncoder(", "module"], strict=True):
        assert set(data) == {"text/html", "text/plain"}
        assert data["text/plain"].startswith(text)
        assert data["text/html"].startswith('<div class="minigrad">')
        assert "<script" not in data["text/html"]


@pytest.mark.parametrize("dark", [False, True])
def test_they_are_seen_and_folded_in_a_browser(outputs, browser, dark):
    page = browser.open(mg.page("", "".join(data["text/html"] for data in outputs)), dark=dark)
    tensor, facets, model, summary = page.locator(".minigrad").all()
    assert tensor.locator("td.array-positive, td.array-negative, td.array-wrong").all_text_contents()[:4] == [
        "0.5", "-2", "NaN", "1",
    ]  # fmt: skip
    gradient = tensor.locator("details td").last
    assert not gradient.is_visible()
    tensor.get_by_text("grad of norm 6").click()
    assert gradient.is_visible()
    assert gradient.inner_text() == "3"
    assert facets.locator("figcaption").all_text_contents()[1:3] == ["[0, 0, :, :]", "[0, 1, :, :]"]
    assert facets.locator("td").nth(12 * 12 + 1).get_attribute("title") == "[0, 1, 0, 1] = 145.0"
    weight = model.get_by_text("in_proj_weight").first
    assert not weight.is_visible()
    page.keyboard.press("Tab")  # from grad to the model, and on to its list of layers
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    model.get_by_text("0 TransformerEncoderLayer").click()
    model.get_by_text("self_attn").first.click()
    assert weight.is_visible()
    assert re.search(r"total\s+\d", summary.inner_text())


def test_they_keep_their_looks_among_a_notebooks_styles_in_a_narrow_window(outputs, browser):
    body = "".join(f'<div class="jp-RenderedHTMLCommon">{data["text/html"]}</div>' for data in outputs)
    page = browser.open(mg.page("", body, styles=[JUPYTER]), width=390)
    assert not wider_than_window(page)
    style = lambda selector, name: page.locator(selector).first.evaluate(f"e => getComputedStyle(e).{name}")
    assert style(".array-cells tr:nth-child(2)", "backgroundColor") == "rgba(0, 0, 0, 0)"
    assert style(".array-cells td", "padding") == "0px"
    assert style(".array-table", "marginLeft") == "0px"
    assert style(".array-notes", "marginBottom") == "0px"
    assert style(".minigrad-table td", "textAlign") == "left"
