"""Pages: what is written into them stays what it was, and what they complain of is heard."""

import html
import json
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from minigrad.pages.markup import text

ROOT = Path(mg.__file__).parents[1]
HOSTILE = "</script><script>alert(1)</script><!-- \"' & \0 \u2028 \u202e 한국어 \ud800"


def data_in(document: str) -> object:
    [written] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', document, re.DOTALL)
    return json.loads(written)


def test_a_page_is_the_same_text_each_time_and_holds_what_it_is_given():
    make = lambda: mg.page(
        "A & B", "<p>body</p>", styles=["p {}"], scripts=["f();"], data={"x": [1]}, lang="ko"
    )
    document = make()
    assert document == make()
    assert "<title>A &amp; B</title>" in document
    assert '<html lang="ko">' in document
    assert document.index("<p>body</p>") < document.index('id="data"') < document.index("<script>\nf();")
    assert data_in(document) == {"x": [1]}
    assert "arrayView" not in document
    assert "function arrayView" in mg.page("", "", arrays=True)


def test_hostile_text_stays_text():
    document = mg.page(HOSTILE, "", data={HOSTILE: HOSTILE})
    document.encode("utf-8")
    assert data_in(document) == {HOSTILE: HOSTILE}
    assert document.count("</script>") == 1
    assert "<script>" not in document
    assert "\0" not in document


def test_text_for_markup():
    assert text("<a href=\"x\">'&'</a>") == "&lt;a href=&quot;x&quot;&gt;&#x27;&amp;&#x27;&lt;/a&gt;"
    assert text("a\0\x1b\ud800\r\x85b") == "a\ufffd\ufffd\ufffd\ufffd\ufffdb"
    for whole in ("한국어\u3000가\xa0나\n\t", "שלום مرحبا", "👩‍🚀"):
        assert html.unescape(text(whole)) == whole


def test_what_would_turn_other_characters_around_is_replaced():
    assert text("a\u202egnp.b\u2067c") == "a\ufffdgnp.b\ufffdc"


@pytest.mark.parametrize("data", [np.nan, {"x": [np.inf]}, np.ones(2), {1, 2}])
def test_data_that_json_has_no_word_for(data):
    with pytest.raises(
        ValueError, match=r"the data of a page is what JSON can say .*as mg\.array_data\(array\)"
    ):
        mg.page("", "", data=data)


@pytest.mark.parametrize(
    ("kind", "given"), [("style", {"styles": ["</STYLE>"]}), ("script", {"scripts": ["'</script>'"]})]
)
def test_a_script_that_holds_its_own_end(kind, given):
    with pytest.raises(ValueError, match=f"a {kind} of a page holds </{kind}, which would end it there"):
        mg.page("", "", **given)


def test_the_files_of_pages_are_installed():
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"][
        "package-data"
    ]
    for package in ("minigrad", "nn"):
        here = ROOT / package
        packed = {path for pattern in patterns[package] for path in here.glob(pattern)}
        assert packed >= {path for suffix in ("js", "css", "html") for path in here.rglob(f"*.{suffix}")}
    assert (ROOT / "minigrad" / "pages" / "page.css").exists()


def test_what_a_page_complains_of_fails_the_test(browser):
    page = browser.open(
        mg.page("", '<img src="https://example.org/x.png" alt="">', scripts=["throw Error('no')"])
    )
    page.wait_for_timeout(50)
    assert any("no" in complaint for complaint in browser.complaints)
    assert any("Content Security Policy" in complaint for complaint in browser.complaints)
    browser.complaints.clear()


def test_markup_escapes_what_is_text():
    inner = mg.markup("b", "<i>&", None, title='"')
    assert inner == '<b title="&quot;">&lt;i&gt;&amp;</b>'
    assert mg.markup("p", inner, "<", class_="x", data_y="1", open=True, hidden=False, lang=None) == (
        f'<p class="x" data-y="1" open>{inner}&lt;</p>'
    )


def test_a_fragment_has_its_styles_and_no_script():
    shown = mg.fragment(mg.markup("p", "x"), styles=["p {}"])
    assert shown.startswith('<div class="minigrad">')
    assert shown.endswith("<p>x</p>\n</div>")
    assert "p {}" in shown
    assert "<script" not in shown
