"""One step of gradient descent that several ranks take together, each by its part of the batch."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import minigrad as mg
from nn.module import Module
from nn.optim import Optimizer
from nn.parallel import Communicator, GradientSums, RankError
from nn.parallel.communicator import attempted, described, raise_alike
from nn.state import generators_of
from nn.training.update import TrainingError, Update


class SharedUpdate(Update):
    """An update by the gradient of the whole batch, of which each rank computes that of its part.

    L = Σᵣ nᵣ/n · Lᵣ, where Lᵣ is the mean loss of the nᵣ examples that are rank r's, of n; and so ∂L.  The
    weights, the same on all ranks before it, are the same after it.
    """

    def __init__(
        self,
        model: Module,
        optimizer: Optimizer,
        loss: Callable[[Any], mg.Tensor],
        schedule: Any,
        clip: float | None,
        ranks: Communicator,
    ) -> None:
        super().__init__(model, optimizer, loss, schedule, clip)
        self.ranks = ranks
        self.sums = GradientSums((), ranks)

    def stream(self, batches: Any) -> Iterator[tuple[Any, float]]:
        """This rank's part of each batch, None where it has none, and nᵣ/n."""
        return batches.shares(self.ranks.rank, self.ranks.size)

    def add_gradients(self, batches: Sequence[tuple[Any, float]]) -> float:
        """As of Update, of all ranks.

        Where it fails on any rank, each raises its error or a TrainingError that tells of it.
        """
        self._see_what_is_trained()
        value, problem = attempted(lambda: self._add_own(batches))
        self.sums.finish()  # which the others wait for
        values, told = zip(*self.ranks.gather((value, described(problem))), strict=True)
        try:
            raise_alike(self.ranks.rank, told, problem)
        except RankError as error:
            raise TrainingError(str(error)) from None
        return sum(values)

    def _see_what_is_trained(self) -> None:
        """Have sums of the parameters that require a gradient, if these are others than before."""
        trained = [p for p in self.model.parameters() if p.requires_grad]
        if [*map(id, trained)] != [*map(id, self.sums.parameters)]:
            self.sums = GradientSums(trained, self.ranks)

    def _add_own(self, batches: Sequence[tuple[Any, float]]) -> float:
        value = 0.0
        before = self._drawn()
        for place, (batch, share) in enumerate(batches, 1):
            if batch is None:
                continue
            with mg.part_of_batch():
                loss = self.loss_of(batch) * (share / len(batches))
            value += float(loss)
            if place < len(batches):
                loss.backward()
            else:
                mg.backward_leaf_by_leaf(loss, self.sums.take)
        if self._drawn() != before:
            raise ValueError(
                "the model draws random numbers, whose order would depend on the number of ranks: switch its "
                "dropout off, or train on one rank"
            )
        return value

    def _drawn(self) -> list[Any]:
        """Where the generators of the model stand."""
        return [rng.bit_generator.state for rng in generators_of(self.model).values()]
