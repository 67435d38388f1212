"""Trees of arrays: dicts, lists, tuples and NamedTuples, nested as one likes, with arrays as their leaves.

A function's parameters are rarely one array.  Here a tree is taken apart into the list of its leaves
and its structure, and put together again from both.  None is an empty tree.  A list of nothing but
numbers (or of lists of them) is one leaf, since everywhere else it stands for an array.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np


class Structure(NamedTuple):
    """What is left of a tree without its leaves; `kind` is None where one was."""

    kind: type | None
    keys: tuple[Any, ...] = ()
    children: tuple["Structure", ...] = ()


LEAF = Structure(None)


def flatten(tree: Any) -> tuple[list[Any], Structure]:
    """The leaves of `tree`, in order (dicts in that of their keys), and its structure."""
    kind = _kind(tree)
    if kind is None:
        return [tree], LEAF
    keys = _keys(tree, kind)
    parts = [flatten(tree[key]) for key in keys]
    leaves = [leaf for part, _ in parts for leaf in part]
    return leaves, Structure(kind, keys, tuple(structure for _, structure in parts))


def unflatten(structure: Structure, leaves: Sequence[Any]) -> Any:
    """The tree of this structure with these leaves.  A subclass of dict comes back as a dict."""
    return _build(structure, iter(leaves))


def flatten_like(structure: Structure, tree: Any, what: str) -> list[Any]:
    """The leaves of `tree` in the order of `structure`, which must be its own; a dict's order is free.

    Raises TypeError with the place where they differ; `what` says there what the tree is.
    """
    kind, expected = _kind(tree), structure.kind
    if expected is None and kind is not None and expected is not kind:
        raise TypeError(f"{what} is a {kind.__name__}, and an array is needed there: give the same structure")
    if expected is None:
        return [tree]
    keys = () if kind is None else _keys(tree, kind)
    if kind is not expected or set(keys) != set(structure.keys):
        given = f"a {type(tree).__name__}" + (f" with {_listed(kind, keys)}" if kind is not None else "")
        needed = f"a {expected.__name__} with {_listed(expected, structure.keys)}"
        if expected is type(None):
            needed = "None"
        raise TypeError(f"{what} is {given}, and {needed} is needed there: give the same structure")
    pairs = zip(structure.keys, structure.children, strict=True)
    return [
        leaf for key, child in pairs for leaf in flatten_like(child, tree[key], what + _step(expected, key))
    ]


def paths(structure: Structure, root: str = "") -> Iterator[str]:
    """How each leaf is written, from `root` on: root['layers'][0].bias."""
    if structure.kind is None:
        yield root
    for key, child in zip(structure.keys, structure.children, strict=True):
        assert structure.kind is not None
        yield from paths(child, root + _step(structure.kind, key))


def map_leaves(f: Callable[[Any], Any], tree: Any) -> Any:
    """The same tree with f(leaf) in the place of every leaf."""
    leaves, structure = flatten(tree)
    return unflatten(structure, [f(leaf) for leaf in leaves])


def _kind(tree: Any) -> type | None:
    """What kind of branch `tree` is, None for a leaf."""
    if tree is None:
        return type(None)
    if isinstance(tree, dict):
        return dict
    if isinstance(tree, tuple):
        return type(tree) if hasattr(tree, "_fields") else tuple
    return list if isinstance(tree, list) and not _is_array_like(tree) else None


def _is_array_like(entries: list[Any]) -> bool:
    return bool(entries) and all(
        _is_array_like(x) if isinstance(x, list) else isinstance(x, (int, float, np.generic)) for x in entries
    )


def _keys(tree: Any, kind: type) -> tuple[Any, ...]:
    if kind is type(None):
        return ()
    return tuple(tree) if kind is dict else tuple(range(len(tree)))


def _build(structure: Structure, leaves: Iterator[Any]) -> Any:
    kind = structure.kind
    if kind is None:
        return next(leaves)
    if kind is type(None):
        return None
    children = [_build(child, leaves) for child in structure.children]
    if kind is dict:
        return dict(zip(structure.keys, children, strict=True))
    return kind(*children) if hasattr(kind, "_fields") else kind(children)


def _step(kind: type, key: Any) -> str:
    fields = getattr(kind, "_fields", None)
    return f"[{key!r}]" if fields is None else f".{fields[key]}"


def _listed(kind: type, keys: tuple[Any, ...]) -> str:
    if kind is dict:
        return f"the keys {', '.join(map(repr, keys))}" if keys else "no keys"
    return f"{len(keys)} entr{'y' if len(keys) == 1 else 'ies'}"
