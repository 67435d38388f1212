"""check_grads: every derivative of a function against finite differences."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from minigrad.autodiff import tree
from minigrad.autodiff.gradient import grad
from minigrad.autodiff.products import jvp
from minigrad.checking.diagnosis import likely_cause
from minigrad.checking.differences import Slopes, slopes, warn_of_kinks
from minigrad.contexts import no_grad
from minigrad.ops.assembly.joining import concatenate
from minigrad.ops.elementwise.selection import where
from minigrad.ops.shape.reshaping import ravel
from minigrad.plain import plain_array
from minigrad.tensor import Tensor
from minigrad.watching import observe


class GradientError(AssertionError):
    """A gradient that disagrees with finite differences."""


class Settings(NamedTuple):
    narrowed: str  # the op in f that computes in fewer digits, if one does
    order: int
    modes: tuple[str, ...]
    rtol: float
    atol: float
    eps: float


class Point(NamedTuple):
    """All leaves of the arguments, what each is called, and which are floats to differentiate by."""

    leaves: list[Any]
    names: list[str]
    places: tuple[int, ...]

    def moved(self, place: int, array: np.ndarray) -> list[Any]:
        leaves = [*self.leaves[:place], array, *self.leaves[place + 1 :]]
        return [Tensor(x) if i in self.places else x for i, x in enumerate(leaves)]


def check_grads(
    f: Callable[..., Any],
    args: Sequence[Any],
    order: int = 2,
    *,
    modes: Sequence[str] = ("rev",),
    rtol: float = 1e-5,
    atol: float = 1e-6,
    eps: float = 1e-6,
    seed: int = 0,
) -> None:
    """Check every derivative of `f` at `args`, up to `order`, element by element.

    The result of f is reduced to Σu·f(args), with u drawn from a normal distribution (`seed`).  The
    gradient of that by each element of each float argument is compared with the central difference
    (s(x + h) - s(x - h))/2h, h = eps·max(1, |x|).  For the next order the same is done to the
    gradient itself.  It takes 2 evaluations of f per element and order: give small arrays.  Arguments
    and result may be trees of arrays.  With "fwd" among `modes`, `mg.jvp` is checked as well, in a
    direction drawn at random.  A single array may stand for the tuple of it.

    Where the slopes to both sides differ (a kink), a KinkWarning says so, and anything between the two
    is right.

    A result that no recorded op has made is a constant: its gradient is 0, and so its slopes must be.

    Raises GradientError with, for each argument that fails, the index, what was expected, what came
    and the likely cause; TypeError for float32 arguments, whose rounding would drown the differences,
    and where f gives no Tensor; ValueError for an f that gives two results for the same
    arguments, or writes to them.
    """
    if isinstance(args, (Tensor, np.ndarray, np.generic, float, dict)):
        args = (args,)  # the one argument by itself
    point = _point(args)
    unknown = set(modes) - {"rev", "fwd"}
    if unknown or not modes:
        raise ValueError(f"check_grads takes modes out of 'rev' and 'fwd', and got {tuple(modes)!r}")
    structure = tree.flatten(tuple(args))[1]

    def of_leaves(*leaves: Any) -> Any:
        return f(*tree.unflatten(structure, leaves))

    if order < 1:
        raise ValueError(f"check_grads got order={order}: the first derivative is order=1")
    settings = Settings(_check_function(of_leaves, point), order, tuple(modes), rtol, atol, eps)
    _check(of_leaves, point, 1, np.random.default_rng(seed), settings)


def _point(args: Sequence[Any]) -> Point:
    leaves, structure = tree.flatten(tuple(args))
    names = [name.replace("[", "argument ", 1).replace("]", "", 1) for name in tree.paths(structure)]
    leaves = [_array(x) for x in leaves]
    floats = [i for i, x in enumerate(leaves) if isinstance(x, np.ndarray) and x.dtype.kind == "f"]
    for i in floats:
        if leaves[i].dtype.newbyteorder("=") != np.float64:
            raise TypeError(
                f"check_grads needs float64, and {names[i]} is {leaves[i].dtype}, whose rounding is as "
                "large as the differences to be measured: pass x.astype(np.float64)"
            )
    if not floats:
        raise TypeError("check_grads needs a float64 argument to differentiate by, and got none")
    return Point(leaves, names, tuple(floats))


def _array(x: Any) -> Any:
    return plain_array(x) if isinstance(x, (Tensor, np.ndarray, np.generic, float, int, list)) else x


def _check_function(f: Callable[..., Any], point: Point) -> str:
    """Raise for an f that cannot be checked.  The op in it that goes from float64 to fewer digits, or ""."""
    before = [x.copy() if isinstance(x, np.ndarray) else x for x in point.leaves]
    narrowed: list[str] = []

    def watch(op: Any, operands: tuple[Any, ...], options: dict[str, Any], out: np.ndarray) -> None:
        if out.dtype in (np.float32, np.float16) and np.float64 in [
            getattr(x, "dtype", None) for x in operands
        ]:
            narrowed.append(f"{op.name} in {out.dtype}")

    with no_grad(), observe(watch):
        first, second = (_results(f, point) for _ in range(2))
    for name, x, copy in zip(point.names, point.leaves, before, strict=True):
        if isinstance(x, np.ndarray) and not np.array_equal(x, copy, equal_nan=x.dtype.kind == "f"):
            raise ValueError(
                f"check_grads evaluates f many times, and f has written to {name}: have it write to a copy, "
                "x = x.copy()"
            )
    for a, b in zip(first, second, strict=False):
        if not np.array_equal(a, b, equal_nan=a.dtype.kind == "f"):
            raise ValueError(
                "check_grads evaluates f many times, and two evaluations at the same arguments differ: f is "
                "random: seed it, with rng = np.random.default_rng(0) made anew inside f; or it keeps "
                "something from one call to the next: have it begin anew"
            )
    return narrowed[0] if narrowed else ""


def _results(f: Callable[..., Any], point: Point) -> list[np.ndarray]:
    """Every array that f gives.  Raises TypeError where there is none."""
    found = tree.flatten(f(*point.moved(-1, point.leaves[-1])))[0]
    arrays = [np.asarray(_array(y)) for y in found]
    if not arrays or any(y.dtype.kind not in "fiub" for y in arrays):
        given = ", ".join(type(y).__name__ for y in found) or "nothing"
        raise TypeError(
            f"check_grads needs a function that gives Tensors, or a tree of them, and it gave {given}: is a "
            "`return` missing?"
        )
    return arrays


def _check(
    f: Callable[..., Any], point: Point, level: int, rng: "np.random.Generator", settings: Settings
) -> None:
    with no_grad():
        weights = [rng.normal(size=y.shape) + 0.1 for y in _results(f, point)]

    def projected(*leaves: Any) -> Tensor:
        # A zero of an argument, so that a constant has a gradient too.
        total = where(False, leaves[point.places[0]], 0.0).sum()
        return sum(((y * w).sum() for y, w in zip(tree.flatten(f(*leaves))[0], weights, strict=True)), total)

    gradient = grad(projected, point.places)
    got = [g.numpy() for g in gradient(*point.leaves)]
    middle = _height(projected, point, point.places[0], point.leaves[point.places[0]])
    numeric = [
        slopes(partial(_height, projected, point, place), point.leaves[place], middle, g, settings.eps)
        for place, g in zip(point.places, got, strict=True)
    ]
    _compare(got, numeric, point, level, settings)
    if "fwd" in settings.modes:
        _check_forward(projected, numeric, point, level, rng, settings)
    if level < settings.order:

        def flat_gradient(*leaves: Any) -> Tensor:
            return concatenate([ravel(g) for g in gradient(*leaves)])

        _check(flat_gradient, point, level + 1, rng, settings)


def _height(s: Callable[..., Tensor], point: Point, place: int, x: np.ndarray) -> float:
    """s where the argument at `place` is x."""
    with no_grad():
        return float(s(*point.moved(place, x)).item())


def _compare(
    got: list[np.ndarray], numeric: list[Slopes], point: Point, level: int, settings: Settings
) -> None:
    lengths = [n for place in point.places for n in point.leaves[place].shape]
    complaints = []
    for place, g, found in zip(point.places, got, numeric, strict=True):
        name = point.names[place]
        x = point.leaves[place]
        excess = _excess(g, found, settings)
        if (excess > 0).any():
            complaint = _complaint(g, found, excess, x, lengths, settings)
            complaints.append(f"order {level}, {name}: {complaint}")
        else:
            warn_of_kinks(found, x, level, name, stacklevel=4 + level)  # who called check_grads
    if complaints:
        raise GradientError("\n".join(complaints))


def _excess(g: np.ndarray, found: Slopes, settings: Settings) -> np.ndarray:
    """By how much each element lies outside of what is accepted; inf for a NaN, 0 where it is right."""
    low, high = np.minimum(found.left, found.right), np.maximum(found.left, found.right)
    error = np.maximum(low - g, g - high)
    excess = error - settings.atol - settings.rtol * np.abs(found.central)
    excess = np.where(found.jumps & np.isfinite(g), 0.0, np.where(np.isnan(excess), np.inf, excess))
    return np.maximum(excess, 0.0)


def _complaint(
    g: np.ndarray, found: Slopes, excess: np.ndarray, x: np.ndarray, lengths: list[int], settings: Settings
) -> str:
    wrong = excess > 0
    worst = tuple(int(i) for i in np.unravel_index(int(np.argmax(excess)), excess.shape))
    return (
        f"{int(wrong.sum())} of {g.size} elements of the gradient differ from finite differences. The worst "
        f"is at index {worst}: expected {found.central[worst]:.9g}, got {g[worst]:.9g}. "
        f"{likely_cause(g, found, wrong, x, lengths, settings.rtol, settings.narrowed)}."
    )


def _check_forward(
    s: Callable[..., Tensor],
    numeric: list[Slopes],
    point: Point,
    level: int,
    rng: "np.random.Generator",
    settings: Settings,
) -> None:
    """The derivative in one direction against the sum of what the differences give in it."""
    if any(found.kinks.any() for found in numeric):
        return
    direction = [rng.normal(size=found.central.shape) for found in numeric]

    def of_floats(*floats: Any) -> Tensor:
        leaves = list(point.leaves)
        for place, x in zip(point.places, floats, strict=True):
            leaves[place] = x
        return s(*leaves)

    got = jvp(of_floats, [point.leaves[i] for i in point.places], direction)[1].item()
    terms = [np.abs(found.central * d).sum() for found, d in zip(numeric, direction, strict=True)]
    expected = sum(float((found.central * d).sum()) for found, d in zip(numeric, direction, strict=True))
    if not abs(got - expected) <= settings.atol + settings.rtol * sum(map(float, terms)):
        raise GradientError(
            f"order {level}, forward: the derivative in a direction drawn at random is {got:.9g} by mg.jvp, "
            f"and {expected:.9g} by finite differences, while reverse mode is right: a rule isn't linear in g"
        )
