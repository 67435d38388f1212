"""The size of gradients, weights and updates, layer by layer."""

import math
from collections.abc import Iterable

import numpy as np

from nn.module import Module
from nn.optim import Optimizer
from nn.parameter import Parameter
from nn.utils.clip import norm_of


class Layers:
    """The parameters that `optimizer` changes, by the path of the module whose own they are.

    With g, θ and Δ those of a layer together, a step has gradient/PATH ‖g‖₂ before clipping, weight/PATH
    ‖θ‖₂ and update/PATH ‖Δ‖₂/‖θ‖₂, both by θ before the step.  A layer without a gradient, which the loss
    does not depend on, has NaN.
    """

    def __init__(self, model: Module, optimizer: Optimizer) -> None:
        self.model, self.optimizer = model, optimizer

    def members(self) -> dict[str, list[Parameter]]:
        """The parameters of each layer by its path."""
        changed = {p for group in self.optimizer.param_groups for p in group["params"]}
        found: dict[str, list[Parameter]] = {}
        for name, p in self.model.named_parameters():
            if p in changed:
                path = name.rpartition(".")[0] or type(self.model).__name__
                found.setdefault(path, []).append(p)
        return found

    def weights(self) -> dict[str, list[np.ndarray]]:
        """Copies of them, to be held against those after the step."""
        return {path: [p.data.copy() for p in members] for path, members in self.members().items()}

    def measure(self, before: dict[str, list[np.ndarray]], clipped: float) -> dict[str, float]:
        """The figures of the step from the weights `before`; its gradient was divided by `clipped`."""
        row: dict[str, float] = {}
        layers = self.members()
        for path, members in layers.items():
            gradients = [p.grad.data for p in members if p.grad is not None]
            row[f"gradient/{path}"] = _norm(gradients) * clipped if gradients else math.nan
        for path, members in layers.items():
            size = row[f"weight/{path}"] = _norm(before[path])
            moved = _norm(p.data - old for p, old in zip(members, before[path], strict=True))
            has_moved = size and not math.isnan(row[f"gradient/{path}"])
            row[f"update/{path}"] = moved / size if has_moved else math.nan
        return row


def _norm(arrays: Iterable[np.ndarray]) -> float:
    """‖·‖₂ of all of them together."""
    return math.hypot(*(norm_of(array, 2.0) for array in arrays))
