"""Numbers of channels, heads, layers and the like that a layer is built with."""

from typing import Any

from nn.inputs import as_sizes


def check_sizes(layer: str, least: int, **sizes: Any) -> None:
    """Raise ValueError for a size, or one of several, below `least`; TypeError for what is no integer."""
    for name, value in sizes.items():
        if min(as_sizes(layer, name, value), default=least) < least:
            raise ValueError(f"{layer} got {name}={value!r}: it must be at least {least}")
