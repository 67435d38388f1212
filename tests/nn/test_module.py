"""Module: what belongs to it, what can be done to it, and how the graph is named after it."""

import copy
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
import nn
from minigrad.graph import Leaf, ancestors
from tests.cases import each


class Scale(nn.Module):
    """A parameter of its own set between two modules, and no super().__init__()."""

    def __init__(self) -> None:
        self.before = nn.Linear(3, 3)
        self.factor = nn.Parameter(np.ones(3, np.float32))
        self.after = nn.Sequential(nn.Linear(3, 2, bias=False), nn.Tanh())
        self.shift = nn.Parameter(np.zeros(2, np.float32))

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return self.after(self.before(x) * self.factor) + self.shift


class WithBuffers(nn.Module):
    def __init__(self) -> None:
        self.inner = nn.SinusoidalPosition(4, 2)  # has one that is not persistent
        self.register_buffer("count", np.array(0))
        self.register_buffer("mean", [0.5, 1.5])
        self.register_buffer("scratch", np.zeros(2, np.float32), persistent=False)
        self.weight = nn.Parameter(np.ones(2, np.float32))


class Tied(nn.Module):
    """One Parameter under two names."""

    def __init__(self) -> None:
        self.token = nn.Embedding(5, 3)
        self.head = nn.Linear(3, 5, bias=False)
        self.head.weight = self.token.weight

    def forward(self, ids: np.ndarray) -> mg.Tensor:
        return self.head(self.token(ids))


def encoder(layers: int = 2, **settings: Any) -> nn.TransformerEncoder:
    layer = nn.TransformerEncoderLayer(4, 2, 6, **{"dropout": 0.0} | settings)
    return nn.TransformerEncoder(layer, layers, nn.LayerNorm(4))


def floats(*shape: int, seed: int = 0) -> mg.Tensor:
    return mg.tensor(np.random.default_rng(seed).normal(size=shape).astype(np.float32))


# -- finding what belongs to it ---------------------------------------------------------------


def test_parameters_in_the_order_of_modules_with_dotted_names() -> None:
    model = Scale()
    names = ["factor", "shift", "before.weight", "before.bias", "after.0.weight"]
    assert [name for name, _ in model.named_parameters()] == names
    assert [id(p) for p in model.parameters()] == [
        id(p)
        for p in (model.factor, model.shift, model.before.weight, model.before.bias, model.after[0].weight)
    ]
    assert [p.name for p in model.parameters()] == ["factor", "shift", "weight", "bias", "weight"]
    assert [name for name, _ in model.named_modules()] == ["", "before", "after", "after.0", "after.1"]
    assert [name for name, _ in model.named_modules("net")] == [
        "net", "net.before", "net.after", "net.after.0", "net.after.1",
    ]  # fmt: skip
    assert next(iter(model.modules())) is model
    assert [name for name, _ in model.named_children()] == ["before", "after"]
    assert list(model.children()) == [model.before, model.after]


