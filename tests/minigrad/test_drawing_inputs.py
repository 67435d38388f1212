"""What a drawing shows beside the graph: inputs and constants, the program's names, classes and calls."""

import gc
import re
import weakref

import numpy as np
import pytest

import minigrad as mg
import nn
from minigrad.watching import record_of
from nn import functional as F
from tests.minigrad.test_drawing import bare, leaf, look, nesting

GREY = "#eaeef2"


def floats(*shape: int) -> np.ndarray:
    return np.linspace(-1, 1, int(np.prod(shape)), dtype=np.float32).reshape(shape)


def headings(y: mg.Tensor, depth: int | None = None) -> list[str]:
    return [lines[0] for lines in look(mg.draw(y, depth=depth)).boxes.values()]


def grey(drawing: mg.Drawing) -> list[str]:
    """The headings of the boxes of what needs no gradient."""
    boxes = [line for line in drawing.source.splitlines() if f'fillcolor="{GREY}"' in line]
    return [re.search(r"<b>(.*?)</b>", line)[1] for line in boxes]


def ops(drawing: mg.Drawing) -> list[str]:
    boxes = [
        line for line in drawing.source.splitlines() if 'style="filled,rounded"' in line and "<b>" in line
    ]
    return [bare(re.search(r"<b>(.*?)</b>", line)[1]) for line in boxes]


# -- numbers and arrays ---------------------------------------------------------------------------


def test_the_numbers_of_a_formula_are_there() -> None:
    x = leaf(2.0, "x")
    with mg.record():
        y = 3 * x**2 + 1
        y.backward()
    drawing = mg.draw(y, values=True, gradients=True)
    picture = look(drawing)
    assert picture.into("power") == [("2", "b"), ("x", "a")]
    assert picture.into("multiply") == [("3", ""), ("power", "")]
    assert picture.into("add") == [("1", ""), ("multiply", "")]
    assert grey(drawing) == ["2", "3", "1"]
    assert picture.box("x") == ["()", "value", "2", "grad", "12"]


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.1, "0.1"), (2, "2"), (-1e-9, "-1e-09"), (np.float32(0.1), "0.1"), (np.array(7), "7"), (True, "True")],
)
def test_a_number_is_shown_as_it_is_written(number: float, text: str) -> None:
    with mg.record():
        y = leaf(2.0) * number
    assert grey(mg.draw(y)) == [text]


def test_one_array_is_one_box_and_two_are_two() -> None:
    x, t, u = leaf(floats(3), "x"), floats(3), floats(3)
    with mg.record():
        y = (x * t + t) - u
    picture = look(mg.draw(y))
    assert picture.into("add") == [("multiply", ""), ("t", "")]
    assert grey(mg.draw(y)) == ["t", "u"]
    assert [lines for lines in picture.boxes.values() if lines[0] == "t"] == [["t", "(3,)"]]


def test_values_of_inputs_are_shown_with_the_others() -> None:
    t = np.array([1.0, 2.0, 4.0])
    with mg.record():
        y = leaf([1.0, 1.0, 1.0], "x") * t
    assert look(mg.draw(y, values=True)).box("t") == ["(3,) float64", "value", "[1, 2, 4]"]


def test_settings_are_in_the_tooltip_and_not_in_boxes() -> None:
    with mg.record():
        y = leaf(floats(2, 3), "x").sum(1)
    drawing = mg.draw(y)
    assert grey(drawing) == []
    assert "axis=1" in drawing.source


def test_data_without_a_derivative_is_drawn() -> None:
    mask, index, x = np.array([True, False, True]), np.array([0, 2]), leaf(floats(3), "x")
    with mg.record():
        y = np.where(mask, x, 0.5)[index]
    assert grey(mg.draw(y)) == ["mask", "0.5", "index"]


def test_without_record_what_derivatives_need_is_drawn() -> None:
    x = leaf(2.0, "x")
    y = 3 * x**2 + 1
    assert grey(mg.draw(y)) == ["2", "3", "constant"]
    assert "mg.record()" in mg.draw(y).source  # the tooltip says how to see it
    y.backward()
    assert grey(mg.draw(y)) == ["constant"] * 3


def test_without_record_operands_of_any_number_are_drawn() -> None:
    x = leaf(floats(3), "x")
    assert grey(mg.draw(np.einsum("i,j->ij", x, floats(2)))) == ["constant"]
    assert grey(mg.draw(np.concatenate([floats(2), x, floats(2)]))) == ["constant", "constant"]


