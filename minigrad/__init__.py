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

from minigrad import linalg
from minigrad import ops as _ops  # noqa: F401 - fills the registry
from minigrad.array_api.creation import from_dlpack
from minigrad.autodiff import (
    CheckpointError,
    checkpoint,
    elementwise_grad,
    ggnvp,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    per_example_grad,
    stop_gradient,
    value_and_grad,
    vjp,
)
from minigrad.checking import GradientError, KinkWarning, check_grads
from minigrad.debugging import NonFiniteError, SavedArrayError, debug
from minigrad.drawing import Drawing, draw
from minigrad.fused import fused
from minigrad.graph import GraphFreedError
from minigrad.modes import current_scope, default_dtype, is_recording, no_grad, observe, record, scope
from minigrad.ops.activation import (
    celu,
    elu,
    leaky_relu,
    logsigmoid,
    mish,
    relu,
    selu,
    sigmoid,
    silu,
    softplus,
    tanhshrink,
)
from minigrad.ops.activation_piecewise import (
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    relu6,
    softshrink,
    softsign,
    threshold,
)
from minigrad.ops.alias import alias
from minigrad.ops.arithmetic import (
    add,
    cbrt,
    conjugate,
    divide,
    divmod,
    float_power,
    fmod,
    ldexp,
    modf,
    multiply,
    negative,
    positive,
    power,
    real,
    real_if_close,
    reciprocal,
    remainder,
    sqrt,
    square,
    subtract,
)
from minigrad.ops.arithmetic import conjugate as conj
from minigrad.ops.arithmetic import divide as true_divide
from minigrad.ops.arithmetic import power as pow
from minigrad.ops.arithmetic import remainder as mod
from minigrad.ops.choosing import choose, compress, extract, select
from minigrad.ops.convolution.convolution import conv1d, conv2d
from minigrad.ops.convolution.transposed import conv_transpose1d, conv_transpose2d
from minigrad.ops.convolution.unfolding import fold, unfold
from minigrad.ops.convolution.windows import overlap_add, sliding_windows
from minigrad.ops.correlation import convolve, correlate
from minigrad.ops.cumulative import cumprod, cumsum, cumulative_prod, cumulative_sum, prod
from minigrad.ops.diagonal import diag, diagflat, diagonal, trace, tril, triu
from minigrad.ops.differences import diff, ediff1d, gradient, trapezoid
from minigrad.ops.editing import delete, insert, trim_zeros
from minigrad.ops.einsum import einsum
from minigrad.ops.exponential import exp, exp2, expm1, log, log1p, log2, log10, logaddexp, logaddexp2
from minigrad.ops.extremes import max, min, nanmax, nanmin, ptp
from minigrad.ops.extremes import max as amax
from minigrad.ops.extremes import min as amin
from minigrad.ops.flipping import flip, fliplr, flipud, roll, rot90
from minigrad.ops.fused.attention import attention_weights, scaled_dot_product_attention
from minigrad.ops.fused.cross_entropy import cross_entropy
from minigrad.ops.fused.gelu import gelu
from minigrad.ops.fused.layer_norm import layer_norm
from minigrad.ops.fused.linear import linear
from minigrad.ops.fused.recurrent_gru import gru
from minigrad.ops.fused.recurrent_lstm import lstm
from minigrad.ops.fused.recurrent_rnn import rnn
from minigrad.ops.grid import meshgrid
from minigrad.ops.indexing import getitem, index_put, scatter_add, take, take_along_axis
from minigrad.ops.interpolation import interp
from minigrad.ops.joining import (
    append,
    array_split,
    block,
    column_stack,
    concatenate,
    dsplit,
    dstack,
    hsplit,
    hstack,
    split,
    stack,
    unstack,
    vsplit,
    vstack,
)
from minigrad.ops.joining import concatenate as concat
from minigrad.ops.nan_reduction import nancumprod, nancumsum, nanmean, nanprod, nanstd, nansum, nanvar
from minigrad.ops.padding import pad
from minigrad.ops.polynomial import polyval, vander
from minigrad.ops.pooling.average import adaptive_avg_pool1d, adaptive_avg_pool2d, avg_pool1d, avg_pool2d
from minigrad.ops.pooling.maximum import adaptive_max_pool1d, adaptive_max_pool2d, max_pool1d, max_pool2d
from minigrad.ops.product import (
    cross,
    dot,
    inner,
    kron,
    matmul,
    matvec,
    outer,
    tensordot,
    vdot,
    vecdot,
    vecmat,
)
from minigrad.ops.quantile import median, nanmedian, nanpercentile, nanquantile, percentile, quantile
from minigrad.ops.reduction import average, logsumexp, mean, std, sum, var
from minigrad.ops.repeating import repeat, resize, tile
from minigrad.ops.rotate import rotate
from minigrad.ops.selection import (
    absolute,
    clip,
    copysign,
    fabs,
    fmax,
    fmin,
    maximum,
    minimum,
    nan_to_num,
    where,
)
from minigrad.ops.selection import absolute as abs
from minigrad.ops.shape import (
    astype,
    atleast_1d,
    atleast_2d,
    atleast_3d,
    broadcast_arrays,
    broadcast_to,
    copy,
    expand_dims,
    matrix_transpose,
    moveaxis,
    ravel,
    reshape,
    rollaxis,
    squeeze,
    swapaxes,
    transpose,
)
from minigrad.ops.shape import transpose as permute_dims
from minigrad.ops.sinc import sinc
from minigrad.ops.softmax import log_softmax, softmax
from minigrad.ops.sorting import partition, sort, topk
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
    deg2rad,
    degrees,
    hypot,
    rad2deg,
    radians,
    sin,
    sinh,
    tan,
    tanh,
    unwrap,
)
from minigrad.ops.trigonometry import arccos as acos
from minigrad.ops.trigonometry import arccosh as acosh
from minigrad.ops.trigonometry import arcsin as asin
from minigrad.ops.trigonometry import arcsinh as asinh
from minigrad.ops.trigonometry import arctan as atan
from minigrad.ops.trigonometry import arctan2 as atan2
from minigrad.ops.trigonometry import arctanh as atanh
from minigrad.ops.windows import sliding_window_view
from minigrad.primitive import primitive
from minigrad.registry import OPS
from minigrad.tensor import Tensor, tensor

