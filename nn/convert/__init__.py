"""State dicts of other programs as those of this one, and back: PyTorch's tensors, GPT-2's names."""

from nn.convert.gpt2 import from_gpt2 as from_gpt2, to_gpt2 as to_gpt2, to_nanogpt as to_nanogpt
from nn.convert.torch_tensors import to_torch as to_torch

__all__ = ["from_gpt2", "to_gpt2", "to_nanogpt", "to_torch"]
