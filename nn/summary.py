"""A table of a model: what each module gives out, how many parameters it has, how much it computes."""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

import minigrad as mg
from nn.evaluating import evaluating
from nn.module import Module


@dataclass(frozen=True)
class Row:
    """One module.  `parameters` are its own, `flops` those of its own ops, in one forward."""

    path: str
    kind: str
    shape: tuple[int, ...] | None
    parameters: int
    flops: int


@dataclass(frozen=True)
class Summary:
    """What `nn.summary` found: at the prompt, in a notebook and printed it is a table."""

    rows: list[Row]

    @property
    def parameters(self) -> int:
        """Numbers to learn, each counted once."""
        return sum(row.parameters for row in self.rows)

    @property
    def flops(self) -> int:
        """Floating-point operations of one forward, a multiplication and an addition being two."""
        return sum(row.flops for row in self.rows)

    def _table(self) -> list[tuple[str, str, str, str]]:
        """Lines of cells: the head, the modules, the total."""
        table = [("module", "output", "parameters", "FLOPs")]
        for row in self.rows:
            indent = "  " * row.path.count(".") if row.path else ""
            name = f"{indent}{row.path.rpartition('.')[2]} ({row.kind})" if row.path else row.kind
            shape = "" if row.shape is None else "×".join(map(str, row.shape)) or "()"
            table.append((name, shape, f"{row.parameters:,}" if row.parameters else "", _short(row.flops)))
        return [*table, ("total", "", f"{self.parameters:,}", _short(self.flops))]

    def __repr__(self) -> str:
        table = self._table()
        widths = [max(len(line[i]) for line in table) for i in range(4)]
        lines = [
            f"{name:<{widths[0]}}  {shape:>{widths[1]}}  {count:>{widths[2]}}  {flops:>{widths[3]}}".rstrip()
            for name, shape, count, flops in table
        ]
        rule = "─" * max(map(len, lines))
        return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What a notebook shows: the same table in HTML, and the text of `repr`."""
        rows = [mg.markup("tr", *(mg.markup("td", cell) for cell in line)) for line in self._table()]
        table = mg.markup("table", *rows, class_="minigrad-table")
        return {"text/html": mg.fragment(table), "text/plain": repr(self)}


def summary(model: Module, *inputs: Any, **named_inputs: Any) -> Summary:
    """Run `model` once on `inputs`, in evaluation and without recording, and tabulate its modules.

    FLOPs are counted from the shapes that the ops really saw: 2·n·m·k for a product of (n, k) and
    (k, m), about one per element for elementwise ops and reductions, none for moving data.  Raises TypeError
    for what is no module.
    """
    if not isinstance(model, Module):
        raise TypeError(
            "summary takes a module and what it is called with, summary(model, x), and got "
            f"{model!r:.60} first"
        )
    counts: Counter[str] = Counter()
    shapes: dict[str, tuple[int, ...]] = {}
    paths = {id(module): path for path, module in model.named_modules()}
    known = set(paths.values())
    root = f"{mg.current_scope()}.{type(model).__name__}".removeprefix(".")

    def count(op: Any, operands: tuple[Any, ...], options: dict[str, Any], out: np.ndarray) -> None:
        path = mg.current_scope().removeprefix(root).removeprefix(".")
        while path not in known:  # a scope inside a module, or a module that is nobody's: count it above
            path = path.rpartition(".")[0]
        counts[path] += _flops(op.name, operands, options, out)

    def note_shape(module: Module, args: tuple[Any, ...], out: Any) -> None:
        first = out[0] if isinstance(out, tuple) else out
        shapes[paths[id(module)]] = tuple(getattr(first, "shape", ()))

    handles = [module.register_forward_hook(note_shape) for module in model.modules()]
    try:
        # In evaluation, so that no dropout draws from a generator that training uses afterwards.
        with evaluating(model), mg.no_grad(), mg.observe(count):
            model(*inputs, **named_inputs)
    finally:
        for handle in handles:
            handle.remove()
    own: Counter[str] = Counter()
    for path, parameter in model.named_parameters():
        own[path.rpartition(".")[0]] += parameter.size
    return Summary(
        [
            Row(path, type(module).__name__, shapes.get(path), own[path], counts[path])
            for path, module in model.named_modules()
        ]
    )


_MOVES = frozenset(
    "reshape expand_dims squeeze transpose swapaxes moveaxis broadcast_to flip roll tril triu pad copy "
    "astype getitem concatenate stack alias positive".split()
)


def _flops(name: str, operands: tuple[Any, ...], options: dict[str, Any], out: np.ndarray) -> int:
    if name in _MOVES:
        return 0
    if name == "matmul":
        return 2 * out.size * operands[0].shape[-1]
    if name == "einsum":
        terms = options["subscripts"].partition("->")[0].split(",")
        shapes = zip(terms, operands, strict=True)
        lengths = {letter: n for term, x in shapes for letter, n in zip(term, x.shape, strict=True) if n > 1}
        return len(operands) * math.prod(lengths.values())
    if name == "linear":
        bias = out.size if len(operands) > 2 and operands[2] is not None else 0
        return 2 * out.size * operands[0].shape[-1] + bias
    if name == "scaled_dot_product_attention":
        query, key, value = operands[:3]
        scores = math.prod(query.shape[:-1]) * key.shape[-2]
        return scores * (2 * query.shape[-1] + 2 * value.shape[-1] + 4)  # 4: scale, maximum, exp, sum
    if name == "self_attention":
        return _flops_of_self_attention(operands, options, out)
    if name in ("rnn", "gru", "lstm"):
        x, weight_ih, weight_hh = operands[:3]
        steps = math.prod(x.shape[:2])
        return steps * (2 * (weight_ih.size + weight_hh.size) + 4 * len(weight_hh))  # 4: sum and gate
    if name == "layer_norm":
        return 7 * out.size
    if name == "rotate":
        return 3 * out.size
    sizes = [operand.size for operand in operands if isinstance(operand, np.ndarray)]
    return max([out.size, *sizes])


def _flops_of_self_attention(operands: tuple[Any, ...], options: dict[str, Any], out: np.ndarray) -> int:
    """Those of `scaled_dot_product_attention`, and of `rotate` for queries and keys that are turned."""
    batch, length, channels = out.shape
    scores = batch * operands[1] * length * length
    turned = len(operands) > 6 and operands[6] is not None  # cos
    return scores * (4 * channels // operands[1] + 4) + (2 * 3 * out.size if turned else 0)


def _short(n: int) -> str:
    if not n:
        return ""
    for unit, factor in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if n >= factor:
            return f"{n / factor:.2f} {unit}"
    return str(n)
