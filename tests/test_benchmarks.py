"""The benchmarks themselves: the times they tell are not tested, that they run and can be read is."""

import json
import math
import multiprocessing
import os
import sys
from importlib import import_module

import numpy as np
import pytest

import minigrad as mg
from benchmarks import __main__ as program
from benchmarks import (
    engine,
    generation,
    imports,
    loader,
    long_range,
    lstm,
    optimizers,
    passes,
    ranks,
    saving,
    train_step,
)
from benchmarks.contest import Contestant, ContestError, Measured, alone, difference, in_turn
from benchmarks.figures import NOT_INSTALLED, Figure, failed, from_json, markdown, table, to_json
from benchmarks.machine import description, is_installed
from benchmarks.profile import op_times
from benchmarks.suite import SUITE
from benchmarks.timing import in_turn as in_turn_here
from benchmarks.timing import table as table_of_times
from examples.long_range.language import Filler
from examples.long_range.model import MODELS
from examples.long_range.plans import QUICK
from examples.long_range.training import LEVELS, Trainer
from minigrad import kernels
from tests.nn.mpiexec import needs_mpi

TINY = train_step.NANO.tiny


@pytest.fixture(autouse=True)
def heap_as_it_is(monkeypatch):
    """The setting of the heap would last longer than a test."""
    monkeypatch.setattr(mg.kernels, "keep_heap", lambda: True)


# -- figures ---------------------------------------------------------------------------------------

STEP = Figure("training step", 12.0, 10.0, "ms", aim=1.0, note="4 layers")
SPEED = Figure("writing", 1234.4, 1000.0, "tokens/s", aim=1.0, higher_is_better=True)
EXPONENT = Figure("memory against length", 1.04, None, "exponent", aim=1.1)
ALONE = Figure("import", 80.0, None, "ms", aim=1.3, note=NOT_INSTALLED)


def test_a_figure_tells_whether_its_aim_is_reached():
    assert [f.ratio for f in (STEP, SPEED, EXPONENT, ALONE)] == [1.2, pytest.approx(1.2344), None, None]
    assert [f.reached for f in (STEP, SPEED, EXPONENT, ALONE)] == [False, True, True, None]
    assert [f.verdict for f in (STEP, SPEED, EXPONENT, ALONE)] == ["no, by 20 %", "yes", "yes", ""]
    slow = Figure("writing", 97.2, 100.0, "tokens/s", aim=1.0, higher_is_better=True)
    assert slow.verdict == "no, by 2.8 %"
    assert failed("lstm", "no memory").reached is None


def test_the_table_can_be_read():
    lines = table([STEP, SPEED, EXPONENT, ALONE]).splitlines()
    assert lines[0].split() == ["ours", "peer", "ratio", "aim", "reached"]
    assert lines[1].split() == "training step 12.00 ms 10.00 ms 1.20 ≤ 1.00 no, by 20 %".split()
    assert lines[2] == "    4 layers"
    assert lines[3].split() == "writing 1,234 tokens/s 1,000 tokens/s 1.23 ≥ 1.00 yes".split()
    assert lines[4].split() == "memory against length 1.04 - ≤ 1.10 yes".split()
    assert lines[6] == f"    {NOT_INSTALLED}"
    assert len({line.index("ms") for line in lines[1:6] if " ms " in line}) == 1  # aligned


def test_no_line_of_the_table_is_too_long():
    long = Figure("many words " * 12, 1e7, 1e7, "tokens/s", aim=1.0, note="as many of them " * 20)
    assert max(map(len, table([long, STEP]).splitlines())) <= 120


def test_figures_as_markdown_and_json():
    assert markdown([STEP]).splitlines()[-1] == (
        "| training step | 12.00 ms | 10.00 ms | 1.20 | ≤ 1.00 | no, by 20 % | 4 layers |"
    )
    assert from_json(to_json([STEP, SPEED, EXPONENT, ALONE])) == [STEP, SPEED, EXPONENT, ALONE]
    text = to_json([failed("lstm", "no memory")])
    json.loads(text, parse_constant=pytest.fail)  # NaN is not JSON
    assert math.isnan(from_json(text)[0].ours)


# -- contests --------------------------------------------------------------------------------------


