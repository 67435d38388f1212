"""What all derivatives share: a function run on variables of its own, and the walk back to them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from minigrad import contexts
from minigrad.autodiff import tree
from minigrad.convert import as_array
from minigrad.gradients import Gradient
from minigrad.graph import Leaf, Node, ancestors, backpropagate
from minigrad.ops.alias import alias
from minigrad.plain import plain
from minigrad.tensor import Tensor, cuts


class Trace:
    """`f` at one point, recorded: what it gave, and how that leads back to the variables.

    Every array inside of the arguments at `places` is a variable: a leaf of its own, or, where it was
    recorded before, an alias of it, so that derivatives can be differentiated by whoever is around.
    `derivative` is the name of the caller, for errors.
    """

    def __init__(
        self,
        derivative: str,
        f: Callable[..., Any],
        args: Sequence[Any],
        kwargs: dict[str, Any],
        places: Sequence[int],
    ) -> None:
        self.derivative = derivative
        self._recording_around = contexts.is_recording()
        self._variables = {i: _variables(derivative, args[i], i) for i in places}
        own = list(args)
        for i, (leaves, structure) in self._variables.items():
            own[i] = tree.unflatten(structure, leaves)
        self.places = places
        # Tensors of its own, since f may change the others in place.
        self.inputs = [_same(x) for i in places for x in self._variables[i][0]]
        with contexts.using(recording=True, tracing=True):
            try:
                self.value = f(*own, **kwargs)
            except ValueError as error:
                cuts.say_in_its_own_words(error)
                raise
        self.outputs: list[Tensor] = []
        self.structure = tree.LEAF

    def take_outputs(self, value: Any) -> None:
        """State what is differentiated: f's value, or the part of it that is no auxiliary data."""
        leaves, self.structure = tree.flatten(value)
        wrong = next((y for y in leaves if not isinstance(y, Tensor) or y.dtype.kind != "f"), None)
        if wrong is not None or not leaves:
            raise TypeError(
                f"{self.derivative} needs a function that returns a Tensor of floats (or a dict, list or "
                f"tuple of them), and it gave {describe(value if wrong is None else wrong)}: compute with "
                f"mg.* or np.* of the Tensors given, and return the result{_why_plain(wrong)}"
            )
        self.outputs = [_same(y) for y in leaves]

    def take_number(self, value: Any) -> None:
        """The same, where it must be one number."""
        if not isinstance(value, Tensor) or value.size != 1:
            raise TypeError(
                f"{self.derivative} needs a function whose result is one number as a Tensor, and it gave "
                f"{describe(value)}: reduce it with .sum() or .mean(), and compute with mg.* or np.* of "
                f"the Tensors given{_why_plain(value)}"
            )
        self.take_outputs(value)

    def is_differentiated(self, *others: Tensor) -> bool:
        """Whether somebody around may differentiate what is made of the outputs and of `others`.

        So it is where they depend on further leaves, which f has by closure or which an argument was
        computed from: then the derivative must be recorded itself.
        """
        if not self._recording_around:
            return False
        if any(x.node is not None for x in others):
            return True
        own = {x.node for x in self.inputs}
        return any(
            isinstance(node, Leaf) and node not in own and node.tensor() is not None
            for y in self.outputs
            if y.node is not None
            for node in ancestors(y.node)
        )

    def pull(
        self, cotangents: Sequence[Tensor], *, create_graph: bool, retain_graph: bool = False
    ) -> list[Tensor]:
        """Σ cotangent·∂output/∂input, for each input."""
        return pull_back(
            self.outputs, cotangents, self.inputs, create_graph=create_graph, retain_graph=retain_graph
        )

    def result(self, recorded: bool) -> Any:
        """The value as f gave it; plain data where nobody differentiates it further."""
        return self.unflatten_outputs(_same(y) if recorded else Tensor(y.data) for y in self.outputs)

    def unflatten_outputs(self, leaves: Iterable[Any]) -> Any:
        """One entry for each output, put together to a tree like f's value."""
        return tree.unflatten(self.structure, list(leaves))

    def per_argument(self, leaves: Iterable[Any]) -> list[Any]:
        """One entry for each input, put together to one tree for each place."""
        rest = iter(leaves)
        return [
            tree.unflatten(structure, [next(rest) for _ in variables])
            for variables, structure in (self._variables[i] for i in self.places)
        ]

    def match_inputs(self, vectors: Any) -> list[Tensor]:
        """A tree of vectors, one for each input and shaped like it."""
        vectors = needs_tuple(self.derivative, "tangents", vectors)
        if len(vectors) != len(self.places):
            raise TypeError(
                f"{self.derivative} got {len(vectors)} tangents for {len(self.places)} primals: give one for "
                "each, np.zeros_like(x) where x is held fixed"
            )
        found: list[Tensor] = []
        for i, vector in zip(self.places, vectors, strict=True):
            variables, structure = self._variables[i]
            found += match(f"the tangent of argument {i}", structure, variables, vector)
        return found


