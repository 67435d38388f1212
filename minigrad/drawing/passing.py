"""What an op passes on in the walk: the shares that its rules give, as they give them.

A share is noted before the walk fits it to its operand and adds it up, which `gradients.fit` and
`gradients.add` do again, to the same numbers, for whoever wants to see how.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minigrad.gradients import Gradient, Part
from minigrad.graph import Node
from minigrad.operation import Operation
from minigrad.plain import plain
from minigrad.watching import RECORD, Pull


@dataclass(eq=False)
class Passed:
    """One node's part in a walk: the gradient that came in, and what its op made of it for each operand.

    A share is None where no gradient is wanted, or none flows.  `slopes` are the local derivatives
    ∂out/∂operand, of a single number or of a function of elements: there a share is gradient · slope.
    """

    gradient: np.ndarray
    shares: tuple[Any, ...]
    slopes: tuple[Any, ...] | None

    def __call__(self, g: Gradient) -> Gradient | None:
        """It stands among the hooks of its node, and lets every other gradient pass."""
        return None


_PASSED = RECORD - 1  # its number among the hooks


def passed_by(node: Node) -> Passed | None:
    """What `mg.record()` has noted of the last walk through a node."""
    found: Any = None if node.hooks is None else node.hooks.get(_PASSED)
    return found


def note(node: Node, passed: Passed) -> None:
    """Have `node` keep what it passed on."""
    node.hooks = {**(node.hooks or {}), _PASSED: passed}


def pass_on(
    pull: Pull, node: Node, saved: Any, g: Gradient, wanted: tuple[Node | None, ...]
) -> tuple[list[Gradient], Passed]:
    """What `pull` gives, for the walk, and a copy of it, since the walk may add to it in place."""
    shares = list(pull(node, saved, g, wanted))
    gradient = _copy(g)
    kept = tuple(_copy(share) for _, share in zip(wanted, shares, strict=False))
    return shares, Passed(gradient, kept, _slopes(node, saved, gradient, kept, wanted))


def _slopes(
    node: Node, saved: Any, gradient: np.ndarray, shares: tuple[Any, ...], wanted: tuple[Node | None, ...]
) -> tuple[Any, ...] | None:
    """The op's own rules for a gradient of ones."""
    op = node.op
    if not isinstance(op, Operation) or not (gradient.size == 1 or _is_of_elements(op)):
        return None
    if (gradient == 1).all():
        return shares
    with np.errstate(all="ignore"):  # what is to be said has been said of the gradient itself
        pulled = op.pull_back(node, saved, np.ones(node.shape, node.dtype), wanted)
    return tuple(_copy(slope) for _, slope in zip(wanted, pulled, strict=False))


def _is_of_elements(op: Operation[Any]) -> bool:
    return str(op.__module__).startswith("minigrad.ops.elementwise.") or op.name == "gelu"


def _copy(share: Gradient) -> Any:
    """An array of its own.  A Part stays one: whole it may be large, and nobody writes to what it reads."""
    return share if share is None or type(share) is Part else np.array(plain(share))
