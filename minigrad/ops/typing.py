"""The one type that derivative rules know."""

from typing import Any, TypeAlias

# An op's forward sees ndarrays and numbers; the caller may give Tensors or nested lists instead;
# its derivative rules see ndarrays or Tensors.  No type says that, so it is left open.
Array: TypeAlias = Any

Axis: TypeAlias = int | tuple[int, ...] | None
