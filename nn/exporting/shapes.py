"""Ops that move elements: shapes, axes, places, joining; and those that reduce along axes."""

from typing import Any

import numpy as np

from nn.exporting.graph import Graph, mapping
from nn.exporting.tracing import Batch, Call, ExportError, Value

REDUCED = {
    "sum": "ReduceSum",
    "mean": "ReduceMean",
    "max": "ReduceMax",
    "min": "ReduceMin",
    "prod": "ReduceProd",
    "logsumexp": "ReduceLogSumExp",
}
END = np.iinfo(np.int64).max


@mapping("reshape", "squeeze", "expand_dims")
def reshape(graph: Graph, call: Call) -> str:
    if call.arguments.get("order", "C") != "C":
        raise ExportError(
            "reshape in the order of Fortran is not exported: transpose, and reshape without order"
        )
    return graph.reshaped(graph.tensor(call.arguments["x"]), call.out.shape)


@mapping("swapaxes", "transpose", "moveaxis")
def transposed(graph: Graph, call: Call) -> str:
    """The axes of the result are found by having NumPy move those of an array without elements' worth."""
    x, *how = call.arguments.values()
    ndim = len(x.shape)
    shape = tuple(range(2, ndim + 2))
    probe = getattr(np, call.op)(np.broadcast_to(np.int8(0), shape), *how)
    return graph.add("Transpose", graph.tensor(x), perm=[size - 2 for size in probe.shape])


@mapping("broadcast_to")
def broadcast_to(graph: Graph, call: Call) -> str:
    return graph.add("Expand", graph.tensor(call.arguments["x"]), graph.dims(call.out.shape))


@mapping("concatenate", "stack")
def joined(graph: Graph, call: Call) -> str:
    axis = call.arguments["axis"] % len(call.out.shape)
    operands = next(x for x in call.arguments.values() if isinstance(x, (tuple, list)))
    names = [graph.tensor(x, call.out.dtype) for x in operands]
    if call.op == "stack":
        names = [graph.add("Unsqueeze", name, graph.integers(axis)) for name in names]
    return graph.add("Concat", *names, axis=axis)


@mapping("flip")
def flip(graph: Graph, call: Call) -> str:
    x, axis = call.arguments["x"], call.arguments["axis"]
    axes = (*range(len(x.shape)),) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    minus = graph.integers(*[-1] * len(axes))
    ends = graph.integers(*[-END] * len(axes))
    return graph.add("Slice", graph.tensor(x), minus, ends, graph.integers(*axes), minus)


@mapping("pad")
def pad(graph: Graph, call: Call) -> str:
    x, widths, values = call.arguments.values()
    filled = {float(value) for pair in values for value in pair} or {0.0}
    if len(filled) > 1:
        raise ExportError("pad with several values is not exported: pad with one after the other")
    before, after = ([int(pair[i]) for pair in widths] for i in (0, 1))
    value = graph.tensor(filled.pop(), call.out.dtype)
    return graph.add("Pad", graph.tensor(x), graph.integers(*before, *after), value)


@mapping(*REDUCED)
def reduced(graph: Graph, call: Call) -> str:
    given = call.arguments
    if given.get("initial") is not None or given.get("where", True) is not True:
        raise ExportError(f"{call.op} with initial= or where= is not exported: leave them out")
    axis = given["axis"]
    axes = [] if axis is None else [graph.integers(*(axis if isinstance(axis, tuple) else (axis,)))]
    x = graph.tensor(given["x"], call.out.dtype)
    return graph.add(REDUCED[call.op], x, *axes, keepdims=int(given["keepdims"]))


@mapping("getitem")
def getitem(graph: Graph, call: Call) -> str:
    """Slices, then at most one array of places, then numbers and new axes by the shape of the result."""
    x, index = call.arguments["x"], call.arguments["index"]
    parts = _spelled_out(index, len(x.shape))
    name = _sliced(graph, graph.tensor(x), parts)
    arrays = [(axis, part) for axis, part in enumerate(p for p in parts if p is not None) if _is_array(part)]
    if not arrays:
        return graph.reshaped(name, call.out.shape)
    if len(arrays) > 1 or any(part is None or isinstance(part, int) for part in parts):
        raise ExportError(
            "an index of several arrays, or of an array beside numbers or None, is not exported: take one "
            "after the other, x[a][:, b]"
        )
    axis, places = arrays[0]
    return graph.add("Gather", name, graph.tensor(places), axis=axis)


def _is_array(part: Any) -> bool:
    return isinstance(part, (np.ndarray, Value))


def _spelled_out(index: Any, ndim: int) -> list[Any]:
    """An index with a part for each axis, and None for each new one."""
    given = index if isinstance(index, tuple) else (index,)
    parts = [np.asarray(part) if isinstance(part, list) else part for part in given]
    for part in parts:
        is_place = _is_array(part) and part.dtype.kind in "iu"
        if part is not None and part is not ... and not isinstance(part, (int, slice)) and not is_place:
            raise ExportError(
                "an index is exported that is made of integers, slices, None and one array of integers, and "
                f"not by {type(part).__name__}"
            )
    missing = ndim - sum(part is not None and part is not ... for part in parts)
    place = next((i for i, part in enumerate(parts) if part is ...), len(parts))
    return [*parts[:place], *[slice(None)] * missing, *parts[place + 1 :]]


def _sliced(graph: Graph, name: str, parts: list[Any]) -> str:
    """What slices and numbers leave, numbers being slices of length 1."""
    cuts: list[tuple[int, int, int, int]] = []
    for axis, part in enumerate(part for part in parts if part is not None):
        if isinstance(part, int):
            cuts.append((axis, part, part + 1 if part != -1 else END, 1))
        elif isinstance(part, slice) and part != slice(None):
            step = 1 if part.step is None else part.step
            start = part.start if part.start is not None else 0 if step > 0 else -1
            stop = part.stop if part.stop is not None else END if step > 0 else -END
            if any(isinstance(x, Batch) for x in (start, stop, step)):
                raise ExportError("a slice of examples is not exported: take them before, or after")
            cuts.append((axis, start, stop, step))
    if not cuts:
        return name
    axes, starts, stops, steps = (graph.integers(*numbers) for numbers in zip(*cuts, strict=True))
    return graph.add("Slice", name, starts, stops, axes, steps)
