"""Which ops a model calls on what: seen twice, with other numbers and with one example more.

What is the same both times belongs to the model; a length that grows with the examples is the batch's; and
what differs otherwise was computed from the inputs outside of ops, and cannot be exported.
"""

import inspect
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import minigrad as mg
from nn.nest import tensors_in


class ExportError(RuntimeError):
    """A model that cannot be exported.  The message is one sentence, for a person."""


@dataclass(frozen=True)
class Batch:
    """A length that is `times` the number of examples."""

    times: int = 1


Shape = tuple[int | Batch, ...]


@dataclass(frozen=True)
class Value:
    """An array that depends on the inputs: the `place`-th, inputs first."""

    place: int
    shape: Shape
    dtype: np.dtype[Any]


@dataclass(frozen=True)
class Repeated:
    """A constant that is the same for each example: `array` has length 1 where `shape` has a Batch."""

    array: np.ndarray
    shape: Shape


@dataclass(frozen=True)
class Call:
    """An op by its name, what it was called with, by parameter, and what it made."""

    op: str
    arguments: dict[str, Any]
    out: Value
    scope: str = ""  # path of the module


class Trace:
    """The calls of one run, in order, in which arrays that depend on the inputs are Values."""

    def __init__(self, mapped: Collection[str]) -> None:
        self.calls: list[Call] = []
        self._mapped = mapped
        self._values: dict[Any, Value] = {}
        self._kept: list[np.ndarray] = []  # so that no other array comes to lie where one of these did
        self._count = 0

    def made(self, array: np.ndarray) -> Value:
        """A new value, which `array` is."""
        value = Value(self._count, array.shape, array.dtype)
        self._count += 1
        self.is_also(array, value)
        return value

    def is_also(self, array: np.ndarray, value: Value) -> None:
        self._kept.append(array)
        self._values[memory_of(array)] = value

    def seen(self, x: Any) -> Any:
        """`x` with values in the places of its arrays that depend on the inputs."""
        if isinstance(x, mg.Tensor):
            return self.seen(x.data)
        if isinstance(x, np.ndarray):
            return self._values.get(memory_of(x), x)
        return type(x)(map(self.seen, x)) if type(x) in (tuple, list) else x

    def observe(self, op: Any, operands: tuple[Any, ...], options: dict[str, Any], out: np.ndarray) -> None:
        """For mg.observe.  Of an op that has no mapping its composition is seen, if it has one."""
        if op.name not in self._mapped and hasattr(op, "composed"):
            composed = op.composed(*map(self._as_tensor, operands), **options)
            self.is_also(out, self.seen(composed))
            return
        bound = inspect.signature(op).bind(*operands, **options)
        bound.apply_defaults()
        arguments = {name: self.seen(x) for name, x in bound.arguments.items()}
        if not _has_value(list(arguments.values())):
            return  # a constant
        self.calls.append(Call(op.name, arguments, self.made(out), mg.current_scope()))

    def _as_tensor(self, x: Any) -> Any:
        """As compositions need it: of a plain array they would compute with NumPy, unseen."""
        value = self.seen(x)
        if not isinstance(value, Value) or value.dtype.kind != "f":
            return x
        tensor = mg.tensor(x)
        self.is_also(tensor.data, value)
        return tensor


def _has_value(x: Any) -> bool:
    return any(map(_has_value, x)) if isinstance(x, (tuple, list)) else isinstance(x, Value)


def memory_of(array: np.ndarray) -> Any:
    """Where an array lies, and how: the same for all views of it that are equal to it."""
    return array.__array_interface__["data"][0], array.shape, array.strides, array.dtype.str


@dataclass(frozen=True)
class Traced:
    """What two runs have in common."""

    inputs: list[Value]
    calls: list[Call]
    outputs: list[Value]


def trace(call: Callable[..., Any], inputs: Sequence[np.ndarray], mapped: Collection[str]) -> Traced:
    """The calls of call(*inputs), inputs (N, ...) with N the same and at least 2."""
    count = len(inputs[0])
    first = _run(call, inputs, mapped)
    second = _run(call, [_others(x) for x in inputs], mapped)
    both = Unifying(count)
    if [(c.op, list(c.arguments)) for c in first[1]] != [(c.op, list(c.arguments)) for c in second[1]]:
        raise ExportError(
            "the model calls other ops where the inputs are others: what it decides by their values cannot "
            "be exported"
        )
    return Traced(
        [both.value("an input", a, b) for a, b in zip(first[0], second[0], strict=True)],
        [both.call(a, b) for a, b in zip(first[1], second[1], strict=True)],
        [both.value("an output", a, b) for a, b in zip(first[2], second[2], strict=True)],
    )


