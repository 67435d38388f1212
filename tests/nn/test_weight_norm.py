"""Weight normalisation against PyTorch's, under both of its names, and what a normalised layer still can."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from tests.cases import each

torch = pytest.importorskip(
    "torch", reason="torch is not installed, and these tests compare with it: pip install torch"
)

pytestmark = pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")

LAYERS: list[tuple[str, tuple[Any, ...], tuple[int, ...], str, int | None]] = [
    ("Linear", (4, 3), (2, 4), "weight", 0),
    ("Linear", (4, 3), (2, 4), "weight", 1),
    ("Linear", (4, 3), (2, 4), "weight", None),
    ("Conv2d", (2, 3, 2), (2, 2, 4, 3), "weight", 0),
    ("RNNCell", (4, 3), (2, 4), "weight_hh", 0),
]


def first(out: Any) -> Any:
    return out[0] if isinstance(out, tuple) else out


@each("parametrized", [False, True], ids=["legacy", "parametrizations"])
@each("layer", LAYERS, ids=str)
def test_layer(layer: Any, parametrized: bool) -> None:
    name, args, shape, weight, dim = layer
    rooms = [lib.nn.utils if lib is torch else nn.utils for lib in (nn, torch)]
    wrap, their_wrap = [(room.parametrizations if parametrized else room).weight_norm for room in rooms]
    plain, their_plain = getattr(nn, name)(*args).double(), getattr(torch.nn, name)(*args).double()
    before = plain.get_parameter(weight).numpy().copy()
    ours, theirs = wrap(plain, weight, dim), their_wrap(their_plain, weight, dim)
    assert ours is plain
    np.testing.assert_allclose(getattr(ours, weight).numpy(), before, rtol=1e-12)
    torch.manual_seed(1)
    for parameter in theirs.parameters():
        torch.nn.init.normal_(parameter)
    ours.load_state_dict(theirs.state_dict())

    x = np.random.default_rng(2).normal(size=shape)
    out, their_out = first(ours(mg.tensor(x))), first(theirs(torch.from_numpy(x)))
    np.testing.assert_allclose(out.numpy(), their_out.detach().numpy(), atol=1e-12)
    (out**2).sum().backward()
    (their_out**2).sum().backward()
    own, other = dict(ours.named_parameters()), dict(theirs.named_parameters())
    assert list(own) == list(other)
    for path, parameter in own.items():
        np.testing.assert_allclose(parameter.grad.numpy(), other[path].grad.numpy(), atol=1e-10, err_msg=path)

    for again in (copy.deepcopy(ours), pickle.loads(pickle.dumps(ours))):
        np.testing.assert_array_equal(first(again(mg.tensor(x))).numpy(), out.numpy())
        assert repr(again) == repr(ours)
    called = nn.functional_call(ours, {path: p.numpy() for path, p in own.items()}, mg.tensor(x))
    np.testing.assert_array_equal(first(called).numpy(), out.numpy())

    assert nn.utils.remove_weight_norm(ours, weight) is ours
    assert type(ours) is getattr(nn, name)
    assert set(dict(ours.named_parameters())) == set(dict(getattr(nn, name)(*args).named_parameters()))
    np.testing.assert_array_equal(first(ours(mg.tensor(x))).numpy(), out.numpy())


def test_several_weights_of_one_layer() -> None:
    layer = nn.GRU(3, 2)
    for name in ("weight_ih_l0", "weight_hh_l0"):
        nn.utils.weight_norm(layer, name)
    x = np.random.default_rng(0).normal(size=(1, 4, 3)).astype(np.float32)
    before = layer(mg.tensor(x))[0].numpy()
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(layer))(mg.tensor(x))[0].numpy(), before)
    nn.utils.remove_weight_norm(layer, "weight_ih_l0")
    assert {name for name, _ in layer.named_parameters()} >= {"weight_ih_l0", "weight_hh_l0_g"}
    np.testing.assert_array_equal(layer(mg.tensor(x))[0].numpy(), before)
