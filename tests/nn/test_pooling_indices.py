"""Where max pooling found its elements, against PyTorch's: of equal ones the first."""

from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn import functional as F
from tests.cases import each

torch = pytest.importorskip(
    "torch", reason="torch is not installed, and these tests compare with it: pip install torch"
)

X = np.random.default_rng(0).integers(0, 4, (2, 3, 7, 6)).astype(np.float32)  # many are equal
LOW = np.full_like(X, -np.inf)

POOLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("max_pool1d", (3,), {}),
    ("max_pool1d", (3, 2, 1), {"ceil_mode": True}),
    ("max_pool1d", (2,), {"stride": 1, "dilation": 2}),
    ("max_pool2d", ((3, 2),), {}),
    ("max_pool2d", (3, 2, 1), {"ceil_mode": True}),
    ("max_pool2d", (2, (1, 2), (1, 0), (2, 1)), {}),
    ("adaptive_max_pool1d", (4,), {}),
    ("adaptive_max_pool2d", ((3, 4),), {}),
    ("adaptive_max_pool2d", ((None, 2),), {}),
]


@each("x", [X, LOW], ids=["ties", "low"])
@each("pool", POOLS, ids=str)
def test_indices(pool: Any, x: np.ndarray) -> None:
    name, args, options = pool
    x = x[0] if name.endswith("1d") else x
    out, indices = getattr(F, name)(mg.tensor(x), *args, return_indices=True, **options)
    their_out, theirs = getattr(torch.nn.functional, name)(
        torch.from_numpy(x), *args, return_indices=True, **options
    )
    np.testing.assert_array_equal(indices, theirs.numpy())
    np.testing.assert_array_equal(out.numpy(), their_out.numpy())


def test_layers_give_them_too() -> None:
    for layer in (nn.MaxPool2d(2, return_indices=True), nn.AdaptiveMaxPool2d(2, return_indices=True)):
        out, indices = layer(mg.tensor(X))
        flat = X.reshape(2, 3, -1)
        found = np.take_along_axis(flat, indices.reshape(2, 3, -1), axis=2).reshape(out.shape)
        np.testing.assert_array_equal(found, out.numpy())
    assert isinstance(nn.MaxPool1d(2)(mg.tensor(X[0])), mg.Tensor)
