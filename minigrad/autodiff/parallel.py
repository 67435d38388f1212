"""The batch shared out to threads: each computes its part forward and backward, on a core of its own.

NumPy lets go of Python's lock inside of its loops and products, so that threads do run side by side.  One
product by two threads is hardly faster than two products by one each; but all that is done between the
products takes one core only, unless another thread has work of its own.
"""

import functools
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from minigrad import contexts
from minigrad.autodiff.randomness import Snapshot, generators_in
from minigrad.autodiff.regions import newer_than, open_doors, origins, shut
from minigrad.autodiff.threads import PRODUCTS, cores, in_threads
from minigrad.gradients import Gradient
from minigrad.graph import Leaf, Node, backpropagate, now
from minigrad.ops.alias import alias
from minigrad.tensor import Tensor


def data_parallel(f: Callable[..., Any], *batched: Any, threads: int | None = None) -> Tensor:
    """f(*batched), of which each of `threads` (one per core, unless given) computes a part of the batch.

    The arrays in `batched` have the batch first, and are cut along it.  f gives a Tensor with the batch
    first, and so do the parts, joined; or one number, which must be the mean over the batch:

        loss = mg.data_parallel(model.loss, ids, targets)  # in the place of model.loss(ids, targets)

    ∂: as of the call itself, the parts' gradients added up in a fixed order, so that the same call gives
    the same bits.  While it runs, products are held to one thread each, by threadpoolctl where that is
    installed (it is a setting of the whole process); without it set OPENBLAS_NUM_THREADS=1.  Where the
    ops are watched, as by `mg.debug()`, the parts are computed one after the other.

    Raises ValueError for arrays of different lengths or shorter than the number of threads given, where f
    draws random numbers, whose order would depend on the threads, and where it asks for what a part of the
    batch cannot know: the mean over targets some of which are ignored, the statistics of the batch.  (A
    function of yours that does so asks `mg.is_part_of_batch()`.)
    """
    sizes = _sizes(batched, threads)
    if len(sizes) == 1:
        return f(*batched)
    stops = list(itertools.accumulate(sizes))
    cuts = [slice(stop - size, stop) for stop, size in zip(stops, sizes, strict=True)]
    random = Snapshot(generators_in([f]))
    start = now()
    with PRODUCTS.held_to_one_thread(), contexts.part_of_batch():
        parts = in_threads([functools.partial(f, *(x[cut] for x in batched)) for cut in cuts])
    if random.drop_unchanged():
        random.restore()
        raise ValueError(
            f"{_name(f)} draws random numbers, whose order would depend on the threads of data_parallel: "
            "switch its dropout off, or call it without data_parallel"
        )
    _check_parts(f, parts, sizes)
    shares = [size / stops[-1] for size in sizes]
    value = _joined([part.data for part in parts], shares)
    roots = [alias(part).node for part in parts]  # f may give what was there before
    inside = [node for root in roots for node in newer_than(start, root)]
    if not inside:
        return Tensor(value)
    _check_inside(f, inside)
    outside = origins(inside)
    doors = shut(inside, outside, start)
    ends = zip(roots, shares, cuts, strict=True)
    region = Region(doors, [Shard(root, share, cut) for root, share, cut in ends if root is not None])
    return Tensor(value, Node(_PARTS, outside, region, value, contexts.current_scope()))


class Shard(NamedTuple):
    """The end of one part's graph, its share of the batch and its place in it."""

    root: Node
    share: float
    cut: slice

    def seed(self, g: Gradient) -> Gradient:
        """The part of the gradient that is this shard's."""
        return g * self.share if self.root.shape == () else g[self.cut]


@dataclass
class Region:
    """All that the parts have recorded, and the doors in it to what they were computed from."""

    doors: tuple[Node, ...]
    shards: list[Shard]
    is_entered: bool = False  # by the graph of a gradient, whose walk will come by the same nodes


