"""What all optimisers share: groups of parameters, their state, and saving it."""

import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Self

import numpy as np

from nn.constructors import check_arguments
from nn.optim.groups import Group, completed, groups_of
from nn.optim.loading import check_parts, settings_of, state_of
from nn.parameter import Parameter, forget_gradient


class Optimizer:
    """Updates parameters in place from their gradients.

    `params` are parameters, as model.parameters() or model.named_parameters() gives them, or dicts
    {"params": [...], "lr": ...} for groups with settings of their own, the others being `defaults`.
    The settings in `param_groups` may be changed at any time; schedulers change "lr".
    """

    numbers: ClassVar[tuple[str, ...]] = ()  # what a parameter's state holds as numbers, besides its step

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        if args or kwargs:
            check_arguments(cls, args, kwargs)
        return super().__new__(cls)

    def __init__(self, params: Iterable[Any], defaults: Mapping[str, Any]) -> None:
        self.defaults = dict(defaults)
        self.check(self.defaults)
        self.param_groups: list[Group] = []
        self.state: dict[Parameter, dict[str, Any]] = {}
        self.stepped = False  # whether step() has been called, which schedules ask
        for group in groups_of(params):
            self.add_param_group(group)

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Have more parameters updated, {"params": [...], ...}; a setting not given is the optimiser's.

        Raises ValueError for a parameter that is in a group already.
        """
        group = completed(param_group, self.defaults, self.param_groups)
        self.check(group)
        self.param_groups.append(group)

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
        if closure is not None and not callable(closure):
            raise TypeError(
                "step() takes nothing, or a function that computes the loss, and got a "
                f"{type(closure).__name__}: write loss.backward(), then optimizer.step()"
            )
        loss = None if closure is None else closure()
        for group in self.param_groups:
            if not self.defaults.keys() <= group.keys():
                missing = ", ".join(name for name in self.defaults if name not in group)
                raise ValueError(
                    f"a group of the optimiser has no {missing}: write add_param_group(group), which fills "
                    "in what is missing, in the place of param_groups.append(group)"
                )
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    self.update(p, _gradient(p, group), self.state.setdefault(p, {}), group)
        self.stepped = True
        if not self.state:  # no gradient at this step, nor at any before
            warn_of_no_gradient()
        return loss

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return "\n".join([*lines, ")"])

    # -- what each optimiser writes ---------------------------------------------------------------

    def update(self, p: Parameter, g: np.ndarray, state: dict[str, Any], group: Group) -> None:
        """Change p.data in place by its gradient g: each optimiser writes its own.

        `g` has the dtype of p, or float32 where that is float16, whose range is too narrow for squares.
        """
        raise NotImplementedError

    def begin(self, state: dict[str, Any], p: Parameter, group: Group) -> None:
        """Count a step of p, and have the arrays of its state that are not there yet: zeros, as g is."""
        for name in self.state_names(group) or ():
            if name == "step":
                state["step"] = state.get("step", 0) + 1
            elif name not in state:
                state[name] = np.zeros(p.shape, np.result_type(p.dtype, np.float32))

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise ValueError for settings that mean nothing."""

    def state_names(self, group: Group) -> tuple[str, ...] | None:
        """What a parameter's state holds: "step", `numbers`, and arrays of the parameter's shape.

        None, which an optimiser of one's own may leave, has loading check nothing of it.
        """
        return None

    # -- saving and loading -----------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Settings of the groups, and the state of each parameter by its place: numbers and array copies.

        It has the form of PyTorch's, whose optimiser of the same name takes `nn.convert.to_torch` of it.
        """
        places = {p: i for i, p in enumerate(p for group in self.param_groups for p in group["params"])}
        return {
            "param_groups": [
                {k: [places[p] for p in v] if k == "params" else v for k, v in group.items()}
                for group in self.param_groups
            ],
            "state": {
                i: {k: np.copy(v) if isinstance(v, np.ndarray) else v for k, v in self.state[p].items()}
                for p, i in places.items()
                if p in self.state
            },
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` of an optimiser over the same parameters gave, here or in PyTorch.

        Raises ValueError, and changes nothing, for that of another optimiser, other groups or other shapes.
        """
        check_parts(state_dict)
        settings = settings_of(state_dict["param_groups"], self.param_groups, self)
        groups = [{**own, **new} for own, new in zip(self.param_groups, settings, strict=True)]
        self.state = state_of(state_dict["state"], groups, self)
        for group, new in zip(self.param_groups, settings, strict=True):
            group.update(new)


def _gradient(p: Parameter, group: Group) -> np.ndarray:
    """What is gone down along: the gradient, or minus it with `maximize`."""
    g: np.ndarray = p.grad.data  # type: ignore[union-attr]
    if g.dtype.itemsize == 2:
        g = g.astype(np.float32)
    return -g if group.get("maximize") else g


def warn_of_no_gradient() -> None:
    """Of a step that can do nothing; for the line that called step()."""
    warnings.warn(
        "step() found no gradient, and changed nothing: call loss.backward() after zero_grad() and before "
        "step(), on a loss computed from these parameters outside mg.no_grad()",
        stacklevel=3,
    )
