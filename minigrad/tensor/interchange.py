"""Exchange with other array libraries: devices, and DLPack's shared memory (see also array_namespace.py)."""

from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar, Self

from minigrad.plain import HasData


class Interchange(HasData):
    __slots__ = ()

    __array_namespace__: ClassVar[Callable[..., ModuleType]]  # attached by minigrad itself

    def __complex__(self) -> complex:
        return complex(float(self))  # type: ignore[arg-type]  # Tensor has the float

    @property
    def device(self) -> str:
        """ "cpu", where every tensor is."""
        return "cpu"

    def to_device(self, device: str, /, *, stream: Any = None) -> Self:
        """The tensor itself.  Raises ValueError for any other device than "cpu"."""
        check_device(device)
        return self

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.data.__dlpack_device__()

    def __dlpack__(
        self,
        *,
        stream: Any = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[int, int] | None = None,
        copy: bool | None = None,
    ) -> Any:
        if self.node is not None:
            raise BufferError(
                "handing the memory of a recorded tensor to another library would silently cut its graph: "
                "write t.detach() if that is meant"
            )
        options: dict[str, Any] = {"max_version": max_version, "dl_device": dl_device, "copy": copy}
        given = {name: value for name, value in options.items() if value is not None}
        return self.data.__dlpack__(stream=stream, **given)  # NumPy 2.0 knows no other options


def check_device(device: Any) -> None:
    """Raise ValueError for any device but "cpu"; None leaves the choice."""
    if device not in (None, "cpu"):
        raise ValueError(f'tensors are on the device "cpu" only, and {device!r} was asked for: omit it')
