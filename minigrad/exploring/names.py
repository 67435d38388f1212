"""What a page calls each value: by the name that the program has for it, else v₁, v₂ and so on.

So a trace reads as it is written by hand (Baydin et al., 2018, tables 2 and 3).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

from minigrad.drawing.constants import Constant, Vertex
from minigrad.drawing.describe import title
from minigrad.drawing.recording import noted
from minigrad.graph import Node

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def symbols(vertices: Sequence[Vertex], module_of: Mapping[Vertex, str], root: Node) -> list[str]:
    """A short name for each; numbers are their own, and a `root` without a name is L, as losses are."""
    names = {vertex: _name(vertex, module_of[vertex]) for vertex in vertices}
    called = Counter(_endings(names.values()))
    unnamed = count(1)
    found = []
    for vertex, name in names.items():
        if name:
            found.append(next((end for end in _endings([name]) if called[end] == 1), name))
        elif vertex is root and "L" not in called:
            found.append("L")
        else:
            found.append(f"v{next(unnamed)}".translate(_SUBSCRIPTS))
    return found


def function(vertex: Vertex, is_part: bool) -> str:
    """The function that a vertex comes from: that which the program called, or the op where it `is_part`."""
    if isinstance(vertex, Constant) or vertex.op is None:
        return ""
    record = noted(vertex)
    call = None if record is None or is_part else record.call
    return vertex.op.name if call is None else call.name


def _name(vertex: Vertex, module: str) -> str:
    """With the path of the module that it belongs to before that of a leaf or a constant."""
    if isinstance(vertex, Node) and vertex.op is not None:
        record = noted(vertex)
        return getattr(vertex, "name", "") or ("" if record is None else record.name)
    name = title(vertex)
    if name in ("leaf", "constant"):
        return ""
    is_bare = not module or (isinstance(vertex, Constant) and vertex.is_number)
    return name if is_bare else f"{module}.{name}"


def _endings(names: Iterable[str]) -> Iterator[str]:
    """weight, norm1.weight and layers.0.norm1.weight, of each: what of that is one vertex's alone will do."""
    for name in names:
        parts = name.split(".") if name[:1].isalpha() else [name]
        yield from (".".join(parts[-n:]) for n in range(1, len(parts) + 1))
