"""A forward that raises is drawn as far as it came, with what raised, and what that was given."""

import gc
import weakref

import numpy as np
import pytest

import minigrad as mg
import nn
from minigrad.graph import Node
from nn import functional as F
from tests.minigrad.test_drawing import Picture, bare, leaf, look, nesting


def floats(*shape: int) -> np.ndarray:
    return np.linspace(-1, 1, int(np.prod(shape)), dtype=np.float32).reshape(shape)


def red(picture: Picture) -> set[str]:
    """The headings of what has a red outline, and of the ends of red arrows."""
    called = {box: bare(lines[0]) for box, lines in picture.boxes.items()}
    return {"->".join(called[end] for end in each.split("->")) for each in picture.red}


def test_what_was_computed_is_there_with_the_op_that_raised_and_what_it_was_given() -> None:
    x, w = leaf(floats(4, 3), "x"), leaf(floats(4, 5), "w")
    with pytest.raises(ValueError), mg.record() as recording:  # noqa: PT012
        h = mg.tanh(x)
        side = h.sum()
        side @ 1.0 if side is None else h @ w
    drawing = mg.draw(recording, values=True)
    assert "no value was recorded" not in drawing.source  # what raised need not say so
    picture = look(drawing)
    assert [bare(lines[0]) for lines in picture.boxes.values()] == ["x", "w", "tanh", "sum", "matmul"]
    assert picture.box("tanh")[-1] == f"mean {h.data.mean():.3g}, std {h.data.std():.3g}"
    assert picture.into("matmul") == [("tanh", "a"), ("w", "b")]
    box = picture.box("matmul")
    assert box[:2] == ["a: (4, 3)", "b: (4, 5)"]
    said = " ".join(box[2:])
    assert said.startswith("ValueError: matmul of (4, 3) and (4, 5): the last axis")
    assert "test_drawing_failing.py:" in said
    assert "`side @ 1.0 if side is None else h @ w`" in said  # the very line
    assert red(picture) == {"tanh", "w", "matmul", "tanh->matmul", "w->matmul"}
    assert picture.outlines[picture.id("matmul")] == 1  # it is no result
    assert picture.outlines[picture.id("sum")] == 2


class Net(nn.Module):
    def __init__(self) -> None:
        self.first = nn.Linear(3, 8)
        self.layers = nn.ModuleList([nn.Linear(8, 8), nn.Linear(7, 2)])

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        h = mg.tanh(self.first(x))
        for layer in self.layers:
            h = layer(h)
        return h


def stopped(function: object, *operands: object) -> mg.Drawing:
    with pytest.raises((ValueError, RuntimeError, TypeError)), mg.record() as recording:
        function(*operands)
    return mg.draw(recording)


def test_it_stands_in_the_module_that_raised() -> None:
    drawing = stopped(Net(), floats(5, 3))
    picture = look(drawing)
    (box,) = (box for box, lines in picture.boxes.items() if "weight: (2, 7)" in lines)
    assert nesting(drawing.source)[box] == ["Net", "layers: ModuleList", "1: Linear"]
    assert bare(picture.boxes[box][0]) == "linear"
    assert picture.frames == ["0: Linear", "1: Linear", "Net", "first: Linear", "layers: ModuleList"]
    assert picture.above == ["stopped by ValueError in Net.layers.1 (red)"]


def test_a_folded_module_says_what_raised_inside() -> None:
    with pytest.raises(ValueError), mg.record() as recording:
        Net()(floats(5, 3))
    picture = look(mg.draw(recording, depth=0))
    assert picture.box("Net")[:3] == ["4 ops", "stopped at linear", "x: (5, 8)"]
    assert red(picture) >= {"Net"}


def test_a_function_of_layers_that_raises_is_the_op() -> None:
    x = leaf(floats(5, 8), "x")
    picture = look(stopped(lambda: F.mse_loss(mg.exp(x), floats(4, 8))))
    assert picture.into("mse_loss") == [("exp", "input"), ("target", "")]
    assert picture.box("mse_loss")[:3] == ["input: (5, 8)", "target: (4, 8)", "reduction='mean'"]


def test_a_function_made_of_ops_is_one_box_with_the_ops_it_has_called() -> None:
    x = leaf(floats(5, 8), "x")
    picture = look(stopped(lambda: mg.var(mg.exp(x), 7)))
    assert picture.into("var") == [("exp", "x")]
    assert picture.box("var")[:2] == ["x: (5, 8)", "axis=7"]


def test_operands_in_a_list_are_told_by_their_numbers() -> None:
    x, mask = leaf(floats(5, 8), "x"), floats(5, 2)
    picture = look(stopped(lambda: mg.concatenate([mg.exp(x), mask])))
    assert picture.into("concatenate") == [("exp", "0"), ("mask", "1")]
    assert picture.box("concatenate")[:3] == ["0: (5, 8)", "1: (5, 2)", "axis=0"]


