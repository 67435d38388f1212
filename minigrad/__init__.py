"""minigrad: reverse-mode automatic differentiation over NumPy arrays.

With this package one can

- compute with Tensors as with arrays, under NumPy's names: `mg.exp(t)`, `np.sum(t, axis=0)`, `a @ b`;
- have gradients left on the leaves, `loss.backward()`, or given by a function, `mg.grad(f)(x)`,
  to any order;
- have other derivatives, `mg.jvp`, `mg.hessian` ..., of functions of arrays or of trees of them;
- check a derivative against finite differences, `mg.check_grads(f, (x,))`, and find the first NaN,
  `with mg.debug(): ...`;
- see what was computed, `mg.draw(loss)`.

How it works, in reading order: `tensor.operators` (what a * b calls), `ops.elementwise.arithmetic` (the
op and its derivative, side by side), `operation` (what a call records), `graph` (the walk that comes back).
"""

from importlib import import_module
from typing import TYPE_CHECKING

from minigrad import array_namespace, forks, kernels, linalg
from minigrad.contexts import (
    current_scope,
    default_dtype,
    is_part_of_batch,
    is_recording,
    is_watched,
    no_grad,
    scope,
)
from minigrad.fused import fused
from minigrad.graph import GraphFreedError
from minigrad.ops.alias import alias
from minigrad.ops.assembly.choosing import choose, compress, extract, select
from minigrad.ops.assembly.editing import delete, insert, trim_zeros
from minigrad.ops.assembly.joining import (
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
from minigrad.ops.assembly.joining import concatenate as concat
from minigrad.ops.assembly.padding import pad
from minigrad.ops.assembly.repeating import repeat, resize, tile
from minigrad.ops.convolution.convolution import conv1d, conv2d
from minigrad.ops.convolution.transposed import conv_transpose1d, conv_transpose2d
from minigrad.ops.convolution.unfolding import fold, unfold
from minigrad.ops.convolution.window_view import sliding_window_view
from minigrad.ops.convolution.windows import overlap_add, sliding_windows
from minigrad.ops.elementwise.activation import (
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
from minigrad.ops.elementwise.activation_piecewise import (
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    relu6,
    softshrink,
    softsign,
    threshold,
)
from minigrad.ops.elementwise.arithmetic import (
    add,
    cbrt,
    conjugate,
    divide,
    divmod,
    fmod,
    imag,
    ldexp,
    modf,
    multiply,
    negative,
    positive,
    real,
    real_if_close,
    reciprocal,
    remainder,
    sqrt,
    square,
    subtract,
)
from minigrad.ops.elementwise.arithmetic import conjugate as conj
from minigrad.ops.elementwise.arithmetic import divide as true_divide
from minigrad.ops.elementwise.arithmetic import remainder as mod
from minigrad.ops.elementwise.exponential import (
    exp,
    exp2,
    expm1,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    logaddexp2,
)
from minigrad.ops.elementwise.power import float_power, power
from minigrad.ops.elementwise.power import power as pow
from minigrad.ops.elementwise.rounding import (
    around,
    ceil,
    fix,
    floor,
    floor_divide,
    heaviside,
    rint,
    round,
    sign,
    trunc,
)
from minigrad.ops.elementwise.selection import (
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
from minigrad.ops.elementwise.selection import absolute as abs
from minigrad.ops.elementwise.sinc import sinc
from minigrad.ops.elementwise.special import erf
from minigrad.ops.elementwise.trigonometry import (
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
from minigrad.ops.elementwise.trigonometry import arccos as acos
from minigrad.ops.elementwise.trigonometry import arccosh as acosh
from minigrad.ops.elementwise.trigonometry import arcsin as asin
from minigrad.ops.elementwise.trigonometry import arcsinh as asinh
from minigrad.ops.elementwise.trigonometry import arctan as atan
from minigrad.ops.elementwise.trigonometry import arctan2 as atan2
from minigrad.ops.elementwise.trigonometry import arctanh as atanh
from minigrad.ops.fused.attention import attention_weights, scaled_dot_product_attention
from minigrad.ops.fused.cross_entropy import cross_entropy
from minigrad.ops.fused.gelu import gelu
from minigrad.ops.fused.layer_norm import layer_norm
from minigrad.ops.fused.linear import linear
from minigrad.ops.fused.recurrent_gru import gru
from minigrad.ops.fused.recurrent_lstm import lstm
from minigrad.ops.fused.recurrent_rnn import rnn
from minigrad.ops.fused.self_attention import self_attention
from minigrad.ops.indexing.places import getitem, index_put, scatter_add, take, take_along_axis
from minigrad.ops.ordering.quantile import median, nanmedian, nanpercentile, nanquantile, percentile, quantile
from minigrad.ops.ordering.sets import (
    intersect1d,
    setdiff1d,
    setxor1d,
    union1d,
    unique,
    unique_all,
    unique_counts,
    unique_inverse,
    unique_values,
)
from minigrad.ops.ordering.sorting import partition, sort, topk
from minigrad.ops.pooling.average import adaptive_avg_pool1d, adaptive_avg_pool2d, avg_pool1d, avg_pool2d
from minigrad.ops.pooling.maximum import adaptive_max_pool1d, adaptive_max_pool2d, max_pool1d, max_pool2d
from minigrad.ops.product.correlation import convolve, correlate
from minigrad.ops.product.einsum import einsum
from minigrad.ops.product.interpolation import interp
from minigrad.ops.product.polynomial import polyval, vander
from minigrad.ops.product.products import (
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
from minigrad.ops.reduction.cumulative import cumprod, cumsum, cumulative_prod, cumulative_sum, prod
from minigrad.ops.reduction.differences import diff, ediff1d, gradient, trapezoid
from minigrad.ops.reduction.extremes import max, min, nanmax, nanmin, ptp
from minigrad.ops.reduction.extremes import max as amax
from minigrad.ops.reduction.extremes import min as amin
from minigrad.ops.reduction.nan_reduction import (
    nancumprod,
    nancumsum,
    nanmean,
    nanprod,
    nanstd,
    nansum,
    nanvar,
)
from minigrad.ops.reduction.softmax import log_softmax, softmax
from minigrad.ops.reduction.sums import average, logsumexp, mean, std, sum, var
from minigrad.ops.reduction.trace import trace
from minigrad.ops.rotate import rotate
from minigrad.ops.shape.diagonal import diag, diagflat, diagonal, tril, triu
from minigrad.ops.shape.flipping import flip, fliplr, flipud, roll, rot90
from minigrad.ops.shape.grid import meshgrid
from minigrad.ops.shape.reshaping import (
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
from minigrad.ops.shape.reshaping import transpose as permute_dims
from minigrad.primitive import primitive
from minigrad.registry import OPS
from minigrad.tensor import GraphCutError, GraphCutWarning, Tensor, tensor
from minigrad.watching import observe

__version__ = "0.1.0"

Tensor.__array_namespace__ = array_namespace.__array_namespace__

if TYPE_CHECKING:
    from minigrad.array_api.creation import from_dlpack
    from minigrad.autodiff import (
        data_parallel,
        elementwise_grad,
        ggnvp,
        grad,
        hessian,
        hooked,
        hvp,
        jacobian,
        jvp,
        per_example_grad,
        stop_gradient,
        value_and_grad,
        vjp,
    )
    from minigrad.autodiff.checkpoint import CheckpointError, checkpoint
    from minigrad.checking import GradientError, KinkWarning, check_grads
    from minigrad.debugging import NonFiniteError, SavedArrayError
    from minigrad.debugging.debug import debug
    from minigrad.drawing import Drawing, draw, record
else:
    # Loaded when first asked for, since not every program wants them.
    _LATER = {
        "autodiff": "CheckpointError checkpoint data_parallel elementwise_grad ggnvp grad hessian hooked hvp "
        "jacobian jvp per_example_grad stop_gradient value_and_grad vjp",
        "array_api": "from_dlpack",
        "checking": "GradientError KinkWarning check_grads",
        "debugging": "NonFiniteError SavedArrayError debug",
        "drawing": "Drawing draw record",
    }
    _ROOMS = {name: room for room, names in _LATER.items() for name in (room, *names.split())}

    def __getattr__(name: str) -> object:
        if name not in _ROOMS:
            if name.startswith("_"):
                raise AttributeError(f"module 'minigrad' has no attribute {name!r}")
            names = import_module("minigrad.mistakes.names")
            raise AttributeError(names.of_engine(name, __all__))
        with forks.HELD_OFF:
            room = import_module(f"minigrad.{_ROOMS[name]}")
        found = globals()[name] = room if name in _LATER else getattr(room, name)
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__all__ = [
    "OPS",
    "CheckpointError",
    "Drawing",
    "GradientError",
    "GraphCutError",
    "GraphCutWarning",
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
    "around",
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
    "ceil",
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
    "data_parallel",
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
    "fix",
    "flip",
    "fliplr",
    "flipud",
    "float_power",
    "floor",
    "floor_divide",
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
    "heaviside",
    "hessian",
    "hooked",
    "hsplit",
    "hstack",
    "hvp",
    "hypot",
    "imag",
    "index_put",
    "inner",
    "insert",
    "interp",
    "intersect1d",
    "is_part_of_batch",
    "is_recording",
    "is_watched",
    "jacobian",
    "jvp",
    "kernels",
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
    "rint",
    "rnn",
    "roll",
    "rollaxis",
    "rot90",
    "rotate",
    "round",
    "scaled_dot_product_attention",
    "scatter_add",
    "scope",
    "select",
    "self_attention",
    "selu",
    "setdiff1d",
    "setxor1d",
    "sigmoid",
    "sign",
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
    "trunc",
    "unfold",
    "union1d",
    "unique",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
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
