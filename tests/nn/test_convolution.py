"""Convolution and pooling as layers: PyTorch's values, gradients, state dicts and manners."""

import math
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn import functional as F
from tests.cases import each

try:
    import torch
except ModuleNotFoundError:
    torch = None

needs_torch = pytest.mark.skipif(
    torch is None, reason="torch is absent: pip install torch to compare with it"
)

# Layer, its arguments, the shape of an input.
LAYERS: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]] = [
    ("Conv1d", (4, 6, 3), {}, (2, 4, 9)),
    ("Conv1d", (4, 6, 3, 2, 1), {"groups": 2, "bias": False}, (2, 4, 9)),
    ("Conv1d", (4, 4, (5,)), {"padding": "same", "dilation": 2, "groups": 4}, (4, 9)),
    ("Conv2d", (3, 8, 3), {"padding": 1}, (2, 3, 8, 7)),
    ("Conv2d", (4, 6, (3, 2), (2, 1), (1, 0), (1, 2), 2, False), {}, (2, 4, 8, 7)),
    ("Conv2d", (3, 2, 5), {"padding": "same"}, (3, 6, 7)),
    ("Conv1d", (4, 2, 3), {"padding": 2, "padding_mode": "circular"}, (2, 4, 9)),
    ("Conv2d", (3, 2, (3, 5)), {"padding": "same", "padding_mode": "reflect"}, (2, 3, 6, 7)),
    ("Conv2d", (3, 2, 3, 2, (1, 0)), {"padding_mode": "replicate"}, (3, 6, 7)),
    ("Conv2d", (3, 2, 3), {"padding": "valid", "padding_mode": "replicate"}, (3, 6, 7)),
    ("ConvTranspose1d", (4, 6, 3), {}, (2, 4, 5)),
    ("ConvTranspose1d", (4, 6, 4, 3, 1, 2, 2, False, 2), {}, (2, 4, 5)),
    ("ConvTranspose2d", (4, 3, 3), {"stride": 2, "padding": 1, "output_padding": 1}, (2, 4, 5, 4)),
    ("ConvTranspose2d", (4, 6, (2, 3), (3, 2)), {"groups": 2, "dilation": (1, 2)}, (4, 3, 4)),
    ("MaxPool1d", (2,), {}, (2, 3, 7)),
    ("MaxPool1d", (3, 2, 1, 2), {"ceil_mode": True}, (2, 3, 10)),
    ("MaxPool2d", (3, 2, 1), {}, (2, 3, 8, 7)),
    ("MaxPool2d", ((2, 3), None, (1, 0)), {"ceil_mode": True}, (3, 7, 8)),
    ("AvgPool1d", (3, 2, 1, True, False), {}, (2, 3, 8)),
    ("AvgPool1d", (2,), {}, (3, 8)),
    ("AvgPool2d", (3, 2, 1, True), {}, (2, 3, 8, 7)),
    ("AvgPool2d", ((2, 3),), {"divisor_override": 5}, (3, 8, 7)),
    ("AdaptiveAvgPool1d", (3,), {}, (2, 3, 8)),
    ("AdaptiveAvgPool2d", ((1, 1),), {}, (2, 3, 8, 7)),
    ("AdaptiveAvgPool2d", ((3, None),), {}, (3, 8, 7)),
    ("AdaptiveMaxPool1d", (3,), {}, (2, 3, 8)),
    ("AdaptiveMaxPool2d", ((3, 5),), {}, (2, 3, 8, 7)),
    ("Unfold", ((2, 3), (1, 2), (0, 1), (2, 1)), {}, (2, 3, 6, 7)),
    ("Fold", ((4, 5), 2), {}, (2, 12, 12)),
]
every_layer = each(
    ("name", "args", "kwargs", "shape"), LAYERS, ids=[f"{i}-{row[0]}" for i, row in enumerate(LAYERS)]
)
RANDOM = ("Conv1d", "Conv2d", "ConvTranspose1d", "ConvTranspose2d")


def layer(name: str, args: Any, kwargs: Any) -> nn.Module:
    seeded = {"rng": np.random.default_rng(0)} if name in RANDOM else {}
    return getattr(nn, name)(*args, **kwargs, **seeded)


# -- against PyTorch --------------------------------------------------------------------------------


