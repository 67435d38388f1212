"""Writing a model for inference elsewhere, as ONNX."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nn.evaluating import evaluating
from nn.exporting.graph import Graph
from nn.exporting.mappings import MAPPINGS
from nn.exporting.tracing import Batch, ExportError, Traced, Value, memory_of, trace
from nn.inputs import plain
from nn.module import Module
from nn.saving.whole_files import write_whole
from nn.state import arrays_of

OPSET, FORMAT = 20, 9  # versions of ONNX's operators and of its files: the first that have Gelu
LARGEST = 2**31 - 1  # bytes of a message of protobuf


def export_onnx(
    model: Module,
    example_inputs: Any,
    path: str | os.PathLike[str],
    *,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    kwargs: Mapping[str, Any] | None = None,
) -> None:
    """Write what `model`, in evaluation mode, computes of `example_inputs` to an ONNX file.

        nn.export_onnx(model, x, "model.onnx")  # x (N, ...), or a tuple of arrays that the model takes

    The first axis of each input is that of the examples, of which there are at least 2 here and any number
    later; the other lengths stay those of the example.  `kwargs` go to the model as they are.  Weights keep
    the names of the state dict where ONNX takes them as they are.  A recurrent layer, a convolution and an
    attention are nodes that any runtime knows (operator set 20).

    The ops are those that the model calls, seen with `mg.observe` in two runs with other numbers.  Raises
    ExportError for an op without a counterpart, by name, and for what depends on the inputs by anything but
    ops; ImportError without onnx; FileError where the file cannot be written.
    """
    onnx = _require_onnx()
    if not isinstance(model, Module):
        raise TypeError(f"export_onnx takes an nn.Module, and got a {type(model).__name__}: put it into one")
    inputs = _examples(example_inputs)
    given = dict(kwargs or {})
    with evaluating(model):
        traced = trace(lambda *x: model(*x, **given), inputs, MAPPINGS)
    names_in = _names("input", input_names, len(traced.inputs))
    names_out = _names("output", output_names, len(traced.outputs))
    graph = Graph(onnx, {memory_of(array): name for name, array in arrays_of(model).items()})
    graph.values.update({value.place: name for value, name in zip(traced.inputs, names_in, strict=True)})
    _fill(graph, traced)
    for value, name in zip(traced.outputs, names_out, strict=True):
        graph.nodes.append(onnx.helper.make_node("Identity", [graph.values[value.place]], [name]))
    _drop_unread(graph, names_out)
    _check_read(graph, names_in)
    made = onnx.helper.make_model(
        onnx.helper.make_graph(
            graph.nodes,
            type(model).__name__,
            [_told(graph, name, value) for name, value in zip(names_in, traced.inputs, strict=True)],
            [_told(graph, name, value) for name, value in zip(names_out, traced.outputs, strict=True)],
            [onnx.numpy_helper.from_array(array, name) for name, array in graph.constants.items()],
        ),
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=FORMAT,
        producer_name="minigrad",
    )
    if made.ByteSize() > LARGEST:
        raise ExportError(
            f"{type(model).__name__} has {made.ByteSize():,} bytes, and an ONNX file holds {LARGEST:,}: "
            "export its parts one by one"
        )
    try:
        onnx.checker.check_model(made, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise ExportError(
            f"ONNX refuses {type(model).__name__} ({str(error).splitlines()[0]}): give inputs of the dtype "
            "of the weights, such as x.astype(np.float32)"
        ) from None
    write_whole(Path(path), made.SerializeToString())


def _examples(given: Any) -> list[np.ndarray]:
    """The inputs as arrays.  Raises ValueError unless each has as many examples as the first, 2 at least."""
    inputs = [plain(x) for x in (given if isinstance(given, (tuple, list)) else [given])]
    counts = {x.shape[:1] for x in inputs}
    if len(counts) != 1 or counts == {()} or min(counts) < (2,):
        shapes = ", ".join(str(x.shape) for x in inputs) or "none"
        raise ValueError(
            "export_onnx takes inputs of as many examples each, and 2 at least, to see what depends on them, "
            f"and got {shapes}: give arrays (N, ...)"
        )
    return inputs


def _names(kind: str, given: Sequence[str] | None, count: int) -> list[str]:
    """Names of inputs or outputs.  Raises ValueError unless there are `count`, all different."""
    names = [kind] if count == 1 else [f"{kind}_{i}" for i in range(count)]
    if given is None:
        return names
    if isinstance(given, str) or len({*given}) != count or len(given) != count:
        raise ValueError(
            f"the model has {count} {kind}s, and {kind}_names is {given!r}: give {names}, or others"
        )
    return list(given)


def _fill(graph: Graph, traced: Traced) -> None:
    """A node or several for each call."""
    for call in traced.calls:
        if call.op not in MAPPINGS:
            where = f" in {call.scope}" if call.scope else ""
            raise ExportError(
                f"the op {call.op}{where} has no counterpart in ONNX here: compute it by other ops, or "
                "export the part of the model before it"
            )
        name = MAPPINGS[call.op](graph, call)
        graph.values[call.out.place] = name
        graph.made_by[name] = call


def _drop_unread(graph: Graph, outputs: Iterable[str]) -> None:
    """Leave out nodes and constants that no output depends on, such as windows that became a convolution."""
    read, kept = set(outputs), []
    for node in reversed(graph.nodes):
        if read & set(node.output):
            read.update(node.input)
            kept.append(node)
    graph.nodes = kept[::-1]
    graph.constants = {name: array for name, array in graph.constants.items() if name in read}


def _check_read(graph: Graph, names: Iterable[str]) -> None:
    read = {name for node in graph.nodes for name in node.input}
    for name in names:
        if name not in read:
            raise ExportError(
                f"no op reads {name}: what it decides outside of ops would be built into the file; leave it "
                "out, or give it as kwargs"
            )


def _told(graph: Graph, name: str, value: Value) -> Any:
    """The type and shape of an input or output."""
    shape = [_length(size) for size in value.shape]
    return graph.onnx.helper.make_tensor_value_info(name, graph.element_type(value.dtype), shape)


def _length(size: int | Batch) -> int | str:
    if isinstance(size, int):
        return size
    return "batch" if size.times == 1 else f"{size.times}*batch"


def _require_onnx() -> Any:
    try:
        import onnx
    except ImportError:
        raise ImportError("ONNX files need onnx, which is not installed: pip install onnx") from None
    return onnx
