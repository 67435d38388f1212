"""What is given to be drawn: weights of any rank as heads, and texts, images and measures by module path."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, TypeGuard

import numpy as np

import minigrad as mg


def array_of(given: Any) -> np.ndarray:
    return np.asarray(given.numpy() if isinstance(given, mg.Tensor) else given)


def numbers_of(caller: str, name: str, given: Any) -> np.ndarray:
    """An array of real numbers, or booleans.  Raises TypeError for any other."""
    array = array_of(given)
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"{caller} takes {name} as real numbers, and got {array.dtype} (of a {type(given).__name__}): "
            "write np.asarray(x, float)"
        )
    return array


def check_settings(caller: str, index: Any, black: Any, **of_text: Any) -> None:
    """Raise TypeError where a setting is not of its kind, ValueError for a weight that is none."""
    for name, value in of_text.items():
        if not isinstance(value, str):
            raise TypeError(f"{caller} takes {name} as a text, and got {value!r}: write it in quotes")
    if not isinstance(index, (int, np.integer)) or isinstance(index, bool):
        raise TypeError(f"{caller} takes index as an integer, the place in the batch, and got {index!r}")
    if black is not None and not (isinstance(black, (int, float, np.number)) and black > 0):
        raise ValueError(
            f"{caller} got black={black!r}: it is the weight drawn darkest, above 0, such as 0.5"
        )


def heads_of(caller: str, given: Any, index: int) -> np.ndarray:
    """(T, S), (H, T, S) or (B, H, T, S), of which number `index` of the batch -> (H, T, S)."""
    weights = numbers_of(caller, "weights", given)
    if not 2 <= weights.ndim <= 4 or not weights.size:
        raise ValueError(f"{caller} takes weights (T, S), (H, T, S) or (B, H, T, S), and got {weights.shape}")
    if not (weights.min() >= 0 and weights.max() < 1.001):
        raise ValueError(
            f"{caller} takes weights, from 0 to 1, and got {weights.min():.3g} to {weights.max():.3g}: "
            "give maps[path], not maps.scores[path]"
        )
    return heads(one_of(caller, weights, index))


def one_of(caller: str, array: np.ndarray, index: int) -> np.ndarray:
    """Number `index` of a batch, where there is one: (B, H, T, S) -> (H, T, S)."""
    if array.ndim < 4:
        return array
    if not -len(array) <= index < len(array):
        raise IndexError(f"{caller} got index={index}, and there are {len(array)} in the batch")
    return array[index]


def heads(array: np.ndarray) -> np.ndarray:
    """(T, S) is of one head: (1, T, S)."""
    return array.reshape(-1, *array.shape[-2:])


def patches_of(caller: str, grid: tuple[int, int] | None, keys: int, image: np.ndarray) -> tuple[int, int]:
    """Rows and columns of patches; unless given those that make them square."""
    if grid is None:
        high, wide = image.shape[:2]
        shapes = [(rows, (keys - extra) // rows) for extra in (0, 1) for rows in range(1, keys + 1)]
        exact = [(r, c) for r, c in shapes if r * c in (keys, keys - 1) and high * c == wide * r]
        grid = exact[0] if exact else None
    if not _is_grid(grid) or grid[0] * grid[1] > keys:
        raise ValueError(
            f"{caller} got {keys} keys and an image {image.shape}, and patches={grid}: write patches=("
            "rows, columns) with no more patches than keys"
        )
    return grid


def _is_grid(given: Any) -> TypeGuard[tuple[int, int]]:
    is_pair = isinstance(given, list | tuple) and len(given) == 2
    return is_pair and all(isinstance(side, int | np.integer) and side > 0 for side in given)


def pale(image: np.ndarray) -> np.ndarray:
    """From 0.4 to 1, so that red is red over what is dark."""
    return np.asarray(0.4 + 0.6 * (image - image.min()) / (np.ptp(image) or 1))


class ByPath:
    """What is given for all layers alike, or as {pattern of paths: for those layers}, "encoder.*" say."""

    def __init__(self, caller: str, name: str, given: Any, paths: list[str]) -> None:
        self.patterns: Mapping[str, Any] = given if isinstance(given, Mapping) else {"*": given}
        for pattern in self.patterns:
            if not any(fnmatchcase(path, pattern) for path in paths):
                raise ValueError(
                    f"{caller} got {name} for {pattern!r}, and there are maps of "
                    f"{', '.join(map(repr, paths))}: write a path or a pattern, such as 'encoder.*'"
                )

    def __getitem__(self, path: str) -> Any:
        """That of the first pattern that fits; else None."""
        return next((self.patterns[p] for p in self.patterns if fnmatchcase(path, p)), None)
