"""Checkpointing: memory for time, by computing a part of the graph a second time as the walk passes.

T. Chen et al., "Training deep nets with sublinear memory cost" (2016).
"""

import contextvars
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import contexts, modes
from minigrad.as_given import as_given
from minigrad.autodiff import tree
from minigrad.autodiff.randomness import Snapshot, generators_in
from minigrad.autodiff.regions import newer_than, open_doors, origins, shut
from minigrad.gradients import Gradient
from minigrad.graph import Leaf, Node, backpropagate, now
from minigrad.ops.alias import alias
from minigrad.ops.assembly.joining import concatenate
from minigrad.ops.shape.reshaping import astype, ravel, reshape
from minigrad.tensor import Tensor


class CheckpointError(RuntimeError):
    """A checkpointed function that did not do the second time what it had done the first time."""


def checkpoint(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """f(*args, **kwargs), of which the graph keeps the arguments only: backward calls f once more.

    ∂: those of f, to any order, by the arguments and by whatever f reads besides (the parameters of a
    module, tensors in its closure).  f gives a Tensor or a tree of them; checkpoints may be nested.
    Inside `mg.no_grad()` it is nothing but the call.

    Randomness is repeated: every np.random.Generator found in the arguments, in f's closure, globals
    and defaults, or in the object that f is or is bound to (so those of all Dropouts of a module)
    starts the second time as it had the first, and is put back afterwards.  Otherwise f must be a
    function: state that it changes, a count or a running mean, is changed twice.

    Raises CheckpointError in backward where the second result isn't the first bit by bit, or is
    computed from other tensors; and at once where f makes a leaf that outlives the call.
    """
    if not contexts.is_recording():
        return f(*args, **kwargs)
    segment = _Segment(f, args, kwargs)
    start = now()
    value = f(*args, **kwargs)
    leaves, structure = tree.flatten(value)
    outputs = [leaf for leaf in leaves if _is_recorded(leaf)]
    if not outputs:
        return value
    flat = _flat(outputs)
    segment.remember(flat, newer_than(start, flat.node))
    node = Node(_RECOMPUTE, segment.origins, segment, flat.data, contexts.current_scope())
    cut = _apart(Tensor(flat.data, node), outputs)
    return tree.unflatten(structure, [next(cut) if _is_recorded(leaf) else leaf for leaf in leaves])


class _Segment:
    """A call that can be repeated exactly."""

    def __init__(self, f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.f = f
        self.args, self.kwargs = _as_they_are((args, kwargs))
        self.name = getattr(f, "__qualname__", type(f).__name__)
        self.context = contextvars.copy_context()  # modes, the module that is running, np.errstate
        self.random = Snapshot(generators_in((f, args, kwargs)))
        self.digest = b""
        self.origins: tuple[Node, ...] = ()

    def remember(self, flat: Tensor, inside: list[Node]) -> None:
        """What the second run must repeat: the result, what it is made from, the random numbers."""
        self.digest = _digest(flat)
        self.origins = origins(inside)
        self.random.drop_unchanged()
        kept = next((n for n in inside if isinstance(n, Leaf) and n.tensor() is not None), None)
        if kept is not None:
            raise CheckpointError(
                f"{self.name!r} made a tensor of shape {kept.shape} that requires a gradient, which a "
                "checkpoint could not leave on it: create it before, and have the function read it"
            )

    def again(self) -> Tensor:
        """All outputs of a second, recorded run, in one Tensor."""
        watchers = modes.current.get().watchers
        with self.random.replayed():
            flat = self.context.copy().run(self._run, watchers)
        if _digest(flat) != self.digest:
            raise CheckpointError(
                f"the second run of {self.name!r} in a checkpoint gave another result than the first, so its "
                "gradient would be that of another function: give the np.random.Generator that it draws from "
                "as an argument, and change neither parameters nor arguments before backward()"
            )
        return flat

    def _run(self, watchers: tuple[Any, ...]) -> Tensor:
        with contexts.using(recording=True, watchers=watchers):
            args, kwargs = _as_they_are((self.args, self.kwargs))
            leaves, _ = tree.flatten(self.f(*args, **kwargs))
            return _flat([leaf for leaf in leaves if _is_recorded(leaf)])


class _Recompute:
    """The op of a checkpoint's node: it runs the segment again, and walks through what that recorded.

    The walk ends at doors, which stand in the new nodes for those that the segment was computed from.
    """

    name = "checkpoint"
    gives_new = True

    def pull_back(
        self, node: Node, saved: Any, g: Gradient, wanted: tuple[Node | None, ...]
    ) -> list[Gradient]:
        segment: _Segment = saved
        start = now()
        flat = segment.again()
        inside = newer_than(start, flat.node)
        if set(origins(inside)) != set(segment.origins):
            raise CheckpointError(
                f"the second run of {segment.name!r} in a checkpoint was computed from other tensors than "
                "the first: leave its parameters in place until backward(), without functional_call around it"
            )
        doors = shut(inside, segment.origins, start)
        if isinstance(g, Tensor):
            open_doors(doors, node.parents)
        targets = [door for door, parent in zip(doors, wanted, strict=True) if parent is not None]
        found = backpropagate(inside[0], g, targets)
        return [found.get(door) for door in doors]


_RECOMPUTE = _Recompute()


def _as_they_are(arguments: Any) -> Any:
    """The same with Tensors, lists and indices of its own, whatever becomes of the others in place."""
    return tree.map_leaves(_as_it_is, arguments)


def _as_it_is(x: Any) -> Any:
    if type(x) is Tensor:
        return Tensor(x.data, x.node)
    return as_given(x) if isinstance(x, (list, np.ndarray)) else x


def _is_recorded(x: Any) -> bool:
    return isinstance(x, Tensor) and x.node is not None


def _flat(outputs: list[Tensor]) -> Tensor:
    """Several outputs as one vector, since a node has one value; a single one in a node of its own."""
    if not outputs:
        return Tensor(np.empty(0))
    return alias(outputs[0]) if len(outputs) == 1 else concatenate([ravel(y) for y in outputs])


def _apart(flat: Tensor, outputs: list[Tensor]) -> Any:
    """The reverse of `_flat`, in the shapes and dtypes of `outputs`."""
    if len(outputs) == 1:
        yield flat
        return
    end = 0
    for y in outputs:
        start, end = end, end + y.size
        part = reshape(flat[start:end], y.shape)
        yield part if part.dtype == y.dtype else astype(part, y.dtype)


def _digest(flat: Tensor) -> bytes:
    import hashlib  # which takes a while to load

    facts = f"{flat.shape}{flat.dtype}".encode()
    return hashlib.blake2b(np.ascontiguousarray(flat.data).tobytes() + facts, digest_size=16).digest()
