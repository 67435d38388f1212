"""What `mg.debug()` raises."""


class NonFiniteError(FloatingPointError):
    """An op, or the derivative of one, made a NaN or an infinity out of finite numbers."""


class SavedArrayError(RuntimeError):
    """An array that an op has saved for its derivative was written to before backward has read it."""
