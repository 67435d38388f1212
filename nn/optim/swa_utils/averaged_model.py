"""A model whose weights are the average of those that another has had."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

import numpy as np

import minigrad as mg
from nn.layers.batchnorm import BatchNorm1d, BatchNorm2d
from nn.module import Module
from nn.optim.averages import approach
from nn.optim.settings import check_share

Average = Callable[[np.ndarray, np.ndarray, int], np.ndarray]
MultiAverage = Callable[[list[np.ndarray], list[np.ndarray], int], None]


def get_ema_multi_avg_fn(decay: float = 0.999) -> MultiAverage:
    """a ← decay·a + (1 - decay)·θ: the exponential moving average."""
    check_share(decay=decay)

    def average(averaged: list[np.ndarray], current: list[np.ndarray], count: int) -> None:
        for a, p in zip(averaged, current, strict=True):
            _blend(a, p, decay)

    return average


def get_swa_multi_avg_fn() -> MultiAverage:
    """a ← a + (θ - a)/(n + 1): the mean of all so far (Izmailov et al., 2018, equation 1)."""

    def average(averaged: list[np.ndarray], current: list[np.ndarray], count: int) -> None:
        for a, p in zip(averaged, current, strict=True):
            _blend(a, p, 1 - 1 / (count + 1))

    return average


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """`avg_fn` of the exponential moving average: (a, θ, n) -> decay·a + (1 - decay)·θ, a new array."""
    check_share(decay=decay)
    return lambda averaged, current, count: decay * averaged + (1 - decay) * current


def get_swa_avg_fn() -> Average:
    """`avg_fn` of the mean of all so far: (a, θ, n) -> a + (θ - a)/(n + 1), a new array."""
    return lambda averaged, current, count: averaged + (current - averaged) / (count + 1)


def _blend(averaged: np.ndarray, current: np.ndarray, beta: float) -> None:
    if averaged.dtype.kind == "f":
        approach(averaged, current, beta)
    else:  # such as a count of batches
        averaged[...] = beta * averaged + (1 - beta) * current


class AveragedModel(Module):
    """A copy of `model` that holds the average of its parameters over the calls of `update_parameters`.

        ema = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.999))
        for step in training:
            ema.update_parameters(model)
        ema(x)

    The mean of all of them, unless `avg_fn(averaged, current, count)` gives another average of one array, or
    `multi_avg_fn` changes lists of them in place.  Buffers are averaged as well with `use_buffers`, and
    otherwise copied.  Raises ValueError where both functions are given.
    """

    n_averaged: np.ndarray

    def __init__(
        self,
        model: Module,
        avg_fn: Average | None = None,
        multi_avg_fn: MultiAverage | None = None,
        use_buffers: bool = False,
    ) -> None:
        if avg_fn is not None and multi_avg_fn is not None:
            raise ValueError("AveragedModel takes avg_fn or multi_avg_fn, and got both: leave one out")
        self.module = deepcopy(model)
        self.register_buffer("n_averaged", np.array(0))
        self.avg_fn, self.multi_avg_fn, self.use_buffers = avg_fn, multi_avg_fn, use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Take the parameters of `model` into the average; the first time it becomes them.

        Raises ValueError for a model of other parameters.
        """
        averaged, current = ([p.data for p in one.parameters()] for one in (self.module, model))
        kept, new = list(self.module.buffers()), list(model.buffers())
        if [x.shape for x in averaged + kept] != [x.shape for x in current + new]:
            raise ValueError(
                "the model to be averaged has not the parameters and buffers of that which AveragedModel was "
                "made of: give the same model each time"
            )
        if self.use_buffers:
            averaged, current, kept, new = averaged + kept, current + new, [], []
        count = int(self.n_averaged)
        if count == 0:
            kept, new = kept + averaged, new + current
        elif self.avg_fn is not None:
            for a, p in zip(averaged, current, strict=True):
                a[...] = self.avg_fn(a, p, count)
        else:
            (self.multi_avg_fn or get_swa_multi_avg_fn())(averaged, current, count)
        for a, p in zip(kept, new, strict=True):
            a[...] = p
        self.n_averaged += 1


def update_bn(loader: Iterable[Any], model: Module) -> None:
    """Have the batch normalisations of `model` take their statistics anew, as means over all of `loader`.

    For averaged weights, whose activations no training has seen.  A batch that is a tuple or list is called
    with its first entry.
    """
    layers = [module for module in model.modules() if isinstance(module, (BatchNorm1d, BatchNorm2d))]
    if not layers:
        return
    was_training, momenta = model.training, [layer.momentum for layer in layers]
    model.train()
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None
    with mg.no_grad():
        for batch in loader:
            model(batch[0] if isinstance(batch, (tuple, list)) else batch)
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum
    model.train(was_training)
