"""Tensor: an ndarray, and the node of the graph that made it."""

from typing import Any

import numpy as np

from minigrad import contexts, forks, modes
from minigrad.convert import as_array
from minigrad.dtype_like import DTypeLike
from minigrad.gradients import Gradient
from minigrad.graph import Leaf, Node, backpropagate
from minigrad.mistakes import answering
from minigrad.plain import plain
from minigrad.tensor import memory
from minigrad.tensor.elementwise import Elementwise
from minigrad.tensor.hooks import Hooks
from minigrad.tensor.inplace import InPlace
from minigrad.tensor.interchange import Interchange
from minigrad.tensor.methods import Methods
from minigrad.tensor.numpy_protocols import NumpyProtocols
from minigrad.tensor.operators import Operators
from minigrad.tensor.unknown_names import UnknownNames
from minigrad.tensor.values import Values


class Tensor(
    Operators, Values, InPlace, Hooks, Methods, Elementwise, NumpyProtocols, Interchange, UnknownNames
):
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

    @staticmethod
    def _made(data: np.ndarray) -> "Tensor":
        """A plain Tensor of `data`, for those parts of the class that stand in files of their own."""
        return Tensor(data)

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
        seed = self.cotangent(gradient)
        with contexts.using(recording=create_graph):
            if isinstance(seed, Tensor) != create_graph:
                seed = Tensor(seed) if create_graph else seed.data
            found = backpropagate(self.node, seed, retain_graph=retain_graph)
            for node, g in found.items():
                leaf = node.tensor() if isinstance(node, Leaf) else None
                if leaf is not None:
                    leaf._deposit(g)

    def _deposit(self, g: Gradient) -> None:
        # A recorded gradient may share its array with another leaf's, which an optimiser scales
        # in place: a copy keeps them apart.
        fresh = Tensor(g.data.copy(), g.node) if isinstance(g, Tensor) else Tensor(g)
        with forks.HELD_OFF:  # another thread's walk may end here too
            self.grad = fresh if self.grad is None else self.grad + fresh

    def detach(self) -> "Tensor":
        """The same data (not copied) as a constant: no gradient flows through it."""
        same = Tensor(self.data)
        memory.note_detached(same, self)
        return same


@answering
def tensor(data: Any, dtype: DTypeLike | None = None, requires_grad: bool = False) -> Tensor:
    """A new Tensor with a copy of `data`.

    Python numbers and nested lists of them become float32 (see `mg.default_dtype`); arrays and
    NumPy scalars keep their dtype, unless `dtype` says otherwise.

    Raises TypeError for what is not real numbers, and for integers or booleans that are asked to
    require a gradient.
    """
    made = Tensor(np.array(as_array(plain(data), dtype)))
    made.requires_grad = requires_grad
    return made


def _leaf(of: Tensor) -> Leaf:
    if of.dtype.kind != "f":
        raise TypeError(
            f"only floats have gradients, and this tensor is {of.dtype}: "
            "write mg.tensor(data, dtype=np.float32, requires_grad=True)"
        )
    return Leaf(of, modes.current.get().path)
