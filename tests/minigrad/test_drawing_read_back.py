"""Pictures cannot lie: an SVG and a page are read back, and hold the engine's nodes, edges and numbers."""

import ast
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any, NamedTuple

import numpy as np
import pytest

import minigrad as mg
import nn
from minigrad.graph import Node, ancestors
from tests.cases import each
from tests.minigrad.test_drawing import leaf, look, rows

KEPT = -1  # the number of a hook that keeps gradients for these tests


class Box(NamedTuple):
    heading: str
    facts: list[str]
    numbers: dict[str, str]


class Read(NamedTuple):
    """Boxes by their ids, and how many arrows lead from one to another."""

    boxes: dict[str, Box]
    arrows: Counter[tuple[str, str]]


def from_svg(drawing: mg.Drawing) -> Read:
    picture = look(drawing)
    boxes = {}
    for id, lines in picture.boxes.items():
        first = min((lines.index(word) for word in ("value", "grad") if word in lines), default=len(lines))
        numbers = {word: rows(lines, word) for word in ("value", "grad") if word in lines}
        boxes[id] = Box(lines[0], lines[1:first], numbers)
    return Read(boxes, Counter((tail, head) for tail, head, _ in picture.arrows))


class _Words(HTMLParser):
    """The list of boxes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.read = Read({}, Counter())
        self.id = self.place = self.word = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "li":
            self.id = given["id"] or ""
            self.read.boxes[self.id] = Box("", [], {})
        elif tag in ("h3", "details", "code"):
            self.place = tag
        elif tag == "p" and self.id:
            self.place, self.word = "p", given["class"] or ""
        elif tag == "a" and self.word == "joined" and self.reading:
            self.read.arrows[(given["href"] or "")[1:], self.id] += 1

    def handle_data(self, data: str) -> None:
        box = self.read.boxes.get(self.id)
        if box is None:
            return
        if self.place == "h3":
            self.read.boxes[self.id] = box._replace(heading=data)
            self.place = ""
        elif self.place == "code":
            box.numbers[self.word] = data.replace("\n", " ")
            self.place = ""
        elif self.word == "fact" and self.place == "p":
            box.facts.append(data)
        elif self.word == "joined" and data.startswith("read"):
            self.reading = data.startswith("reads")


def from_page(drawing: mg.Drawing) -> Read:
    words = _Words()
    words.feed(drawing.page())
    return words.read


class Computed(NamedTuple):
    """The engine's own account: its nodes with their values and gradients, seen apart from `mg.record`."""

    root: mg.Tensor
    nodes: list[Node]
    values: dict[Node, np.ndarray]
    gradients: dict[Node, np.ndarray]


def computed(program: Callable[[], mg.Tensor]) -> Computed:
    outputs: list[np.ndarray] = []
    with mg.record(), mg.observe(lambda op, operands, options, out: outputs.append(np.array(out))):
        root = program()
        forward = len(outputs)
        nodes = ancestors(root.node)
        gradients: dict[Node, np.ndarray] = {}
        for node in nodes:
            keep: Any = lambda g, node=node: gradients.__setitem__(node, np.array(g))
            node.hooks = {**(node.hooks or {}), KEPT: keep}
        root.backward()
    ops = [node for node in nodes if node.op is not None]
    assert forward == len(ops), "the graph has all that was computed"
    values = dict(zip(ops, outputs, strict=False))
    values |= {node: node.tensor().data for node in nodes if node.op is None}
    return Computed(root, nodes, values, gradients)


LEAVES: list[mg.Tensor] = []  # kept, so that the graph's leaves have their data


def kept(data: Any, name: str = "") -> mg.Tensor:
    LEAVES.append(leaf(data, name))
    return LEAVES[-1]


def scalar() -> mg.Tensor:
    a, b, c = kept(2.0, "a"), kept(-3.0, "b"), kept(0.25, "c")
    return (a * b + c).tanh() * a


