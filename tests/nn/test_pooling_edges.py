"""Pooling at its edges as in PyTorch: padding, the last window, ties, NaN and -inf, values and gradients."""

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from nn import functional as F
from tests.cases import each

torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch to compare")

VALUES = np.array([-np.inf, np.nan, 1.0, 2.0])


def drawn(seed: int) -> tuple[np.ndarray, dict[str, Any], bool]:
    """An input of few values, and windows of one or two axes over it."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 3))
    draw = lambda low, high: tuple(int(i) for i in rng.integers(low, high, n))
    kernel = draw(1, 4)
    windows: dict[str, Any] = {
        "kernel_size": kernel,
        "stride": draw(1, 4),
        "padding": tuple(int(rng.integers(0, k // 2 + 1)) for k in kernel),
        "ceil_mode": bool(rng.integers(2)),
    }
    return rng.choice(VALUES[:: rng.integers(1, 3)], size=(2, 2, *draw(3, 7))), windows, bool(rng.integers(2))


def agree(x: np.ndarray, name: str, *args: Any, **options: Any) -> None:
    ours, theirs = mg.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    out, expected = (
        getattr(F, name)(ours, *args, **options),
        getattr(torch.nn.functional, name)(theirs, *args, **options),
    )
    if options.get("return_indices"):
        (out, places), (expected, their_places) = out, expected
        np.testing.assert_array_equal(places, their_places.numpy())
    np.testing.assert_allclose(out.numpy(), expected.detach().numpy())
    g = np.arange(1.0, out.size + 1).reshape(out.shape)
    out.backward(g)
    expected.backward(torch.tensor(g))
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy())


@each("seed", range(40))
def test_windows_and_bins_as_in_torch(seed: int) -> None:
    x, windows, counts = drawn(seed)
    n = x.ndim - 2
    agree(x, f"max_pool{n}d", **windows, return_indices=True)
    agree(x, f"adaptive_max_pool{n}d", windows["kernel_size"], return_indices=True)
    with np.errstate(invalid="ignore"):
        agree(x, f"avg_pool{n}d", **windows, count_include_pad=counts)


def test_no_gradient_is_lost_in_the_padding() -> None:
    x = mg.tensor(np.full((1, 1, 3), -np.inf), requires_grad=True)
    mg.max_pool1d(x, 3, 1, 1).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [[[2, 1, 0]]])


def test_a_dilated_window_that_skips_the_padding() -> None:
    agree(np.full((1, 1, 6), -np.inf), "max_pool1d", 3, 1, 1, 2, return_indices=True)
