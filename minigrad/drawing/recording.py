"""What is known of a node that `mg.record()` has seen, beside what the graph knows."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from minigrad.debugging.saved import Saved
from minigrad.drawing.costs import Cost
from minigrad.graph import Node
from minigrad.watching import Record, record_of


class Given(NamedTuple):
    """An operand that needs no gradient, what the program calls it, and the scope it was given from."""

    value: Any
    name: str = ""
    path: str | None = None  # None: from where it is read


class Call:
    """One call of a function that is made of ops: a picture shows them as one, under its name.

    `given` are its arguments that need no gradient, with the names of its parameters.
    """

    def __init__(self, name: str, given: list[tuple[str, Given]]) -> None:
        self.name = name
        self.given = given


class Noted(Record):
    """A node's value and gradient, and what the graph does not know of it.

    `call` is the function that the program called, `given` the op's own operands without gradient by
    their places, `own` those that a function or a layer had made for itself, `options` what it was given by
    name alone, `arguments` all that a fused op was given, and `line` where that stands in the program.
    `name` is the variable that held the value when it was read; of a leaf, `path` is as in Given.  `order`
    counts derivatives: 0 in a forward, 1 where a backward with `create_graph` made the node from such nodes,
    and so on.  `cost` is what the op took, `read` the arrays among its operands that no op of the graph has
    made, as they were.
    """

    __slots__ = (
        "arguments", "call", "cost", "given", "line", "name", "options", "order", "own", "path", "read",
    )  # fmt: skip

    def __init__(
        self,
        value: Any,
        call: Call | None = None,
        given: dict[int, Given] | None = None,
        name: str = "",
        path: str | None = None,
        options: dict[str, Any] | None = None,
        order: int = 0,
        line: str = "",
        arguments: tuple[list[Any], dict[str, Any]] | None = None,
        cost: Cost | None = None,
        own: dict[int, Any] | None = None,
        read: Sequence[Saved] = (),
    ) -> None:
        super().__init__(value)
        self.call = call
        self.given = given or {}
        self.options = options or {}
        self.name = name
        self.path = path
        self.order = order
        self.line = line
        self.arguments = arguments
        self.cost = cost
        self.own = own or {}
        self.read = read


def noted(node: Node) -> Noted | None:
    """What `mg.record()` has kept of a node."""
    record = record_of(node)
    return record if isinstance(record, Noted) else None


def order_of(node: Node) -> int:
    """How many derivatives were taken to come to a node, as far as `mg.record()` has seen it made."""
    kept = noted(node)
    return 0 if kept is None else kept.order
