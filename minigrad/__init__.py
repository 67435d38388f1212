"""minigrad: reverse-mode automatic differentiation over NumPy arrays.

With this package one can

- compute with Tensors as with arrays, under NumPy's names: `mg.exp(t)`, `np.sum(t, axis=0)`, `a @ b`;
- have gradients left on the leaves, `loss.backward()`, or given by a function, `mg.grad(f)(x)`,
  to any order;
- have other derivatives, `mg.jvp`, `mg.hessian` ..., of functions of arrays or of trees of them;
- check a derivative against finite differences, `mg.check_grads(f, (x,))`, and find the first NaN,
  `with mg.debug(): ...`;
- see what was computed, `mg.draw(loss)`, and walk through its derivatives, `mg.explore(loss, "walk.html")`.

How it works, in reading order: `tensor.operators` (what a * b calls), `ops.elementwise.arithmetic` (the
op and its derivative, side by side), `operation` (what a call records), `primitive` (what a node saves, and
how rules are called), `graph` (the walk back), `gradients` (how shares are added up), and `tensor.tensor`
(`backward`).
"""

import importlib
import types
import typing

# NumPy first, and not from the depth of our own imports: where the stack is at the edge of one of CPython's
# chunks of it, every call allocates a chunk and frees it again, and NumPy's import took twice its time.
import numpy as _  # noqa: F401