def counting(start):
    """Counts its calls from `start`."""
    calls = [start]

    def call():
        calls[0] += 1
        return np.array([calls[0], float(os.environ.get("MINIGRAD_TEST", "0"))])

    return call


def allocating(megabytes):
    return lambda: len(bytes([1]) * (megabytes * 10**6))


def raising():
    def call():
        raise ValueError("not today")

    return call


def dying():
    return lambda: os._exit(3)


def test_contestants_have_processes_of_their_own():
    contestants = {
        "a": Contestant(counting, 10, env={"MINIGRAD_TEST": "5"}),
        "b": Contestant(allocating, 40),
    }
    measured = in_turn(contestants, rounds=2, repeats=3, warm_up=1, pause=0)
    assert measured["a"].first.tolist() == [11, 5]
    assert [len(one.seconds) for one in measured.values()] == [6, 6]
    assert "MINIGRAD_TEST" not in os.environ
    assert multiprocessing.active_children() == []
    if sys.platform == "linux":
        assert 39e6 <= measured["b"].peak_bytes < 60e6
        assert measured["a"].peak_bytes < 20e6
    assert "peak memory" in table_of_times(measured, "a", memory=True)


@pytest.mark.parametrize(
    ("factory", "message"), [(raising, "ValueError: not today"), (dying, "ended without a word, exit code 3")]
)
def test_a_contestant_that_fails_is_told_of(factory, message):
    with pytest.raises(ContestError, match=message):
        in_turn({"a": Contestant(counting, 0), "b": Contestant(factory)}, rounds=1, repeats=1, pause=0)
    assert multiprocessing.active_children() == []


def test_a_function_alone():
    assert alone(divmod, 7, 2) == (3, 1)
    with pytest.raises(ContestError, match="ZeroDivisionError"):
        alone(divmod, 7, 0)


def test_contestants_that_compute_different_things_are_refused():
    ones = Measured(first=np.ones(3))
    assert difference([ones, Measured(first=np.full(3, 1 + 1e-6))], 1e-4) == pytest.approx(1e-6)
    for other in (1.5, np.nan):
        with pytest.raises(ContestError, match="their times say nothing"):
            difference([ones, Measured(first=np.full(3, other))], 1e-4)


def test_contestants_of_one_process_run_in_turn():
    ran = []
    calls = {name: lambda name=name: ran.append(name) for name in "ab"}
    seconds = in_turn_here(calls, rounds=2, repeats=1)
    assert "".join(ran) == "aabbaabb"
    assert {name: len(values) for name, values in seconds.items()} == {"a": 2, "b": 2}


# -- benchmarks ------------------------------------------------------------------------------------


def test_op_times_see_each_op_forward_and_backward():
    x = mg.tensor(np.ones((2, 3)), requires_grad=True)
    with op_times() as times:
        (mg.gelu(x) * x).sum().backward()
    assert dict(times.calls) == {"gelu": 1, "multiply": 1, "sum": 1}
    assert all(times.forward[name] > 0 and times.backward[name] > 0 for name in times.calls)
    assert "gelu" in times.table(1.0, 1)


def test_every_op_of_the_engine_benchmark_runs():
    a, b = np.full((2, 2), 0.5, np.float32), np.full((2, 2), 0.25, np.float32)
    for op in engine.OPS.values():
        for run in engine.CONTESTANTS["minigrad"](op, a, b):
            with np.errstate(all="ignore"):
                run()


def test_the_engine_row_is_the_median_of_the_ratios():
    cost = {"add": {"minigrad": 1.0, "PyTorch": 4.0}, "exp": {"minigrad": 3.0, "PyTorch": 4.0}}
    row = engine.figure("4 elements", cost)
    assert (row.ratio, row.verdict) == (0.5, "yes")
    assert "from 0.25 (add) to 0.75 (exp)" in row.note
    assert NOT_INSTALLED in engine.figure("4 elements", {"add": {"minigrad": 1.0}}).note