def test_without_record_an_operand_that_may_be_missing_is_not_made_up() -> None:
    x = leaf(floats(2, 3), "x")
    for y in (mg.clip(x, None, 0.5), mg.linear(x, leaf(floats(4, 3), "w"), None), mg.layer_norm(x)):
        assert set(grey(mg.draw(y))) <= {"0.5"}
    with mg.record():
        y = mg.clip(x, None, 0.5)
    assert grey(mg.draw(y)) == ["0.5"]


# -- the program's names --------------------------------------------------------------------------


def test_arrays_and_leaves_are_called_by_the_variables_that_hold_them() -> None:
    weight, shift = mg.tensor(floats(3), requires_grad=True), mg.tensor(floats(3))

    def affine(scale: mg.Tensor, offset: mg.Tensor) -> mg.Tensor:
        return floats(3) * scale + offset

    with mg.record():
        y = affine(weight, shift)
    assert headings(y) == ["weight", "constant", "multiply", "shift", "y: add"]


SHARED = np.linspace(0, 1, 3, dtype=np.float32)


def test_globals_and_attributes_are_names_as_well() -> None:
    class Masked(nn.Module):
        def __init__(self) -> None:
            self.mask = np.ones(3, np.float32)

        def forward(self, x: mg.Tensor) -> mg.Tensor:
            return x * self.mask + SHARED

    with mg.record():
        y = Masked()(leaf(floats(3), "x"))
    assert sorted(grey(mg.draw(y))) == ["SHARED", "mask"]


def test_looking_for_a_name_runs_no_code_of_the_programs() -> None:
    class Trap:
        __slots__ = ()

        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"{name} was asked for")

    trap = Trap()
    with mg.record():
        y = leaf(floats(3), "x") * np.ones(3, np.float32)
    assert grey(mg.draw(y)) == ["constant"]
    del trap


def test_a_name_that_was_given_goes_before_the_variables() -> None:
    x = leaf(1.0, "given")
    with mg.record():
        y = mg.exp(x)
    assert headings(y) == ["given", "y: exp"]


def test_what_has_no_variable_is_called_as_the_function_calls_it() -> None:
    with mg.record():
        y = mg.cross_entropy(leaf(floats(2, 3), "scores"), np.array([0, 2]))
    assert grey(mg.draw(y)) == ["targets"]


# -- modules --------------------------------------------------------------------------------------


def block(norm_first: bool = True) -> nn.Module:
    return nn.TransformerEncoderLayer(8, 2, 16, norm_first=norm_first)


@pytest.mark.parametrize("record", [True, False])
def test_the_class_of_a_module_stands_beside_its_name(record: bool) -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Sequential(nn.Linear(4, 2), nn.ReLU()))
    with mg.record() if record else mg.scope(""):
        y = model(floats(5, 3))
    frames = look(mg.draw(y)).frames
    assert frames == ["0: Linear", "0: Linear", "1: ReLU", "1: Tanh", "2: Sequential", "Sequential"]
    folded = headings(y, depth=1)
    assert sorted(name for name in folded if ":" in name) == ["0: Linear", "1: Tanh", "2: Sequential"]


def test_classes_are_known_of_models_inside_others_and_in_named_scopes() -> None:
    class Inner(nn.Module):
        def forward(self, x: mg.Tensor) -> mg.Tensor:
            return nn.Linear(3, 3)(x)  # a module that belongs to none: outermost in its turn

    class Outer(nn.Module):
        def __init__(self) -> None:
            self.first = Inner()

        def forward(self, x: mg.Tensor) -> mg.Tensor:
            with mg.scope("part"):
                return mg.exp(self.first(mg.exp(x * mg.tensor(1.0, requires_grad=True))))

    drawing = mg.draw(Outer()(floats(2, 3)))
    assert look(drawing).frames == ["Outer", "first.Linear", "part"]


def test_the_input_stands_outside_of_the_model_that_it_is_given_to() -> None:
    model, batch = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)), floats(5, 3)
    with mg.record():
        y = model(batch)
    drawing = mg.draw(y)
    (box,) = (box for box, lines in look(drawing).boxes.items() if lines[0] == "batch")
    assert nesting(drawing.source)[box] == []
    for depth in (0, 1):
        assert "batch" in headings(y, depth)
    assert look(mg.draw(y, depth=0)).into("Sequential") == [("batch", "")]


def test_a_leaf_given_to_a_model_stands_outside_as_well() -> None:
    x = leaf(floats(5, 3), "x")
    with mg.record():
        y = nn.Sequential(nn.Linear(3, 4))(x)
    assert headings(y, depth=0) == ["x", "Sequential"]


