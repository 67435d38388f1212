"""The benchmarks of how cost grows: that they fit, draw and compute what they say, at the smallest sizes."""

import math
from dataclasses import replace

import numpy as np
import pytest

import minigrad as mg
from benchmarks import attention, growth
from benchmarks.contest import Measured
from benchmarks.growth import SWEEPS, Point
from benchmarks.plots import LOOKS, Line, Panel, exponent, save
from benchmarks.profile import op_times
from benchmarks.train_step import NANO
from examples.char.model import ModelConfig

LENGTH, WIDTH = 2 * attention.WINDOW + 5, 8


# -- exponents and plots ---------------------------------------------------------------------------


@pytest.mark.parametrize("power", [0.0, 1.0, 1.5, 2.0])
def test_an_exponent_is_found(power):
    xs = [256, 512, 1024, 4096]
    assert exponent(xs, [3 * x**power for x in xs]) == pytest.approx(power)


def test_an_exponent_is_of_the_upper_half_whatever_the_order():
    xs, ys = [1, 16, 2, 8, 4], [100.0, 512.0, 50.0, 128.0, 32.0]  # 2x² from 4 on
    assert exponent(xs, ys) == pytest.approx(2)
    assert exponent(xs, ys, whole=True) < 1
    assert exponent([1, 2], [1, 8]) == pytest.approx(3)


def test_what_no_exponent_can_be_fitted_to():
    assert math.isnan(exponent([1, 2], [1, math.nan]))
    assert math.isnan(exponent([1, 2, 4], [0, 1, 2]))
    with pytest.raises(ValueError, match=r"needs two points, and got 1: measure another size as well"):
        exponent([1], [1])


def test_plots_are_written(tmp_path):
    pytest.importorskip("matplotlib")
    xs = [256, 512, 1024]
    lines = [Line(name, xs, [i + 1.0, i + 3, i + 9], name) for i, name in enumerate(LOOKS)]
    stops_before = Line("it\nexponent 2", xs[:2], [20, 500])
    panels = [
        Panel("Time", "length", "ms", [*lines, stops_before]),
        Panel("Far", "length", "ms", [Line("far", xs, [1, 100, 1e5])]),
        Panel("Flat", "length", "µs", lines, x_ticks=xs[:1], y_scale="linear"),
    ]
    paths = save(tmp_path / "new", "growth", panels)
    assert [path.name for path in paths] == ["growth.svg", "growth.png"]
    assert paths[0].read_text("utf-8").rstrip().endswith("</svg>")
    assert paths[1].read_bytes().startswith(b"\x89PNG")


# -- attention -------------------------------------------------------------------------------------


def both_ways(form):
    *inputs, g = attention.arrays(LENGTH, WIDTH)
    q, k, v = (mg.tensor(x, requires_grad=True) for x in inputs)
    out = form(q, k, v)
    out.backward(g)
    return [np.asarray(x) for x in (out.numpy(), q.grad, k.grad, v.grad)]


def masked(q, k, v):
    behind = np.arange(LENGTH)[:, None] - np.arange(LENGTH)
    hidden = (behind < 0) | (behind >= attention.WINDOW)
    scores = q @ k.swapaxes(-1, -2) * (1 / math.sqrt(WIDTH))
    return mg.softmax(mg.where(hidden, -np.inf, scores)) @ v


