"""The drawing of a graph: what is in it, where it stands, and that it can always be had."""

import copy
import os
import re
import stat
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import minigrad as mg
from minigrad.drawing.describe import numbers
from minigrad.drawing.render import RenderingError
from minigrad.watching import record_of
from tests.cases import each

SVG = "{http://www.w3.org/2000/svg}"
RED = "#cf222e"
OUTLINES = ("path", "polygon", "polyline")


class Picture(NamedTuple):
    """What a person sees in an SVG."""

    boxes: dict[str, list[str]]  # the lines in each box, by its id
    arrows: list[tuple[str, str, str]]  # from, to, and what is written beside
    frames: list[str]
    outlines: dict[str, int]  # how many lines there are around each box
    tags: dict[str, str]  # the SVG element of each box's outline
    fills: dict[str, str]  # the colour of each box
    above: list[str]  # the lines above the whole picture
    red: set[str]  # the boxes with a red outline, and the arrows "n0->n1"

    def box(self, heading: str) -> list[str]:
        """The lines below `heading`, which only one box may have."""
        return self.boxes[self.id(heading)][1:]

    def id(self, heading: str) -> str:
        (found,) = (box for box, lines in self.boxes.items() if heading in (lines[0], bare(lines[0])))
        return found

    def is_grey(self, box: str) -> bool:
        """Whether it needs no gradient."""
        return self.fills[box] == "#eaeef2"

    def into(self, heading: str) -> list[tuple[str, str]]:
        """What comes into the one box with that heading, sorted: from which box, as which operand."""
        return sorted((bare(self.boxes[a][0]), label) for a, b, label in self.arrows if b == self.id(heading))


def bare(heading: str) -> str:
    """The op of a heading "name: op"."""
    return heading.rpartition(": ")[2]


def look(drawing: mg.Drawing) -> Picture:
    picture = Picture({}, [], [], {}, {}, {}, [], set())
    for group in ET.fromstring(drawing._repr_svg_()).iter(f"{SVG}g"):
        kind = group.get("class")
        lines = ["".join(text.itertext()).strip() for text in group.iter(f"{SVG}text")]
        name = group.findtext(f"{SVG}title", "")
        if kind == "node":
            picture.boxes[name] = lines
            shapes = [child for child in group.iter() if child.tag.removeprefix(SVG) in OUTLINES]
            picture.outlines[name] = len(shapes)
            picture.tags[name] = shapes[0].tag.removeprefix(SVG)
            picture.fills[name] = shapes[0].get("fill", "")
            picture.red.update([name] if shapes[0].get("stroke") == RED else [])
        elif kind == "edge":
            picture.red.update([name] if group.find(f".//{SVG}path").get("stroke") == RED else [])
            tail, head = name.split("->")
            picture.arrows.append((tail, head, "".join(lines)))
        elif kind == "graph":
            picture.above.extend("".join(text.itertext()).strip() for text in group.findall(f"{SVG}text"))
        elif kind == "cluster":
            picture.frames.append("".join(lines))
    in_order = dict(sorted(picture.boxes.items(), key=lambda item: int(item[0].removeprefix("n"))))
    return picture._replace(boxes=in_order, arrows=sorted(picture.arrows), frames=sorted(picture.frames))


def leaf(data: Any, name: str = "") -> mg.Tensor:
    made = mg.tensor(data, requires_grad=True)
    made.node.name = name
    return made


def rows(lines: list[str], name: str) -> str:
    """What stands after the word `name` in a box, its rows joined."""
    start = lines.index(name) + 1
    end = next((i for i in range(start, len(lines)) if lines[i] in ("value", "grad")), len(lines))
    return " ".join(lines[start:end])


# -- boxes and arrows ---------------------------------------------------------------------------