@needs_torch
@each(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-5)])
@every_layer
def test_layer_is_torchs(name, args, kwargs, shape, dtype, tolerance, rng):
    """PyTorch's state dict loads; then output and all gradients are the same."""
    theirs = getattr(torch.nn, name)(*args, **kwargs).to(torch.from_numpy(np.zeros(0, dtype)).dtype)
    ours = layer(name, args, kwargs).astype(dtype)
    ours.load_state_dict(theirs.state_dict())
    data = rng.normal(size=shape).astype(dtype)
    x, t = mg.tensor(data, requires_grad=True), torch.tensor(data, requires_grad=True)
    out, expected = ours(x), theirs(t)
    g = rng.normal(size=out.shape).astype(dtype)
    out.backward(g)
    expected.backward(torch.from_numpy(g))
    pairs = [(out, expected), (x.grad, t.grad)]
    pairs += [
        (p.grad, q.grad)
        for (_, p), (_, q) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True)
    ]
    for mine, other in pairs:
        other = other.detach().numpy()
        assert mine.dtype == other.dtype == dtype
        np.testing.assert_allclose(mine.data, other, rtol=tolerance, atol=tolerance * np.abs(other).max())


@needs_torch
@every_layer
def test_names_and_shapes_of_parameters_are_torchs(name, args, kwargs, shape):
    ours, theirs = layer(name, args, kwargs), getattr(torch.nn, name)(*args, **kwargs)
    assert [(key, x.shape) for key, x in ours.state_dict().items()] == [
        (key, tuple(x.shape)) for key, x in theirs.state_dict().items()
    ]


@needs_torch
def test_equal_elements_give_the_first_its_gradient_as_in_torch(rng):
    data = rng.integers(0, 2, (2, 3, 7, 8)).astype(np.float64)
    for pool in ("max_pool2d", "adaptive_max_pool2d"):
        x, t = mg.tensor(data, requires_grad=True), torch.tensor(data, requires_grad=True)
        out, expected = getattr(F, pool)(x, 3), getattr(torch.nn.functional, pool)(t, 3)
        g = rng.normal(size=out.shape)
        out.backward(g)
        expected.backward(torch.tensor(g))
        np.testing.assert_allclose(x.grad.data, t.grad.numpy())


@needs_torch
@each("seed", range(30))
def test_any_convolution_is_torchs(seed):
    """Drawn kernels, strides, paddings, dilations and groups, both ways."""
    rng = np.random.default_rng(seed)
    groups = int(rng.integers(1, 3))
    kernel, stride, padding, dilation = (
        tuple(map(int, rng.integers(low, high, 2))) for low, high in [(1, 4), (1, 4), (0, 3), (1, 3)]
    )
    x = rng.normal(size=(2, 2 * groups, *rng.integers(5, 9, 2)))
    weight, bias = rng.normal(size=(3 * groups, 2, *kernel)), rng.normal(size=3 * groups)
    there = F.conv2d(x, weight, bias, stride, padding, dilation, groups)
    expected = torch.conv2d(*map(torch.tensor, (x, weight, bias)), stride, padding, dilation, groups)
    np.testing.assert_allclose(there.data, expected.numpy(), atol=1e-12)
    missing = [
        n - ((p - 1) * s - 2 * b + d * (k - 1) + 1)
        for n, p, s, b, d, k in zip(
            x.shape[2:], there.shape[2:], stride, padding, dilation, kernel, strict=True
        )
    ]
    back = F.conv_transpose2d(there, weight, None, stride, padding, missing, groups, dilation)
    expected = torch.conv_transpose2d(
        *map(torch.tensor, (there.data, weight)), None, stride, padding, missing, groups, dilation
    )
    assert back.shape == x.shape
    np.testing.assert_allclose(back.data, expected.numpy(), atol=1e-11)


# -- without PyTorch --------------------------------------------------------------------------------


def test_equal_elements_give_the_first_its_gradient():
    x = mg.tensor(np.zeros((1, 1, 4)), requires_grad=True)
    F.max_pool1d(x, 2).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [[[1, 0, 1, 0]]])


def test_transposed_convolution_is_the_gradient_of_convolution(rng):
    x = mg.tensor(rng.normal(size=(2, 4, 7)), requires_grad=True)
    weight, g = rng.normal(size=(6, 2, 3)), rng.normal(size=(2, 6, 4))
    F.conv1d(x, weight, None, 2, 1, 1, 2).backward(g)
    back = F.conv_transpose1d(g, weight, None, 2, 1, 0, 2)
    np.testing.assert_allclose(x.grad.data, back.data, atol=1e-12)


