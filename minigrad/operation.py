"""What happens when an op is called: unwrap Tensors, run NumPy, note in the graph how it was done.

Two kinds of op share this: `Primitive` (one derivative rule per operand) and `Fused` (a fast
hand-written pair).  Each says how it runs, what it saves and how it pulls a gradient back.
"""

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any, Generic, ParamSpec

import numpy as np

from minigrad import modes
from minigrad.convert import as_array
from minigrad.graph import Gradient, Node
from minigrad.registry import register
from minigrad.tensor import Tensor

P = ParamSpec("P")

_AS_THEY_ARE = (np.ndarray, np.generic, float, int, type(None))


class Operation(Generic[P]):
    """A differentiable function of arrays, called with Tensors, arrays or numbers.

    `parameters` are the names of its positional parameters, `variadic` that of its `*operands`,
    `options` those of its keyword-only ones.  `differentiable` says of each positional parameter
    whether it may carry a gradient.
    """

    __name__: str

    def __init__(self, definition: Callable[P, Any]) -> None:
        functools.update_wrapper(self, definition)
        self.name = definition.__name__.strip("_")
        signature = inspect.signature(definition).parameters.values()
        self.parameters = tuple(p.name for p in signature if p.kind is p.POSITIONAL_OR_KEYWORD)
        self.variadic = next((p.name for p in signature if p.kind is p.VAR_POSITIONAL), None)
        self.options = tuple(p.name for p in signature if p.kind is p.KEYWORD_ONLY)
        self.defaults = {p.name: p.default for p in signature if p.default is not p.empty}
        self.differentiable: tuple[bool, ...] = (False,) * len(self.parameters)
        if not definition.__name__.startswith("_"):  # else a public function stands in front of it
            register(self.name, self)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """Bind like a function, which also lets `help()` show an op as one."""
        return self if instance is None else functools.partial(self, instance)

    def __repr__(self) -> str:
        return f"<op {self.name}{inspect.signature(self)}>"

    def __reduce__(self) -> str:
        """Copies and pickles refer to the op by its name, as they do to a function."""
        return self.__name__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Tensor:
        operands, parents, options = self._unwrap(args, kwargs)
        try:
            out, extra = self.run(operands, options)
        except Exception as error:
            error.add_note(f"in minigrad's {self.name}, given {', '.join(map(_describe, operands))}")
            raise
        if type(out) is not np.ndarray:
            out = np.asarray(out)
        mode = modes.current.get()
        if mode.observer is not None:
            mode.observer(self, tuple(operands), options, out)
        if mode.recording and out.dtype.kind == "f":
            for parent in parents:
                if parent is not None:
                    saved = self.save(operands, parents, options, out, extra)
                    node = Node(self, tuple(parents), saved, out, mode.path)
                    if mode.keeping:
                        _keep_values(node, out, operands)
                    return Tensor(out, node)
        return Tensor(out)

    def apply(self, *args: Any, **kwargs: Any) -> Any:
        """For derivative rules: on ndarrays plain NumPy, on Tensors recorded."""
        if any(isinstance(arg, Tensor) for arg in args):
            return self(*args, **kwargs)
        return self.run(list(args), kwargs)[0]

    def run(self, operands: list[Any], options: dict[str, Any]) -> tuple[Any, Any]:
        """The value, and what else `save` may want."""
        raise NotImplementedError

    def save(
        self,
        operands: list[Any],
        parents: list[Node | None],
        options: dict[str, Any],
        out: np.ndarray,
        extra: Any,
    ) -> Any:
        """What the derivative will read; the graph holds it until the walk has passed."""
        raise NotImplementedError

    def pull_back(self, node: Node, g: Gradient, wanted: tuple[Node | None, ...]) -> Iterable[Gradient]:
        """The gradient for each of `wanted`, see `graph.Differentiable`."""
        raise NotImplementedError

    def _unwrap(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[list[Any], list[Node | None], dict[str, Any]]:
        """Positional operands as arrays, the node behind each, and the options."""
        if kwargs:
            args, kwargs = self._in_their_places(args, kwargs)
        differentiable = self.differentiable
        if self.variadic is not None:
            differentiable = (True,) * len(args)
        operands: list[Any] = []
        parents: list[Node | None] = []
        any_array = False
        for arg, carries in zip(args, differentiable, strict=False):
            parent = None
            if isinstance(arg, Tensor):
                if carries:
                    parent = arg.node
                    any_array = True
                elif arg.node is not None and modes.current.get().recording:
                    raise self._cut_off(len(operands))
                arg = arg.data
            elif carries:
                if not isinstance(arg, _AS_THEY_ARE):
                    arg = as_array(arg)
                any_array = any_array or isinstance(arg, (np.ndarray, np.generic))
            operands.append(arg)
            parents.append(parent)
        if not any_array:  # nothing but Python numbers: they are not weak, they are the data
            operands = [
                as_array(x) if carries and x is not None else x
                for x, carries in zip(operands, differentiable, strict=False)
            ]
        operands.extend(args[len(operands) :])  # too many: the forward raises Python's own TypeError
        return operands, parents, kwargs

    def _cut_off(self, place: int) -> TypeError:
        return TypeError(
            f"{self.name} has no derivative by {self.parameters[place]!r}, so the graph of the tensor given "
            "there would be cut: write t.detach() if it is meant as a constant"
        )

    def _in_their_places(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Operands given by keyword move to their positions, so that one loop sees them all."""
        missing = self.parameters[len(args) :]
        last = max((i for i, name in enumerate(missing) if name in kwargs), default=-1)
        if last < 0:
            return args, kwargs
        kwargs = dict(kwargs)
        moved = list(args)
        for name in missing[: last + 1]:
            if name not in kwargs and name not in self.defaults:
                break
            moved.append(kwargs.pop(name) if name in kwargs else self.defaults[name])
        return tuple(moved), kwargs


def _keep_values(node: Node, out: np.ndarray, operands: list[Any]) -> None:
    """For drawings: the value of the node, and of the leaves that it was made from."""
    node.keep(out)
    for parent, operand in zip(node.parents, operands, strict=True):
        if parent is not None and parent.op is None and parent.record is None:
            parent.keep(operand)


def _describe(operand: Any) -> str:
    if isinstance(operand, np.ndarray):
        return f"{operand.dtype}{list(operand.shape)}"
    return repr(operand)[:60]
