"""A saved state, checked before an optimiser takes it over: all of it fits, or nothing is changed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nn.optim.groups import Group
from nn.parameter import Parameter

State = dict[Parameter, dict[str, Any]]
# How PyTorch carries a step out, which changes none of its numbers; of the last, Adam.check knows more.
OF_TORCH = ("foreach", "fused", "capturable", "differentiable", "decoupled_weight_decay")
FROM_ELSEWHERE = ("initial_lr", "param_names", *OF_TORCH)  # a scheduler may not have come here yet


def check_parts(state_dict: Any) -> None:
    """Raise ValueError for what no optimiser's `state_dict` gives."""
    if not isinstance(state_dict, Mapping) or not {"param_groups", "state"} <= state_dict.keys():
        has = (
            ", ".join(map(repr, state_dict)) if isinstance(state_dict, Mapping) else type(state_dict).__name__
        )
        raise ValueError(
            f"an optimiser's state dict has 'param_groups' and 'state', as its state_dict() gives them, and "
            f"this one is {has or 'empty'}"
        )
    groups, state = state_dict["param_groups"], state_dict["state"]
    entries = state.values() if isinstance(state, Mapping) else [None]
    if not isinstance(groups, (list, tuple)) or not all(isinstance(x, Mapping) for x in (*groups, *entries)):
        raise ValueError(
            "an optimiser's state dict has a list of dicts under 'param_groups', and a dict of dicts "
            "under 'state': this one is damaged"
        )


def settings_of(saved: Sequence[Mapping[str, Any]], groups: Sequence[Group], optimizer: Any) -> list[Group]:
    """What each of `groups` is to be set to.

    Raises ValueError unless `saved` are as many groups, of as many parameters, with the same settings.
    """
    if len(saved) != len(groups):
        raise ValueError(f"the state dict has {len(saved)} parameter groups, this optimiser {len(groups)}")
    for i, (theirs, own) in enumerate(zip(saved, groups, strict=True)):
        missing = [name for name in ("params", *optimizer.defaults) if name not in theirs]
        foreign = [name for name in theirs if name not in own and name not in FROM_ELSEWHERE]
        if missing or foreign:
            lacks = f"lacks {', '.join(missing)}" if missing else f"has {', '.join(foreign)}"
            raise ValueError(
                f"group {i} of the state dict {lacks}, and {type(optimizer).__name__} has "
                f"{', '.join(optimizer.defaults)}: it is of another optimiser, or damaged"
            )
        if len(theirs["params"]) != len(own["params"]):
            raise ValueError(
                f"group {i} of the state dict has {len(theirs['params'])} parameters, this optimiser's "
                f"{len(own['params'])}: build it with the groups that were saved, or their settings would go "
                "to other parameters"
            )
        optimizer.check(theirs)
    return [
        {name: x for name, x in theirs.items() if name != "params" and (name in own or name not in OF_TORCH)}
        for theirs, own in zip(saved, groups, strict=True)
    ]


def state_of(saved: Mapping[Any, Mapping[str, Any]], groups: Sequence[Group], optimizer: Any) -> State:
    """The state of each parameter, with arrays of its own.

    Raises ValueError for a parameter that is not there, and for other entries than the optimiser keeps.
    """
    members = [(p, group) for group in groups for p in group["params"]]
    state: State = {}
    for place, entry in saved.items():
        if not str(place).isdecimal() or int(place) >= len(members):
            raise ValueError(
                f"the state dict has a state for parameter {place}, and this optimiser has {len(members)} "
                "parameters, counted from 0"
            )
        p, group = members[int(place)]
        names = optimizer.state_names(group)
        if names is None:
            state[p] = {k: np.copy(v) if isinstance(v, np.ndarray) else v for k, v in entry.items()}
            continue
        if entry and set(entry) != set(names):
            raise ValueError(
                f"the state of parameter {place} in the state dict has {', '.join(map(str, entry))}, and "
                f"{type(optimizer).__name__} keeps {', '.join(names)}: it is of another optimiser, or damaged"
            )
        state[p] = {
            name: _number(name, value, place) if name in optimizer.numbers else _value(name, value, place, p)
            for name, value in entry.items()
        }
    return state


def _number(name: str, value: Any, place: Any) -> float:
    array = np.asarray(value)
    if array.shape or array.dtype.kind not in "iuf" or not np.isfinite(array):
        raise ValueError(f"the state dict's {name} of parameter {place} is a number, and is {value!r}")
    return float(array)


def _value(name: str, value: Any, place: Any, p: Parameter) -> Any:
    """A number of steps, or an array of the parameter's shape and dtype."""
    array = np.asarray(value)
    if name == "step":
        if array.shape or array.dtype.kind not in "iuf" or array < 0 or array % 1:
            raise ValueError(f"the state dict's step of parameter {place} counts steps, and is {value!r}")
        return int(array)
    if array.shape != p.shape:
        raise ValueError(
            f"the state dict's {name} of parameter {place} has shape {array.shape}, the parameter {p.shape}"
        )
    return np.array(array, np.result_type(p.dtype, np.float32))  # averages of float16 are kept in float32
