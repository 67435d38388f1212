"""Tensor: an ndarray, and the node of the graph that made it; with its operators and methods.

`tensor` is the class itself, `operators` what a * b calls, `methods` NumPy's methods, `elementwise` those
of functions such as tanh, `inplace` writing (with `memory`, which tensors share one), `hooks` what sees a
gradient pass, `cuts` numbers taken out of a graph, `numpy_protocols` how NumPy's functions take a Tensor,
`interchange` how other libraries do, `unknown_names` what is said of attributes that are not there.
"""

from minigrad.tensor.cuts import GraphCutError, GraphCutWarning
from minigrad.tensor.tensor import Tensor, tensor

__all__ = ["GraphCutError", "GraphCutWarning", "Tensor", "tensor"]
