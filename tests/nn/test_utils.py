"""Helpers for training: gradients held in bounds, and models as vectors."""

import numpy as np

import minigrad as mg
import nn
from nn import functional as F


def with_gradient(*values: float) -> nn.Parameter:
    p = nn.Parameter(np.zeros(len(values)))
    p.grad = mg.tensor(np.array(values))
    return p


def test_clip_grad_value() -> None:
    p, without = with_gradient(-3.0, 0.5, 2.0), nn.Parameter(np.zeros(2))
    array = p.grad.numpy()
    nn.utils.clip_grad_value_([p, without], 1.5)
    assert p.grad.numpy() is array
    np.testing.assert_array_equal(array, [-1.5, 0.5, 1.5])
    assert without.grad is None
    nn.utils.clip_grad_value_(p, 0)  # one tensor does as well
    np.testing.assert_array_equal(array, 0)


def test_a_model_as_a_vector_and_back() -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.LayerNorm(2))
    vector = nn.utils.parameters_to_vector(model.parameters())
    expected = np.concatenate([p.numpy().ravel() for p in model.parameters()])
    np.testing.assert_array_equal(vector.numpy(), expected)
    vector.backward(np.arange(vector.size, dtype=np.float32))
    np.testing.assert_array_equal(model[0].weight.grad.numpy(), [[0, 1, 2], [3, 4, 5]])

    arrays = [p.numpy() for p in model.parameters()]
    nn.utils.vector_to_parameters(vector * 2, model.parameters())
    assert all(p.numpy() is array for p, array in zip(model.parameters(), arrays, strict=True))
    np.testing.assert_array_equal(np.concatenate([x.ravel() for x in arrays]), 2 * expected)
    assert model[0].weight.is_leaf


def test_a_step_with_a_closure_gives_its_loss() -> None:
    x = nn.Parameter(np.array([3.0]))
    optimiser = nn.optim.SGD([x], lr=0.25)

    def closure() -> mg.Tensor:
        optimiser.zero_grad()
        loss = (x**2).sum()
        loss.backward()
        return loss

    assert optimiser.step(closure).item() == 9
    np.testing.assert_array_equal(x.numpy(), [1.5])
    assert optimiser.step() is None
    optimiser.zero_grad(set_to_none=False)
    np.testing.assert_array_equal(x.grad.numpy(), [0])


def test_rows_that_are_given() -> None:
    rows = np.arange(6.0).reshape(3, 2)
    layer = nn.Embedding.from_pretrained(rows, padding_idx=0)
    assert not layer.weight.requires_grad
    np.testing.assert_array_equal(layer(np.array([2, 0])).numpy(), [[4, 5], [0, 1]])
    layer.weight.data[...] = 0
    assert rows[2, 1] == 5  # a copy
    assert nn.Embedding.from_pretrained([[1.0, 2.0]]).weight.dtype == np.float32
    learned = nn.Embedding.from_pretrained(rows, freeze=False)
    F.mse_loss(learned(np.array([1])), np.zeros((1, 2))).backward()
    np.testing.assert_array_equal(learned.weight.grad.numpy(), [[0, 0], [2, 3], [0, 0]])


def test_rows_that_are_too_long_are_shortened_in_place() -> None:
    layer = nn.Embedding.from_pretrained(np.array([[3.0, 4.0], [0.3, 0.4], [6.0, 8.0]]), max_norm=1.0)
    np.testing.assert_allclose(layer(np.array([0, 1, 0])).numpy(), [[0.6, 0.8], [0.3, 0.4], [0.6, 0.8]], 1e-6)
    np.testing.assert_allclose(layer.weight.numpy(), [[0.6, 0.8], [0.3, 0.4], [6, 8]], 1e-6)


def test_distances_that_count_have_the_derivative_0() -> None:
    x = mg.tensor([[1.0, 0.0, 3.0]], requires_grad=True)
    distance = F.pairwise_distance(x, np.array([[1.0, 0.0, 2.0]], np.float32), p=0.0, eps=0.0)
    assert distance.item() == 1
    distance.backward(np.ones(1, np.float32))
    np.testing.assert_array_equal(x.grad.numpy(), 0)
