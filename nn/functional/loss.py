"""Losses of numbers and of distributions.  Input and target must be of one shape (see `reduction`)."""

import math
from typing import Any

import numpy as np

import minigrad as mg
from nn.functional.reduction import averaged, matched, reduced, weighing
from nn.inputs import plain


def mse_loss(input: Any, target: Any, reduction: str = "mean", weight: Any = None) -> mg.Tensor:
    """(input - target)²·weight, averaged over the weights, summed, or as it is ("none")."""
    loss = mg.square(input - matched("mse_loss", input, target))
    return reduced(loss, reduction) if weight is None else _weighed("mse_loss", loss, weight, reduction)


def l1_loss(input: Any, target: Any, reduction: str = "mean", weight: Any = None) -> mg.Tensor:
    """|input - target|·weight, averaged over the weights; its derivative at 0 is 0."""
    loss = mg.absolute(input - matched("l1_loss", input, target))
    return reduced(loss, reduction) if weight is None else _weighed("l1_loss", loss, weight, reduction)


def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> mg.Tensor:
    """d²/(2·beta) where d = |input - target| < beta, else d - beta/2 (Girshick, 2015).

    Raises ValueError for beta < 0.
    """
    if beta < 0:
        raise ValueError(f"smooth_l1_loss takes a beta of at least 0, and got {beta}")
    difference = input - matched("smooth_l1_loss", input, target)
    d = mg.absolute(difference)
    if beta > 0:
        d = mg.where(d < beta, _square_where(d < beta, difference) * (0.5 / beta), d - 0.5 * beta)
    return reduced(d, reduction)


def huber_loss(
    input: Any, target: Any, reduction: str = "mean", delta: float = 1.0, weight: Any = None
) -> mg.Tensor:
    """d²/2 where d = |input - target| < delta, else delta·(d - delta/2) (Huber, 1964), times `weight`.

    "mean" divides by the number of elements, not by the weights, as PyTorch's does here alone.
    Raises ValueError for delta <= 0.
    """
    if delta <= 0:
        raise ValueError(f"huber_loss takes a delta above 0, and got {delta}")
    difference = input - matched("huber_loss", input, target)
    d = mg.absolute(difference)
    square = _square_where(d < delta, difference) * 0.5
    loss = mg.where(d < delta, square, (d - 0.5 * delta) * delta)
    return reduced(
        loss if weight is None else loss * weighing("huber_loss", "weight", weight, loss), reduction
    )


def _square_where(near: Any, difference: mg.Tensor) -> mg.Tensor:
    """difference² there, where it has its second derivative at 0 too, as |difference|² has not."""
    return mg.square(mg.where(near, difference, 0.0))


def _weighed(name: str, loss: mg.Tensor, weight: Any, reduction: str) -> mg.Tensor:
    """loss·weight, reduced; "mean" divides by the sum of the weights."""
    each = mg.broadcast_to(weighing(name, "weight", weight, loss), loss.shape)
    return averaged(loss * each, each) if reduction == "mean" else reduced(loss * each, reduction)


def kl_div(input: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> mg.Tensor:
    """target·(ln target - input), where `input` holds logarithms: summed, KL(target ‖ e^input).

    A target of probability 0 counts as 0, also where the input is -∞; a negative one gives NaN.  With
    `log_target` the target holds logarithms too.  "batchmean" is the sum divided by the length of axis 0,
    which is what the divergence is; "mean" divides by all.
    """
    target = matched("kl_div", input, target)
    nothing = target == (-np.inf if log_target else 0)
    input = mg.where(nothing & (input == -np.inf), 0.0, input)  # 0·∞ is 0 here
    if log_target:
        loss = mg.exp(target) * (mg.where(nothing, 0.0, target) - input)
    else:
        loss = target * (mg.log(mg.where(nothing, 1.0, target)) - input)
    if reduction == "batchmean":
        if not loss.ndim:
            raise ValueError('kl_div with reduction="batchmean" needs a batch on axis 0, and got one number')
        return loss.sum() / loss.shape[0] if loss.size else loss.sum() + np.nan
    return reduced(loss, reduction)


def poisson_nll_loss(
    input: Any,
    target: Any,
    log_input: bool = True,
    full: bool = False,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> mg.Tensor:
    """-ln of the Poisson probability of the count `target` at the rate e^input (or `input` itself).

    rate - target·ln rate; `full` adds ln target! by Stirling's formula where target > 1.
    """
    target = matched("poisson_nll_loss", input, target)
    loss = mg.exp(input) - target * input if log_input else input - target * mg.log(input + eps)
    if full:
        above = mg.where(target > 1, target, 1.0)
        stirling = above * mg.log(above) - above + 0.5 * mg.log(2 * math.pi * above)
        loss = loss + mg.where(target > 1, stirling, 0.0)
    return reduced(loss, reduction)


def gaussian_nll_loss(
    input: Any, target: Any, var: Any, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> mg.Tensor:
    """(ln var + (input - target)²/var)/2, plus ln(2π)/2 if `full` (Nix and Weigend, 1994).

    `var` is one number, of the input's shape, of that without its last axis, or with one axis of length 1;
    below `eps` it counts as `eps`, with its derivative there.  Raises ValueError for a negative one.
    """
    target = matched("gaussian_nll_loss", input, target)
    var = _variances(var, input)
    values = plain(var)
    if (values < 0).any():
        raise ValueError(f"gaussian_nll_loss got the variance {values.min()}: variances are not negative")
    var = var + np.maximum(eps - values, 0).astype(values.dtype)
    loss = (mg.log(var) + mg.square(input - target) / var) * 0.5
    return reduced(loss + 0.5 * math.log(2 * math.pi) if full else loss, reduction)


def _variances(var: Any, input: Any) -> Any:
    """`var` as it broadcasts to the input: without the last axis it is one for each row."""
    shape, whole = tuple(np.shape(var)), tuple(input.shape)
    if not isinstance(var, mg.Tensor):
        var = np.asarray(var, input.dtype)
    if shape in ((), whole):
        return var
    if shape == whole[:-1]:
        return mg.expand_dims(var, -1) if isinstance(var, mg.Tensor) else var[..., None]
    different = [n for n, m in zip(shape, whole, strict=False) if n != m]
    if len(shape) == len(whole) and different == [1]:
        return var
    raise ValueError(
        f"gaussian_nll_loss got var {shape} for an input {whole}: give one number, that shape, the shape "
        "without its last axis, or with one axis of length 1"
    )
