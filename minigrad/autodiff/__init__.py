"""Derivatives as functions: from f to its gradient, products, matrices, each a function again.

`trace` runs f on variables of its own and walks back to them; all others are a few lines over it.
`tree` lets arguments and results be dicts, lists and tuples of arrays.
"""

from minigrad.autodiff.checkpoint import CheckpointError as CheckpointError, checkpoint as checkpoint
from minigrad.autodiff.gate import hooked as hooked
from minigrad.autodiff.gradient import (
    elementwise_grad as elementwise_grad,
    grad as grad,
    stop_gradient as stop_gradient,
    value_and_grad as value_and_grad,
)
from minigrad.autodiff.leaf_by_leaf import backward_leaf_by_leaf as backward_leaf_by_leaf
from minigrad.autodiff.matrices import hessian as hessian, jacobian as jacobian
from minigrad.autodiff.parallel import data_parallel as data_parallel
from minigrad.autodiff.per_example import per_example_grad as per_example_grad
from minigrad.autodiff.products import ggnvp as ggnvp, hvp as hvp, jvp as jvp, vjp as vjp
from minigrad.autodiff.threads import cores as cores
