"""Initial values for parameters, under PyTorch's names.  Each fills `tensor` in place and returns it.

Randomness is passed in: `rng` is a np.random.Generator, and None a fresh one without a seed.
"""

import math

import numpy as np

import minigrad as mg

Rng = np.random.Generator | None


def generator(rng: Rng) -> np.random.Generator:
    """`rng`, or a fresh unseeded generator in the place of None."""
    return np.random.default_rng() if rng is None else rng


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


def kaiming_uniform_(tensor: mg.Tensor, a: float = 0.0, rng: Rng = None) -> mg.Tensor:
    """Uniform in ±√(6/((1 + a²)·fan_in)), a the slope below 0 (He et al., 2015, equation 14)."""
    bound = math.sqrt(6 / ((1 + a * a) * _fans(tensor)[0]))
    return uniform_(tensor, -bound, bound, rng)


def kaiming_normal_(tensor: mg.Tensor, a: float = 0.0, rng: Rng = None) -> mg.Tensor:
    """Normal with deviation √(2/((1 + a²)·fan_in)) (He et al., 2015, equation 14)."""
    return normal_(tensor, 0.0, math.sqrt(2 / ((1 + a * a) * _fans(tensor)[0])), rng)


def _fans(tensor: mg.Tensor) -> tuple[int, int]:
    """fan_in and fan_out of a weight (out, in, *kernel)."""
    if tensor.ndim < 2:
        raise ValueError(
            f"fan-in and fan-out need a weight of at least 2 axes, (out, in), and got shape {tensor.shape}: "
            "use nn.init.normal_ or uniform_ with a scale of your own"
        )
    kernel = math.prod(tensor.shape[2:])
    return tensor.shape[1] * kernel, tensor.shape[0] * kernel
