"""The op that does nothing, to give one value a second place in the graph."""

from minigrad.ops.typing import Array
from minigrad.primitive import primitive


@primitive
def alias(x: Array) -> Array:
    """The same values under a node of their own: y = x, ∂x: g."""
    return x


alias.vjp(x=lambda g: g)
