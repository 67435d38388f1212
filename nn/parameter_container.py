"""Parameters in a row, and parameters by name."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self, overload

import minigrad as mg
from nn.module import Module
from nn.parameter import Parameter


class _Parameters(Module):
    """What holds parameters of its own and nothing else; arrays become parameters."""

    def _own(self) -> dict[str, Parameter]:
        return {name: value for name, value in vars(self).items() if isinstance(value, Parameter)}

    def _set(self, name: str, value: Any) -> None:
        setattr(self, name, value if isinstance(value, Parameter) else Parameter(value))

    def __len__(self) -> int:
        return len(self._own())

    def __repr__(self) -> str:
        lines = [f"({name}): Parameter of {p.dtype} {p.shape}" for name, p in self._own().items()]
        name = type(self).__name__
        return f"{name}(\n  " + "\n  ".join(lines) + "\n)" if lines else f"{name}()"


class ParameterList(_Parameters):
    """A list of parameters that belong to the module which holds it.  Their names are 0, 1, ..."""

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self.extend(values)

    def append(self, value: Any) -> Self:
        """Put one more at the end."""
        self._set(str(len(self)), value)
        return self

    def extend(self, values: Iterable[Any]) -> Self:
        """Put more at the end."""
        for value in list(values):
            self.append(value)
        return self

    def pop(self, index: int = -1) -> Parameter:
        """Take the one at the place `index` out; those behind it are renamed."""
        values = list(self)
        parameter = values.pop(index)
        for name in self._own():
            delattr(self, name)
        self.extend(values)
        return parameter

    def __iadd__(self, values: Iterable[Any]) -> Self:
        return self.extend(values)

    @overload
    def __getitem__(self, index: int) -> Parameter: ...
    @overload
    def __getitem__(self, index: slice) -> "ParameterList": ...
    def __getitem__(self, index: int | slice) -> "Parameter | ParameterList":
        values = list(self)
        return ParameterList(values[index]) if isinstance(index, slice) else values[index]

    def __setitem__(self, index: int, value: Any) -> None:
        self._set(str(range(len(self))[index]), value)

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._own().values())


class ParameterDict(_Parameters):
    """Parameters by name, which belong to the module that holds the dictionary; in order of entry."""

    def __init__(self, parameters: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> None:
        self.update(parameters)

    def update(self, parameters: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> None:
        """Enter more, or others under the same names."""
        for name, value in dict(parameters).items():
            self[name] = value

    def __getitem__(self, name: str) -> Parameter:
        return self._own()[name]

    def __setitem__(self, name: str, value: Any) -> None:
        if hasattr(self, name) and name not in self._own():
            raise ValueError(f"{type(self).__name__} has a {name!r} of its own: choose another name")
        self._set(name, value)

    def __delitem__(self, name: str) -> None:
        self.pop(name)

    def pop(self, name: str) -> Parameter:
        """Take one out.  Raises KeyError where there is none."""
        parameter = self[name]
        delattr(self, name)
        return parameter

    def popitem(self) -> tuple[str, Parameter]:
        """Take the last one out, with its name.  Raises KeyError where there is none."""
        name, parameter = self._own().popitem()
        delattr(self, name)
        return name, parameter

    def clear(self) -> None:
        """Take all out."""
        for name in self._own():
            delattr(self, name)

    def get(self, key: str, default: Any = None) -> Any:
        """The parameter of that name, or `default`."""
        return self._own().get(key, default)

    def setdefault(self, key: str, default: Any) -> Parameter:
        """The parameter of that name, which is entered as `default` if there is none."""
        if key not in self:
            self[key] = default
        return self[key]

    def copy(self) -> "ParameterDict":
        """Another dictionary of the same parameters."""
        return ParameterDict(self._own())

    @classmethod
    def fromkeys(cls, keys: Iterable[str], default: Any) -> "ParameterDict":
        """A parameter for each name, each starting as a copy of `default`."""
        value = mg.tensor(default).data
        return cls({key: value.copy() for key in keys})

    def __or__(self, other: Mapping[str, Any]) -> "ParameterDict":
        both = self.copy()
        both.update(other)
        return both

    def __ior__(self, other: Mapping[str, Any]) -> Self:
        self.update(other)
        return self

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._own())

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._own().keys()

    def values(self) -> Iterable[Parameter]:
        """The parameters."""
        return self._own().values()

    def items(self) -> Iterable[tuple[str, Parameter]]:
        """The names and parameters."""
        return self._own().items()

    def __iter__(self) -> Iterator[str]:
        return iter(self._own())

    def __contains__(self, name: object) -> bool:
        return name in self._own()
