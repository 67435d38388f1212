"""What L-BFGS keeps of the way so far, and the direction that follows from it.

A memory is a dict under PyTorch's names: the last changes of the gradient `old_dirs` y (h, N) and of the
parameters `old_stps` s (h, N), newest last, `ro` 1/(y·s) (h,), the scale `H_diag` of the first guess, and of
the last step its direction `d` (N,), its length `t`, `prev_flat_grad` (N,) and `prev_loss` before it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

Memory = dict[str, Any]
COUNTS, NUMBERS = ("func_evals", "n_iter"), ("t", "H_diag", "prev_loss")
ROWS, VECTORS = ("old_dirs", "old_stps"), ("d", "prev_flat_grad")


def remember(memory: Memory, g: np.ndarray, history_size: int) -> None:
    """Take in the change of the gradient over the last step, where the loss curves upwards along it."""
    y, s = g - memory["prev_flat_grad"], memory["d"] * memory["t"]
    curvature = float(y @ s)
    if curvature > 1e-10:
        first = 1 if len(memory["ro"]) >= history_size else 0  # the oldest is forgotten
        for name, new in (("old_dirs", y), ("old_stps", s), ("ro", 1 / curvature)):
            memory[name] = np.concatenate([memory[name][first:], np.asarray(new, g.dtype)[None]])
        memory["H_diag"] = curvature / float(y @ y)


def direction(memory: Memory, g: np.ndarray) -> np.ndarray:
    """-H·g, H the inverse Hessian that the memory stands for (Nocedal and Wright, 2006, algorithm 7.4)."""
    q, shares = -g, []
    kept = list(zip(memory["old_dirs"], memory["old_stps"], memory["ro"], strict=True))
    for y, s, rho in reversed(kept):
        share = rho * (s @ q)
        q -= share * y
        shares.append(share)
    q *= memory["H_diag"]
    for (y, s, rho), share in zip(kept, reversed(shares), strict=True):
        q += (share - rho * (y @ q)) * s
    return q


def empty(g: np.ndarray) -> Memory:
    """Before the first step."""
    none = np.zeros((0, g.size), g.dtype)
    return {"old_dirs": none, "old_stps": none, "ro": np.zeros(0, g.dtype), "H_diag": 1.0}


def _array(value: Any) -> np.ndarray:
    """An array of what is one, or of a list of them, as which PyTorch keeps its rows."""
    is_list = isinstance(value, (list, tuple)) and len(value) > 0
    return np.stack([np.asarray(row) for row in value]) if is_list else np.asarray(value)


def checked(entry: Mapping[str, Any], size: int) -> Memory:
    """A saved memory over parameters of `size` numbers in all, as arrays and numbers of its own.

    Raises ValueError for what is none.
    """
    names = (*COUNTS, *NUMBERS, *ROWS, *VECTORS, "ro")
    if set(entry) - {"al"} not in ({*COUNTS}, {*names}):  # PyTorch keeps shares of the last direction, al
        raise ValueError(
            f"the state of LBFGS in the state dict has {', '.join(map(str, entry)) or 'nothing'}, and LBFGS "
            f"keeps {', '.join(names)}: it is of another optimiser, or damaged"
        )
    memory: Memory = {}
    for name in (name for name in names if name in entry):
        value = np.array(_array(entry[name]))
        axes = {**dict.fromkeys(ROWS, 2), **dict.fromkeys((*VECTORS, "ro"), 1)}.get(name, 0)
        value = value.reshape(0, size) if name in ROWS and not value.size else value
        if value.ndim != axes or (name in ROWS + VECTORS and value.shape[-1] != size):
            raise ValueError(
                f"the state dict's {name} of LBFGS has shape {value.shape}, and the parameters have {size} "
                "numbers in all"
            )
        memory[name] = int(value) if name in COUNTS else float(value) if name in NUMBERS else value
    if len({len(memory[name]) for name in (*ROWS, "ro") if name in memory}) > 1:
        raise ValueError(
            "the state dict of LBFGS has not as many rows in old_dirs as in old_stps and ro: it is damaged"
        )
    return memory
