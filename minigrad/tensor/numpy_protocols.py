"""What lets NumPy's own functions take Tensors: `np.exp(t)`, `np.sum(t, axis=0)`, `array * t`.

Each function gets one of three answers (NEP 13 and NEP 18): recorded, where the registry has an
op of that name; a plain array, where there is no derivative to lose, since none of NumPy's results
carries values of the tensor or nothing was recorded; or a refusal that says what to write instead.
"""

import inspect
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad import modes
from minigrad.convert import as_array
from minigrad.numpy_names import CARRIERS, CREATION, IN_PLACE, INSTEAD, PLAIN, SAME_AS, UFUNC_METHODS
from minigrad.plain import HasData, plain_inside
from minigrad.registry import OPS, full_name
from minigrad.tensor import numpy_calls


class NumpyProtocols(HasData):
    __slots__ = ()

    __array_priority__ = 1000.0

    if TYPE_CHECKING:

        @staticmethod
        def _made(data: Any) -> Any: ...

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if self.node is not None:
            raise TypeError(
                "turning a recorded tensor into a plain array would silently cut its graph: write "
                "t.detach().numpy() if that is meant, mg.stack([...]) to join tensors, or "
                "t itself, which NumPy's functions take as it is"
            )
        return np.array(self.data, dtype=dtype, copy=copy)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        for x in (*inputs, *kwargs["out"]) if "out" in kwargs else inputs:
            if not isinstance(x, NumpyProtocols) and _has_own_handler(x):
                return NotImplemented  # which lets NumPy ask the other
        name = _UFUNCS.get(ufunc) or _scipys(ufunc)
        if name is None:
            call = f"the ufunc {ufunc.__name__!r}"
            raise TypeError(
                f"{call} is not NumPy's, and has no derivative here: {_ON_PLAIN_DATA.format(call=call)}"
            )
        if "out" in kwargs:
            if any(isinstance(out, NumpyProtocols) for out in kwargs["out"]):
                raise TypeError(
                    f"np.{name}(..., out=t) would overwrite a tensor that a graph may read: omit "
                    f"`out`, t = np.{name}(...), or write to plain data with out=t.data"
                )
            if any(getattr(x, "node", None) is not None for x in inputs):
                raise TypeError(
                    f"np.{name}(t, out=array) would lose the graph of t: omit `out`, "
                    f"or give plain data, np.{name}(t.detach().numpy(), out=array)"
                )
            return getattr(ufunc, method)(*map(plain_inside, inputs), **kwargs)
        if name in PLAIN and method == "__call__":
            return ufunc(*map(plain_inside, inputs), **kwargs)
        if method == "__call__" and name in OPS:
            return OPS[name](*inputs, **numpy_calls.ufunc_options(f"np.{name}", OPS[name], kwargs))
        if (name, method) in UFUNC_METHODS:
            op = OPS[UFUNC_METHODS[name, method]]
            return op(*inputs, **_chosen(kwargs, op, f"np.{name}.{method}"))
        if not _is_recorded(inputs) and (method != "at" or not isinstance(inputs[0], NumpyProtocols)):
            return getattr(ufunc, method)(*map(plain_inside, inputs), **plain_inside(kwargs))
        call = f"np.{name}" if method == "__call__" else f"np.{name}.{method}"
        raise TypeError(f"{call} has no derivative here: {_ON_PLAIN_DATA.format(call=call)}")

    def __array_function__(
        self,
        function: Callable[..., Any],
        types: tuple[type, ...],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        if not all(getattr(kind, "__array_function__", None) in _HANDLERS for kind in types):
            return NotImplemented  # which lets NumPy ask the other
        name, fixed = op_name(function)
        if name in OPS:
            args, kwargs = numpy_calls.translated(f"np.{name}", function, OPS[name], args, kwargs)
            return OPS[name](*args, **kwargs, **fixed)
        recorded = _is_recorded((args, kwargs))
        if name in IN_PLACE and (
            recorded or isinstance(next(iter((*args, *kwargs.values()))), NumpyProtocols)
        ):
            raise TypeError(
                f"np.{name} writes into its first argument, and a recorded tensor cannot be written to: "
                f"write {IN_PLACE[name]}, or np.{name}(t.data, ...) on data that no graph has used"
            )
        if recorded and name not in PLAIN:
            instead = INSTEAD.get(name, _ON_PLAIN_DATA).format(call=f"np.{name}")
            raise TypeError(f"np.{name} has no derivative here: {instead}")
        _refuse_to_cut(name, args, kwargs)
        plain = function(*plain_inside(args), **plain_inside(kwargs))
        return self._made(as_array(plain)) if name in CREATION else plain


# What handles NumPy's functions for arrays and for Tensors.
_HANDLERS = (
    np.ndarray.__array_ufunc__,
    np.ndarray.__array_function__,
    NumpyProtocols.__array_ufunc__,
    NumpyProtocols.__array_function__,
)

# A ufunc is known by itself, not by its name, which that of another library may have as well.
_UFUNCS = {f: f.__name__ for f in vars(np).values() if isinstance(f, np.ufunc)}


def _scipys(ufunc: np.ufunc) -> str | None:
    """The name of a ufunc of scipy.special, where we have the op as well: erf."""
    name: str = ufunc.__name__
    return name if getattr(sys.modules.get("scipy.special"), name, None) is ufunc else None


def _has_own_handler(x: Any) -> bool:
    handler = getattr(type(x), "__array_ufunc__", None)
    return handler is not None and handler not in _HANDLERS


_ON_PLAIN_DATA = (
    "write it with the functions of minigrad (see minigrad.OPS), or, if no gradient is needed, "
    "call {call}(t.detach().numpy())"
)


def op_name(function: Callable[..., Any]) -> tuple[str, dict[str, Any]]:
    """The name under which the registry may have NumPy's function, and options that it fixes there.

    np.sum is "sum", np.linalg.norm is "linalg.norm"; NumPy's own aliases fold into one.
    """
    namespace = function.__module__.removeprefix("numpy").removeprefix(".")
    name = full_name(function.__name__, namespace)
    return SAME_AS.get(name, (name, {}))


def _is_recorded(value: Any) -> bool:
    """Whether a graph leads to `value`, or to a part of it, and is being recorded further."""
    if isinstance(value, NumpyProtocols):
        return value.node is not None and modes.current.get().recording
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return False
    return any(map(_is_recorded, value))


def _refuse_to_cut(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Raise TypeError where a plain function is to overwrite a tensor, or to make its result from a
    recorded one."""
    if isinstance(kwargs.get("out"), NumpyProtocols):
        raise TypeError(
            f"np.{name}(..., out=t) would overwrite a tensor that a graph may read: omit `out`, "
            f"t = np.{name}(...), or write to plain data with out=t.data"
        )
    parameters, carriers = CARRIERS.get(name, ((), ()))
    call = {**dict(zip(parameters, args, strict=False)), **kwargs}
    for argument, instead, spared in carriers:
        if _is_recorded(call.get(argument)) and not spared(call):
            raise TypeError(
                f"np.{name} has no derivative by {argument!r}, so the graph of the tensor given there would "
                f"be cut: write {instead}, or t.detach() if it is meant as a constant"
            )


def _takes(op: Callable[..., Any], key: str) -> bool:
    return key in inspect.signature(op).parameters


def _chosen(kwargs: dict[str, Any], op: Callable[..., Any], call: str) -> dict[str, Any]:
    """What a ufunc's method was given, for the op in its place; NumPy reduces the first axis by default."""
    given = {key: value for key, value in kwargs.items() if value is not None or key == "axis"}
    refused = [key for key in given if not _takes(op, key)]
    if refused:
        raise TypeError(f"{call} on a tensor takes no {', '.join(refused)}")
    return {"axis": 0, **given}