from minigrad import array_namespace, forks, kernels as kernels, linalg as linalg
from minigrad.contexts import (
    current_scope as current_scope,
    default_dtype as default_dtype,
    is_part_of_batch as is_part_of_batch,
    is_recording as is_recording,
    is_watched as is_watched,
    no_grad as no_grad,
    part_of_batch as part_of_batch,
    scope as scope,
)
from minigrad.dlpack import from_dlpack as from_dlpack
from minigrad.fused import fused as fused
from minigrad.graph import GraphFreedError as GraphFreedError
from minigrad.ops.alias import alias as alias
from minigrad.ops.assembly.choosing import (
    choose as choose,
    compress as compress,
    extract as extract,
    select as select,
)
from minigrad.ops.assembly.editing import delete as delete, insert as insert, trim_zeros as trim_zeros
from minigrad.ops.assembly.joining import (
    append as append,
    array_split as array_split,
    block as block,
    column_stack as column_stack,
    concatenate as concatenate,
    dsplit as dsplit,
    dstack as dstack,
    hsplit as hsplit,
    hstack as hstack,
    split as split,
    stack as stack,
    unstack as unstack,
    vsplit as vsplit,
    vstack as vstack,
)
from minigrad.ops.assembly.padding import pad as pad
from minigrad.ops.assembly.repeating import repeat as repeat, resize as resize, tile as tile
from minigrad.ops.convolution.convolution import conv1d as conv1d, conv2d as conv2d
from minigrad.ops.convolution.transposed import (
    conv_transpose1d as conv_transpose1d,
    conv_transpose2d as conv_transpose2d,
)
from minigrad.ops.convolution.unfolding import fold as fold, unfold as unfold
from minigrad.ops.convolution.window_view import sliding_window_view as sliding_window_view
from minigrad.ops.convolution.windows import overlap_add as overlap_add, sliding_windows as sliding_windows
from minigrad.ops.elementwise.activation import (
    celu as celu,
    elu as elu,
    leaky_relu as leaky_relu,
    logsigmoid as logsigmoid,
    mish as mish,
    relu as relu,
    selu as selu,
    sigmoid as sigmoid,
    silu as silu,
    softplus as softplus,
    tanhshrink as tanhshrink,
)
from minigrad.ops.elementwise.activation_piecewise import (
    hardshrink as hardshrink,
    hardsigmoid as hardsigmoid,
    hardswish as hardswish,
    hardtanh as hardtanh,
    relu6 as relu6,
    softshrink as softshrink,
    softsign as softsign,
    threshold as threshold,
)
from minigrad.ops.elementwise.arithmetic import (
    add as add,
    cbrt as cbrt,
    conjugate as conjugate,
    divide as divide,
    divmod as divmod,
    fmod as fmod,
    imag as imag,
    ldexp as ldexp,
    modf as modf,
    multiply as multiply,
    negative as negative,
    positive as positive,
    real as real,
    real_if_close as real_if_close,
    reciprocal as reciprocal,
    remainder as remainder,
    sqrt as sqrt,
    square as square,
    subtract as subtract,
)
from minigrad.ops.elementwise.exponential import (
    exp as exp,
    exp2 as exp2,
    expm1 as expm1,
    log as log,
    log1p as log1p,
    log2 as log2,
    log10 as log10,
    logaddexp as logaddexp,
    logaddexp2 as logaddexp2,
)
from minigrad.ops.elementwise.power import float_power as float_power, power as power
from minigrad.ops.elementwise.rounding import (
    around as around,
    ceil as ceil,
    fix as fix,
    floor as floor,
    floor_divide as floor_divide,
    heaviside as heaviside,
    rint as rint,
    round as round,
    sign as sign,
    trunc as trunc,
)
from minigrad.ops.elementwise.selection import (
    absolute as absolute,
    clip as clip,
    copysign as copysign,
    fabs as fabs,
    fmax as fmax,
    fmin as fmin,
    maximum as maximum,
    minimum as minimum,
    nan_to_num as nan_to_num,
    where as where,
)
from minigrad.ops.elementwise.sinc import sinc as sinc
from minigrad.ops.elementwise.special import erf as erf
from minigrad.ops.elementwise.trigonometry import (
    arccos as arccos,
    arccosh as arccosh,
    arcsin as arcsin,
    arcsinh as arcsinh,
    arctan as arctan,
    arctan2 as arctan2,
    arctanh as arctanh,
    cos as cos,
    cosh as cosh,
    deg2rad as deg2rad,
    degrees as degrees,
    hypot as hypot,
    rad2deg as rad2deg,
    radians as radians,
    sin as sin,
    sinh as sinh,
    tan as tan,
    tanh as tanh,
    unwrap as unwrap,
)
from minigrad.ops.fused.attention import (
    attention_weights as attention_weights,
    scaled_dot_product_attention as scaled_dot_product_attention,
)
from minigrad.ops.fused.cross_entropy import cross_entropy as cross_entropy
from minigrad.ops.fused.gelu import gelu as gelu
from minigrad.ops.fused.layer_norm import layer_norm as layer_norm
from minigrad.ops.fused.linear import linear as linear
from minigrad.ops.fused.masked_softmax import masked_softmax as masked_softmax
from minigrad.ops.fused.recurrent_gru import gru as gru
from minigrad.ops.fused.recurrent_lstm import lstm as lstm
from minigrad.ops.fused.recurrent_rnn import rnn as rnn
from minigrad.ops.fused.self_attention import self_attention as self_attention
from minigrad.ops.indexing.places import (
    getitem as getitem,
    index_put as index_put,
    scatter_add as scatter_add,
    take as take,
    take_along_axis as take_along_axis,
)
from minigrad.ops.ordering.quantile import (
    median as median,
    nanmedian as nanmedian,
    nanpercentile as nanpercentile,
    nanquantile as nanquantile,
    percentile as percentile,
    quantile as quantile,
)
from minigrad.ops.ordering.sets import (
    intersect1d as intersect1d,
    setdiff1d as setdiff1d,
    setxor1d as setxor1d,
    union1d as union1d,
    unique as unique,
    unique_all as unique_all,
    unique_counts as unique_counts,
    unique_inverse as unique_inverse,
    unique_values as unique_values,
)
from minigrad.ops.ordering.sorting import partition as partition, sort as sort, topk as topk
from minigrad.ops.pooling.average import (
    adaptive_avg_pool1d as adaptive_avg_pool1d,
    adaptive_avg_pool2d as adaptive_avg_pool2d,
    avg_pool1d as avg_pool1d,
    avg_pool2d as avg_pool2d,
)
from minigrad.ops.pooling.maximum import (
    adaptive_max_pool1d as adaptive_max_pool1d,
    adaptive_max_pool2d as adaptive_max_pool2d,
    max_pool1d as max_pool1d,
    max_pool2d as max_pool2d,
)
from minigrad.ops.product.correlation import convolve as convolve, correlate as correlate
from minigrad.ops.product.einsum import einsum as einsum
from minigrad.ops.product.interpolation import interp as interp
from minigrad.ops.product.polynomial import polyval as polyval, vander as vander
from minigrad.ops.product.products import (
    cross as cross,
    dot as dot,
    inner as inner,
    kron as kron,
    matmul as matmul,
    matvec as matvec,
    outer as outer,
    tensordot as tensordot,
    vdot as vdot,
    vecdot as vecdot,
    vecmat as vecmat,
)
from minigrad.ops.reduction.cumulative import (
    cumprod as cumprod,
    cumsum as cumsum,
    cumulative_prod as cumulative_prod,
    cumulative_sum as cumulative_sum,
    prod as prod,
)
from minigrad.ops.reduction.differences import (
    diff as diff,
    ediff1d as ediff1d,
    gradient as gradient,
    trapezoid as trapezoid,
)
from minigrad.ops.reduction.extremes import (
    max as max,
    min as min,
    nanmax as nanmax,
    nanmin as nanmin,
    ptp as ptp,
)
from minigrad.ops.reduction.nan_reduction import (
    nancumprod as nancumprod,
    nancumsum as nancumsum,
    nanmean as nanmean,
    nanprod as nanprod,
    nanstd as nanstd,
    nansum as nansum,
    nanvar as nanvar,
)
from minigrad.ops.reduction.softmax import log_softmax as log_softmax, softmax as softmax
from minigrad.ops.reduction.sums import (
    average as average,
    logsumexp as logsumexp,
    mean as mean,
    std as std,
    sum as sum,
    var as var,
)
from minigrad.ops.reduction.trace import trace as trace
from minigrad.ops.rotate import rotate as rotate
from minigrad.ops.shape.diagonal import (
    diag as diag,
    diagflat as diagflat,
    diagonal as diagonal,
    tril as tril,
    triu as triu,
)
from minigrad.ops.shape.flipping import (
    flip as flip,
    fliplr as fliplr,
    flipud as flipud,
    roll as roll,
    rot90 as rot90,
)
from minigrad.ops.shape.grid import meshgrid as meshgrid
from minigrad.ops.shape.reshaping import (
    astype as astype,
    atleast_1d as atleast_1d,
    atleast_2d as atleast_2d,
    atleast_3d as atleast_3d,
    broadcast_arrays as broadcast_arrays,
    broadcast_to as broadcast_to,
    copy as copy,
    expand_dims as expand_dims,
    matrix_transpose as matrix_transpose,
    moveaxis as moveaxis,
    ravel as ravel,
    reshape as reshape,
    rollaxis as rollaxis,
    squeeze as squeeze,
    swapaxes as swapaxes,
    transpose as transpose,
)
from minigrad.primitive import primitive as primitive
from minigrad.registry import OPS as OPS
from minigrad.tensor import (
    GraphCutError as GraphCutError,
    GraphCutWarning as GraphCutWarning,
    Tensor as Tensor,
    tensor as tensor,
)
from minigrad.watching import observe as observe

