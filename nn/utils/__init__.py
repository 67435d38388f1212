"""Helpers for training, as torch.nn.utils."""

from nn.utils.clip import clip_grad_norm_

__all__ = ["clip_grad_norm_"]
