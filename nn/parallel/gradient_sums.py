"""Gradients summed over the ranks in flat buckets, each on its way as soon as it is full."""

import math
from collections.abc import Iterable, Iterator

import numpy as np

import minigrad as mg
from nn.parallel.communicator import Communicator, Pending
from nn.parameter import Parameter
from nn.sizes import check_sizes

BUCKET = 2**20  # bytes


class GradientSums:
    """Puts the sums over `ranks` into the gradients of `parameters`, while backward goes on.

        mg.backward_leaf_by_leaf(loss, sums.take)
        sums.finish()

    Parameters are put into buckets of about `size` bytes from the last on, which backward comes to first;
    the more buckets, the earlier the first is on its way, and the more often the latency of a message is
    paid.  Li et al. (2020), "PyTorch distributed: experiences on accelerating data parallel training",
    section 3.2.  Every rank sends the buckets in the same order, whatever the order of its backward; one with
    a parameter that got no gradient, and those after it, when backward has ended.
    """

    def __init__(self, parameters: Iterable[Parameter], ranks: Communicator, size: int = BUCKET) -> None:
        check_sizes("GradientSums", 1, size=size)
        self.parameters, self.ranks = list(parameters), ranks
        self.buckets = [_Bucket(members) for members in _parted(self.parameters[::-1], size)]
        self._bucket_of = {p: bucket for bucket in self.buckets for p in bucket.members}
        self._pending: list[Pending] = []  # sums of the first buckets

    def take(self, leaf: mg.Tensor) -> None:
        """The gradient of `leaf`, if it is one of the parameters, is whole."""
        bucket = self._bucket_of.get(leaf)  # type: ignore[call-overload]
        if bucket is not None:
            bucket.waits_for.discard(leaf)
            while len(self._pending) < len(self.buckets) and not self.buckets[len(self._pending)].waits_for:
                self._send_next()
        for sum_ in self._pending:
            sum_.advance()

    def finish(self) -> None:
        """Send what is left, wait, and put the sums into the gradients; none where no rank has one."""
        while len(self._pending) < len(self.buckets):
            self._send_next()
        for bucket, sum_ in zip(self.buckets, self._pending, strict=True):
            sum_.wait()
            bucket.unpack()
        self._pending = []

    def _send_next(self) -> None:
        bucket = self.buckets[len(self._pending)]
        self._pending.append(self.ranks.begin_sum(bucket.packed()))


class _Bucket:
    """Gradients one after the other in one array; at its end, for each, how many ranks have one."""

    def __init__(self, members: list[Parameter]) -> None:
        self.members = members
        self.waits_for: set[mg.Tensor] = set(members)
        self.stops = np.cumsum([p.size for p in members])
        dtype = np.result_type(np.float32, *(p.dtype for p in members))  # float16 is none of MPI's
        self.flat = np.zeros(self.stops[-1] + len(members), dtype)

    def _parts(self) -> Iterator[tuple[Parameter, np.ndarray, np.ndarray]]:
        """Each parameter, its part of the array in its shape, and the place of its count."""
        counts = np.split(self.flat[self.stops[-1] :], len(self.members))
        parts = np.split(self.flat, self.stops)
        for p, part, count in zip(self.members, parts, counts, strict=False):
            yield p, part.reshape(p.shape), count

    def packed(self) -> np.ndarray:
        """The array with this rank's gradients, 0 where there is none."""
        for p, part, count in self._parts():
            part[...] = 0 if p.grad is None else p.grad.data
            count[...] = p.grad is not None
        return self.flat

    def unpack(self) -> None:
        """Put what the array has become into the gradients, and wait for the next."""
        for p, part, count in self._parts():
            if p.grad is not None:
                p.grad.data[...] = part
            elif count:
                p.grad = mg.tensor(part, dtype=p.dtype)
        self.waits_for.update(self.members)


def _parted(parameters: list[Parameter], size: int) -> list[list[Parameter]]:
    """Parameters in their order, a part being closed as soon as it holds `size` bytes."""
    parts: list[list[Parameter]] = []
    held = math.inf
    for p in parameters:
        if held >= size:
            parts.append([])
            held = 0
        parts[-1].append(p)
        held += p.data.nbytes
    return parts
