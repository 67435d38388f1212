"""Every public name has an example in the reference, which runs by itself and shows what it gave."""

import io
import re
import subprocess
import sys
from code import InteractiveConsole
from contextlib import chdir, redirect_stderr, redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

import minigrad as mg
import nn
from docs.extensions.examples import examples, run

ROOT = Path(__file__).parents[1]
EXAMPLES = examples()
NEEDS = {"nn.convert.to_torch": "torch", "nn.export_onnx": "onnx", "nn.ExportError": "onnx"}


def test_every_public_name_has_an_example() -> None:
    pytest.importorskip("sphinx")
    listed = "from docs.extensions import reference; print(*(e.name for e in reference.entries()))"
    ran = subprocess.run([sys.executable, "-c", listed], cwd=ROOT, capture_output=True, text=True, check=True)
    assert sorted(EXAMPLES) == sorted(ran.stdout.split())


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_calls_its_name_and_shows_what_that_gave(name: str) -> None:
    if name in NEEDS and find_spec(NEEDS[name]) is None:
        pytest.skip(f"needs {NEEDS[name]}")
    code = EXAMPLES[name]
    assert re.search(rf"{re.escape(name)}\b", code)
    shown = run(code)
    assert re.search(r"^# ", shown, flags=re.MULTILINE), "it shows nothing"
    assert not re.search(r"0x[0-9a-f]{4}|/tmp|/home|site-packages| object at ", shown)
    assert run(code) == shown  # no times, no chance
    pasted(shown)


def pasted(code: str) -> str:
    """What the prompt says to lines pasted there after the three imports, in a folder of its own."""
    prompt = InteractiveConsole({"np": np, "mg": mg, "nn": nn})
    said, wrong = io.StringIO(), io.StringIO()
    with TemporaryDirectory() as folder, chdir(folder), redirect_stdout(said), redirect_stderr(wrong):
        for line in [*code.splitlines(), ""]:
            prompt.push(line)
    assert wrong.getvalue() == ""
    return said.getvalue()


def test_what_is_shown_can_be_pasted_at_the_prompt() -> None:
    assert pasted(run("for i in range(2):\n    print(i)\ni + 1")) == "0\n1\n2\n"
    with pytest.raises(AssertionError):
        pasted("for i in range(2):\n    print(i)\ni + 1")
    assert run(EXAMPLES["nn.Module"]).count("\n\n") == 1  # none inside the class


def test_an_example_has_values_in_four_digits_and_long_lines_in_parts() -> None:
    assert run("1 / 3") == "1 / 3\n# 0.3333"
    assert run("np.ones(2) / 3") == "np.ones(2) / 3\n# array([0.3333, 0.3333])"
    assert run("x = 1  # one\n\nx") == "x = 1  # one\nx\n# 1"
    assert run("print('word ' * 40)").count("\n# word") == 3
    assert run("None") == "None"


def test_an_example_that_fails_is_not_shown() -> None:
    with pytest.raises(ZeroDivisionError):
        run("1 / 0")


def test_files_that_an_example_writes_are_gone() -> None:
    run("from pathlib import Path\nPath('left.txt').write_text('x')")
    assert not Path("left.txt").exists()


def test_names_that_share_an_example_stand_in_it_each() -> None:
    assert "mg.cos" in EXAMPLES["mg.cos"]
    assert "mg.sin" not in EXAMPLES["mg.cos"]
    assert "mg.cosh" not in EXAMPLES["mg.cos"]


def test_two_examples_of_a_name_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text("# %% mg.sin\nmg.sin(1)\n\n# %% mg.cos mg.sin\nmg.cos(1)\n")
    monkeypatch.setattr("docs.extensions.examples.FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"page\.py has a second example of mg\.sin; keep one of the two"):
        examples()
