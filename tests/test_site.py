"""The documentation builds strictly in both languages, with every cell run, and fetches nothing."""

import re
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from docs import browser
from tests.browser import Browser, wider_than_window
from tests.cases import each

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(
    find_spec("myst_nb") is None, reason="the site is built by Sphinx and myst-nb: pip install -e '.[docs]'"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from docs.site import main

    out = tmp_path_factory.mktemp("site")
    assert main(["--out", str(out)]) == 0
    return out


def every_page_is_there_in_both_languages(site: Path) -> None:
    pages = [path.relative_to(ROOT / "docs") for path in (ROOT / "docs").rglob("*.md")]
    of_site = [
        page for page in pages if page.parts[0] not in ("_build", "scaling.md", "speed.md", "systems.md")
    ]
    assert len(of_site) > 4
    for language in ("en", "ko"):
        for page in of_site:
            assert (site / language / page.with_suffix(".html")).is_file()


def korean_pages_are_korean(site: Path) -> None:
    text = (site / "ko" / "path" / "chain.html").read_text("utf-8")
    assert "<h1>" in text
    assert "연쇄 법칙" in text
    assert "The chain rule" not in text


def nothing_is_fetched_from_elsewhere(site: Path) -> None:
    """No script, style, font or picture comes from another host; links that a reader follows may."""
    fetching = re.compile(
        r'<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)="(?:https?:)?//|url\(["\']?(?:https?:)?//|@import\s'
    )
    for path in site.rglob("*"):
        if path.suffix in (".html", ".css"):
            found = fetching.search(path.read_text("utf-8"))
            assert found is None, f"{path.relative_to(site)}: {found and found[0]}"


def a_cell_that_fails_fails_the_build(site: Path) -> None:
    """As the site is built: errors are not shown on the page as if they were meant."""
    from docs import conf

    assert conf.nb_execution_raise_on_error
    assert "traceback" not in "".join(path.read_text("utf-8") for path in site.rglob("path/*.html")).lower()


def every_public_name_has_its_entry_once(site: Path) -> None:
    listed = "from docs.extensions import reference; print(*(e.name for e in reference.entries()))"
    ran = subprocess.run([sys.executable, "-c", listed], cwd=ROOT, capture_output=True, text=True, check=True)
    shown = [
        name
        for page in sorted((site / "en" / "reference").glob("*.html"))
        for name in re.findall(
            r'<h2><code class="docutils literal notranslate"><span class="pre">([\w.]+)</span>',
            page.read_text("utf-8"),
        )
    ]
    assert sorted(shown) == sorted(ran.stdout.split())
    assert len(shown) > 600


def it_opens_in_a_browser_from_disk(site: Path) -> None:
    """At the width of a phone and of a desk, in light and dark, asking no network; and the search finds."""
    if reason := browser.lacking():
        pytest.skip(reason)
    with browser.chromium() as chromium:
        opened = Browser(chromium, site)
        for language, page, width in (
            ("en", "path/block", 390),
            ("ko", "path/heads", 390),
            ("en", "index", 1280),
        ):
            shown = opened.open(site / language / f"{page}.html", width=width, dark=width == 390)
            assert not wider_than_window(shown), f"{language}/{page} is wider than {width} pixels"
        shown.get_by_role("textbox", name="Search").first.fill("softmax")
        shown.keyboard.press("Enter")
        shown.locator("ul.search li a").first.wait_for()
        opened.close()
        assert opened.complaints == []


def no_page_shows_a_path_of_the_machine(site: Path) -> None:
    """As warnings of a cell do."""
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(rf"site-packages|{re.escape(str(ROOT))}|/tmp/", text), path.relative_to(site)


HELD = (
    every_page_is_there_in_both_languages,
    korean_pages_are_korean,
    nothing_is_fetched_from_elsewhere,
    a_cell_that_fails_fails_the_build,
    every_public_name_has_its_entry_once,
    no_page_shows_a_path_of_the_machine,
    it_opens_in_a_browser_from_disk,
)


@each("holds", HELD, ids=lambda holds: holds.__name__)
def test_the_site(site: Path, holds: Callable[[Path], None]) -> None:
    """One test, since the site is built for it: workers side by side would each build their own."""
    holds(site)


def test_a_paragraph_without_its_translation_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from docs import translations

    assert list(translations.missing()) == []
    monkeypatch.setattr(translations, "LOCALE", tmp_path)
    assert any(line.startswith("path/chain: A net learns by one question") for line in translations.missing())
