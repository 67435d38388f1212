"""Writing at an index, in place on a copy."""

from typing import Any

import numpy as np


def index_put(x: Any, index: Any, values: Any, accumulate: bool = False) -> Any:
    out = np.array(x)
    if accumulate:
        more = max(0, np.ndim(values) - out[index].ndim)
        np.add.at(out, index, np.reshape(values, np.shape(values)[more:]))
    else:
        out[index] = values
    return out
