"""Fused ops opened into their compositions: `draw(loss, expand="self_attention")`."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from minigrad.graph import ancestors
from minigrad.watching import record_of
from tests.cases import each
from tests.minigrad.test_drawing import bare, leaf, look, nesting


def floats(*shape: int) -> np.ndarray:
    return np.linspace(-1, 1, int(np.prod(shape)), dtype=np.float32).reshape(shape)


def headings(drawing: mg.Drawing) -> list[str]:
    return [bare(lines[0]) for lines in look(drawing).boxes.values()]


# -- the numbers --------------------------------------------------------------------------------

CALLS: dict[str, Callable[[Any, mg.Tensor], mg.Tensor]] = {
    "linear": lambda f, x: f(x, leaf(floats(2, 6), "w"), leaf(floats(2), "b")),
    "layer_norm": lambda f, x: f(x, leaf(floats(6), "w")),
    "gelu": lambda f, x: f(x),
    "self_attention": lambda f, x: f(x, 2, is_causal=True),
    "cross_entropy": lambda f, x: f(x[0], np.array([0, 2])),
}


def drawn(op: str, function: Any, frame: str, retain_graph: bool, **options: Any) -> list[list[str]]:
    """What stands in each box, of a loss over `function`, called in a scope."""
    x = leaf(floats(1, 2, 6), "x")
    with mg.record():
        with mg.scope(frame):
            y = CALLS[op](function, x)
        loss = (y * y).sum()
        loss.backward(retain_graph=retain_graph)
    return list(look(mg.draw(loss, values=True, gradients=True, **options)).boxes.values())


def apart(boxes: list[list[str]]) -> tuple[list[str], np.ndarray]:
    """The words, and the numbers that stand between them."""
    text = "\n".join("\n".join(lines) for lines in boxes)
    number = r"-?\d+\.?\d*(?:e[-+]\d+)?"
    return re.split(number, text), np.array(re.findall(number, text), float)


@each("op", CALLS)
@each("retain_graph", [True, False])
def test_every_value_and_gradient_is_that_of_a_program_that_runs_the_composition(
    op: str, retain_graph: bool
) -> None:
    opened = drawn(op, mg.OPS[op], "", retain_graph, expand=op)
    words, numbers = apart(opened)
    expected_words, expected_numbers = apart(drawn(op, mg.OPS[op].composed, op, retain_graph))
    assert words == expected_words
    np.testing.assert_allclose(numbers, expected_numbers, rtol=2e-2, atol=1e-6)
    assert op not in [bare(lines[0]) for lines in opened]


def test_the_result_keeps_the_very_numbers_of_the_program() -> None:
    x = leaf(floats(2, 4), "x")
    with mg.record():
        y = mg.gelu(x)
        loss = y.sum()
        loss.backward()
    record = record_of(y.node)
    record.value, record.gradient = record.value + np.float32(1e-3), np.full((2, 4), 0.125, np.float32)
    box = look(mg.draw(loss, values=True, gradients=True, expand="gelu")).box("y: multiply")
    assert f"mean {record.value.mean():.3g}, std {record.value.std():.3g}" in box
    assert box[-1] == "mean 0.125, std 0"


def test_gradients_need_no_record_and_leave_everything_as_it_was() -> None:
    x = leaf(floats(2, 3), "x")
    loss = mg.gelu(x).sum()
    nodes = ancestors(loss.node)
    before = [(node.hooks, node.saved, node.parents) for node in nodes]
    shown = look(mg.draw(loss, gradients=True, expand="gelu")).box("x")
    assert shown == look(mg.draw(loss, gradients=True)).box("x")
    assert [(node.hooks, node.saved, node.parents) for node in nodes] == before
    assert x.grad is None


# -- where it stands ----------------------------------------------------------------------------


def test_a_frame_in_its_module_is_around_what_was_opened() -> None:
    attention = nn.MultiheadAttention(8, 2, batch_first=True)
    x = floats(1, 3, 8)
    with mg.record():
        y = attention(x, x, x)[0]
    drawing = mg.draw(y, expand="self_attention")
    frames = nesting(drawing.source)
    inside = {
        lines[0] for box, lines in look(drawing).boxes.items() if frames[box][-1:] == ["self_attention"]
    }
    assert {"split", "swapaxes", "matmul", "attention_weights"} <= inside
    assert {tuple(frames[box]) for box in frames if frames[box][-1:] == ["self_attention"]} == {
        ("MultiheadAttention", "self_attention")
    }
    assert look(drawing).above == ["self_attention: the ops that it is equal to"]


def test_each_has_a_frame_of_its_own_and_several_are_opened() -> None:
    x = leaf(floats(2, 3), "x")
    y = mg.layer_norm(mg.gelu(mg.gelu(x)))
    picture = look(mg.draw(y, expand=["gelu", "layer_norm"]))
    assert picture.frames == ["gelu", "gelu 2", "layer_norm"]
    assert not {"gelu", "layer_norm"} & {lines[0] for lines in picture.boxes.values()}


def test_a_fused_op_inside_of_another_is_opened_too() -> None:
    x, mask = leaf(floats(1, 2, 2, 2), "x"), np.zeros((2, 2), np.float32)
    y = mg.scaled_dot_product_attention(x, x, x, mask)
    once = headings(mg.draw(y, expand="scaled_dot_product_attention"))
    inner = [name for name in once if hasattr(mg.OPS.get(name), "composed")]
    for name in inner:
        assert name not in headings(mg.draw(y, expand=["scaled_dot_product_attention", name]))
    assert "matmul" in once


def test_what_needs_no_gradient_inside_is_grey() -> None:
    x, w = floats(2, 3), leaf(floats(3), "w")
    with mg.record():
        y = mg.layer_norm(x, w)
        y.sum().backward()
    picture = look(mg.draw(y, values=True, gradients=True, expand="layer_norm"))
    assert {picture.boxes[a][0] for a, b, _ in picture.arrows if picture.boxes[b][0] == "mean"} == {
        "x",
        "multiply",
    }
    grey = {bare(picture.boxes[box][0]) for box in picture.boxes if picture.is_grey(box)}
    assert {"x", "mean", "sqrt"} <= grey
    assert not {"w", "multiply: y"} & grey
    for box, lines in picture.boxes.items():
        assert ("grad" in lines) != picture.is_grey(box)


# -- what cannot be opened ----------------------------------------------------------------------


def test_other_names_are_refused() -> None:
    x = leaf(floats(2, 3), "x")
    with pytest.raises(ValueError, match=r"expand='softmax'\) names no fused op of this graph: it has gelu$"):
        mg.draw(mg.gelu(x), expand="softmax")
    with pytest.raises(ValueError, match="it has none, every op is drawn as it is"):
        mg.draw(mg.exp(x), expand=["gelu"])


def test_operands_that_a_backward_has_freed_are_not_known() -> None:
    y = mg.gelu(leaf(floats(2, 3), "x"))
    y.sum().backward()
    with pytest.raises(ValueError, match=r"found no operands of gelu.*freed them.*mg\.record\(\)"):
        mg.draw(y, expand="gelu")


def test_an_operand_that_was_written_to_is_noticed() -> None:
    x = leaf(floats(2, 3), "x")
    with mg.record():
        y = mg.gelu(x)
    x.data -= 0.5
    with pytest.raises(ValueError, match=r"computed gelu again and got other numbers.*optimiser's step"):
        mg.draw(y, expand="gelu")