def test_a_wrong_setting_is_shown() -> None:
    x = leaf(floats(2, 3), "x")
    picture = look(stopped(lambda: mg.exp(x).reshape(5)))
    assert picture.box("reshape")[:1] == ["x: (2, 3)"]
    assert any("5" in line for line in picture.box("reshape")[1:2])


def test_what_a_users_line_raises_has_no_operands() -> None:
    class Checked(nn.Module):
        def forward(self, x: mg.Tensor) -> mg.Tensor:
            y = mg.exp(x)
            raise RuntimeError("not <b>so</b>" + " and so on" * 100)
            return y

    drawing = stopped(Checked(), leaf(floats(2), "x"))
    picture = look(drawing)
    box = picture.box("stopped")
    assert box[0].startswith("RuntimeError: not <b>so</b> and so on")
    assert "…" in box
    assert "raise RuntimeError" in " ".join(box)
    assert picture.into("stopped") == []
    assert nesting(drawing.source)[picture.id("stopped")] == ["Checked"]


def test_code_without_a_module_is_drawn_too() -> None:
    code = "y = x * 2\ntry:\n    {}[0]\nexcept KeyError:\n    raise RuntimeError('theirs')"
    with pytest.raises(RuntimeError), mg.record() as recording:
        exec(code, {"x": leaf(floats(2), "x")})  # its globals have no __name__
    assert look(mg.draw(recording)).box("stopped")[0] == "RuntimeError: theirs"


def test_an_error_that_was_caught_inside_is_none() -> None:
    x = leaf(floats(2, 3), "x")
    with mg.record() as recording:
        with pytest.raises(ValueError), mg.scope("tried"):
            x @ x
        y = mg.exp(x)
    assert look(mg.draw(recording)).boxes == look(mg.draw(y)).boxes


def test_the_last_error_counts_and_not_one_that_was_caught() -> None:
    x = leaf(floats(2, 3), "x")
    with pytest.raises(RuntimeError), mg.record() as recording:  # noqa: PT012
        try:
            with mg.scope("inner"):
                x @ x
        except ValueError as error:
            raise RuntimeError("another") from error
    assert look(mg.draw(recording)).box("stopped")[0] == "RuntimeError: another"


def test_a_recording_that_does_not_raise_is_all_that_was_computed_and_is_held() -> None:
    recording = mg.record()

    def compute() -> list[mg.Tensor]:
        x = leaf(floats(3), "x")
        with recording:
            y = mg.exp(x)
            z = y.sum()
            other = mg.sin(x)
            mg.cos(x)  # which nobody holds
        return [z, other]

    held = compute()
    picture = look(mg.draw(recording))
    assert [lines[0] for lines in picture.boxes.values()] == ["x", "y: exp", "z: sum", "other: sin"]
    assert [picture.outlines[box] for box in picture.boxes] == [1, 1, 2, 2]
    del held
    with pytest.raises(ValueError, match=r"recording of nothing that is still held: keep what is computed"):
        mg.draw(recording)


def test_what_raised_has_no_gradient() -> None:
    x = leaf(floats(2, 3), "x")
    with pytest.raises(ValueError), mg.record() as recording:
        x @ x
    with pytest.raises(ValueError, match=r"forward that raised, so that.*leave gradients=True and"):
        mg.draw(recording, gradients=True)


def test_a_decorated_function_is_a_recording_as_well() -> None:
    x, recording = leaf(floats(2, 3), "x"), mg.record()

    @recording
    def compute() -> mg.Tensor:
        return mg.exp(x) @ x

    with pytest.raises(ValueError):
        compute()
    assert look(mg.draw(recording)).into("matmul") == [("exp", "a"), ("x", "b")]


def test_a_generator_that_ends_has_not_failed() -> None:
    x, recording = leaf(floats(3), "x"), mg.record()

    @recording
    def steps():
        yield mg.exp(x)

    held = list(steps())
    assert [lines[0] for lines in look(mg.draw(recording)).boxes.values()] == ["x", "exp"]
    assert held


def test_a_recording_lets_go_of_the_program() -> None:
    held: list[weakref.ref[object]] = []

    class Big(np.ndarray):
        pass

    def compute() -> mg.Tensor:
        beside = floats(3).view(Big)
        held.append(weakref.ref(beside))
        x = leaf(floats(2, 3))
        return mg.exp(x) @ x

    recording = mg.record()
    try:
        with recording:
            compute()
    except ValueError:
        pass
    gc.collect()
    assert held[0]() is None
    assert [type(node) for node in recording.ends()] != [Node]
    assert look(mg.draw(recording)).into("matmul")
