"""A model in evaluation mode for a while, as where it is measured or writes."""

from collections.abc import Iterator
from contextlib import contextmanager

from nn.module import Module


@contextmanager
def evaluating(model: object) -> Iterator[None]:
    """`model` in evaluation mode, if it is a module; afterwards each in it is in its own mode again."""
    modules = model.modules() if isinstance(model, Module) else ()
    training = [module for module in modules if module.training]
    for module in training:
        module.training = False
    try:
        yield
    finally:
        for module in training:
            module.training = True