def test_the_training_step_and_its_rows():
    loss = train_step.our_step(TINY)()
    assert loss == pytest.approx(np.log(train_step.VOCABULARY), rel=0.1)
    assert train_step.our_step(TINY, threads=2)() == pytest.approx(loss, rel=1e-6)
    train_step.bare_products(TINY)()
    measured = {train_step.NUMPY: Measured(4.6, [0.1], 5e6), train_step.BARE: Measured(None, [0.08], 1e6)}
    rows = train_step.figures(TINY, measured)
    assert [row.reached for row in rows] == [None, None, None, True, None, None, None]
    assert all(f"Numba is {NOT_INSTALLED}" in row.note for row in rows[:2])
    assert f"PyTorch is {NOT_INSTALLED}" in rows[2].note
    measured |= {
        train_step.OURS: Measured(4.6, [0.09], 5e6),
        train_step.THREADS: Measured(4.6, [0.04], 7e6),
        train_step.TORCH: Measured(4.6, [0.05], 6e6),
    }
    rows = train_step.figures(TINY, measured)
    assert [row.verdict for row in rows] == ["no, by 80 %", "yes", "no, by 43 %", "yes", "yes", "", ""]


def test_importing_is_timed():
    assert set(imports.seconds(1)) == {"pass", "import numpy", "import minigrad"}


def test_optimizers_take_the_same_step():
    pytest.importorskip("torch", reason="torch is not installed, and the benchmark compares with it")
    shapes = [(12, 3), (4,)]
    ours = optimizers.our_step(shapes)()
    assert ours.shape == (10, 3)
    for fused in (False, True):
        np.testing.assert_allclose(optimizers.torch_step(shapes, fused)(), ours, rtol=1e-6)
    assert not np.allclose(ours, optimizers.problem(shapes)[0][0][:10], rtol=0, atol=1e-4)


def test_weights_are_saved_and_loaded_the_same_by_both(tmp_path):
    for how in (saving.OURS, saving.PLAIN, saving.SYNCED):
        assert saving.saving(how, str(tmp_path), 1)() == pytest.approx(1, abs=1e-3)
        found = saving.loading(how, str(tmp_path), 1)()
        np.testing.assert_array_equal(found, saving.weights(1)["layers.0.weight"][0])


def test_laps_of_the_long_range_example():
    laps = long_range.laps(Trainer(MODELS["window"], QUICK, Filler()), 1)
    assert len(next(laps)) == 2 * len(LEVELS)
    first, *_ = laps_of_levels = [next(laps) for _ in range(len(LEVELS) + 1)]
    assert all(len(losses) == 1 for losses in laps_of_levels)
    assert laps_of_levels[-1] == pytest.approx(first, rel=0.5)  # the same batch once more
    assert {sum(steps) for steps in long_range.STEPS.values()} == {QUICK.steps}
    levels = [1.0, 2.0, 3.0, 4.0, 5.0]
    took = sum(level * steps for level, steps in zip(levels, long_range.STEPS["window"], strict=True))
    assert long_range.seconds_of("window", Measured(seconds=levels * 3), 1) == took


@pytest.fixture
def one_thread():
    """PyTorch with one thread: the models are small, and threads would only wait for each other."""
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
def test_the_char_models_of_both_sides_are_the_same():
    assert train_step.our_step(TINY)() == pytest.approx(train_step.torch_step(TINY)(), abs=1e-5)
    for cached in (True, False):
        ours, theirs = (generation.writer(side, TINY.config, cached)() for side in generation.SIDES.values())
        np.testing.assert_allclose(ours, theirs, atol=1e-4)


@pytest.mark.usefixtures("one_thread")
def test_the_lstms_of_both_sides_are_the_same():
    ours, theirs = (step((2, 5, 4))() for step in (lstm.our_step, lstm.torch_step))
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("name", long_range.STEPS)
def test_the_long_range_models_of_both_sides_are_the_same(name):
    from benchmarks.long_range_twin import TorchTrainer

    sides = [trainer(MODELS[name], QUICK, Filler()) for trainer in (Trainer, TorchTrainer)]
    ours, theirs = (next(long_range.laps(side, 1)) for side in sides)
    np.testing.assert_allclose(ours, theirs, atol=1e-4)


# -- batches, and ranks ----------------------------------------------------------------------------


