"""The rulers themselves: what they print is not tested, that they can be read is."""

import numpy as np

import minigrad as mg
from benchmarks import engine
from benchmarks.profile import op_times
from benchmarks.timing import in_turn, table


def test_op_times_see_each_op_forward_and_backward():
    x = mg.tensor(np.ones((2, 3)), requires_grad=True)
    with op_times() as times:
        (mg.gelu(x) * x).sum().backward()
    assert dict(times.calls) == {"gelu": 1, "multiply": 1, "sum": 1}
    assert all(times.forward[name] > 0 and times.backward[name] > 0 for name in times.calls)
    assert "gelu" in times.table(1.0, 1)


def test_contestants_run_in_turn():
    ran = []
    seconds = in_turn({"a": lambda: ran.append("a"), "b": lambda: ran.append("b")}, rounds=2, repeats=1)
    assert "".join(ran) == "aabbaabb"
    assert {name: len(values) for name, values in seconds.items()} == {"a": 2, "b": 2}
    assert "ratio" in table(seconds, "a")


def test_every_op_of_the_engine_benchmark_runs():
    a, b = np.full((2, 2), 0.5, np.float32), np.full((2, 2), 0.25, np.float32)
    for op in engine.OPS.values():
        for run in engine.CONTESTANTS["minigrad"](op, a, b):
            with np.errstate(all="ignore"):
                run()
