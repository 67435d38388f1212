"""Optimisers, as torch.optim."""

from typing import TYPE_CHECKING

from nn.mistakes import unknown_name
from nn.optim import lr_scheduler
from nn.optim.adam import Adam, AdamW
from nn.optim.optimizer import Optimizer
from nn.optim.sgd import SGD

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "lr_scheduler"]


if not TYPE_CHECKING:  # to the checker a name that is not there stays an error

    def __getattr__(name: str) -> object:
        raise unknown_name("nn.optim", name, __all__)
