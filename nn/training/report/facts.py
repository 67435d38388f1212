"""Tables of facts: what a run was made with, and on."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import minigrad as mg

LONGEST = 120  # characters of a value
ITEMS = 6  # of a list


def facts_table(caption: str, facts: Mapping[str, Any]) -> str:
    """A line for each, those of dicts in it under NAME.NAME."""
    rows = [
        mg.markup("tr", mg.markup("th", name, scope="row"), mg.markup("td", _said(value)))
        for name, value in _flat(facts).items()
    ]
    return mg.markup("table", mg.markup("caption", caption), mg.markup("tbody", *rows), class_="facts")


def _flat(facts: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in facts.items():
        inside = _flat(value) if isinstance(value, Mapping) else {"": value}
        found.update({f"{name}.{part}".rstrip("."): one for part, one in inside.items()})
    return found


def _said(value: Any) -> str:
    if isinstance(value, str) and PurePath(value).is_absolute():
        return PurePath(value).name  # where it lay is nobody's business
    if isinstance(value, (list, tuple)):
        some = ", ".join(map(repr, value[:ITEMS]))
        return some if len(value) <= ITEMS else f"{some}, … ({len(value):,})"
    if isinstance(value, float):
        return f"{value:.6g}"
    said = f"{value:,}" if type(value) is int else str(value)
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