# Second names, from NumPy too.
abs = absolute
acos = arccos
acosh = arccosh
amax = max
amin = min
asin = arcsin
asinh = arcsinh
atan = arctan
atan2 = arctan2
atanh = arctanh
concat = concatenate
conj = conjugate
mod = remainder
permute_dims = transpose
pow = power
true_divide = divide

__version__ = "0.1.0"

Tensor.__array_namespace__ = array_namespace.__array_namespace__

if typing.TYPE_CHECKING:
    from minigrad.autodiff import *
    from minigrad.checking import *
    from minigrad.debugging import *
    from minigrad.drawing import *
    from minigrad.exploring import *
    from minigrad.pages import *

# Loaded when first asked for, since not every program wants them.
_LATER = {
    "autodiff": "CheckpointError backward_leaf_by_leaf checkpoint cores data_parallel elementwise_grad ggnvp "
    "grad hessian hooked hvp jacobian jvp per_example_grad stop_gradient value_and_grad vjp",
    "array_api": "",
    "checking": "GradientError KinkWarning check_grads",
    "debugging": "NonFiniteError SavedArrayError debug",
    "drawing": "Drawing draw name record",
    "exploring": "explore",
    "pages": "array_data fragment markup page",
}
_FOUND_IN = {name: package for package, names in _LATER.items() for name in (package, *names.split())}

# What is imported above, without the modules that it comes from, and what can be loaded later.
__all__ = sorted(
    ["kernels", "linalg"]
    + [name for name, value in globals().items() if name[0] != "_" and type(value) is not types.ModuleType]
    + [name for name in _FOUND_IN if name not in _LATER]
)

if not typing.TYPE_CHECKING:  # to the checker a name that is not there stays an error

    def __getattr__(name: str) -> object:
        if name not in _FOUND_IN:
            if name.startswith("_"):
                raise AttributeError(f"module 'minigrad' has no attribute {name!r}")
            names = importlib.import_module("minigrad.mistakes.names")
            raise AttributeError(names.of_engine(name, __all__))
        with forks.HELD_OFF:
            package = importlib.import_module(f"minigrad.{_FOUND_IN[name]}")
        found = globals()[name] = package if name in _LATER else getattr(package, name)
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