def test_every_op_and_leaf_is_there_with_its_name_and_shape() -> None:
    x, w = leaf(np.ones((4, 3), np.float32), "x"), leaf(np.ones((3, 2), np.float32))
    picture = look(mg.draw(mg.tanh(x @ w).sum(axis=0).mean()))
    assert list(picture.boxes.values()) == [
        ["x", "(4, 3)"],
        ["leaf", "(3, 2)"],
        ["matmul", "(4, 2)"],
        ["tanh", "(4, 2)"],
        ["sum", "(2,)"],
        ["mean", "()"],
    ]
    assert list(picture.boxes) == [f"n{i}" for i in range(6)]
    assert [(a, b) for a, b, _ in picture.arrows] == [
        ("n0", "n2"), ("n1", "n2"), ("n2", "n3"), ("n3", "n4"), ("n4", "n5"),
    ]  # fmt: skip
    assert picture.frames == []


def test_dtype_is_named_where_it_is_not_float32() -> None:
    x = leaf(np.ones(3), "x")
    picture = look(mg.draw(mg.exp(x).astype(np.float32)))
    assert picture.box("x") == ["(3,) float64"]
    assert picture.box("exp") == ["(3,) float64"]
    assert picture.box("astype") == ["(3,)"]


def test_leaf_op_module_and_output_differ_in_shape_not_only_in_colour() -> None:
    x = leaf(1.0, "x")
    with mg.scope("net"):
        y = mg.exp(x)
        y = mg.exp(y)
    picture = look(mg.draw(mg.sin(mg.cos(y)), depth=0))
    single = {picture.boxes[box][0]: n for box, n in picture.outlines.items()}
    assert single["cos"] == 1
    assert single["sin"] == 2
    assert single["net"] > 2  # the lugs of a component
    picture = look(mg.draw(mg.sin(x)))
    assert picture.tags[picture.id("x")] == "polygon"
    assert picture.tags[picture.id("sin")] == "path"  # round corners


def test_operands_are_named_where_their_order_matters() -> None:
    a, b = leaf(np.ones((2, 2), np.float32), "A"), leaf(np.ones((2, 2), np.float32), "B")
    picture = look(mg.draw((b @ a) / mg.exp(mg.add(a, b))))
    assert picture.into("matmul") == [("A", "b"), ("B", "a")]
    assert picture.into("divide") == [("exp", "b"), ("matmul", "a")]
    assert picture.into("add") == [("A", ""), ("B", "")]
    assert picture.into("exp") == [("add", "")]
    assert look(mg.draw(mg.concatenate([b, a]))).into("concatenate") == [("A", "1"), ("B", "0")]
    assert look(mg.draw(1.0 - a)).into("subtract") == [("A", "b"), ("constant", "a")]
    assert look(mg.draw(a.reshape(4))).into("reshape") == [("A", "")]


def test_an_operand_used_twice_comes_in_twice() -> None:
    x = leaf(2.0, "x")
    assert look(mg.draw(x * x)).into("multiply") == [("x", ""), ("x", "")]


def test_several_tensors_share_one_picture_and_each_is_an_output() -> None:
    x = leaf(2.0, "x")
    y = mg.exp(x)
    z = mg.sin(y)
    picture = look(mg.draw([z, y, mg.cos(y), z]))
    assert [lines[0] for lines in picture.boxes.values()] == ["x", "exp", "sin", "cos"]
    assert [picture.outlines[box] for box in picture.boxes] == [1, 2, 2, 2]


def test_a_leaf_alone_is_a_picture() -> None:
    assert look(mg.draw(leaf([1.0, 2.0], "x"))).boxes == {"n0": ["x", "(2,)"]}


@each(
    "name",
    ["<b>&amp;\"'", "\\N\\G\\l", "back\\", 'quote\\"', "<>", "{a|b}", "∂ 漢 é", "]]>", "--", " n0", "node"],
)
def test_names_are_shown_as_they_are(name: str) -> None:
    x = leaf(1.0, name)
    with mg.scope(name):
        y = mg.exp(x) + 1.0
    with mg.scope("other"):
        y = y * leaf(1.0)
    picture = look(mg.draw(y))
    assert picture.boxes["n0"][0] == name.strip()
    assert name.strip() in picture.frames
    assert look(mg.draw(y, depth=0)).boxes["n0"][0] == name.strip()


