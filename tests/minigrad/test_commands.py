"""python -m minigrad draw and explore: the pictures, and a sentence for whatever is asked for in vain."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minigrad as mg
from minigrad.__main__ import _HELP, main
from tests.cases import each

ROOT = Path(mg.__file__).parents[1]
PROGRAM = """\
import numpy as np
import minigrad as mg
from neighbour import SCALE

x = mg.tensor(2.0, requires_grad=True)

def loss():
    y = 3 * x**2 + SCALE
    return y

def several():
    with mg.scope("inner"):
        return [x * 2, x * 3]

def fused():
    return mg.gelu(x)

def wrong():
    return mg.tensor([1.0, 2.0], requires_grad=True) @ mg.tensor([[1.0, 2.0, 3.0]])

def interrupted():
    raise KeyboardInterrupt

def scaled(x, w, z=1):
    return x * w * z

def nothing():
    pass

def ended():
    raise SystemExit

def constant():
    return mg.tensor(1.0)

three = 3
"""
FILES = {
    "model.py": PROGRAM,
    "neighbour.py": "SCALE = 1\n",
    "broken.py": "x = = 2\n",
    "binary.py": "\0",
    "needs.py": "import nowhere_to_be_found\n",
    "program.py": "raise SystemExit(2)\n",
    "empty.py": "",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "neighbour", raising=False)
    return tmp_path


def run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The status that a command ends with, and what it says."""
    try:
        main(arguments)
        status = 0
    except SystemExit as end:
        status = end.code
    said = capsys.readouterr()
    return status, said.out + said.err


