"""Containers of modules and parameters, and what every Module can do: hooks, apply, conversion."""

import copy
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn


def linears(*widths: int) -> list[nn.Linear]:
    rng = np.random.default_rng(0)
    return [nn.Linear(n, m, rng=rng) for n, m in pairwise(widths)]


def names(module: nn.Module) -> list[str]:
    return [name for name, _ in module.named_children()]


X = mg.tensor(np.random.default_rng(1).normal(size=(2, 3)).astype(np.float32))


# -- lists ----------------------------------------------------------------------------------------


def test_a_module_list_behaves_like_a_list() -> None:
    a, b, c, d = linears(2, 2, 2, 2, 2)
    row = nn.ModuleList([a, b])
    assert row.extend([c]) is row
    row.insert(0, d)
    assert list(row) == [d, a, b, c]
    assert names(row) == ["0", "1", "2", "3"]
    row[1] = c
    row[-1] = a
    assert list(row) == [d, c, b, a]
    part = row[1:3]
    assert type(part) is nn.ModuleList
    assert list(part) == [c, b]
    assert names(part) == ["0", "1"]
    del row[0]
    assert list(row) == [c, b, a]
    del row[1:]
    assert names(row) == ["0"]
    with pytest.raises(IndexError):
        row[1] = a
    same = row
    row += [a, b]
    assert row is same
    assert list(row) == [c, a, b]
    assert list(reversed(row)) == [b, a, c]
    assert a in row
    assert d not in row
    assert row.pop(0) is c
    assert row.pop() is b
    assert (list(row), names(row)) == ([a], ["0"])
    more = [b, c]
    longer = row + more
    assert type(longer) is nn.ModuleList
    assert list(longer) == [a, b, c]
    longer[:2] = [d]
    assert (list(longer), names(longer)) == ([d, c], ["0", "1"])


def test_a_sequential_is_cut_under_its_names_and_grows() -> None:
    chain = nn.Sequential(*linears(3, 4, 5, 2))
    head, tail = chain[:1], chain[1:]
    assert type(head) is nn.Sequential
    np.testing.assert_array_equal(tail(head(X)).numpy(), chain(X).numpy())
    assert list(tail.state_dict()) == ["1.weight", "1.bias", "2.weight", "2.bias"]
    assert tail.append(nn.Tanh()) is tail
    assert names(tail) == ["1", "2", "3"]
    assert len(tail[:0]) == 0
    chain.insert(1, nn.ReLU())
    chain[-1] = nn.Identity()
    assert [type(m).__name__ for m in chain] == ["Linear", "ReLU", "Linear", "Identity"]
    assert not isinstance(chain, nn.ModuleList)


def test_sequentials_are_added_and_repeated() -> None:
    a, b, c = linears(3, 3, 3, 3)
    chain = nn.Sequential(a, b)
    assert list(chain + nn.Sequential(c)) == [a, b, c]
    assert list(chain * 2) == list(2 * chain) == [a, b, a, b]
    chain *= 2
    assert names(chain) == ["0", "1", "2", "3"]
    assert chain.pop(1) is b
    chain += [c]
    assert list(chain) == [a, a, b, c]


def test_a_sequential_with_names() -> None:
    first, second = linears(3, 4, 2)
    chain = nn.Sequential({"first": first, "second": second})
    assert names(chain) == ["first", "second"]
    assert chain[1] is second
    assert chain.first is first
    np.testing.assert_array_equal(chain(X).numpy(), second(first(X)).numpy())


# -- dictionaries ---------------------------------------------------------------------------------


def test_a_module_dict_behaves_like_a_dict() -> None:
    a, b, c = linears(2, 3, 4, 5)
    parts = nn.ModuleDict({"a": a, "with-dash": b})
    assert list(parts) == list(parts.keys()) == ["a", "with-dash"]
    assert list(parts.values()) == [a, b]
    assert dict(parts.items()) == {"a": a, "with-dash": b}
    assert parts["with-dash"] is b
    assert "a" in parts
    assert "training" not in parts
    parts["a"] = c
    parts.update([("d", a)])
    assert list(parts.values()) == [c, b, a]
    assert [name for name, _ in parts.named_parameters()][:2] == ["a.weight", "a.bias"]
    assert parts.pop("d") is a
    del parts["a"]
    with pytest.raises(KeyError):
        parts["a"]
    assert len(parts) == 1
    parts.clear()
    assert len(parts) == 0


