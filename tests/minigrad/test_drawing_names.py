"""The program's names in a drawing, `mg.name`, and the order of the nodes of a derivative."""

import numpy as np
import pytest

import minigrad as mg
import nn
from minigrad.drawing.recording import order_of
from minigrad.graph import ancestors
from nn import functional as F
from tests.cases import each
from tests.minigrad.test_drawing import leaf, look


def headings(y: mg.Tensor) -> list[str]:
    return [lines[0] for lines in look(mg.draw(y)).boxes.values()]


# -- variables ----------------------------------------------------------------------------------


def test_results_are_called_by_the_variables_that_held_them_when_they_were_read() -> None:
    x, w = leaf(2.0), leaf(3.0)
    with mg.record():
        h = mg.tanh(x * w)
        for _ in range(2):
            h = h + 1.0
        loss = h * h
        h = mg.exp(loss)
    assert headings(loss) == ["x", "w", "multiply", "h: tanh", "1", "h: add", "1", "h: add", "loss: multiply"]
    assert headings(h)[-1] == "h: exp"


def test_the_variable_of_whoever_handed_it_on_goes_before_the_parameter() -> None:
    def squared(inner: mg.Tensor) -> mg.Tensor:
        half = inner * 0.5
        return half * half

    with mg.record():
        outer = mg.exp(leaf(1.0, "x"))
        y = squared(outer)
    assert headings(y) == ["x", "outer: exp", "0.5", "half: multiply", "y: multiply"]


def test_layers_do_not_name_what_they_compute() -> None:
    model, batch = nn.Sequential(nn.Linear(3, 4), nn.Tanh()), np.ones((2, 3), np.float32)
    with mg.record():
        hidden = model(batch)
        loss = F.mse_loss(hidden, np.zeros((2, 4), np.float32), reduction="none")
    assert headings(loss) == ["weight", "bias", "batch", "linear", "hidden: tanh", "target", "loss: mse_loss"]


def test_a_private_variable_and_a_list_are_no_names() -> None:
    with mg.record():
        _hidden = mg.exp(leaf(1.0, "x"))
        several = [mg.sin(_hidden)]
        last = mg.cos(several[0])
    assert headings(last) == ["x", "exp", "sin", "last: cos"]


def test_attributes_of_a_users_module_are_names() -> None:
    class Cell(nn.Module):
        def forward(self, x: mg.Tensor) -> mg.Tensor:
            self.state = mg.tanh(x)
            return self.state * 2.0

    with mg.record():
        y = Cell()(leaf(1.0, "x"))
    assert headings(y) == ["x", "state: tanh", "y: multiply"]


def test_without_record_nothing_is_looked_up() -> None:
    y = mg.exp(leaf(1.0, "x"))
    assert headings(y) == ["x", "exp"]


# -- mg.name ------------------------------------------------------------------------------------


def test_a_name_of_ones_own_goes_before_the_variable() -> None:
    x, w = leaf(2.0), leaf(3.0)
    mg.name(x=x, **{"β₀ <w>": w})
    with mg.record():
        product = x * w
        mg.name(energy=product)
        y = mg.exp(product)
    assert headings(y) == ["x", "β₀ <w>", "energy: multiply", "y: exp"]
    assert (x.name, w.name, product.name, y.name) == ("x", "β₀ <w>", "energy", "")


def test_arrays_are_named_inside_a_recording() -> None:
    x, mask, shift = leaf([1.0, 2.0], "x"), np.array([1.0, 0.0]), mg.tensor([1.0, 1.0])
    with mg.record():
        mg.name(visible=mask, offset=shift)
        y = x * mask + shift
    assert headings(y) == ["x", "visible", "multiply", "offset", "y: add"]


def test_what_has_no_name_to_give() -> None:
    with pytest.raises(
        ValueError,
        match=r"name\(mask=\.\.\.\) got a ndarray of shape \(2,\) that requires no gradient.*name it inside "
        r"`with mg\.record\(\)",
    ):
        mg.name(mask=np.ones(2))
    with pytest.raises(ValueError, match=r"name\(t=\.\.\.\) got a Tensor of shape \(\)"):
        mg.name(t=mg.tensor(1.0))
    with pytest.raises(TypeError, match=r"name\(p=\.\.\.\) got a dict.*mg\.name\(x=x, w=w\)"):
        mg.name(p={})


# -- the order of a derivative ------------------------------------------------------------------


def orders(t: mg.Tensor) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for node in ancestors(t.node):
        found.setdefault("leaf" if node.op is None else node.op.name, set()).add(order_of(node))
    return found


def test_the_order_counts_the_derivatives() -> None:
    x = leaf(2.0, "x")
    with mg.record():
        y = mg.sin(x)
        y.backward(create_graph=True)
        first, x.grad = x.grad, None
        assert orders(y) == {"leaf": {0}, "sin": {0}}
        assert orders(first) == {"leaf": {0}, "cos": {1}, "multiply": {1}}
        first.backward(create_graph=True)
        second = x.grad
    assert orders(second) == {"leaf": {0}, "sin": {2}, "multiply": {2}}  # sin as the derivative of cos
    np.testing.assert_allclose(second.data, -np.sin(2.0), rtol=1e-6)


def test_what_is_added_up_on_the_way_is_of_the_order_of_its_shares() -> None:
    x = leaf([1.0, 2.0], "x")
    with mg.record():
        y = (x * x * x).sum()
        y.backward(create_graph=True)
    found = orders(x.grad)
    assert found["add"] == {1}
    assert found["multiply"] == {0, 1}


@each("op", ["layer_norm", "gelu"])
def test_the_composition_of_a_fused_op_is_of_its_own_order(op: str) -> None:
    x = leaf([[1.0, 2.0, 4.0]], "x")
    with mg.record():
        y = mg.OPS[op](x)
        (y * y).sum().backward(create_graph=True)
    nodes = ancestors(x.grad.node)
    again = [node for node in nodes if node.op is not None and node.op.name == "alias"]
    assert again
    assert {order_of(node) for node in again} == {0}
    assert order_of(x.grad.node) == 1
    (fused,) = (node for node in nodes if node.op is not None and node.op.name == op)
    assert order_of(fused) == 0
    assert {order_of(node) for node in nodes} == {0, 1}


def test_an_inner_derivative_has_an_order_too() -> None:
    x = leaf(2.0, "x")
    with mg.record():
        slope = mg.grad(mg.sin)(x)
    assert orders(slope) == {"leaf": {0}, "alias": {0}, "cos": {1}, "multiply": {1}}


def test_a_drawing_says_the_order_of_each_node() -> None:
    x = leaf(2.0, "x")
    with mg.record():
        y = mg.sin(x)
        y.backward(create_graph=True)
        slope, x.grad = x.grad, None
        slope.backward(create_graph=True)
        curvature = x.grad
    nodes = sorted({*ancestors(slope.node), *ancestors(curvature.node)}, key=lambda node: node.serial)
    said = [next((line for line in lines if "order" in line), "") for lines in boxes(slope, curvature)]
    assert said == [f"order {order_of(node)}" if order_of(node) else "" for node in nodes]
    assert {"order 1", "order 2"} <= set(said)
    assert not any("order" in line for lines in boxes(y) for line in lines)


def boxes(*tensors: mg.Tensor) -> list[list[str]]:
    """What is written in the box of each node, in the order of the graph; constants are left out."""
    picture = look(mg.draw(tensors))
    return [lines for box, lines in picture.boxes.items() if not picture.is_grey(box)]
