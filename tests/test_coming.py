"""Each pair of the pages for people from elsewhere gives the same result, there and here."""

import re
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PAGES = Path(__file__).parents[1] / "docs" / "coming"
BLOCK = r"^```python\n# {}\n(.*?)^```$"
PAIR = re.compile(rf"^## (.*?)$.*?{BLOCK.format('there')}.*?{BLOCK.format('here')}", re.S | re.M)
PAIRS = [
    pytest.param(there, here, id=f"{page.stem}: {title}")
    for page in sorted(PAGES.glob("*.md"))
    for title, there, here in PAIR.findall(page.read_text("utf-8"))
]


def result_of(block: str) -> Any:
    names: dict[str, Any] = {}
    exec(block, names)
    result = names["result"]
    return np.asarray(result.detach().numpy() if hasattr(result, "detach") else result, np.float64)


@pytest.mark.parametrize(("there", "here"), PAIRS)
def test_a_pair_gives_the_same_result(there: str, here: str) -> None:
    for package in ("torch", "autograd", "micrograd"):
        if re.search(rf"^(import|from) {package}\b", there, re.M) and find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what other libraries say of themselves
        theirs = result_of(there)
    ours = result_of(here)
    assert theirs.shape == ours.shape
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)


def test_every_heading_of_a_page_is_a_pair() -> None:
    for page in PAGES.glob("*.md"):
        text = page.read_text("utf-8")
        assert len(PAIR.findall(text)) == len(re.findall(r"^## ", text, re.M)), page.name
    assert len(PAIRS) > 15
