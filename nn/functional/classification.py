"""Losses of classes."""

from typing import Any

import numpy as np

import minigrad as mg
from nn.functional.reduction import averaged, matched, reduced, weighing
from nn.inputs import plain


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
    A float target of the scores' shape holds the probability of each class.  `label_smoothing`, from 0 to
    1, is the share of the target that is spread evenly over the classes.
    """
    axis = 1 if len(input.shape) > 1 else 0
    if not 0 <= label_smoothing <= 1:
        raise ValueError(
            f"cross_entropy got label_smoothing={label_smoothing}: it is a share of the target, from 0 to 1"
        )
    if weight is not None:
        weight = _of_classes("cross_entropy", weight, input, axis)
    if _is_distribution(input, target):
        if ignore_index >= 0:
            raise ValueError(
                f"cross_entropy got ignore_index={ignore_index} and a distribution for each target, which no "
                'number says to ignore: multiply the loss of reduction="none" by 0 where it is not to count'
            )
        return _cross_entropy_of(input, target, weight, reduction, label_smoothing, axis)
    if weight is None:
        return mg.cross_entropy(input, target, axis, reduction, ignore_index, label_smoothing)
    log_p = mg.log_softmax(input, axis=axis)
    loss, counted = _picked("cross_entropy", log_p, target, weight, ignore_index)
    if label_smoothing:
        even = (log_p * _on_classes(weight, input)).sum(axis=axis) / -input.shape[axis]
        even = mg.where(np.asarray(target) != ignore_index, even, 0.0)
        loss = loss * (1 - label_smoothing) + even * label_smoothing
    return averaged(loss, counted, weight) if reduction == "mean" else reduced(loss, reduction)


def nll_loss(
    input: Any, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean"
) -> mg.Tensor:
    """-input[target]·weight[target]: `input` (N, C, ...) or (C,) of ln p, class numbers (N, ...) or ().

    0 for the target `ignore_index`; "mean" divides by the weights counted, NaN where there are none.
    Raises ValueError for shapes that do not fit, IndexError for a target that is no class.
    """
    if weight is not None:
        weight = _of_classes("nll_loss", weight, input, 1 if len(input.shape) > 1 else 0)
    loss, counted = _picked("nll_loss", input, target, weight, ignore_index)
    return averaged(loss, counted, weight) if reduction == "mean" else reduced(loss, reduction)


def binary_cross_entropy(input: Any, target: Any, weight: Any = None, reduction: str = "mean") -> mg.Tensor:
    """-(t·ln p + (1 - t)·ln(1 - p)) of probabilities p and targets t, times `weight`.

    `weight` broadcasts to the input.  A logarithm of 0 counts as -100, and its derivative as 0: better give
    scores, to `binary_cross_entropy_with_logits`.  Raises ValueError for p outside 0 ... 1.
    """
    target = matched("binary_cross_entropy", input, target)
    values = plain(input)
    if values.size and not (values.min() >= 0 and values.max() <= 1):
        raise ValueError(
            f"binary_cross_entropy takes probabilities, and got from {values.min()} to {values.max()}: "
            "for scores write binary_cross_entropy_with_logits"
        )
    loss = -(target * _log_or_floor(input) + (1 - target) * _log_or_floor(1 - input))
    if weight is not None:
        loss = loss * weighing("binary_cross_entropy", "weight", weight, input)
    return reduced(loss, reduction)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean", pos_weight: Any = None
) -> mg.Tensor:
    """`binary_cross_entropy` of p = sigmoid(x): (1 - t)·x - (1 + (pos_weight - 1)·t)·ln sigmoid(x).

    Large scores do not overflow.  `pos_weight` counts positive targets so many times; it and `weight`
    broadcast to the input.
    """
    name = "binary_cross_entropy_with_logits"
    target = matched(name, input, target)
    log_p = mg.logsigmoid(input)
    if pos_weight is not None:
        log_p = log_p * (1 + (weighing(name, "pos_weight", pos_weight, input) - 1) * target)
    loss = (1 - target) * input - log_p
    if weight is not None:
        loss = loss * weighing(name, "weight", weight, input)
    return reduced(loss, reduction)


def _log_or_floor(p: Any) -> mg.Tensor:
    positive = p > 0
    return mg.clip(mg.where(positive, mg.log(mg.where(positive, p, 1.0)), -100.0), -100.0)


def _is_distribution(input: Any, target: Any) -> bool:
    dtype = plain(target).dtype
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
        share = share * weight[places]
    picked = mg.take_along_axis(log_p, np.expand_dims(places, axis), axis=axis)
    return mg.where(counted, -mg.squeeze(picked, axis) * share, 0.0), share


def _of_classes(name: str, weight: Any, input: Any, axis: int) -> np.ndarray:
    """The weight of each class, (C,).  Raises ValueError for another number of them."""
    weights = np.asarray(weight, input.dtype)
    if weights.shape != (input.shape[axis],):
        raise ValueError(
            f"{name} got class weights {weights.shape} for an input {tuple(input.shape)} of "
            f"{input.shape[axis]} classes, which are axis {axis}: give one weight per class"
        )
    return weights


def _on_classes(weight: np.ndarray, input: Any) -> np.ndarray:
    """(C,) as it broadcasts against (N, C, ...)."""
    return weight.reshape(-1, *[1] * max(len(input.shape) - 2, 0))
