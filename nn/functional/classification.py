"""Losses of classes."""

from typing import Any

import numpy as np

import minigrad as mg
from nn.functional.reduction import matched, reduced


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> mg.Tensor:
    """Cross-entropy of scores (N, C, ...) or (C,) against class numbers (N, ...) or ().

    As in PyTorch the classes are on axis 1.  See mg.cross_entropy, where the axis is free.
    `weight` (C,) counts each class so many times; the mean is then divided by the weights counted.
    A float target of the scores' shape holds the probability of each class.
    """
    axis = 1 if len(input.shape) > 1 else 0
    if _is_distribution(input, target):
        return _cross_entropy_of(input, target, weight, reduction, label_smoothing, axis)
    if weight is None:
        return mg.cross_entropy(input, target, axis, reduction, ignore_index, label_smoothing)
    log_p = mg.log_softmax(input, axis=axis)
    loss, counted = _picked("cross_entropy", log_p, target, weight, ignore_index)
    if label_smoothing:
        even = (log_p * _on_classes(weight, input)).sum(axis=axis) / -input.shape[axis]
        even = mg.where(np.asarray(target) != ignore_index, even, 0.0)
        loss = loss * (1 - label_smoothing) + even * label_smoothing
    return _averaged(loss, counted) if reduction == "mean" else reduced(loss, reduction)


def nll_loss(
    input: Any, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean"
) -> mg.Tensor:
    """-input[target]·weight[target]: `input` (N, C, ...) or (C,) of ln p, class numbers (N, ...) or ().

    0 for the target `ignore_index`; "mean" divides by the weights counted, NaN where there are none.
    Raises ValueError for shapes that do not fit, IndexError for a target that is no class.
    """
    loss, counted = _picked("nll_loss", input, target, weight, ignore_index)
    return _averaged(loss, counted) if reduction == "mean" else reduced(loss, reduction)


def binary_cross_entropy(input: Any, target: Any, weight: Any = None, reduction: str = "mean") -> mg.Tensor:
    """-(t·ln p + (1 - t)·ln(1 - p)) of probabilities p and targets t, times `weight`.

    A logarithm of 0 counts as -100, and its derivative as 0: better give scores, to
    `binary_cross_entropy_with_logits`.  Raises ValueError for p outside 0 ... 1.
    """
    target = matched("binary_cross_entropy", input, target)
    values = input.data if isinstance(input, mg.Tensor) else np.asarray(input)
    if values.size and not (values.min() >= 0 and values.max() <= 1):
        raise ValueError(
            f"binary_cross_entropy takes probabilities, and got from {values.min()} to {values.max()}: "
            "for scores write binary_cross_entropy_with_logits"
        )
    loss = -(target * _log_or_floor(input) + (1 - target) * _log_or_floor(1 - input))
    return reduced(loss if weight is None else loss * weight, reduction)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean", pos_weight: Any = None
) -> mg.Tensor:
    """The same of scores x, p = sigmoid(x): (1 - t)·x - (1 + (pos_weight - 1)·t)·ln sigmoid(x).

    Large scores do not overflow.  `pos_weight` counts positive targets so many times.
    """
    target = matched("binary_cross_entropy_with_logits", input, target)
    log_p = mg.logsigmoid(input)
    if pos_weight is not None:
        log_p = log_p * (1 + (pos_weight - 1) * target)
    loss = (1 - target) * input - log_p
    return reduced(loss if weight is None else loss * weight, reduction)


def _log_or_floor(p: Any) -> mg.Tensor:
    positive = p > 0
    return mg.clip(mg.where(positive, mg.log(mg.where(positive, p, 1.0)), -100.0), -100.0)


def _is_distribution(input: Any, target: Any) -> bool:
    dtype = target.dtype if isinstance(target, mg.Tensor) else np.asarray(target).dtype
    return dtype.kind == "f" and tuple(np.shape(target)) == tuple(input.shape)


def _cross_entropy_of(
    input: Any, target: Any, weight: Any, reduction: str, smoothing: float, axis: int
) -> mg.Tensor:
    """-Σ target·weight·ln softmax(input) over the classes; "mean" divides by the number of targets."""
    log_p = mg.log_softmax(input, axis=axis)
    if weight is not None:
        log_p = log_p * _on_classes(weight, input)
    if smoothing:
        target = target * (1 - smoothing) + smoothing / input.shape[axis]
    return reduced(-(log_p * target).sum(axis=axis), reduction)


def _picked(
    name: str, log_p: Any, target: Any, weight: Any, ignore_index: int
) -> tuple[mg.Tensor, np.ndarray]:
    """-log_p[target]·weight[target], and these weights; both are 0 where the target is ignored."""
    axis = 1 if len(log_p.shape) > 1 else 0
    target = np.asarray(target)
    classes = log_p.shape[axis]
    expected = tuple(log_p.shape[:axis]) + tuple(log_p.shape[axis + 1 :])
    if target.shape != expected or target.dtype.kind not in "iu":
        raise ValueError(
            f"{name} got an input {tuple(log_p.shape)} with the classes on axis {axis}, and targets "
            f"{target.shape} of {target.dtype}: the targets must be integers of shape {expected}"
        )
    counted = target != ignore_index
    places = np.where(counted, target, 0)
    if places.size and not (places.min() >= 0 and places.max() < classes):
        wrong = places[(places < 0) | (places >= classes)][0]
        raise IndexError(
            f"{name} got the target {wrong}, and there are {classes} classes: targets go from 0 to "
            f"{classes - 1}, or are {ignore_index} to be ignored"
        )
    share = counted.astype(log_p.dtype)
    if weight is not None:
        share = share * np.asarray(weight, log_p.dtype)[places]
    picked = mg.take_along_axis(log_p, np.expand_dims(places, axis), axis=axis)
    return mg.where(counted, -mg.squeeze(picked, axis) * share, 0.0), share


def _averaged(loss: mg.Tensor, share: np.ndarray) -> mg.Tensor:
    """Over the weights counted; NaN, without a warning, where there are none."""
    total = share.sum(dtype=np.float64)
    if not total:
        return loss.sum() + np.nan
    return loss.mean() * (share.size / float(total))  # where a sum might overflow in float16


def _on_classes(weight: Any, input: Any) -> np.ndarray:
    """(C,) as it broadcasts against (N, C, ...)."""
    trailing = max(len(input.shape) - 2, 0)
    return np.asarray(weight, input.dtype).reshape(-1, *[1] * trailing)
