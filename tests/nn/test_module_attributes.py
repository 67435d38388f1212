"""What may be assigned over what, and what then belongs to a module: in every order as in PyTorch."""

import copy
import itertools
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn

# What an attribute may be set to, by `lib` (nn, or torch.nn) with arrays made by `zeros`.
VALUES: dict[str, Callable[[Any, Any], Any]] = {
    "module": lambda lib, zeros: lib.Linear(1, 1),
    "other module": lambda lib, zeros: lib.Tanh(),
    "parameter": lambda lib, zeros: lib.Parameter(zeros(2)),
    "array": lambda lib, zeros: zeros(3),
    "None": lambda lib, zeros: None,
    "text": lambda lib, zeros: "a",
}
WAYS: dict[str, Callable[[Any, Any], None]] = {
    **{f"set {kind}": lambda module, value: setattr(module, "x", value) for kind in VALUES},
    **{
        f"buffer {kind}": lambda module, value: module.register_buffer("x", value)
        for kind in ("array", "None", "module", "text")
    },
    "transient buffer array": lambda module, value: module.register_buffer("x", value, persistent=False),
    **{
        f"registered {kind}": lambda module, value: module.register_parameter("x", value)
        for kind in ("parameter", "None", "array", "module")
    },
    **{
        f"added {kind}": lambda module, value: module.add_module("x", value)
        for kind in ("module", "None", "parameter", "text")
    },
    "delete": lambda module, value: delattr(module, "x"),
}


def outcome(lib: Any, zeros: Any, ways: tuple[str, ...]) -> Any:
    """Which of `ways` were refused, and what belongs to the module then, in order."""
    module, refused = lib.Module(), []
    module.first = lib.Parameter(zeros(1))
    for way in ways:
        make = VALUES.get(way.rpartition("buffer ")[2] if "buffer" in way else way.partition(" ")[2])
        try:
            WAYS[way](module, make and make(lib, zeros))
        except (TypeError, ValueError, KeyError, AttributeError):
            refused.append(way)
        if not hasattr(module, "later"):
            module.later = lib.Parameter(zeros(1))
    value = getattr(module, "x", "nothing")
    names = [
        [name for name, _ in getattr(module, f"named_{which}")()]
        for which in ("parameters", "buffers", "modules", "children")
    ]
    return refused, type(value).__name__ == "NoneType", names, list(module.state_dict())


def test_every_kind_assigned_over_every_other_as_in_torch() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch to compare")
    ours = lambda n: np.zeros(n, np.float32)
    for ways in itertools.product(WAYS, WAYS):
        for last in ((), ("set parameter",), ("set array",)):
            sequence = (*ways, *last)
            assert outcome(nn, ours, sequence) == outcome(torch.nn, torch.zeros, sequence), sequence


def test_a_module_in_the_place_of_a_buffer_is_found_once() -> None:
    for value in (nn.Linear(1, 1), nn.Parameter(np.zeros(2))):
        module = nn.Module()
        module.register_buffer("x", np.zeros(3))
        module.x = value
        assert module.x is value
        assert list(module.named_buffers()) == []
        assert len(list(module.parameters())) == (2 if isinstance(value, nn.Module) else 1)
        assert len(module.state_dict()) == len(list(module.parameters()))
        module.astype(np.float64)
        assert {p.dtype for p in module.parameters()} == {np.dtype(np.float64)}


def test_a_buffer_of_none_is_no_state_until_it_is_set() -> None:
    module = nn.Module()
    module.register_buffer("x", None)
    assert module.x is None
    assert list(module.buffers()) == []
    module.astype(np.float64).load_state_dict({})
    module.x = [1.0, 2.0]
    assert module.x.dtype == np.float64
    assert list(module.state_dict()) == ["x"]
    module.x = None
    assert module.state_dict() == {}


def test_a_layer_without_a_bias_takes_none_but_a_parameter() -> None:
    layers = [
        nn.Linear(2, 2, bias=False),
        nn.Bilinear(2, 2, 2, bias=False),
        nn.Conv1d(1, 2, 1, bias=False),
        nn.BatchNorm1d(2, affine=False),
    ]
    for layer in layers:
        with pytest.raises(TypeError, match=r"\.bias is a parameter, and a ndarray in its place"):
            layer.bias = np.zeros(2, np.float32)
        layer.bias = nn.Parameter(np.zeros(2, np.float32))
        assert list(layer.state_dict())[-1 if not list(layer.buffers()) else 0] == "bias"


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_knows_what_belongs_to_it(copied: Any) -> None:
    module = nn.Module()
    module.register_parameter("p", None)
    module.register_buffer("b", None, persistent=False)
    other = copied(module)
    with pytest.raises(TypeError, match="is a parameter"):
        other.p = 1
    other.b = [1.0]
    assert [name for name, _ in other.named_buffers()] == ["b"]
    assert other.state_dict() == {}
    assert module.b is None


def test_one_array_under_two_names_is_one_buffer() -> None:
    module, array = nn.Module(), np.zeros(2)
    module.register_buffer("a", array)
    module.register_buffer("b", array)
    assert [name for name, _ in module.named_buffers()] == ["a"]
    assert list(module.state_dict()) == ["a", "b"]


def test_what_is_recorded_is_no_buffer() -> None:
    module = nn.Module()
    with pytest.raises(TypeError, match="would silently cut its graph"):
        module.register_buffer("x", mg.tensor([1.0], requires_grad=True) * 2)
    assert not hasattr(module, "x")
    assert module.state_dict() == {}
