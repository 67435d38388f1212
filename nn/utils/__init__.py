"""Helpers for training, as torch.nn.utils."""

from typing import TYPE_CHECKING

from nn.mistakes import unknown_name
from nn.utils import parametrizations, rnn
from nn.utils.clip import clip_grad_norm_, clip_grad_value_
from nn.utils.vector import parameters_to_vector, vector_to_parameters
from nn.utils.weight_norm import remove_weight_norm, weight_norm

__all__ = [
    "clip_grad_norm_", "clip_grad_value_", "parameters_to_vector", "parametrizations", "remove_weight_norm",
    "rnn", "vector_to_parameters", "weight_norm",
]  # fmt: skip


if not TYPE_CHECKING:  # to the checker a name that is not there stays an error

    def __getattr__(name: str) -> object:
        raise unknown_name("nn.utils", name, __all__)
