"""The one type that derivative rules know."""

from typing import Annotated, Any, TypeAlias

# An op's forward sees ndarrays and numbers; the caller may give Tensors or nested lists instead;
# its derivative rules see ndarrays or Tensors.  No type says that, so it is left open.  The mark tells
# arrays from other arguments of a function that is made of ops, see lists.py.
Array: TypeAlias = Annotated[Any, "array"]

Axis: TypeAlias = int | tuple[int, ...] | None