def test_what_cannot_be_printed_is_replaced() -> None:
    assert look(mg.draw(leaf(1.0, "a\nb\x00\ud800"))).boxes["n0"][0] == "a\N{REPLACEMENT CHARACTER}b" + (
        "\N{REPLACEMENT CHARACTER}" * 2
    )


@each("title", ["Two <b>layers</b> & 'more'", "역전파\\N"])
def test_a_title_stands_above(title: str) -> None:
    x = leaf(1.0, "x")
    assert look(mg.draw(mg.exp(x), title=title)).above == [title]
    assert look(mg.draw(mg.exp(x))).above == []


def test_the_graph_goes_down_or_to_the_right() -> None:
    def size(drawing: mg.Drawing) -> tuple[float, float]:
        svg = ET.fromstring(drawing._repr_svg_())
        return tuple(float(svg.get(side).removesuffix("pt")) for side in ("width", "height"))

    y = mg.sin(mg.cos(mg.exp(leaf(1.0, "x"))))
    down, right = size(mg.draw(y, direction="down")), size(mg.draw(y, direction="right"))
    assert down[0] < down[1]
    assert right[0] > right[1]
    assert mg.draw(y).source == mg.draw(y, direction="down").source
    with pytest.raises(ValueError, match=r'takes "down" or "right", and got \'up\''):
        mg.draw(y, direction="up")


# -- values and gradients -----------------------------------------------------------------------


def test_values_and_gradients_are_the_engines() -> None:
    x, w = leaf([1.0, -2.0, 0.5], "x"), leaf([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], "w")
    with mg.record():
        y = w @ x
        z = mg.tanh(y)
        loss = z.sum()
        loss.backward()
    picture = look(mg.draw(loss, values=True, gradients=True))
    slope = 1 - z.data**2
    for heading, value, gradient in [
        ("x", x.data, x.grad.data),
        ("w", w.data, w.grad.data),
        ("matmul", y.data, slope),
        ("tanh", z.data, np.ones(2)),
        ("sum", loss.data, np.ones(())),
    ]:
        shown = picture.box(heading)
        for word, expected in (("value", value), ("grad", gradient)):
            found = np.array(eval(rows(shown, word)))
            assert found.shape == expected.shape
            np.testing.assert_allclose(found, expected, rtol=1e-3)
    assert picture.box("x")[1:] == ["value", "[1, -2, 0.5]", "grad", rows(picture.box("x"), "grad")]
    np.testing.assert_allclose(w.grad.data, np.outer(slope, x.data), rtol=1e-5)


def test_large_arrays_show_mean_and_standard_deviation() -> None:
    x = leaf(np.arange(7, dtype=np.float32), "x")
    with mg.record():
        y = x * 3.0
    picture = look(mg.draw(y, values=True))
    assert picture.box("x") == ["(7,)", "value", "mean 3, std 2"]
    assert picture.box("multiply") == ["(7,)", "value", "mean 9, std 6"]


@each(
    ("array", "text"),
    [
        (np.float32(3), "3"),
        (np.array(-0.123456), "-0.1235"),
        (np.array([1e-9, 2e10]), "[1e-09, 2e+10]"),
        (np.array([[1.0, 2], [3, 4]]), "[[1, 2],\n [3, 4]]"),
        (np.ones((1, 2, 2)), "[[[1, 1],\n  [1, 1]]]"),
        (np.ones((0, 3)), "[]"),
        (np.array([np.nan, np.inf, -np.inf]), "[NaN, inf, -inf]"),
        (np.array([np.inf, *range(9)]), "1 inf of 10\nelse mean 4, std 2.58"),
        (np.array([np.nan, -np.inf] * 4), "4 NaN, 4 inf of 8"),
        (np.array([True, False]), "[True, False]"),
        (np.array([10**9, 2]), "[1000000000, 2]"),
        (np.full(100_000, 60_000, np.float16), "mean 6e+04, std 0"),
    ],
)
def test_numbers(array: np.ndarray, text: str) -> None:
    with np.printoptions(precision=1, threshold=2):  # a person's own do not matter
        assert numbers(array) == text


