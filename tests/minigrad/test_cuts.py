"""Numbers taken out of a graph unasked: a warning once a line, an error where a derivative is computed."""

import array
import math
import subprocess
import sys
import warnings

import numpy as np
import pytest

import minigrad as mg
from tests.cases import each


def assign(t):
    buffer = np.zeros(2)
    buffer[0] = t
    return buffer


def assign_to_integers(t):
    buffer = np.zeros(2, int)
    buffer[1] = t


def fill(t):
    np.zeros(2).fill(t)


def sine(t):
    return math.sin(t)


def hypotenuse(t):
    return math.hypot(
        t,
        3.0,
    )


def compact_array(t):
    return array.array("d", [t])


def iterated(t):
    return np.fromiter((x for x in [t]), float)


def mapped(t):
    return list(map(math.exp, [t]))


CUTS = {
    assign: r"mg\.index_put\(array, index, t\), or join tensors by mg\.stack",
    assign_to_integers: r"mg\.index_put",
    fill: r"write it with np\.\* or mg\.\*",
    sine: r"write np\.sin\(t\), or float\(t\) if",
    hypotenuse: r"write np\.hypot\(t\)",
    compact_array: r"taken out of its graph",
    iterated: r"taken out of its graph",
    mapped: r"taken out of its graph",
}

ASKED = {
    "float": lambda t: float(t),
    "int": lambda t: int(t),
    "complex": lambda t: complex(t),
    "round": lambda t: round(t, 2),
    "item": lambda t: t.item(),
    "formatted": lambda t: f"{t:.3f}" + "%.3f" % t,  # noqa: UP031
    "mapped": lambda t: sum(map(float, [t, t])),
    "sorted": lambda t: sorted([t, t], key=float),
    "a NumPy scalar": lambda t: np.float64(t),
    "within": lambda t: math.sin(float(t)),
    "finite": lambda t: math.isfinite(t) and not math.isnan(t),
    "the whole part": lambda t: math.floor(t),
    "detached": lambda t: math.sin(t.detach()),
}


def recorded():
    return mg.tensor(0.5, requires_grad=True) * 1


@each(("cut", "words"), CUTS.items(), ids=lambda cut: getattr(cut, "__name__", ""))
def test_a_number_taken_unasked_is_said(cut, words):
    t = recorded()
    with pytest.warns(mg.GraphCutWarning, match=words) as said:
        cut(t)
    assert said[0].filename == __file__
    with mg.no_grad():
        cut(t)
    cut(t.detach())
    for derivative in (mg.grad, mg.jacobian, lambda f: lambda x: mg.jvp(f, (x,), (x,))):
        with pytest.raises(mg.GraphCutError, match=words):
            derivative(lambda x: cut(x) or x)(np.array(0.5))


@each("ask", ASKED.values(), ids=ASKED)
def test_a_number_that_is_asked_for_is_given(ask):
    ask(recorded())
    mg.grad(lambda x: (ask(x), x)[1])(np.array(0.5))


def test_it_is_said_once_a_line():
    t = recorded()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("default")
        for _ in range(3):
            sine(t)
        fill(t)
    assert len(said) == 2


@each(
    ("line", "is_said"),
    [("b[0] = t", True), ("math.sin(t)", True), ("float(t)", False), ("[*map(float, [t])]", False)],
)
def test_without_a_source_the_names_of_the_program_tell(line, is_said):
    imports = "import math; import numpy as np; import minigrad as mg"
    program = f"{imports}; b = np.zeros(2); t = mg.tensor(0.5, requires_grad=True); {line}"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ("GraphCutWarning" in run.stderr) == is_said
