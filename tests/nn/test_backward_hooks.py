"""Hooks that see, and change, the gradients of modules."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn

X = mg.tensor(np.random.default_rng(1).normal(size=(2, 3)).astype(np.float32))


class Two(nn.Module):
    """x·y and x + 1: two inputs, two outputs."""

    def forward(self, x: mg.Tensor, y: Any) -> tuple[mg.Tensor, mg.Tensor]:
        return x * y, x + 1


def recorded(module: nn.Module) -> list[Any]:
    seen: list[Any] = []
    module.register_full_backward_hook(lambda module, gx, gy: seen.append((module, gx, gy)))
    return seen


def test_backward_hooks_see_what_torch_s_see() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch to compare")
    theirs, ours = torch.nn.Linear(3, 2), nn.Linear(3, 2)
    ours.load_state_dict(theirs.state_dict())
    found: list[Any] = []
    theirs.register_full_backward_hook(lambda module, gx, gy: found.append((gx, gy)))
    seen = recorded(ours)
    x, t = mg.tensor(X.numpy(), requires_grad=True), torch.tensor(X.numpy(), requires_grad=True)
    ((ours(x) ** 2).sum() + (x * 3).sum()).backward()
    ((theirs(t) ** 2).sum() + (t * 3).sum()).backward()
    [(module, *pairs)] = seen
    assert module is ours
    for mine, other in zip(pairs, found[0], strict=True):
        np.testing.assert_allclose(mine[0].numpy(), other[0].numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(x.grad.numpy(), t.grad.numpy(), rtol=1e-5, atol=1e-6)


def test_backward_hooks_of_several_inputs_and_outputs() -> None:
    module = Two()
    seen = recorded(module)
    x, y = (mg.tensor([a], requires_grad=True) for a in (2.0, 5.0))
    product, more = module(x, y)
    (product * 10 + more).backward(retain_graph=True)
    [(_, grad_input, grad_output)] = seen
    assert [g.item() for g in grad_input] == [51, 20]
    assert [g.item() for g in grad_output] == [10, 1]
    (product * 10 + more).backward()  # once more
    assert [g.item() for g in seen[1][1]] == [51, 20]
    seen.clear()
    module(x, 3.0)[0].backward()
    [(_, grad_input, grad_output)] = seen
    assert grad_input[0].item() == 3
    assert grad_input[1] is None
    assert grad_output[1] is None


def test_a_backward_hook_without_an_input_that_requires_a_gradient() -> None:
    layer = nn.Linear(3, 2)
    seen = recorded(layer)
    layer(X).sum().backward()
    [(_, grad_input, (g,))] = seen
    assert grad_input == (None,)
    np.testing.assert_array_equal(g.numpy(), 1)
    with mg.no_grad():
        layer(X)
    assert len(seen) == 1


@pytest.mark.parametrize("wrap", [lambda g: g, lambda g: (g,)], ids=["tensor", "tuple"])
def test_a_backward_hook_may_replace_the_gradient(wrap: Any) -> None:
    model = nn.Sequential(nn.Identity(), nn.Tanh())
    x = mg.tensor([0.0], requires_grad=True)
    handle = model[1].register_full_backward_hook(lambda module, gx, gy: wrap(gx[0] * 5))
    model(x).backward()
    assert x.grad.item() == 5
    model(x).backward(create_graph=True)
    assert x.grad.item() == 10
    handle.remove()
    model(x).backward()
    assert x.grad.item() == 11
    model[0].register_full_backward_hook(lambda module, gx, gy: gy[0] * 2)  # Identity gives its input
    model(x).backward()
    assert x.grad.item() == 13


def two_gradients(out: mg.Tensor, *inputs: mg.Tensor) -> list[Any]:
    out.backward()
    return [None if x.grad is None else x.grad.numpy().tolist() for x in inputs]


def leaf(*values: float) -> mg.Tensor:
    return mg.tensor(list(values), requires_grad=True)


def test_outputs_that_nobody_used_are_not_waited_for() -> None:
    for kind, states in ((nn.GRU, 1), (nn.RNN, 1), (nn.LSTM, 2)):
        layer = kind(3, 4)
        seen, x = recorded(layer), mg.tensor(np.ones((2, 5, 3), np.float32), requires_grad=True)
        layer(x)[0].sum().backward()
        [(_, (grad_x,), (grad_out, grad_state))] = seen
        assert (grad_x.shape, grad_out.shape) == (x.shape, (2, 5, 4))
        assert grad_state == (None if states == 1 else (None, None))
        np.testing.assert_array_equal(grad_x.numpy(), x.grad.numpy())
        np.testing.assert_array_equal(grad_out.numpy(), 1)
        layer(x)[1][-1].sum().backward()
        assert len(seen) == 2
        assert seen[1][2][0] is None


def test_an_output_that_nobody_used_gets_no_gradient_of_zeros() -> None:
    module = Two()
    recorded(module)
    x, y = leaf(2.0), leaf(5.0)
    module(x, y)[1].backward()
    assert y.grad is None
    assert x.grad.item() == 1


class Nested(nn.Module):
    """Whatever f makes of the arguments."""

    def __init__(self, f: Callable[..., Any]) -> None:
        self.f = f

    def forward(self, *args: Any) -> Any:
        return self.f(*args)


def test_nested_inputs_and_outputs_have_nested_gradients() -> None:
    module = Nested(lambda x, d: {"a": x * d["b"][0], "rest": [x + 1, 7]})
    seen = recorded(module)
    x, y = leaf(2.0), leaf(5.0)
    out = module(x, {"b": (y, 3), "c": None})
    assert out["rest"][1] == 7
    (out["a"] * 10).backward()
    [(_, grad_input, grad_output)] = seen
    assert grad_input[0].item() == 50
    assert (grad_input[1]["b"][0].item(), grad_input[1]["b"][1], grad_input[1]["c"]) == (20, None, None)
    assert grad_output[0]["a"].item() == 10
    assert grad_output[0]["rest"] == [None, None]


def test_what_holds_no_tensor_is_warned_of() -> None:
    module = Nested(lambda x: {x})
    recorded(module)
    with pytest.warns(UserWarning, match="Nested gave a set, and no tensor in tuples, lists or dicts"):
        module(leaf(1.0))


def test_each_call_has_its_own_gradients() -> None:
    layer = nn.Linear(3, 3)
    seen = recorded(layer)
    x = mg.tensor(X.numpy(), requires_grad=True)
    layer(layer(x)).sum().backward()
    assert len(seen) == 2
    np.testing.assert_array_equal(seen[1][2][0].numpy(), seen[0][1][0].numpy())  # what goes in came out
    np.testing.assert_array_equal(seen[1][1][0].numpy(), x.grad.numpy())


def test_one_tensor_in_two_places() -> None:
    module = Two()
    seen, x = recorded(module), leaf(3.0)
    module(x, x)[0].backward()
    assert [g.item() for g in seen[0][1]] == [3, 3]
    assert x.grad.item() == 6


def test_backward_that_comes_to_no_input_calls_no_hook() -> None:
    module = Nested(lambda x, y: x.detach() * y)
    seen = recorded(module)
    y = leaf(2.0)
    module(leaf(3.0), y).backward()
    assert [g and g.item() for g in seen[0][1]] == [None, 3]
    seen.clear()
    inner: list[mg.Tensor] = []
    module.f = lambda x, y: inner.append(x * 2) or x * y
    module(leaf(3.0), y)
    inner[0].backward()  # past the outputs
    assert seen == []
    detached = Nested(lambda x: x.detach() * y)
    none = recorded(detached)
    detached(leaf(3.0)).backward()
    assert none == []


def test_a_hook_may_replace_the_gradients_of_several_inputs() -> None:
    module, x, y = Two(), leaf(2.0), leaf(5.0)
    with module.register_full_backward_hook(lambda module, gx, gy: (gx[0] * 2, None)):
        assert two_gradients(module(x, y)[0], x, y) == [[10], None]
    x, y = leaf(2.0), leaf(5.0)
    with module.register_full_backward_hook(lambda module, gx, gy: (gx[0], gx[1] * 3)):
        assert two_gradients(module(x, y)[0], x, y) == [[5], [6]]


def test_a_hook_before_backward_may_replace_the_gradients_of_outputs() -> None:
    module, x, y = Two(), leaf(2.0), leaf(5.0)
    seen = recorded(module)
    with module.register_full_backward_pre_hook(lambda module, gy: (gy[0] * 10, gy[1])):
        assert two_gradients(module(x, y)[0], x, y) == [[50], [20]]
    assert seen[0][2][0].item() == 10
    with (
        module.register_full_backward_pre_hook(lambda module, gy: gy[0]),
        pytest.raises(TypeError, match="gave 1 gradients in the place of those of its outputs"),
    ):
        module(x, y)[0].backward()


def test_the_gradient_given_to_backward_is_left_alone() -> None:
    module, x = nn.Identity(), leaf(1.0, 2.0)
    recorded(module)
    seed = np.ones(2, np.float32)
    (module(x) + 0).backward(seed)
    y = module(x) + x * 3
    y.backward(seed)
    np.testing.assert_array_equal(seed, 1)
    np.testing.assert_array_equal(x.grad.numpy(), [5, 5])


def test_hooks_under_create_graph_are_differentiated() -> None:
    module = Two()
    f = lambda x: module(x, x * x)[0] * 2  # 2·x³
    assert mg.grad(mg.grad(f))(2.0).item() == 24
    seen = recorded(module)
    assert mg.grad(mg.grad(f))(2.0).item() == 24
    assert seen[0][1][0].item() == 8
    module.register_full_backward_hook(lambda module, gx, gy: (gx[0] * 3, gx[1]))
    # The first derivative is now 3·2·x² + 2·x·2x.
    assert mg.grad(mg.grad(f))(2.0).item() == 40


def test_hooks_inside_a_checkpoint_are_called_once() -> None:
    module = nn.GRU(3, 4)
    seen = recorded(module)
    x = mg.tensor(np.ones((2, 5, 3), np.float32), requires_grad=True)
    mg.checkpoint(lambda x: module(x)[0], x).sum().backward()
    expected = x.grad.numpy()
    assert len(seen) == 1
    x.grad = None
    nn.GRU.forward(module, x)[0].sum().backward()
    np.testing.assert_allclose(expected, x.grad.numpy(), rtol=1e-6)


def test_an_error_in_a_hook_is_raised_by_backward_and_leaves_nothing_behind() -> None:
    module, x, y = Two(), leaf(2.0), leaf(5.0)
    handle = module.register_full_backward_hook(lambda module, gx, gy: 1 / 0)
    product, more = module(x, y)
    with pytest.raises(ZeroDivisionError):
        product.backward(retain_graph=True)
    handle.remove()
    seen = recorded(module)
    product, more = module(x, y)
    with module.register_full_backward_pre_hook(lambda module, gy: 1 / 0), pytest.raises(ZeroDivisionError):
        (product + more).backward(retain_graph=True)
    more.backward()
    assert [g and g.item() for g in seen[0][2]] == [None, 1]


def test_a_forward_that_writes_to_its_input_does_the_same_with_hooks() -> None:
    def written(x: mg.Tensor) -> mg.Tensor:
        x += 1.0
        return x * x

    def values(*, is_hooked: bool) -> list[Any]:
        module, a = Nested(written), leaf(2.0, 3.0)
        if is_hooked:
            recorded(module)
        h = a * 2
        ((out := module(h)) + h * h).sum().backward()
        return [h.numpy().tolist(), out.numpy().tolist(), a.grad.numpy().tolist()]

    assert values(is_hooked=True) == values(is_hooked=False)
    module = Nested(written)
    recorded(module)
    with pytest.raises(RuntimeError, match="on a leaf that requires a gradient"):
        module(leaf(1.0))


def test_hooks_let_go_of_the_graph() -> None:
    import gc
    import weakref

    module = Two()
    module.register_full_backward_hook(lambda *call: None)
    x = leaf(2.0)
    out = module(x, x)[0]
    node = weakref.ref(out.node)
    gc.disable()
    try:
        del out
        assert node() is None
    finally:
        gc.enable()
