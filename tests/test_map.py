"""The map of the house: what it draws of who imports whom, and that the committed picture is of this tree."""

import re
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest

from docs import map
from docs.imports import edges

needs_graphviz = pytest.mark.skipif(
    which("dot") is None and find_spec("pygraphviz") is None,
    reason="neither a program dot nor pygraphviz is installed: pip install pygraphviz to draw",
)


def drawn(svg: str) -> tuple[list[str], list[str]]:
    """The names of boxes and arrows, and all that is written; where it stands depends on the fonts."""
    return sorted(re.findall("<title>(.*?)</title>", svg)), sorted(re.findall("<text.*?>(.*?)</text>", svg))


@needs_graphviz
def test_the_committed_picture_is_what_the_command_draws(tmp_path, monkeypatch):
    committed = map.PICTURE.read_text("utf-8")
    monkeypatch.setattr(map, "ROOT", tmp_path)
    monkeypatch.setattr(map, "PICTURE", tmp_path / "map.svg")
    map.main()
    first = map.PICTURE.read_bytes()
    assert drawn(first.decode()) == drawn(committed), "the map is of another tree: run python -m docs.map"
    map.main()
    assert map.PICTURE.read_bytes() == first


def test_the_page_shows_it():
    page = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text("utf-8")
    assert "](docs/map.svg)" in page
    assert "python -m docs.map" in page


def test_every_room_has_a_place_and_the_core_is_marked():
    dot = map.source()
    assert dot.count(map.CORE_COLOUR) == len(map.CORE) == 6
    written = set(re.findall(r"[\w.]+", " ".join(re.findall(r'^ *"([^"]*)" \[label', dot, re.MULTILINE))))
    modules = edges(map.COLOURS)
    assert {"minigrad.graph", "minigrad.ops.alias", "nn.optim.adam", "benchmarks.lines"} <= set(modules)
    assert written == {map.room(name) for name in modules}


def test_what_follows_from_other_arrows_is_omitted():
    assert map.reduced({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == {"a": {"b"}, "b": {"c"}, "c": set()}
    circle = {"a": {"b"}, "b": {"a"}}
    assert map.reduced(circle) == circle


@pytest.mark.parametrize(
    "graph",
    [
        {"a": {"b", "c", "d"}, "b": {"d"}, "c": {"d", "e"}, "d": {"e"}, "e": set()},
        {"a": {"b", "c"}, "b": {"c", "a"}, "c": {"a", "d"}, "d": set()},
    ],
)
def test_what_is_omitted_is_still_reached(graph):
    kept = map.reduced(graph)
    assert sum(len(wanted) for wanted in kept.values()) < sum(len(wanted) for wanted in graph.values())
    assert {name: map.reached(kept, name) for name in graph} == {
        name: map.reached(graph, name) for name in graph
    }


def test_rooms_with_the_same_arrows_share_a_box():
    graph = {
        "nn": {"nn.a", "nn.b", "nn.c"},
        "nn.a": {"nn.d"},
        "nn.b": {"nn.d"},
        "nn.c": {"nn.d"},
        "nn.d": set(),
    }
    assert map.boxes(graph, alone=["nn.c"]) == {
        ("nn",): {("nn.a", "nn.b"), ("nn.c",)},
        ("nn.a", "nn.b"): {("nn.d",)},
        ("nn.c",): {("nn.d",)},
        ("nn.d",): set(),
    }
    assert map.label(("nn.a", "nn.b", "nn.c", "nn.d")) == r"a, b, c\nd"


def test_rooms_of_a_tree(tmp_path):
    """Imports for the type checker, or inside a function, are no arrows; those within a room neither."""
    for name, text in {
        "minigrad/__init__.py": "from minigrad.ops import exp\n",
        "minigrad/graph.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import nn\n",
        "minigrad/ops/__init__.py": "from minigrad.ops import exp\n",
        "minigrad/ops/exp.py": "from minigrad.graph import Node\ndef f():\n    import minigrad.later\n",
        "minigrad/later.py": "import numpy\n",
        "nn/__init__.py": "import minigrad as mg\n",
        "benchmarks/time.py": "from nn import Linear\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert map.rooms(edges(("minigrad", "nn", "benchmarks"), tmp_path)) == {
        "minigrad": {"minigrad.ops"},
        "minigrad.graph": set(),
        "minigrad.ops": {"minigrad.graph"},
        "minigrad.later": set(),
        "nn": {"minigrad"},
        "benchmarks": {"nn"},
    }