def test_gradients_need_no_record_and_leave_everything_as_it_was() -> None:
    x = leaf([1.0, 2.0], "x")
    x.grad = before = mg.tensor([7.0, 7.0])
    loss = (x * x).sum()
    picture = look(mg.draw(loss, gradients=True))
    assert picture.box("x") == ["(2,)", "grad", "[2, 4]"]
    assert picture.box("multiply") == ["(2,)", "grad", "[1, 1]"]
    assert picture.box("sum") == ["()", "grad", "1"]
    assert x.grad is before
    np.testing.assert_array_equal(before.data, [7, 7])
    assert record_of(loss.node) is None
    assert record_of(x.node) is None
    loss.backward()  # nothing has been freed
    np.testing.assert_array_equal(x.grad.data, [9, 11])


def test_a_walk_for_the_drawing_keeps_the_records_there_are() -> None:
    x = leaf(3.0, "x")
    with mg.record():
        y = x * x
        record = record_of(y.node)
    picture = look(mg.draw(y, values=True, gradients=True))
    assert picture.box("multiply") == ["()", "value", "9", "grad", "1"]
    assert picture.box("x") == ["()", "value", "3", "grad", "6"]
    assert record_of(y.node) is record
    assert record.gradient is None


def test_recorded_gradients_are_shown_of_any_node_on_the_way() -> None:
    x = leaf([1.0, 2.0], "x")
    with mg.record():
        y = mg.exp(x)
        (y * y).sum().backward()
    picture = look(mg.draw(y, gradients=True))  # not one number, but its gradient is known
    np.testing.assert_allclose(eval(rows(picture.box("exp"), "grad")), 2 * np.exp([1, 2]), rtol=1e-3)
    np.testing.assert_allclose(eval(rows(picture.box("x"), "grad")), x.grad.data, rtol=1e-3)


def test_a_leaf_that_is_gone_is_drawn_with_what_was_recorded() -> None:
    with mg.record():
        y = mg.exp(leaf(0.0, "gone"))
        y.backward()
    box = look(mg.draw(y, values=True, gradients=True)).box("gone")
    assert box == ["()", "value", "0", "grad", "1"]
    assert look(mg.draw(mg.exp(leaf(0.0, "gone")))).box("gone") == ["()"]


def test_values_that_nobody_recorded() -> None:
    y = mg.exp(leaf(1.0))
    with pytest.raises(ValueError, match=r"found no values.*compute inside `with mg\.record\(\): \.\.\.`"):
        mg.draw(y, values=True)


def test_gradients_of_more_than_one_number() -> None:
    x = leaf([1.0, 2.0])
    with pytest.raises(
        ValueError, match=r"one number.*got a tensor of shape \(2,\): draw a loss, as t\.sum\(\)"
    ):
        mg.draw(mg.exp(x), gradients=True)
    with pytest.raises(ValueError, match=r"needs one number.*got 2 tensors"):
        mg.draw([x[0], x[1]], gradients=True)


def test_gradients_of_a_freed_graph() -> None:
    y = mg.exp(leaf(1.0)) * 2.0
    y.backward()
    records = [record_of(node) for node in (y.node, *y.node.parents) if node is not None]
    with pytest.raises(mg.GraphFreedError, match=r"freed.*with mg\.record\(\):.*\(retain_graph=True\)"):
        mg.draw(y, gradients=True)
    assert records == [None, None]
    assert record_of(y.node) is None
    assert [lines[0] for lines in look(mg.draw(y)).boxes.values()] == [
        "leaf",
        "exp",
        "constant",  # that it was a 2 is forgotten
        "multiply",
    ]


