"""The data of a page of `mg.explore`: the engine's own numbers, and what is said where they are not known."""

import re

import numpy as np
import pytest

import minigrad as mg
import nn
from minigrad.drawing.formulas import formulas
from minigrad.exploring.shelf import fair_share
from minigrad.exploring.story import story
from tests.cases import each


def told(t):
    return story(t, t.node)


def array(page, number):
    data = page["arrays"][number]
    assert "omitted" not in data
    values = [float(value) for value in data["values"]]
    return np.array(values, data["dtype"]).reshape(data["shape"])


def by_symbol(page):
    return {vertex["symbol"]: vertex for vertex in page["vertices"]}


def leaf(data, dtype=np.float64):
    return mg.tensor(np.array(data, dtype), requires_grad=True)


def textbook():
    a, b, c = leaf(2.0), leaf(-3.0), leaf(5.5)
    with mg.record():
        y = (a * b + c).tanh()
        y.backward()
    return a, b, c, y


def test_the_page_of_a_textbook():
    a, b, c, y = textbook()
    page = told(y)
    assert page["notes"] == []
    assert [vertex["symbol"] for vertex in page["vertices"]] == ["a", "b", "v₁", "c", "v₂", "y"]
    assert page["steps"] == [[i, 0] for i in range(6)] + [[5, 1], [4, 1], [2, 1], [0, 1], [1, 1], [3, 1]]
    vertices = by_symbol(page)
    values = {name: float(array(page, vertex["value"])) for name, vertex in vertices.items()}
    assert values == {"a": 2, "b": -3, "v₁": -6, "c": 5.5, "v₂": -0.5, "y": np.tanh(-0.5)}
    for name, t in {"a": a, "b": b, "c": c}.items():
        assert array(page, vertices[name]["gradient"]) == t.grad.numpy()
    assert array(page, vertices["y"]["gradient"]) == 1
    assert vertices["y"]["isSeed"]
    [to_a, to_b] = vertices["v₁"]["shares"]
    assert (to_a["parameter"], to_b["parameter"]) == ("a", "b")
    assert (array(page, to_a["slope"]), array(page, to_b["slope"])) == (-3, 2)
    assert array(page, to_a["share"]) == a.grad.numpy()
    assert vertices["a"]["arrivals"] == [[2, 0]]
    assert page["ops"]["multiply"] == {"formula": "a · b", "rules": {"a": "g·b", "b": "g·a"}}
    assert re.match(r"test_explore\.py:\d+ in textbook, `y = \(a \* b \+ c\)\.tanh\(\)`", page["lines"][0])


def test_shares_of_a_shared_node_come_in_the_order_of_the_walk_and_add_up():
    x = leaf(0.5)
    with mg.record():
        y = x * x + np.sin(x) * 3.0
        y.backward()
    page = told(y)
    vertices = page["vertices"]
    [found] = [vertex for vertex in vertices if vertex["symbol"] == "x"]
    shares = [vertices[number]["shares"][i] for number, i in found["arrivals"]]
    assert [vertices[number]["op"] for number, _ in found["arrivals"]] == ["sin", "multiply", "multiply"]
    numbers = [array(page, share["share"]) for share in shares]
    assert numbers[0] + numbers[1] + numbers[2] == array(page, found["gradient"]) == x.grad.numpy()
    assert "isOther" not in found


def test_broadcasting_is_seen_before_and_after_it_is_summed_away(rng):
    w, b = leaf(rng.normal(size=(4, 1, 2))), leaf(rng.normal(size=(2,)))
    with mg.record():
        y = ((w + b) * np.ones((4, 3, 2))).sum()
        y.backward()
    page = told(y)
    shares = [share for vertex in page["vertices"] for share in vertex.get("shares", ()) if "given" in share]
    assert [share["change"] for share in shares] == [
        "summed over axes 0 and 1, along which it was broadcast",
        "summed over axis 1, along which it was broadcast",
    ]
    assert array(page, shares[0]["given"]).shape == (4, 1, 2)
    assert (array(page, shares[0]["share"]) == b.grad.numpy()).all()
    assert (array(page, shares[1]["given"]) == 1).all()
    assert array(page, shares[1]["given"]).shape == (4, 3, 2)


