"""The type of whatever NumPy takes for a dtype."""

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from numpy.typing import DTypeLike as DTypeLike
else:
    DTypeLike: TypeAlias = Any  # numpy.typing takes a while to load, and does nothing when a program runs
