"""Finding the first NaN, and who wrote to an array that a derivative was still to read: `mg.debug()`.

Everything here costs time and memory, and nothing when it is off: it hangs on what a watcher
is asked: what an op has computed, and how its gradient is pulled back (see watching.py).
"""

from minigrad.debugging.debug import (
    NonFiniteError as NonFiniteError,
    SavedArrayError as SavedArrayError,
    debug as debug,
)