def test_every_gradient_of_a_transformer_block_is_the_sum_of_its_shares(rng):
    block = nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, dropout=0.0, norm_first=True, rng=rng)
    x, target = (rng.normal(size=(2, 3, 8)).astype(np.float32) for _ in range(2))
    with mg.record():
        loss = nn.functional.mse_loss(block(x), target)
        loss.backward()
    page = told(loss)
    vertices = by_symbol(page)
    for name, parameter in block.named_parameters():
        ending = next(symbol for symbol in vertices if f".{name}".endswith(f".{symbol}"))
        assert (array(page, vertices[ending]["gradient"]) == parameter.grad.numpy()).all(), name
    for vertex in page["vertices"]:
        if arrivals := vertex.get("arrivals"):
            shares = [page["vertices"][number]["shares"][i]["share"] for number, i in arrivals]
            total = sum(array(page, share) for share in shares)
            assert (total == array(page, vertex["gradient"])).all()
    labels = [(group["label"], group["kind"]) for group in page["groups"]]
    assert ("norm1", "LayerNorm") in labels
    assert ("mse_loss", "") in labels
    [norm] = [i for i, (label, _) in enumerate(labels) if label == "norm1"]
    assert page["groups"][norm]["parent"] == labels.index(
        ("TransformerEncoderLayer", "TransformerEncoderLayer")
    )
    assert vertices["norm1.weight"]["group"] == norm
    assert vertices["target"]["kind"] == "constant"


def test_local_derivatives_are_those_of_elements_and_of_single_numbers(rng):
    x, w = leaf(rng.normal(size=(3, 2))), leaf(rng.normal(size=(2, 2)))
    with mg.record():
        loss = (np.tanh(x @ w) * 2.0).sum()
        loss.backward()
    page = told(loss)
    slopes = {vertex["op"]: "slope" in vertex["shares"][0] for vertex in page["vertices"] if "op" in vertex}
    assert slopes == {"matmul": False, "tanh": True, "multiply": True, "sum": True}
    [tanh] = [vertex for vertex in page["vertices"] if vertex.get("op") == "tanh"]
    [share] = tanh["shares"]
    product = array(page, tanh["gradient"]) * array(page, share["slope"])
    np.testing.assert_allclose(product, array(page, share["share"]), rtol=1e-15)


def test_what_was_passed_on_stays_what_it_was_whatever_the_walk_adds_to_it():
    """The walk adds later shares to the first in place, where that is new."""
    x = leaf([1.0, 2.0])
    with mg.record():
        y = x * 3.0
        loss = (y * 5.0 + np.exp(y) + np.sin(y)).sum()
        loss.backward()
    page = told(loss)
    y = by_symbol(page)["y"]
    first = page["vertices"][y["arrivals"][0][0]]
    assert first["op"] == "sin"
    np.testing.assert_allclose(array(page, first["shares"][0]["share"]), np.cos([3.0, 6.0]))


def test_without_a_backward_the_page_walks_itself_and_leaves_no_trace():
    x = leaf(0.5)
    with mg.record():
        y = np.sin(x) * x
    page = told(y)
    assert page["notes"] == [
        "No backward was run inside `with mg.record():`, so the page walked itself, and left no grad."
    ]
    assert x.grad is None
    y.backward()  # the graph is still there
    assert array(page, by_symbol(page)["x"]["gradient"]) == x.grad.numpy()


def test_without_a_recording_there_are_the_gradients():
    x = leaf([0.5, 1.5])
    y = (np.sin(x) * 2.0).sum()
    page = told(y)
    assert page["notes"][0].startswith("Values, inputs and constants were not kept: compute inside")
    known = {vertex["symbol"]: "value" in vertex for vertex in page["vertices"]}
    assert known == {"v₁": True, "v₂": False, "2": True, "v₃": False, "L": False}
    assert (array(page, page["vertices"][0]["gradient"]) == 2 * np.cos(x.numpy())).all()


def test_backward_outside_of_the_recording_is_walked_again_from_the_same_gradient():
    x = leaf([0.5, 1.5])
    with mg.record():
        y = np.sin(x)
    y.backward([1.0, 10.0], retain_graph=True)
    page = told(y)
    assert (array(page, page["vertices"][0]["gradient"]) == x.grad.numpy()).all()


def test_a_backward_from_a_given_gradient():
    x = leaf([0.5, 1.5])
    with mg.record():
        y = np.sin(x)
        y.backward([1.0, 10.0])
    page = told(y)
    assert array(page, by_symbol(page)["y"]["gradient"]).tolist() == [1, 10]


