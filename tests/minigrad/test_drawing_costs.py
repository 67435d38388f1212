"""What ops took, tints by a number, tables of blocks that repeat, and formulas."""

import re
import time
import warnings
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import operation
from minigrad.drawing.costs import costs, in_bytes, in_time
from minigrad.drawing.formulas import derivatives
from minigrad.drawing.scale import TINTS
from minigrad.graph import ancestors
from minigrad.operation import Operation
from minigrad.registry import OPS
from tests.cases import each
from tests.minigrad.test_drawing import leaf, look


def slow(x: Any) -> Any:
    time.sleep(0.03)
    return x * 1.0


def slower(g: Any) -> Any:
    time.sleep(0.06)
    return g


sleeper = mg.primitive(slow)
sleeper.vjp(x=slower)


def slept() -> mg.Tensor:
    x = leaf(np.ones(3, np.float32), "x")
    with mg.record():
        y = mg.exp(sleeper(x)).sum()
        y.backward()
    return y


# -- time and memory --------------------------------------------------------------------------------


def test_the_time_of_each_op_is_measured_forward_and_backward() -> None:
    y = slept()
    nodes = ancestors(y.node)
    found = costs(nodes)
    op = nodes[1]
    assert 0.03 <= found.forward[op] < 0.06
    assert 0.06 <= found.backward[op] < 0.12
    assert all(0 < found.forward[node] < 0.03 for node in nodes[2:])
    picture = look(mg.draw(y, costs=True))
    forward, backward, share = re.match(r"(\S+) ms \+ (\S+) ms, (\d+)%", picture.box("slow")[-1]).groups()
    assert float(forward) == pytest.approx(found.forward[op] * 1e3, rel=0.01)
    assert float(backward) == pytest.approx(found.backward[op] * 1e3, rel=0.01)
    assert int(share) > 80
    assert "time" not in picture.box("x")


def test_the_whole_is_told_above() -> None:
    found = costs(ancestors((y := slept()).node))
    whole = f"in all {in_time(sum(found.forward.values()))} forward + "
    assert whole in mg.draw(y, costs=True).source
    assert whole in mg.draw(y, costs=True).page()


def test_without_a_backward_no_time_is_told_of_it() -> None:
    with mg.record():
        y = mg.exp(leaf(1.0, "x"))
    drawing = mg.draw(y, costs=True, color="time")
    assert "forward, no backward was recorded, " in drawing.source
    assert "time, forward<" in drawing.source
    said = look(drawing).box("y: exp")
    assert re.fullmatch(r"\S+ µs, 100%", said[said.index("time") + 1])


def test_a_buffer_that_two_derivatives_read_is_kept_once_and_a_leafs_not_at_all() -> None:
    x = leaf(np.ones(1000, np.float32), "x")
    with mg.record():
        y = mg.exp(x)  # reads its result
        z = mg.sin(y[:500])  # a view of that
        loss = (z * leaf(np.ones(500, np.float32), "w")).sum()
    kept = {node.op.name: size for node, size in costs(ancestors(loss.node)).kept.items()}
    assert kept == {"exp": 4000, "getitem": 0, "sin": 0, "multiply": 2000, "sum": 0}
    picture = look(mg.draw(loss, costs=True))
    assert picture.box("y: exp")[-2:] == ["kept", "4 kB"]
    assert "kept" not in picture.box("z: sin")


def test_costs_that_nobody_measured() -> None:
    with pytest.raises(ValueError, match=r"found nothing measured.*backward inside `with mg\.record\(\)"):
        mg.draw(mg.exp(leaf(1.0)), costs=True)


def test_no_clock_is_read_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    reads = []
    monkeypatch.setattr(operation, "perf_counter", lambda: reads.append(1) or 0.0)
    x = leaf(1.0)
    mg.exp(x)
    assert reads == []
    with mg.record():
        mg.exp(x)
    assert reads == [1]


@each(
    ("number", "text"),
    [(2.5, "2.5 s"), (0.0125, "12.5 ms"), (3e-6, "3 µs"), (0.0, "0 µs")],
)
def test_times_in_words(number: float, text: str) -> None:
    assert in_time(number) == text


@each(("number", "text"), [(0, "0 B"), (512, "512 B"), (4000, "4 kB"), (2.5e6, "2.5 MB"), (3e9, "3 GB")])
def test_bytes_in_words(number: float, text: str) -> None:
    assert in_bytes(number) == text


# -- colour -----------------------------------------------------------------------------------------


def tints(drawing: mg.Drawing) -> list[tuple[str, str]]:
    """The heading and the tint of each box."""
    found = []
    for line in drawing.source.splitlines():
        if re.match(r"\s*n\d+ \[", line):
            fill = re.search(r'fillcolor="(#\w+)"', line)
            found.append((re.search(r"<b>(.*?)</b>", line)[1], fill[1] if fill else ""))
    return found


