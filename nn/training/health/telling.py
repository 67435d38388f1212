"""How a warning of a training is given."""

import sys
import warnings


class HealthWarning(UserWarning):
    """A training that looks ill: which layer, which figure, and what to try."""


def tell(text: str) -> None:
    """Warn, at the line that has called for the training."""
    frame, level = sys._getframe(1), 2
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("nn."):
        frame, level = frame.f_back, level + 1
    warnings.warn(text, HealthWarning, stacklevel=level)