# -- names --------------------------------------------------------------------------------------


def test_a_result_is_called_what_it_was_named() -> None:
    x = leaf(2.0, "x")
    hidden = mg.exp(x)
    hidden.name = "hidden"
    loss = hidden * hidden
    assert (hidden.name, loss.name) == ("hidden", "")
    loss.name = "loss"
    assert [lines[0] for lines in look(mg.draw(loss)).boxes.values()] == [
        "x",
        "hidden: exp",
        "loss: multiply",
    ]
    assert copy.deepcopy(loss).name == ""  # which is no result any more


def test_plain_data_has_no_name_to_set() -> None:
    with pytest.raises(ValueError, match=r"requires no gradient: inside `with mg\.record\(\).*variable that"):
        mg.tensor(1.0).name = "x"


# -- what can be drawn --------------------------------------------------------------------------


def test_plain_data_has_no_graph() -> None:
    with pytest.raises(ValueError, match=r"shape \(2,\) that no recorded op has made.*requires_grad=True"):
        mg.draw(mg.tensor([1.0, 2.0]))


def test_other_things_are_no_tensors() -> None:
    with pytest.raises(TypeError, match="takes a Tensor or a sequence of them, and got a ndarray"):
        mg.draw(np.ones(3))
    with pytest.raises(TypeError, match="got a float"):
        mg.draw([leaf(1.0), 2.0])
    with pytest.raises(ValueError, match="empty sequence"):
        mg.draw([])
    with pytest.raises(ValueError, match=r"depth=.*from 0 up, and got -1"):
        mg.draw(leaf(1.0), depth=-1)


# -- modules ------------------------------------------------------------------------------------


def linear(name: str, h: Any, inputs: int, outputs: int) -> mg.Tensor:
    weight = leaf(np.ones((outputs, inputs), np.float32), f"{name}.weight")
    bias = leaf(np.ones(outputs, np.float32), f"{name}.bias")
    with mg.scope(name.rpartition(".")[2]):
        return mg.linear(h, weight, bias)


def mlp() -> mg.Tensor:
    with mg.scope("MLP"):
        h = linear("inner", np.ones((5, 4), np.float32), 4, 8)
        with mg.scope("layers"):
            h = mg.tanh(linear("layers.0", h, 8, 8))
            h = linear("layers.1", h, 8, 2)
    return (h**2).mean()


def nesting(source: str) -> dict[str, list[str]]:
    """The labels of the frames around each node, the outermost first, as the DOT text has them."""
    around: dict[str, list[str]] = {}
    stack: list[str] = []
    for line in map(str.strip, source.splitlines()):
        if line.endswith("{"):
            stack.append("")
        elif line.endswith("}"):
            stack.pop()
        elif label := re.search(r"\blabel=<(.*?)>", line) if not re.match(r"n\d+ ", line) else None:
            stack[-1] = label[1] if len(stack) > 1 else ""
        elif node := re.match(r"(n\d+) \[", line):
            around[node[1]] = [label for label in stack if label]
    return around


def test_modules_are_frames_in_frames() -> None:
    drawing = mg.draw(mlp())
    picture, frames = look(drawing), nesting(drawing.source)
    assert picture.frames == ["0", "1", "MLP", "inner", "layers"]
    places = [(lines[0], ".".join(frames[box])) for box, lines in picture.boxes.items()]
    assert places == [
        ("weight", "MLP.inner"),
        ("bias", "MLP.inner"),
        ("x", "MLP.inner"),
        ("linear", "MLP.inner"),
        ("weight", "MLP.layers.0"),
        ("bias", "MLP.layers.0"),
        ("linear", "MLP.layers.0"),
        ("tanh", "MLP.layers"),
        ("weight", "MLP.layers.1"),
        ("bias", "MLP.layers.1"),
        ("linear", "MLP.layers.1"),
        ("2", ""),
        ("power", ""),
        ("mean", ""),
    ]


