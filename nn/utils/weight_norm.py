"""Weight normalisation: a weight kept as its length and its direction."""

from typing import Any, ClassVar

import minigrad as mg
from nn.module import Module
from nn.parameter import Parameter


def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """Keep a parameter w of `module` as g·v/‖v‖, so that g and v are learned (Salimans and Kingma, 2016).

    The parameters are then `<name>_g`, the lengths along every axis but `dim` (of the whole w with None),
    and `<name>_v`, and `name` is computed from them when it is read.  Gives `module` back.

    Raises AttributeError where it has no such parameter, ValueError where that is normalised already.
    """
    return _normalise(module, name, dim, (f"{name}_g", f"{name}_v"))


def remove_weight_norm(module: Module, name: str = "weight") -> Module:
    """Make `name` a parameter again, of the value that it has; the inverse of `weight_norm`.

    Raises ValueError where it is not normalised.
    """
    kept = _kept_by(module)
    if name not in kept:
        raise ValueError(
            f"{type(module).__name__} has no weight_norm on {name!r}, but on "
            f"{', '.join(map(repr, kept)) or 'nothing'}"
        )
    value = getattr(module, name).data
    for path in kept[name][1]:
        owner, _, last = path.rpartition(".")
        delattr(module.get_submodule(owner), last)
    if hasattr(module, "parametrizations"):
        delattr(module.parametrizations, name)
        if not list(module.parametrizations.children()):
            delattr(module, "parametrizations")
    _become(module, {other: how for other, how in kept.items() if other != name})
    setattr(module, name, Parameter(value))
    return module


def as_parametrization(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """`weight_norm` with the names of torch.nn.utils.parametrizations for its parameters.

    They are `parametrizations.<name>.original0` (g) and `parametrizations.<name>.original1` (v).
    """
    path = f"parametrizations.{name}"
    return _normalise(module, name, dim, (f"{path}.original0", f"{path}.original1"))


# By name of the weight: the axis whose entries have a length each, and where g and v are kept.
Kept = dict[str, tuple[int | None, tuple[str, str]]]


def _normalise(module: Module, name: str, dim: int | None, paths: tuple[str, str]) -> Module:
    kept = _kept_by(module)
    if name in kept:
        raise ValueError(f"{type(module).__name__} has weight_norm on {name!r} already")
    v = module.get_parameter(name)
    if dim is not None:
        dim = None if dim == -1 else dim % v.ndim  # -1 stands for the whole, as in PyTorch
    g = Parameter(_lengths(v.detach(), dim).data)
    delattr(module, name)
    for path, parameter in zip(paths, (g, v), strict=True):
        owner, _, last = path.rpartition(".")
        setattr(_reached(module, owner), last, parameter)
    _become(module, {**kept, name: (dim, paths)})
    return module


def _lengths(v: mg.Tensor, dim: int | None) -> mg.Tensor:
    """‖v‖ over every axis but `dim`, which are kept with length 1; one number with None."""
    if dim is None:
        return mg.sqrt(mg.sum(mg.square(v)))
    axes = tuple(axis for axis in range(v.ndim) if axis != dim)
    return mg.sqrt(mg.sum(mg.square(v), axis=axes, keepdims=True))


def _reached(module: Module, path: str) -> Module:
    """The module at a dotted path below `module`, made where there is none."""
    for name in path.split(".") if path else ():
        if name not in dict(module.named_children()):
            module.add_module(name, Module())
        module = module.get_submodule(name)
    return module


def _at(module: Any, path: str) -> Any:
    for name in path.split("."):
        module = getattr(module, name)
    return module


# -- a weight that is computed when it is read ----------------------------------------------------


class _Normalised:
    """Comes before a module's class where weights of it are normalised."""

    _kept_weights: ClassVar[Kept]
    _plain_class: ClassVar[type[Module]]

    def reset_parameters(self, *args: Any, **kwargs: Any) -> None:
        """Refused: the values would go to a weight that is computed, and be lost."""
        names = ", ".join(map(repr, self._kept_weights))
        raise ValueError(
            f"{type(self).__name__} has weight_norm on {names}: write nn.utils.remove_weight_norm(layer, "
            "name) first, then reset_parameters, then weight_norm again"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._plain_class, self._kept_weights), vars(self)


def _kept_by(module: Module) -> Kept:
    return module._kept_weights if isinstance(module, _Normalised) else {}


def _become(module: Module, kept: Kept) -> None:
    """Give `module` a class of its own, whose weights in `kept` are properties; or its first one back."""
    plain = module._plain_class if isinstance(module, _Normalised) else type(module)
    object.__setattr__(module, "__class__", _class_with(plain, kept) if kept else plain)


def _class_with(plain: type[Module], kept: Kept) -> type[Module]:
    def weight(dim: int | None, paths: tuple[str, str]) -> property:
        def compute(self: Module) -> mg.Tensor:
            g, v = (_at(self, path) for path in paths)
            return v * (g / _lengths(v, dim))

        return property(compute)

    members = {name: weight(*how) for name, how in kept.items()}
    return type(
        plain.__name__,
        (_Normalised, plain),
        {**members, "_kept_weights": kept, "_plain_class": plain, "__module__": plain.__module__},
    )


def _restored(plain: type[Module], kept: Kept) -> Module:
    return _class_with(plain, kept).__new__(_class_with(plain, kept))
