"""The small examples: short, and each with its picture and its number."""

import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from tests.cases import each

pytest.importorskip("matplotlib")

SMALL = {
    "xor": ("xor.png", []),
    "two_moons": ("two_moons.png", ["--steps", "60"]),
    "read_digits": ("mistakes.png", ["--steps", "40"]),
    "hessian_vector": ("valley.png", []),
    "drawn_graph": ("neuron.svg", []),
}


def run(name, folder, *arguments):
    if name == "read_digits":
        pytest.importorskip("sklearn")
    module = import_module(f"examples.{name}")
    config = module.Config()
    assert module.main(name, module.__doc__, config, module.work, [*arguments, "--out", str(folder)]) == 0
    found = json.loads((folder / "results.json").read_text("utf-8"))["measures"][0]
    return found["values"][0], found["beside"]


@each("name", SMALL)
def test_it_is_under_80_lines(name):
    assert len(Path(f"examples/{name}.py").read_text("utf-8").splitlines()) < 80


@each("name", SMALL)
def test_it_leaves_a_picture_and_a_number(name, tmp_path):
    picture, arguments = SMALL[name]
    value, beside = run(name, tmp_path, *arguments)
    assert np.isfinite(value)
    assert (tmp_path / picture).stat().st_size > 1000
    if name in ("xor", "two_moons"):
        assert value > max(beside.values())


def test_newtons_step_is_that_of_the_matrix():
    from examples.hessian_vector import newton_step, valley

    x = np.array([0.9, 0.8])
    step = -np.linalg.solve(mg.hessian(valley)(x).numpy(), mg.grad(valley)(x).numpy())
    np.testing.assert_allclose(newton_step(x), step, rtol=1e-6)


def test_the_drawn_gradients_are_those_of_differences(tmp_path):
    assert run("drawn_graph", tmp_path)[0] < 1e-6
    assert {"neuron.svg", "derivative.svg", "walk.html"} <= {path.name for path in tmp_path.iterdir()}


@each("name", ["xor", "two_moons", "hessian_vector", "drawn_graph"])
def test_it_holds_under_debug(name, tmp_path):
    with mg.debug():
        run(name, tmp_path, *(["--steps", "5"] if name != "drawn_graph" else []))
