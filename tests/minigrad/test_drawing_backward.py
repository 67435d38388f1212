"""The backward as a picture: `draw(loss, graph="backward")` and `graph="both"`, read back from the SVG."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from minigrad.fused import Fused
from minigrad.graph import ancestors
from minigrad.watching import record_of
from tests.cases import each
from tests.minigrad.test_drawing import SVG, Picture, leaf, look, nesting, rows


def floats(*shape: int) -> np.ndarray:
    return np.linspace(-1, 1, int(np.prod(shape)), dtype=np.float32).reshape(shape)


def flows(drawing: mg.Drawing) -> dict[str, Counter[tuple[str, str]]]:
    """The arrows by what they look like, as they point: grey, violet, dashed."""
    picture = look(drawing)
    found: dict[str, Counter[tuple[str, str]]] = {
        "value": Counter(),
        "gradient": Counter(),
        "saved": Counter(),
    }
    for group in ET.fromstring(drawing._repr_svg_()).iter(f"{SVG}g"):
        if group.get("class") == "edge":
            path, tip = group.find(f".//{SVG}path"), group.find(f".//{SVG}polygon")
            tail, head = group.findtext(f"{SVG}title", "").split("->")
            if far(tip, path, at_end=False):
                tail, head = head, tail
            flow = "saved" if path.get("stroke-dasharray") else "value"
            flow = "gradient" if path.get("stroke") == "#8250df" else flow
            found[flow][picture.boxes[tail][0], picture.boxes[head][0]] += 1
    return found


def far(tip: Any, path: Any, at_end: bool) -> bool:
    """Whether the arrow's head is at the other end of its line: it was laid out from head to tail."""
    points = [tuple(map(float, point)) for point in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.get("d"))]
    x, y = np.mean([tuple(map(float, p.split(","))) for p in tip.get("points").split()], axis=0)
    start, end = (np.hypot(x - px, y - py) for px, py in (points[0], points[-1]))
    return bool(start < end) is not at_end


def numbers(lines: list[str], name: str) -> np.ndarray:
    return np.array(eval(rows(lines, name)))


def small() -> tuple[mg.Tensor, dict[str, mg.Tensor]]:
    x, w, b = leaf([[0.5, -1.0]], "x"), leaf([[0.25, 1.0], [2.0, -0.5]], "w"), leaf([0.1, 0.2], "b")
    with mg.record():
        h = mg.tanh(x @ w + b)
        loss = (h * h * 3.0).sum()
        loss.backward()
    return loss, {"x": x, "w": w, "b": b}


# -- the numbers and the arrows are the engine's ------------------------------------------------


def test_every_gradient_and_every_share_is_there() -> None:
    loss, leaves = small()
    drawing = mg.draw(loss, gradients=True, graph="backward")
    picture = look(drawing)
    assert [lines[0] for lines in picture.boxes.values()] == [
        *("∂ loss: sum", "∂ multiply", "∂ multiply", "∂ h: tanh", "∂ add", "∂ matmul"),
        *("b.grad", "w.grad", "x.grad"),
    ]
    nodes = sorted(ancestors(loss.node), key=lambda node: -node.serial)
    for node, (box, lines) in zip(nodes, picture.boxes.items(), strict=True):
        np.testing.assert_allclose(numbers(lines, "grad"), record_of(node).gradient, rtol=1e-3)
        place = dict(zip(nodes, picture.boxes, strict=True))
        wanted = Counter(place[parent] for parent in node.parents if parent is not None)
        assert Counter(head for tail, head, _ in picture.arrows if tail == box) == wanted
    for name, t in leaves.items():
        np.testing.assert_allclose(numbers(picture.box(f"{name}.grad"), "grad"), t.grad.data, rtol=1e-3)
    assert picture.above == []


def test_shares_that_are_added_up_are_counted() -> None:
    x = leaf([1.0, 2.0], "x")
    with mg.record():
        y = mg.exp(x)
        (y * y + y + x).sum().backward()
        loss = (y * y + y + x).sum()
    picture = look(mg.draw(loss, graph="backward"))
    assert "sum of 3" in picture.box("∂ y: exp")
    assert "sum of 2" in picture.box("x.grad")
    assert not any("sum of" in line for line in picture.box("∂ multiply"))


