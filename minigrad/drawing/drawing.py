"""`draw`, and the Drawing that it gives."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from minigrad.drawing import quantities
from minigrad.drawing.blocks import tables
from minigrad.drawing.constants import Operands
from minigrad.drawing.costs import Costs
from minigrad.drawing.document import document
from minigrad.drawing.dot import to_dot
from minigrad.drawing.failing import Failed
from minigrad.drawing.folding import REPEATS
from minigrad.drawing.folding import fold as folded
from minigrad.drawing.grouping import arrange, count_at, kinds
from minigrad.drawing.labels import Direction, Facts, stands_in
from minigrad.drawing.listing import Words, in_words
from minigrad.drawing.mirroring import Graph, turned
from minigrad.drawing.preparing import Prepared, prepare, roots_of
from minigrad.drawing.recorder import Recording
from minigrad.drawing.references import refer
from minigrad.drawing.render import FORMATS, render
from minigrad.drawing.scale import Color, scale
from minigrad.graph import Node
from minigrad.settings import check_count, check_flags, check_texts, texts
from minigrad.tensor import Tensor

_PAGE = ".html"
_MANY = 200  # boxes, from which on it is worth to look for blocks that repeat
_TEXT = (".dot", ".gv")
_READ_BY: dict[Color, str] = {"time": "costs", "memory": "costs", "value": "value", "gradient": "grad"}


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
    the last `backward` gave at each node, or else what one would give.  A leaf that was not recorded shows
    its present data and its `grad`.
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
    differentiate, or no module has a path that is to be folded; TypeError for a setting of another kind, such
    as a path, which `save` takes; GraphFreedError where a backward has freed
    what the gradients are computed from.
    """
    if isinstance(values, str | Path):
        raise TypeError(
            f"draw takes values as True or False, and got a path: write draw(...).save({str(values)!r})"
        )
    check_flags("draw", values=values, gradients=gradients, costs=costs, formulas=formulas)
    check_texts("draw", title=title)
    _check_choices(direction, graph, color, depth)
    shown = [name for name, chosen in (("value", values), ("grad", gradients)) if chosen]
    wanted = {*shown, *(["costs"] if costs else []), *(["backward"] if graph != "forward" else [])}
    if color is not None:
        wanted.add(_READ_BY[color])
    opened = texts("draw", "expand", expand)
    of = prepare(roots_of(tensor), wanted, opened, texts("draw", "fold", fold), depth)
    boxes, arrows = turned(
        graph, *refer(*arrange(of.nodes, of.reads, of.roots, of.folding)), of.reads, of.passive
    )
    facts = _facts(of, shown, graph, costs)
    facts.title, facts.direction, facts.formulas = title, direction, formulas
    facts.notes = _notes(of, opened, wanted, facts.costs)
    if color is not None:
        tinted = [box for box in boxes if stands_in(box, _READ_BY[color], graph)]
        facts.scale = scale(tinted, color, of.known, of.costs)
    advice = _advice(of.nodes, of.reads, len(boxes))
    return Drawing(to_dot(boxes, arrows, facts), advice, in_words(boxes, arrows, facts))


def _check_choices(direction: Any, graph: Any, color: Any, depth: Any) -> None:
    if direction not in get_args(Direction):
        raise ValueError(f'draw(direction=...) takes "down" or "right", and got {direction!r}')
    if graph not in get_args(Graph):
        raise ValueError(f'draw(graph=...) takes "forward", "backward" or "both", and got {graph!r}')
    if color is not None and color not in get_args(Color):
        raise ValueError(f"draw(color=...) takes {', '.join(map(repr, get_args(Color)))}, and got {color!r}")
    if depth is not None:
        check_count("draw", "depth", depth)
        if depth < 0:
            raise ValueError(f"draw(depth=...) counts the modules to look into, from 0 up, and got {depth}")


def _facts(of: Prepared, shown: Sequence[str], graph: Graph, costs: bool) -> Facts:
    """What is known of the graph, as far as it is to be seen; red is what is not finite, and what raised."""
    written = {name: of.known[name] for name in shown}
    gradients = written.get("grad", {})
    others = {name: found for name, found in written.items() if graph == "forward" or name != "grad"}
    measured = of.costs if costs else None
    return Facts(
        set(of.roots).difference(of.failed),
        of.reads,
        kinds(of.nodes, of.folding),
        written,
        wrong={*quantities.not_finite(of.nodes, others), *of.failed},
        wrong_gradients=quantities.not_finite((), {"grad": gradients}),
        suspects={operand for node in of.failed for _, operand in of.reads[node].drawn},
        passive=of.passive,
        folding=of.folding,
        costs=measured,
        tables=tables(of.folding, written, measured),
        graph=graph,
    )


def _notes(of: Prepared, opened: Sequence[str], wanted: Collection[str], costs: Costs | None) -> list[str]:
    """What has to be known of the whole picture."""
    backward = of.backward if "grad" in wanted or "backward" in wanted else ""
    done = [node for node in of.nodes if not isinstance(node, Failed)]
    return [
        *filter(None, [backward]),
        *(f"stopped by {' in '.join(filter(None, (x.error, x.path)))} (red)" for x in of.failed),
        *(f"{name}: the ops that it is equal to" for name in opened),
        *([costs.summary()] if costs is not None else []),
        *(quantities.without_values(done, of.known["value"]) if "value" in wanted else []),
    ]


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