def test_parameter_containers() -> None:
    row = nn.ParameterList([np.ones(2, np.float32), nn.Parameter(np.zeros((2, 3)))])
    assert row.append(mg.tensor(np.ones(4))) is row
    assert [name for name, _ in row.named_parameters()] == ["0", "1", "2"]
    row[-1] = np.zeros(5)
    assert [p.shape for p in row] == [(2,), (2, 3), (5,)]
    assert row[1].requires_grad
    assert len(row) == 3
    assert list(row.state_dict()) == ["0", "1", "2"]
    named = nn.ParameterDict({"a": np.ones(2), "b": row[0]})
    assert list(named) == list(named.keys()) == ["a", "b"]
    assert named["b"] is row[0]
    assert "a" in named
    assert "training" not in named
    assert [p.shape for p in named.values()] == [(2,), (2,)]
    named.update({"a": np.ones(3)})
    assert dict(named.items())["a"].shape == (3,)
    assert named.pop("b") is row[0]
    del named["a"]
    assert len(named) == 0


def test_parameter_containers_have_the_methods_of_lists_and_dicts() -> None:
    row = nn.ParameterList([np.zeros(1), np.ones(2)])
    first, second = row
    row += [np.zeros(3)]
    assert row.pop(0) is first
    assert [name for name, _ in row.named_parameters()] == ["0", "1"]
    assert type(row[:1]) is nn.ParameterList
    assert list(row[:1]) == [second]
    named = nn.ParameterDict({"a": first})
    assert named.get("b") is None
    assert named.setdefault("b", second) is second
    assert named.setdefault("b", first) is second
    assert list(reversed(named)) == ["b", "a"]
    assert list(named | {"c": np.ones(3)}) == ["a", "b", "c"]
    copied = named.copy()
    assert copied["a"] is first
    copied |= {"d": np.ones(1)}
    assert copied.popitem()[0] == "d"
    copied.clear()
    assert len(copied) == 0
    assert len(named) == 2
    new = nn.ParameterDict.fromkeys(["x", "y"], np.ones(2))
    new["x"].data[...] = 0
    np.testing.assert_array_equal(new["y"].numpy(), 1)


def test_containers_read_as_in_torch() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch to compare")

    def build(lib: Any) -> Any:
        same = [lib.Linear(2, 2) for _ in range(2)]
        return lib.Sequential(
            lib.ModuleList([*same, lib.ReLU(), lib.Sequential(lib.Tanh()), lib.Sequential(lib.Tanh())]),
            lib.ModuleDict({"a": lib.ELU(), "b": lib.ModuleList()}),
            lib.BCELoss(),
        )

    assert repr(build(nn)) == repr(build(torch.nn))
    assert list(build(nn).state_dict()) == list(build(torch.nn).state_dict())
    row = nn.ParameterList([np.ones((2, 3), np.float32)])
    assert repr(row) == "ParameterList(\n  (0): Parameter of float32 (2, 3)\n)"
    assert repr(nn.ParameterDict()) == "ParameterDict()"


@pytest.mark.parametrize("build", [
    lambda: nn.ModuleList(linears(2, 2, 2)), lambda: nn.ModuleDict({"a": nn.Linear(2, 2)}),
    lambda: nn.ParameterList([np.ones(2)]), lambda: nn.ParameterDict({"a": np.ones(2)}),
    lambda: nn.BatchNorm1d(2), lambda: nn.CrossEntropyLoss(np.ones(2)),
])  # fmt: skip
def test_a_deep_copy_holds_the_same_in_memory_of_its_own(build: Any) -> None:
    module = build()
    twin = copy.deepcopy(module)
    for (name, a), (other, b) in zip(module.state_dict().items(), twin.state_dict().items(), strict=True):
        assert name == other
        np.testing.assert_array_equal(a, b)
    for array in twin.state_dict():
        assert not np.shares_memory(module.state_dict()[array], twin.state_dict()[array])


# -- what every module can do ---------------------------------------------------------------------


