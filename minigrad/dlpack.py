"""Arrays of other libraries as tensors, on the memory that they have."""

from typing import Any

import numpy as np

from minigrad.convert import as_array
from minigrad.tensor import Tensor
from minigrad.tensor.interchange import check_device


def from_dlpack(x: Any, /, *, device: str | None = None, copy: bool | None = None) -> Tensor:
    """A tensor on the memory of `x`, any array with `__dlpack__`: what is written to x shows in the tensor.

    Writing to `t.data` shows in x; `t[index] = value` gives the tensor memory of its own first.  (NumPy 2.0
    makes `t.data` read-only; and it takes no arrays that are.)

    A recorded tensor, PyTorch's too, refuses with BufferError: detach it first.  Raises TypeError for
    what has no `__dlpack__`, and for numbers that NumPy does not know or that are not real.
    """
    check_device(device)
    if not hasattr(x, "__dlpack__"):
        raise TypeError(
            f"from_dlpack takes another library's array, and got a {type(x).__name__}: write mg.tensor(x)"
        )
    try:
        array = np.from_dlpack(x)  # whose own `copy` came with NumPy 2.1
    except RuntimeError as error:  # such as PyTorch's bfloat16
        raise TypeError(
            f"from_dlpack got a {type(x).__name__} that NumPy cannot read ({error}): "
            "convert it there first, to float32 for example"
        ) from None
    return Tensor(as_array(array.copy() if copy else array))
