"""Pages opened from disk in headless Chromium, as a person would, for the fixture `browser`."""

from pathlib import Path
from typing import Any

_LOCAL = ("file:", "data:", "blob:")


class Browser:
    """Opens pages, and remembers what they complain of and what they ask the network for."""

    def __init__(self, chromium: Any, folder: Path) -> None:
        self.complaints: list[str] = []
        self._chromium = chromium
        self._folder = folder
        self._contexts: list[Any] = []

    def open(self, page: str | Path, *, width: int = 1280, height: int = 800, dark: bool = False) -> Any:
        """A Playwright page that shows a file, or HTML text, in a window of that size."""
        if isinstance(page, str):
            path = self._folder / f"page{len(self._contexts)}.html"
            path.write_text(page, "utf-8")
        else:
            path = page.resolve()
        context = self._chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            offline=True,
        )
        self._contexts.append(context)
        opened = context.new_page()
        opened.set_default_timeout(10_000)
        opened.on("console", self._console)
        opened.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        opened.on("request", self._request)
        opened.goto(path.as_uri())
        return opened

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith(_LOCAL):
            self.complaints.append(f"asks the network for {request.url}")


def wider_than_window(page: Any) -> bool:
    """Whether one has to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def until(page: Any, expression: str) -> None:
    """Wait for it to be true.  Playwright's own way needs eval, which the page forbids."""
    for _ in range(250):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"never: {expression}")
