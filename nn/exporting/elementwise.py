"""Ops that act on each element."""

import numpy as np

from nn.exporting.graph import Graph, mapping
from nn.exporting.tracing import Call

ONE = {
    "absolute": "Abs", "arccos": "Acos", "arccosh": "Acosh", "arcsin": "Asin", "arcsinh": "Asinh",
    "arctan": "Atan", "arctanh": "Atanh", "ceil": "Ceil", "cos": "Cos", "cosh": "Cosh", "erf": "Erf",
    "exp": "Exp", "fabs": "Abs", "floor": "Floor", "hardswish": "HardSwish", "log": "Log",
    "mish": "Mish", "negative": "Neg", "reciprocal": "Reciprocal", "relu": "Relu", "rint": "Round",
    "selu": "Selu", "sigmoid": "Sigmoid", "sign": "Sign", "sin": "Sin", "sinh": "Sinh",
    "softsign": "Softsign", "sqrt": "Sqrt", "tan": "Tan", "tanh": "Tanh",
}  # fmt: skip
TWO = {
    "add": "Add", "subtract": "Sub", "multiply": "Mul", "divide": "Div", "power": "Pow", "maximum": "Max",
    "minimum": "Min",
}  # fmt: skip
SLOPED = {"leaky_relu": ("LeakyRelu", "negative_slope"), "elu": ("Elu", "alpha"), "celu": ("Celu", "alpha")}
SAME = ("positive", "copy")


@mapping(*ONE)
def one(graph: Graph, call: Call) -> str:
    (x,) = call.arguments.values()
    return graph.add(ONE[call.op], graph.tensor(x, call.out.dtype))


@mapping(*TWO)
def two(graph: Graph, call: Call) -> str:
    a, b = (graph.tensor(x, call.out.dtype) for x in call.arguments.values())
    return graph.add(TWO[call.op], a, b)


@mapping(*SLOPED)
def sloped(graph: Graph, call: Call) -> str:
    kind, name = SLOPED[call.op]
    return graph.add(kind, graph.tensor(call.arguments["x"]), alpha=float(call.arguments[name]))


@mapping(*SAME)
def same(graph: Graph, call: Call) -> str:
    return graph.add("Identity", graph.tensor(call.arguments["x"]))


@mapping("astype")
def astype(graph: Graph, call: Call) -> str:
    return graph.add("Cast", graph.tensor(call.arguments["x"]), to=graph.element_type(call.out.dtype))


@mapping("gelu")
def gelu(graph: Graph, call: Call) -> str:
    return graph.add("Gelu", graph.tensor(call.arguments["x"]), approximate=call.arguments["approximate"])


@mapping("silu")
def silu(graph: Graph, call: Call) -> str:
    x = graph.tensor(call.arguments["x"])
    return graph.add("Mul", x, graph.add("Sigmoid", x))


@mapping("square")
def square(graph: Graph, call: Call) -> str:
    x = graph.tensor(call.arguments["x"])
    return graph.add("Mul", x, x)


@mapping("logsigmoid")
def logsigmoid(graph: Graph, call: Call) -> str:
    """-softplus(-x)."""
    x = graph.add("Neg", graph.tensor(call.arguments["x"]))
    return graph.add("Neg", graph.add("Softplus", x))


@mapping("softplus")
def softplus(graph: Graph, call: Call) -> str:
    """log(1 + exp(beta·x))/beta, and x itself where beta·x is above the threshold."""
    x, beta, threshold = call.arguments.values()
    x, by = graph.tensor(x), graph.tensor(float(beta), call.out.dtype)
    scaled = graph.add("Mul", x, by)
    soft = graph.add("Div", graph.add("Softplus", scaled), by)
    beyond = graph.add("Greater", scaled, graph.tensor(float(threshold), call.out.dtype))
    return graph.add("Where", beyond, x, soft)


@mapping("relu6", "hardtanh")
def clipped(graph: Graph, call: Call) -> str:
    least, most = call.arguments.get("min_val", 0), call.arguments.get("max_val", 6)
    bounds = (graph.tensor(float(x), call.out.dtype) for x in (least, most))
    return graph.add("Clip", graph.tensor(call.arguments["x"]), *bounds)


@mapping("where")
def where(graph: Graph, call: Call) -> str:
    condition, a, b = call.arguments.values()
    return graph.add(
        "Where",
        graph.tensor(condition, np.bool_),
        graph.tensor(a, call.out.dtype),
        graph.tensor(b, call.out.dtype),
    )
