"""functional_call: a module as a function of its parameters, under every derivative."""

import numpy as np
import pytest

import minigrad as mg
import nn


def leaf(array):
    return mg.tensor(array, requires_grad=True)


class Tied(nn.Module):
    """Two layers that share one parameter, and have one each."""

    def __init__(self):
        rng = np.random.default_rng(0)
        self.first = nn.Linear(3, 3, rng=rng)
        self.second = nn.Linear(3, 3, rng=rng)
        self.second.weight = self.first.weight

    def forward(self, x):
        return self.second(np.tanh(self.first(x)))


X = np.random.default_rng(1).normal(size=(2, 3)).astype(np.float32)


def test_the_gradient_by_a_dict_of_parameters_is_backwards():
    model = Tied()
    loss = lambda p: (nn.functional_call(model, p, X) ** 2).mean()
    parameters = dict(model.named_parameters())
    assert list(parameters) == ["first.weight", "first.bias", "second.bias"]
    gradients = mg.grad(loss)(parameters)
    (model(X) ** 2).mean().backward()
    assert list(gradients) == list(parameters)
    for name, parameter in model.named_parameters():
        np.testing.assert_allclose(gradients[name].data, parameter.grad.data, rtol=1e-6)


def test_arrays_as_well_and_only_some_of_them():
    model = Tied()
    zero = np.zeros((3, 3), np.float32)
    y = nn.functional_call(model, {"first.weight": zero}, X)
    np.testing.assert_array_equal(y.data, np.broadcast_to(model.second.bias.data, (2, 3)))


def test_the_module_is_left_as_it_was():
    model = Tied()
    before = dict(model.named_parameters())
    expected = model(X).data
    with pytest.raises(ValueError):
        nn.functional_call(model, before, X[:, :2])
    nn.functional_call(model, {name: p.data + 1 for name, p in before.items()}, X)
    after = dict(model.named_parameters())
    assert all(before[name] is after[name] for name in before)
    assert model.second.weight is model.first.weight
    np.testing.assert_array_equal(model(X).data, expected)


def test_products_with_the_hessian_of_a_model():
    model = nn.Sequential(nn.Linear(3, 2, rng=np.random.default_rng(0)), nn.Tanh()).astype(np.float64)
    loss = lambda p: (nn.functional_call(model, p, X.astype(np.float64)) ** 2).sum()
    p = {name: parameter.data for name, parameter in model.named_parameters()}
    v = {name: np.ones_like(x) for name, x in p.items()}
    (product,) = mg.hvp(loss, (p,), (v,))
    plus, minus = (mg.grad(loss)({n: p[n] + s * 1e-5 * v[n] for n in p}) for s in (1, -1))
    for name in p:
        difference = (plus[name].data - minus[name].data) / 2e-5
        np.testing.assert_allclose(product[name].data, difference, rtol=1e-6, atol=1e-8)


def test_per_example_gradients_of_a_model():
    model = nn.Linear(3, 1, rng=np.random.default_rng(0))
    loss = lambda p, x: nn.functional_call(model, p, x).sum()
    gradients = mg.per_example_grad(loss)(dict(model.named_parameters()), X)
    np.testing.assert_array_equal(gradients["weight"].data, X[:, None])
    assert gradients["bias"].shape == (2, 1)


def test_unknown_names_and_other_shapes_are_refused():
    model = nn.Linear(3, 2)
    with pytest.raises(
        ValueError, match="got 'weights', and Linear has the parameters weight, bias: name them"
    ):
        nn.functional_call(model, {"weights": X}, X)
    with pytest.raises(
        ValueError, match=r"got 'weight' of shape \(3, 2\), and the parameter has shape \(2, 3\)"
    ):
        nn.functional_call(model, {"weight": X.T}, X)


def test_dropout_in_a_module_and_in_attention():
    def run(checkpointed):
        model = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.5, rng=np.random.default_rng(0))
        x = leaf(np.random.default_rng(1).normal(size=(1, 3, 4)))
        y = mg.checkpoint(model, x) if checkpointed else model(x)
        (y * np.arange(12.0).reshape(1, 3, 4)).sum().backward()
        return [x.grad.data, *(p.grad.data for p in model.parameters())]

    for a, b in zip(run(False), run(True), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_checkpoint_within_functional_call():
    """The module itself holds other parameters again when the walk comes: that is refused, not guessed."""
    model = nn.Linear(3, 2, rng=np.random.default_rng(0))
    p = {name: leaf(x.data) for name, x in model.named_parameters()}
    y = nn.functional_call(model, p, X).sum()  # without one
    y.backward()
    np.testing.assert_allclose(p["bias"].grad.data, [2, 2])
    hidden = nn.Sequential(model)
    hidden.forward = lambda x: mg.checkpoint(model, x)
    y = nn.functional_call(hidden, {f"0.{name}": x for name, x in p.items()}, X).sum()
    with pytest.raises(mg.CheckpointError, match=r"computed from other tensors.*functional_call"):
        y.backward()
    whole = mg.checkpoint(lambda q, x: nn.functional_call(model, q, x), p, X).sum()
    whole.backward()
    np.testing.assert_allclose(p["bias"].grad.data, [4, 4])
