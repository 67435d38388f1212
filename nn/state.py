"""State dicts: a module's arrays by dotted path, as PyTorch names them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nn.foreign_state import Unreadable, as_array, hints
from nn.parameter import Parameter

if TYPE_CHECKING:
    from nn.module import Module


class StateDictError(ValueError):
    """A state dict that does not fit its module; the message lists every difference."""


class IncompatibleKeys(NamedTuple):
    """What a state dict and a module do not have in common."""

    missing_keys: list[str]
    unexpected_keys: list[str]


def arrays_of(module: "Module") -> dict[str, np.ndarray]:
    """The arrays themselves: those of parameters, then persistent buffers, module by module."""
    own = vars(module)
    arrays = {name: value.data for name, value in own.items() if isinstance(value, Parameter)}
    persistent = [name for name, is_saved in module._buffers.items() if is_saved]
    arrays |= {name: own[name] for name in persistent if own[name] is not None}
    for path, part in module.named_children():  # a module in two places is under both names, as in PyTorch
        arrays.update({f"{path}.{name}": array for name, array in arrays_of(part).items()})
    return arrays


def generators_of(module: "Module") -> dict[str, np.random.Generator]:
    """The random generators of all modules, such as Dropout's, by dotted path."""
    return {
        f"{path}.{name}": value
        for path, part in module.named_modules()
        for name, value in vars(part).items()
        if isinstance(value, np.random.Generator)
    }


def load(module: "Module", state_dict: Mapping[str, Any], strict: bool) -> IncompatibleKeys:
    """Copy `state_dict` into the arrays of `module`, all or nothing; the names that do not fit."""
    if not isinstance(state_dict, Mapping):
        raise TypeError(
            f"load_state_dict takes names and arrays, and got a {type(state_dict).__name__}: give "
            "other.state_dict(), or nn.load(path) of what was saved"
        )
    own = arrays_of(module)
    missing = [name for name in own if name not in state_dict]
    unexpected = [name for name in state_dict if name not in own]
    given: dict[str, np.ndarray] = {}
    problems: list[str] = []
    for name in (name for name in own if name in state_dict):
        try:
            given[name] = as_array(name, state_dict[name])
        except Unreadable as unreadable:
            problems.append(str(unreadable))
    if strict:
        problems += [f"missing: {name} {own[name].shape}" for name in missing]
        problems += [f"unexpected: {name}" for name in unexpected]
    problems += [
        f"wrong shape: {name} is {own[name].shape} here and {array.shape} in the state dict"
        for name, array in given.items()
        if array.shape != own[name].shape
    ]
    problems += [
        f"wrong dtype: {name} is {own[name].dtype} here and {array.dtype} in the state dict"
        for name, array in given.items()
        if not np.can_cast(array.dtype, own[name].dtype, "same_kind")
    ]
    if problems:
        raise StateDictError(
            f"the state dict does not fit {type(module).__name__}, and nothing was loaded:\n  "
            + "\n  ".join(problems + hints(state_dict, missing, unexpected) * strict)
        )
    for name, array in given.items():
        own[name][...] = array
    return IncompatibleKeys(missing, unexpected)
