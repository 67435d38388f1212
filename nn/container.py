"""Modules in a row, and modules by name."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Self, overload

from nn.module import Module


class _Row(Module):
    """A list of modules whose names are 0, 1, ..."""

    def append(self, module: Module) -> Self:
        """Put one more at the end."""
        number = len(self)
        while hasattr(self, str(number)):  # a slice of a Sequential keeps its names
            number += 1
        setattr(self, str(number), self._checked(module))
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Put more at the end."""
        for module in list(modules):
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> None:
        """Put one before the place `index`; those behind it are renamed."""
        modules = list(self)
        modules.insert(index, self._checked(module))
        self._replace_all(modules)

    def pop(self, index: int = -1) -> Module:
        """Take the one at the place `index` out; those behind it are renamed."""
        module = list(self)[index]
        del self[index]
        return module

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        return self.extend(modules)

    def __len__(self) -> int:
        return sum(1 for _ in self.children())

    def __iter__(self) -> Iterator[Module]:
        return self.children()

    def __reversed__(self) -> Iterator[Module]:
        return reversed(list(self))

    def __contains__(self, module: object) -> bool:
        return any(module is own for own in self)

    @overload
    def __setitem__(self, index: int, module: Module) -> None: ...
    @overload
    def __setitem__(self, index: slice, module: Iterable[Module]) -> None: ...
    def __setitem__(self, index: int | slice, module: Any) -> None:
        if isinstance(index, slice):
            modules = list(self)
            modules[index] = map(self._checked, module)
            self._replace_all(modules)
            return
        name = [name for name, _ in self.named_children()][index]
        setattr(self, name, self._checked(module))

    def __delitem__(self, index: int | slice) -> None:
        modules = list(self)
        del modules[index]
        self._replace_all(modules)

    def _checked(self, module: Module) -> Module:
        if not isinstance(module, Module):
            name = type(self).__name__
            hint = ""
            if isinstance(module, type) and issubclass(module, Module):
                hint = f": write {module.__name__}(), which makes one"
            elif isinstance(module, (list, tuple)):
                hint = (
                    f": write {name}(*modules)" if isinstance(self, Sequential) else ": write extend(modules)"
                )
            raise TypeError(f"a {name} holds modules, and got a {type(module).__name__}{hint}")
        return module

    def _replace_all(self, modules: list[Module]) -> None:
        for name, _ in list(self.named_children()):
            delattr(self, name)
        self.extend(modules)


class ModuleList(_Row):
    """A list of modules that belong to the module which holds it.  Their names are 0, 1, ..."""

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        if isinstance(modules, Module) and not isinstance(modules, Iterable):
            raise TypeError(
                f"a ModuleList takes a list of modules: write ModuleList([{type(modules).__name__}])"
            )
        self.extend(modules)

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> "ModuleList": ...
    def __getitem__(self, index: int | slice) -> Module:
        modules = list(self)
        return ModuleList(modules[index]) if isinstance(index, slice) else modules[index]

    def __add__(self, modules: Iterable[Module]) -> "ModuleList":
        return ModuleList([*self, *modules])

    def __repr__(self) -> str:
        """Neighbours that read alike are printed once."""
        lines, place = [], 0
        for text, alike in groupby(map(repr, self)):
            count = len(list(alike))
            head = f"({place}): " if count == 1 else f"({place}-{place + count - 1}): {count} x "
            lines.append((head + text).replace("\n", "\n  "))
            place += count
        name = type(self).__name__
        return f"{name}(\n  " + "\n  ".join(lines) + "\n)" if lines else f"{name}()"


class Sequential(_Row):
    """Modules that are called one after the other, each on what the one before gave.

    Given one mapping, its names are theirs.
    """

    def __init__(self, *modules: Any) -> None:
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            for name, module in modules[0].items():
                self.add_module(name, self._checked(module))
        else:
            self.extend(modules)

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> "Sequential": ...
    def __getitem__(self, index: int | slice) -> Module:
        named = list(self.named_children())
        return Sequential(dict(named[index])) if isinstance(index, slice) else named[index][1]

    def __add__(self, modules: Iterable[Module]) -> "Sequential":
        return Sequential(*self, *modules)

    def __mul__(self, times: int) -> "Sequential":
        """The same modules, not copies, in a row so many times."""
        return Sequential(*(list(self) * times))

    __rmul__ = __mul__

    def __imul__(self, times: int) -> Self:
        return self.extend(list(self) * (times - 1))

    def forward(self, input: Any) -> Any:
        out, before = input, None
        for module in self:
            if isinstance(out, tuple):
                _check_taker(module, before, out)
            out, before = module(out), module
        return out


def _check_taker(module: Module, before: Module | None, given: tuple[Any, ...]) -> None:
    """Raise TypeError where a layer that takes one tensor comes after one that gives several."""
    of_nn = type(module).__module__.partition(".")[0] == "nn"
    if of_nn and type(module).__name__ not in ("Sequential", "Identity"):
        giver = "the input is" if before is None else f"{type(before).__name__} gives"
        raise TypeError(
            f"in this Sequential {giver} a tuple of {len(given)}, and {type(module).__name__} takes one "
            "tensor: write a forward of your own, `out, state = self.rnn(x)`, or put a module between them "
            "that picks out[0]"
        )


class ModuleDict(Module):
    """Modules by name, which belong to the module that holds the dictionary; in order of entry."""

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] = ()) -> None:
        self.update(modules)

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Enter more, or others under the same names."""
        for name, module in dict(modules).items():
            self[name] = module

    def __getitem__(self, name: str) -> Module:
        return dict(self.named_children())[name]

    def __setitem__(self, name: str, module: Module) -> None:
        if not isinstance(module, Module):
            raise TypeError(f"a {type(self).__name__} holds modules, and got a {type(module).__name__}")
        self.add_module(name, module)

    def __delitem__(self, name: str) -> None:
        self.pop(name)

    def pop(self, name: str) -> Module:
        """Take one out.  Raises KeyError where there is none."""
        module = self[name]
        delattr(self, name)
        return module

    def clear(self) -> None:
        """Take all out."""
        for name in list(self):
            delattr(self, name)

    def keys(self) -> Iterator[str]:
        """The names."""
        return (name for name, _ in self.named_children())

    def values(self) -> Iterator[Module]:
        """The modules."""
        return self.children()

    def items(self) -> Iterator[tuple[str, Module]]:
        """The names and modules."""
        return self.named_children()

    def __len__(self) -> int:
        return sum(1 for _ in self.children())

    def __iter__(self) -> Iterator[str]:
        return self.keys()

    def __contains__(self, name: object) -> bool:
        return name in set(self.keys())
