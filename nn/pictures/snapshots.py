"""Maps of attention, given as one array or many, in one form: layers by path, at each snapshot."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from nn.attending.recording import AttentionMaps
from nn.pictures.given import array_of, heads, heads_of, one_of


class Layer(NamedTuple):
    """One layer of attention at one time."""

    weights: np.ndarray  # (H, T, S)
    scores: np.ndarray | None  # likewise
    mask: np.ndarray | None  # booleans, likewise, True = may attend; or (1, T, S) of all heads


Snapshot = dict[str, Layer]  # by path


def snapshots_of(caller: str, maps: Any, index: int) -> dict[str, Snapshot]:
    """By name.  Maps of one time are one snapshot, "".  Raises ValueError where they do not fit together."""
    given = _by_name(maps)
    snapshots = {name: _snapshot(caller, one, index) for name, one in given.items()}
    first = next(iter(snapshots.values()), {})
    if not first:
        raise ValueError(f"{caller} got no maps: call the model inside of nn.record_attention(model)")
    shapes = {path: layer.weights.shape for path, layer in first.items()}
    for name, snapshot in snapshots.items():
        here = {path: layer.weights.shape for path, layer in snapshot.items()}
        if here != shapes:
            raise ValueError(
                f"{caller} got snapshots of {shapes} and, in {name!r}, of {here}: record the same layers of "
                "the same input each time"
            )
    return snapshots


def _by_name(maps: Any) -> dict[str, Any]:
    if isinstance(maps, list | tuple) and maps and all(isinstance(one, Mapping) for one in maps):
        return {str(number): one for number, one in enumerate(maps)}
    if isinstance(maps, Mapping) and maps and all(isinstance(one, Mapping) for one in maps.values()):
        return {str(name): one for name, one in maps.items()}
    return {"": maps}


def _snapshot(caller: str, maps: Any, index: int) -> Snapshot:
    scores = maps.scores if isinstance(maps, AttentionMaps) else {}
    masks = maps.masks if isinstance(maps, AttentionMaps) else {}
    layers = {}
    for path, given in _layers(maps).items():
        weights = heads_of(caller, given, index)
        shape = array_of(given).shape
        beside = [
            None if array is None else heads(one_of(caller, _spread(caller, kind, path, array, shape), index))
            for kind, array in (("scores", scores.get(path)), ("a mask", masks.get(path)))
        ]
        layers[str(path)] = Layer(weights, beside[0], _of_all_heads(beside[1]))
    return layers


def _spread(caller: str, kind: str, path: str, given: Any, shape: tuple[int, ...]) -> np.ndarray:
    """What was recorded beside weights of this shape, to which it broadcasts."""
    array = array_of(given)
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise ValueError(
            f"{caller} got {kind} {array.shape} beside weights {shape} of {path!r}: give what broadcasts to "
            "them"
        ) from None


def _layers(maps: Any) -> Mapping[Any, Any]:
    """A dict as it is; a list, or an array with an axis before the batch, is of layers by their number."""
    if isinstance(maps, Mapping):
        return maps
    if isinstance(maps, list | tuple) and maps and all(np.ndim(one) > 1 for one in maps):
        return {f"layer {number}": one for number, one in enumerate(maps)}
    array = array_of(maps)
    return {f"layer {i}": one for i, one in enumerate(array)} if array.ndim == 5 else {"": array}


def _of_all_heads(mask: np.ndarray | None) -> np.ndarray | None:
    return mask[:1] if mask is not None and (mask == mask[:1]).all() else mask
