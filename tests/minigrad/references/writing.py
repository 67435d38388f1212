"""Writing at an index, in place on a copy."""

from typing import Any

import numpy as np


def index_put(x: Any, index: Any, values: Any, accumulate: bool = False) -> Any:
    out = np.array(x)
    if accumulate:
        more = max(0, np.ndim(values) - out[index].ndim)
        values = np.reshape(values, np.shape(values)[more:])
        np.add.at(out, index, np.broadcast_to(values, out[index].shape))  # without which it reads past them
    else:
        out[index] = values
    return out
