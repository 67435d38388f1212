"""Numbers of channels, heads, layers and the like that a layer is built with."""

from typing import Any

import numpy as np


def check_sizes(layer: str, least: int, **sizes: Any) -> None:
    """Raise ValueError for a size, or one in a tuple of them, that is no whole number of at least `least`."""
    for name, given in sizes.items():
        for value in given if isinstance(given, (tuple, list)) else (given,):
            if not isinstance(value, (int, np.integer)) or value < least:
                raise ValueError(
                    f"{layer} got {name}={given!r}: it must be a whole number of at least {least}"
                )
