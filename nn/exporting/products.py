"""Products, normalisations, and rotary positions."""

import numpy as np

from nn.exporting.graph import Graph, mapping
from nn.exporting.tracing import Call, ExportError


@mapping("linear")
def linear(graph: Graph, call: Call) -> str:
    """x·Wᵀ + b, with the weight as it is saved."""
    x, weight, bias = call.arguments.values()
    dtype = call.out.dtype
    name = graph.tensor(x, dtype)
    if len(x.shape) == 2:
        biases = [] if bias is None else [graph.tensor(bias, dtype)]
        return graph.add("Gemm", name, graph.tensor(weight, dtype), *biases, transB=1)
    turned = graph.add("Transpose", graph.tensor(weight, dtype), perm=[1, 0])
    product = graph.add("MatMul", name, turned)
    return product if bias is None else graph.add("Add", product, graph.tensor(bias, dtype))


@mapping("layer_norm")
def layer_norm(graph: Graph, call: Call) -> str:
    x, weight, bias, axis, eps = call.arguments.values()
    ndim = len(x.shape)
    axes = sorted(a % ndim for a in (axis if isinstance(axis, tuple) else (axis,)))
    if axes != list(range(axes[0], ndim)):
        raise ExportError(
            f"layer_norm over axes {axis} of {ndim} is not exported: normalise over the last ones"
        )
    shape = [size for size in x.shape[axes[0] :] if isinstance(size, int)]
    scale = np.ones(shape, call.out.dtype) if weight is None else weight
    biases = [] if bias is None else [graph.tensor(bias, call.out.dtype)]
    name, scale = graph.tensor(x, call.out.dtype), graph.tensor(scale, call.out.dtype)
    return graph.add("LayerNormalization", name, scale, *biases, axis=axes[0], epsilon=float(eps))


@mapping("softmax", "log_softmax")
def softmax(graph: Graph, call: Call) -> str:
    x, axis = call.arguments.values()
    if isinstance(axis, tuple):
        raise ExportError(f"{call.op} over several axes is not exported: reshape them into one")
    return graph.add({"softmax": "Softmax"}.get(call.op, "LogSoftmax"), graph.tensor(x), axis=axis)


@mapping("rotate")
def rotate(graph: Graph, call: Call) -> str:
    """(x₂ᵢ, x₂ᵢ₊₁) to (x₂ᵢ·cos - x₂ᵢ₊₁·sin, x₂ᵢ·sin + x₂ᵢ₊₁·cos)."""
    x, cos, sin = call.arguments.values()
    dtype = call.out.dtype
    cos, sin = graph.tensor(cos[..., None], dtype), graph.tensor(sin[..., None], dtype)
    pairs = graph.reshaped(graph.tensor(x, dtype), (*x.shape[:-1], x.shape[-1] // 2, 2))
    first, second = graph.add("Split", pairs, outputs=2, axis=-1, num_outputs=2)
    turned = (
        graph.add("Sub", graph.add("Mul", first, cos), graph.add("Mul", second, sin)),
        graph.add("Add", graph.add("Mul", first, sin), graph.add("Mul", second, cos)),
    )
    return graph.reshaped(graph.add("Concat", *turned, axis=-1), call.out.shape)