def test_plain_and_blockwise_attention_are_the_same():
    for a, b in zip(
        *(both_ways(form(LENGTH)) for form in (attention.plain, attention.blockwise)), strict=True
    ):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_the_local_window_is_a_mask():
    for a, b in zip(both_ways(attention.local_window(LENGTH)), both_ways(masked), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_the_middle_rows_are_pytorchs():
    pytest.importorskip("torch")
    theirs = attention.torch_run(LENGTH, WIDTH)()
    assert theirs.shape == (4, 1, attention.HEADS, WIDTH)
    for form in ("plain", "blockwise"):
        run = attention.our_run(form, LENGTH, WIDTH)
        for _ in range(2):  # a second call adds nothing to the first one's gradients
            np.testing.assert_allclose(run(), theirs, rtol=1e-4, atol=1e-5)


def test_one_point_of_the_price_of_attention(capsys):
    measured = attention.price("blockwise", 2**12 // 16)
    assert len(measured.seconds) == 9
    assert min(measured.seconds) > 0
    assert "blockwise" in capsys.readouterr().out


def test_the_price_of_attention_as_rows_and_as_panels():
    xs = [256, 512, 1024]
    time = attention.named_line("blockwise", xs, [4.0, 16, 64])
    peak = attention.named_line("blockwise", xs, [1.0, 2, 4])
    untold = attention.named_line("blockwise", xs, [math.nan] * 3)
    assert time.name == "blockwise\nexponent 2.00"
    rows = attention.price_rows("blockwise", time, peak)
    assert [row.ours for row in rows] == pytest.approx([2, 1])
    assert [row.reached for row in rows] == [None, True]
    assert len(attention.panels([time], [peak])) == 2
    assert len(attention.panels([time], [untold])) == 1
    assert attention.price_rows("plain", time, untold)[1].reached is None


def test_the_rows_of_long_attention_without_pytorch_say_so():
    ours = Measured(None, [0.5], 3e6)
    time, peak = attention.long_rows(4096, ours, None)
    assert (time.ours, time.peer, peak.ours, peak.peer) == (500, None, 3, None)
    assert "PyTorch is not installed" in time.note
    time, peak = attention.long_rows(4096, ours, Measured(None, [1.0], 6e6))
    assert (time.ratio, peak.ratio, time.note) == (0.5, 0.5, "")


# -- nodes and steps -------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", growth.SHAPES)
def test_a_graph_has_as_many_nodes_as_it_says(shape):
    x = mg.tensor(np.ones(4), requires_grad=True)
    with op_times() as times:
        y = growth.SHAPES[shape](x, 11)
    assert sum(times.calls.values()) == 11
    y.backward(np.ones(4))
    np.testing.assert_array_equal(x.grad, y.numpy())
    np.testing.assert_array_equal(y.numpy(), 1.0 if shape == "chain" else 6.0)


def test_backward_is_timed_at_each_number_of_nodes(monkeypatch):
    monkeypatch.setattr(growth, "NODES_TIMED", 20)
    monkeypatch.setattr(growth.mg.kernels, "keep_heap", lambda: None)  # a setting of the whole process
    assert all(second > 0 for second in growth.backward_seconds("wide sum", [5, 10]))


def test_operations_are_counted():
    setting = replace(
        NANO, config=ModelConfig(vocabulary=5, context=3, layers=1, heads=1, channels=2), batch=1
    )
    linears, scores, head = 3 * 12 * 2 * 2, 2 * 3 * 3 * 2, 3 * 2 * 5
    assert growth.operations(setting) == 6 * (linears + scores + head)
    assert growth.operations(replace(setting, batch=7)) == 7 * growth.operations(setting)


@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda sweep: sweep.name)
def test_sweeps_meet_in_one_setting(sweep):
    for values in (sweep.values, sweep.quick):
        settings = [sweep.setting(value) for value in values]
        assert NANO in settings
        assert len(set(settings)) == len(values)


def test_the_rows_and_lines_of_a_sweep():
    points = [Point(x, 1e-3 * x, 2e-3 * x, 1e-6 * x**2) for x in (64, 128, 256)]
    row = growth.figure(SWEEPS[0], points)
    assert (row.ours, row.peer) == pytest.approx((1, 1))
    assert "predict 2.00" in row.note
    assert "0.50 to 0.50 of PyTorch's time" in row.note
    assert [line.name.split()[0] for line in growth.panel(SWEEPS[0], points).lines] == [
        "minigrad", "PyTorch", "predicted"
    ]  # fmt: skip


def test_a_sweep_without_pytorch_says_so():
    points = [Point(x, 1e-3 * x, None, 1e-3 * x) for x in (64, 128)]
    row = growth.figure(SWEEPS[0], points)
    assert row.peer is None
    assert "PyTorch is not installed" in row.note
    assert len(growth.panel(SWEEPS[0], points).lines) == 2
