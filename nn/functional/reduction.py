"""What losses have in common: shapes that must be equal, and how many numbers become one."""

from typing import Any

import numpy as np

import minigrad as mg
from nn.inputs import plain


def matched(name: str, input: Any, target: Any) -> Any:
    """`target`, if its shape is that of `input`; integers and booleans as the input's kind of float.

    Raises ValueError where the shapes differ: broadcasting (n, 1) against (n,) is a well-known way to
    train the wrong thing.
    """
    if tuple(input.shape) != tuple(np.shape(target)):
        raise ValueError(
            f"{name} got input {tuple(input.shape)} and target {tuple(np.shape(target))}, which must be of "
            "one shape: reshape one of them, or broadcast it on purpose with mg.broadcast_to"
        )
    if isinstance(target, mg.Tensor) and target.dtype.kind == "f":
        return target
    target = np.asarray(target)
    return target if target.dtype.kind == "f" else target.astype(input.dtype)


def weighing(name: str, what: str, weight: Any, input: Any) -> Any:
    """`weight`, if it broadcasts to the input's shape as it is, in the input's kind of float.

    Raises ValueError where the product would be of another shape.
    """
    shape, whole = tuple(np.shape(weight)), tuple(input.shape)
    lengths = zip(reversed(shape), reversed(whole), strict=False)
    if len(shape) > len(whole) or not all(n in (1, m) for n, m in lengths):
        raise ValueError(
            f"{name} got {what} {shape} for an input {whole}, to which it does not broadcast: give one of "
            "that shape, or with axes of length 1 where it is the same"
        )
    return weight if isinstance(weight, mg.Tensor) else np.asarray(weight, input.dtype)


def reduced(loss: mg.Tensor, reduction: str) -> mg.Tensor:
    """The mean (NaN of nothing), the sum, or all of `loss`.  Raises ValueError for another word."""
    check_reduction("a loss", reduction)
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.mean() if loss.size else loss.sum() + np.nan  # without NumPy's warning


def check_reduction(name: str, reduction: str) -> None:
    """Raise ValueError for a word that is no reduction."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'{name} takes reduction="mean", "sum" or "none", not {reduction!r}')


def averaged(loss: mg.Tensor, share: Any, weight: Any = None) -> mg.Tensor:
    """The sum divided by that of the shares that count; NaN, without a warning, where there are none.

    Raises ValueError under `mg.data_parallel` where the shares may differ: unless they are 1, or of a
    `weight` that is the same for all classes.
    """
    shares = plain(share)
    # Without weights of classes another number than 1 may be yet another in the other parts.
    is_even = (shares == 1).all() if weight is None else shares.all() and weight.min() == weight.max()
    if mg.is_part_of_batch() and not is_even:
        raise ValueError(
            "the mean of a loss is over the weights that count, which no part of data_parallel can know of "
            'the whole batch: have it give the losses of reduction="none", and divide their sum by that of '
            "the weights outside"
        )
    if not shares.sum(dtype=np.float64):
        return loss.sum() + np.nan
    # Of means, where the sums might overflow in float16.
    mean = share.mean() if isinstance(share, mg.Tensor) else float(share.mean(dtype=np.float64))
    return loss.mean() / mean