def test_the_slowest_has_the_last_tint_and_the_scale_ends_with_it() -> None:
    y = slept()
    found = costs(ancestors(y.node))
    drawing = mg.draw(y, color="time")
    assert dict(tints(drawing)) == {
        "x": "#fff3d6",
        "slow": TINTS[-1],
        "exp": TINTS[0],
        "y: sum": TINTS[0],
    }
    most = max(found.forward[node] + found.backward[node] for node in found.forward)
    label = re.search(r"label=<(.*?)> labelloc|label=<(.*)>", drawing.source)[0]
    assert "time, forward and backward" in label
    assert [tint for tint in TINTS if tint in label] == list(TINTS)
    assert label.index("0 µs") < label.index(TINTS[0]) < label.index(TINTS[-1]) < label.index(in_time(most))


def test_gradients_are_tinted_by_equal_ratios() -> None:
    x = leaf(1.0, "x")
    y = x
    for _ in range(6):
        y = y * 10.0
    drawing = mg.draw([y], color="gradient")
    found = [fill for name, fill in tints(drawing) if name in ("x", "multiply")]
    assert list(dict.fromkeys(found)) == list(TINTS[::-1])
    assert "1e+06" in drawing.source
    assert ">grad<" not in drawing.source


def test_memory_and_values_have_their_tints() -> None:
    with mg.record():
        y = mg.exp(leaf(np.ones(100, np.float32), "x")).sum()
    assert dict(tints(mg.draw(y, color="memory")))["exp"] == TINTS[-1]
    assert dict(tints(mg.draw(y, color="value")))["y: sum"] == TINTS[-1]


def test_another_color_is_refused() -> None:
    with pytest.raises(ValueError, match="takes 'time', 'memory', 'value', 'gradient', and got 'red'"):
        mg.draw(mg.exp(leaf(1.0)), color="red")
    with pytest.raises(ValueError, match="found nothing measured"):
        mg.draw(mg.exp(leaf(1.0)), color="time")


# -- tables of blocks -------------------------------------------------------------------------------


def test_a_table_tells_of_each_block_its_parameters_gradients_time_and_memory() -> None:
    weights = [leaf(np.eye(3, dtype=np.float32) * (i + 1), f"layers.{i}.w") for i in range(5)]
    with mg.record():
        x = np.ones((2, 3), np.float32)
        for i, w in enumerate(weights):
            with mg.scope(f"layers.{i}"):
                x = mg.tanh(x @ w)
        loss = x.sum()
        loss.backward()
    for drawing in (
        mg.draw(loss, gradients=True, costs=True, fold="repeats"),
        mg.draw(loss, gradients=True, costs=True, fold=("repeats", "layers.*")),
    ):
        texts = [
            re.sub(r"<.*?>", "", cell) for cell in re.findall(r"<td[^>]*>(?:(?!<td).)*?</td>", drawing.source)
        ]
        assert "9 parameters each" in " ".join(texts)
        start = texts.index("‖∂ parameters‖")
        assert texts[start : start + 4] == ["‖∂ parameters‖", "‖∂ tanh‖", "time", "kept"]
        for i, w in enumerate(weights):
            row = texts[start + 4 + 5 * i : start + 9 + 5 * i]
            assert row[0] == f"{i}"
            assert float(row[1]) == pytest.approx(np.linalg.norm(w.grad.data), rel=1e-2)
            assert row[4].endswith(" B")
        assert "9 parameters each</caption>" in drawing.page()


def test_of_many_blocks_some_are_told() -> None:
    w, h = leaf(np.eye(2, dtype=np.float32), "w"), leaf(np.ones((1, 2), np.float32), "h")
    for _ in range(50):
        h = mg.tanh(h @ w)
    drawing = mg.draw(h.sum(), gradients=True, fold="repeats")
    numbers = re.findall(r">(\d+)</font></td><td", drawing.source)
    assert numbers == ["0", "4", "9", "13", "18", "22", "27", "31", "36", "40", "45", "49"]
    assert "parameters" not in drawing.source  # which all share


# -- formulas ---------------------------------------------------------------------------------------


def test_formulas_are_those_of_the_ops_docs() -> None:
    x = leaf(1.0, "x")
    y = mg.sin(x) * x
    assert look(mg.draw(y, formulas=True)).box("sin") == ["()", "∂x: g·cos x."]
    assert look(mg.draw(y, formulas=True)).box("multiply") == ["()", "∂a: g·b; ∂b: g·a."]
    assert look(mg.draw(y)).box("sin") == ["()"]


@each("name", [name for name, op in OPS.items() if isinstance(op, Operation) and any(op.differentiable)])
def test_every_op_has_a_formula(name: str) -> None:
    assert re.search(r"∂|\bg\b", derivatives(OPS[name]))


def test_an_op_without_a_doc_has_none() -> None:
    assert derivatives(sleeper) == ""
    assert look(mg.draw(sleeper(leaf(1.0, "x")), formulas=True)).box("slow") == ["()"]


def test_an_array_without_elements_has_no_tint() -> None:
    with mg.record():
        loss = (leaf(np.zeros((0, 3)), "x") * 2.0).sum()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mg.draw(loss, color="gradient")
