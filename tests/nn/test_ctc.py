"""CTC against PyTorch's: from scores, since its derivative in log_probs is that of log_softmax with it."""

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

RNG = np.random.default_rng(4)
SCORES = RNG.normal(size=(7, 3, 5))  # (T, N, C)
LABELS = np.array([[1, 2, 2, 4], [3, 3, 1, 1], [4, 1, 0, 0]])  # of the last two count
FRAMES, COUNTS = np.array([7, 6, 5]), np.array([4, 3, 2])
IN_A_ROW = np.concatenate([labels[:n] for labels, n in zip(LABELS, COUNTS, strict=True)])
TOO_MANY = {"target_lengths": np.array([4, 4, 0]), "input_lengths": np.array([7, 5, 0])}  # 3 3 1 1 needs 6

CALLS: list[dict[str, Any]] = [
    {},
    {"targets": IN_A_ROW},
    {"reduction": "sum"},
    {"reduction": "none"},
    {"blank": 4, "targets": (LABELS + 4) % 5, "reduction": "none"},
    {"target_lengths": np.array([0, 1, 2]), "reduction": "none"},
    {**TOO_MANY, "reduction": "none", "zero_infinity": True},
    {**TOO_MANY, "reduction": "mean", "zero_infinity": True},
]


def arguments(call: dict[str, Any]) -> dict[str, Any]:
    return {"targets": LABELS, "input_lengths": FRAMES, "target_lengths": COUNTS, **call}


@each("dtype", [np.float64, np.float32])
@each("call", CALLS, ids=lambda call: ",".join(call) or "plain")
def test_value_and_gradient(call: dict[str, Any], dtype: Any) -> None:
    given = arguments(call)
    x = mg.tensor(SCORES.astype(dtype), requires_grad=True)
    ours = F.ctc_loss(F.log_softmax(x, dim=2), **given)
    t = torch.tensor(SCORES.astype(dtype), requires_grad=True)
    tensors = {k: torch.from_numpy(v) if isinstance(v, np.ndarray) else v for k, v in given.items()}
    theirs = torch.nn.functional.ctc_loss(t.log_softmax(2), **tensors)
    tolerance = 1e-12 if dtype == np.float64 else 1e-5
    np.testing.assert_allclose(ours.numpy(), theirs.detach().numpy(), rtol=tolerance)
    assert ours.dtype == dtype
    ours.sum().backward()
    theirs.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), t.grad.numpy(), rtol=0, atol=tolerance)


def test_one_sequence_and_the_layer() -> None:
    log_p = np.asarray(F.log_softmax(SCORES, dim=2).data)
    loss = nn.CTCLoss(reduction="sum")
    each = [loss(log_p[:, i], LABELS[i, : COUNTS[i]], FRAMES[i], COUNTS[i]).item() for i in range(3)]
    np.testing.assert_allclose(each, nn.CTCLoss(reduction="none")(log_p, LABELS, FRAMES, COUNTS).numpy())


def test_what_does_not_fit_is_infinitely_unlikely_and_has_no_gradient() -> None:
    x = mg.tensor(SCORES, requires_grad=True)
    loss = F.ctc_loss(F.log_softmax(x, dim=2), **arguments({**TOO_MANY, "reduction": "none"}))
    np.testing.assert_array_equal(np.isinf(loss.numpy()), [False, True, False])
    assert loss.numpy()[2] == 0  # no frames and no labels
    loss[:2].sum().backward()
    assert x.grad.numpy()[:, 0].any()
    np.testing.assert_array_equal(x.grad.numpy()[:, 1:], 0)


def test_a_class_of_probability_0_gives_no_nan() -> None:
    log_p = F.log_softmax(SCORES, dim=2).data.copy()
    log_p[:, 0, 3] = -np.inf  # no label of the first sequence
    log_p[:, 1, 3] = -np.inf  # one of the second
    x = mg.tensor(log_p, requires_grad=True)
    loss = F.ctc_loss(x, LABELS, FRAMES, COUNTS, reduction="none")
    np.testing.assert_array_equal(np.isinf(loss.numpy()), [False, True, False])
    loss.sum().backward()
    assert np.isfinite(x.grad.numpy()).all()


def test_half_precision_is_computed_in_single() -> None:
    log_p = np.asarray(F.log_softmax(SCORES, dim=2).data)
    half = F.ctc_loss(log_p.astype(np.float16), LABELS, FRAMES, COUNTS)
    assert half.dtype == np.float16
    np.testing.assert_allclose(half.numpy(), F.ctc_loss(log_p, LABELS, FRAMES, COUNTS).numpy(), rtol=2e-3)


def test_second_order() -> None:
    mg.check_grads(
        lambda x: F.ctc_loss(x, LABELS, FRAMES, COUNTS),
        [np.asarray(F.log_softmax(SCORES, dim=2).data)],
        order=2,
    )
