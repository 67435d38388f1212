"""Cross-entropy of class scores against the true class."""

import numpy as np

from minigrad import contexts
from minigrad.fused import fused
from minigrad.ops.floats import widened
from minigrad.ops.fused.floats import require_floats
from minigrad.ops.indexing.places import take_along_axis
from minigrad.ops.reduction.softmax import log_softmax
from minigrad.ops.reduction.sums import mean
from minigrad.ops.typing import Array


@fused(inputs=("logits",))
def cross_entropy(
    logits: Array,
    targets: Array,
    axis: int = -1,
    reduction: str = "mean",
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
) -> Array:
    """-ln softmax(logits)[target], in nats: logits (..., C, ...), targets of integers without `axis`.

    `reduction` is "mean" over the targets that are not `ignore_index` (NaN if all are), "sum", or
    "none" (of the targets' shape, 0 where ignored).  `label_smoothing` s mixes the true class with the
    uniform distribution: (1 - s)·(-ln p[target]) - s·mean(ln p) (Szegedy et al., 2016, section 7).
    With p the softmax and q the smoothed target: ∂logits: g·(p - q), divided by the count for "mean".

    Raises ValueError for shapes that do not fit and a smoothing outside 0 ... 1, IndexError for a target
    outside 0 ... C-1.
    """
    targets = np.asarray(targets)
    counted = targets != ignore_index
    log_p = log_softmax(logits, axis=axis)
    places = np.expand_dims(np.where(counted, targets, 0), axis)
    loss = -np.squeeze(take_along_axis(log_p, places, axis=axis), axis)
    if label_smoothing:
        loss = loss * (1 - label_smoothing) - log_p.mean(axis=axis) * label_smoothing
    loss = np.where(counted, loss, 0.0)
    if reduction == "none":
        return loss
    return _mean(loss, counted) if reduction == "mean" else loss.sum()


Residuals = tuple[np.ndarray, np.ndarray, np.ndarray]  # log p as rows, targets, what is counted


@cross_entropy.forward
def cross_entropy_forward(
    logits: np.ndarray,
    targets: np.ndarray,
    axis: int = -1,
    reduction: str = "mean",
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
) -> tuple[np.ndarray, Residuals]:
    targets = np.asarray(targets)
    _check(logits, targets, axis, reduction, label_smoothing)
    log_p = np.moveaxis(widened(logits), axis, -1).reshape(-1, logits.shape[axis])
    log_p = log_p - log_p.max(axis=1, keepdims=True, initial=-np.inf)
    log_p -= np.log(np.exp(log_p).sum(axis=1, keepdims=True))
    flat = targets.ravel()
    counted = flat != ignore_index
    flat = np.where(counted, flat, 0)
    if flat.size and not (flat.min() >= 0 and flat.max() < log_p.shape[1]):
        wrong = flat[(flat < 0) | (flat >= log_p.shape[1])][0]
        raise IndexError(
            f"cross_entropy got the target {wrong}, and there are {log_p.shape[1]} classes: targets go from "
            f"0 to {log_p.shape[1] - 1}, or are {ignore_index} to be ignored"
        )
    if reduction == "mean" and contexts.is_part_of_batch() and not counted.all():
        raise ValueError(
            'cross_entropy with reduction="mean" averages over the targets that are not ignored, and how '
            "many those are in the whole batch no part of data_parallel can know: have it give the losses of "
            'reduction="none", and divide their sum by the number outside'
        )
    loss = -log_p[np.arange(flat.size), flat]
    if label_smoothing:
        loss = loss * (1 - label_smoothing) - log_p.mean(axis=1) * label_smoothing
    loss[~counted] = 0
    residuals = (log_p, flat, counted)
    if reduction == "none":
        result = loss.reshape(targets.shape)
    else:
        result = np.asarray(loss.sum() if reduction == "sum" else _mean(loss, counted))
    return result.astype(logits.dtype, copy=False), residuals


@cross_entropy.backward
def cross_entropy_backward(
    g: np.ndarray,
    residuals: Residuals,
    wanted: list[bool],
    logits: np.ndarray,
    targets: np.ndarray,
    axis: int = -1,
    reduction: str = "mean",
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
) -> tuple[np.ndarray]:
    log_p, flat, counted = residuals
    share = np.ravel(g) * counted
    if reduction == "mean":
        share = share / np.maximum(counted.sum(dtype=log_p.dtype), 1)
    g_logits = np.exp(log_p)
    if label_smoothing:
        g_logits -= label_smoothing / log_p.shape[1]
    g_logits[np.arange(flat.size), flat] -= 1 - label_smoothing
    g_logits *= share.astype(g_logits.dtype, copy=False)[:, None]
    moved = np.moveaxis(logits, axis, -1).shape
    return (np.moveaxis(g_logits.reshape(moved), -1, axis).astype(logits.dtype, copy=False),)


def _mean(loss: Array, counted: np.ndarray) -> Array:
    """Over what is counted; NaN, without a warning, where nothing is (and the gradient is 0)."""
    count = int(counted.sum())
    if not count:
        return loss.sum() + np.nan
    return mean.apply(loss, where=True if count == loss.size else counted)


def _other_axis(logits: np.ndarray, targets: np.ndarray) -> str:
    """Where the targets would fit logits with the classes on another axis: how to say so.

    Here they stand on the last axis by default; PyTorch's convention is axis 1.
    """
    if logits.shape == targets.shape:
        return "; of one-hot rows write targets.argmax(axis)"
    fitting = [i for i in range(logits.ndim) if logits.shape[:i] + logits.shape[i + 1 :] == targets.shape]
    if not fitting:
        return ""
    return f"; if the classes are on axis {fitting[-1]}, write mg.cross_entropy(..., axis={fitting[-1]})"


def _check(
    logits: np.ndarray, targets: np.ndarray, axis: int, reduction: str, label_smoothing: float
) -> None:
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'cross_entropy takes reduction="mean", "sum" or "none", not {reduction!r}')
    if not 0 <= label_smoothing <= 1:
        raise ValueError(
            f"cross_entropy got label_smoothing={label_smoothing}: it is a share of the target, from 0 to 1"
        )
    expected = np.moveaxis(logits, axis, -1).shape[:-1]
    if targets.shape != expected:
        raise ValueError(
            f"cross_entropy got logits {logits.shape} with the classes on axis {axis}, and targets "
            f"{targets.shape}: the targets must have shape {expected}{_other_axis(logits, targets)}"
        )
    require_floats("cross_entropy", logits=logits)
    if targets.dtype.kind not in "iu":
        raise ValueError(
            f"cross_entropy takes targets as class numbers, and got {targets.dtype}: "
            "write targets.astype(int)"
        )
