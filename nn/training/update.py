"""One step of gradient descent: loss, gradient, clipping, optimiser, schedule."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import minigrad as mg
from nn.module import Module
from nn.optim import Optimizer
from nn.training.not_finite import origin_of_gradient, origin_of_loss
from nn.utils import clip_grad_norm_


class TrainingError(RuntimeError):
    """Training that cannot continue.  The message is one sentence, for a person."""


class Updated(NamedTuple):
    """What is known after an update."""

    loss: float  # before it
    gradient_norm: float  # before clipping
    learning_rate: float  # of the first group of parameters


class Update:
    """Changes the weights of `model` by the gradient of `loss(batch)`, of a norm of at most `clip`.

    The norm is that of the parameters that `optimizer` has.
    """

    def __init__(
        self,
        model: Module,
        optimizer: Optimizer,
        loss: Callable[[Any], mg.Tensor],
        schedule: Any = None,
        clip: float | None = None,
        parallel: bool = False,
    ) -> None:
        self.model, self.optimizer, self.loss = model, optimizer, loss
        self.schedule, self.clip, self.parallel = schedule, math.inf if clip is None else clip, parallel

    def __call__(self, *batches: Any) -> Updated:
        """One update by the mean of the losses of `batches`, whose gradients are added up one by one.

        Raises TrainingError, before any weight is touched, where loss or gradient is no finite number.
        """
        self.model.train()
        self.model.zero_grad()  # also of what the optimiser was not given, which would add up
        self.optimizer.zero_grad()
        value = self.add_gradients(batches)
        if not math.isfinite(value):
            raise self._error("loss", value)
        norm = self._clipped()
        rate = self.optimizer.param_groups[0]["lr"]
        self.optimizer.step()
        if self.schedule is not None:
            self.schedule.step()
        return Updated(value, norm, rate)

    def stream(self, batches: Any) -> Iterator[Any]:
        """What `batches` gives to be called with."""
        return iter(batches)

    def add_gradients(self, batches: Sequence[Any]) -> float:
        """Add the gradient of the mean loss of `batches` to those of the parameters; the loss."""
        value = 0.0
        for batch in batches:
            loss = self._loss_of(batch)
            if not math.isfinite(float(loss)):
                raise self._error("loss", float(loss), origin_of_loss(self.model, self.loss, batch))
            value += float(loss) / len(batches)
            (loss / len(batches)).backward()
        return value

    def _loss_of(self, batch: Any) -> mg.Tensor:
        if not self.parallel:
            return self.loss_of(batch)
        if isinstance(batch, tuple):
            return mg.data_parallel(lambda *parts: self.loss_of(parts), *batch)
        return mg.data_parallel(self.loss_of, batch)

    def loss_of(self, batch: Any) -> mg.Tensor:
        """`loss(batch)`.  Raises TypeError or ValueError for what is no loss."""
        loss = self.loss(batch)
        if not isinstance(loss, mg.Tensor):
            raise TypeError(
                f"loss(batch) gives a tensor, whose gradient is followed, and gave a {type(loss).__name__}: "
                "leave out float(...) and .numpy()"
            )
        if loss.size != 1:
            raise ValueError(f"loss(batch) gives one number, and gave {loss.shape}: write loss.mean()")
        if not loss.requires_grad:
            raise ValueError(
                "loss(batch) depends on no parameter that requires a gradient: compute it from the model, "
                "outside of mg.no_grad(), and have some parameters not frozen"
            )
        return loss

    def _clipped(self) -> float:
        parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        try:
            return clip_grad_norm_(parameters, self.clip, error_if_nonfinite=True)
        except RuntimeError:  # before clipping, which spreads it to all
            origin = origin_of_gradient(self.model)
            norm = clip_grad_norm_(parameters, self.clip)
            raise self._error("norm of the gradient", norm, origin) from None

    def _error(self, what: str, value: float, origin: str = "") -> TrainingError:
        rate = self.optimizer.param_groups[0]["lr"]
        return TrainingError(
            f"the {what} became {value}{origin}: lower the learning rate, which is {rate:g}, or find the op "
            "that made it with mg.debug()"
        )