def test_the_order_does_not_depend_on_hashes() -> None:
    program = (
        "import nn; m = nn.TransformerDecoderLayer(4, 2, 6);"
        "print([n for n, _ in m.named_parameters()], list(m.state_dict()), [n for n, _ in m.named_modules()])"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(printed) == 1
    assert "multihead_attn.out_proj.weight" in printed.pop()


def test_a_shared_parameter_is_found_once_and_saved_under_both_names() -> None:
    model = Tied()
    assert [name for name, _ in model.named_parameters()] == ["token.weight"]
    assert len(nn.optim.SGD(model.parameters()).param_groups[0]["params"]) == 1
    assert list(model.state_dict()) == ["token.weight", "head.weight"]
    other = Tied()
    other.load_state_dict(model.state_dict())
    assert other.head.weight is other.token.weight
    np.testing.assert_array_equal(other.head.weight.numpy(), model.token.weight.numpy())


def test_the_gradient_of_a_shared_parameter_is_the_sum() -> None:
    model, apart = Tied().astype(np.float64), Tied().astype(np.float64)
    apart.head.weight = nn.Parameter(model.token.weight.numpy())
    apart.token.weight = nn.Parameter(model.token.weight.numpy())
    ids, g = np.array([1, 3, 1]), np.random.default_rng(0).normal(size=(3, 5))
    model(ids).backward(g)
    apart(ids).backward(g)
    both = apart.head.weight.grad.numpy() + apart.token.weight.grad.numpy()
    np.testing.assert_allclose(model.token.weight.grad.numpy(), both, rtol=1e-12)


def test_a_shared_module_is_found_once() -> None:
    layer = nn.Linear(2, 2)
    model = nn.Sequential(layer, nn.Tanh(), layer)
    assert [name for name, _ in model.named_modules()] == ["", "0", "1"]
    assert [name for name, _ in model.named_parameters()] == ["0.weight", "0.bias"]
    assert len(model) == 3
    assert list(model.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]


def test_buffers() -> None:
    model = WithBuffers()
    assert [name for name, _ in model.named_buffers()] == ["count", "mean", "scratch", "inner.table"]
    assert list(model.state_dict()) == ["weight", "count", "mean"]  # parameters first, as in torch
    assert [name for name, _ in model.named_parameters()] == ["weight"]
    model.count = 3  # stays an array, whatever it is set to
    assert isinstance(model.count, np.ndarray)
    model.load_state_dict({"count": 7, "mean": [2.0, 3.0], "weight": [1.0, 2.0]})
    assert model.count == 7
    np.testing.assert_array_equal(model.mean, [2, 3])
    del model.mean
    assert list(model.state_dict()) == ["weight", "count"]


def test_a_buffer_that_grows_is_what_the_state_dict_holds() -> None:
    model = WithBuffers()
    model.mean = np.zeros(5)
    assert model.state_dict()["mean"].shape == (5,)


@each("kind", [list, tuple])
@each("what", [lambda: nn.Linear(1, 1), lambda: nn.Parameter(np.ones(2))], ids=["module", "parameter"])
def test_a_list_that_would_hide_parameters_is_refused(kind: type, what: Callable[[], Any]) -> None:
    class Wrong(nn.Module):
        def __init__(self) -> None:
            self.layers = kind([what(), what()])

    with pytest.raises(TypeError) as error:
        Wrong()
    assert str(error.value) == (
        f"Wrong.layers is a {kind.__name__} of modules or parameters, which would not be found: "
        "write self.layers = nn.ModuleList([...]), or set each as an attribute"
    )


def test_a_dict_that_would_hide_parameters_is_refused() -> None:
    with pytest.raises(TypeError, match="is a dict of modules or parameters, which would not be found"):
        nn.Identity().parts = {"first": nn.Linear(1, 1)}


def test_a_parameter_may_be_replaced_or_taken_away_but_not_lost() -> None:
    layer = nn.Linear(2, 1)
    with pytest.raises(TypeError, match="is a parameter, and a ndarray in its place would not be learned"):
        layer.weight = np.zeros((1, 2))  # type: ignore[assignment]
    layer.weight = nn.Parameter(np.ones((1, 2), np.float32))
    layer.bias = None
    assert [name for name, _ in layer.named_parameters()] == ["weight"]


def test_a_summary_leaves_dropout_and_training_as_they_were() -> None:
    model = nn.Sequential(nn.Dropout(0.5, rng=np.random.default_rng(1)), nn.Linear(3, 2))
    model[1].eval()
    before = model[0].rng.bit_generator.state
    nn.summary(model, mg.tensor(np.ones((4, 3), np.float32)))
    assert model[0].rng.bit_generator.state == before
    assert [module.training for module in model.modules()] == [True, True, False]


def test_lists_of_other_things_are_allowed() -> None:
    module = nn.Identity()
    module.sizes = [1, 2]
    module.names = ()
    assert module.sizes == [1, 2]


def test_setting_an_attribute_again_replaces_it() -> None:
    layer = nn.Linear(2, 3)
    layer.bias = None
    assert [name for name, _ in layer.named_parameters()] == ["weight"]
    layer.weight = nn.Parameter(np.ones((3, 2), np.float32))
    np.testing.assert_array_equal(layer(mg.tensor(np.ones(2, np.float32))).numpy(), [2, 2, 2])
    del layer.weight
    assert list(layer.parameters()) == []


def test_modules_in_torch_s_order() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch to compare")
    layer = torch.nn.TransformerEncoderLayer(4, 2, 6, batch_first=True)
    theirs = torch.nn.TransformerEncoder(layer, 2, torch.nn.LayerNorm(4), enable_nested_tensor=False)
    ours = encoder()
    assert [name for name, _ in ours.named_modules()] == [name for name, _ in theirs.named_modules()]
    assert [name for name, _ in ours.named_children()] == [name for name, _ in theirs.named_children()]


def test_containers() -> None:
    layers = nn.ModuleList(nn.Linear(2, 2) for _ in range(3))
    assert len(layers) == 3
    assert layers[-1] is layers[2]
    assert [name for name, _ in layers.named_children()] == ["0", "1", "2"]
    assert layers.append(nn.Tanh()) is layers
    assert list(layers)[3] is layers[3]
    with pytest.raises(IndexError):
        layers[4]
    assert len(nn.Sequential()) == 0
    x = floats(2)
    assert nn.Sequential()(x) is x
    chain = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    np.testing.assert_array_equal(chain(x).numpy(), chain[2](mg.relu(chain[0](x))).numpy())


# -- training and evaluation ------------------------------------------------------------------


def test_train_and_eval_reach_everything() -> None:
    model = encoder()
    assert all(module.training for module in model.modules())
    assert model.eval() is model
    assert not any(module.training for module in model.modules())
    assert model.train() is model
    assert all(module.training for module in model.modules())
    model.layers[0].train(False)
    assert [m.training for m in (model, model.layers[0].self_attn.out_proj, model.layers[1])] == [
        True, False, True,
    ]  # fmt: skip


def test_zero_grad() -> None:
    model = Scale()
    model(floats(3)).sum().backward()
    assert all(p.grad is not None for p in model.parameters())
    model.zero_grad()
    assert all(p.grad is None for p in model.parameters())
    model.zero_grad(set_to_none=False)
    assert all(p.grad is None for p in model.parameters())
    model(floats(3)).sum().backward()
    seen = [p.grad for p in model.parameters()]
    model.zero_grad(set_to_none=False)
    assert all((p.grad.numpy() == 0).all() and p.grad.dtype == p.dtype for p in model.parameters())
    assert any(g.numpy().any() for g in seen)  # who has read a gradient keeps it


def test_what_is_found_by_its_path() -> None:
    model = nn.Sequential(Scale(), nn.BatchNorm1d(3))
    assert model.get_submodule("") is model
    assert model.get_submodule("0.before") is model[0].before
    assert model.get_parameter("0.before.weight") is model[0].before.weight
    assert model.get_buffer("1.running_mean") is model[1].running_mean
    assert [name for name, _ in model.named_parameters(recurse=False)] == []
    assert [name for name, _ in model[0].named_parameters("top", recurse=False)] == [
        "top.factor",
        "top.shift",
    ]
    assert all(name.startswith("top.") for name, _ in model.named_parameters("top"))
    assert next(model.named_buffers("top"))[0] == "top.1.running_mean"
    assert list(model.buffers(recurse=False)) == []
    assert len(list(model[1].buffers(recurse=False))) == 3
    model.set_submodule("0.before", nn.Identity())
    model.set_submodule("last", nn.Identity())
    assert type(model[0].before) is nn.Identity
    assert [name for name, _ in model.named_children()] == ["0", "1", "last"]
    with pytest.raises(AttributeError, match="has no module 'first'"):
        model.set_submodule("first.before", nn.Identity())


def test_a_parameter_is_registered_or_its_place_left_empty() -> None:
    module = nn.Module()
    scale = nn.Parameter(np.ones(2))
    module.register_parameter("scale", scale)
    module.register_parameter("shift", None)
    assert dict(module.named_parameters()) == {"scale": scale}
    assert module.shift is None
    module.register_parameter("shift", scale)
    assert module.shift is scale


def test_frozen_parameters_get_no_gradient() -> None:
    model = Scale()
    assert model.requires_grad_(False) is model
    assert not model(floats(3)).requires_grad
    model.after.requires_grad_()
    out = model(floats(3))
    out.sum().backward()
    assert [name for name, p in model.named_parameters() if p.grad is not None] == ["after.0.weight"]
    assert len([node for node in ancestors(out.node) if isinstance(node, Leaf)]) == 1


def test_frozen_and_converted_parameters_keep_their_names() -> None:
    model = Scale()
    before = [p.name for p in model.parameters()]
    model.requires_grad_(False).requires_grad_(True)
    assert [p.name for p in model.parameters()] == before
    model.astype(np.float64)
    assert [p.name for p in model.parameters()] == before
    model.before.requires_grad_(False)
    model.astype(np.float32).requires_grad_()
    assert [p.name for p in model.parameters()] == before


def test_a_parameter_that_starts_frozen_is_named_once_it_learns() -> None:
    module = nn.Identity()
    module.scale = nn.Parameter(np.ones(2), requires_grad=False)
    assert module.scale.name == ""
    assert module.requires_grad_().scale.name == "scale"


def test_astype() -> None:
    model = nn.Sequential(nn.Linear(3, 4), WithBuffers(), Tied())
    model[0].weight.grad = floats(4, 3)
    model[0].bias.requires_grad = False
    values = model.state_dict()
    assert model.astype(np.float64) is model
    assert {p.dtype for p in model.parameters()} == {np.dtype(np.float64)}
    assert {name: b.dtype.name for name, b in model[1].named_buffers()} == {
        "count": "int64", "mean": "float64", "scratch": "float64", "inner.table": "float64",
    }  # fmt: skip
    assert model[0].weight.grad is None
    assert not model[0].bias.requires_grad
    assert model[2].head.weight is model[2].token.weight
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, values[name])
    out = model[0](mg.tensor(np.ones(3)))
    out.sum().backward()
    assert model[0].weight.grad.dtype == np.float64


