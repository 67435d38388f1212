"""Convolution and pooling: here windows and a product or a reduction, there nodes of their own."""

from typing import Any

import numpy as np

from nn.exporting.graph import Graph, mapping
from nn.exporting.tracing import Batch, Call, Value


@mapping("sliding_windows")
def sliding_windows(graph: Graph, call: Call) -> str:
    """out[..., k, p] = x[..., p·stride + k·dilation]: elements taken along one axis after another."""
    x, kernel, stride, dilation = call.arguments.values()
    n, lead = len(kernel), len(x.shape) - len(kernel)
    name = graph.tensor(x)
    for i, size in enumerate(call.out.shape[-n:]):
        assert isinstance(size, int)
        places = np.arange(kernel[i])[:, None] * dilation[i] + np.arange(size) * stride[i]  # (K, P)
        name = graph.add("Gather", name, graph.constant(places), axis=lead + 2 * i)
    order = [*range(lead), *range(lead, lead + 2 * n, 2), *range(lead + 1, lead + 2 * n, 2)]
    return graph.add("Transpose", name, perm=order)


@mapping("overlap_add")
def overlap_add(graph: Graph, call: Call) -> str:
    """The reverse: a transposed convolution in which each place of the kernel is a channel."""
    windows, size, stride, dilation = call.arguments.values()
    n = len(size)
    kernel, places = windows.shape[-2 * n : -n], windows.shape[-n:]
    taps = int(np.prod(kernel))
    columns = graph.reshaped(graph.tensor(windows), (Batch(), taps, *places))
    weight = graph.tensor(np.eye(taps).reshape(taps, 1, *kernel), call.out.dtype)
    settings = {"kernel_shape": kernel, "strides": stride, "dilations": dilation}
    name = graph.add("ConvTranspose", columns, weight, **settings)
    each = zip(kernel, places, stride, dilation, strict=True)
    reached = [(p - 1) * s + d * (k - 1) + 1 for k, p, s, d in each]
    missing = [0] * (n + 2) + [0, 0] + [whole - some for whole, some in zip(size, reached, strict=True)]
    return graph.reshaped(graph.add("Pad", name, graph.integers(*missing)), call.out.shape)


@mapping("matmul")
def matmul(graph: Graph, call: Call) -> str:
    """A product, or a convolution where it is one of a weight with windows."""
    a, b = call.arguments.values()
    windows = _windows(graph, b)
    if windows is None or isinstance(a, Value) or not _are_columns(a, b, windows):
        return graph.add("MatMul", graph.tensor(a, call.out.dtype), graph.tensor(b, call.out.dtype))
    x, kernel, stride, dilation = windows.arguments.values()
    groups, channels, rows = a.shape
    weight = np.reshape(a, (groups * channels, rows // int(np.prod(kernel)), *kernel))
    settings = {"group": groups, "kernel_shape": kernel, "strides": stride, "dilations": dilation}
    name, pads = _unpadded(graph, x, len(kernel))
    found = graph.add("Conv", name, graph.tensor(weight, call.out.dtype), pads=pads, **settings)
    return graph.reshaped(found, call.out.shape)


def _are_columns(weight: np.ndarray, columns: Value, windows: Call) -> bool:
    """Whether weight (G, O/G, C/G·K) meets columns (N, G, C/G·K, P) of windows of (N, C, ...)."""
    channels, taps = windows.arguments["x"].shape[1], int(np.prod(windows.arguments["kernel"]))
    if weight.ndim != 3 or len(windows.out.shape) != 2 + 2 * len(windows.arguments["kernel"]):
        return False
    groups, _, rows = weight.shape
    return columns.shape[1:-1] == (groups, rows) and groups * rows == channels * taps


@mapping("max_pool")
def max_pool(graph: Graph, call: Call) -> str:
    """The greatest along an axis, or of windows where that axis is theirs."""
    x, axis, _ = call.arguments.values()
    windows = _windows(graph, x)
    if windows is None:
        return graph.add("ReduceMax", graph.tensor(x), graph.integers(axis), keepdims=0)
    x, kernel, stride, dilation = windows.arguments.values()
    settings = {"kernel_shape": kernel, "strides": stride, "dilations": dilation}
    return graph.reshaped(graph.add("MaxPool", graph.tensor(x), **settings), call.out.shape)


def _windows(graph: Graph, x: Any) -> Call | None:
    """The call that took the windows of which `x` is a reshaping, if they are one or two axes wide."""
    made = graph.made_by.get(graph.values[x.place]) if isinstance(x, Value) else None
    if made is not None and made.op == "reshape":
        x = made.arguments["x"]
        made = graph.made_by.get(graph.values[x.place]) if isinstance(x, Value) else None
    return made if made is not None and made.op == "sliding_windows" else None


def _unpadded(graph: Graph, x: Value, n: int) -> tuple[str, list[int]]:
    """What was padded with zeros, and by how much before and after each axis."""
    made = graph.made_by.get(graph.values[x.place])
    if made is None or made.op != "pad":
        return graph.tensor(x), [0] * (2 * n)
    inner, widths, values = made.arguments.values()
    if any(int(width) for pair in widths[:-n] for width in pair) or any(v for pair in values for v in pair):
        return graph.tensor(x), [0] * (2 * n)
    return graph.tensor(inner), [int(pair[i]) for i in (0, 1) for pair in widths[-n:]]
