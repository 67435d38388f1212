"""Drawings of large graphs: easy enough for Graphviz, a limit to its time, no raster that nobody reads."""

import os
import re
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
import nn
from minigrad.drawing import render
from minigrad.drawing.constants import operands
from minigrad.drawing.folding import fold
from minigrad.drawing.grouping import Arrow, Box, arrange
from minigrad.drawing.references import CROSSING, READERS, effort, refer
from minigrad.drawing.render import RenderingError
from minigrad.graph import ancestors
from tests.minigrad.test_drawing import leaf, look, put_dot_on_path


def shared_leaf(n: int) -> mg.Tensor:
    y = x = leaf(1.0, "x")
    for _ in range(n):
        y = y * x
    return y


def chain(n: int) -> mg.Tensor:
    y = leaf(1.0, "x")
    for _ in range(n):
        y = mg.sin(y)
    return y


def dense(n: int) -> mg.Tensor:
    """Each op reads the last eight."""
    ys = [leaf(1.0, "x")]
    for _ in range(n):
        ys.append(mg.stack(ys[-8:]).mean())
    return ys[-1]


def unrolled(n: int) -> mg.Tensor:
    cell, h = nn.RNNCell(2, 2), np.zeros((1, 2), np.float32)
    for _ in range(n):
        h = cell(np.ones((1, 2), np.float32), h)
    return h.sum()


def wide(n: int) -> mg.Tensor:
    x = leaf(1.0, "x")
    return mg.stack([mg.exp(x * 2.0) for _ in range(n)]).sum()


def heads(n: int) -> mg.Tensor:
    """Many modules side by side."""
    x, outs = leaf(np.ones((2, 3), np.float32), "x"), []
    for i in range(n):
        with mg.scope("heads"), mg.scope(f"{i}"):
            weights = [leaf(np.ones((3, 3), np.float32), name) for name in ("in", "out")]
            biases = [leaf(np.ones(3, np.float32), name) for name in ("before", "after")]
            outs.append(mg.linear(mg.tanh(mg.linear(x, weights[0], biases[0])), weights[1], biases[1]))
    return mg.concatenate(outs).sum()


GRAPHS = {
    "shared": shared_leaf,
    "chain": chain,
    "dense": dense,
    "unrolled": unrolled,
    "wide": wide,
    "heads": heads,
}


def arranged(y: mg.Tensor) -> tuple[list[Box], list[Arrow]]:
    nodes = ancestors(y.node)
    reads = operands(nodes)
    return arrange(nodes, reads, [y.node], fold(nodes, reads))


# -- references -----------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 3, 40, 300])
@pytest.mark.parametrize("graph", GRAPHS)
def test_no_arrow_is_lost(graph: str, n: int) -> None:
    boxes, arrows = arranged(GRAPHS[graph](n))
    shown, drawn = refer(boxes, arrows)
    assert [arrow._replace(tail=arrow.tail.source or arrow.tail) for arrow in drawn] == arrows
    assert shown[: len(boxes)] == boxes
    assert {box for arrow in drawn for box in arrow[:2]} <= set(shown)
    assert len({box.id for box in shown}) == len(shown)


@pytest.mark.parametrize("graph", GRAPHS)
def test_what_there_is_to_place_grows_with_the_graph_and_not_with_its_square(graph: str) -> None:
    few, many = (effort(*refer(*arranged(GRAPHS[graph](n)))) for n in (200, 800))
    assert many < 6 * few


def test_a_small_graph_has_no_references() -> None:
    for y in (shared_leaf(READERS), dense(4), chain(30), wide(READERS), unrolled(READERS), heads(READERS)):
        assert all(box.source is None for box in refer(*arranged(y))[0])


def test_a_leaf_with_many_readers_is_drawn_at_the_first_and_referred_to_by_the_others() -> None:
    picture = look(mg.draw(shared_leaf(READERS + 2), gradients=True))
    assert [lines for lines in picture.boxes.values() if lines[0] == "x"] == [
        ["x", "()", "grad", f"{READERS + 3}"],
        *[["x"]] * (READERS + 1),
    ]
    ops = [box for box, lines in picture.boxes.items() if lines[0] == "multiply"]
    assert all(sorted(a for a, b, _ in picture.arrows if b == op) for op in ops)
    first = next(iter(picture.boxes))
    assert {b for a, b, _ in picture.arrows if a == first} == {ops[0]}


def test_an_op_read_from_afar_has_a_mark_that_its_reference_repeats() -> None:
    early = [mg.exp(leaf(float(i))) for i in range(CROSSING + 2)]
    y = early[0]
    for _ in range(20):
        y = mg.sin(y)
    picture = look(mg.draw(mg.stack([y, *early]).sum()))
    marked = [lines[0] for lines in picture.boxes.values() if "#" in lines[0]]
    assert marked
    assert all(marked.count(heading) == 2 for heading in marked)
    assert all(re.fullmatch(r"exp #\d+", heading) for heading in marked)


def test_leaves_called_the_same_are_told_apart_by_marks() -> None:
    a, b, y = leaf(1.0, "weight"), leaf(2.0, "weight"), leaf(3.0, "x")
    for _ in range(READERS + 1):
        y = y * a + b
    headings = {lines[0] for lines in look(mg.draw(y)).boxes.values()}
    assert {"weight #1", "weight #2"} <= headings
    assert "weight" not in headings