def test_a_pre_norm_block_has_both_residual_arrows() -> None:
    x = floats(2, 5, 8)
    with mg.record():
        y = block().eval()(x)
    picture = look(mg.draw(y))
    (source,) = (box for box, lines in picture.boxes.items() if lines[0] == "x")
    readers = sorted(picture.boxes[head][0] for tail, head, _ in picture.arrows if tail == source)
    assert readers == ["add", "layer_norm"]
    adds = [box for box, lines in picture.boxes.items() if bare(lines[0]) == "add"]
    assert [sum(head == add for _, head, _ in picture.arrows) for add in adds] == [2, 2]


def test_what_layers_make_for_themselves_is_no_input() -> None:
    x = floats(2, 5, 8)
    with mg.record():
        y = block()(x)  # in training, with masks of dropout
        z = nn.LSTM(8, 4)(x)[0]  # with states of zeros
    assert grey(mg.draw(y)) == ["x"]
    assert grey(mg.draw(z)) == ["x"]


class Scaled(nn.Module):
    def __init__(self) -> None:
        self.linear = nn.Linear(3, 3)

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        return self.linear(x) * 0.125


def test_a_number_in_a_module_is_written_into_the_op() -> None:
    with mg.record():
        y = Scaled()(floats(2, 3))
    drawing = mg.draw(y)
    assert grey(drawing) == ["x"]
    assert look(drawing).box("multiply") == ["(2, 3)", "b = 0.125"]


@pytest.mark.parametrize(
    ("layer", "shapes"),
    [
        (nn.Linear(3, 2), [(4, 3)]),
        (nn.Conv2d(1, 2, 3, padding=1), [(1, 1, 5, 5)]),
        (nn.RNNCell(3, 2), [(4, 3), (4, 2)]),
        (nn.GRU(3, 2), [(4, 5, 3)]),
        (nn.LayerNorm(3), [(4, 3)]),
        (nn.GroupNorm(1, 3), [(4, 3)]),
        (nn.BatchNorm1d(3).eval(), [(4, 3)]),
        (nn.MultiheadAttention(4, 2), [(1, 3, 4), (1, 5, 4), (1, 5, 4)]),
    ],
    ids=lambda case: type(case).__name__ if isinstance(case, nn.Module) else "",
)
def test_every_layer_shows_its_inputs(layer: nn.Module, shapes: list[tuple[int, ...]]) -> None:
    one, two, three = (floats(*shape) for shape in (*shapes, (), ())[:3])
    with mg.record():
        y = layer(*[one, two, three][: len(shapes)])
    y = y[0] if isinstance(y, tuple) else y
    assert sorted(grey(mg.draw(y))) == sorted(["one", "two", "three"][: len(shapes)])


def test_an_embeddings_ids_are_drawn() -> None:
    with mg.record():
        y = nn.Embedding(5, 3)(np.array([[1, 2]]))
    assert len(grey(mg.draw(y))) == 1
    assert "(1, 2) int64" in mg.draw(y).source


# -- calls ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("max_pool2d", lambda x: F.max_pool2d(x, 2)),
        ("max_pool2d", lambda x: nn.MaxPool2d(2)(x)),
        ("avg_pool2d", lambda x: nn.AvgPool2d(2)(x)),
        ("adaptive_max_pool2d", lambda x: nn.AdaptiveMaxPool2d(1)(x)),
        ("batch_norm", lambda x: nn.BatchNorm2d(2)(x)),
        ("batch_norm", lambda x: nn.BatchNorm2d(2).eval()(x)),
        ("group_norm", lambda x: nn.GroupNorm(2, 2)(x)),
        ("conv2d", lambda x: nn.Conv2d(2, 1, 3)(x)),
        ("dropout", lambda x: nn.Dropout(0.5)(x)),
        ("mse_loss", lambda x: F.mse_loss(x, np.zeros((2, 2, 4, 4), np.float32))),
        ("average", np.average),
        ("average", mg.average),
        ("nanmean", np.nanmean),
        ("linalg.norm", lambda x: np.linalg.norm(x)),
    ],
)
def test_an_op_is_called_as_the_program_called_it(name: str, call: object) -> None:
    x = leaf(floats(2, 2, 4, 4), "x")
    with mg.record():
        y = call(x)
        y.sum().backward()
    found = ops(mg.draw(y, values=True, gradients=True))
    assert found in ([name], [name.rpartition(".")[2]])