def broadcast() -> mg.Tensor:
    x, row = kept([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "x"), kept([0.5, -0.5, 2.0], "row")
    return ((x * row - row) / 3.0).sum()


def reused() -> mg.Tensor:
    x = kept([0.5, 1.5], "x")
    y = x * x
    return mg.stack([y, y + x, mg.exp(x)]).sum()


def network() -> mg.Tensor:
    rng = np.random.default_rng(0)
    w, v = kept(rng.normal(size=(2, 3)), "w"), kept(rng.normal(size=(3, 1)), "v")
    with mg.scope("net"):
        with mg.scope("inner"):
            h = mg.tanh(np.array([[0.5, -1.0]]) @ w)
        return (h @ v).sum()


def recurrent() -> mg.Tensor:
    w, h = kept([[0.5, -0.25], [1.0, 0.75]], "w"), kept([[1.0, 2.0]], "h")
    for _ in range(3):
        h = mg.tanh(h @ w)
    return h.sum()


def infinite() -> mg.Tensor:
    x = kept([0.0, 1.0], "x")
    with np.errstate(divide="ignore"):
        return mg.log(x).sum()


def named() -> mg.Tensor:
    x = kept(1.5, "<b>&\"'한국어 \\N ]]>")
    with mg.scope("<script>"):
        return mg.exp(x) * x


def block() -> mg.Tensor:
    layer = nn.TransformerEncoderLayer(2, 1, 3, norm_first=True, dropout=0.0, rng=np.random.default_rng(0))
    LEAVES.extend(layer.parameters())
    return layer(np.array([[[0.5, -1.0], [2.0, 0.25]]], np.float32))[0, 0, 0]


BESTIARY = [scalar, broadcast, reused, network, recurrent, infinite, named, block]


def told(text: str) -> np.ndarray:
    """The numbers that were written, or the mean and the standard deviation."""
    if spread := re.fullmatch(r"mean (\S+), std (\S+)", text):
        return np.array([float(spread[1]), float(spread[2])])
    text = re.sub(r"\b(nan|NaN|inf)\b", "1e999", text)
    return np.array(ast.literal_eval(text))


def same(text: str, array: np.ndarray) -> None:
    if text.startswith("mean"):
        array = np.array([array.mean(dtype=np.float64), array.std(dtype=np.float64)])
    np.testing.assert_allclose(told(text), array, rtol=5e-3, atol=1e-6, err_msg=text)


@pytest.mark.filterwarnings("ignore:divide by zero")
@each("program", BESTIARY)
@each("read", [from_svg, from_page])
def test_every_node_edge_value_and_gradient_is_the_engines(
    program: Callable[[], mg.Tensor], read: Callable[[mg.Drawing], Read]
) -> None:
    root, nodes, values, gradients = computed(program)
    boxes, arrows = read(mg.draw(root, values=True, gradients=True))
    of_nodes = {id: box for id, box in boxes.items() if "grad" in box.numbers}
    ids = sorted(of_nodes, key=lambda id: int(id.removeprefix("n")))
    assert len(ids) == len(nodes)
    id_of = dict(zip(nodes, ids, strict=True))  # both in the order of time
    for node, id in id_of.items():
        heading, facts, numbers = boxes[id]
        name = node.op.name if node.op is not None else node.name.rpartition(".")[2]
        assert heading.endswith(name)
        assert any(fact.startswith(f"{node.shape}") for fact in facts), facts
        same(numbers["value"], values[node])
        same(numbers["grad"], gradients[node])
    expected = Counter(
        (id_of[parent], id_of[node]) for node in nodes for parent in node.parents if parent is not None
    )
    assert Counter({ends: n for ends, n in arrows.items() if ends[0] in of_nodes}) == expected
    assert {head for _, head in arrows} <= set(of_nodes)


@each("read", [from_svg, from_page])
def test_bounds_of_blocks_that_repeat_are_those_of_the_engines_numbers(read: Any) -> None:
    def program() -> mg.Tensor:
        y = kept(1.0, "x")
        for _ in range(7):
            y = y * 1.5
        return y

    root, _, values, gradients = computed(program)
    boxes, _ = read(mg.draw(root, values=True, gradients=True, fold="repeats"))
    (box,) = (box for box in boxes.values() if "multiply" in box.heading and box.numbers)
    ops = [node for node in values if node.op is not None]
    for word, found in (("value", values), ("grad", gradients)):
        low, high = map(float, box.numbers[word].split(" … "))
        np.testing.assert_allclose([low, high], np.sort([found[node] for node in ops])[[0, -1]], rtol=1e-2)
