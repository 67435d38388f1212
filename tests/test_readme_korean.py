"""README.ko.md says what README.md says: no piece of it is older than its source."""

import re
from importlib.util import find_spec

import pytest

pytestmark = pytest.mark.skipif(find_spec("babel") is None, reason="translations: pip install -e '.[docs]'")


def test_every_piece_has_its_translation() -> None:
    from docs.readme import missing

    assert list(missing()) == [], "write them: python -m docs.readme lists them"


def test_the_page_is_what_its_translations_make_it() -> None:
    from docs.readme import TARGET, korean

    assert TARGET.read_text("utf-8") == korean(), "python -m docs.readme writes it"


def test_code_is_the_same_in_both() -> None:
    from docs.markdown import blocks
    from docs.readme import SOURCE, TARGET

    there, here = (
        [block for block in blocks(path.read_text("utf-8")) if block.startswith(("```", "    "))]
        for path in (SOURCE, TARGET)
    )
    assert here == there
    assert len(here) > 20


def test_prose_is_korean() -> None:
    from docs.markdown import blocks
    from docs.readme import TARGET

    prose = [
        block for block in blocks(TARGET.read_text("utf-8")) if not block.startswith(("```", "    ", "*["))
    ]
    assert [block for block in prose if not re.search("[가-힣]", block)] == ["# minigrad"]


def test_a_changed_piece_has_none() -> None:
    from docs.markdown import pieces
    from docs.translations import translations_of

    texts = translations_of("README")
    changed = "# minigrad\n\nA paragraph that nobody has translated.\n"
    assert [piece for piece in pieces(changed) if not texts.get(piece)] == [
        "A paragraph that nobody has translated."
    ]
