"""Modules in a row."""

from collections.abc import Iterable, Iterator
from typing import Any

from nn.module import Module


class ModuleList(Module):
    """A list of modules that belong to the module which holds it.  Their names are 0, 1, ..."""

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        for module in modules:
            self.append(module)

    def append(self, module: Module) -> "ModuleList":
        """Put one more at the end."""
        if not isinstance(module, Module):
            raise TypeError(f"a {type(self).__name__} holds modules, and got a {type(module).__name__}")
        setattr(self, str(len(self)), module)
        return self

    def __len__(self) -> int:
        return sum(1 for _ in self.children())

    def __iter__(self) -> Iterator[Module]:
        return self.children()

    def __getitem__(self, index: int) -> Module:
        return list(self.children())[index]


class Sequential(ModuleList):
    """Modules that are called one after the other, each on what the one before gave."""

    def __init__(self, *modules: Module) -> None:
        super().__init__(modules)

    def forward(self, x: Any) -> Any:
        for module in self:
            x = module(x)
        return x
