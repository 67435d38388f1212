"""What a training is made of, asked before anything is done with it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nn.module import Module
from nn.optim import LBFGS, Optimizer
from nn.saving.packing import pack


def check_parts(model: Module, optimizer: Optimizer, schedule: Any, clip: float | None) -> None:
    """Raise TypeError or ValueError for parts that do not belong together."""
    if not isinstance(model, Module):
        raise TypeError(f"Training takes a model, an nn.Module, and got a {type(model).__name__}")
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"Training takes an optimiser of nn.optim, and got a {type(optimizer).__name__}: write "
            "nn.optim.AdamW(model.parameters())"
        )
    if isinstance(optimizer, LBFGS):
        raise TypeError(
            "LBFGS computes the loss several times a step, which Training does once: write a loop of your "
            "own around optimizer.step(closure)"
        )
    own = {id(p) for p in model.parameters()}
    if not any(id(p) in own for group in optimizer.param_groups for p in group["params"]):
        raise ValueError(
            "the optimiser has no parameter of this model, which would stay as it is: make it with "
            "model.parameters()"
        )
    if schedule is not None and getattr(schedule, "optimizer", None) is not optimizer:
        raise ValueError(
            f"the schedule is a {type(schedule).__name__} that does not change the rates of this optimiser: "
            "make it of the optimiser that Training gets"
        )
    if clip is not None and (not isinstance(clip, (int, float, np.number)) or not clip > 0):
        raise ValueError(f"clip bounds the norm of the gradient, and is {clip!r}: give more than 0, or None")


def check_functions(**functions: Any) -> None:
    """Raise TypeError for what cannot be called."""
    for name, function in functions.items():
        if function is not None and not callable(function):
            raise TypeError(f"Training calls {name}, and got {function!r}: give a function")


def as_config(config: Any) -> dict[str, Any]:
    """Plain values by name.  Raises TypeError for what neither JSON nor a checkpoint can hold."""
    if config is None:
        return {}
    if not isinstance(config, Mapping) or not all(isinstance(name, str) for name in config):
        raise TypeError(f"config is a dict of plain values by name, and got {config!r}")
    held = {name: _plain(value) for name, value in config.items()}
    for name, value in held.items():
        try:
            arrays, _ = pack(value)
        except (TypeError, ValueError):
            arrays = {name: np.zeros(0)}
        if arrays:
            raise TypeError(
                f"config holds plain values, and {name} is a {type(value).__name__}: write str(...) or a list"
            )
    return held


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
