"""Where a NaN or an infinity comes from, in words for the end of a training."""

from collections.abc import Callable
from typing import Any

import numpy as np

import minigrad as mg
from nn.inputs import plain
from nn.module import Module
from nn.nest import mapped
from nn.state import generators_of


class _Found(Exception):
    """The op that gave the first, which ends the forward."""


def origin_of_loss(model: Module, loss: Callable[[Any], mg.Tensor], batch: Any) -> str:
    """The weights or the batch that are none already, or else the first op that makes one; or "".

    The model, its buffers and generators are left as they were.
    """
    for name, p in model.named_parameters():
        if not np.isfinite(p.data).all():
            return f", as the weights {name} are already"
    if _holds_nan(batch):
        return ", as the batch holds NaN already"
    state = model.state_dict()
    generators = {rng: rng.bit_generator.state for rng in generators_of(model).values()}
    try:
        with mg.no_grad(), mg.observe(_look), np.errstate(all="ignore"):
            loss(batch)
    except _Found as found:
        return f", first in {found}"
    finally:
        model.load_state_dict(state)
        for rng, before in generators.items():
            rng.bit_generator.state = before
    return ""


def _holds_nan(batch: Any) -> bool:
    found: list[bool] = []
    mapped(batch, lambda leaf: found.append(_is_nan(plain(leaf))))
    return any(found)


def _is_nan(array: np.ndarray) -> bool:
    return array.dtype.kind == "f" and bool(np.isnan(array).any())


def origin_of_gradient(model: Module) -> str:
    """The parameter nearest to the loss whose gradient is none; or ""."""
    for name, p in reversed([*model.named_parameters()]):
        if p.grad is not None and not np.isfinite(p.grad.data).all():
            return f", from {name} downwards"
    return ""


def _look(op: Any, operands: tuple[Any, ...], options: dict[str, Any], out: np.ndarray) -> None:
    if _is_finite(out) or not all(
        map(_is_finite, operands)
    ):  # what comes in, as -inf for a mask, is not made
        return
    path = mg.current_scope().partition(".")[2]
    raise _Found(f"{op.name} of {path}" if path else op.name)


def _is_finite(x: Any) -> bool:
    return (
        not isinstance(x, np.ndarray | float) or np.asarray(x).dtype.kind != "f" or bool(np.isfinite(x).all())
    )
