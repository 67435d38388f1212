"""The core stays a text of its size, and what counts its lines counts right."""

import sys

import pytest

import minigrad as mg
from benchmarks import lines


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A room of two small files."""
    (tmp_path / "tensor").mkdir()
    (tmp_path / "graph.py").write_text(
        '"""The graph."""\n'
        "\n"
        "def backpropagate(root):\n"
        '    """Walk.\n'
        "\n"
        "    Over three lines.\n"
        '    """\n'
        "    # why\n"
        "\n"
        "    return root\n"
    )
    (tmp_path / "tensor" / "tensor.py").write_text(
        "class Tensor:\n    def __call__(self):\n        return 1\n\n    def bare(self): 'words'\n"
    )
    monkeypatch.setattr(lines, "PACKAGE", tmp_path)
    return tmp_path


def test_the_core_is_within_its_bounds():
    found = lines.size()
    assert (lines.FILES, lines.LINES, lines.WALK, lines.CALL) == (6, 650, 40, 45)
    assert len(found.files) <= lines.FILES
    assert 300 < found.lines <= lines.LINES
    assert 10 < found.walk <= lines.WALK
    assert 10 < found.call <= lines.CALL


def test_the_core_names_files_that_a_first_derivative_goes_through():
    calls, files = lines.calls_made()
    assert {"tensor/tensor.py", "operation.py", "primitive.py", "graph.py"} <= files & set(lines.CORE)
    assert calls > len(files)
    assert len(set(lines.CORE)) == len(lines.CORE)


def test_lines_of_a_file_are_all_its_lines(small, monkeypatch):
    monkeypatch.setattr(lines, "CORE", ("tensor/tensor.py", "graph.py"))
    monkeypatch.setattr(lines, "lines_of", lambda name, function: len(function))
    found = lines.size()
    assert found.files == {"tensor/tensor.py": 5, "graph.py": 10}
    assert list(found.files) == ["tensor/tensor.py", "graph.py"]  # in reading order
    assert found.lines == 15
    assert (found.walk, found.call) == (len("backpropagate"), len("__call__"))


@pytest.mark.usefixtures("small")
def test_lines_of_a_function_are_those_without_its_docstring():
    assert lines.lines_of("graph.py", "backpropagate") == 4  # the comment and the empty line count
    assert lines.lines_of("tensor/tensor.py", "__call__") == 2


@pytest.mark.usefixtures("small")
def test_a_function_that_is_not_there_is_said_to_be_missing():
    with pytest.raises(LookupError, match=r"graph\.py has no function walk"):
        lines.lines_of("graph.py", "walk")


def test_the_road_leaves_no_profiler_behind():
    before = sys.getprofile()
    lines.calls_made()
    assert sys.getprofile() is before
    assert mg.grad(lambda x: x * x)(3.0).item() == 6.0


def test_what_is_printed(capsys):
    lines.main()
    printed = capsys.readouterr().out
    found = lines.size()
    for name, count in found.files.items():
        assert f"{count:6} minigrad/{name}\n" in printed
    assert f"{found.lines:6} lines in {len(found.files)} files (at most 650 in 6)" in printed
    assert f"{found.walk:6} lines of the walk, graph.backpropagate (at most 40)" in printed
    assert f"{found.call:6} lines of an op's call, Operation.__call__ (at most 45)" in printed