def _others(x: np.ndarray) -> np.ndarray:
    """The same examples in another order, the first once more, and smaller where they are floats."""
    more = np.concatenate([x[::-1], x[:1]])
    return more * more.dtype.type(0.75) if x.dtype.kind == "f" else more


def _run(
    call: Callable[..., Any], inputs: Sequence[np.ndarray], mapped: Collection[str]
) -> tuple[list[Value], list[Call], list[Value]]:
    seen = Trace(mapped)
    given = [mg.tensor(x) if x.dtype.kind == "f" else x for x in inputs]
    values = [seen.made(x.data if isinstance(x, mg.Tensor) else x) for x in given]
    with mg.no_grad(), mg.observe(seen.observe):
        outputs = [seen.seen(out) for out in tensors_in(call(*given))]
    if not outputs or not all(isinstance(out, Value) for out in outputs):
        raise ExportError(
            "the model gives no tensor that ops made from its inputs: there is nothing to export"
        )
    return values, seen.calls, outputs


class Unifying:
    """What two runs saw, as one: the second had one example more than the first, which had `count`."""

    def __init__(self, count: int) -> None:
        self.count = count

    def call(self, a: Call, b: Call) -> Call:
        arguments = {
            name: self.argument(f"{name} of the op {a.op}{_at(a)}", x, b.arguments[name])
            for name, x in a.arguments.items()
        }
        out = self.value(f"what the op {a.op}{_at(a)} gives", a.out, b.out)
        return Call(a.op, arguments, out, a.scope)

    def value(self, what: str, a: Value, b: Value) -> Value:
        return Value(a.place, self.shape(f"the shape of {what}", a.shape, b.shape), a.dtype)

    def shape(self, what: str, a: Sequence[Any], b: Sequence[Any]) -> Shape:
        if len(a) != len(b):
            raise _differs(what)
        return tuple(self.size(what, x, y) for x, y in zip(a, b, strict=True))

    def size(self, what: str, a: int, b: int) -> int | Batch:
        if a == b:
            return a
        times = b - a
        if (a, b) != (times * self.count, times * (self.count + 1)):
            raise _differs(what)
        return Batch(times)

    def argument(self, what: str, a: Any, b: Any) -> Any:
        if type(a) is not type(b):
            raise _differs(what)
        if isinstance(a, Value):
            if a.place != b.place:
                raise _differs(what)
            return self.value(what, a, b)
        if isinstance(a, np.ndarray):
            return self.constant(what, a, b)
        if isinstance(a, (tuple, list)):
            if len(a) != len(b):
                raise _differs(what)
            return type(a)(self.argument(what, x, y) for x, y in zip(a, b, strict=True))
        if isinstance(a, slice):
            names = ("start", "stop", "step")
            return slice(*[self.argument(what, getattr(a, name), getattr(b, name)) for name in names])
        if isinstance(a, (int, np.integer)) and a is not True and a is not False:
            return self.size(what, int(a), int(b))
        if a != b and not (a != a and b != b):  # NaN is the same
            raise _differs(what)
        return a

    def constant(self, what: str, a: np.ndarray, b: np.ndarray) -> np.ndarray | Repeated:
        shape = self.shape(what, a.shape, b.shape)
        if shape == a.shape:
            if not np.array_equal(a, b, equal_nan=a.dtype.kind == "f"):
                raise _differs(what)
            return a
        one = a[tuple(slice(1) if isinstance(size, Batch) else slice(None) for size in shape)]
        if not all(np.array_equal(np.broadcast_to(one, x.shape), x) for x in (a, b)):
            raise _differs(what)
        return Repeated(one, shape)


def _at(call: Call) -> str:
    return f" in {call.scope}" if call.scope else ""


def _differs(what: str) -> ExportError:
    return ExportError(
        f"{what} depends on the inputs, but not by ops: compute it by those of minigrad from what the model "
        "is given, or give it as an input"
    )
