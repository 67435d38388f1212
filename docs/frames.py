"""A picture of a page in the browser, which holds as text what could be read there."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docs.browser import chromium, lacking

_HEAD = 8 + 25  # bytes of a PNG's signature and first chunk
_KEYWORD = b"Description\0\0\0\0\0"  # uncompressed, of no language (PNG 1.2, section 4.2.3.3)


def frame(page: Path, show: Callable[[Any], None], size: tuple[int, int], words: str) -> bytes:
    """A PNG of the window in which `page` is open, once `show` has done there what a person would.

    It holds as text what the elements say that the selector `words` finds.  Raises RuntimeError where there
    is no browser.
    """
    if reason := lacking():
        raise RuntimeError(reason)
    with chromium() as browser:
        width, height = size
        opened = browser.new_page(viewport={"width": width, "height": height})
        opened.goto(page.resolve().as_uri())
        show(opened)
        picture = opened.screenshot()
        return with_words(picture, "\n".join(opened.locator(words).all_inner_texts()))


def with_words(png: bytes, words: str) -> bytes:
    """The same picture with a chunk of text."""
    body = b"iTXt" + _KEYWORD + words.encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:_HEAD] + chunk + png[_HEAD:]


def words_of(png: bytes) -> str:
    """The text that `with_words` has put there."""
    length, kind = struct.unpack(">I4s", png[_HEAD : _HEAD + 8])
    body = png[_HEAD + 8 : _HEAD + 8 + length]
    if kind != b"iTXt" or not body.startswith(_KEYWORD):
        raise ValueError("this PNG holds no words of a page: make it with docs.frames.frame")
    return body.removeprefix(_KEYWORD).decode()
