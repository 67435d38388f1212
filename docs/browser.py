"""Headless Chromium, for pictures of pages and for the tests of them."""

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
_NAMES = ("chromium", "chromium-browser", "google-chrome")

CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)


def lacking() -> str:
    """Why no page can be opened here: a sentence, or "" where one can."""
    if importlib.util.find_spec("playwright") is None:
        return "Playwright is not installed: pip install playwright to open pages in a browser"
    if CHROMIUM is None:
        return "Chromium is not installed: apt-get install chromium to open pages in a browser"
    return ""


@contextmanager
def chromium() -> Iterator[Any]:
    """Playwright's browser.  Its event loop is that of this thread until the block ends."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()