def test_fold_of_unfold_counts_the_windows_over_each_element():
    ones = np.ones((1, 1, 3, 3))
    np.testing.assert_array_equal(
        F.fold(F.unfold(ones, 2), 3, 2).data[0, 0], [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    )


@every_layer
def test_the_gradient_of_the_gradient(name, args, kwargs, shape, rng):
    """By input and parameters at once, against finite differences."""
    if math.prod(shape) > 200:
        shape = (1, *shape[1:])
    module = layer(name, args, kwargs).astype(np.float64)
    parameters = [p.data for p in module.parameters()]
    x = rng.permutation(math.prod(shape)).reshape(shape) / 10  # no two close: max has its kinks

    def weighed(x):
        out = module(x)
        return (out * out * np.linspace(1, 2, out.size).reshape(out.shape)).sum()

    direction = rng.normal(size=shape)
    gradient = mg.grad(lambda x: (mg.grad(weighed)(x) * direction).sum())(x)
    step = 1e-5
    ahead, behind = (mg.grad(weighed)(x + s * direction).data for s in (step, -step))
    np.testing.assert_allclose(gradient.data, (ahead - behind) / (2 * step), rtol=1e-5, atol=1e-5)
    assert all(p.data is before for p, before in zip(module.parameters(), parameters, strict=True))


@each("name", RANDOM)
def test_weights_start_uniform_within_one_over_the_root_of_fan_in(name):
    module = getattr(nn, name)(64, 32, 3, groups=4, rng=np.random.default_rng(1))
    fan_in = math.prod(module.weight.shape[1:])
    for parameter in module.parameters():
        assert parameter.dtype == np.float32
        assert np.abs(parameter.data).max() <= 1 / math.sqrt(fan_in)
    assert module.weight.data.std() == pytest.approx(1 / math.sqrt(3 * fan_in), rel=0.05)
    again = getattr(nn, name)(64, 32, 3, groups=4, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(module.weight.data, again.weight.data)
    np.testing.assert_array_equal(module.bias.data, again.bias.data)


@each("name", RANDOM)
def test_groups_that_do_not_divide_the_channels(name):
    with pytest.raises(ValueError) as caught:
        getattr(nn, name)(4, 6, 3, groups=3)
    assert str(caught.value) == (
        f"{name} got 4 channels in, 6 out, 3 groups: groups must divide both, for example 2"
    )


@each(("size", "expected"), [(11, 11), ((12,), 12), ((2, 6, 13), 13)])
def test_a_transposed_convolution_to_a_size(size, expected):
    layer = nn.ConvTranspose1d(4, 6, 4, stride=3, padding=1)
    x = np.ones((2, 4, 4), np.float32)
    assert layer(x, output_size=size).shape == (2, 6, expected)
    with pytest.raises(ValueError) as caught:
        layer(x, output_size=14)
    assert str(caught.value) == (
        "ConvTranspose1d got output_size=14 for an input (2, 4, 4): it can be from (11,) to (13,)"
    )


def test_another_padding_mode():
    with pytest.raises(ValueError) as caught:
        nn.Conv2d(4, 6, 3, padding_mode="mirror")
    assert str(caught.value) == (
        "padding_mode is one of 'zeros', 'reflect', 'replicate', 'circular', not 'mirror'"
    )


def test_a_transposed_convolution_has_nothing_in_its_padding():
    nn.ConvTranspose2d(4, 6, 3, padding_mode="zeros")
    with pytest.raises(ValueError) as caught:
        nn.ConvTranspose2d(4, 6, 3, padding_mode="circular")
    assert str(caught.value) == (
        "ConvTranspose2d got padding_mode='circular': its padding cuts off from the result, and holds "
        "nothing; leave it out"
    )


def test_how_they_read():
    assert repr(nn.Conv2d(1, 2, 3, padding="same", bias=False)) == (
        "Conv2d(1, 2, kernel_size=(3, 3), stride=1, padding='same', dilation=1, groups=1, bias=False)"
    )
    assert "output_padding=0" in repr(nn.ConvTranspose1d(1, 2, 3))
    assert repr(nn.MaxPool2d(2)) == (
        "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)"
    )
    assert repr(nn.AvgPool1d(2, 1)) == "AvgPool1d(kernel_size=2, stride=1, padding=0)"
    assert repr(nn.AdaptiveAvgPool2d((1, None))) == "AdaptiveAvgPool2d(output_size=(1, None))"
    assert repr(nn.Unfold(2)) == "Unfold(kernel_size=2, dilation=1, padding=0, stride=1)"
    assert repr(nn.Fold(3, 2)) == "Fold(output_size=3, kernel_size=2, dilation=1, padding=0, stride=1)"


def test_a_small_network_learns_which_way_the_lines_run(rng):
    """Convolution, pooling and a linear layer, trained together."""
    lines = np.tile(np.arange(8) % 2, (8, 1)).astype(np.float32)
    labels = rng.integers(0, 2, 64)
    images = np.stack([lines if label else lines.T for label in labels])[:, None]
    images = (images + rng.normal(0, 0.3, images.shape)).astype(np.float32)
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1, rng=rng), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(4, 4, 3, rng=rng), nn.AdaptiveAvgPool2d(1),
    )  # fmt: skip
    head = nn.Linear(4, 2, rng=rng)
    optimiser = nn.optim.Adam([*model.parameters(), *head.parameters()], lr=0.03)
    for _ in range(40):
        optimiser.zero_grad()
        loss = F.cross_entropy(head(model(images).reshape(64, 4)), labels)
        loss.backward()
        optimiser.step()
    assert loss.item() < 0.1
    assert model(images).dtype == np.float32
