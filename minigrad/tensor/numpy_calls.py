"""NumPy's way to write a call, translated into the op's: `np.flip(m=t, axis=0)` is `flip(t, axis=0)`.

NumPy's own signature says what was given.  An argument goes to the op's parameter of the same name;
an operand that the op names otherwise goes by its place.  What the op does not take may be given as
NumPy's default, which changes nothing, and is refused with what to write instead otherwise.
"""

import inspect
import math
from collections.abc import Callable
from functools import cache
from itertools import takewhile
from typing import Any, NamedTuple

import numpy as np

Function = Callable[..., Any]
Arguments = tuple[tuple[Any, ...], dict[str, Any]]

# The keywords that every ufunc takes; functions that end in one pass them on.
UFUNC_DEFAULTS = {
    "out": None, "where": True, "casting": "same_kind", "order": "K", "dtype": None, "subok": True,
    "signature": None, "keepdims": False,
}  # fmt: skip

# What hides behind `**kwargs` in NumPy's signatures, besides that.
HIDDEN_DEFAULTS: dict[str, dict[str, Any]] = {
    "einsum": {"casting": "safe"},
    "pad": {"stat_length": None, "end_values": 0},
}

# Functions in C that tell their signature from NumPy 2.4 on only; that of the others is the op's.
IN_C: dict[str, Function] = {
    "concatenate": lambda arrays, axis=0, out=None, *, dtype=None, casting="same_kind": None,
    "dot": lambda a, b, out=None: None,
}

# Taken in any value: no tensor is a subclass of ndarray, and none is overwritten.
WITHOUT_EFFECT = frozenset(["overwrite_input", "subok"])

INSTEAD = {
    "casting": "t.astype(dtype) converts to any dtype",
    "copy": "t.astype(dtype) gives new memory",
    "device": 'every tensor is on the device "cpu"',
    "dtype": "write t.astype(dtype) for another dtype",
    "hermitian": "omit `hermitian`, the result is that of any matrix",
    "interpolation": "write method=",
    "mean": "write np.mean(np.square(t - mean)) for a mean that is known",
    "newshape": "write shape=",
    "order": "a tensor promises no layout in memory",
    "out": "omit `out` and take the result",
    "weights": "write mg.average(t, weights=...) for a weighted mean",
    "where": "write mg.where(mask, ...) for a masked result",
    "writeable": "omit `writeable`, and write with mg.index_put",
}

_BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_SPREAD, _OPEN = inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD


class Spelling(NamedTuple):
    """How the parameters of a function of NumPy stand to those of the op in its place.

    `names` gives the op's name for NumPy's, `defaults` NumPy's values for what the op has no name for.
    A call with at most `straight` arguments by place, and keywords out of `shared`, is the op's as it is.
    """

    signature: inspect.Signature
    positional: tuple[str, ...]  # the op's parameters that may be given by place
    names: dict[str, str]
    defaults: dict[str, Any]
    straight: float
    shared: frozenset[str]


def translated(call: str, function: Function, op: Function, args: tuple[Any, ...], kwargs: Any) -> Arguments:
    """The arguments of NumPy's `function` as those of `op`.  Raises TypeError for what `op` does not take."""
    spelling = _spelling(function, op)
    omitted = any(value is np._NoValue for value in (*args, *kwargs.values()))
    if len(args) <= spelling.straight and spelling.shared.issuperset(kwargs) and not omitted:
        return args, kwargs
    named = dict(spelling.signature.bind(*args, **kwargs).arguments)
    spread: tuple[Any, ...] = ()
    for parameter in spelling.signature.parameters.values():
        if parameter.kind is _SPREAD:
            spread = named.pop(parameter.name, ())
        elif parameter.kind is _OPEN:
            named.update(named.pop(parameter.name, {}))
    names = spelling.names
    _refuse(call, spelling.defaults, {name: value for name, value in named.items() if name not in names})
    given = {
        names[name]: value for name, value in named.items() if name in names and value is not np._NoValue
    }
    leading = takewhile(given.__contains__, spelling.positional)
    return (*map(given.pop, tuple(leading)), *spread), given


def ufunc_options(call: str, op: Function, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The keywords of a ufunc's call that `op` takes.  Raises TypeError for others that are no defaults."""
    if not kwargs:
        return kwargs
    names = inspect.signature(op).parameters
    _refuse(call, UFUNC_DEFAULTS, {name: value for name, value in kwargs.items() if name not in names})
    return {name: value for name, value in kwargs.items() if name in names}


def _refuse(call: str, defaults: dict[str, Any], given: dict[str, Any]) -> None:
    """Raise TypeError for what was `given` without effect, unless it is the default and changes nothing."""
    refused = [
        name
        for name, value in given.items()
        if name not in WITHOUT_EFFECT and not (name in defaults and _same(value, defaults[name]))
        if (name, value) != ("device", "cpu")
    ]
    if refused:
        instead = [INSTEAD[name] for name in refused if name in INSTEAD]
        raise TypeError(
            f"{call} on a tensor takes no {', '.join(refused)}: {'; '.join(instead) or 'omit it'}"
        )


def _same(value: Any, default: Any) -> bool:
    """Whether `value` is the default; only of numbers and words can that be asked with ==."""
    return value is default or (isinstance(value, (str, bool, int, float, np.generic)) and value == default)


@cache
def _spelling(function: Function, op: Function) -> Spelling:
    ours = inspect.signature(op).parameters
    try:
        signature = inspect.signature(function)
    except ValueError:
        signature = inspect.signature(IN_C.get(function.__name__, op))
    theirs = signature.parameters
    if any(parameter.kind is _OPEN for parameter in ours.values()):  # an op that takes whatever it is given
        return Spelling(signature, (), {}, {}, math.inf, frozenset(theirs))
    opens = any(parameter.kind is _OPEN for parameter in theirs.values())
    positional = [name for name, parameter in ours.items() if parameter.kind in _BY_PLACE]
    operands = [parameter for parameter in theirs.values() if parameter.kind in _BY_PLACE]
    pairs = list(zip(operands, positional, strict=False))
    # An operand has no default; one whose name the op does not know stands for the op's at its place.
    renamed = {x.name: name for x, name in pairs if x.default is x.empty and name not in theirs}
    shared = {name for name in ours if (name in theirs or opens) and name not in renamed.values()}
    names = {name: name for name in shared} | renamed
    defaults = {name: parameter.default for name, parameter in theirs.items() if name not in names}
    if opens:
        defaults.update(UFUNC_DEFAULTS | HIDDEN_DEFAULTS.get(function.__name__, {}))
    straight: float = len(list(takewhile(lambda pair: names.get(pair[0].name) == pair[1], pairs)))
    if straight == len(operands) and any(parameter.kind is _SPREAD for parameter in theirs.values()):
        straight = math.inf
    return Spelling(signature, tuple(positional), names, defaults, straight, frozenset(shared))
