"""Finding the first NaN, and who wrote to an array that a derivative was still to read: `mg.debug()`.

Everything here costs time and memory, and nothing when it is off: it hangs on the three places that
modes.Mode offers, after a forward (observer), with a new node (recorder), and in the walk (inspector).
"""

from minigrad.debugging.debug import NonFiniteError, SavedArrayError, debug

__all__ = ["NonFiniteError", "SavedArrayError", "debug"]
