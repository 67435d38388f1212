"""A model in evaluation mode for a while, as where it is measured or writes."""

from collections.abc import Iterator
from contextlib import contextmanager

from nn.module import Module


@contextmanager
def evaluating(model: Module | None) -> Iterator[None]:
    """`model`, if any, in evaluation mode; afterwards each module in it is in its own mode again."""
    training = [] if model is None else [module for module in model.modules() if module.training]
    for module in training:
        module.training = False
    try:
        yield
    finally:
        for module in training:
            module.training = True
