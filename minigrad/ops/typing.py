"""The types of what ops are given."""

from typing import TypeAlias

from minigrad.lists import Array as Array

Axis: TypeAlias = int | tuple[int, ...] | None
