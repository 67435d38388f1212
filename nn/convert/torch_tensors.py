"""To PyTorch: arrays as its tensors.  The way back needs nothing, since load_state_dict takes tensors."""

from collections.abc import Mapping
from typing import Any

import numpy as np

import minigrad as mg


def to_torch(state: Any) -> Any:
    """`state`, a tree of arrays and plain values, with copies of its arrays as PyTorch's tensors.

        theirs.load_state_dict(nn.convert.to_torch(ours.state_dict()))  # of a model, or of an optimiser
        ours.load_state_dict(theirs.state_dict())  # and back

    Names, shapes and dtypes stay.  Raises ImportError where PyTorch is not installed.
    """
    if isinstance(state, Mapping):
        return {name: to_torch(value) for name, value in state.items()}
    if isinstance(state, (list, tuple)):
        return type(state)(map(to_torch, state))
    if isinstance(state, (np.ndarray, np.generic, mg.Tensor)):
        array = state.data if isinstance(state, mg.Tensor) else np.asarray(state)
        return _torch().tensor(array.astype(array.dtype.newbyteorder("="), copy=False))
    return state


def _torch() -> Any:
    try:
        import torch
    except ImportError:
        raise ImportError(
            "PyTorch's tensors need PyTorch, which is not installed: pip install torch"
        ) from None
    return torch
