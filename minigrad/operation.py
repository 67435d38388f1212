"""What happens when an op is called: unwrap Tensors, run NumPy, note in the graph how it was done.

Two kinds of op share this: `Primitive` (one derivative rule per operand) and `Fused` (a fast
hand-written pair).  Each says how it runs, what it saves and how it pulls a gradient back.
"""

import functools
import inspect
import sys
from collections.abc import Callable, Iterable
from typing import Any, Generic, ParamSpec

import numpy as np

from minigrad import modes
from minigrad.convert import as_array
from minigrad.graph import Gradient, Node
from minigrad.mistakes import answered
from minigrad.registry import full_name, register
from minigrad.tensor import Tensor, memory

P = ParamSpec("P")

_PLAIN = (np.ndarray, np.generic, float, int, type(None))  # operands as they are


class Operation(Generic[P]):
    """A differentiable function of arrays, called with Tensors, arrays or numbers.

    `parameters` are the names of its positional parameters, `variadic` that of its `*operands`,
    `options` those of its keyword-only ones.  `differentiable` says of each positional parameter
    whether it may carry a gradient.
    """

    __name__: str
    compute: Callable[..., Any]  # the forward, on arrays: the value, or (value, residuals)
    leaves_residuals = False  # whether it is the second

    def __init__(self, definition: Callable[P, Any], room: str = "") -> None:
        functools.update_wrapper(self, definition)
        self.name = full_name(definition.__name__.strip("_"), room)
        signature = inspect.signature(definition).parameters.values()
        self.parameters = tuple(p.name for p in signature if p.kind is p.POSITIONAL_OR_KEYWORD)
        self.places = {name: i for i, name in enumerate(self.parameters)}
        self.variadic = next((p.name for p in signature if p.kind is p.VAR_POSITIONAL), None)
        self.options = tuple(p.name for p in signature if p.kind is p.KEYWORD_ONLY)
        self.defaults = {p.name: p.default for p in signature if p.default is not p.empty}
        self.differentiable = (False,) * len(self.parameters)
        is_ours = definition.__module__.startswith("minigrad.")
        self.gives_new = is_ours  # a rule from outside may give an array that it keeps, or an operand
        # Not in the table: what stands behind a public function, and ops from outside the package.
        if is_ours and not definition.__name__.startswith("_"):
            register(self.name, self)

    @property
    def differentiable(self) -> tuple[bool, ...]:
        """Of each positional parameter, whether it may carry a gradient."""
        return self._differentiable

    @differentiable.setter
    def differentiable(self, carries: tuple[bool, ...]) -> None:
        self._differentiable = carries
        # A call looks closely at the operands up to the last that may carry a gradient, and at no others.
        self.reach = max((i + 1 for i, c in enumerate(carries) if c), default=0)
        if self.variadic is not None:
            self.reach = sys.maxsize
        self.has_constants = not all(carries[: self.reach])

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """Bind like a function, which also lets `help()` show an op as one."""
        return self if instance is None else functools.partial(self, instance)

    def __repr__(self) -> str:
        return f"<op {self.name}{inspect.signature(self)}>"

    def __reduce__(self) -> str:
        """Copies and pickles refer to the op by its name, as they do to a function."""
        return self.__name__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Tensor:
        given: tuple[Any, ...] = args
        options: dict[str, Any] = kwargs
        if options:
            given, options = self._in_their_places(given, options)
            for option in options.values():
                if isinstance(option, Tensor):
                    options = {name: self._option(name, value) for name, value in options.items()}
                    break
        operands: list[Any] = []
        parents: list[Node | None] = []
        recorded = arrays = odd = False
        for arg in given if len(given) <= self.reach else given[: self.reach]:
            if isinstance(arg, Tensor):
                operands.append(arg.data)
                parents.append(arg.node)
                arrays = True
                recorded = recorded or arg.node is not None
            else:
                operands.append(arg)
                parents.append(None)
                arrays = arrays or isinstance(arg, np.ndarray)
                odd = odd or type(arg) not in _PLAIN
        if odd or not arrays:
            self._convert(operands)
        mode = modes.current.get()
        for arg in given[self.reach :]:
            parents.append(None)
            operands.append(self._constant(arg, len(operands)) if isinstance(arg, Tensor) else arg)
        if recorded and self.has_constants:
            recorded = self._cut(parents)
        try:
            out = self.compute(*operands, **options)
        except Exception as error:
            error.add_note(f"in minigrad's {self.name}, given {', '.join(map(_describe, operands))}")
            if (answer := answered(self, self.name, operands, options, error)) is not None:
                raise answer from answer.__cause__
            raise
        residuals = None
        if self.leaves_residuals:
            out, residuals = out
        if type(out) is not np.ndarray:
            out = np.asarray(out)
        if mode.observer is not None:
            mode.observer(self, tuple(operands), options, out)
        node = None
        if out.dtype.kind == "f":
            if recorded and mode.recording:
                saved = self.save(operands, parents, options, out, residuals)
                node = Node(self, tuple(parents), saved, out, mode.path)
                if mode.recorder is not None:
                    mode.recorder(node, operands, out)
        elif out.dtype.kind not in "iub":
            raise TypeError(
                f"{self.name} gave {out.dtype}, and a tensor holds real numbers or booleans: it was given "
                f"{', '.join(map(_describe, operands))}, so convert what is not real first"
            )
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

    def save(
        self,
        operands: list[Any],
        parents: list[Node | None],
        options: dict[str, Any],
        out: np.ndarray,
        residuals: Any,
    ) -> Any:
        """What the derivative will read; the graph holds it until the walk has passed."""
        raise NotImplementedError

    def pull_back(self, node: Node, g: Gradient, wanted: tuple[Node | None, ...]) -> Iterable[Gradient]:
        """The gradient for each of `wanted`, see `graph.Differentiable`."""
        raise NotImplementedError

    def _convert(self, operands: list[Any]) -> None:
        """Make arrays of the lists among the differentiable operands; of numbers, if there are only numbers.

        A Python number beside an array stays one: it is weak, and takes on the array's dtype (NEP 50).
        """
        differentiable = self.differentiable if self.variadic is None else (True,) * len(operands)
        given = [x for x, carries in zip(operands, differentiable) if carries]
        beside = [x.dtype for x in given if isinstance(x, (np.ndarray, np.generic))]
        only_numbers = all(isinstance(x, (float, int, type(None))) for x in given)
        for i, (operand, carries) in enumerate(zip(operands, differentiable)):
            if not carries or operand is None:
                continue
            if only_numbers or not isinstance(operand, _PLAIN) or isinstance(operand, np.ma.MaskedArray):
                operands[i] = as_array(operand, beside=beside)

    def _cut(self, parents: list[Node | None]) -> bool:
        """Forget the nodes behind operands without a derivative; whether any other is left."""
        for i, parent in enumerate(parents):
            if parent is not None and not self.differentiable[i]:
                self._refuse_recorded(i)
                parents[i] = None
        return any(parent is not None for parent in parents)

    def _constant(self, tensor: Tensor, place: int) -> np.ndarray:
        """The data of a tensor given for an operand that has no derivative."""
        if tensor.node is not None:
            self._refuse_recorded(place)
        return tensor.data

    def _option(self, name: str, value: Any) -> Any:
        """What is given for an option, none of which has a derivative; the data of a tensor."""
        if not isinstance(value, Tensor) or name not in (*self.options, *self.parameters):
            return value  # what is no option at all the forward refuses
        if value.node is not None:
            self._refuse_to_cut(name)
        return value.data

    def _refuse_recorded(self, place: int) -> None:
        if place < len(self.parameters):  # of an operand too many the forward will say more
            self._refuse_to_cut(self.parameters[place])

    def _refuse_to_cut(self, name: str) -> None:
        if modes.current.get().recording:
            raise TypeError(
                f"{self.name} has no derivative by {name!r}, so the graph of the tensor given there would "
                f"be cut: {self._instead_of_cutting(name)}"
            )

    def _instead_of_cutting(self, name: str) -> str:
        if name in ("index", "indices", "targets"):
            return "integers are wanted there, so write t.detach().astype(int)"
        constant = "write t.detach() if it is meant as a constant"
        if self.__module__.startswith("minigrad.") or name not in self.parameters or not hasattr(self, "vjp"):
            return constant
        rule = f"state the rule, {self.name}.vjp({name}=lambda g, {name}: ...)"  # of somebody's own op
        return f"{rule}, or {constant}" if any(self.differentiable) else rule

    def _in_their_places(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Operands given by keyword move to their positions, so that one loop sees them all."""
        last = max([self.places.get(name, -1) for name in kwargs])
        if last < len(args):
            return args, kwargs
        kwargs = dict(kwargs)
        moved = list(args)
        for name in self.parameters[len(args) : last + 1]:
            if name not in kwargs and name not in self.defaults:
                break
            moved.append(kwargs.pop(name) if name in kwargs else self.defaults[name])
        return tuple(moved), kwargs


def _describe(operand: Any) -> str:
    if isinstance(operand, np.ndarray):
        return f"{operand.dtype}{list(operand.shape)}"
    return repr(operand)[:60]
