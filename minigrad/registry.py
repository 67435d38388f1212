"""The one table of all differentiable functions, by NumPy's name: "exp", "linalg.norm".

`Tensor` looks its operators up here and the modules of `minigrad.ops` enter them, so that neither
needs to import the other.  The test suite walks the same table: an op without samples fails it.
"""

from collections.abc import Callable
from typing import Any

OPS: dict[str, Callable[..., Any]] = {}


def full_name(name: str, namespace: str = "") -> str:
    """The name in one of NumPy's namespaces: that of np.linalg.norm is "linalg.norm"."""
    return f"{namespace}.{name}" if namespace else name


def register(name: str, function: Callable[..., Any]) -> None:
    """Enter `function` under `name`, once.  Raises ValueError if the name is taken."""
    if name in OPS:
        raise ValueError(f"an op named {name!r} is registered already: choose another name")
    OPS[name] = function
