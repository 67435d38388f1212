"""Tensor: an ndarray, and the node of the graph that made it."""

from threading import RLock
from typing import Any

import numpy as np

from minigrad import modes
from minigrad.convert import as_array
from minigrad.dtype_like import DTypeLike
from minigrad.graph import Gradient, Leaf, Node, backpropagate
from minigrad.mistakes import answering
from minigrad.tensor import cuts, memory
from minigrad.tensor.elementwise import Elementwise
from minigrad.tensor.hooks import Hooks
from minigrad.tensor.inplace import InPlace
from minigrad.tensor.interchange import Interchange
from minigrad.tensor.methods import Methods
from minigrad.tensor.numpy_protocols import NumpyProtocols
from minigrad.tensor.operators import Operators
from minigrad.tensor.unknown_names import UnknownNames

_depositing = RLock()


class Tensor(Operators, InPlace, Hooks, Methods, Elementwise, NumpyProtocols, Interchange, UnknownNames):
    """An array that remembers how it was computed, so that `backward` can differentiate it.

    `data` is the ndarray.  `node` is its place in the graph: None for plain data, a Leaf where
    gradients are to end (`requires_grad=True`), else the node of the op that made it.  `grad` is
    the Tensor that `backward` leaves on a leaf.
    """

    __slots__ = ("__weakref__", "data", "family", "grad", "node")

    data: np.ndarray
    node: Node | None
    grad: "Tensor | None"
    family: memory.Family | None  # the tensors that share its memory, if any may

    def __init__(self, data: np.ndarray, node: Node | None = None) -> None:
        """For the engine's own use; a person writes `mg.tensor(data, requires_grad=True)`."""
        self.data = data
        self.node = node
        self.grad = None
        self.family = None

    # -- what it is ---------------------------------------------------------------------------

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to, or through, this tensor.  May be set on a leaf."""
        return self.node is not None

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if wanted == self.requires_grad:
            return
        if not wanted and not self.is_leaf:
            raise ValueError(
                "requires_grad can be switched off on a leaf only, and an op made this tensor: "
                "write t.detach() for the same data without its graph"
            )
        self.node = _leaf(self) if wanted else None

    @property
    def is_leaf(self) -> bool:
        """True for data and parameters; False for the result of a recorded op."""
        return self.node is None or self.node.op is None

    @property
    def name(self) -> str:
        """What a leaf is called in drawings, "" by default.  May be set on a leaf."""
        return self.node.name if isinstance(self.node, Leaf) else ""

    @name.setter
    def name(self, name: str) -> None:
        if not isinstance(self.node, Leaf):
            raise ValueError(
                "only a leaf that requires a gradient has a name to set; the result of an op is called "
                "after that op"
            )
        self.node.name = name

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

    # -- gradients ----------------------------------------------------------------------------

    def backward(self, gradient: Any = None, retain_graph: bool = False, create_graph: bool = False) -> None:
        """Add ∂self/∂leaf to the `grad` of every leaf that `self` was computed from.

        `gradient` is the cotangent ∂L/∂self, of `self.shape`; it may be left out for one element,
        where it is 1.  The graph is freed on the way unless `retain_graph`.  With `create_graph`
        the gradients are recorded themselves, to be differentiated again.

        Raises RuntimeError where nothing was recorded or the graph is freed, ValueError for a
        missing or misshapen `gradient`.
        """
        if self.node is None:
            raise RuntimeError(
                "backward() on a tensor that no recorded op has made, so nothing leads back from it: "
                "create its inputs with mg.tensor(..., requires_grad=True), outside mg.no_grad()"
            )
        seed = self._cotangent(gradient)
        with modes.using(recording=create_graph):
            found = backpropagate(
                self.node,
                seed if create_graph else seed.data,
                retain_graph=retain_graph,
                create_graph=create_graph,
            )
            for node, g in found.items():
                leaf = node.tensor() if isinstance(node, Leaf) else None
                if leaf is not None:
                    leaf._deposit(g)

    def _cotangent(self, gradient: Any) -> "Tensor":
        if gradient is None:
            if self.size != 1:
                raise ValueError(
                    f"backward() from a tensor of shape {self.shape} needs the gradient at each of its "
                    "elements: reduce it first, t.sum().backward(), or pass an array of that shape, "
                    "t.backward(gradient)"
                )
            return Tensor(np.ones_like(self.data))
        given = gradient if isinstance(gradient, Tensor) else Tensor(as_array(gradient, beside=(self.dtype,)))
        if given.shape != self.shape:
            raise ValueError(
                f"backward(gradient) got shape {given.shape}, but the tensor has shape {self.shape}: "
                f"pass np.broadcast_to(gradient, {self.shape}) if that is what is meant"
            )
        return given if given.dtype == self.dtype else given.astype(self.dtype)

    def _deposit(self, g: Gradient) -> None:
        # A recorded gradient may share its array with another leaf's, which an optimiser scales
        # in place: a copy keeps them apart.
        fresh = Tensor(g.data.copy(), g.node) if isinstance(g, Tensor) else Tensor(g)
        with _depositing:  # another thread's walk may end here too
            self.grad = fresh if self.grad is None else self.grad + fresh

    def detach(self) -> "Tensor":
        """The same data (not copied) as a constant: no gradient flows through it."""
        same = Tensor(self.data)
        memory.note_detached(same, self)
        return same

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
        body = np.array2string(self.data, separator=", ", prefix="tensor(")
        facts = "" if self.dtype == np.float32 else f", dtype={self.dtype}"
        if self.node is not None:
            facts += f", op={self.node.op.name}" if self.node.op else ", requires_grad=True"
        return f"tensor({body}{facts})"

    def __format__(self, spec: str) -> str:
        if not spec:
            return repr(self)
        return format(self.item() if self.size == 1 else self.data, spec)

    # -- copies hold the data only, never the graph -------------------------------------------

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self)._restore, (self.data, isinstance(self.node, Leaf), self.name)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Tensor":
        restore, (data, *facts) = self.__reduce__()
        return restore(data.copy(), *facts)

    @classmethod
    def _restore(cls, data: np.ndarray, requires_grad: bool, name: str) -> "Tensor":
        restored = cls.__new__(cls)
        Tensor.__init__(restored, data)
        restored.requires_grad = requires_grad
        if name:
            restored.name = name
        return restored


@answering
def tensor(data: Any, dtype: DTypeLike | None = None, requires_grad: bool = False) -> Tensor:
    """A new Tensor with a copy of `data`.

    Python numbers and nested lists of them become float32 (see `mg.default_dtype`); arrays and
    NumPy scalars keep their dtype, unless `dtype` says otherwise.

    Raises TypeError for what is not real numbers, and for integers or booleans that are asked to
    require a gradient.
    """
    made = Tensor(np.array(as_array(data.data if isinstance(data, Tensor) else data, dtype)))
    made.requires_grad = requires_grad
    return made


def _leaf(of: Tensor) -> Leaf:
    if of.dtype.kind != "f":
        raise TypeError(
            f"only floats have gradients, and this tensor is {of.dtype}: "
            "write mg.tensor(data, dtype=np.float32, requires_grad=True)"
        )
    return Leaf(of, modes.current.get().path)
