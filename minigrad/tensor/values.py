"""A tensor's values: its shape, its numbers for Python and NumPy, its text, its copies."""

from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad import modes
from minigrad.convert import as_array
from minigrad.graph import Leaf, Node
from minigrad.plain import HasData
from minigrad.tensor import cuts

if TYPE_CHECKING:
    from minigrad.tensor import Tensor


class Values(HasData):
    __slots__ = ()

    if TYPE_CHECKING:
        node: Node | None  # Tensor holds these
        requires_grad: bool

        @property
        def is_leaf(self) -> bool: ...

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    @property
    def ndim(self) -> int:
        return self.data.ndim

    @property
    def size(self) -> int:
        return self.data.size

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.data.dtype

    @property
    def name(self) -> str:
        """What a leaf, or the result of a recorded op, is called in drawings: "" until it is set."""
        return getattr(self.node, "name", "")

    @name.setter
    def name(self, name: str) -> None:
        if self.node is None:
            raise ValueError(
                "only what is in a graph has a name to set, and this tensor requires no gradient: inside "
                "`with mg.record(): ...` a drawing calls it by the variable that holds it"
            )
        self.node.name = name

    # -- data out -----------------------------------------------------------------------------

    def numpy(self) -> np.ndarray:
        """The ndarray itself, not copied; what is done to it is not recorded."""
        return self.data

    def item(self) -> Any:
        """The one element as a Python number.  Raises ValueError for any other size."""
        if self.size != 1:
            raise ValueError(
                f"item() needs exactly one element, and the shape is {self.shape}: "
                "index one out, t[i, j].item(), or take all with t.numpy().tolist()"
            )
        return self.data.item()

    def tolist(self) -> Any:
        """The values as nested Python lists."""
        return self.data.tolist()

    def __float__(self) -> float:
        if self.node is not None and modes.current.get().recording:
            cuts.number_taken()
        return float(self.item())

    def __int__(self) -> int:
        if self.node is not None and modes.current.get().recording:
            cuts.number_taken()
        return int(self.item())

    def __round__(self, digits: int | None = None) -> Any:
        return round(self.item(), digits)

    def __index__(self) -> int:
        if self.ndim or self.dtype.kind not in "iu":
            raise TypeError(
                f"only a 0-d tensor of integers counts or indexes, and this one is {self.dtype} of shape "
                f"{self.shape}: write int(t.item()) if that is what is meant"
            )
        return int(self.data)

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(
                f"the truth of a tensor of shape {self.shape} is ambiguous: write (t > 0).any() or .all()"
            )
        return bool(self.data)

    def __repr__(self) -> str:
        facts = "" if self.dtype == np.float32 else f", dtype={self.dtype}"
        body = np.array2string(self.data, separator=", ", prefix="tensor(")
        if self.node is not None:
            facts += f", op={self.node.op.name}" if self.node.op else ", requires_grad=True"
        return f"tensor({body}{facts})"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What a notebook shows: HTML, and the text of `repr`."""
        from minigrad.pages.tensor_markup import (
            tensor_html,
        )  # a program outside of notebooks has no use for it

        return {"text/html": tensor_html(self), "text/plain": repr(self)}

    def __format__(self, spec: str) -> str:
        if not spec:
            return repr(self)
        return format(self.item() if self.size == 1 else self.data, spec)

    # -- copies hold the data only, never the graph -------------------------------------------

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self)._restore, (
            self.data,
            isinstance(self.node, Leaf),
            self.name if self.is_leaf else "",
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> "Tensor":
        restore, (data, *facts) = self.__reduce__()
        return restore(data.copy(), *facts)

    @classmethod
    def _restore(cls, data: np.ndarray, requires_grad: bool, name: str) -> "Tensor":
        restored: Any = cls.__new__(cls)
        restored.data, restored.node, restored.grad, restored.family = data, None, None, None
        restored.requires_grad = requires_grad
        if name:
            restored.name = name
        return restored

    # -- what backward begins with ------------------------------------------------------------

    def cotangent(self, gradient: Any) -> Any:
        """The gradient of this tensor that a person gives: an array, or a Tensor as it was given.

        None is 1, for one element.  Raises ValueError for another shape.
        """
        if gradient is None:
            if self.size != 1:
                raise ValueError(
                    f"backward() from a tensor of shape {self.shape} needs the gradient at each of its "
                    "elements: reduce it first, t.sum().backward(), or pass an array of that shape, "
                    "t.backward(gradient)"
                )
            return np.ones_like(self.data)
        given: Any = gradient if isinstance(gradient, Values) else as_array(gradient, beside=(self.dtype,))
        if given.shape != self.shape:
            raise ValueError(
                f"backward(gradient) got shape {given.shape}, but the tensor has shape {self.shape}: "
                f"pass np.broadcast_to(gradient, {self.shape}) if that is what is meant"
            )
        return given if given.dtype == self.dtype else given.astype(self.dtype)
