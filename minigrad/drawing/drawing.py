"""`draw`, and the Drawing that it gives."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

from minigrad.drawing import quantities
from minigrad.drawing.blocks import tables
from minigrad.drawing.constants import Operands, operands
from minigrad.drawing.costs import costs as measure
from minigrad.drawing.document import document
from minigrad.drawing.dot import to_dot
from minigrad.drawing.failing import Failed
from minigrad.drawing.folding import REPEATS
from minigrad.drawing.folding import fold as folded
from minigrad.drawing.grouping import arrange, count_at, kinds
from minigrad.drawing.labels import Direction, Facts, stands_in
from minigrad.drawing.listing import Words, in_words
from minigrad.drawing.mirroring import Graph, turned
from minigrad.drawing.opening import open_fused, quantities_inside, stand_ins
from minigrad.drawing.recorder import Recording
from minigrad.drawing.references import refer
from minigrad.drawing.render import FORMATS, render
from minigrad.drawing.scale import Color, scale
from minigrad.graph import Node, ancestors
from minigrad.tensor import Tensor

_PAGE = ".html"
_MANY = 200  # boxes, from which on it is worth to look for blocks that repeat
_TEXT = (".dot", ".gv")


class Drawing:
    """A graph's picture.  Jupyter shows it; `source` is its DOT text."""

    def __init__(
        self,
        source: str,
        advice: str = "fold modules with draw(depth=...)",
        words: Words | None = None,
    ) -> None:
        """`source` is DOT text; `advice` says how to draw less, for the error where it is too much.

        `words` are the same in words.
        """
        self.source = source
        self.advice = advice
        self.words = words or Words()

    def save(self, path: str | Path) -> None:
        """Write the picture to `path`, in the format its suffix names: .html, .svg, .png, .pdf, .dot or
        .gv.  A page, .html, has all that it shows in it, and the graph in words below the picture.

        Raises ValueError for any other suffix; RenderingError where there is no Graphviz, where it takes
        too long, and for a PNG or PDF too large to be read.
        """
        path = Path(path)
        suffix = path.suffix.lower()
        if suffix in _TEXT:
            path.write_text(self.source, encoding="utf-8")
        elif suffix == _PAGE:
            path.write_text(self.page(), encoding="utf-8")
        elif suffix.removeprefix(".") in FORMATS:
            path.write_bytes(render(self.source, suffix.removeprefix("."), self.advice))
        else:
            possible = ", ".join((_PAGE, *(f".{format}" for format in FORMATS), *_TEXT))
            raise ValueError(
                f"a drawing is saved in the format that the path's suffix names, one of {possible}, "
                f"and got {str(path)!r}"
            )

    def page(self) -> str:
        """The picture as HTML, see `save`."""
        return document(self._repr_svg_(), self.words)

    def _repr_svg_(self) -> str:
        return render(self.source, "svg", self.advice).decode()

    def __repr__(self) -> str:
        return "<Drawing: Jupyter shows it, .save('graph.svg') writes it>"


