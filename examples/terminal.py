"""What goes to a terminal: any text, on a terminal of any encoding, and a reader that may have gone."""

import sys
import unicodedata
from typing import Any, TextIO

_SPOKEN = {"\n", "\t"}
_ACTING = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # categories of characters that steer a terminal, or are none


class OutputError(OSError):
    """Output that cannot be written.  The message is one sentence, for a person."""


def visible(text: str, keep: set[str] = _SPOKEN) -> str:
    """`text` with characters that would act on a terminal written out (\\x1b), but for those of `keep`.

    These are control characters, those that turn the direction of writing, and lone surrogates.
    """
    return "".join(c if c in keep or unicodedata.category(c) not in _ACTING else _escaped(c) for c in text)


def say(text: object = "", file: TextIO | None = None, **options: Any) -> None:
    """`print`, of what is `visible`; what the stream cannot encode is written out as well."""
    stream = sys.stdout if file is None else file
    if stream is None:  # a program that was started without one
        return
    encoding = getattr(stream, "encoding", None) or "utf-8"
    shown = visible(str(text)).encode(encoding, "backslashreplace").decode(encoding)
    try:
        print(shown, file=stream, **options)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"the output cannot be written ({error.strerror})") from None


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