def test_a_program_draws_and_says_so(folder):
    arguments = "draw model.py:loss --out y\udcff.dot --values --gradients".split()
    ran = subprocess.run(
        [sys.executable, "-m", "minigrad", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "y\\udcff.dot is written\n"
    assert ran.stderr == ""
    source = (folder / "y\udcff.dot").read_text()
    assert "add" in source
    assert ">13<" in source  # its value
    assert ">12<" in source  # ∂y/∂x


def test_options_are_those_of_draw(folder, capsys):
    options = "--depth 0 --fold inner --title A --direction right"
    status, said = run(f"draw model.py:several --out two.dot {options}".split(), capsys)
    assert (status, said) == (0, "two.dot is written\n")
    with mg.record():
        x = mg.tensor(2.0, requires_grad=True)
        with mg.scope("inner"):
            made = [x * 2, x * 3]
    assert (folder / "two.dot").read_text() == mg.draw(
        made, depth=0, fold="inner", title="A", direction="right"
    ).source
    assert str(folder) not in sys.path


def test_draw_has_an_option_for_each_parameter_and_says_what_it_does(capsys):
    status, said = run(["draw", "--help"], capsys)
    said = " ".join(said.split())
    parameters = list(inspect.signature(mg.draw).parameters)[1:]
    assert status == 0
    assert set(_HELP) >= set(parameters)
    for name in parameters:
        assert re.search(rf"--{name}\b", said)
        assert _HELP[name] in said


def test_fused_ops_are_opened(folder, capsys):
    assert run("draw model.py:fused --out a.dot".split(), capsys)[0] == 0
    assert run("draw model.py:fused --out b.dot --expand gelu".split(), capsys)[0] == 0
    closed, opened = ((folder / name).read_text().count(" -> ") for name in ("a.dot", "b.dot"))
    assert opened > closed


def test_explore_writes_the_page_of_mg_explore(folder, capsys):
    assert run("explore model.py:loss --title A".split(), capsys) == (0, "walk.html is written\n")
    x = mg.tensor(2.0, requires_grad=True)
    with mg.record():
        y = 3 * x**2 + 1
    page = (folder / "walk.html").read_text()
    assert "<title>A</title>" in page
    expected = mg.explore(y, "y.html", title="A").read_text()
    assert re.findall('"op":"(.*?)"', page) == re.findall('"op":"(.*?)"', expected) != []


@each(
    ("arguments", "sentence"),
    [
        ("model.py:several", "explore walks back from a Tensor, such as a loss, and got a list"),
        ("model.py:constant", "explore got a tensor of shape .* that no recorded op has made"),
        ("model.py:loss --out walk.svg", "explore writes an HTML page, and got 'walk.svg'"),
        ("model.py:wrong", "wrong failed with ValueError at model.py:19"),
        ("model.py", "names a file and no function"),
    ],
)
def test_what_cannot_be_explored(arguments, sentence, folder, capsys):
    status, said = run(["explore", *arguments.split()], capsys)
    assert status == 1
    assert re.search(sentence, said), said
    assert re.fullmatch(r"python -m minigrad explore: .*\n", said), "one sentence"


def test_what_was_computed_before_an_error_is_drawn(folder, capsys):
    status, said = run(
        "draw model.py:wrong --out w.dot --values --gradients --color gradient".split(), capsys
    )
    assert status == 1
    assert said.endswith("; w.dot shows what was computed by then\n")
    assert "matmul" in (folder / "w.dot").read_text()
    status, said = run("draw model.py:wrong --out w.xyz".split(), capsys)
    assert "shows what was computed" not in said


@each(
    ("arguments", "sentence"),
    [
        ("model.py", "'model.py' names a file and no function: write model.py:FUNCTION, of which"),
        ("model.py:", "'model.py:' names a file and no function"),
        ("empty.py", "write empty.py:FUNCTION, of which it has none yet"),
        ("broken.py", "write broken.py:FUNCTION"),
        ("modle.py:loss", "there is no file 'modle.py' in .*: did you mean model.py"),
        ("elsewhere/nothing.py:loss", "there is no file 'elsewhere/nothing.py'"),
        (".:loss", "'.' is no Python file: write FILE.py:FUNCTION, such as model.py:loss"),
        ("model.py:los", "model.py has no function 'los': did you mean loss?"),
        ("model.py:elephant", "model.py has no function 'elephant', of which it has loss, several"),
        ("model.py:three", "three is no function, and of type int: write .*def picture.*: return three"),
        ("model.py:scaled", "takes x, w, and is called without arguments: .*; return scaled.x, w."),
        ("model.py:nothing", "returned a NoneType: let it return the tensor to be shown"),
        ("model.py:wrong", "wrong failed with ValueError at model.py:19, `return mg.tensor.*`: matmul of"),
        ("model.py:ended", "model.py:ended failed with SystemExit at model.py:31"),
        ("model.py:constant", "no recorded op has made, so it has no graph: create its inputs"),
        ("broken.py:f", "broken.py is no Python: line 1, invalid syntax"),
        ("binary.py:f", "binary.py .*null bytes"),
        ("needs.py:f", "needs.py could not be loaded: ModuleNotFoundError at needs.py:1, `import now"),
        ("program.py:f", 'program.py ended the program as it was loaded: .* if __name__ == "__main__":'),
        ("model.py:loss --out y.xyz", "one of .*.svg.*, and got 'y.xyz'"),
        ("model.py:loss --out nowhere/y.svg", "no folder 'nowhere' to write y.svg into: make it first"),
        ("model.py:loss --out neighbour.py/y.dot", "there is no folder 'neighbour.py'"),
        (f"model.py:loss --out {'y' * 300}.dot", "y.dot: File name too long"),
        (f"{'m' * 300}.py:loss", "m.py: File name too long"),
        ("model.py:loss --depth -1", "draw.depth=.* counts the modules to look into, from 0 up, and got -1"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn(arguments, sentence, folder, capsys):
    status, said = run(["draw", *arguments.split()], capsys)
    assert status == 1
    assert re.search(sentence, said), said
    assert re.fullmatch(r"python -m minigrad draw: .*\n", said), "one sentence"


@each(
    ("arguments", "sentence"),
    [
        ("", "required: COMMAND"),
        ("paint model.py:loss", "invalid choice: 'paint'"),
        ("draw", "required: FILE.py:FUNCTION"),
        ("draw model.py:loss --depth x", "invalid int value: 'x'"),
        ("draw model.py:loss --direction up", "invalid choice: 'up' (choose from 'down', 'right')"),
        ("draw model.py:loss --colour red", "unrecognized arguments: --colour red"),
    ],
)
def test_what_is_no_command(arguments, sentence, folder, capsys):
    status, said = run(arguments.split(), capsys)
    assert (status, "usage: python -m minigrad" in said) == (2, True)
    assert sentence in said


def test_interrupting_is_no_error(folder, capsys):
    assert run(["draw", "model.py:interrupted"], capsys) == (130, "")


@settings(max_examples=150)
@given(
    st.sampled_from(["draw", "explore"]),
    st.lists(
        st.one_of(st.text(), st.sampled_from(["--out", "--depth", "draw", "m.py:f", ":f", ".py", "\0.py:f"]))
    ),
)
def test_no_argument_ends_in_a_traceback(command, arguments):
    with pytest.raises(SystemExit) as end:
        main([command, *arguments])
    assert end.value.code in (0, 1, 2)
