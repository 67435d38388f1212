"""`mg.name`: what a person calls things in drawings."""

from typing import Any

import numpy as np

from minigrad import modes
from minigrad.drawing.recorder import Recorder
from minigrad.tensor import Tensor


def name(**named: Any) -> None:
    """Call tensors by names of their own in drawings: `mg.name(x=x, w=w)`.

    Inside `mg.record()` arrays, and tensors that require no gradient, can be named as well.  Such a name goes
    before that of the variable.

    Raises ValueError for these outside of it, TypeError for what is neither a tensor nor an array.
    """
    recorders = [watcher for watcher in modes.current.get().watchers if isinstance(watcher, Recorder)]
    for given, value in named.items():
        if not isinstance(value, (Tensor, np.ndarray)):
            raise TypeError(
                f"name({given}=...) got a {type(value).__name__}, and names a tensor or an array: write its "
                "tensors one by one, mg.name(x=x, w=w)"
            )
        if isinstance(value, Tensor) and value.node is not None:
            value.name = given
        elif recorders:
            for recorder in recorders:
                recorder.name_data(value.data if isinstance(value, Tensor) else value, given)
        else:
            raise ValueError(
                f"name({given}=...) got a {type(value).__name__} of shape {value.shape} that requires no "
                "gradient, which only a recording knows of: name it inside `with mg.record(): ...`"
            )
