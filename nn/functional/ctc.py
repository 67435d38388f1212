"""Connectionist temporal classification: the loss of labels whose places in time are not known."""

from typing import Any

import numpy as np

import minigrad as mg
from nn.functional.reduction import reduced

# Stands for ln 0: a finite number, so that sums and differences of it are no NaN.
_NEVER = -1e30


def ctc_loss(
    log_probs: Any,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> mg.Tensor:
    """-ln of the probability that the frames, repeats and blanks taken out, spell the targets.

    `log_probs` (T, N, C) are ln p, as log_softmax gives them, time first as in PyTorch, or (T, C); `targets`
    (N, S), or all of them in a row; the lengths, (N,), say how many frames and labels each has.  "mean"
    divides each loss by its number of labels, then averages.  Labels that do not fit into their frames have
    the loss inf, or 0 with `zero_infinity`, and no gradient.

    Graves et al. (2006), equations 6 to 8, in logarithms.  The derivative in `log_probs` is that of this
    formula, minus the probability that a class is passed at a frame; PyTorch adds p to it, which makes no
    difference once log_softmax has been differentiated as well.

    Raises ValueError for shapes, lengths and labels that do not fit.
    """
    single = len(log_probs.shape) == 2
    if single:
        log_probs = mg.expand_dims(log_probs, 1)
    if len(log_probs.shape) != 3:
        raise ValueError(
            f"ctc_loss takes log_probs (T, N, C) or (T, C), and got {tuple(log_probs.shape)}: of (N, T, C) "
            "write x.swapaxes(0, 1)"
        )
    frames, batch, classes = log_probs.shape
    inputs = _lengths("input_lengths", input_lengths, batch, frames)
    labels, counts = _labels(targets, target_lengths, batch, classes, blank)
    if log_probs.dtype == np.float16:
        return ctc_loss(
            log_probs.astype(np.float32), labels, inputs, counts, blank, reduction, zero_infinity
        ).astype(np.float16)
    loss = _losses(log_probs, labels, inputs, counts, blank)  # (N,)
    loss = mg.where(loss.data > -0.1 * _NEVER, 0.0 if zero_infinity else np.inf, loss)
    if reduction == "mean":
        loss = loss / np.maximum(counts, 1).astype(loss.dtype)
    return reduced(loss[0] if single else loss, reduction)


def _losses(
    log_probs: mg.Tensor, labels: np.ndarray, inputs: np.ndarray, counts: np.ndarray, blank: int
) -> mg.Tensor:
    """The loss of each sequence, (N,): the sum over all ways through the labels with blanks between."""
    batch, longest = labels.shape
    states = np.full((batch, 2 * longest + 1), blank)  # blank, label, blank, label, ..., blank
    states[:, 1::2] = labels
    skips = np.zeros(states.shape, bool)  # where a way may leave the blank before out
    skips[:, 3::2] = labels[:, 1:] != labels[:, :-1]
    seen = mg.take_along_axis(mg.clip(log_probs, _NEVER), states[None], axis=2)  # (T, N, 2S + 1)
    place = np.arange(states.shape[1])

    # ways[t, n, s] is ln of the probability of all ways that stand at state s at frame t.
    ways = [mg.where(place < 2, seen[0], _NEVER)] if len(seen) else []
    for t in range(1, len(seen)):
        before = ways[-1]
        stepped = _shifted(before, 1)
        skipped = mg.where(skips, _shifted(before, 2), _NEVER)
        ways.append(mg.logsumexp(mg.stack([before, stepped, skipped]), axis=0) + seen[t])
    without_frames = np.where(counts > 0, -_NEVER, 0.0).astype(log_probs.dtype)
    if not ways:
        return mg.sum(log_probs, axis=(0, 2)) + without_frames
    last = np.maximum(inputs - 1, 0)
    at_end = mg.take_along_axis(mg.stack(ways), last[None, :, None], axis=0)[0]  # (N, 2S + 1)
    ends = np.stack([2 * counts, np.maximum(2 * counts - 1, 0)], axis=1)
    ending = mg.take_along_axis(at_end, ends, axis=1)  # at the last blank, or the last label
    ending = mg.where(np.stack([counts >= 0, counts > 0], axis=1), ending, _NEVER)
    return mg.where(inputs > 0, -mg.logsumexp(ending, axis=1), without_frames)


def _shifted(ways: mg.Tensor, by: int) -> mg.Tensor:
    """What stood `by` states before, and never where there are none."""
    width = ways.shape[1]
    return mg.pad(ways, ((0, 0), (by, 0)), constant_values=_NEVER)[:, :width]


def _lengths(name: str, given: Any, batch: int, most: int) -> np.ndarray:
    lengths = np.asarray(given).reshape(-1)
    if lengths.shape != (batch,) or lengths.dtype.kind not in "iu":
        raise ValueError(
            f"ctc_loss got {name} of shape {np.shape(given)} and {lengths.dtype}: give an integer for each "
            f"of the {batch} sequences"
        )
    if lengths.size and not (lengths.min() >= 0 and lengths.max() <= most):
        raise ValueError(
            f"ctc_loss got {name} from {lengths.min()} to {lengths.max()}: they go from 0 to the {most} that "
            "there are"
        )
    return lengths.astype(np.int64)


def _labels(
    targets: Any, target_lengths: Any, batch: int, classes: int, blank: int
) -> tuple[np.ndarray, np.ndarray]:
    """Labels (N, S), filled up with a class that does not count, and how many each sequence has."""
    given = np.asarray(targets)
    if given.dtype.kind not in "iu" or given.ndim not in (1, 2):
        raise ValueError(
            f"ctc_loss takes targets of integers, (N, S) or all in a row, and got {given.shape} of "
            f"{given.dtype}"
        )
    if not 0 <= blank < classes:
        raise ValueError(f"ctc_loss got blank={blank}, and there are {classes} classes, counted from 0")
    in_a_row = given.ndim == 1
    counts = _lengths("target_lengths", target_lengths, batch, given.shape[-1])
    if (in_a_row and counts.sum() != given.size) or (not in_a_row and given.shape[0] != batch):
        raise ValueError(
            f"ctc_loss got targets {given.shape} for {batch} sequences of {counts.tolist()} labels: give "
            f"({batch}, S), or the {counts.sum()} labels in a row"
        )
    counted = np.arange(counts.max(initial=0)) < counts[:, None]  # (N, S)
    labels = np.full(counted.shape, blank)
    labels[counted] = given if in_a_row else given[:, : counted.shape[1]][counted]
    wrong = labels[counted & ((labels < 0) | (labels >= classes) | (labels == blank))]
    if wrong.size:
        raise ValueError(
            f"ctc_loss got the label {wrong[0]}: labels are classes from 0 to {classes - 1} other than the "
            f"blank, {blank}"
        )
    return labels, counts