class _Parts:
    """The op that joins the parts: backward walks all of their graphs side by side, up to the doors."""

    name = "data_parallel"
    gives_new = True

    def pull_back(
        self, node: Node, saved: Any, g: Gradient, wanted: tuple[Node | None, ...]
    ) -> list[Gradient]:
        region: Region = saved
        targets = [None if w is None else door for door, w in zip(region.doors, wanted, strict=True)]
        aims = [target for target in targets if target is not None]
        if isinstance(g, Tensor):
            open_doors(region.doors, node.parents)
            region.is_entered = True
        retain = node.saved is not None or region.is_entered  # as the walk that has come to this node does

        def walk(shard: Shard) -> dict[Node, Gradient]:
            return backpropagate(shard.root, shard.seed(g), aims, retain)

        walks = [functools.partial(walk, shard) for shard in region.shards]
        if isinstance(g, Tensor):  # what they record is one graph, in which one part may lead on to another
            found = [walk() for walk in walks]
        else:
            with PRODUCTS.held_to_one_thread():
                found = in_threads(walks)
        return [None if target is None else _total(target, found) for target in targets]


_PARTS = _Parts()


def _total(door: Node, found: Sequence[dict[Node, Gradient]]) -> Gradient:
    total, *others = (gradients[door] for gradients in found if door in gradients)
    for g in others:
        total = total + g if isinstance(total, Tensor) else np.add(total, g, out=total)
    return total


def _sizes(batched: Sequence[Any], threads: int | None) -> list[int]:
    """The lengths of the parts, which differ by one at most."""
    other = next((x for x in batched if not isinstance(x, (np.ndarray, Tensor))), None)
    if other is not None:
        raise TypeError(
            f"data_parallel cuts arrays and Tensors, and got a {type(other).__name__}: give each array as an "
            "argument of its own, and what all parts share by functools.partial"
        )
    lengths = {x.shape[0] if x.ndim else None for x in batched}
    length = lengths.pop() if len(lengths) == 1 else None
    if length is None:
        raise ValueError(
            f"data_parallel cuts its arrays along their first axis, which must be of one length, and got "
            f"{', '.join(str(x.shape) for x in batched) or 'none'}"
        )
    count = max(1, min(cores(), length)) if threads is None else threads
    if count < 1:
        raise ValueError(f"data_parallel got threads={count}: at least one must do the work")
    if length < count and count > 1:
        raise ValueError(
            f"data_parallel has {count} threads for a batch of {length}: write threads={max(length, 1)}"
        )
    return [length // count + (i < length % count) for i in range(count)]


def _check_parts(f: Callable[..., Any], parts: Sequence[Any], sizes: Sequence[int]) -> None:
    for part, size in zip(parts, sizes, strict=True):
        if not isinstance(part, Tensor) or part.dtype.kind != "f" or part.shape[:1] not in ((), (size,)):
            raise TypeError(
                f"data_parallel needs a function that gives a Tensor of floats, with the batch first or of "
                f"no axes, and {_name(f)} gave {_described(part)} for a batch of {size}"
            )
    if len({(part.dtype, part.ndim, part.shape[1:]) for part in parts}) > 1:
        raise TypeError(
            f"data_parallel joins what {_name(f)} gives for the parts, and that differs in more than the "
            f"length of the batch: {', '.join(map(_described, parts))}"
        )


def _check_inside(f: Callable[..., Any], inside: Sequence[Node]) -> None:
    made = next((n for n in inside if isinstance(n, Leaf) and n.tensor() is not None), None)
    if made is not None:
        raise ValueError(
            f"{_name(f)} made a tensor of shape {made.shape} that requires a gradient, which data_parallel "
            "could not leave on it: create it before, and have the function read it"
        )
    shared = next((node for node, times in Counter(inside).items() if times > 1), None)
    if shared is not None:
        raise ValueError(
            f"{_name(f)} kept a tensor of shape {shared.shape} in one part and read it in another, and "
            "data_parallel walks each part by itself: compute it before, or anew in each call"
        )


def _joined(parts: Sequence[np.ndarray], shares: Sequence[float]) -> np.ndarray:
    if parts[0].ndim:
        return np.concatenate(parts)
    return np.asarray(sum(part * share for part, share in zip(parts, shares, strict=True)))


def _name(f: Callable[..., Any]) -> str:
    return repr(getattr(f, "__qualname__", type(f).__name__))


def _described(x: Any) -> str:
    return f"{x.dtype} of shape {x.shape}" if isinstance(x, Tensor) else f"a {type(x).__name__}"