def test_a_frame_around_nothing_but_a_frame_is_one_with_it() -> None:
    x = leaf(1.0, "x")
    with mg.scope("net"), mg.scope("layers"):
        with mg.scope("0"):
            y = mg.exp(x)
        with mg.scope("1"), mg.scope("act"):
            y = mg.sin(y)
    assert look(mg.draw(y)).frames == ["0", "1.act", "net.layers"]
    with mg.scope("a"), mg.scope("b.c"):
        y = mg.exp(x)
    assert look(mg.draw(y)).frames == ["a.b.c"]


def test_a_leaf_stands_in_the_module_that_uses_it() -> None:
    own, shared, everywhere = leaf(1.0, "own"), leaf(1.0, "shared"), leaf(1.0, "everywhere")
    with mg.scope("net"):
        with mg.scope("a"):
            y = own * shared * everywhere
        with mg.scope("b"):
            y = y * shared
    y = y * everywhere
    drawing = mg.draw(y)
    frames = nesting(drawing.source)
    where = {lines[0]: frames[box] for box, lines in look(drawing).boxes.items()}
    assert where["own"] == ["net", "a"]
    assert where["shared"] == ["net"]
    assert where["everywhere"] == []


def test_a_parameters_name_drops_what_the_frames_say() -> None:
    weight, other = leaf(1.0, "layers.0.weight"), leaf(1.0, "embed.weight")
    with mg.scope("net"), mg.scope("layers"), mg.scope("0"):
        y = weight * other
    assert [lines[0] for lines in look(mg.draw(y)).boxes.values()] == ["weight", "embed.weight", "multiply"]
    assert look(mg.draw(weight * other)).boxes["n0"][0] == "layers.0.weight"


@pytest.mark.parametrize(
    ("depth", "boxes", "frames"),
    [
        (0, [["MLP", "4 ops", "→ (5, 2)"]], []),
        (1, [["inner", "1 op", "→ (5, 8)"], ["layers", "3 ops", "→ (5, 2)"]], ["MLP"]),
        (
            2,
            [
                *(["weight", "(8, 4)"], ["bias", "(8,)"], ["x", "(5, 4)"], ["linear", "(5, 8)"]),
                ["0", "1 op", "→ (5, 8)"],
                ["tanh", "(5, 8)"],
                ["1", "1 op", "→ (5, 2)"],
            ],
            ["MLP", "inner", "layers"],
        ),
    ],
)
def test_folding(depth: int, boxes: list[list[str]], frames: list[str]) -> None:
    picture = look(mg.draw(mlp(), depth=depth))
    assert list(picture.boxes.values()) == [*boxes, ["2"], ["power", "(5, 2)"], ["mean", "()"]]
    assert list(picture.boxes) == [f"n{i}" for i in range(len(boxes) + 3)]
    assert picture.frames == frames


def test_folding_deeper_than_there_are_modules_changes_nothing() -> None:
    y = mlp()
    assert mg.draw(y, depth=3).source == mg.draw(y).source


def test_arrows_between_folded_boxes_are_drawn_once() -> None:
    x = leaf([1.0, 2.0], "x")
    with mg.scope("a"):
        outs = [mg.exp(x * i) for i in range(1, 6)]
    with mg.scope("b"):
        y = outs[0] * outs[1] + outs[1]
    picture = look(mg.draw([mg.stack(outs), y / (outs[0] - y)], depth=0))
    assert picture.box("a") == ["10 ops", "→ 5 × (2,)"]
    assert picture.into("b") == [("a", "")]
    assert picture.into("stack") == [("a", "0 … 4")]
    assert picture.into("subtract") == [("a", "a"), ("b", "b")]
    assert picture.into("divide") == [("b", "a"), ("subtract", "b")]


