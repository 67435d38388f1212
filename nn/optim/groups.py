"""Groups of parameters: what an optimiser may be given, as lists in an order that is always the same."""

from collections.abc import Iterable, Mapping
from typing import Any

import minigrad as mg
from nn.parameter import Parameter, parameters_in

Group = dict[str, Any]


def groups_of(params: Any) -> list[Any]:
    """What an optimiser is built from: its groups, or all of `params` as one.

    Raises TypeError for one tensor and for a set, ValueError for nothing.
    """
    if isinstance(params, mg.Tensor):
        raise TypeError(
            f"an optimiser takes a list of parameters, and got a {type(params).__name__} of shape "
            f"{params.shape}: write [x]"
        )
    given = _in_order(params)
    if not given:
        raise ValueError("the optimiser got no parameters: give model.parameters()")
    return given if isinstance(given[0], dict) else [{"params": given}]


def completed(group: Any, defaults: Mapping[str, Any], present: Iterable[Group]) -> Group:
    """A copy of `group` with its parameters listed and every setting; `present` are the groups before.

    Raises TypeError for what is no group, no list or no parameter, ValueError where a parameter comes twice.
    """
    if not isinstance(group, Mapping):
        raise TypeError(
            f'a group of parameters is a dict, {{"params": [...], "lr": ...}}, and this one is a '
            f"{type(group).__name__}"
        )
    if "params" not in group:
        raise ValueError(
            f'a group of parameters has them under "params", and this one has {", ".join(map(repr, group))}'
        )
    given = group["params"]
    members = [given] if isinstance(given, mg.Tensor) else _in_order(given)
    new: Group = {**defaults, **group, "params": members}
    before = list(present)
    if members and all(isinstance(member, tuple) and len(member) == 2 for member in members):
        new["param_names"] = [name for name, _ in members]
        new["params"] = members = [p for _, p in members]
    for p in members:
        if not isinstance(p, Parameter):
            raise TypeError(
                f"an optimiser takes nn.Parameter, and got a {type(p).__name__}: make it one, "
                "nn.Parameter(x), or give model.parameters()"
            )
    if any(("param_names" in other) != ("param_names" in new) for other in before):
        raise ValueError(
            "some groups of the optimiser have named parameters and others have not: give "
            "model.named_parameters() for all, or model.parameters()"
        )
    everywhere = [p for other in before for p in other["params"]] + members
    if len({id(p) for p in everywhere}) != len(everywhere):
        raise ValueError("a parameter is in two groups, or twice in one: it would be updated twice a step")
    return new


def _in_order(params: Any) -> list[Any]:
    if isinstance(params, (set, frozenset)):
        raise TypeError(
            "an optimiser keeps its state by the place of each parameter, and a set has no order: give a list"
        )
    if isinstance(params, Mapping):
        raise TypeError(
            "an optimiser takes a list of parameters, or of groups, and got a dict: give model.parameters(), "
            "or [group]"
        )
    return parameters_in(params, "an optimiser")
