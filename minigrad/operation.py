"""What happens when an op is called: unwrap Tensors, run NumPy, note in the graph how it was done.

Two kinds of op share this: `Primitive` (one derivative rule per operand) and `Fused` (a fast
hand-written pair).  Each says how it runs, what it saves and how it pulls a gradient back.
"""

import functools
import inspect
import sys
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any, Generic, ParamSpec

import numpy as np

from minigrad import arguments, modes
from minigrad.gradients import Gradient
from minigrad.graph import Node
from minigrad.parameters import parameters_of
from minigrad.registry import full_name, register
from minigrad.tensor import Tensor, memory

P = ParamSpec("P")


class Operation(Generic[P]):
    """A differentiable function of arrays, called with Tensors, arrays or numbers.

    `parameters` are the names of its positional parameters, `variadic` that of its `*operands`, `options`
    those of its keyword-only ones.  `differentiable` says of each parameter whether it may carry a gradient.
    """

    __name__: str
    compute: Callable[..., Any]  # the forward, on arrays: the value, or (value, residuals)
    leaves_residuals = False  # whether it is the second

    def __init__(self, definition: Callable[P, Any], namespace: str = "") -> None:
        # With `updated`, which writes to __dict__, CPython would take three times as long to read attributes.
        functools.update_wrapper(self, definition, updated=())
        self.name = full_name(definition.__name__.strip("_"), namespace)
        self.parameters, self.variadic, self.options, self.defaults = parameters_of(definition)
        self.state_differentiable((False,) * len(self.parameters))
        is_ours = str(definition.__module__).startswith("minigrad.")
        self.gives_new = is_ours  # a rule from outside may give an array that it keeps, or an operand
        # Not in the table: what stands behind a public function, and ops from outside the package.
        if is_ours and not definition.__name__.startswith("_"):
            register(self.name, self)

    def state_differentiable(self, carries: tuple[bool, ...]) -> None:
        """State of each positional parameter whether it may carry a gradient."""
        self.differentiable = carries
        # A call looks closely at the operands up to the last that may carry a gradient, and at no others.
        last = max((i + 1 for i, c in enumerate(carries) if c), default=0)
        self.reach = last if self.variadic is None else sys.maxsize
        self.has_constants = not all(carries[: self.reach])

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Tensor:
        given, options = arguments.in_their_places(self, args, kwargs) if kwargs else (args, kwargs)
        operands: list[Any] = []
        parents: list[Node | None] = []
        recorded = has_array = is_odd = False
        for arg in given if len(given) <= self.reach else given[: self.reach]:
            if isinstance(arg, Tensor):
                node = arg.node
                operands.append(arg.data)
                parents.append(node)
                has_array = True
                recorded = recorded or node is not None
            else:
                operands.append(arg)
                parents.append(None)
                has_array = has_array or isinstance(arg, np.ndarray)
                is_odd = is_odd or type(arg) not in arguments.PLAIN
        if is_odd or not has_array:
            arguments.read_lists(self, operands)
        for arg in given[self.reach :] if len(given) > self.reach else ():
            operands.append(arguments.constant(self, arg, len(operands)) if isinstance(arg, Tensor) else arg)
            parents.append(None)
        if recorded and self.has_constants:
            recorded = arguments.forget_constants(self, parents)
        mode, node, residuals = modes.current.get(), None, None
        began = (watchers := mode.watchers) and perf_counter()
        try:
            out = self.compute(*operands, **options)
        except Exception as error:
            answer = arguments.explained(self, operands, options, error)
            raise answer from answer.__cause__
        if self.leaves_residuals:
            out, residuals = out
        if type(out) is not np.ndarray or out.dtype.kind != "f":
            out = arguments.real(self, out, operands)
            recorded = recorded and out.dtype.kind == "f"
        if recorded and mode.recording:
            saved = self.save(operands, parents, options, out, residuals)
            node = Node(self, tuple(parents), saved, out, mode.path)
        for watcher in watchers:
            watcher.computed(self, operands, options, out, node, began)
        result = Tensor(out, node)
        if out.base is not None:
            memory.note_view(result, given)
        return result

    def apply(self, *args: Any, **kwargs: Any) -> Any:
        """For derivative rules: on ndarrays plain NumPy, on Tensors recorded."""
        if any(isinstance(arg, Tensor) for arg in args):
            return self(*args, **kwargs)
        out = self.compute(*args, **kwargs)
        return out[0] if self.leaves_residuals else out

    def save(self, operands: Any, parents: Any, options: Any, out: np.ndarray, residuals: Any) -> Any:
        """What the derivative will read; the graph holds it until the walk has passed."""
        raise NotImplementedError

    def pull_back(self, node: Node, saved: Any, g: Gradient, wanted: Any) -> Iterable[Gradient]:
        """The gradient for each of `wanted`, see `graph.Differentiable`."""
        raise NotImplementedError

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """Bind like a function, which also lets `help()` show an op as one."""
        return self if instance is None else functools.partial(self, instance)

    def __repr__(self) -> str:
        return f"<op {self.name}{inspect.signature(self)}>"

    def __reduce__(self) -> str:
        """Copies and pickles refer to the op by its name, as they do to a function."""
        return self.__name__
