"""Derivatives as functions: from f to its gradient, products, matrices, each a function again.

`trace` runs f on variables of its own and walks back to them; all others are a few lines over it.
`tree` lets arguments and results be dicts, lists and tuples of arrays.
"""

from minigrad.autodiff.checkpoint import CheckpointError, checkpoint
from minigrad.autodiff.gate import hooked
from minigrad.autodiff.gradient import elementwise_grad, grad, stop_gradient, value_and_grad
from minigrad.autodiff.matrices import hessian, jacobian
from minigrad.autodiff.parallel import data_parallel
from minigrad.autodiff.per_example import per_example_grad
from minigrad.autodiff.products import ggnvp, hvp, jvp, vjp

__all__ = [
    "CheckpointError",
    "checkpoint",
    "data_parallel",
    "elementwise_grad",
    "ggnvp",
    "grad",
    "hessian",
    "hooked",
    "hvp",
    "jacobian",
    "jvp",
    "per_example_grad",
    "stop_gradient",
    "value_and_grad",
    "vjp",
]
