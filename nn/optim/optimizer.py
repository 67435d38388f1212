"""What all optimisers share: groups of parameters, their state, and saving it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from nn.parameter import Parameter, forget_gradient

Group = dict[str, Any]


class Optimizer:
    """Updates parameters in place from their gradients.

    `params` are parameters, or dicts {"params": [...], "lr": ...} for groups with settings of their
    own.  `param_groups` may be changed at any time; schedulers change its "lr".
    """

    def __init__(self, params: Iterable[Any], defaults: Mapping[str, Any]) -> None:
        given = list(params)
        if not given:
            raise ValueError("the optimiser got no parameters: give model.parameters()")
        groups = given if isinstance(given[0], dict) else [{"params": given}]
        self.param_groups: list[Group] = [
            {**defaults, **group, "params": list(group["params"])} for group in groups
        ]
        members = [p for group in self.param_groups for p in group["params"]]
        for p in members:
            if not isinstance(p, Parameter):
                raise TypeError(
                    f"an optimiser takes nn.Parameter, and got a {type(p).__name__}: make it one, "
                    "nn.Parameter(x), or give model.parameters()"
                )
        if len({id(p) for p in members}) != len(members):
            raise ValueError(
                "a parameter is in two groups, or twice in one: it would be updated twice a step"
            )
        self.state: dict[Parameter, dict[str, Any]] = {}

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters; with set_to_none=False those there are become zeros."""
        for group in self.param_groups:
            for p in group["params"]:
                forget_gradient(p, set_to_none)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient; with `maximize` in its group, uphill.

        `closure`, if given, is called first: it forgets the gradients, computes the loss, calls backward
        and gives the loss, which step then gives as well.
        """
        loss = None if closure is None else closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    g = -p.grad.data if group.get("maximize") else p.grad.data
                    self.update(p, g, self.state.setdefault(p, {}), group)
        return loss

    def update(self, p: Parameter, g: np.ndarray, state: dict[str, Any], group: Group) -> None:
        """Change p.data in place by its gradient g: each optimiser writes its own."""
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """Settings of the groups, and the state of each parameter by its place: numbers and array copies."""
        members = [p for group in self.param_groups for p in group["params"]]
        return {
            "groups": [{k: v for k, v in group.items() if k != "params"} for group in self.param_groups],
            "state": {
                i: {k: np.copy(v) if isinstance(v, np.ndarray) else v for k, v in self.state[p].items()}
                for i, p in enumerate(members)
                if p in self.state
            },
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` of an optimiser over the same parameters gave."""
        members = [p for group in self.param_groups for p in group["params"]]
        if len(state_dict["groups"]) != len(self.param_groups):
            raise ValueError(
                f"the state dict has {len(state_dict['groups'])} parameter groups, this optimiser "
                f"{len(self.param_groups)}"
            )
        for i, entry in state_dict["state"].items():
            if int(i) >= len(members):
                raise ValueError(
                    f"the state dict has a state for parameter {i}, and this optimiser has "
                    f"{len(members)} parameters, counted from 0"
                )
            for key, value in entry.items():
                if isinstance(value, np.ndarray) and value.shape != members[int(i)].shape:
                    raise ValueError(
                        f"the state dict's {key} of parameter {i} has shape {value.shape}, the parameter "
                        f"{members[int(i)].shape}"
                    )
        for group, settings in zip(self.param_groups, state_dict["groups"], strict=True):
            group.update(settings)
        self.state = {
            members[int(i)]: {k: np.copy(v) if isinstance(v, np.ndarray) else v for k, v in entry.items()}
            for i, entry in state_dict["state"].items()
        }


def check_positive(**settings: float) -> None:
    """Raise ValueError for a negative setting."""
    for name, value in settings.items():
        if value < 0:
            raise ValueError(f"{name} must not be negative, and is {value}")
