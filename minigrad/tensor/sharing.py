"""Which tensors share memory: a view, what it was taken from, and how.

Only writing in place asks (see inplace.py).  A view holds on to the tensor that it was taken from, as
its array does to that one's memory; the other way the views are known weakly.  Tensors that own their
memory, which are nearly all, cost nothing.
"""

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minigrad.tensor import Tensor


class View:
    """How a tensor was taken from `source`: as `op(*given, **options)`, with `source` at given[place]."""

    __slots__ = ("given", "op", "options", "place", "source")

    def __init__(
        self,
        source: "Tensor",
        op: Callable[..., Any],
        given: tuple[Any, ...],
        place: int,
        options: dict[str, Any],
    ) -> None:
        self.source = source
        self.op = op
        self.given = given
        self.place = place
        self.options = options

    def of(self, source: Any) -> Any:
        """The same view of another tensor."""
        return self.op(*self.given[: self.place], source, *self.given[self.place + 1 :], **self.options)


class Views:
    """The tensors that were taken from one, known weakly."""

    __slots__ = ("limit", "members")

    def __init__(self) -> None:
        self.members: list[weakref.ref[Tensor]] = []
        self.limit = 8

    def add(self, tensor: "Tensor") -> None:
        if len(self.members) >= self.limit:  # a parameter is viewed in every step: forget the dead
            self.members = [member for member in self.members if member() is not None]
            self.limit = 2 * len(self.members) + 8
        self.members.append(weakref.ref(tensor))


def note(view: "Tensor", op: Callable[..., Any], given: tuple[Any, ...], options: dict[str, Any]) -> None:
    """Tie `view`, the result of a call of `op`, to whichever of `given` it shares its memory with."""
    base = view.data.base
    for place, source in enumerate(given):
        if hasattr(source, "taken_from") and (base is source.data or base is source.data.base):
            tie(view, View(source, op, given, place, options))
            return


def tie(tensor: "Tensor", view: View) -> None:
    """Let `tensor` be known as a view."""
    tensor.taken_from = view
    if view.source.taken is None:
        view.source.taken = Views()
    view.source.taken.add(tensor)


def detached(source: "Tensor") -> "Tensor":
    """The op of t.detach(): it shows what t shows, but what is written to it by an op stays with it."""
    return type(source)(source.data)


def root(tensor: "Tensor") -> "Tensor":
    """What a view was taken from in the end; a tensor that is no view itself."""
    while tensor.taken_from is not None:
        tensor = tensor.taken_from.source
    return tensor


def views_of(tensor: "Tensor") -> list["Tensor"]:
    """Every tensor alive that was taken from `tensor`, directly or not, sources before their views."""
    found = [tensor]
    for source in found:  # which grows
        members = [] if source.taken is None else source.taken.members
        alive = [view for view in (member() for member in members) if view is not None]
        found += [v for v in alive if v.taken_from is not None and v.taken_from.source is source]
    return found[1:]
