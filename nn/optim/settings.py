"""What settings may be: checks that all optimisers share."""

from collections.abc import Mapping
from typing import Any

import numpy as np


def check_positive(**settings: float) -> None:
    """Raise ValueError for a negative setting, TypeError for one that is no number."""
    for name, value in settings.items():
        if not isinstance(value, (int, float, np.number, np.ndarray)) or np.ndim(value):
            raise TypeError(f"{name} is a number, and a {type(value).__name__} was given: {value!r}")
        if not value >= 0:
            raise ValueError(f"{name} must not be negative, and is {value}")


def check_named(settings: Mapping[str, Any], *names: str) -> None:
    """`check_positive` of some of the settings."""
    check_positive(**{name: settings[name] for name in names})


def check_betas(betas: Any) -> None:
    """Raise ValueError unless `betas` are two shares of an average that are kept from step to step."""
    if not isinstance(betas, (tuple, list)) or len(betas) != 2 or not all(0 <= beta < 1 for beta in betas):
        raise ValueError(f"betas must be in [0, 1), and are {betas}")


def check_share(**settings: float) -> None:
    """Raise ValueError for a setting outside of [0, 1], TypeError for one that is no number."""
    check_positive(**settings)
    for name, value in settings.items():
        if value > 1:
            raise ValueError(f"{name} must be in [0, 1], and is {value}")


def check_choice(name: str, value: Any, choices: tuple[Any, ...]) -> None:
    """Raise ValueError for what is none of `choices`."""
    if value not in choices:
        *most, last = map(repr, choices)
        raise ValueError(f"{name} must be {', '.join(most)} or {last}, and is {value!r}")