def test_a_module_called_again_is_one_box_even_in_a_circle() -> None:
    y = leaf(1.0, "x")
    for _ in range(2):
        with mg.scope("net"):
            y = mg.exp(y)
        y = mg.sin(y)
    picture = look(mg.draw(y, depth=0))
    assert sorted(lines[0] for lines in picture.boxes.values()) == ["net", "sin", "sin"]
    assert len(picture.arrows) == 3


def test_a_folded_box_shows_the_numbers_of_its_output() -> None:
    x = leaf([1.0, 2.0], "x")
    with mg.record():
        with mg.scope("net"):
            y = mg.exp(x * 0.0)
        y.sum().backward()
    assert look(mg.draw(y, values=True, gradients=True, depth=0)).boxes == {
        "n0": ["net", "2 ops", "→ (2,)", "value", "[1, 1]", "grad", "[1, 1]"]
    }


# -- size and sameness --------------------------------------------------------------------------


def test_a_long_graph_is_drawn_without_recursion() -> None:
    n = 20_000
    y = x = leaf(1.0)
    for _ in range(n):
        y = y * x
    assert mg.draw(y).source.count(" -> ") == 2 * n
    assert mg.draw(y, gradients=True).source.count(">grad") == n + 1


def test_deep_nesting_is_drawn_without_recursion() -> None:
    deep = sys.getrecursionlimit() + 10
    y = leaf(1.0)
    for i in range(deep):
        with mg.scope(".".join("m" * (i + 1))):
            y = mg.sin(y)
    assert mg.draw(y).source.count("subgraph cluster_") == deep


PROGRAM = """
import numpy as np
import minigrad as mg

rng = np.random.default_rng(0)
{clutter}
h = rng.normal(size=(4, 6)).astype(np.float32)
with mg.record():
    shared = mg.tensor(rng.normal(size=(6, 6)).astype(np.float32), requires_grad=True)
    for name in ("zeta", "alpha", "mu", "beta"):
        w = mg.tensor(rng.normal(size=(6, 6)).astype(np.float32), requires_grad=True)
        with mg.scope("net"), mg.scope(name):
            h = mg.tanh(h @ w) @ shared
    loss = h.sum()
    loss.backward()
for depth in (None, 0, 1):
    drawing = mg.draw([loss, h], values=True, gradients=True, depth=depth)
    print(drawing.source)
    print(drawing._repr_svg_())
"""


def test_the_same_program_gives_the_same_bytes() -> None:
    clutter = "kept = [mg.exp(mg.tensor(1.0, requires_grad=True)) for _ in range(3)]"
    printed = []
    for seed, extra in (("1", ""), ("2", ""), ("3", clutter)):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
        program = PROGRAM.format(clutter=extra)
        ran = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, check=True
        )
        printed.append(ran.stdout)
    assert printed[0].count(b"<svg") == 3
    assert printed[0] == printed[1]
    assert printed[0] == printed[2]  # numbered within the picture, whatever else was computed before


