"""What a schedule is given, held against the groups of its optimiser: settings and saved states."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

LISTS = ("base_lrs", "last_lr")


def for_each_group(owner: str, name: str, value: Any, groups: int) -> list[Any]:
    """A setting for each group.  Raises ValueError for a list of another length."""
    if not isinstance(value, (list, tuple)):
        return [value] * groups
    if len(value) != groups:
        raise ValueError(
            f"{owner} got {len(value)} values of {name}, and the optimiser has {groups} groups: give one for "
            "each, or one by itself for all"
        )
    return list(value)


def check_state(schedule: Any, state_dict: Any, least: int) -> None:
    """Raise ValueError unless `state_dict` holds what `schedule` keeps, at a step of `least` or later."""
    owner, names = type(schedule).__name__, ("last_epoch", *schedule.kept)
    if not isinstance(state_dict, Mapping) or set(state_dict) != {*names}:
        has = ", ".join(map(str, state_dict)) if isinstance(state_dict, Mapping) else repr(state_dict)
        raise ValueError(
            f"a state dict of {owner} has {', '.join(names)}, as its state_dict() gives it, and this one is "
            f"{has or 'empty'}{_of_torch(state_dict)}"
        )
    reached = state_dict["last_epoch"]
    if not isinstance(reached, (int, np.integer)) or reached < least:
        raise ValueError(f"the state dict's last_epoch of {owner} counts steps, and is {reached!r}")
    groups = len(schedule.optimizer.param_groups)
    for name in schedule.kept:
        value = state_dict[name]
        if name in LISTS and (not isinstance(value, (list, tuple)) or len(value) != groups):
            raise ValueError(
                f"the state dict's {name} of {owner} is a list of {groups} numbers, one for each group of "
                f"the optimiser, and is {value!r}"
            )
        if not all(map(_is_number, value if name in LISTS else [value])):
            raise ValueError(f"the state dict's {name} of {owner} is no number: {value!r}")


def _of_torch(state_dict: Any) -> str:
    """How to take over the state of a schedule of PyTorch."""
    if not isinstance(state_dict, Mapping) or not {"_last_lr", "last_epoch"} <= {*state_dict}:
        return ""
    return (
        ": of a schedule of PyTorch; for the same one here write schedule.load_state_dict({k: "
        "state['_last_lr' if k == 'last_lr' else k] for k in schedule.state_dict()})"
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.number)) and not math.isnan(value)