# -- how it reads -----------------------------------------------------------------------------


def test_repr_of_a_small_model() -> None:
    model = nn.Sequential(
        nn.Embedding(9, 4),
        nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 6, norm_first=True), 1),
        nn.Sequential(nn.LayerNorm(4), nn.Linear(4, 9, bias=False)),
    )
    assert repr(model) == (
        "Sequential(\n"
        "  (0): Embedding(9, 4)\n"
        "  (1): TransformerEncoder(\n"
        "    (layers): ModuleList(\n"
        "      (0): TransformerEncoderLayer(\n"
        "        norm_first=True\n"
        "        (self_attn): MultiheadAttention(\n"
        "          4, num_heads=2, dropout=0.1\n"
        "          (out_proj): Linear(in_features=4, out_features=4, bias=True)\n"
        "        )\n"
        "        (linear1): Linear(in_features=4, out_features=6, bias=True)\n"
        "        (dropout): Dropout(p=0.1)\n"
        "        (linear2): Linear(in_features=6, out_features=4, bias=True)\n"
        "        (norm1): LayerNorm((4,), eps=1e-05, elementwise_affine=True)\n"
        "        (norm2): LayerNorm((4,), eps=1e-05, elementwise_affine=True)\n"
        "        (dropout1): Dropout(p=0.1)\n"
        "        (dropout2): Dropout(p=0.1)\n"
        "      )\n"
        "    )\n"
        "  )\n"
        "  (2): Sequential(\n"
        "    (0): LayerNorm((4,), eps=1e-05, elementwise_affine=True)\n"
        "    (1): Linear(in_features=4, out_features=9, bias=False)\n"
        "  )\n"
        ")"
    )


