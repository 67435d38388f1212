"""Initial values for parameters, under PyTorch's names.  Each fills `tensor` in place and returns it.

Randomness is passed in: `rng` is a np.random.Generator, and None a fresh one without a seed.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

import minigrad as mg
from nn.mistakes import unknown_name

Rng = np.random.Generator | None


def generator(rng: Rng) -> np.random.Generator:
    """`rng`, or a fresh unseeded generator in the place of None.  Raises TypeError for a seed."""
    if rng is None:
        return np.random.default_rng()
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is a np.random.Generator, and got {rng!r}: write np.random.default_rng(seed)")
    return rng


def zeros_(tensor: mg.Tensor) -> mg.Tensor:
    """All 0."""
    return constant_(tensor, 0.0)


def ones_(tensor: mg.Tensor) -> mg.Tensor:
    """All 1."""
    return constant_(tensor, 1.0)


def constant_(tensor: mg.Tensor, value: float) -> mg.Tensor:
    """All `value`."""
    tensor.data[...] = value
    return tensor


def uniform_(tensor: mg.Tensor, a: float = 0.0, b: float = 1.0, rng: Rng = None) -> mg.Tensor:
    """Uniform in [a, b)."""
    tensor.data[...] = generator(rng).uniform(a, b, tensor.shape)
    return tensor


def normal_(tensor: mg.Tensor, mean: float = 0.0, std: float = 1.0, rng: Rng = None) -> mg.Tensor:
    """Normal with `mean` and standard deviation `std`."""
    tensor.data[...] = generator(rng).normal(mean, std, tensor.shape)
    return tensor


def xavier_uniform_(tensor: mg.Tensor, gain: float = 1.0, rng: Rng = None) -> mg.Tensor:
    """Uniform in ±gain·√(6/(fan_in + fan_out)) (Glorot and Bengio, 2010, equation 16)."""
    fan_in, fan_out = _fans(tensor)
    bound = gain * math.sqrt(6 / (fan_in + fan_out))
    return uniform_(tensor, -bound, bound, rng)


def xavier_normal_(tensor: mg.Tensor, gain: float = 1.0, rng: Rng = None) -> mg.Tensor:
    """Normal with deviation gain·√(2/(fan_in + fan_out)) (Glorot and Bengio, 2010, equation 12)."""
    fan_in, fan_out = _fans(tensor)
    return normal_(tensor, 0.0, gain * math.sqrt(2 / (fan_in + fan_out)), rng)


def kaiming_uniform_(
    tensor: mg.Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    rng: Rng = None,
) -> mg.Tensor:
    """Uniform in ±gain·√(3/fan), gain that of `nonlinearity` with the slope `a` (see `calculate_gain`).

    `mode` "fan_in" keeps the variance in the forward pass, "fan_out" in the backward pass
    (He et al., 2015, equations 10 and 14).  Raises ValueError for another mode.
    """
    bound = math.sqrt(3) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, rng)


def kaiming_normal_(
    tensor: mg.Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    rng: Rng = None,
) -> mg.Tensor:
    """Normal with deviation gain/√fan; arguments as for `kaiming_uniform_` (He et al., 2015)."""
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity), rng)


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor of the weights' deviation that makes up for how `nonlinearity` changes it.

    1 for linear maps, convolutions and sigmoid, 5/3 for tanh, √2 for relu, √(2/(1 + slope²)) for
    leaky_relu, whose slope is `param` (0.01), 3/4 for selu.  Raises ValueError for another name.
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else float(param)
        return math.sqrt(2 / (1 + slope * slope))
    if nonlinearity not in _GAINS:
        raise ValueError(
            f"calculate_gain knows {', '.join((*_GAINS, 'leaky_relu'))}, and got {nonlinearity!r}: give the "
            "nearest of these, or a deviation of your own to nn.init.normal_"
        )
    return _GAINS[nonlinearity]


def trunc_normal_(
    tensor: mg.Tensor, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, rng: Rng = None
) -> mg.Tensor:
    """Normal with `mean` and `std`, drawn again until it lies in [a, b].  a and b are values, not multiples.

    Raises ValueError where [a, b] lies in a tail, beyond six deviations, or is empty.
    """
    if std <= 0:
        raise ValueError(
            f"trunc_normal_ takes a deviation above 0, and got {std}: for one value write constant_"
        )
    low, high = (a - mean) / std, (b - mean) / std
    if not (low < high and low <= 6 and high >= -6):
        raise ValueError(
            f"trunc_normal_ got the interval from {a} to {b} for the mean {mean} and deviation {std}: it "
            "must not be empty, nor lie further than 6 deviations from the mean"
        )
    rng = generator(rng)
    values = rng.normal(size=tensor.shape)
    flat = values.reshape(-1)
    wrong = np.flatnonzero((flat < low) | (flat > high))
    uniform = max(low, -6.0), min(high, 6.0)
    while wrong.size:  # by rejection from the uniform, which does as well where the interval is narrow
        drawn = rng.uniform(*uniform, wrong.size)
        densest = np.clip(0.0, *uniform)
        kept = rng.random(wrong.size) < np.exp((densest**2 - drawn**2) / 2)
        flat[wrong[kept]] = drawn[kept]
        wrong = wrong[~kept]
    tensor.data[...] = values * std + mean
    return tensor


def orthogonal_(tensor: mg.Tensor, gain: float = 1.0, rng: Rng = None) -> mg.Tensor:
    """gain times a matrix (rows, the rest) with orthonormal rows or columns, whichever are fewer.

    The Q of a normal matrix, with signs that make it uniform (Saxe et al., 2014; Mezzadri, 2007).
    Raises ValueError for fewer than 2 axes.
    """
    if tensor.ndim < 2:
        raise ValueError(f"orthogonal_ needs at least 2 axes, and got shape {tensor.shape}: use normal_")
    if not tensor.size:
        return tensor
    rows, columns = tensor.shape[0], tensor.size // tensor.shape[0]
    q, r = np.linalg.qr(generator(rng).normal(size=(max(rows, columns), min(rows, columns))))
    q *= np.sign(np.diag(r))
    tensor.data[...] = gain * (q if rows >= columns else q.T).reshape(tensor.shape)
    return tensor


def eye_(tensor: mg.Tensor) -> mg.Tensor:
    """1 on the diagonal of a matrix, else 0.  Raises ValueError for other than 2 axes."""
    if tensor.ndim != 2:
        raise ValueError(f"eye_ fills a matrix, and got shape {tensor.shape}: for kernels write dirac_")
    tensor.data[...] = np.eye(tensor.shape[0], tensor.shape[1])
    return tensor


def dirac_(tensor: mg.Tensor, groups: int = 1) -> mg.Tensor:
    """A kernel (out, in, *kernel) that hands each channel on as it is, in each of `groups`; else 0.

    Raises ValueError for other than 3 to 5 axes, or groups that do not divide the first.
    """
    if not 3 <= tensor.ndim <= 5 or groups < 1 or tensor.shape[0] % groups:
        raise ValueError(
            f"dirac_ fills a kernel of 3, 4 or 5 axes whose first is a multiple of groups={groups}, and got "
            f"shape {tensor.shape}"
        )
    tensor.data[...] = 0
    middle = tuple(n // 2 for n in tensor.shape[2:])
    each = tensor.shape[0] // groups
    for group in range(groups):
        for channel in range(min(each, tensor.shape[1])):
            tensor.data[(group * each + channel, channel, *middle)] = 1
    return tensor


def sparse_(tensor: mg.Tensor, sparsity: float, std: float = 0.01, rng: Rng = None) -> mg.Tensor:
    """N(0, std²) with the share `sparsity` of each column 0 (Martens, 2010).

    Raises ValueError for other than 2 axes, or a share outside 0 ... 1.
    """
    if tensor.ndim != 2:
        raise ValueError(f"sparse_ fills a matrix, and got shape {tensor.shape}")
    if not 0 <= sparsity <= 1:
        raise ValueError(f"sparse_ takes a share from 0 to 1 as the sparsity, and got {sparsity}")
    rng = generator(rng)
    normal_(tensor, 0.0, std, rng)
    rows, columns = tensor.shape
    zeros = math.ceil(sparsity * rows)
    for column in range(columns):
        tensor.data[rng.permutation(rows)[:zeros], column] = 0
    return tensor


_GAINS = {
    **dict.fromkeys(("linear", "conv1d", "conv2d", "conv3d"), 1.0),
    **dict.fromkeys(("conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "sigmoid"), 1.0),
    "tanh": 5 / 3,
    "relu": math.sqrt(2),
    "selu": 3 / 4,
}


def _kaiming_std(tensor: mg.Tensor, a: float, mode: str, nonlinearity: str) -> float:
    fans = dict(zip(("fan_in", "fan_out"), _fans(tensor), strict=True))
    if mode not in fans:
        raise ValueError(f'mode is "fan_in" or "fan_out", not {mode!r}')
    return calculate_gain(nonlinearity, a) / math.sqrt(max(fans[mode], 1))


def _fans(tensor: mg.Tensor) -> tuple[int, int]:
    """fan_in and fan_out of a weight (out, in, *kernel)."""
    if tensor.ndim < 2:
        raise ValueError(
            f"fan-in and fan-out need a weight of at least 2 axes, (out, in), and got shape {tensor.shape}: "
            "use nn.init.normal_ or uniform_ with a scale of your own"
        )
    kernel = math.prod(tensor.shape[2:])
    return tensor.shape[1] * kernel, tensor.shape[0] * kernel


if not TYPE_CHECKING:  # to the checker a name that is not there stays an error

    def __getattr__(name: str) -> object:
        raise unknown_name("nn.init", name, globals())