def test_both_have_all_of_either_and_stand_side_by_side() -> None:
    loss, _ = small()
    drawing = mg.draw(loss, values=True, gradients=True, graph="both")
    both, forward = look(drawing), look(mg.draw(loss, values=True))
    backward = mg.draw(loss, gradients=True, graph="backward")
    assert [lines for lines in both.boxes.values() if "value" in lines] == [
        lines for lines in forward.boxes.values() if "value" in lines
    ]
    gradients = [lines for lines in both.boxes.values() if "grad" in lines]
    assert sorted(gradients) == sorted(look(backward).boxes.values())
    assert flows(drawing)["value"] == flows(mg.draw(loss))["value"]
    assert flows(drawing)["gradient"] == flows(backward)["gradient"]
    top = {lines[0]: place(drawing, box) for box, lines in both.boxes.items()}
    for name in ("add", "matmul", "h: tanh", "loss: sum"):
        assert top[name][1] == pytest.approx(top[f"∂ {name}"][1], abs=20)  # as many lines as they have
        assert top[name][0] < top[f"∂ {name}"][0]
    assert top["w"][1] == pytest.approx(top["w.grad"][1], abs=20)
    assert top["w"][1] < top["matmul"][1] - 30 < top["h: tanh"][1] - 60


def place(drawing: mg.Drawing, box: str) -> tuple[float, float]:
    """Where the heading of a box stands."""
    for group in ET.fromstring(drawing._repr_svg_()).iter(f"{SVG}g"):
        if group.get("class") == "node" and group.findtext(f"{SVG}title") == box:
            text = group.find(f".//{SVG}text")
            return float(text.get("x")), float(text.get("y"))
    raise AssertionError(box)


@each("op", ["exp", "sin", "multiply", "divide", "power", "matmul", "sum", "maximum", "concatenate"])
def test_what_a_derivative_reads_is_what_its_node_has_saved(op: str) -> None:
    x, y = leaf([[0.5, 2.0], [1.5, 3.0]], "x"), leaf([[1.5, 0.25], [0.75, 2.0]], "y")
    with mg.record():
        if op == "concatenate":
            out = mg.concatenate([x, y])
        else:
            out = mg.OPS[op](x) if op in ("exp", "sin", "sum") else mg.OPS[op](x, y)
    node = out.node
    saved = list(arrays_in(node.saved))
    held = {"x": x.data, "y": y.data, f"out: {node.op.name}": out.data}
    expected = {name for name, array in held.items() if any(array is each for each in saved)}
    read = flows(mg.draw(out, graph="both"))["saved"]
    assert {tail for tail, head in read if head == f"∂ out: {node.op.name}"} == expected


def arrays_in(saved: Any) -> Any:
    if isinstance(saved, np.ndarray):
        yield saved
    elif isinstance(saved, tuple):
        for part in saved:
            yield from arrays_in(part)


def test_a_constant_that_a_derivative_reads_has_its_arrow() -> None:
    x, t = leaf([1.0, 2.0], "x"), np.array([3.0, 4.0], np.float32)
    with mg.record():
        y = x * t + 1.0
    read = flows(mg.draw(y, graph="both"))["saved"]
    assert read == Counter({("t", "∂ multiply"): 1})  # by x it is t; an add reads nothing


def test_a_fused_op_reads_what_it_has_saved() -> None:
    x, w = leaf(floats(2, 3), "x"), leaf(floats(4, 3), "w")
    with mg.record():
        y = mg.linear(x, w)
    assert isinstance(y.node.op, Fused)
    drawing = mg.draw(y, graph="both")
    assert flows(drawing)["saved"] == Counter({("y: linear", "∂ y: linear"): 1})
    assert ("n2", "n5", "saved") in look(drawing).arrows


# -- modules, calls, folds ----------------------------------------------------------------------


def model_loss() -> mg.Tensor:
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    batch = floats(5, 3)
    with mg.record():
        loss = nn.functional.mse_loss(model(batch), floats(5, 2))
        loss.backward()
    return loss


@each("graph", ["backward", "both"])
def test_gradients_stand_in_the_frames_of_their_modules(graph: str) -> None:
    drawing = mg.draw(model_loss(), gradients=True, graph=graph)
    frames, picture = nesting(drawing.source), look(drawing)
    where = {(lines[0], tuple(frames[box])) for box, lines in picture.boxes.items()}
    assert {
        ("∂ linear", ("Sequential", "0: Linear")),
        ("weight.grad", ("Sequential", "0: Linear")),
        ("bias.grad", ("Sequential", "2: Linear")),
        ("∂ tanh", ("Sequential", "1: Tanh")),
        ("∂ loss: mse_loss", ()),
    } <= where
    assert not any("floats" in heading or "batch.grad" in heading for heading, _ in where)


def test_a_folded_module_has_one_box_in_each() -> None:
    picture = look(mg.draw(model_loss(), gradients=True, graph="both", depth=0))
    assert {lines[0] for lines in picture.boxes.values()} == {
        *("batch", "Sequential", "target", "loss: mse_loss"),
        *("∂ Sequential", "∂ loss: mse_loss"),
    }
    assert picture.outlines[picture.id("∂ Sequential")] > 2  # lugs


