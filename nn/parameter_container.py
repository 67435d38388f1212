"""Parameters in a row, and parameters by name."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

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

    def __getitem__(self, index: int) -> Parameter:
        return list(self)[index]

    def __setitem__(self, index: int, value: Any) -> None:
        self._set(str(range(len(self))[index]), value)

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._own().values())


class ParameterDict(_Parameters):
    """Parameters by name, which belong to the module that holds the dictionary; in order of entry."""

    def __init__(self, values: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> None:
        self.update(values)

    def update(self, values: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> None:
        """Enter more, or others under the same names."""
        for name, value in dict(values).items():
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
