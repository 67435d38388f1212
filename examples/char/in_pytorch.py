"""The same training with its steps computed by PyTorch: weights and averages go there, and come back."""

from collections.abc import Mapping
from typing import Any

import torch
from torch.nn.utils import clip_grad_norm_

import nn
from examples.char.torch_twin import TorchCharTransformer
from examples.char.training import Trainer


class TrainerInPyTorch(Trainer):
    """A Trainer whose model and optimiser have twins in PyTorch, which do its steps.

    The twins begin with the state here, at first and where a run is resumed, and give theirs back after each
    step: data, schedule, evaluations and checkpoints are those of any run.
    """

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.twin = TorchCharTransformer(self.model.config, self.model.state_dict())
        theirs, places = dict(self.twin.named_parameters()), {}
        for name, p in self.model.named_parameters():
            places[p] = theirs[name]
        groups = [{"params": [places[p] for p in group["params"]]} for group in self.optimizer.param_groups]
        self.optimizer_of_twin = torch.optim.AdamW(groups)

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        super().load_state_dict(state_dict)
        self.twin.load_state_dict(nn.convert.to_torch(self.model.state_dict()))

    def step(self) -> nn.Step:
        """As nn.Training's."""
        (batch,) = self.next_batches()
        rate = self.optimizer.param_groups[0]["lr"]
        self.optimizer_of_twin.load_state_dict(nn.convert.to_torch(self.optimizer.state_dict()))
        self.optimizer_of_twin.zero_grad()
        loss = self.twin.loss(*map(torch.tensor, batch))
        loss.backward()
        norm = clip_grad_norm_(self.twin.parameters(), self.settings.clip)
        if not norm.isfinite():
            raise nn.TrainingError(
                f"at step {self.number + 1} the gradient became {norm}: lower the learning rate, {rate:g}"
            )
        self.optimizer_of_twin.step()
        self.model.load_state_dict(self.twin.state_dict())
        self.optimizer.load_state_dict(self.optimizer_of_twin.state_dict())
        self.schedule.step()
        self.number += 1
        self._recent.append(loss.item())
        return nn.Step(self.number, loss.item(), norm.item(), rate)
