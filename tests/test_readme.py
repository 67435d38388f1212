"""What the README shows can be run as it stands."""

import re
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
import nn

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_there_are_blocks():
    assert len(BLOCKS) >= 5


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0][:40])
def test_python_of_the_readme_runs(block, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    layer = nn.TransformerEncoderLayer(64, 4, norm_first=True)
    names = {
        "np": np,
        "mg": mg,
        "nn": nn,
        "primitive": mg.primitive,
        "torch_layer": layer,
        "__name__": "readme",
    }
    exec(compile(block, "README.md", "exec"), names)


def test_the_test_command_is_the_one_that_ci_looks_for():
    assert re.search(r"^    python3 -m venv .*pytest.*$", README, re.MULTILINE)


def test_the_page_on_speed_shows_the_table_of_the_last_run():
    root = Path(__file__).parents[1]
    page, table = (
        (root / path).read_text("utf-8") for path in ("docs/speed.md", "benchmarks/results/table.md")
    )
    assert table.strip() in page


@pytest.mark.parametrize("page", ["README.md", "docs/speed.md"])
def test_links_lead_to_files(page):
    path = Path(__file__).parents[1] / page
    links = re.findall(r"\]\((?!http)([^)#]+)\)", path.read_text("utf-8"))
    assert links
    missing = [link for link in links if not (path.parent / link).exists()]
    assert missing == []
