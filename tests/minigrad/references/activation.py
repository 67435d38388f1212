"""Activation functions by their definitions."""

from typing import Any

import numpy as np

from tests.minigrad.references.basic import elu


def selu(x: Any) -> Any:
    return 1.0507009873554804934193349852946 * elu(x, 1.6732632423543772848170429916717)


def celu(x: Any, alpha: float = 1.0) -> Any:
    return np.maximum(x, 0) + np.minimum(0, alpha * (np.exp(x / alpha) - 1))


def softplus(x: Any, beta: float = 1.0, threshold: float = np.inf) -> Any:
    return np.where(beta * x > threshold, x, np.log(1 + np.exp(beta * x)) / beta)


def mish(x: Any) -> Any:
    return x * np.tanh(softplus(x))


def tanhshrink(x: Any) -> Any:
    return x - np.tanh(x)


def softsign(x: Any) -> Any:
    return x / (1 + np.abs(x))


def hardtanh(x: Any, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    return np.minimum(np.maximum(x, min_val), max_val)


def relu6(x: Any) -> Any:
    return hardtanh(x, 0.0, 6.0)


def hardsigmoid(x: Any) -> Any:
    return relu6(x + 3) / 6


def hardswish(x: Any) -> Any:
    return x * relu6(x + 3) / 6


def hardshrink(x: Any, lambd: float = 0.5) -> Any:
    return np.where((-lambd <= x) & (x <= lambd), 0.0, x)


def softshrink(x: Any, lambd: float = 0.5) -> Any:
    return np.sign(x) * np.maximum(np.abs(x) - lambd, 0)


def threshold(x: Any, threshold: float, value: float) -> Any:
    return np.where(x > threshold, x, value)