def test_second_order_graphs_say_the_order_of_each_op():
    x = leaf(0.5)
    with mg.record():
        y = x**3.0
        y.backward(create_graph=True)
        z = x.grad * x.grad
        x.grad = None
        z.backward()
    page = told(z)
    assert array(page, by_symbol(page)["x"]["gradient"]) == x.grad.numpy()
    np.testing.assert_allclose(x.grad.numpy(), 36 * 0.5**3)  # (3x²)² = 9x⁴
    assert {vertex.get("order") for vertex in page["vertices"] if vertex["kind"] == "op"} == {1}


def test_a_gradient_that_a_hook_has_changed_is_not_called_a_sum():
    x = leaf(0.5)
    with mg.record():
        y = np.sin(x)
        y.register_hook(lambda g: g * 10)
        loss = y * 2.0
        loss.backward()
    page = told(loss)
    found = by_symbol(page)
    assert found["y"]["isOther"]
    assert array(page, found["y"]["gradient"]) == 20
    assert "isOther" not in found["x"]
    assert array(page, found["x"]["gradient"]) == x.grad.numpy()


def test_parts_of_an_array_that_a_loop_reads():
    x = leaf([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    with mg.record():
        loss = mg.stack([x[t] * float(t) for t in range(3)]).sum()
        loss.backward()
    page = told(loss)
    found = by_symbol(page)["x"]
    shares = [page["vertices"][number]["shares"][i]["share"] for number, i in found["arrivals"]]
    assert [array(page, share)[:, 0].tolist() for share in shares] == [[0, 0, 2], [0, 1, 0], [0, 0, 0]]
    assert (array(page, found["gradient"]) == x.grad.numpy()).all()


def test_what_is_not_finite():
    x = leaf([0.0, 4.0])
    with mg.record(), np.errstate(all="ignore"):
        loss = (np.sqrt(x) * np.array([0.0, 1.0])).sum()
        loss.backward()
    page = told(loss)
    assert np.isnan(array(page, by_symbol(page)["x"]["gradient"])[0])


def test_under_debug_the_page_is_the_same(tmp_path):
    def make():
        x = leaf([0.5, 1.5])
        with mg.record():
            loss = np.tanh(x * 2.0).sum()
            loss.backward()
        return mg.explore(loss, tmp_path / "walk.html").read_bytes()

    plain = make()
    with mg.debug():
        assert make() == plain


def test_the_same_graph_gives_the_same_bytes(tmp_path):
    pages = [mg.explore(textbook()[-1], tmp_path / f"{i}.html").read_bytes() for i in range(2)]
    assert pages[0] == pages[1]
    assert len(pages[0]) < 100_000


def test_a_block_of_usual_size_is_under_a_megabyte(tmp_path, rng):
    block = nn.TransformerEncoderLayer(64, 4, dropout=0.0, rng=rng)
    with mg.record():
        loss = (block(rng.normal(size=(4, 32, 64)).astype(np.float32)) ** 2).mean()
        loss.backward()
    assert mg.explore(loss, tmp_path / "walk.html").stat().st_size < 1_000_000


@each(
    ("sizes", "total", "share"),
    [([1, 2, 3], 10, 3), ([1, 100, 100], 101, 50), ([100, 1, 1], 12, 10), ([5, 5], 2, 1), ([], 10, 1)],
)
def test_a_budget_is_shared_fairly(sizes, total, share):
    assert fair_share(sizes, total) == share


def test_formulas_are_read_from_the_docs_of_ops():
    assert formulas(mg.OPS["tanh"]) == ("tanh x", {"x": "g·(1 - tanh²x)"})
    assert formulas(mg.OPS["linear"]).of("weight") == "gᵀ·x"
    assert formulas(mg.OPS["linear"]).of("bias") == "g, both summed over the leading axes"
    assert formulas(mg.OPS["max"]) == ("The greatest element over `axis`, NaN before all", {})


def test_each_call_of_a_module_is_a_group_of_its_own(rng):
    cell = nn.Sequential(nn.Linear(2, 2, rng=rng), nn.Tanh())
    inputs = rng.normal(size=(3, 4, 2)).astype(np.float32)
    with mg.record():
        h = np.zeros((4, 2), np.float32)
        for x in inputs:
            h = cell(x + h)
        loss = h.sum()
        loss.backward()
    page = told(loss)
    called = [(group["label"], group["time"], group["parent"]) for group in page["groups"]]
    assert called[0] == ("Sequential", 1, -1)
    assert [call for call in called if call[0] == "Sequential"] == [("Sequential", n, -1) for n in (1, 2, 3)]
    linear = [vertex for vertex in page["vertices"] if vertex.get("op") == "linear"]
    assert len({vertex["group"] for vertex in linear}) == 3
    vertices = by_symbol(page)
    assert "group" not in vertices["weight"]  # which all three read
    assert len(vertices["weight"]["arrivals"]) == 3


def test_names_are_those_of_one_value_each(rng):
    block = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(8, 2, dim_feedforward=8, dropout=0.0, rng=rng), 2
    )
    with mg.record():
        loss = block(rng.normal(size=(1, 3, 8)).astype(np.float32)).sum()
    symbols = [vertex["symbol"] for vertex in told(loss)["vertices"]]
    assert len(set(symbols)) == len(symbols)
    assert {"loss", "v₁", "0.norm1.weight", "1.norm1.weight", "in_proj_weight₁", "in_proj_weight₂"} <= set(
        symbols
    )


def test_a_loss_without_a_name_is_l():
    a = leaf(2.0)
    assert [vertex["symbol"] for vertex in told(np.exp(a * a))["vertices"]] == ["v₁", "v₂", "L"]


def test_each_op_inside_a_function_shows_its_own_operands(rng):
    x = rng.normal(size=(1, 1, 4, 4)).astype(np.float32)
    w = mg.tensor(rng.normal(size=(2, 1, 3, 3)).astype(np.float32), requires_grad=True)
    with mg.record():
        loss = mg.conv2d(x, w).sum()
    page = told(loss)
    [product] = [vertex for vertex in page["vertices"] if vertex.get("op") == "matmul"]
    a, b = (page["vertices"][read["vertex"]] for read in product["reads"])
    assert b["kind"] == "constant"  # the windows of x
    result = array(page, a["value"]) @ array(page, b["value"])
    assert (result == array(page, product["value"])).all()


def test_what_was_written_to_since_is_said(rng):
    w, x = leaf([1.0, 2.0]), np.array([3.0, 4.0])
    with mg.record():
        loss = (w * x).sum()
        loss.backward()
    assert told(loss)["notes"] == []
    w.data[:] = 0
    x[:] = 0
    assert told(loss)["notes"] == [
        "Written to since the program read them, so that their values here are those of now: w, x."
    ]


@each("wrapped", [mg.checkpoint, mg.data_parallel])
def test_ops_that_walk_graphs_of_their_own(wrapped):
    x = leaf([0.5, 1.5])
    with mg.record():
        loss = wrapped(lambda x: np.sin(x) * x, x).sum()
        loss.backward()
    page = told(loss)
    [found] = [vertex for vertex in page["vertices"] if vertex["kind"] == "leaf"]
    assert (array(page, found["gradient"]) == x.grad.numpy()).all()
    [name] = [vertex["op"] for vertex in page["vertices"] if "op" in vertex and "value" not in vertex]
    assert page["notes"] == [
        f"Ops that were not recorded, or compute by a graph of their own, have no values here: {name}."
    ]


# -- errors -----------------------------------------------------------------------------------------


def freed():
    x = leaf(0.5)
    y = np.sin(x)
    y.backward()
    return y


@each(
    ("give", "error", "words"),
    [
        (lambda: 3.0, TypeError, "explore walks back from a Tensor, such as a loss, and got a float"),
        (
            lambda: leaf(1.0),
            ValueError,
            "explore got a tensor of shape () that is a leaf, so there is nothing",
        ),
        (
            lambda: mg.tensor([1.0]) * 2,
            ValueError,
            "that no recorded op has made, so there is nothing to walk",
        ),
        (
            lambda: leaf([1.0, 2.0]) * 2,
            ValueError,
            "walks back from one number, and got a tensor of shape (2,)",
        ),
        (freed, mg.GraphFreedError, "call backward inside `with mg.record(): ...`, or keep it with"),
    ],
)
def test_what_cannot_be_walked_is_said(give, error, words):
    with pytest.raises(error, match=re.escape(words)):
        mg.explore(give(), "walk.html")


def test_a_page_is_html(tmp_path):
    with pytest.raises(ValueError, match=r"explore writes an HTML page, and got '.*walk\.svg': give a path"):
        mg.explore(textbook()[-1], tmp_path / "walk.svg")
