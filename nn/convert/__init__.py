"""State dicts of other programs as those of this one, and back: `to_torch`."""

from nn.convert.torch_tensors import to_torch as to_torch

__all__ = ["to_torch"]
