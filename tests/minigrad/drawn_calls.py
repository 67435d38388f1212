"""Calls of ops with drawn shapes and options: CALLS[name](draw, rng) is a call, and the arrays to give it.

As in `samples`, a call takes first what it calls, an op or what the op is held against.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.minigrad.samples.activation import ACTIVATIONS
from tests.minigrad.samples.domains import Draw, apart, positive, real
from tests.minigrad.samples.elementwise import BINARY, UNARY
from tests.minigrad.samples.linalg import regular
from tests.minigrad.test_broadcasting import einsums

Call = tuple[Callable[..., Any], list[np.ndarray]]
Domain = Callable[..., Draw]

CALLS: dict[str, Callable[[Any, np.random.Generator], Call]] = {}


def calls(*names: str, **variants: Any) -> Callable[..., Any]:
    """Enter the function below for each of these ops; it is given the name and its variant."""

    def enter(function: Callable[..., Call]) -> Callable[..., Call]:
        for name in (*names, *variants):
            given = (variants[name],) if name in variants else ()
            CALLS[name.replace("__", ".")] = lambda draw, rng, given=given: function(draw, rng, *given)
        return function

    return enter


def shapes(min_dims: int = 0, max_dims: int = 3, min_side: int = 0, max_side: int = 3) -> Any:
    return hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=max_side)


def values(rng: np.random.Generator, domain: Domain, *shape: int) -> np.ndarray:
    return np.asarray(domain(*shape)(rng))


def axis_of(draw: Any, shape: Sequence[int]) -> int:
    return draw(st.integers(-len(shape), len(shape) - 1))


def axes_of(draw: Any, shape: Sequence[int]) -> Any:
    """None, an axis or several."""
    return draw(st.none() | hnp.valid_tuple_axes(len(shape)) | st.integers(-len(shape), len(shape) - 1))


# -- elementwise ----------------------------------------------------------------------------------


@calls(**UNARY, **ACTIVATIONS)
def _unary(draw: Any, rng: Any, domain: Domain) -> Call:
    return lambda f, x: f(x), [values(rng, domain, *draw(shapes()))]


@calls(**BINARY)
def _binary(draw: Any, rng: Any, domains: tuple[Domain, Domain]) -> Call:
    pair = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0))
    return lambda f, a, b: f(a, b), [
        values(rng, domain, *shape) for domain, shape in zip(domains, pair.input_shapes, strict=True)
    ]


@calls("where", "clip")
def _three(draw: Any, rng: Any) -> Call:
    three = draw(hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=3, max_side=3, min_side=0))
    first, *others = three.input_shapes
    condition = rng.random(first) < 0.5
    arrays = [values(rng, apart, *shape) for shape in others]
    if draw(st.booleans()):
        return lambda f, a, b: f(condition, a, b) if f.__name__ == "where" else f(a, b, None), arrays
    return lambda f, a, b: f(condition, b, a) if f.__name__ == "where" else f(a, None, b), arrays


@calls("ldexp")
def _ldexp(draw: Any, rng: Any) -> Call:
    shape = draw(shapes())
    exponents = rng.integers(-3, 4, shape)
    return lambda f, x: f(x, exponents), [values(rng, real, *shape)]


# -- over axes ------------------------------------------------------------------------------------


@calls(sum=real, mean=real, prod=positive, max=apart, min=apart, ptp=apart, logsumexp=real)
def _reduction(draw: Any, rng: Any, domain: Domain) -> Call:
    shape = draw(shapes(min_dims=1, min_side=1))
    axes, keepdims = axes_of(draw, shape), draw(st.booleans())
    return lambda f, x: f(x, axis=axes, keepdims=keepdims), [values(rng, domain, *shape)]


@calls("var", "std", "nanvar", "nanstd")
def _spread(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1, min_side=2))
    axis, ddof, keepdims = axis_of(draw, shape), draw(st.integers(0, 1)), draw(st.booleans())
    return lambda f, x: f(x, axis=axis, ddof=ddof, keepdims=keepdims), [values(rng, apart, *shape)]


@calls("nansum", "nanmean", "nanprod", "nanmax", "nanmin", "nanmedian")
def _with_holes(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1, min_side=2))
    axis, keepdims = axis_of(draw, shape), draw(st.booleans())
    x = values(rng, apart, *shape)
    x[rng.random(shape) < 0.3] = np.nan
    x[(slice(None),) * (axis % len(shape)) + (0,)] = 1.7  # no row of NaNs only, of which NumPy warns
    return lambda f, x: f(x, axis=axis, keepdims=keepdims), [x]


@calls("average")
def _average(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1, min_side=1))
    axis, keepdims = axis_of(draw, shape), draw(st.booleans())
    weights = values(rng, positive, *(shape if draw(st.booleans()) else (shape[axis],)))
    return lambda f, x, w: f(x, axis, w, keepdims=keepdims), [values(rng, real, *shape), weights]


@calls("cumsum", "cumprod", "nancumsum", "nancumprod")
def _running(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1))
    axis = draw(st.none() | st.integers(-len(shape), len(shape) - 1))
    return lambda f, x: f(x, axis), [values(rng, real, *shape)]


@calls("cumulative_sum", "cumulative_prod")
def _running_with_initial(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1))
    axis, initial = axis_of(draw, shape), draw(st.booleans())
    return lambda f, x: f(x, axis=axis, include_initial=initial), [values(rng, real, *shape)]


@calls("diff")
def _diff(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1))
    n, axis = draw(st.integers(0, 3)), axis_of(draw, shape)
    return lambda f, x: f(x, n, axis), [values(rng, real, *shape)]


@calls("gradient")
def _gradient(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1, min_side=3, max_side=4))
    axis, order = axis_of(draw, shape), draw(st.integers(1, 2))
    return lambda f, x: f(x, axis=axis, edge_order=order), [values(rng, real, *shape)]


@calls("trapezoid")
def _trapezoid(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1, min_side=1))
    axis = axis_of(draw, shape)
    return lambda f, y, x: f(y, x, axis=axis), [values(rng, real, *shape), values(rng, real, *shape)]


@calls("softmax", "log_softmax")
def _softmax(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1, min_side=1))
    axes = draw(hnp.valid_tuple_axes(len(shape), min_size=1) | st.integers(-len(shape), len(shape) - 1))
    return lambda f, x: f(x, axis=axes), [values(rng, real, *shape)]


# -- putting in order -----------------------------------------------------------------------------


@calls("sort")
def _sort(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1))
    axis = draw(st.none() | st.integers(-len(shape), len(shape) - 1))
    return lambda f, x: f(x, axis), [values(rng, apart, *shape)]


@calls("partition")
def _partition(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1, min_side=1))
    axis = axis_of(draw, shape)
    places = tuple(range(shape[axis]))  # all of them: else the order of the others is NumPy's own affair
    return lambda f, x: f(x, places, axis=axis), [values(rng, apart, *shape)]


@calls("topk")
def _topk(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1, min_side=1))
    axis, largest = axis_of(draw, shape), draw(st.booleans())
    k = draw(st.integers(0, shape[axis]))
    return lambda f, x: f(x, k, axis, largest)[0], [values(rng, apart, *shape)]


@calls("median", quantile=1, percentile=100, nanquantile=1, nanpercentile=100)
def _quantile(draw: Any, rng: Any, whole: int = 0) -> Call:
    shape = draw(shapes(min_dims=1, min_side=1))
    axes, keepdims = axes_of(draw, shape), draw(st.booleans())
    assume(axes != ())  # NumPy takes no median of no axes
    x = values(rng, apart, *shape)
    if not whole:
        return lambda f, x: f(x, axis=axes, keepdims=keepdims), [x]
    q = whole * draw(hnp.arrays(float, shapes(max_dims=1, min_side=1), elements=st.integers(0, 16))) / 16
    method = draw(st.sampled_from(["linear", "lower", "higher", "midpoint"]))
    return lambda f, x: f(x, q, axis=axes, keepdims=keepdims, method=method), [x]


# -- products -------------------------------------------------------------------------------------


@calls(matmul=np.matmul.signature, vecdot="(n),(n)->()", matvec="(m,n),(n)->(m)", vecmat="(n),(n,m)->(m)")
def _product(draw: Any, rng: Any, signature: str) -> Call:
    pair = draw(hnp.mutually_broadcastable_shapes(signature=signature, max_dims=2, max_side=3, min_side=0))
    return lambda f, a, b: f(a, b), [values(rng, real, *shape) for shape in pair.input_shapes]


@calls("outer", "kron")
def _outer(draw: Any, rng: Any) -> Call:
    return lambda f, a, b: f(a, b), [values(rng, real, *draw(shapes(max_dims=2))) for _ in "ab"]


@calls("inner")
def _inner(draw: Any, rng: Any) -> Call:
    first, other = draw(shapes(min_dims=1)), draw(shapes(max_dims=2))
    return lambda f, a, b: f(a, b), [values(rng, real, *first), values(rng, real, *other, first[-1])]


@calls("dot")
def _dot(draw: Any, rng: Any) -> Call:
    first = draw(shapes(min_dims=1, max_dims=2))
    other = draw(st.sampled_from([(first[-1],), (first[-1], 2), (2, first[-1], 3)]))
    return lambda f, a, b: f(a, b), [values(rng, real, *first), values(rng, real, *other)]


@calls("tensordot")
def _tensordot(draw: Any, rng: Any) -> Call:
    summed, left, right = (draw(shapes(max_dims=2)) for _ in range(3))
    order = draw(st.permutations(range(len(summed))))
    first = tuple(len(left) + i for i in order)
    arrays = [values(rng, real, *left, *summed), values(rng, real, *summed, *right)]
    return lambda f, a, b: f(a, b, axes=(first, tuple(order))), arrays


@calls("einsum")
def _einsum(draw: Any, rng: Any) -> Call:
    subscripts, operands = draw(einsums())
    return lambda f, *xs: f(subscripts, *xs), [values(rng, real, *shape) for shape in operands]


@calls("convolve", "correlate")
def _convolve(draw: Any, rng: Any) -> Call:
    lengths, mode = draw(shapes(2, 2, 1, 6)), draw(st.sampled_from(["full", "same", "valid"]))
    return lambda f, a, v: f(a, v, mode), [values(rng, real, n) for n in lengths]


@calls("cross")
def _cross(draw: Any, rng: Any) -> Call:
    pair = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=2, max_side=3, min_side=0))
    return lambda f, a, b: f(a, b), [values(rng, real, *shape, 3) for shape in pair.input_shapes]


# -- joining and indexing -------------------------------------------------------------------------


@calls("concatenate", "stack", "vstack", "hstack", "dstack")
def _join(draw: Any, rng: Any) -> Call:
    shape, count = draw(shapes(min_dims=1)), draw(st.integers(1, 3))
    return lambda f, *xs: f(xs), [values(rng, real, *shape) for _ in range(count)]


@calls("getitem", "index_put")
def _index(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1, min_side=1))
    index = draw(
        hnp.basic_indices(shape, allow_newaxis=True)
        | hnp.integer_array_indices(shape, result_shape=hnp.array_shapes(max_dims=2, max_side=3))
    )
    x, accumulate = values(rng, real, *shape), draw(st.booleans())
    put = values(rng, real, *x[index].shape[1:])  # broadcast
    return lambda f, x, v: f(x, index) if f.__name__ == "getitem" else f(x, index, v, accumulate), [x, put]


@calls("index_put-rows")
def _add_rows(draw: Any, rng: Any) -> Call:
    """Values that broadcast to a block of places, each of which may be named many times."""
    length, block = draw(st.integers(1, 3)), draw(shapes(2, 2, 1))
    index = rng.integers(-length, length, block)
    arrays = [values(rng, real, length), values(rng, real, *block[draw(st.integers(0, 2)) :])]
    return lambda f, x, v: f(x, index, v, accumulate=True), arrays


@calls("take_along_axis")
def _take_along_axis(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1, min_side=1))
    axis = axis_of(draw, shape)
    indices = rng.integers(0, shape[axis], shape)
    return lambda f, x: f(x, indices, axis), [values(rng, real, *shape)]


# -- fused ----------------------------------------------------------------------------------------


@calls("linear")
def _linear(draw: Any, rng: Any) -> Call:
    shape, features, biased = draw(shapes(min_dims=1)), draw(st.integers(1, 3)), draw(st.booleans())
    bias = [values(rng, real, features)] if biased else []
    arrays = [values(rng, real, *shape), values(rng, real, features, shape[-1]), *bias]
    return lambda f, *operands: f(*operands), arrays


@calls("layer_norm")
def _layer_norm(draw: Any, rng: Any) -> Call:
    shape, over = draw(shapes(min_dims=2, min_side=2)), draw(st.integers(1, 2))
    axes = tuple(range(-over, 0))
    affine = [values(rng, real, *shape[-over:]) for _ in range(draw(st.integers(0, 2)))]
    return lambda f, x, *affine: f(x, *affine, axis=axes, eps=0.01), [values(rng, apart, *shape), *affine]


@calls("cross_entropy")
def _cross_entropy(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1, min_side=1))
    axis = axis_of(draw, shape)
    targets = rng.integers(0, shape[axis], tuple(np.delete(shape, axis)))
    options = {
        "reduction": draw(st.sampled_from(["none", "sum", "mean"])),
        "label_smoothing": draw(st.sampled_from([0.0, 0.2])),
    }
    return lambda f, x: f(x, np.asarray(targets), axis=axis, **options), [values(rng, real, *shape)]


@calls("scaled_dot_product_attention", "attention_weights")
def _attention(draw: Any, rng: Any) -> Call:
    batch, (t, s, d) = draw(shapes(max_dims=2, min_side=1)), draw(shapes(3, 3, 1))
    causal, masked = draw(st.booleans()), draw(st.booleans())
    mask = rng.random((t, s)) < 0.7 if masked else None
    arrays = [values(rng, real, *batch, n, d) for n in (t, s, s)]

    def call(f: Any, q: Any, k: Any, v: Any) -> Any:
        weights_only = f.__name__ == "attention_weights"
        return f(q, k, *(() if weights_only else (v,)), attn_mask=mask, is_causal=causal)

    return call, arrays


@calls("masked_softmax")
def _masked_softmax(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1))
    mask = rng.random(shape[-2:]) < 0.7
    return lambda f, x: f(x, mask), [values(rng, real, *shape)]


@calls(rnn=1, gru=3, lstm=4)
def _recurrent(draw: Any, rng: Any, gates: int) -> Call:
    n, t, features, hidden = draw(shapes(4, 4, 1))
    weights = [values(rng, real, gates * hidden, size) for size in (features, hidden)]
    biases = [values(rng, real, gates * hidden) for _ in "ih"] if draw(st.booleans()) else []
    return lambda f, *operands: f(*operands), [values(rng, real, n, t, features), *weights, *biases]


@calls("gelu-tanh")
def _gelu(draw: Any, rng: Any) -> Call:
    return lambda f, x: f(x, approximate="tanh"), [values(rng, real, *draw(shapes()))]


# -- convolution and pooling ----------------------------------------------------------------------


@calls(conv1d=1, conv2d=2, conv_transpose1d=-1, conv_transpose2d=-2)
def _convolution(draw: Any, rng: Any, axes: int) -> Call:
    n, groups, inside, outside = abs(axes), *(draw(st.integers(1, 2)) for _ in range(3))
    options = {name: draw(st.integers(1, 2)) for name in ("stride", "dilation")}
    options |= {"groups": groups, "padding": draw(st.integers(0, 1))}
    size, kernel = draw(shapes(n, n, 3, 5)), draw(shapes(n, n, 1, 2))
    channels = (groups * outside, inside) if axes > 0 else (groups * inside, outside)
    return lambda f, x, weight, bias: f(x, weight, bias, **options), [
        values(rng, real, draw(st.integers(0, 2)), groups * inside, *size),
        values(rng, real, *channels, *kernel),
        values(rng, real, groups * outside),
    ]


@calls(max_pool1d=1, max_pool2d=2, avg_pool1d=1, avg_pool2d=2)
def _pooling(draw: Any, rng: Any, n: int) -> Call:
    kernel, stride = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    options = {"padding": draw(st.integers(0, kernel // 2)), "ceil_mode": draw(st.booleans())}
    size = draw(shapes(n, n, 3, 5))
    return lambda f, x: f(x, kernel, stride, **options), [values(rng, apart, 1, 2, *size)]


# -- linear algebra -------------------------------------------------------------------------------


def _matrices(draw: Any, rng: Any, n: int, m: int) -> np.ndarray:
    return values(rng, regular, *draw(shapes(max_dims=2, max_side=2)), n, m)


@calls("linalg.inv", "linalg.det", "linalg.slogdet", "linalg.cholesky", "linalg.eigvalsh", "linalg.eigh")
def _square(draw: Any, rng: Any) -> Call:
    n = draw(st.integers(1, 3))

    def call(f: Any, a: Any) -> Any:
        name = f.__name__
        symmetric = a @ a.swapaxes(-1, -2) if name in ("cholesky", "eigvalsh", "eigh") else a
        result = f(symmetric)
        return result[0] if name == "eigh" else result[1] if name == "slogdet" else result

    return call, [_matrices(draw, rng, n, n)]


@calls("linalg.svdvals", "linalg.pinv", "linalg.qr")
def _oblong(draw: Any, rng: Any) -> Call:
    rows, columns = draw(shapes(2, 2, 1))
    return lambda f, a: f(a)[1] if f.__name__ == "qr" else f(a), [_matrices(draw, rng, rows, columns)]


@calls("linalg.solve")
def _solve(draw: Any, rng: Any) -> Call:
    n = draw(st.integers(1, 3))
    return lambda f, a, b: f(a, b), [
        _matrices(draw, rng, n, n),
        values(rng, real, n, draw(st.integers(1, 2))),
    ]


@calls("linalg.matrix_power")
def _matrix_power(draw: Any, rng: Any) -> Call:
    n, power = draw(st.integers(1, 3)), draw(st.integers(-2, 4))
    return lambda f, a: f(a, power), [_matrices(draw, rng, n, n)]


@calls("linalg.norm")
def _norm(draw: Any, rng: Any) -> Call:
    shape = draw(shapes(min_dims=1, min_side=2))
    axis, keepdims = axis_of(draw, shape), draw(st.booleans())
    order = draw(st.sampled_from([None, 1, 2, 3, 2.5, np.inf, -np.inf, -1]))
    return lambda f, x: f(x, order, axis, keepdims), [values(rng, apart, *shape)]