def pull_back(
    outputs: Sequence[Tensor],
    cotangents: Sequence[Tensor],
    inputs: Sequence[Tensor],
    *,
    create_graph: bool,
    retain_graph: bool = False,
) -> list[Tensor]:
    """Σ cotangent·∂output/∂input for each of `inputs`, 0 for those that no output depends on.

    One walk for all outputs, which frees the graph unless it is retained or recorded.
    """
    pairs = [
        (y.node, v if create_graph else v.data)
        for y, v in zip(outputs, cotangents, strict=True)
        if y.node is not None
    ]
    root, seed = pairs[0] if len(pairs) == 1 else _together(pairs)
    targets = [x.node for x in inputs if x.node is not None]
    with contexts.using(recording=create_graph):
        found = backpropagate(root, seed, targets, retain_graph)
    return [as_tensor(found[x.node]) if x.node in found else Tensor(np.zeros_like(x.data)) for x in inputs]


def _together(pairs: list[tuple[Node, Gradient]]) -> tuple[Node, Gradient]:
    """One node over several, and its gradient."""
    nodes, gradients = zip(*pairs, strict=True) if pairs else ((), ())
    return Node(_Together(), nodes, (), np.empty(0)), gradients


class _Together:
    """The op of a node that stands over several outputs: its gradient is the tuple of theirs."""

    name = "outputs"
    gives_new = True

    def pull_back(
        self, node: Node, saved: Any, g: Gradient, wanted: tuple[Node | None, ...]
    ) -> list[Gradient]:
        return [v if isinstance(v, Tensor) else np.array(v) for v in g]


def _same(x: Tensor) -> Tensor:
    return Tensor(x.data, x.node)


def match(what: str, structure: tree.Structure, like: Sequence[Tensor], given: Any) -> list[Tensor]:
    """The leaves of `given` as Tensors with the shapes and dtypes of `like`, or a TypeError or ValueError."""
    found = []
    leaves = tree.flatten_like(structure, given, what)
    for path, x, leaf in zip(tree.paths(structure, what), like, leaves, strict=True):
        vector = as_tensor(leaf, x.dtype)
        if vector.shape != x.shape:
            raise ValueError(
                f"{path} has shape {vector.shape}, and {x.shape} is needed: write "
                f"np.broadcast_to(v, {x.shape}) if that is what is meant"
            )
        found.append(vector if vector.dtype == x.dtype else vector.astype(x.dtype))
    return found


def needs_tuple(derivative: str, name: str, given: Any) -> Sequence[Any]:
    if isinstance(given, (tuple, list)) and not hasattr(given, "_fields"):
        return given
    raise TypeError(
        f"{derivative} takes {name} as a tuple with one entry for each argument of f, and got "
        f"{describe(given)}: write ({name[:-1]},) for a single one"
    )


def as_tensor(x: Any, *beside: np.dtype[Any]) -> Tensor:
    return x if isinstance(x, Tensor) else Tensor(as_array(x, beside=beside))


def _why_plain(x: Any) -> str:
    """Why something that looks like a result of Tensors is none, where it may be one."""
    if isinstance(x, (np.ndarray, np.generic)) or (isinstance(x, Tensor) and x.dtype.kind != "f"):
        return (
            ". Comparisons, counts, places and conversions to integers jump and are constant in between, so "
            "they carry no derivative"
        )
    return ""


def describe(x: Any) -> str:
    shape = getattr(x, "shape", None)
    dtype = "" if getattr(getattr(x, "dtype", None), "kind", "f") == "f" else f"{x.dtype} "
    kind = "" if isinstance(x, Tensor) else f"a {type(x).__name__} of "
    return f"a {type(x).__name__}" if shape is None else f"{kind}{dtype}shape {shape}"


def _variables(derivative: str, argument: Any, place: int) -> tuple[list[Tensor], tree.Structure]:
    leaves, structure = tree.flatten(argument)
    named = zip(leaves, tree.paths(structure, f"argument {place}"), strict=True)
    return [_variable(derivative, leaf, path) for leaf, path in named], structure


def _variable(derivative: str, x: Any, path: str) -> Tensor:
    """`x` as a variable of its own, still tied to whatever it was computed from."""
    if isinstance(x, Tensor) and x.node is not None:
        with contexts.using(recording=True):
            return alias(x)
    try:
        array = as_array(plain(x))
    except TypeError as error:
        error.add_note(f"{derivative} was asked to differentiate by {path}")
        raise
    if array.dtype.kind != "f":
        raise TypeError(
            f"{derivative}: only floats have gradients, and {path} is {array.dtype}, where no small step is "
            "possible: give it as x.astype(np.float32), or in an argument that argnums does not name"
        )
    leaf = Tensor(array)
    leaf.requires_grad = True
    return leaf
