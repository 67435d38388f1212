"""What recurrent layers and their cells share: parameters and states."""

import math
from typing import Any

import numpy as np

import minigrad as mg
from nn import init
from nn.module import Module
from nn.parameter import Parameter

State = mg.Tensor | np.ndarray
Weights = tuple[Parameter | None, Parameter | None, Parameter | None, Parameter | None]

_NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def add_parameters(module: Module, suffix: str, gates: int, inputs: int, hidden: int, bias: bool) -> None:
    """One layer's in one direction, named by `suffix`."""
    rows = gates * hidden
    shapes = [(rows, inputs), (rows, hidden), *([(rows,), (rows,)] if bias else [])]
    for name, shape in zip(_NAMES, shapes, strict=False):
        setattr(module, name + suffix, Parameter(np.zeros(shape, np.float32)))


def draw(module: Any, rng: init.Rng) -> None:
    """All parameters uniform in ±1/√hidden_size."""
    rng = init.generator(rng)
    bound = 1 / math.sqrt(module.hidden_size)
    for parameter in module.parameters():
        init.uniform_(parameter, -bound, bound, rng)


def parameters_of(module: Any, suffix: str = "") -> Weights:
    """Those that `add_parameters` made, None for a bias that is not there."""
    names = _NAMES if module.bias else _NAMES[:2]
    found = [getattr(module, name + suffix) for name in names]  # and not in vars: weight_norm computes them
    weight_ih, weight_hh, bias_ih, bias_hh = (*found, None, None)[:4]
    return weight_ih, weight_hh, bias_ih, bias_hh


def one_state(module: Module, hx: Any) -> State | None:
    """hx, where it is one array."""
    if isinstance(hx, (tuple, list)):
        raise TypeError(
            f"the state of {type(module).__name__} is one array, and got a {type(hx).__name__} of {len(hx)}: "
            "a pair (h, c) is for LSTM"
        )
    return hx


def two_states(module: Module, hx: Any) -> tuple[State | None, State | None]:
    """hx, where it is (h, c)."""
    if hx is None:
        return None, None
    if not isinstance(hx, (tuple, list)) or len(hx) != 2:
        raise TypeError(
            f"the state of {type(module).__name__} is a pair (h, c), and got "
            + (f"{len(hx)} parts" if isinstance(hx, (tuple, list)) else f"a {type(hx).__name__}")
            + ": give (h, c), with zeros for one that is not known"
        )
    return hx[0], hx[1]


def check_nonlinearity(nonlinearity: str) -> None:
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f'nonlinearity is "tanh" or "relu", not {nonlinearity!r}')