def test_each_call_is_a_box_of_its_own() -> None:
    x = leaf(floats(3), "x")
    with mg.record():
        y = x
        for _ in range(2):
            y = F.mse_loss(y, floats(3), reduction="none")
    assert ops(mg.draw(y)) == ["mse_loss", "mse_loss"]
    assert look(mg.draw(y, values=True)).boxes["n0"][:2] == ["x", "(3,)"]


def test_a_users_function_is_no_call() -> None:
    def squared_error(x: mg.Tensor) -> mg.Tensor:
        return (x - 1.0) ** 2

    with mg.record():
        y = squared_error(leaf(2.0, "x"))
    assert ops(mg.draw(y)) == ["subtract", "power"]


def test_without_record_no_name_is_one_of_the_insides() -> None:
    y = nn.MaxPool2d(2)(leaf(floats(1, 1, 4, 4), "x"))
    assert "max_pool" in ops(mg.draw(y))
    assert "first_greatest" not in mg.draw(y).source


def test_record_lets_go_of_the_program_at_its_end() -> None:
    class Big(np.ndarray):
        pass

    held: list[weakref.ref[object]] = []

    def compute() -> mg.Tensor:
        other = floats(3).view(Big)
        held.append(weakref.ref(other))
        return F.mse_loss(leaf(floats(3)), np.zeros(3, np.float32))

    block = mg.record()
    with block:
        y = compute()
    gc.collect()
    assert held[0]() is None
    assert record_of(y.node) is not None


# -- not finite -----------------------------------------------------------------------------------


RED = "#cf222e"


def red(drawing: mg.Drawing) -> list[str]:
    boxes = [line for line in drawing.source.splitlines() if "penwidth" in line]
    return [bare(re.search(r"<b>(.*?)</b>", line)[1]) for line in boxes]


def test_what_is_not_finite_stands_out() -> None:
    x = leaf([1.0, -1.0, 2.0], "x")
    with mg.record(), np.errstate(invalid="ignore"):
        y = mg.exp(mg.log(x)) + 1.0
    drawing = mg.draw(y, values=True)
    assert red(drawing) == ["log", "exp", "add"]
    assert look(drawing).box("log")[-1] == "[0, NaN, 0.6931]"
    assert red(mg.draw(y)) == ["log", "exp", "add"]  # also where no values are asked for


def test_a_gradient_that_is_not_finite_stands_out() -> None:
    x = leaf([0.0, 4.0], "x")
    with np.errstate(divide="ignore"):
        drawing = mg.draw(np.sqrt(x).sum(), gradients=True)
    assert red(drawing) == ["x"]
    assert look(drawing).box("x") == ["(2,)", "grad", "[inf, 0.25]"]


def test_a_folded_module_with_a_nan_inside_stands_out() -> None:
    x = leaf([-1.0], "x")
    with mg.record(), np.errstate(invalid="ignore"), mg.scope("net"):
        y = np.where(np.array([False]), np.log(x), 0.0) * 1.0
    assert red(mg.draw(y, depth=0)) == ["net"]


# -- tooltips -------------------------------------------------------------------------------------


def tooltips(drawing: mg.Drawing) -> dict[str, str]:
    found = {}
    for line in drawing.source.splitlines():
        box = re.match(r"\s*(n\d+) \[", line)
        text = re.search(r'tooltip="((?:[^"\\]|\\.)*)"', line)
        if box and text:
            found[bare(re.sub(r"<.*?>", "", re.search(r"label=<(.*?)</b>", line)[1]))] = text[1]
    return found


def test_tooltips_say_what_a_box_is() -> None:
    with mg.record():
        y = nn.Sequential(nn.Linear(3, 2))(floats(4, 3)) * 2.0
    told = tooltips(mg.draw(y))
    assert told["multiply"].startswith("multiply: a · b.")
    assert r"float32 (4, 2)\n" in told["linear"]
    assert told["linear"].endswith("in Sequential.0")
    assert "leaf" in told["weight"]
    assert "needs no gradient" in told["2"]
    folded = tooltips(mg.draw(y, depth=0))
    assert folded["Sequential"] == r"Sequential\nmade of linear"


@pytest.mark.parametrize("name", ['"', "\\", "&lt;", "a\nb", "<b>", "\\N", "é"])
def test_any_name_can_stand_in_a_tooltip(name: str) -> None:
    x = leaf(1.0, name)
    with mg.scope(name.replace("\n", "")):
        y = mg.exp(x)
    look(mg.draw(y))  # which is XML
