"""What the layers of a page read, in texts or as an image, and what was measured of it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from nn.pictures.figures import visible
from nn.pictures.given import numbers_of, pale, patches_of

# What nn.explain.measure gives, in words.
_MEASURED = {
    "gradient_times_input": "gradient × input",
    "leave_one_out": "leave-one-out",
    "uniform": "change of the output with uniform weights",
    "permuted": "change of the output with permuted weights",
}


class Reading(NamedTuple):
    """The two sides of a map (T, S)."""

    queries: list[str]
    keys: list[str]
    image: np.ndarray | None  # uint8 (rows, columns, 3)
    patches: tuple[int, int] | None  # rows and columns of them, which are the last keys


def reading(caller: str, path: str, shape: tuple[int, ...], tokens: Any, keys: Any, patches: Any) -> Reading:
    """What the maps of `path`, (H, T, S), are of.  Raises ValueError where it does not fit them."""
    _, length, width = shape
    image = keys if isinstance(keys, np.ndarray) and keys.ndim > 1 else None
    if image is None:
        grid = None
    else:
        if image.ndim > 3 or image.shape[2:] not in ((), (3,)) or not image.size:
            raise ValueError(
                f"{caller} takes an image as (rows, columns) or (rows, columns, 3), and got {image.shape}"
            )
        grid = patches_of(caller, patches, width, image)
        before = width - grid[0] * grid[1]
        keys = [*range(before), *(f"{row},{column}" for row, column in np.ndindex(*grid))]
    if length == width:  # it reads itself, unless both are given
        tokens, keys = (keys if tokens is None else tokens), (tokens if keys is None else keys)
    return Reading(
        _labels(caller, "queries", tokens, path, shape, length),
        _labels(caller, "keys", keys, path, shape, width),
        None if image is None else _colours(image),
        grid,
    )


def measures(caller: str, path: str, given: Any, shape: tuple[int, ...], index: int) -> dict[str, np.ndarray]:
    """By name: numbers of each key (S,), each head (H, 1), both (H, S), or of the whole ().

    Raises ValueError for others.
    """
    if hasattr(given, "_asdict"):  # of nn.explain.measure, for a batch
        fields = given._asdict()
        given = {_MEASURED.get(name, name): measure[index] for name, measure in fields.items()}
    if given is not None and not isinstance(given, Mapping):
        raise TypeError(
            f"{caller} takes measures by name, and got a {type(given).__name__} beside the maps of {path!r}: "
            'write beside={"what it is": numbers}'
        )
    arrays = {str(name): numbers_of(caller, repr(name), one) for name, one in (given or {}).items()}
    heads, _, width = shape
    for name, measure in arrays.items():
        if measure.shape not in ((), (width,), (heads, 1), (heads, width)):
            raise ValueError(
                f"{caller} got {measure.shape} of {name!r} beside the maps {shape} of {path!r}: give numbers "
                f"of each key {(width,)}, of each head {(heads, 1)}, of both {(heads, width)}, or one of the "
                "whole"
            )
    return arrays


def by_layer(given: Any) -> Mapping[str, Any]:
    """Measures by pattern of paths, as they may be given; else those of all layers."""
    of_each = isinstance(given, Mapping) and all(
        isinstance(one, Mapping) or hasattr(one, "_asdict") for one in given.values()
    )
    return given if of_each else {"*": given}


def _labels(caller: str, side: str, given: Any, path: str, shape: tuple[int, ...], count: int) -> list[str]:
    if given is None:
        return [str(place) for place in range(count)]
    if not hasattr(given, "__len__") or isinstance(given, bytes):
        raise TypeError(
            f"{caller} takes labels as a text or a list of them, and got a {type(given).__name__} for the "
            f"{side} of {path!r}"
        )
    if len(given) != count:
        raise ValueError(
            f"{caller} got {len(given)} labels for the {count} {side} of {path!r}, whose maps are {shape}: "
            'give one for each, or where layers read different texts a dict by path, {"encoder.*": source}'
        )
    return [visible(label) for label in given]


def _colours(image: np.ndarray) -> np.ndarray:
    """(rows, columns) or (rows, columns, 3) of any scale -> uint8 (rows, columns, 3)."""
    levels = np.rint(255 * pale(image)).astype(np.uint8)
    return levels if image.ndim == 3 else np.stack([levels] * 3, axis=-1)
