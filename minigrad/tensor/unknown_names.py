"""Attributes that a Tensor does not have: the answer says what to write in their place."""

from typing import TYPE_CHECKING, Any

import numpy as np


class UnknownNames:
    __slots__ = ()

    if not TYPE_CHECKING:  # to the checker an attribute that is not there stays an error

        def __getattr__(self, name: str) -> Any:
            # Asked only for what is not there.  Protocols ask with underscores, and need no sentence.
            if hasattr(type(self), name):  # a property has failed: its own error is the one to see
                _check_data(self)
                return object.__getattribute__(self, name)
            if name.startswith("_"):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            from minigrad.mistakes import names

            raise AttributeError(names.of_tensor(name, dir(type(self))))


def _check_data(tensor: Any) -> None:
    """Raise TypeError for the tensor of mg.Tensor([1, 2]), whose data is no array."""
    try:
        data = object.__getattribute__(tensor, "data")
    except AttributeError:  # it is not made yet
        return
    if not isinstance(data, np.ndarray):
        raise TypeError(
            f"mg.Tensor is for the engine's own use, and this one was made of a {type(data).__name__}: write "
            "mg.tensor(data, requires_grad=True)"
        )