def test_a_recurrent_net_is_read_with_its_steps_folded() -> None:
    cell, h = nn.RNNCell(2, 3), np.zeros((1, 3), np.float32)
    steps = floats(20, 1, 2)
    with mg.record():
        for x in steps:
            h = cell(x, h)
        loss = (h * h).sum()
        loss.backward()
    unfolded = look(mg.draw(loss, gradients=True, graph="both"))
    folded = look(mg.draw(loss, gradients=True, graph="both", fold="repeats"))
    assert len(unfolded.boxes) > 150
    assert len(folded.boxes) < 30
    for picture in (unfolded, folded):
        box = whole(picture, "weight_ih.grad")
        assert "sum of 20" in box
        np.testing.assert_allclose(numbers(box, "grad"), cell.weight_ih.grad.data, rtol=1e-3)


def whole(picture: Picture, heading: str) -> list[str]:
    """The lines of the one box of that name that is no reference."""
    (found,) = (lines for lines in picture.boxes.values() if lines[0].startswith(heading) and lines[1:])
    return found


def test_references_point_from_where_shares_are_made() -> None:
    x = y = leaf(1.5, "x")
    for _ in range(12):
        y = y * x
    drawing = mg.draw(y, gradients=True, graph="backward")
    picture = look(drawing)
    to = [head for _, head, _ in picture.arrows if picture.boxes[head][0].startswith("x.grad")]
    assert len(to) == 13
    box = whole(picture, "x.grad")
    assert "sum of 13" in box
    np.testing.assert_allclose(float(box[-1]), 13 * 1.5**12, rtol=1e-3)


def test_a_second_derivative_has_a_backward_of_its_own() -> None:
    x = leaf([0.5, 1.0], "x")
    with mg.record():
        y = mg.exp(x * x).sum()
        y.backward(create_graph=True)
        slope, x.grad = x.grad, None
        slope.sum().backward(retain_graph=True)
        total = slope.sum()
    picture = look(mg.draw(total, graph="both"))
    ops = Counter(lines[0] for lines in picture.boxes.values())
    nodes = [node for node in ancestors(total.node) if node.op is not None]
    assert sum(n for heading, n in ops.items() if heading.startswith("∂ ")) == len(nodes)
    assert any("order 1" in lines for lines in picture.boxes.values())


# -- what is said -------------------------------------------------------------------------------


def test_it_says_where_backward_was_not_run() -> None:
    with mg.record():
        loss = mg.exp(leaf(1.0, "x"))
    said = "backward was not run: this is what it would do"
    assert look(mg.draw(loss, gradients=True)).above == [said]
    assert look(mg.draw(loss, graph="both", title="T")).above == ["T", said]
    assert look(mg.draw(loss)).above == []
    loss.backward()
    assert look(mg.draw(loss, gradients=True, graph="both")).above == []


def test_it_says_what_nobody_has_recorded() -> None:
    loss = mg.exp(leaf(1.0, "x"))
    said = look(mg.draw(loss, gradients=True)).above
    assert said == ["no backward was recorded: this is what one would do"]
    loss.backward()
    assert look(mg.draw(loss, graph="backward")).above == ["a backward has run that nobody recorded"]


def test_where_no_gradient_has_come_it_is_said() -> None:
    @mg.fused(inputs=("a", "b"))
    def first(a: Any, b: Any) -> Any:
        return a + b * 0.0

    first.forward(lambda a, b: (a + 0.0, None))
    first.backward(lambda g, residuals, wanted, a, b: (g * 1.0, None))
    with mg.record():
        y = first(leaf(2.0, "used"), leaf(3.0, "unused"))
        y.backward()
    picture = look(mg.draw(y, gradients=True, graph="backward"))
    assert picture.box("used.grad") == ["()", "grad", "1"]
    assert picture.box("unused.grad") == ["()", "no gradient has come"]


def test_a_gradient_that_is_not_finite_is_red_and_its_value_is_not() -> None:
    x = leaf([0.0, 4.0], "x")
    with mg.record(), np.errstate(divide="ignore"):
        loss = np.sqrt(x).sum()
        loss.backward()
    picture = look(mg.draw(loss, values=True, gradients=True, graph="both"))
    assert {picture.boxes[box][0] for box in picture.red} == {"x.grad"}


def test_other_graphs_are_refused() -> None:
    x = leaf(floats(2, 3), "x")
    with pytest.raises(ValueError, match=r'takes "forward", "backward" or "both", and got \'all\''):
        mg.draw(mg.exp(x), graph="all")
    with pytest.raises(ValueError, match=r"."), mg.record() as recording:
        x @ x
    with pytest.raises(ValueError, match=r"forward that raised.*leave gradients=True and graph= out"):
        mg.draw(recording, graph="backward")


def test_in_words_gradients_are_read_from_those_after() -> None:
    loss, _ = small()
    words = mg.draw(loss, gradients=True, graph="both").words
    entry = next(entry for entry in words.entries.values() if entry.lines[0].text == "∂ matmul")
    assert [end.heading for end in entry.reads] == ["∂ add", "x", "w"]
    assert sorted(end.heading for end in entry.read_by) == ["w.grad", "x.grad"]