def test_apply_reaches_the_innermost_first() -> None:
    model, seen = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Tanh())), []
    assert model.apply(lambda module: seen.append(type(module).__name__)) is model
    assert seen == ["Linear", "Tanh", "Sequential", "Sequential"]
    model.apply(lambda m: nn.init.zeros_(m.weight) if isinstance(m, nn.Linear) else None)
    assert not model[0].weight.numpy().any()


def test_buffers_and_conversion_under_torch_s_names() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    assert [b.shape for b in model.buffers()] == [(3,), (3,), ()]
    for convert, dtype in [
        (lambda: model.double(), np.float64), (lambda: model.half(), np.float16),
        (lambda: model.float(), np.float32), (lambda: model.to("float64"), np.float64),
    ]:  # fmt: skip
        assert convert() is model
        assert {p.dtype for p in model.parameters()} == {np.dtype(dtype)}
        assert [b.dtype for b in model.buffers()] == [dtype, dtype, np.int64]


def test_modules_under_names_that_are_no_identifiers() -> None:
    model = nn.Identity()
    model.add_module("a b", nn.Tanh())
    model.add_module("a b", nn.ReLU())
    assert [(name, type(m)) for name, m in model.named_children()] == [("a b", nn.ReLU)]


def test_hooks_before_the_forward() -> None:
    layer, seen = nn.Linear(3, 2), []
    plain = layer(X * 2).numpy()
    first = layer.register_forward_pre_hook(lambda module, args: seen.append((module, args)))
    layer.register_forward_pre_hook(lambda module, args: args[0] * 2)
    np.testing.assert_array_equal(layer(X).numpy(), plain)
    assert seen == [(layer, (X,))]
    first.remove()
    first.remove()
    with layer.register_forward_pre_hook(lambda module, args: (args[0] * 0.5,)):
        np.testing.assert_allclose(layer(X).numpy(), layer(X).numpy())
        assert isinstance(first, nn.RemovableHandle)
    np.testing.assert_array_equal(layer(X).numpy(), plain)
    assert len(seen) == 1


def test_a_removed_handle_does_not_take_a_later_hook_away() -> None:
    layer, seen = nn.Identity(), []
    first = layer.register_forward_hook(lambda *call: seen.append("first"))
    first.remove()
    layer.register_forward_hook(lambda *call: seen.append("second"))
    first.remove()
    layer(X)
    assert seen == ["second"]


# -- padding and statistics -----------------------------------------------------------------------


def test_the_row_of_padding_is_zero_and_stays() -> None:
    table = nn.Embedding(4, 2, padding_idx=-1, rng=np.random.default_rng(0))
    assert table.padding_idx == 3
    assert repr(table) == "Embedding(4, 2, padding_idx=3)"
    np.testing.assert_array_equal(table.weight.numpy()[3], 0)
    (table(np.array([0, 3, 3])) ** 2 + table(np.array([3]))).sum().backward()
    np.testing.assert_array_equal(table.weight.grad.numpy()[[1, 2, 3]], 0)


def test_evaluation_neither_counts_nor_changes_the_statistics() -> None:
    layer = nn.BatchNorm2d(3)
    layer(mg.tensor(np.random.default_rng(0).normal(size=(2, 3, 4, 4)).astype(np.float32)))
    before = layer.state_dict()
    out = layer.eval()(mg.tensor(np.ones((1, 3, 1, 1), np.float32)))
    assert out.dtype == np.float32
    for name, array in layer.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    assert before["num_batches_tracked"] == 1


def test_a_trained_network_of_the_new_layers() -> None:
    """They work together: points of equal and of unequal signs are told apart."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 2)).astype(np.float32)
    y = (x[:, :1] * x[:, 1:] > 0).astype(np.float32)
    model = nn.Sequential(
        nn.Linear(2, 16, rng=rng), nn.BatchNorm1d(16), nn.Mish(), nn.Linear(16, 16, rng=rng),
        nn.GroupNorm(4, 16), nn.PReLU(16), nn.Linear(16, 1, rng=rng),
    )  # fmt: skip
    loss_of, optimiser = nn.BCEWithLogitsLoss(), nn.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(120):
        optimiser.zero_grad()
        loss = loss_of(model(mg.tensor(x)), y)
        loss.backward()
        optimiser.step()
    right = (model.eval()(mg.tensor(x)).numpy() > 0) == (y > 0.5)
    assert right.mean() > 0.95
