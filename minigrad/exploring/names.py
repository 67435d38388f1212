"""What a page calls each value: by the name that the program has for it, else v₁, v₂ and so on.

So a trace reads as it is written by hand (Baydin et al., 2018, tables 2 and 3).
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from minigrad.drawing.constants import Constant, Vertex
from minigrad.drawing.describe import title
from minigrad.drawing.recording import noted
from minigrad.graph import Node
from minigrad.pages.markup import legible

LONGEST = 20  # characters of a name in an equation
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def symbols(vertices: Sequence[Vertex], module_of: Mapping[Vertex, str], root: Node) -> list[str]:
    """A short name for each; a number is its own, and a `root` without a name is L, as losses are.

    Of weight, norm1.weight and layers.0.norm1.weight it is the shortest that is one vertex's alone; where
    that is long, or none is, weight with a number.
    """
    endings = {vertex: _endings(vertex, module_of[vertex]) for vertex in vertices}
    called = Counter(name for names in endings.values() for name in names)
    used: Counter[str] = Counter()
    found = []
    for vertex, names in endings.items():
        alone = next((name for name in names if called[name] == 1), "")
        if isinstance(vertex, Constant) and vertex.is_number:
            symbol = title(vertex)
        elif 0 < len(alone) <= LONGEST:
            symbol = alone
        elif vertex is root and not names and "L" not in called:
            symbol = "L"
        else:
            stem = names[0] if names else "v"
            used[stem] += 1
            symbol = stem + str(used[stem]).translate(_SUBSCRIPTS)
        found.append(legible(symbol))
    return found


def function(vertex: Vertex, is_part: bool) -> str:
    """The function that a vertex comes from: that which the program called, or the op where it `is_part`."""
    if isinstance(vertex, Constant) or vertex.op is None:
        return ""
    record = noted(vertex)
    call = None if record is None or is_part else record.call
    return vertex.op.name if call is None else call.name


def _endings(vertex: Vertex, module: str) -> list[str]:
    """The name of a vertex, then with more and more of the path of its module; nothing where it has none."""
    name = _name(vertex)
    if isinstance(vertex, Node) and vertex.op is not None:
        return [name] if name else []
    parts = [*module.split("."), *name.split(".")] if module else name.split(".")
    return [".".join(parts[-n:]) for n in range(1, len(parts) + 1)] if name else []


def _name(vertex: Vertex) -> str:
    if isinstance(vertex, Constant):
        return "" if vertex.is_number else vertex.name
    record = noted(vertex)
    return getattr(vertex, "name", "") or ("" if record is None else record.name)
