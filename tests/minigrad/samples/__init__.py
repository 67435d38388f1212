"""Sample inputs for every op, in one table: SAMPLES[name] is a list of Samples.

A sample is a call and the domains of its arrays.  The same call runs with the op, with what it is
held against (NumPy's function of that name, or one from `references`) and with PyTorch's function:

    sample("sum", lambda f, x: f(x, axis=0), real(3, 4))

Arrays are drawn anew for each sample from a generator seeded by its label, so that no sample
depends on another.  The suite fails for an op without samples: enter a new op in the module of its
family, and it is tested.
"""

from tests.minigrad.samples import (  # noqa: F401 - they fill the table
    activation,
    convolution,
    elementwise,
    fused,
    indexing,
    joining,
    linalg,
    product,
    recurrent,
    reduction,
    selection,
    shape,
    sorting,
)
from tests.minigrad.samples.table import NOT_0D, NOT_EMPTY, NOT_HALF, SAME, SAMPLES, WITHOUT_TORCH, Sample

__all__ = ["NOT_0D", "NOT_EMPTY", "NOT_HALF", "SAME", "SAMPLES", "WITHOUT_TORCH", "Sample"]
