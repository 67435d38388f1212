"""What a call's arguments become before an op computes, and the words where they will not do.

This stands around the core: an op asks here only for what is not an array, a Tensor or a number by position.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad import modes
from minigrad.convert import as_array
from minigrad.graph import Node
from minigrad.mistakes import answered

if TYPE_CHECKING:
    from minigrad.operation import Operation
    from minigrad.tensor import Tensor

PLAIN = (np.ndarray, np.generic, float, int, type(None))  # operands as they are


def in_their_places(
    op: "Operation[Any]", args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Operands given by keyword move to their positions, so that one loop sees them all."""
    last = max([op.parameters.index(name) if name in op.parameters else -1 for name in kwargs])
    moved, kwargs = list(args), dict(kwargs)
    for name in op.parameters[len(args) : last + 1]:
        if name not in kwargs and name not in op.defaults:
            break
        moved.append(kwargs.pop(name) if name in kwargs else op.defaults[name])
    for name, value in kwargs.items():
        if hasattr(value, "node") and name in (*op.options, *op.parameters):  # the forward refuses others
            kwargs[name] = constant(op, value, name)
    return tuple(moved), kwargs


def read_lists(op: "Operation[Any]", operands: list[Any]) -> None:
    """Make arrays of the lists among the differentiable operands; of numbers, if there are only numbers.

    A Python number beside an array stays one: it is weak, and takes on the array's dtype (NEP 50).
    """
    differentiable = op.differentiable if op.variadic is None else (True,) * len(operands)
    given = [x for x, carries in zip(operands, differentiable) if carries]
    beside = [x.dtype for x in given if isinstance(x, (np.ndarray, np.generic))]
    only_numbers = all(isinstance(x, (float, int, type(None))) for x in given)
    for i, (operand, carries) in enumerate(zip(operands, differentiable)):
        if not carries or operand is None:
            continue
        if handles_functions(operand):
            kind = type(operand).__name__
            raise TypeError(
                f"{op.name} was given a {kind}, which handles NumPy's functions itself: write np.asarray(x), "
                "or call NumPy's function, which asks it"
            )
        if only_numbers or not isinstance(operand, PLAIN) or isinstance(operand, np.ma.MaskedArray):
            operands[i] = as_array(operand, beside=beside)


def handles_functions(x: Any) -> bool:
    """Whether x is of a class, not NumPy's nor ours, that has its own say about NumPy's functions."""
    handler = getattr(type(x), "__array_ufunc__", None)
    return handler not in (None, np.ndarray.__array_ufunc__)


def constant(op: "Operation[Any]", tensor: "Tensor", name: str | int) -> np.ndarray:
    """The data of a tensor given for what has no derivative, by its name or its place.

    Raises TypeError where that cuts a graph.
    """
    if tensor.node is not None:
        if isinstance(name, int):
            name = "".join(op.parameters[name : name + 1])  # nothing for one too many
        _refuse_to_cut(op, name)
    return tensor.data


def forget_constants(op: "Operation[Any]", parents: list[Node | None]) -> bool:
    """Forget the nodes behind operands that have no derivative; whether any other is left."""
    for place, parent in enumerate(parents):
        if parent is not None and not op.differentiable[place]:
            _refuse_to_cut(op, op.parameters[place])
            parents[place] = None
    return any(parent is not None for parent in parents)


def _refuse_to_cut(op: "Operation[Any]", name: str) -> None:
    if name and modes.current.get().recording:  # of an operand too many the forward will say more
        raise TypeError(
            f"{op.name} has no derivative by {name!r}, so the graph of the tensor given there would "
            f"be cut: {_instead_of_cutting(op, name)}"
        )


def _instead_of_cutting(op: "Operation[Any]", name: str) -> str:
    if name in ("index", "indices", "targets"):
        return "integers are wanted there, so write t.detach().astype(int)"
    constant = "write t.detach() if it is meant as a constant"
    if str(op.__module__).startswith("minigrad.") or name not in op.parameters or not hasattr(op, "vjp"):
        return constant
    rule = f"state the rule, {op.name}.vjp({name}=lambda g, {name}: ...)"  # of somebody's own op
    return f"{rule}, or {constant}" if any(op.differentiable) else rule


def explained(
    op: "Operation[Any]", operands: list[Any], options: dict[str, Any], error: Exception
) -> Exception:
    """NumPy's `error` with what was given, or one in its place that says what to write."""
    error.add_note(f"in minigrad's {op.name}, given {', '.join(map(_describe, operands))}")
    return answered(op, op.name, operands, options, error) or error


def real(op: "Operation[Any]", out: Any, operands: list[Any]) -> np.ndarray:
    """The result as an array of real numbers or booleans.  Raises TypeError for any other."""
    array = np.asarray(out)
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"{op.name} gave {array.dtype}, and a tensor holds real numbers or booleans: it was given "
            f"{', '.join(map(_describe, operands))}, so convert what is not real first"
        )
    return array


def _describe(operand: Any) -> str:
    if isinstance(operand, np.ndarray):
        return f"{operand.dtype}{list(operand.shape)}"
    return repr(operand)[:60]
