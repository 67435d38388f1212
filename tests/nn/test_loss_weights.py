"""Losses at the edges of their shapes: weights that broadcast or do not, batches of nothing, targets of 0."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from nn import functional as F
from tests.cases import each

LOGITS = np.random.default_rng(0).normal(size=(4, 3, 2))
PROBABILITIES = 1 / (1 + np.exp(-LOGITS))
TARGETS = (LOGITS > 0.3).astype(float)
WEIGHTS = [0.5, 2.0], [[0.5], [2.0], [1.0]], np.full((4, 1, 1), 3.0), 2.0, np.abs(LOGITS)
VARIANCES = 0.5, np.abs(LOGITS[..., 0]) + 0.1, np.abs(LOGITS) + 0.1, np.abs(LOGITS[:, :1]) + 0.1
CLASSES = np.array([[0, 2], [1, 1], [2, 0], [0, -100]])


def both(ours: Callable[..., Any], theirs: str, *arrays: Any, **options: Any) -> None:
    """The value and the gradient by the first array are those of PyTorch's function of that name."""
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch to compare")
    x = mg.tensor(arrays[0], dtype=np.float64, requires_grad=True)
    y = torch.tensor(arrays[0], dtype=torch.float64, requires_grad=True)
    as_torch = lambda a: torch.as_tensor(np.asarray(a)) if isinstance(a, (list, np.ndarray)) else a
    out = ours(x, *arrays[1:], **options)
    keywords = {
        name: torch.as_tensor(np.asarray(a)) if "weight" in name else a for name, a in options.items()
    }
    expected = getattr(torch.nn.functional, theirs)(y, *map(as_torch, arrays[1:]), **keywords)
    np.testing.assert_allclose(out.numpy(), expected.detach().numpy(), rtol=1e-12)
    out.sum().backward()
    expected.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), y.grad.numpy(), rtol=1e-12)


@each("reduction", ["mean", "none"])
@each("weight", WEIGHTS, ids=lambda w: str(np.shape(w)))
def test_weights_that_broadcast(weight: Any, reduction: str) -> None:
    both(F.binary_cross_entropy, "binary_cross_entropy", PROBABILITIES, TARGETS, weight=weight)
    name, options = "binary_cross_entropy_with_logits", {"weight": weight, "reduction": reduction}
    both(F.binary_cross_entropy_with_logits, name, LOGITS, TARGETS, **options, pos_weight=weight)


@each("var", VARIANCES, ids=lambda v: str(np.shape(v)))
def test_variances_that_broadcast(var: Any) -> None:
    both(F.gaussian_nll_loss, "gaussian_nll_loss", LOGITS, TARGETS, var, reduction="none")


def test_a_variance_for_each_row_of_a_square() -> None:
    square, rows = LOGITS[:3, :, 0], np.array([0.5, 1.0, 2.0])
    both(F.gaussian_nll_loss, "gaussian_nll_loss", square, np.zeros((3, 3)), rows, reduction="none")


def test_a_weight_does_not_widen_the_loss() -> None:
    x, y = mg.tensor(PROBABILITIES.astype(np.float32)), TARGETS.astype(np.float32)
    assert F.binary_cross_entropy(x, y, weight=np.ones(2)).dtype == np.float32
    assert F.binary_cross_entropy_with_logits(x, y, pos_weight=np.ones(2)).dtype == np.float32
    assert F.gaussian_nll_loss(x, y, np.ones(x.shape)).dtype == np.float32


@each("smoothing", [0.0, 0.3, 1.0])
@each("weight", [None, [0.5, 2.0, 0.0]])
def test_class_weights(weight: Any, smoothing: float) -> None:
    options = {"label_smoothing": smoothing} | ({} if weight is None else {"weight": np.array(weight)})
    both(F.cross_entropy, "cross_entropy", LOGITS, CLASSES, **options)


@each("reduction", ["mean", "sum", "none"])
def test_an_empty_batch(reduction: str) -> None:
    nothing, no_rows = np.zeros((0,)), np.zeros((0, 3))
    for name in "mse_loss l1_loss smooth_l1_loss huber_loss binary_cross_entropy".split():
        both(getattr(F, name), name, nothing, nothing, reduction=reduction)
    for name in ("cross_entropy", "nll_loss"):
        both(getattr(F, name), name, no_rows, np.zeros(0, int), reduction=reduction)
        both(getattr(F, name), name, no_rows, np.zeros(0, int), reduction=reduction, weight=np.ones(3))
    if reduction != "none":
        both(F.kl_div, "kl_div", no_rows, no_rows, reduction="batchmean")


def test_kl_div_counts_a_probability_of_zero_as_zero() -> None:
    x = mg.tensor(np.array([-np.inf, -1.0, np.log(0.5)]), requires_grad=True)
    loss = F.kl_div(x, np.array([0.0, 0.0, 0.5]), "none")
    np.testing.assert_array_equal(loss.numpy(), [0, 0, 0])
    loss.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [0, 0, -0.5])
    log_target = np.array([-np.inf, -np.inf, np.log(0.5)])
    np.testing.assert_array_equal(F.kl_div(x, log_target, "none", log_target=True).numpy(), [0, 0, 0])
    assert F.kl_div(x, np.array([0.5, 0.0, 0.0]), "sum").item() == np.inf


def test_kl_div_of_a_target_that_is_no_probability_is_nan() -> None:
    with np.errstate(invalid="ignore"):
        assert np.isnan(F.kl_div(mg.tensor([-1.0]), mg.tensor([-0.5])).item())
