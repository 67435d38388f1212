"""All that a page tells, as data: the graph, what each op computed, and what it passed back.

    notes     sentences about what is known
    groups    label, kind (a class), parent (-1: none) and time (1: the first call of it there) of each
    ops       by name, the formula of each and its rules by parameter, as its doc has them
    lines     of the program, which vertices refer to by number
    vertices  leaves, constants and ops, the oldest first: see `_Teller.vertex`
    steps     [vertex, 0] on the way forward, [vertex, 1] on the way back
    arrays    as `mg.array_data` gives them, which vertices refer to by number

What is empty is left out of a vertex.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from minigrad.drawing.constants import Operands, Vertex, operands
from minigrad.drawing.describe import form, operand_name
from minigrad.drawing.folding import fold
from minigrad.drawing.formulas import formulas
from minigrad.drawing.grouping import arrange, kinds
from minigrad.drawing.recording import noted, order_of
from minigrad.exploring.account import Account, Share, accounts
from minigrad.exploring.groups import Groups
from minigrad.exploring.names import function, symbols
from minigrad.exploring.shelf import Shelf
from minigrad.exploring.vertices import in_order, kind_of, parameter, value_of
from minigrad.exploring.walk import walk
from minigrad.graph import Leaf, Node, ancestors
from minigrad.tensor import Tensor


def story(tensor: Tensor, root: Node) -> dict[str, Any]:
    """What the page of `tensor`, whose node is `root`, tells.  Raises what `walk` raises."""
    nodes = ancestors(root)
    walked = walk(tensor, root, nodes)
    teller = _Teller(nodes, operands(nodes, inside=True), root, accounts(walked, nodes))
    vertices = [_filled(teller.vertex(each)) for each in teller.vertices]
    return {
        "notes": [*_notes(nodes, walked.is_programs), *teller.notes()],
        "groups": teller.groups.data,
        "ops": teller.ops,
        "lines": list(teller.lines),
        "vertices": vertices,
        "steps": teller.steps(),
        "arrays": teller.shelf.data(),
    }


def _filled(told: dict[str, Any]) -> dict[str, Any]:
    return {name: what for name, what in told.items() if what is not None and what != "" and what != []}


def _notes(nodes: Sequence[Node], is_programs: bool) -> Iterator[str]:
    ops = [node for node in nodes if node.op is not None]
    unseen = [node for node in ops if noted(node) is None]
    if unseen and len(unseen) == len(ops):
        yield (
            "Values, inputs and constants were not kept: compute inside `with mg.record(): ...` to see them."
        )
    elif unseen:
        names = sorted({getattr(node.op, "name", "") for node in unseen})
        yield (
            "Ops that were not recorded, or compute by a graph of their own, have no values here: "
            f"{', '.join(names)}."
        )
    if not is_programs:
        yield "No backward was run inside `with mg.record():`, so the page walked itself, and left no grad."


class _Teller:
    def __init__(
        self,
        nodes: Sequence[Node],
        reads: Mapping[Node, Operands],
        root: Node,
        account_of: Mapping[Node, Account],
    ) -> None:
        self.vertices = list(in_order(nodes, reads))
        unfolded = fold(nodes, reads)
        boxes, _ = arrange(nodes, reads, [root], unfolded)
        self.groups, self.shelf = Groups(boxes, reads, kinds(nodes, unfolded)), Shelf()
        self.ops: dict[str, dict[str, Any]] = {}
        self.lines: dict[str, int] = {}
        self._parts = {vertex for box in boxes if box.kind == "call" for vertex in box.vertices}
        self._number: dict[Vertex, int] = {vertex: i for i, vertex in enumerate(self.vertices)}
        module_of = {vertex: ".".join(box.module) for box in boxes for vertex in box.vertices}
        self._symbols = symbols(self.vertices, module_of, root)
        self._reads, self._root, self._account_of = reads, root, account_of
        self._given = _by_giver(account_of.values())

    def notes(self) -> Iterator[str]:
        """What was written to since the program read it."""
        records = [record for vertex in self._reads if (record := noted(vertex)) is not None]
        other = {id(saved.array) for record in records for saved in record.read if not saved.is_whole}
        names = [
            name
            for vertex, name in zip(self.vertices, self._symbols, strict=True)
            if id(value_of(vertex)) in other
        ]
        if names:
            yield (
                "Written to since the program read them, so that their values here are those of now: "
                f"{', '.join(names)}."
            )

    def steps(self) -> list[list[int]]:
        """Every vertex forward; then backward the ops, the latest first, and the leaves."""
        reached = [i for i, vertex in enumerate(self.vertices) if vertex in self._account_of]
        ops = [i for i in reversed(reached) if not isinstance(self.vertices[i], Leaf)]
        leaves = [i for i in reached if isinstance(self.vertices[i], Leaf)]
        return [[i, 0] for i in range(len(self.vertices))] + [[i, 1] for i in ops + leaves]

    def vertex(self, vertex: Vertex) -> dict[str, Any]:
        """One vertex: `value` and `gradient` are numbers of arrays, None where they are not known."""
        value = value_of(vertex)
        told: dict[str, Any] = {
            "kind": kind_of(vertex),
            "symbol": self._symbols[self._number[vertex]],
            "form": form(vertex),
            "group": self.groups.of[vertex] if self.groups.of[vertex] >= 0 else None,
            "value": None if value is None else self.shelf.put(value),
        }
        if isinstance(vertex, Node):
            told |= self._of_op(vertex) if vertex.op is not None else {}
            told |= self._of_gradient(vertex) if vertex in self._account_of else {}
        return told

    def _of_op(self, node: Node) -> dict[str, Any]:
        reads, record, op = self._reads[node], noted(node), function(node, is_part=True)
        called = function(node, node in self._parts)
        self.ops.setdefault(op, {"formula": formulas(node.op).forward, "rules": {}})
        return {
            "op": op,
            "function": called if called != op else None,
            "order": order_of(node) or None,
            "written": reads.written,
            "settings": reads.settings,
            "line": None if record is None else self.lines.setdefault(record.line, len(self.lines)),
            "reads": [
                _filled({"vertex": self._number[operand], "place": place, "name": operand_name(node, place)})
                for place, operand in reads.drawn
            ],
            "shares": [self._share(share) for share in self._given.get(node, ())],
        }

    def _of_gradient(self, node: Node) -> dict[str, Any]:
        account = self._account_of[node]
        return {
            "gradient": self.shelf.put(account.gradient),
            "isOther": not account.is_sum or None,
            "isSeed": node is self._root or None,
            "arrivals": [
                [self._number[share.node], self._given[share.node].index(share)] for share in account.shares
            ],
        }

    def _share(self, share: Share) -> dict[str, Any]:
        """`given` is the share before it was fitted, where that has changed it."""
        parent, name = share.node.parents[share.place], parameter(share.node, share.place)
        assert parent is not None
        rules = self.ops[function(share.node, is_part=True)]["rules"]
        if name not in rules:
            rules[name] = formulas(share.node.op).of(name)
        told = {
            "to": self._number[parent],
            "place": share.place,
            "parameter": name,
            "slope": None if share.slope is None else self.shelf.put(share.slope),
            "given": self.shelf.put(share.given) if share.change else None,
            "change": share.change,
            "share": self.shelf.put(share.fitted),
        }
        return _filled(told)


def _by_giver(accounts: Iterable[Account]) -> dict[Node, list[Share]]:
    found: dict[Node, list[Share]] = {}
    for account in accounts:
        for share in account.shares:
            found.setdefault(share.node, []).append(share)
    return {node: sorted(shares, key=lambda share: share.place) for node, shares in found.items()}