def draw(
    tensor: Tensor | Sequence[Tensor] | Recording,
    values: bool = False,
    gradients: bool = False,
    depth: int | None = None,
    fold: str | Sequence[str] = (),
    *,
    graph: Graph = "forward",
    expand: str | Sequence[str] = (),
    costs: bool = False,
    color: Color | None = None,
    formulas: bool = False,
    title: str = "",
    direction: Direction = "down",
) -> Drawing:
    """The graph that `tensor`, or each of several, was computed by; or all of a recording.

    `with mg.record():` around the computation keeps what a picture is to show beside the graph: inputs and
    constants (grey), which function an op was called by, and with `values` what each node came to.  Without
    it the graph alone is there, and those constants that derivatives need.  `gradients` shows what
    `backward` gave at each node, or else what it would give.  A leaf shows its present data and its `grad`.
    `depth` folds every module of more components than that into one box: 0 leaves only the outermost
    modules, and the ops outside any.  `fold` has the same done to modules by the end of their path,
    "layers.*" or several such patterns.  "repeats" among them draws blocks of one structure, such as the
    layers of a stack or the steps of a loop, as the first of them with how many there are; the numbers of
    all are given as bounds, and one by one where one points at a box.

    `expand` opens fused ops of these names, such as "self_attention", into the ops that they are equal to.
    These are computed again for the drawing; the result keeps the numbers that the program saw.

    `graph` is "forward"; or "backward": of each op the gradient that comes to it, from which it makes shares
    of its operands' gradients, down to those of the leaves; or "both" side by side, with dashed arrows from
    what each derivative reads of the forward.  A picture of gradients says where backward was not run.

    `costs` tells what each op of a recording took, forward + backward with its share of both, and the memory
    that it keeps for backward, leaves aside; of blocks that repeat in all, and in a table for each.  `color`
    gives boxes a tint by "time", "memory", "value" or "gradient" (root mean square), with its scale above.
    `formulas` writes the derivatives of each op into its box, as its doc has them.

    `title` stands above, and the graph goes "down" or to the "right".

    What many ops read, or from far away, is drawn once and referred to (dashed); what is NaN or infinite
    is red.  Where the block of a recording raised, what was computed by then is drawn, and in red the op that
    raised, with what it was given.

    Raises ValueError where there is no graph, no values were kept, there is not one number to
    differentiate, or no module has a path that is to be folded; GraphFreedError where a backward has freed
    what the gradients are computed from.
    """
    roots = _roots(tensor)
    if direction not in get_args(Direction):
        raise ValueError(f'draw(direction=...) takes "down" or "right", and got {direction!r}')
    if graph not in get_args(Graph):
        raise ValueError(f'draw(graph=...) takes "forward", "backward" or "both", and got {graph!r}')
    if depth is not None and depth < 0:
        raise ValueError(f"draw(depth=...) counts the modules to look into, from 0 up, and got {depth}")
    nodes = sorted(set().union(*map(ancestors, roots)), key=lambda node: node.serial)
    failed = [node for node in nodes if isinstance(node, Failed)]
    if failed and (gradients or color == "gradient" or graph != "forward"):
        raise ValueError(
            "draw got a forward that raised, so that no backward has run: leave gradients=True and graph= out"
        )
    known: dict[str, quantities.Quantities] = {}
    if values or color == "value":
        known["value"] = quantities.values(nodes)
    if gradients or color == "gradient":
        known["grad"] = quantities.gradients(roots, nodes)
    shown = {name: known[name] for name, wanted in (("value", values), ("grad", gradients)) if wanted}
    measured = measure(nodes) if costs or color in ("time", "memory") else None
    notes = [quantities.of_backward(roots, nodes)] if "grad" in known or graph != "forward" else []
    notes += [f"stopped by {' in '.join(filter(None, (x.error, x.path)))} (red)" for x in failed]
    notes += [f"{name}: the ops that it is equal to" for name in _listed(expand)]
    notes += [measured.summary()] if costs and measured is not None else []
    nodes, opened = open_fused(nodes, _listed(expand))
    quantities_inside(opened, known)
    instead = stand_ins(opened)
    roots = [drawn for root in roots if isinstance(drawn := instead.get(root, root), Node)]
    reads = operands(nodes, instead)
    folding = folded(nodes, reads, _listed(fold), depth)
    passive = frozenset().union(*(each.passive for each in opened))
    boxes, arrows = turned(graph, *refer(*arrange(nodes, reads, roots, folding)), reads, passive)
    facts = Facts(set(roots).difference(failed), reads, kinds(nodes, folding), shown, folding=folding)
    facts.title, facts.direction, facts.graph, facts.formulas = title, direction, graph, formulas
    facts.notes, facts.passive = list(filter(None, notes)), passive
    facts.costs = measured if costs else None
    facts.tables = tables(folding, shown, facts.costs)
    if color is not None:
        coloured = [box for box in boxes if stands_in(box, "grad" if color == "gradient" else color, graph)]
        facts.scale = scale(coloured, color, known, measured)
    mixed = shown if graph == "forward" else {name: shown[name] for name in shown if name != "grad"}
    facts.wrong = {*quantities.not_finite(nodes, mixed), *failed}
    facts.wrong_gradients = quantities.not_finite((), {"grad": shown.get("grad", {})})
    facts.suspects = {operand for node in failed for _, operand in reads[node].drawn}
    source = to_dot(boxes, arrows, facts)
    return Drawing(source, _advice(nodes, reads, len(boxes)), in_words(boxes, arrows, facts))


def _advice(nodes: Sequence[Node], reads: Mapping[Node, Operands], boxes: int) -> str:
    """How this graph is drawn with fewer boxes."""
    left = {depth: count_at(nodes, depth) for depth in range(3)}
    fewer = [f"draw(depth={depth}) folds it to {n:,}" for depth, n in left.items() if n < 0.8 * boxes]
    if any(node.path for node in nodes) and fewer:
        said = f"of its {boxes:,} boxes, {', '.join(fewer)} ops and modules"
    else:
        said = (
            f"its {boxes:,} boxes stand in no modules to be folded: compute parts of it inside "
            "`with mg.scope('name'): ...` and use draw(depth=0), or draw a tensor from its middle"
        )
    if boxes < _MANY:
        return said
    others = folded(nodes, reads, [REPEATS]).drawn
    once = sum(node not in others for node in nodes)
    repeats = f'; draw(fold="{REPEATS}") draws what repeats once, which leaves {once:,} ops and leaves'
    return said + repeats if once < 0.5 * len(nodes) else said


def _listed(names: str | Sequence[str]) -> Sequence[str]:
    return [names] if isinstance(names, str) else names


def _roots(tensor: Tensor | Sequence[Tensor] | Recording) -> list[Node]:
    if isinstance(tensor, Recording):
        if ends := tensor.ends():
            return ends
        raise ValueError(
            "draw got a recording of nothing that is still held: keep what is computed inside the block, as "
            "`y = ...`, of tensors with requires_grad=True"
        )
    tensors = tensor if isinstance(tensor, Sequence) else [tensor]
    roots: list[Node] = []
    for t in tensors:
        if not isinstance(t, Tensor):
            raise TypeError(f"draw takes a Tensor or a sequence of them, and got a {type(t).__name__}")
        if t.node is None:
            raise ValueError(
                f"draw got a tensor of shape {t.shape} that no recorded op has made, so it has no graph: "
                "create its inputs with mg.tensor(..., requires_grad=True), outside mg.no_grad()"
            )
        roots.append(t.node)
    if not roots:
        raise ValueError("draw got an empty sequence: give it at least one Tensor")
    return list(dict.fromkeys(roots))
