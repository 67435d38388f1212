"""Numbers of channels, heads, layers and the like that a layer is built with."""

from typing import Any

from nn.inputs import as_sizes


def check_sizes(layer: str, least: int, **sizes: Any) -> None:
    """Raise ValueError for a size, or one in a tuple of them, below `least`; TypeError for no integer."""
    for name, given in sizes.items():
        if any(value < least for value in as_sizes(layer, name, given)):
            raise ValueError(f"{layer} got {name}={given!r}: it must be a whole number of at least {least}")