def test_batches_of_both_sides_are_alike(monkeypatch, tmp_path):
    pytest.importorskip("torch")
    monkeypatch.setattr(loader, "LENGTH", 1000)
    monkeypatch.setattr(loader, "ROWS", 70)
    monkeypatch.setattr(loader, "BATCHES", 2)
    for folder in (None, str(tmp_path)):
        for windows in (loader.our_windows, loader.torch_windows):
            windows(folder)()
    assert loader.mapped(str(tmp_path)).tolist() == loader.text().tolist()
    for rows in (loader.our_rows, loader.torch_rows):
        rows()()
    assert loader.encoding_speed(1) > 0


@needs_mpi
def test_steps_are_timed_on_ranks():
    one, two = (ranks.on_ranks(count, "tiny", 1) for count in (1, 2))
    assert set(one["parts"]) == {"1", "2"}  # of a batch of two
    assert "parts" not in two
    for found in (one, two):
        assert found["parameters"] * 4 <= sum(found["buckets"]) <= found["parameters"] * 4.2
        assert found["wait"] <= found["overlapped"]
        assert set(found["sums"]) == {str(2**k) for k in range(10, 25, 2)}


def test_figures_of_ranks_and_what_the_page_goes_on_from(monkeypatch, tmp_path):
    told = {"overlapped": 0.02, "after": 0.03, "wait": 0.001, "buckets": [10**6] * 2}
    monkeypatch.setattr(ranks, "mpiexec", lambda: "mpiexec")
    monkeypatch.setattr(ranks, "is_installed", lambda module: True)
    monkeypatch.setattr(ranks, "on_ranks", lambda count, *_: {**told, "overlapped": 0.06 / count})
    figures = ranks.measure(False, tmp_path)
    assert [figure.ours for figure in figures[:4]] == [60, 30, 2, 30]
    assert figures[1].note == "2.0 MB of gradients in 2 buckets, waiting for their sums 1.0 ms"
    facts = json.loads((tmp_path / "ranks.json").read_text())
    assert list(facts["settings"]) == ["128 channels", "256 channels"]
    assert facts["machine"] == description().splitlines()
    monkeypatch.setattr(ranks, "mpiexec", lambda: None)
    assert ranks.measure(False)[0].note == ranks.NEEDED


def test_a_step_that_fails_on_ranks_is_told(monkeypatch):
    monkeypatch.setattr(ranks, "mpiexec", lambda: sys.executable)  # which knows no -n
    with pytest.raises(ContestError, match="-n"):
        ranks.on_ranks(2, "tiny", 1)


# -- the whole table -------------------------------------------------------------------------------


def test_every_benchmark_is_there():
    assert all(callable(import_module(f"benchmarks.{name}").measure) for name in SUITE)


def test_a_benchmark_that_fails_does_not_stop_the_others(monkeypatch, tmp_path, capsys):
    def run(function, name, quick, out):
        if name == "lstm":
            raise ContestError("run failed:\nTraceback ...\nMemoryError: no room")
        return [STEP]

    monkeypatch.setattr(program, "alone", run)
    assert program.main(["--only", "lstm", "imports", "--quick", "--out", str(tmp_path)]) == 1
    printed = capsys.readouterr()
    assert "failed: MemoryError: no room" in printed.out
    assert "Traceback" in printed.err
    assert printed.out.splitlines()[0] == description().splitlines()[0]
    facts = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert [row["what"] for row in facts["figures"]] == ["lstm", STEP.what]
    assert STEP.what in (tmp_path / "table.md").read_text("utf-8")
    assert program.main(["--only", "imports", "--out", str(tmp_path)]) == 0


def test_what_is_installed():
    assert is_installed("numpy")
    assert not is_installed("a_library_that_is_not")


def test_passes_are_timed(monkeypatch):
    monkeypatch.setattr(passes, "seconds", lambda call: call() is None or 1.0)
    monkeypatch.setattr(passes, "STEP", 16)
    assert passes.of_a_pass(8) == (1e9 / 8, 1e9 / 16, 1e9 / 8)
    assert [ms for _, ms in passes.of_gelu()] == [1e3] * 3
    assert len(passes.of_products()) == 3


def test_passes_compute_one_gelu():
    x = np.linspace(-3, 3, 12, dtype=np.float32)
    exact = kernels.gelu.twin(x.astype(float), "tanh")[0]
    for way in passes.gelu_ways(x):
        np.testing.assert_allclose(way(), exact, rtol=1e-5, atol=1e-6)
