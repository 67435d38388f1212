"""Trees of arrays and plain values as one flat dict of arrays and one JSON text, and back.

A flat dict of arrays stays what it is, so that files of weights have PyTorch's names and can be read
anywhere.  In other trees each array is named by its path, model.layers.0.weight, and the JSON text is the
tree with the names in the places of the arrays.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from nn.inputs import plain

ARRAY, TUPLE = "__array__", "__tuple__"  # what JSON has no signs for
PLAIN = (str, int, float, bool, type(None))


def pack(tree: Any) -> tuple[dict[str, np.ndarray], str | None]:
    """The arrays of `tree` by name, and its form as JSON, or None for a flat dict of arrays.

    Raises TypeError, with the path, for what is no dict, list, tuple, array, tensor, number, text or None.
    """
    arrays: dict[str, np.ndarray] = {}
    form = _pack(tree, "", arrays)
    flat = isinstance(form, dict) and form == {name: {ARRAY: name} for name in arrays}
    return arrays, None if flat else json.dumps(form)  # in ASCII, which lone surrogates need


def unpack(arrays: Mapping[str, np.ndarray], form: str | None) -> Any:
    """The tree again.  Raises KeyError or ValueError where `arrays` and `form` do not go together."""
    if form is None:
        return dict(arrays)
    left = dict(arrays)
    tree = _unpack(json.loads(form), left)
    if left:
        raise ValueError(f"arrays that belong nowhere: {', '.join(list(left)[:3])}")
    return tree


def _pack(tree: Any, path: str, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(tree, Mapping):
        for key in tree:
            if not isinstance(key, (str, int)):
                raise TypeError(f"{path or 'what is saved'} has the key {key!r}: keys are texts or integers")
        items = {key: _pack(value, _join(path, key), arrays) for key, value in tree.items()}
        if all(isinstance(key, str) and not key.startswith("__") for key in items):
            return items
        return {"__items__": [[key, value] for key, value in items.items()]}
    if isinstance(tree, (list, tuple)):
        parts = [_pack(value, _join(path, i), arrays) for i, value in enumerate(tree)]
        return {TUPLE: parts} if isinstance(tree, tuple) else parts
    if isinstance(tree, np.generic):
        return _pack(tree.item(), path, arrays)
    if isinstance(tree, PLAIN):
        return tree
    array = plain(tree)
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biuf" or array.itemsize > 8:
        raise TypeError(
            f"{path or 'what is saved'} is {type(tree).__name__}, which no file here can hold: save arrays, "
            "numbers, texts, None, and dicts, lists and tuples of them"
        )
    name = path or "array"
    if name in arrays:
        raise ValueError(f"two arrays would be called {name}: rename one of the keys that hold them")
    arrays[name] = array
    return {ARRAY: name}


def _unpack(form: Any, left: dict[str, np.ndarray]) -> Any:
    if isinstance(form, list):
        return [_unpack(part, left) for part in form]
    if not isinstance(form, dict):
        return form
    if ARRAY in form:
        return left.pop(form[ARRAY])
    if TUPLE in form:
        return tuple(_unpack(part, left) for part in form[TUPLE])
    items = form["__items__"] if "__items__" in form else form.items()
    return {key: _unpack(value, left) for key, value in items}


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)