def test_importing_minigrad_imports_no_graphviz() -> None:
    program = """
    import sys, minigrad as mg
    assert not {"graphviz", "pygraphviz"} & set(sys.modules)
    mg.draw(mg.tensor(1.0, requires_grad=True))
    assert "graphviz" in sys.modules and "pygraphviz" not in sys.modules
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True)


# -- files and Graphviz -------------------------------------------------------------------------


@pytest.fixture
def drawing() -> mg.Drawing:
    return mg.draw(mg.exp(leaf(1.0, "∂")))


@pytest.fixture
def no_dot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


def put_dot_on_path(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    if os.name == "nt":
        pytest.skip("the program that stands for dot is a shell script")
    program = folder / "dot"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize(
    ("suffix", "beginning"),
    [
        (".html", b"<!DOCTYPE html>"),
        (".svg", b"<?xml"),
        (".png", b"\x89PNG\r\n"),
        (".pdf", b"%PDF"),
        (".dot", b"digraph"),
        (".gv", b"digraph"),
        (".SVG", b"<?xml"),
    ],
)
def test_the_suffix_names_the_format(
    drawing: mg.Drawing, tmp_path: Path, suffix: str, beginning: bytes
) -> None:
    path = tmp_path / f"graph{suffix}"
    drawing.save(path)
    assert path.read_bytes().startswith(beginning)
    drawing.save(str(path))


def test_dot_text_is_the_source(drawing: mg.Drawing, tmp_path: Path) -> None:
    drawing.save(tmp_path / "graph.dot")
    assert (tmp_path / "graph.dot").read_text(encoding="utf-8") == drawing.source
    assert "∂" in drawing.source


@pytest.mark.parametrize("name", ["graph.jpg", "graph", ".svg"])
def test_another_suffix_is_refused(drawing: mg.Drawing, tmp_path: Path, name: str) -> None:
    with pytest.raises(
        ValueError, match=rf"one of \.html, \.svg, \.png, \.pdf, \.dot, \.gv, and got '.*{name}'"
    ):
        drawing.save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_dot")
def test_without_dot_pygraphviz_draws(drawing: mg.Drawing, capfd: pytest.CaptureFixture[str]) -> None:
    assert look(drawing).boxes == {"n0": ["∂", "()"], "n1": ["exp", "()"]}
    assert capfd.readouterr() == ("", "")  # Graphviz' own warnings stay away
    assert "pygraphviz" not in sys.modules


def test_dot_is_preferred(drawing: mg.Drawing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_dot_on_path(monkeypatch, tmp_path, 'printf "%s\\n" "$*"; cat')
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    assert drawing._repr_svg_() == f"-Tsvg\n{drawing.source}"
    drawing.save(tmp_path / "graph.png")
    assert (tmp_path / "graph.png").read_bytes().startswith(b"-Tpng -Gdpi=192\n")


@pytest.mark.usefixtures("no_dot")
def test_without_any_graphviz(drawing: mg.Drawing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with pytest.raises(
        RenderingError,
        match=r"svg needs Graphviz.*neither.*`dot` on the PATH.*pip install pygraphviz, or.*"
        r"system package graphviz\. Without either, drawing\.save\('graph\.dot'\)",
    ):
        drawing._repr_svg_()
    with pytest.raises(RenderingError, match="png needs Graphviz"):
        drawing.save(tmp_path / "graph.png")
    assert list(tmp_path.iterdir()) == []
    drawing.save(tmp_path / "graph.dot")
    assert issubclass(RenderingError, RuntimeError)


def test_what_graphviz_complains_of_is_passed_on(
    drawing: mg.Drawing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_dot_on_path(monkeypatch, tmp_path, "cat >/dev/null; echo 'out of memory' >&2; exit 3")
    with pytest.raises(RenderingError, match=r"status 3.*draw\(depth=0\).*said: out of memory"):
        drawing._repr_svg_()


@pytest.mark.usefixtures("no_dot")
def test_what_pygraphviz_complains_of_is_passed_on() -> None:
    with pytest.raises(RenderingError, match=r"(?s)failed to draw the graph as svg.*syntax error"):
        mg.Drawing("digraph {")._repr_svg_()


def test_repr_says_what_to_do(drawing: mg.Drawing) -> None:
    assert repr(drawing) == "<Drawing: Jupyter shows it, .save('graph.svg') writes it>"


def test_ops_without_a_value_are_said() -> None:
    x = leaf([0.5, 1.5], "x")
    unrecorded = mg.exp(x)
    with mg.record():
        y = (mg.checkpoint(mg.sin, unrecorded) * x).sum()
    note = "no value was recorded of checkpoint, exp"
    assert note in mg.draw(y, values=True).source
    assert note not in mg.draw(y).source