@each(
    ("module", "text"),
    [
        (nn.ReLU(), "ReLU()"),
        (nn.LeakyReLU(0.2), "LeakyReLU(negative_slope=0.2)"),
        (nn.ELU(), "ELU(alpha=1.0)"),
        (nn.GELU("tanh"), "GELU(approximate='tanh')"),
        (nn.Softmax(1), "Softmax(dim=1)"),
        (nn.LogSoftmax(), "LogSoftmax(dim=-1)"),
        (nn.Dropout(0.25), "Dropout(p=0.25)"),
        (nn.LearnedPosition(8, 4), "LearnedPosition(8, 4)"),
        (nn.SinusoidalPosition(8, 4), "SinusoidalPosition(8, 4)"),
        (nn.RotaryPosition(4), "RotaryPosition(4, base=10000.0)"),
        (nn.Sequential(), "Sequential()"),
        (nn.Parameter([1.0]), "Parameter containing:\ntensor([1.], requires_grad=True)"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_repr(module: Any, text: str) -> None:
    assert repr(module) == text


# -- state ------------------------------------------------------------------------------------


def test_state_dict_holds_copies() -> None:
    model = Scale()
    saved = model.state_dict()
    saved["factor"][...] = 9
    np.testing.assert_array_equal(model.factor.numpy(), np.ones(3))
    model.factor.data[...] = 5
    assert saved["factor"][0] == 9


def test_loading_copies_into_the_same_parameters() -> None:
    model, saved = Scale(), Scale().state_dict()
    parameters, arrays = list(model.parameters()), [p.numpy() for p in model.parameters()]
    model.load_state_dict(saved)
    assert all(a is b for a, b in zip(model.parameters(), parameters, strict=True))
    assert all(p.numpy() is a for p, a in zip(model.parameters(), arrays, strict=True))
    saved["factor"][...] = 9
    np.testing.assert_array_equal(model.factor.numpy(), np.ones(3))


def test_a_state_dict_is_converted_to_the_dtype_of_the_module() -> None:
    model = nn.Linear(2, 1)
    model.load_state_dict({"weight": np.array([[1, 2]]), "bias": mg.tensor([0.5], dtype=np.float64)})
    assert model.weight.dtype == model.bias.dtype == np.float32
    np.testing.assert_array_equal(model.weight.numpy(), [[1, 2]])


def test_a_state_dict_that_does_not_fit_lists_everything_and_loads_nothing() -> None:
    model = Scale()
    before = model.state_dict()
    wrong = {name: array + 1 for name, array in before.items()}
    del wrong["shift"], wrong["before.bias"]
    wrong |= {"factor": np.ones((1, 3)), "after.0.weight": np.ones(6), "head.weight": np.ones(2), "x": 1}
    with pytest.raises(nn.StateDictError) as error:
        model.load_state_dict(wrong)
    assert str(error.value).splitlines() == [
        "the state dict does not fit Scale, and nothing was loaded:",
        "  missing: shift (2,)",
        "  missing: before.bias (3,)",
        "  unexpected: head.weight",
        "  unexpected: x",
        "  wrong shape: factor is (3,) here and (1, 3) in the state dict",
        "  wrong shape: after.0.weight is (2, 3) here and (6,) in the state dict",
    ]
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


@each(("wrong", "kind"), [(["a", "b"], "<U1"), ([1j, 0], "complex128"), ([None, 1], "object")])
def test_what_are_no_real_numbers_is_refused_before_anything_is_loaded(wrong: Any, kind: str) -> None:
    model = nn.Linear(1, 2)
    before = model.weight.numpy().copy()
    with pytest.raises(nn.StateDictError, match=f"wrong dtype: bias is float32 here and {kind} in the state"):
        model.load_state_dict({"weight": before + 1, "bias": wrong})
    np.testing.assert_array_equal(model.weight.numpy(), before)


def test_loading_what_there_is() -> None:
    model = Scale()
    old = model.state_dict()
    left = model.load_state_dict({"factor": [1.0, 2.0, 3.0], "head.weight": 1}, strict=False)
    assert left.missing_keys == [name for name in old if name != "factor"]
    assert left.unexpected_keys == ["head.weight"]
    assert tuple(model.load_state_dict(model.state_dict())) == ([], [])
    np.testing.assert_array_equal(model.factor.numpy(), [1, 2, 3])
    np.testing.assert_array_equal(model.before.weight.numpy(), old["before.weight"])
    with pytest.raises(nn.StateDictError, match="wrong shape: factor"):
        model.load_state_dict({"factor": [1.0], "shift": [9.0, 9.0]}, strict=False)
    np.testing.assert_array_equal(model.shift.numpy(), [0, 0])


# A tree of modules: each level holds parameters and modules under drawn names.
names = st.text("abcxyz_01", min_size=1, max_size=3).map("m".__add__)
trees = st.recursive(
    st.dictionaries(names, st.integers(0, 3), max_size=3),
    lambda inner: st.dictionaries(names, st.one_of(st.integers(0, 3), inner), max_size=4),
    max_leaves=12,
)


def planted(tree: dict[str, Any], rng: np.random.Generator) -> nn.Module:
    module = nn.Module()
    for name, what in tree.items():
        child = planted(what, rng) if isinstance(what, dict) else nn.Parameter(rng.normal(size=what))
        setattr(module, name, child)
    return module


def expected_names(tree: dict[str, Any], prefix: str = "") -> list[str]:
    own = [prefix + name for name, what in tree.items() if not isinstance(what, dict)]
    return own + [
        path
        for name, what in tree.items()
        if isinstance(what, dict)
        for path in expected_names(what, f"{prefix}{name}.")
    ]


@given(trees)
def test_state_of_any_tree_goes_round(tree: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    model, other = planted(tree, rng), planted(tree, rng)
    assert [name for name, _ in model.named_parameters()] == list(model.state_dict()) == expected_names(tree)
    other.load_state_dict(model.state_dict())
    for again in (other, copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert list(again.state_dict()) == list(model.state_dict())
        for name, array in again.state_dict().items():
            np.testing.assert_array_equal(array, model.state_dict()[name])


def test_a_deep_copy_is_independent() -> None:
    model = nn.Sequential(encoder(dropout=0.5), Tied())
    twin = copy.deepcopy(model)
    assert not {id(p) for p in model.parameters()} & {id(p) for p in twin.parameters()}
    assert [p.name for p in twin.parameters()] == [p.name for p in model.parameters()]
    assert twin[1].head.weight is twin[1].token.weight
    x = floats(2, 3, 4)
    np.testing.assert_array_equal(twin[0](x).numpy(), model[0](x).numpy())  # its generator is a copy too
    before = model.state_dict()
    twin[0](x).sum().backward()
    for p in twin.parameters():
        p.data += 1
    twin.eval()
    assert all(p.grad is None for p in model.parameters())
    assert model[0].layers[1].training
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_a_copy_leaves_graph_and_gradients_behind() -> None:
    model = Scale()
    model(floats(3)).sum().backward()
    twin = copy.deepcopy(model)
    assert all(p.is_leaf and p.requires_grad and p.grad is None for p in twin.parameters())


@each("activation", ["relu", nn.GELU()], ids=["op", "module"])
def test_pickle(activation: Any) -> None:
    model = nn.Sequential(
        encoder(dropout=0.5, rotary=nn.RotaryPosition(2), activation=activation), WithBuffers(), Tied()
    )
    model[1].requires_grad_(False)
    model[0].layers[0].eval()
    again = pickle.loads(pickle.dumps(model))
    assert repr(again) == repr(model)
    assert [m.training for m in again.modules()] == [m.training for m in model.modules()]
    assert [(n, p.name, p.requires_grad) for n, p in again.named_parameters()] == [
        (n, p.name, p.requires_grad) for n, p in model.named_parameters()
    ]
    assert again[2].head.weight is again[2].token.weight
    x = floats(2, 3, 4)
    np.testing.assert_array_equal(again[0](x).numpy(), model[0](x).numpy())
    assert list(again[1].state_dict()) == list(model[1].state_dict())


# -- hooks ------------------------------------------------------------------------------------


def test_forward_hooks() -> None:
    layer, seen = nn.Linear(2, 1), []
    x = floats(2)
    plain = layer(x).numpy()
    handle = layer.register_forward_hook(lambda *call: seen.append(call))
    layer.register_forward_hook(lambda module, args, out: out * 2)
    last = layer.register_forward_hook(lambda module, args, out: out + 1)
    np.testing.assert_allclose(layer(x).numpy(), plain * 2 + 1)
    (module, args, out) = seen[0]
    assert module is layer
    assert args == (x,)
    np.testing.assert_array_equal(out.numpy(), plain)
    assert handle.remove() is None
    handle.remove()  # again: nothing
    last.remove()
    np.testing.assert_allclose(layer(x).numpy(), plain * 2)
    assert len(seen) == 1


def test_a_hook_may_take_itself_away() -> None:
    layer, seen = nn.Identity(), []

    def once(module: nn.Module, args: Any, out: Any) -> None:
        seen.append(out)
        handle.remove()

    handle = layer.register_forward_hook(once)
    layer.register_forward_hook(lambda *call: seen.append("second"))
    layer(1)
    layer(2)
    assert seen == [1, "second", "second"]


# -- paths of nodes ---------------------------------------------------------------------------


def paths(out: mg.Tensor) -> dict[str, set[str]]:
    """Names of the ops under each path."""
    found: dict[str, set[str]] = {}
    for node in ancestors(out.node):
        if node.op is not None:
            found.setdefault(node.path, set()).add(node.op.name)
    return found


def test_every_node_has_the_full_path_of_its_module() -> None:
    x = floats(2, 3, 4)
    found = paths(encoder(activation="gelu")(x, is_causal=True))
    layer = {
        "": {"add", "gelu"},
        ".self_attn": {"linear", "self_attention"},
        ".self_attn.out_proj": {"linear"},
        ".linear1": {"linear"},
        ".linear2": {"linear"},
        ".norm1": {"layer_norm"},
        ".norm2": {"layer_norm"},
    }
    assert found == {
        **{f"TransformerEncoder.layers.{i}{path}": ops for i in (0, 1) for path, ops in layer.items()},
        "TransformerEncoder.norm": {"layer_norm"},
    }


def test_leaves_have_the_names_of_their_parameters() -> None:
    model = Scale()
    leaves = [n for n in ancestors(model(floats(3)).node) if isinstance(n, Leaf)]
    assert {id(leaf.tensor()): leaf.name for leaf in leaves} == {
        id(p): name.rpartition(".")[2] for name, p in model.named_parameters()
    }


def test_a_module_called_by_another_names_itself_below_it() -> None:
    inner = nn.Sequential(nn.Linear(3, 3), nn.Tanh())

    class Outer(nn.Module):
        def __init__(self) -> None:
            self.mine = nn.Linear(3, 3)

        def forward(self, x: mg.Tensor) -> mg.Tensor:
            return self.mine(inner(self.mine(x)) * 2)

    model = Outer()
    assert paths(model(floats(3))) == {
        "Outer": {"multiply"},
        "Outer.mine": {"linear"},
        "Outer.Sequential.0": {"linear"},
        "Outer.Sequential.1": {"tanh"},
    }
    # The same modules on their own, and below a scope of the program's.
    assert set(paths(inner(floats(3)))) == {"Sequential.0", "Sequential.1"}
    with mg.scope("step"):
        assert set(paths(model.mine(floats(3)))) == {"step.Linear"}
    with mg.scope("step"):
        assert "step.Outer.Sequential.0" in paths(model(floats(3)))


def test_a_scope_inside_a_forward() -> None:
    class Model(nn.Module):
        def __init__(self) -> None:
            self.a = nn.Linear(3, 3)

        def forward(self, x: mg.Tensor) -> mg.Tensor:
            with mg.scope("part"):
                return self.a(x * 2)

    assert set(paths(Model()(floats(3)))) - {"Model.a"} == set()
    x = mg.tensor(np.ones(3), requires_grad=True)
    assert set(paths(Model()(x))) == {"Model.part", "Model.a"}


def test_a_module_that_calls_itself() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            self.layer = nn.Linear(2, 2)

        def forward(self, x: mg.Tensor, depth: int = 2) -> mg.Tensor:
            return self.layer(x) if not depth else self(x, depth - 1) + 1

    assert set(paths(Twice()(floats(2)))) == {"Twice", "Twice.layer"}


def test_an_exception_inside_forward_leaves_the_scope_clean() -> None:
    class Fails(nn.Module):
        def forward(self, x: mg.Tensor) -> mg.Tensor:
            if x.size == 3:
                raise KeyError("inside")
            return x * 2

    class Catches(nn.Module):
        def __init__(self) -> None:
            self.fails = Fails()
            self.layer = nn.Linear(3, 2)

        def forward(self, x: mg.Tensor) -> mg.Tensor:
            try:
                return self.fails(x)
            except KeyError:
                return self.fails(self.layer(x)) + 1

    with pytest.raises(KeyError, match="inside"):
        nn.Sequential(nn.Identity(), Fails())(floats(3))
    assert mg.current_scope() == ""
    assert set(paths(Fails()(mg.tensor([1.0, 2.0], requires_grad=True)))) == {"Fails"}
    assert set(paths(Catches()(floats(3)))) == {"Catches", "Catches.fails", "Catches.layer"}


def test_names_given_during_a_call_end_with_it() -> None:
    inner = nn.Linear(2, 2)
    outer = nn.Sequential(nn.Sequential(inner))
    assert set(paths(outer(floats(2)))) == {"Sequential.0.0"}
    assert set(paths(inner(floats(2)))) == {"Linear"}


def test_threads_do_not_mix_up_their_names() -> None:
    shared = nn.Sequential(nn.Linear(4, 4), nn.Tanh())
    models = [nn.Sequential(*[nn.Identity()] * i, shared) for i in range(4)]
    start = threading.Barrier(4)

    def run(i: int) -> bool:
        start.wait()
        expected = {f"Sequential.{i}.0", f"Sequential.{i}.1"}
        return all(set(paths(models[i](floats(2, 4)))) == expected for _ in range(50))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(run, range(4)))


def test_forward_is_what_a_module_must_have() -> None:
    with pytest.raises(NotImplementedError, match="ModuleList has no forward: define `def forward"):
        nn.ModuleList([])(1)
