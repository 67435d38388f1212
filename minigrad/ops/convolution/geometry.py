"""Kernel sizes, strides and paddings as PyTorch takes them, checked, one number per spatial axis."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.ops.assembly.padding import pad
from minigrad.ops.shape.reshaping import expand_dims, reshape
from minigrad.ops.typing import Array

Sizes = tuple[int, ...]
Size = int | Sequence[int]

_LETTERS = {1: "L", 2: "H, W"}


def per_axis(value: Any, n: int, op: str, name: str, least: int = 1) -> Sizes:
    """`value` for each of n axes: one number stands for all.  Raises ValueError for anything else."""
    numbers = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    if len(numbers) == 1:
        numbers *= n
    if len(numbers) != n or not all(isinstance(x, (int, np.integer)) and x >= least for x in numbers):
        raise ValueError(
            f"{op} takes {name} as a number of at least {least}, or one for each of its {n} axes, "
            f"and got {value!r}"
        )
    return tuple(map(int, numbers))


def batched(x: Array, n: int, op: str) -> tuple[Array, bool]:
    """x (N, C, *size), and whether its batch axis was put there.  Raises ValueError for other axes."""
    shape = np.shape(x)
    if len(shape) not in (n + 1, n + 2):
        raise ValueError(
            f"{op} takes an input (N, C, {_LETTERS[n]}) or (C, {_LETTERS[n]}), and got {shape}: "
            "reshape it, with an axis of length 1 for one channel"
        )
    return (expand_dims(x, 0), True) if len(shape) == n + 1 else (x, False)


def unbatched(out: Array, single: bool) -> Array:
    """`out` without the batch axis that `batched` put there."""
    return reshape(out, out.shape[1:]) if single else out


def padded(x: Array, before: Sizes, after: Sizes, value: float = 0) -> Array:
    """x with a border of `value` around its last axes."""
    if not any((*before, *after)):
        return x
    lead = ((0, 0),) * (np.ndim(x) - len(before))
    return pad(x, (*lead, *zip(before, after, strict=True)), constant_values=value)


def spans(kernel: Sizes, dilation: Sizes) -> Sizes:
    """How many places a dilated kernel covers, d·(k - 1) + 1."""
    return tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))


def places(size: Sizes, kernel: Sizes, stride: Sizes, dilation: Sizes, op: str) -> Sizes:
    """How many windows fit along each axis of (padded) `size`.  Raises ValueError where none does."""
    reach = spans(kernel, dilation)
    if any(span > length for span, length in zip(reach, size, strict=True)):
        raise ValueError(
            f"{op} got a kernel {kernel}, which covers {reach} with dilation {dilation}, for an input of "
            f"{size} with its padding: take a smaller kernel or dilation, or a larger padding"
        )
    return tuple((length - span) // s + 1 for length, span, s in zip(size, reach, stride, strict=True))
