"""Values brought to mean 0 and variance 1, or vectors to length 1."""

import math
from typing import Any

import numpy as np

import minigrad as mg
from nn.functional.distance import vector_norm
from nn.inputs import plain
from nn.mistakes import answers


def layer_norm(
    input: Any,
    normalized_shape: tuple[int, ...],
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
) -> mg.Tensor:
    """Normalise over the last axes, whose shape must be `normalized_shape`.  See mg.layer_norm."""
    axis = _last_axes("layer_norm", input, normalized_shape, weight, bias)
    return mg.layer_norm(input, weight, bias, axis, eps)


def rms_norm(
    input: Any, normalized_shape: tuple[int, ...], weight: Any = None, eps: float | None = None
) -> mg.Tensor:
    """x/√(mean x² + eps)·weight over the last axes, of shape `normalized_shape`.

    Zhang and Sennrich (2019), equation 4.  `eps` is by default the spacing of the dtype's floats at 1.
    """
    axis = _last_axes("rms_norm", input, normalized_shape, weight)
    if input.dtype.kind != "f":
        raise TypeError(f"rms_norm takes floats, and got {input.dtype}: write x.astype(np.float32)")
    if eps is None:
        eps = float(np.finfo(input.dtype).eps)
    size = _size(input, axis)
    y = input if (size == 1).all() else input / size  # which cancels out
    y = y / mg.sqrt(mg.mean(mg.square(y), axis=axis, keepdims=True) + eps / size / size)
    return y if weight is None else y * weight


def _size(input: Any, axis: int | tuple[int, ...]) -> np.ndarray:
    """By what to divide `input` so that its squares do not overflow; 1 where they do not."""
    values = plain(input)
    greatest = np.max(np.abs(values), axis=axis, keepdims=True, initial=0.0)
    overflows = (greatest > math.sqrt(np.finfo(values.dtype).max) / 16) & (greatest < math.inf)
    return np.where(overflows, greatest, 1).astype(values.dtype)


