"""LSTM, GRU and RNN over a sequence, whose gates ONNX has in another order."""

from typing import Any

import numpy as np

from nn.exporting.graph import Graph, mapping
from nn.exporting.tracing import Call, ExportError, Repeated, Value

LEARNED = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
ORDER = {"lstm": (0, 3, 1, 2), "gru": (1, 0, 2), "rnn": (0,)}  # of i f g o, of r z n


@mapping("lstm", "gru", "rnn")
def recurrent(graph: Graph, call: Call) -> str:
    """(B, T, in) -> (B, T, H), of an LSTM (B, T + 1, H) with the last cell state at the end."""
    given, dtype = call.arguments, call.out.dtype
    if any(isinstance(given[name], Value) for name in LEARNED) or not _is_full(given["mask"]):
        raise ExportError(
            f"{call.op} over shorter sequences, or with weights that are computed, is not exported: give "
            "sequences of one length"
        )
    how = {"lstm": {"outputs": 3}, "gru": {"outputs": 2, "linear_before_reset": 1}, "rnn": {"outputs": 2}}
    settings: dict[str, Any] = {"hidden_size": given["weight_hh"].shape[1], **how[call.op]}
    if call.op == "rnn":
        settings["activations"] = [given["nonlinearity"].capitalize()]
    weights = [_in_order(call.op, given[name])[None].astype(dtype) for name in LEARNED[:2]]
    biases = [_bias(call.op, given[name], weights[0].shape[1]) for name in LEARNED[2:]]
    x = graph.add("Transpose", graph.tensor(given["x"], dtype), perm=[1, 0, 2])  # (T, B, in)
    inputs = [x, *map(graph.constant, weights), graph.constant(np.concatenate(biases)[None], dtype), ""]
    inputs += [_state(graph, call, given[name]) for name in ("h0", "c0") if name in given]
    states, *last = graph.add(call.op.upper(), *inputs, **settings)  # (T, 1, B, H), (1, B, H)
    every = graph.add("Squeeze", states, graph.integers(1))
    if call.op == "lstm":
        every = graph.add("Concat", every, last[-1], axis=0)  # (T + 1, B, H)
    return graph.add("Transpose", every, perm=[1, 0, 2])


def _is_full(mask: Any) -> bool:
    """Whether every step counts."""
    whole = mask.array if isinstance(mask, Repeated) else mask
    return whole is None or (isinstance(whole, np.ndarray) and bool(whole.all()))


def _in_order(op: str, x: np.ndarray) -> np.ndarray:
    """A weight or bias with its gates as ONNX has them."""
    gates = np.split(x, len(ORDER[op]))
    return np.concatenate([gates[i] for i in ORDER[op]])


def _bias(op: str, bias: Any, size: int) -> np.ndarray:
    return np.zeros(size) if bias is None else _in_order(op, bias)


def _state(graph: Graph, call: Call, state: Any) -> str:
    """(1, B, H), or "" for zeros."""
    return (
        ""
        if state is None
        else graph.add("Unsqueeze", graph.tensor(state, call.out.dtype), graph.integers(0))
    )
