"""Draw the map of the house, docs/map.svg: python -m docs.map

A room is a folder or a file in `minigrad` or in `nn`; examples and benchmarks are a room each.  An arrow says
that something in one room imports something in another as it is itself imported.  What follows from other
arrows is omitted: where a imports b and b imports c, an arrow from a to c would tell nothing new.  Rooms with
the same arrows share a box.

It stands in docs, beside its picture and what else explains; `benchmarks` measures, `examples` are for users.
"""

from collections.abc import Iterable
from pathlib import Path

from benchmarks.lines import CORE
from docs.imports import ROOT, edges
from minigrad.drawing.render import render

PICTURE = ROOT / "docs" / "map.svg"

COLOURS = {"benchmarks": "#f0e6f7", "examples": "#fdebd0", "nn": "#eaf5ea", "minigrad": "#e8effa"}
OPENED = ("nn", "minigrad")  # drawn room by room
CORE_COLOUR = "#ffd866"
NAMES_A_LINE = 3

STYLE = """\
  graph [fontname="Helvetica" fontsize=15 labeljust=l labelloc=b ranksep=0.3 nodesep=0.12]
  node [fontname="Helvetica" fontsize=13 shape=box style="rounded,filled" color="#7f8fa0" height=0.3
        margin="0.08,0.04"]
  edge [color="#7f8fa0" arrowsize=0.5]"""

Graph = dict[str, set[str]]
Box = tuple[str, ...]  # the rooms that share it


def room(module: str) -> str:
    """The room in which a module stands: nn.optim for nn.optim.adam."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] in OPENED else parts[0]


def rooms(modules: Graph) -> Graph:
    """Who imports whom among rooms."""
    found: Graph = {room(name): set() for name in sorted(modules)}
    for name, wanted in modules.items():
        found[room(name)] |= {room(other) for other in wanted} - {room(name)}
    return found


def reduced(graph: Graph) -> Graph:
    """The same without the edges that follow from others (a transitive reduction)."""
    kept = {name: set(wanted) for name, wanted in graph.items()}
    for name in sorted(kept):
        for other in sorted(kept[name]):
            kept[name].discard(other)
            if other not in reached(kept, name):
                kept[name].add(other)
    return kept


def reached(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    stack = [start]
    while stack:
        new = graph[stack.pop()] - found
        found |= new
        stack += new
    return found


def boxes(graph: Graph, alone: Iterable[str] = ()) -> dict[Box, set[Box]]:
    """The graph with rooms of one package and the same arrows in one box, those of `alone` apart."""
    importers: Graph = {name: {other for other in graph if name in graph[other]} for name in graph}
    shared: dict[object, list[str]] = {}
    for name in sorted(graph):
        arrows = frozenset(importers[name]), frozenset(graph[name]), name.partition(".")[0]
        shared.setdefault(name if name in alone else arrows, []).append(name)
    box_of = {name: tuple(names) for names in shared.values() for name in names}
    return {box: {box_of[other] for other in graph[box[0]]} for box in map(tuple, shared.values())}


def core_rooms() -> set[str]:
    """Where the files of the core stand."""
    return {f"minigrad.{Path(name).parts[0].removesuffix('.py')}" for name in CORE}


def package_of(box: Box) -> str:
    return box[0].partition(".")[0]


def label(box: Box) -> str:
    names = [name.partition(".")[2] or name for name in box]
    lines = [names[i : i + NAMES_A_LINE] for i in range(0, len(names), NAMES_A_LINE)]
    return r"\n".join(", ".join(line) for line in lines)


def source() -> str:
    """The map as DOT text, the same from run to run."""
    core = core_rooms()
    graph = boxes(reduced(rooms(edges(COLOURS))), alone=core)
    lines = ["digraph map {", STYLE]
    for package, colour in COLOURS.items():
        opened = package in OPENED
        if opened:
            title = package + (" (yellow: the core)" if package == "minigrad" else "")
            lines.append(
                f'  subgraph "cluster {package}" {{ label="{title}" bgcolor="{colour}" color="{colour}"'
            )
        for box in sorted(box for box in graph if package_of(box) == package):
            fill = CORE_COLOUR if box[0] in core else "white" if opened else colour
            lines.append(f'  "{" ".join(box)}" [label="{label(box)}" fillcolor="{fill}"]')
        if opened:
            lines.append("  }")
    for box in sorted(graph):
        lines += [f'  "{" ".join(box)}" -> "{" ".join(other)}"' for other in sorted(graph[box])]
        if package_of(box) == "nn" and not graph[box]:  # so that all of nn stands above minigrad
            lines.append(f'  "{" ".join(box)}" -> "minigrad" [style=invis]')
    return "\n".join([*lines, "}", ""])


def main() -> None:
    PICTURE.write_bytes(render(source(), "svg"))
    print(f"{PICTURE.relative_to(ROOT)} is drawn")


if __name__ == "__main__":
    main()