__version__ = "0.1.0"

__all__ = [
    "OPS",
    "CheckpointError",
    "Drawing",
    "GradientError",
    "GraphFreedError",
    "KinkWarning",
    "NonFiniteError",
    "SavedArrayError",
    "Tensor",
    "abs",
    "absolute",
    "acos",
    "acosh",
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "add",
    "alias",
    "amax",
    "amin",
    "append",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "array_split",
    "asin",
    "asinh",
    "astype",
    "atan",
    "atan2",
    "atanh",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "attention_weights",
    "average",
    "avg_pool1d",
    "avg_pool2d",
    "block",
    "broadcast_arrays",
    "broadcast_to",
    "cbrt",
    "celu",
    "check_grads",
    "checkpoint",
    "choose",
    "clip",
    "column_stack",
    "compress",
    "concat",
    "concatenate",
    "conj",
    "conjugate",
    "conv1d",
    "conv2d",
    "conv_transpose1d",
    "conv_transpose2d",
    "convolve",
    "copy",
    "copysign",
    "correlate",
    "cos",
    "cosh",
    "cross",
    "cross_entropy",
    "cumprod",
    "cumsum",
    "cumulative_prod",
    "cumulative_sum",
    "current_scope",
    "debug",
    "default_dtype",
    "deg2rad",
    "degrees",
    "delete",
    "diag",
    "diagflat",
    "diagonal",
    "diff",
    "divide",
    "divmod",
    "dot",
    "draw",
    "dsplit",
    "dstack",
    "ediff1d",
    "einsum",
    "elementwise_grad",
    "elu",
    "erf",
    "exp",
    "exp2",
    "expand_dims",
    "expm1",
    "extract",
    "fabs",
    "flip",
    "fliplr",
    "flipud",
    "float_power",
    "fmax",
    "fmin",
    "fmod",
    "fold",
    "from_dlpack",
    "fused",
    "gelu",
    "getitem",
    "ggnvp",
    "grad",
    "gradient",
    "gru",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "hessian",
    "hsplit",
    "hstack",
    "hvp",
    "hypot",
    "index_put",
    "inner",
    "insert",
    "interp",
    "is_recording",
    "jacobian",
    "jvp",
    "kron",
    "layer_norm",
    "ldexp",
    "leaky_relu",
    "linalg",
    "linear",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_softmax",
    "logaddexp",
    "logaddexp2",
    "logsigmoid",
    "logsumexp",
    "lstm",
    "matmul",
    "matrix_transpose",
    "matvec",
    "max",
    "max_pool1d",
    "max_pool2d",
    "maximum",
    "mean",
    "median",
    "meshgrid",
    "min",
    "minimum",
    "mish",
    "mod",
    "modf",
    "moveaxis",
    "multiply",
    "nan_to_num",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmedian",
    "nanmin",
    "nanpercentile",
    "nanprod",
    "nanquantile",
    "nanstd",
    "nansum",
    "nanvar",
    "negative",
    "no_grad",
    "observe",
    "outer",
    "overlap_add",
    "pad",
    "partition",
    "per_example_grad",
    "percentile",
    "permute_dims",
    "polyval",
    "positive",
    "pow",
    "power",
    "primitive",
    "prod",
    "ptp",
    "quantile",
    "rad2deg",
    "radians",
    "ravel",
    "real",
    "real_if_close",
    "reciprocal",
    "record",
    "relu",
    "relu6",
    "remainder",
    "repeat",
    "reshape",
    "resize",
    "rnn",
    "roll",
    "rollaxis",
    "rot90",
    "rotate",
    "scaled_dot_product_attention",
    "scatter_add",
    "scope",
    "select",
    "selu",
    "sigmoid",
    "silu",
    "sin",
    "sinc",
    "sinh",
    "sliding_window_view",
    "sliding_windows",
    "softmax",
    "softplus",
    "softshrink",
    "softsign",
    "sort",
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "std",
    "stop_gradient",
    "subtract",
    "sum",
    "swapaxes",
    "take",
    "take_along_axis",
    "tan",
    "tanh",
    "tanhshrink",
    "tensor",
    "tensordot",
    "threshold",
    "tile",
    "topk",
    "trace",
    "transpose",
    "trapezoid",
    "tril",
    "trim_zeros",
    "triu",
    "true_divide",
    "unfold",
    "unstack",
    "unwrap",
    "value_and_grad",
    "vander",
    "var",
    "vdot",
    "vecdot",
    "vecmat",
    "vjp",
    "vsplit",
    "vstack",
    "where",
]
