"""What `.to(...)` is given: a dtype, or a device, of which there is one."""

from typing import Any

import numpy as np


def dtype_of(where: Any) -> np.dtype[Any] | None:
    """The dtype that `where` names, NumPy's or PyTorch's; None for the CPU.

    Raises ValueError for another device, TypeError for what is neither.
    """
    if not isinstance(where, type) and hasattr(where, "dtype"):  # like this tensor
        return np.dtype(str(where.dtype).removeprefix("torch."))
    name = str(where).removeprefix("torch.")
    device = name.partition(":")[0]
    if where is None or device == "cpu":
        return None
    if device in ("cuda", "mps", "xpu", "meta", "hip", "xla", "gpu"):
        raise ValueError(
            f"to({where!r}): everything here lives in the memory of the CPU and is computed there: leave it "
            'out, or write "cpu"'
        )
    if name == "bfloat16":
        raise TypeError("NumPy has no bfloat16: write np.float16, or np.float32")
    try:
        return np.dtype(where if isinstance(where, (type, np.dtype)) else name)
    except TypeError:
        raise TypeError(
            f"to({where!r}): give a float dtype, np.float32, np.float64 or np.float16, or the device "
            '"cpu", the one that there is'
        ) from None
