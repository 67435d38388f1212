"""minigrad: reverse-mode automatic differentiation over NumPy arrays.

With this package one can

- compute with Tensors as with arrays, under NumPy's names: `mg.exp(t)`, `np.sum(t, axis=0)`, `a @ b`;
- have gradients left on the leaves, `loss.backward()`, or given by a function, `mg.grad(f)(x)`,
  to any order;
- check a derivative against finite differences, `mg.check_grads(f, (x,))`;
- see what was computed, `mg.draw(loss)`.

How it works, in reading order: `operators` (what a * b calls), `ops.arithmetic` (the op and its
derivative, side by side), `operation` (what a call records), `graph` (the walk that comes back).
"""

from minigrad import ops as _ops  # noqa: F401 - fills the registry
from minigrad.autodiff import grad, value_and_grad
from minigrad.checking import GradientError, check_grads
from minigrad.drawing import Drawing, draw
from minigrad.graph import GraphFreedError
from minigrad.modes import current_scope, default_dtype, is_recording, no_grad, observe, record, scope
from minigrad.ops.activation import elu, leaky_relu, logsigmoid, relu, sigmoid, silu, softplus
from minigrad.ops.alias import alias
from minigrad.ops.arithmetic import (
    add,
    cbrt,
    divide,
    multiply,
    negative,
    positive,
    power,
    reciprocal,
    remainder,
    sqrt,
    square,
    subtract,
)
from minigrad.ops.exponential import exp, exp2, expm1, log, log1p, log2, log10, logaddexp
from minigrad.ops.fused.attention import attention_weights, scaled_dot_product_attention
from minigrad.ops.fused.cross_entropy import cross_entropy
from minigrad.ops.fused.gelu import gelu
from minigrad.ops.fused.layer_norm import layer_norm
from minigrad.ops.fused.linear import linear
from minigrad.ops.fused.recurrent_gru import gru
from minigrad.ops.fused.recurrent_lstm import lstm
from minigrad.ops.fused.recurrent_rnn import rnn
from minigrad.ops.indexing import getitem, repeat, scatter_add, take, take_along_axis
from minigrad.ops.joining import concatenate, hstack, split, stack, vstack
from minigrad.ops.joining import concatenate as concat
from minigrad.ops.product import dot, einsum, matmul, outer
from minigrad.ops.reduction import cumsum, logsumexp, max, mean, min, prod, std, sum, var
from minigrad.ops.rotate import rotate
from minigrad.ops.selection import absolute, clip, maximum, minimum, where
from minigrad.ops.selection import absolute as abs
from minigrad.ops.shape import (
    astype,
    broadcast_to,
    copy,
    expand_dims,
    flip,
    moveaxis,
    pad,
    ravel,
    reshape,
    roll,
    squeeze,
    swapaxes,
    tile,
    transpose,
    tril,
    triu,
)
from minigrad.ops.softmax import log_softmax, softmax
from minigrad.ops.special import erf
from minigrad.ops.trigonometry import (
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    cos,
    cosh,
    hypot,
    sin,
    sinh,
    tan,
    tanh,
)
from minigrad.registry import OPS
from minigrad.tensor import Tensor, tensor

__version__ = "0.1.0"

__all__ = [
    "OPS",
    "Drawing",
    "GradientError",
    "GraphFreedError",
    "Tensor",
    "abs",
    "absolute",
    "add",
    "alias",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "astype",
    "attention_weights",
    "broadcast_to",
    "cbrt",
    "check_grads",
    "clip",
    "concat",
    "concatenate",
    "copy",
    "cos",
    "cosh",
    "cross_entropy",
    "cumsum",
    "current_scope",
    "default_dtype",
    "divide",
    "dot",
    "draw",
    "einsum",
    "elu",
    "erf",
    "exp",
    "exp2",
    "expand_dims",
    "expm1",
    "flip",
    "gelu",
    "getitem",
    "grad",
    "gru",
    "hstack",
    "hypot",
    "is_recording",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_softmax",
    "logaddexp",
    "logsigmoid",
    "logsumexp",
    "lstm",
    "matmul",
    "max",
    "maximum",
    "mean",
    "min",
    "minimum",
    "moveaxis",
    "multiply",
    "negative",
    "no_grad",
    "observe",
    "outer",
    "pad",
    "positive",
    "power",
    "prod",
    "ravel",
    "reciprocal",
    "record",
    "relu",
    "remainder",
    "repeat",
    "reshape",
    "rnn",
    "roll",
    "rotate",
    "scaled_dot_product_attention",
    "scatter_add",
    "scope",
    "sigmoid",
    "silu",
    "sin",
    "sinh",
    "softmax",
    "softplus",
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "std",
    "subtract",
    "sum",
    "swapaxes",
    "take",
    "take_along_axis",
    "tan",
    "tanh",
    "tensor",
    "tile",
    "transpose",
    "tril",
    "triu",
    "value_and_grad",
    "var",
    "vstack",
    "where",
]
