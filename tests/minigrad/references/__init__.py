"""What NumPy lacks, written out as plainly as can be: the oracles of `samples`.

A name is that of the op, with `_` for a dot: linalg_norm.
"""

from tests.minigrad.references.activation import *  # noqa: F403
from tests.minigrad.references.basic import *  # noqa: F403
from tests.minigrad.references.convolution import *  # noqa: F403
from tests.minigrad.references.linalg import *  # noqa: F403
from tests.minigrad.references.newer_numpy import *  # noqa: F403
from tests.minigrad.references.ordering import *  # noqa: F403
from tests.minigrad.references.pooling import *  # noqa: F403
from tests.minigrad.references.recurrent import *  # noqa: F403
from tests.minigrad.references.writing import *  # noqa: F403