def group_norm(
    input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> mg.Tensor:
    """Normalise each of `num_groups` groups of channels of (N, C, ...) by itself (Wu and He, 2018).

    `weight` and `bias` are (C,).  Raises ValueError where the groups do not divide the channels.
    """
    shape = tuple(input.shape)
    if num_groups < 1 or len(shape) < 2 or shape[1] % num_groups:
        raise ValueError(
            f"group_norm got {num_groups} groups for an input {shape}: the groups must divide the channels, "
            "which are axis 1"
        )
    groups = (shape[0], num_groups, math.prod(shape[1:]) // num_groups)
    y = mg.layer_norm(mg.reshape(input, groups), eps=eps).reshape(shape)
    y = y if weight is None else y * _on_channels(weight, shape)
    return y if bias is None else y + _on_channels(bias, shape)


def instance_norm(
    input: Any,
    running_mean: np.ndarray | None = None,
    running_var: np.ndarray | None = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> mg.Tensor:
    """Normalise each channel of each element of (N, C, ...) by itself (Ulyanov et al., 2016).

    The running mean and variance (C,), where given, take in place a share `momentum` of the mean, over the
    elements, of their means and variances (of these with ddof 1); without `use_input_stats` they take the
    place of each element's own.  Raises ValueError for one value per channel, which has no variance, and
    for statistics that would be followed under `mg.data_parallel`.
    """
    shape = tuple(input.shape)
    if not use_input_stats:
        return batch_norm(input, running_mean, running_var, weight, bias, eps=eps)
    if running_mean is not None and mg.is_part_of_batch():
        raise ValueError(
            "instance_norm follows the statistics of the whole batch, of which data_parallel gives it a "
            "part: call the model without data_parallel, call eval() first, or let it track none"
        )
    count = math.prod(shape[2:])
    if count == 1:
        raise ValueError(
            f"instance_norm got {shape}, one value per channel, which has no variance: give more places, or "
            "normalise over the channels with layer_norm"
        )
    if shape[0] and count:
        each = plain(input).reshape(*shape[:2], count)
        wide = np.result_type(each, np.float32)
        if running_mean is not None:
            _follow(running_mean, each.mean(axis=2, dtype=wide).mean(axis=0), momentum)
        if running_var is not None:
            _follow(running_var, each.var(axis=2, ddof=1, dtype=wide).mean(axis=0), momentum)
    return group_norm(input, max(shape[1], 1), weight, bias, eps)


def batch_norm(
    input: Any,
    running_mean: np.ndarray | None,
    running_var: np.ndarray | None,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> mg.Tensor:
    """Normalise each channel of (N, C, ...) over the whole batch (Ioffe and Szegedy, 2015).

    In training by the batch's own mean and variance, of which the running ones, where given, take a
    share `momentum` in place (of the variance with ddof 1); otherwise by the running ones.
    Raises ValueError in training for less than two values per channel, which have no variance, and under
    `mg.data_parallel`.
    """
    shape = tuple(input.shape)
    if weight is not None:
        weight = _on_channels(weight, shape)
    if bias is not None:
        bias = _on_channels(bias, shape)
    if not training:
        if running_mean is None or running_var is None:
            raise ValueError(
                "batch_norm in evaluation needs running_mean and running_var: give both, or training=True to "
                "take those of the batch"
            )
        deviation = np.sqrt(_on_channels(running_var, shape) + eps)
        y = mg.subtract(input, _on_channels(running_mean, shape)) / deviation
        y = y if weight is None else y * weight
        return y if bias is None else y + bias
    axis = (0, *range(2, len(shape)))
    for running in (running_mean, running_var):
        if running is not None:
            _on_channels(running, shape)
    count = math.prod(shape[i] for i in axis)
    if count < 2:
        raise ValueError(
            f"batch_norm in training got {shape}, {'one value' if count else 'no value'} per channel, which "
            "has no variance: give a greater batch, or call eval() first"
        )
    if mg.is_part_of_batch():
        raise ValueError(
            "batch_norm in training normalises over the whole batch, of which data_parallel gives it a part: "
            "call the model without data_parallel, call eval() first, or take LayerNorm or GroupNorm"
        )
    values = plain(input)
    if values.dtype == np.float16:  # too narrow for its squares
        values = values.astype(np.float32)
    if running_mean is not None:
        running_mean += momentum * (values.mean(axis=axis) - running_mean)
    if running_var is not None:
        running_var += momentum * (values.var(axis=axis) * (count / (count - 1)) - running_var)
    return mg.layer_norm(input, weight, bias, axis=axis, eps=eps)


def _follow(running: Any, now: np.ndarray, momentum: float) -> None:
    """Have a running statistic, if there is one, take in place a share `momentum` of the present one."""
    if running is not None:
        kept = plain(running)
        kept += momentum * (now - kept)


@answers
def normalize(input: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> mg.Tensor:
    """x/max(‖x‖ₚ, eps) along `dim`."""
    return input / mg.clip(vector_norm(input, p, dim, keepdim=True), eps)


def _last_axes(name: str, input: Any, shape: tuple[int, ...], *weights: Any) -> int | tuple[int, ...]:
    """The axes that `shape` stands for.  Raises ValueError where the input ends in another one."""
    if not shape:
        raise ValueError(f"{name} got normalized_shape=(): it normalises over one axis at least")
    if tuple(input.shape[-len(shape) :]) != tuple(shape):
        raise ValueError(
            f"{name} over {tuple(shape)} got an input of shape {tuple(input.shape)}: "
            "its last axes must be of that shape"
        )
    for weight in weights:
        if weight is not None and tuple(weight.shape) != tuple(shape):
            raise ValueError(
                f"{name} over {tuple(shape)} got a weight or bias {tuple(weight.shape)}: it must be of that "
                "shape"
            )
    return -1 if len(shape) == 1 else tuple(range(-len(shape), 0))


def _on_channels(x: Any, shape: tuple[int, ...]) -> Any:
    """(C,) as it broadcasts against (N, C, ...).  Raises ValueError for another number of channels."""
    if tuple(x.shape) != shape[1:2]:
        raise ValueError(
            f"a normalisation of {shape} got a weight, bias or statistic {tuple(x.shape)}: there must be one "
            f"for each channel, {shape[1:2]}"
        )
    return x.reshape(-1, *[1] * (len(shape) - 2))
