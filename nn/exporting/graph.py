"""ONNX's graph while it is built: nodes, constants and names."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nn.exporting.tracing import Batch, Call, Repeated, Shape, Value, memory_of

Mapping_ = Callable[["Graph", Call], str]
MAPPINGS: dict[str, Mapping_] = {}  # of ops by name: adds nodes, and gives the name of the result


def mapping(*ops: str) -> Callable[[Mapping_], Mapping_]:
    """Enter a function as the mapping of some ops."""

    def enter(function: Mapping_) -> Mapping_:
        MAPPINGS.update(dict.fromkeys(ops, function))
        return function

    return enter


class Graph:
    """`names` are those of parameters, by where they lie in memory."""

    def __init__(self, onnx: Any, names: Mapping[Any, str]) -> None:
        self.onnx = onnx
        self.nodes: list[Any] = []
        self.constants: dict[str, np.ndarray] = {}
        self.values: dict[int, str] = {}  # names by place
        self.made_by: dict[str, Call] = {}
        self._names = names
        self._known: dict[Any, str] = {}  # constants by dtype, shape and content
        self._count = 0

    def add(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        """A node; the name of its output, or a list of several."""
        names = [self.fresh(kind.lower()) for _ in range(outputs)]
        given = {name: value for name, value in attributes.items() if value is not None}
        self.nodes.append(self.onnx.helper.make_node(kind, list(inputs), names, **given))
        return names[0] if outputs == 1 else names

    def fresh(self, kind: str) -> str:
        self._count += 1
        return f"{kind}_{self._count}"

    def tensor(self, x: Any, dtype: Any = None) -> str:
        """The name of a value, a constant or a number, in `dtype` if that is given."""
        if isinstance(x, Value):
            return self.cast(self.values[x.place], x.dtype, dtype)
        if isinstance(x, Repeated):
            return self.add("Expand", self.constant(x.array, dtype), self.dims(x.shape))
        if isinstance(x, Batch):
            return self.cast(self.add("Squeeze", self.dims((x,))), np.int64, dtype)
        return self.constant(np.asarray(x), dtype)

    def cast(self, name: str, dtype: Any, wanted: Any) -> str:
        if wanted is None or dtype == wanted:
            return name
        return self.add("Cast", name, to=self.element_type(wanted))

    def element_type(self, dtype: Any) -> int:
        return self.onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))

    def constant(self, array: np.ndarray, dtype: Any = None) -> str:
        """The name of an array, under that of the parameter it is; equal ones are one."""
        parameter = self._names.get(memory_of(array))
        if parameter is not None and dtype in (None, array.dtype):
            self.constants[parameter] = array
            return parameter
        array = np.ascontiguousarray(array if dtype is None else array.astype(dtype)).reshape(array.shape)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._known:
            self._known[key] = self.fresh("constant")
            self.constants[self._known[key]] = array
        return self._known[key]

    def integers(self, *numbers: int) -> str:
        """A list of integers, as shapes and axes are given."""
        return self.constant(np.array(numbers, np.int64))

    def dims(self, shape: Shape) -> str:
        """A shape, in which the number of examples is that of the first input."""
        if not any(isinstance(size, Batch) for size in shape):
            return self.integers(*[size for size in shape if isinstance(size, int)])
        examples = self.add("Shape", self.values[0], start=0, end=1)
        parts = [
            self.add("Mul", examples, self.integers(size.times))
            if isinstance(size, Batch)
            else self.integers(size)
            for size in shape
        ]
        return self.add("Concat", *parts, axis=0)

    def reshaped(self, name: str, shape: Shape) -> str:
        """A value in another shape."""
        free = [isinstance(size, Batch) for size in shape]
        if sum(free) == 1 and 0 not in shape:  # the one that is left follows from the others
            sizes = [-1 if isinstance(size, Batch) else size for size in shape]
            return self.add("Reshape", name, self.integers(*sizes))
        return self.add("Reshape", name, self.dims(shape))
