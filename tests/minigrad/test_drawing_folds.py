"""What a drawing folds: blocks that repeat, by their structure, and modules by their paths."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from minigrad.drawing.constants import operands
from minigrad.drawing.folding import Repeated, fold
from minigrad.drawing.grouping import arrange
from minigrad.drawing.repeats import Run, find
from minigrad.graph import Node, ancestors
from tests.cases import each
from tests.minigrad.test_drawing import leaf, look, nesting
from tests.minigrad.test_drawing_large import GRAPHS


def runs(y: mg.Tensor) -> list[tuple[int, int, int]]:
    """(start, length, times) of each run; those inside of others after them."""
    nodes = ancestors(y.node)
    waiting: list[Run] = find([node for node in nodes if node.op is not None], operands(nodes))
    found = []
    while waiting:
        run = waiting.pop(0)
        found.append((run.start, run.length, run.times))
        waiting += run.inner
    return found


def weight(*shape: int) -> mg.Tensor:
    return leaf(np.ones(shape, np.float32))


def layer(x: Any, size: int = 3, scale: float = 0.5) -> mg.Tensor:
    """Four ops."""
    return mg.tanh(x @ weight(3, size) @ weight(size, 3)) * scale


def in_a_module(x: Any, scale: float) -> Any:
    with mg.scope("net"):
        return layer(x, scale=scale)


def stacked(times: int, one: Callable[[Any, int], Any] = lambda x, i: layer(x)) -> mg.Tensor:
    x: Any = leaf(np.ones((2, 3), np.float32), "x")
    for i in range(times):
        x = one(x, i)
    return x.sum()


def transformer(layers: int) -> mg.Tensor:
    rng = np.random.default_rng(0)
    block = nn.TransformerEncoderLayer(8, 2, 16, norm_first=True, dropout=0.0, rng=rng)
    x = rng.normal(size=(2, 5, 8)).astype(np.float32)
    with mg.record():
        loss = (nn.TransformerEncoder(block, layers)(x) ** 2).mean()
        loss.backward()
    return loss


# -- what repeats -----------------------------------------------------------------------------------


def test_layers_of_one_structure_repeat() -> None:
    assert runs(stacked(5)) == [(0, 4, 5)]
    assert runs(transformer(4)) == [(0, 10, 4)]


@each(
    "one",
    {
        "a setting": lambda x, i: layer(x, scale=0.5 if i < 4 else 0.25),
        "a shape": lambda x, i: layer(x, size=3 if i < 4 else 4),
        "an op": lambda x, i: layer(x if i < 4 else x + 1.0),
        "an axis": lambda x, i: x @ weight(3, 3) + x.sum(axis=1 if i < 4 else 0, keepdims=True) * 1.0,
        "an axis of one shape": lambda x, i: mg.tanh(np.flip(x, 0 if i < 4 else 1) @ weight(3, 3)) * 0.5,
        "an option": lambda x, i: mg.gelu(x @ weight(3, 3), approximate="none" if i < 4 else "tanh") * 0.5,
        "a number in a module": lambda x, i: in_a_module(x, 0.5 if i < 4 else 0.25),
        "what is read": lambda x, i: (h := layer(x)) + (x if i < 4 else h),
        "whose weights": lambda x, i: x @ (w := weight(3, 3)) @ (w if i < 4 else weight(3, 3)) + 1.0,
    }.values(),
)
@pytest.mark.parametrize("record", [True, False])
def test_a_block_that_differs_in_anything_is_not_one_of_them(one: Any, record: bool) -> None:
    with mg.record() if record else mg.scope(""):
        y = stacked(8, one)
    assert [times for _, _, times in runs(y)] == [4, 4]


def test_the_same_weights_and_their_own_are_two_things() -> None:
    shared = weight(3, 3)
    assert runs(stacked(4, lambda x, i: mg.tanh(x @ shared) * 0.5)) == [(0, 3, 4)]
    assert runs(stacked(8, lambda x, i: mg.tanh(x @ (shared if i < 4 else weight(3, 3))) * 0.5)) != [
        (0, 3, 4)
    ]


def test_names_decide_nothing() -> None:
    def named(x: Any, i: int) -> Any:
        with mg.scope(["first", "again", "x", "last"][i]):
            return layer(x)

    def numbered(x: Any, i: int) -> Any:
        with mg.scope(f"layers.{i}"):
            return layer(x) if i != 2 else mg.exp(x @ weight(3, 3) @ weight(3, 3)) * 0.5

    assert runs(stacked(4, named)) == [(0, 4, 4)]
    assert (0, 4, 2) in runs(stacked(4, numbered))
    assert all(times < 4 for _, _, times in runs(stacked(4, numbered)))


def test_a_first_step_without_a_state_stands_apart() -> None:
    x = np.ones((1, 2), np.float32)

    def step(h: Any, i: int) -> Any:
        return mg.tanh(x @ leaf_in if i == 0 else x @ leaf_in + h @ leaf_on)

    leaf_in, leaf_on = weight(2, 3), weight(3, 3)
    assert runs(stacked(6, step)) == [(2, 4, 5)]


def test_blocks_repeat_in_blocks_that_repeat() -> None:
    def outer(x: Any, i: int) -> Any:
        for _ in range(3):
            x = layer(x)
        return mg.exp(x)

    assert runs(stacked(4, outer)) == [(0, 13, 4), (0, 4, 3)]


def test_of_two_kinds_in_turn_a_pair_repeats() -> None:
    def pair(x: Any, i: int) -> Any:
        with mg.scope(f"layers.{2 * i}"):
            x = mg.tanh(x @ weight(3, 3))
        with mg.scope(f"layers.{2 * i + 1}"):
            return mg.exp(x) * 2.0

    assert runs(stacked(4, pair)) == [(0, 4, 4)]


def test_what_repeats_too_little_stays() -> None:
    x = leaf(1.0, "x")
    assert runs(mg.sin(mg.sin(mg.sin(x)))) == []
    assert runs(stacked(1)) == []


def test_long_loops_are_found_in_less_than_a_second_each() -> None:
    assert runs(GRAPHS["unrolled"](700)) == [(0, 2, 700)]
    assert runs(GRAPHS["dense"](700))[0][1:] == (2, 693)


# -- what is drawn of it ----------------------------------------------------------------------------


def test_twelve_layers_are_drawn_once() -> None:
    loss = transformer(12)
    picture = look(mg.draw(loss, fold="repeats"))
    title = "TransformerEncoder.layers.0 … 11: TransformerEncoderLayer × 12"
    assert f"{title}600 parameters each" in picture.frames
    headings = [lines[0] for lines in picture.boxes.values()]
    assert headings.count("layer_norm") == 2
    assert headings.count("self_attention") == 1
    one = look(mg.draw(transformer(1)))
    assert len(picture.boxes) == len(one.boxes) + 2  # the two readers of the layer before
    before = "add #1 of the block before"
    assert [a for a, _ in picture.into("add")] == [before, "linear", "x"]
    assert sorted(a for a, b, _ in picture.arrows if picture.boxes[a][0] == before) == sorted(
        box for box, lines in picture.boxes.items() if lines[0] == before
    )
    assert picture.into("power")[-1] == ("add #1", "a, from the last")
    assert ("x", "to the first") in [
        (picture.boxes[a][0], label) for a, b, label in picture.arrows if picture.boxes[b][0] == "layer_norm"
    ]


def test_a_folded_block_is_one_box_for_all() -> None:
    loss = transformer(12)
    picture = look(mg.draw(loss, fold=("repeats", "layers.*")))
    assert picture.box("0 … 11: TransformerEncoderLayer × 12")[:3] == [
        "120 ops",
        "600 parameters each",
        "→ (2, 5, 8)",
    ]
    assert len(picture.boxes) < 7
    assert look(mg.draw(loss, fold="repeats", depth=2)).boxes == picture.boxes


def test_a_loop_has_a_frame_and_its_first_step() -> None:
    cell, h = nn.RNNCell(2, 3), np.zeros((1, 3), np.float32)
    xs = [np.full((1, 2), i, np.float32) for i in range(50)]
    with mg.record():
        for x in xs:
            h = cell(x, h)
        loss = h.sum()
    picture = look(mg.draw(loss, fold="repeats"))
    assert picture.frames == ["RNNCell", "× 50"]
    assert [lines[0] for lines in picture.boxes.values()].count("rnn") == 1
    assert len(picture.boxes) < 12
    (of_before,) = (lines[0] for lines in picture.boxes.values() if "block before" in lines[0])
    assert of_before == "h: getitem #1 of the block before"


def test_branches_side_by_side_are_drawn_once() -> None:
    x = leaf(np.ones((2, 3), np.float32), "x")
    y = mg.concatenate([layer(x) for _ in range(8)]).sum()
    picture = look(mg.draw(y, fold="repeats"))
    assert picture.frames == ["× 818 parameters each"]  # two lines
    assert picture.into("concatenate") == [("multiply", "0 … 7, from each")]


def test_a_probe_of_some_blocks_says_of_which() -> None:
    kept = []

    def one(x: Any, i: int) -> Any:
        kept.append(layer(x))
        return kept[-1]

    y = stacked(6, one)
    picture = look(mg.draw(y + kept[1].mean() + kept[4].mean(), fold="repeats"))
    labels = sorted(label for _, _, label in picture.arrows if "from" in label)
    assert labels == ["from number 1", "from number 4", "from the last"]


def test_what_only_the_first_reads_stands_outside_and_a_backward_folds_as_well() -> None:
    x = leaf([0.5, 1.0], "x")
    with mg.record():
        z = x
        for _ in range(5):
            z = mg.tanh(z * 2.0)
        z.sum().backward(create_graph=True)
        y = (x.grad**2).sum()
    drawing = mg.draw(y, fold="repeats")
    picture = look(drawing)
    assert picture.frames == ["× 5", "× 5"]
    assert len(picture.boxes) < 18
    assert nesting(drawing.source)[picture.id("x")] == []
    assert len(nesting(drawing.source)[picture.id("subtract")]) == 1


def test_numbers_of_blocks_are_bounds_and_each_is_in_the_tooltip() -> None:
    x = leaf(1.0, "x")
    with mg.record():
        y = x
        for _ in range(6):
            y = y * 2.0
        y.backward()
    drawing = mg.draw(y, values=True, gradients=True, fold="repeats")
    assert look(drawing).box("multiply #1") == ["()", "value", "2 … 64", "grad", "1 … 32"]
    assert r"value of 5: 64\n" in drawing.source
    assert r"grad of 0: 32\n" in drawing.source


def test_what_is_wrong_in_one_block_is_red() -> None:
    with mg.record(), np.errstate(over="ignore"):
        y = stacked(6, lambda x, i: layer(x, scale=1e30))
    assert "penwidth" not in mg.draw(y, values=True, fold="repeats").source
    with mg.record(), np.errstate(over="ignore"):
        y = leaf(np.ones(2, np.float32))
        for _ in range(6):
            y = y * 1e9
    picture = look(mg.draw(y, values=True, fold="repeats"))
    assert [lines[-1] for lines in picture.boxes.values() if len(lines) > 1 and "multiply" in lines[0]] == [
        "NaN or inf in 2 of 6"
    ]


# -- nothing is lost --------------------------------------------------------------------------------


def named_pairs(times: int) -> mg.Tensor:
    shared = weight(3, 3)

    def one(x: Any, i: int) -> Any:
        with mg.scope(f"net.{i}"):
            return mg.tanh(x @ shared) @ weight(3, 3) + x

    return stacked(times, one)


BESTIARY = {
    **{name: lambda f=f: f(20) for name, f in GRAPHS.items()},
    "transformer": lambda: transformer(3),
    "stacked": lambda: stacked(7),
    "pairs": lambda: named_pairs(5),
}


@each("graph", BESTIARY)
@each("folds", [(), ("repeats",)])
def test_every_vertex_has_a_box_and_every_edge_an_arrow(graph: str, folds: tuple[str, ...]) -> None:
    y = BESTIARY[graph]()
    nodes = ancestors(y.node)
    reads = operands(nodes)
    boxes, arrows = arrange(nodes, reads, [y.node], fold(nodes, reads, folds))
    box_of = {vertex: box for box in boxes for vertex in box.vertices}
    assert len(box_of) == sum(len(box.vertices) for box in boxes)
    assert set(nodes) <= set(box_of)
    drawn = {(arrow.tail, arrow.head) for arrow in arrows}
    meant = {(box_of[operand], box_of[node]) for node in nodes for _, operand in reads[node].drawn}
    assert drawn == {(tail, head) for tail, head in meant if tail is not head or (tail, head) in drawn}
    assert {(tail, head) for tail, head in meant if tail is not head} <= drawn


@each("graph", BESTIARY)
def test_a_box_stands_for_equal_things(graph: str) -> None:
    y = BESTIARY[graph]()
    nodes = ancestors(y.node)
    reads = operands(nodes)
    folding = fold(nodes, reads, ["repeats"])
    assert folding.drawn
    for vertex, first in folding.drawn.items():
        assert first not in folding.drawn
        assert type(vertex) is type(first)
        if isinstance(vertex, Node):
            assert (vertex.op, vertex.shape, vertex.dtype) == (first.op, first.shape, first.dtype)
    for module in folding.module.values():
        assert all(isinstance(component, str) for component in module)
        marks = [component for component in module if isinstance(component, Repeated)]
        assert all(mark.times > 1 for mark in marks)


# -- by path ----------------------------------------------------------------------------------------


def test_modules_are_folded_by_the_end_of_their_path() -> None:
    loss = transformer(2)
    picture = look(mg.draw(loss, fold="layers.*"))
    assert [lines[0] for lines in picture.boxes.values()] == [
        "0: TransformerEncoderLayer",
        "1: TransformerEncoderLayer",
        "x",
        "2",
        "power",
        "loss: mean",
    ]
    picture = look(mg.draw(loss, fold=["0.self_attn", "norm?"]))
    headings = [lines[0] for lines in picture.boxes.values()]
    assert headings.count("self_attn: MultiheadAttention") == 1
    assert headings.count("self_attention") == 1
    assert headings.count("norm1: LayerNorm") == headings.count("norm2: LayerNorm") == 2


def test_the_outermost_of_the_folded_is_drawn() -> None:
    picture = look(mg.draw(transformer(2), fold=("self_attn", "layers.0"), depth=2))
    assert [lines[0] for lines in picture.boxes.values()].count("0: TransformerEncoderLayer") == 1
    assert not any("self_attn" in lines[0] for lines in picture.boxes.values())


def test_a_path_that_no_module_has_is_refused() -> None:
    with pytest.raises(ValueError, match=re.escape(
        "draw(fold='layer.*') names no module of this graph by the end of its path: they are "
        "TransformerEncoder, TransformerEncoder.layers, TransformerEncoder.layers.0, "
    )):  # fmt: skip
        mg.draw(transformer(2), fold="layer.*")
    with pytest.raises(ValueError, match=r"there are none: compute parts of it inside `with mg\.scope"):
        mg.draw(mg.exp(leaf(1.0)), fold="net")