# -- Graphviz can do it ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("graph", "n"),
    [("unrolled", 30), ("shared", 300), ("dense", 60), ("wide", 150), ("heads", 3), ("heads", 30)],
)
def test_graphviz_lays_it_out(graph: str, n: int) -> None:
    picture = look(mg.draw(GRAPHS[graph](n)))  # a RenderingError if it takes too long
    assert len(picture.boxes) > n


@pytest.mark.parametrize(("graph", "n"), [("unrolled", 30), ("shared", 200), ("wide", 100), ("heads", 10)])
@pytest.mark.parametrize("side", ["backward", "both"])
def test_graphviz_lays_the_backward_out(graph: str, n: int, side: str) -> None:
    assert len(look(mg.draw(GRAPHS[graph](n), graph=side)).boxes) > n


@pytest.mark.slow
@pytest.mark.parametrize(
    ("graph", "n"), [("shared", 2200), ("chain", 2102), ("unrolled", 300), ("heads", 200)]
)
def test_graphviz_lays_thousands_of_nodes_out(graph: str, n: int) -> None:
    assert len(look(mg.draw(GRAPHS[graph](n))).boxes) > n


@pytest.mark.parametrize("graph", ["shared", "chain", "unrolled", "heads"])
def test_thousands_of_nodes_that_repeat_are_a_small_picture(graph: str) -> None:
    y = GRAPHS[graph](1000)
    assert len(ancestors(y.node)) > 1000
    assert len(look(mg.draw(y, fold="repeats")).boxes) < 20


@pytest.mark.slow
def test_ten_thousand_nodes_are_drawn_or_it_is_said_what_to_fold() -> None:
    assert len(look(mg.draw(chain(10_000))).boxes) == 10_001
    drawing = mg.draw(GRAPHS["unrolled"](3_300))
    assert 'draw(fold="repeats") draws what repeats once, which leaves 7 ops and leaves' in drawing.advice


# -- a limit to its time --------------------------------------------------------------------------


def test_a_dot_that_does_not_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_dot_on_path(monkeypatch, tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 600")
    monkeypatch.setattr(render, "TIME_LIMIT", 3.0)
    with mg.scope("net"):
        y = chain(300)
    with pytest.raises(
        RenderingError,
        match=r"within 3 seconds: draw less of it: of its 301 boxes, draw\(depth=0\) folds it to 1.*"
        r"drawing\.save\('graph\.dot'\)",
    ):
        mg.draw(y)._repr_svg_()
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_pygraphviz_is_stopped_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(render, "TIME_LIMIT", 0.2)
    with pytest.raises(
        RenderingError, match=r"within 0\.2 seconds.*stand in no modules.*mg\.scope\('name'\)"
    ):
        mg.draw(wide(1000))._repr_svg_()


@pytest.mark.parametrize(
    ("depth", "advice"),
    [
        (
            None,
            r"of its 63 boxes, draw\(depth=0\) folds it to 2, draw\(depth=1\) folds it to 12 ops",
        ),
        (1, r"of its 12 boxes, draw\(depth=0\) folds it to 2 ops and modules$"),
    ],
)
def test_the_advice_says_what_to_fold(depth: int | None, advice: str) -> None:
    y = leaf(1.0, "x")
    for layer in range(10):
        with mg.scope("net"), mg.scope(f"{layer}"):
            for _ in range(6):
                y = mg.sin(y)
        if layer == 4:
            with mg.scope("net"):
                y = mg.exp(y)
    drawing = mg.draw(y + y, depth=depth)
    assert re.search(advice, drawing.advice), drawing.advice


# -- no raster that nobody reads ------------------------------------------------------------------


def png_size(path: Path) -> tuple[int, int]:
    header = path.read_bytes()[16:24]
    return int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")


def test_a_png_of_a_long_chain_is_refused_with_its_size(tmp_path: Path) -> None:
    drawing = mg.draw(chain(600))
    with pytest.raises(
        RenderingError, match=r"would have \d+ × \d\d,\d{3} pixels.*save it as \.svg.*draw less"
    ):
        drawing.save(tmp_path / "graph.png")
    with pytest.raises(RenderingError, match=r"a PDF of this graph would be \d+ × \d\d,\d{3} points.*\.svg"):
        drawing.save(tmp_path / "graph.pdf")
    assert list(tmp_path.iterdir()) == []
    drawing.save(tmp_path / "graph.svg")


def test_a_png_is_as_sharp_as_its_size_allows(tmp_path: Path) -> None:
    mg.draw(chain(2)).save(tmp_path / "small.png")
    mg.draw(chain(160)).save(tmp_path / "long.png")
    small, long = png_size(tmp_path / "small.png"), png_size(tmp_path / "long.png")
    assert small[0] > 1.8 * long[0]  # of the same width but for the resolution
    assert 8_000 < long[1] <= 16_384


def test_a_picture_without_a_size_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_dot_on_path(monkeypatch, tmp_path, "cat >/dev/null; echo picture")
    mg.draw(chain(2)).save(tmp_path / "graph.png")
    assert (tmp_path / "graph.png").read_bytes() == b"picture\n"
