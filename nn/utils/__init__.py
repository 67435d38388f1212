"""Helpers for training, as torch.nn.utils."""

from nn.utils.clip import clip_grad_norm_, clip_grad_value_
from nn.utils.vector import parameters_to_vector, vector_to_parameters

__all__ = ["clip_grad_norm_", "clip_grad_value_", "parameters_to_vector", "vector_to_parameters"]
