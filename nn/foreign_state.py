"""State dicts of other libraries: values that NumPy cannot read, names under a prefix, whole checkpoints."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

# Formats of few bits that NumPy does not have; ml_dtypes and PyTorch do.
_NARROW = ("bfloat16", "float8_", "float6_", "float4_")


class Unreadable(ValueError):
    """An entry that cannot become an array."""


def as_array(name: str, value: Any) -> np.ndarray:
    """An entry of a state dict as an array.  Raises Unreadable, with what to write, where it is none."""
    dtype = str(getattr(value, "dtype", "")).removeprefix("torch.")
    torch = type(value).__module__.partition(".")[0] == "torch"
    if dtype.startswith(_NARROW):
        convert = "value.float()" if torch else "value.astype(np.float32)"
        raise Unreadable(
            f"no such dtype: {name} is {dtype}, which NumPy does not have: write "
            f"{{name: {convert} for name, value in state_dict.items()}}"
        )
    try:
        return np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        convert = "value.detach().cpu()" if torch else "np.asarray(value)"
        raise Unreadable(
            f"not an array: {name} is a {type(value).__name__} ({error}): write "
            f"{{name: {convert} for name, value in state_dict.items()}}"
        ) from error


def hints(state_dict: Mapping[str, Any], missing: Sequence[str], unexpected: Sequence[str]) -> list[str]:
    """What may be the matter with a state dict whose names do not fit: a last line, or none."""
    inside = next((name for name in unexpected if isinstance(state_dict[name], Mapping)), None)
    if missing and inside is not None:
        return [f"it holds a dict under {inside!r}, as checkpoints do: load state_dict[{inside!r}]"]
    for name in unexpected:
        for own in missing:
            if name.endswith(f".{own}") and len(missing) == len(unexpected):
                prefix = name.removesuffix(own)
                return [
                    f"all names have {prefix!r} in front: write {{name.removeprefix({prefix!r}): value for "
                    "name, value in state_dict.items()}"
                ]
    return []
