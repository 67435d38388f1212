"""Attention weights as a page to look around in: one HTML file, which opens from disk."""

from pathlib import Path
from typing import Any

import numpy as np

import minigrad as mg
from nn.pictures.compact import Compact
from nn.pictures.given import ByPath, check_settings
from nn.pictures.reading import by_layer, measures, reading
from nn.pictures.snapshots import Layer, Snapshot, snapshots_of

CAPTION = (
    "The weights say how each head mixes the values. They are not what the model “used” for its answer: what "
    "that depends on is found by changing it (nn.explain)."
)
_ME = "show_attention"
_STEPS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_WEB = Path(__file__).with_name("web")
_SCRIPTS = ("numbers", "colours", "heatmap", "tokens", "panels", "views", "vector", "pointing", "attention")


def show_attention(
    maps: Any,
    tokens: Any = None,
    path: str | Path = "attention.html",
    *,
    keys: Any = None,
    title: str = "Attention",
    caption: str = CAPTION,
    index: int = 0,
    patches: tuple[int, int] | None = None,
    beside: Any = None,
    black: float | None = None,
) -> Path:
    """Write `path`, a page that shows what each token attends to, in every head of every layer.

    `maps` are weights (T, S), (H, T, S) or (B, H, T, S), of which number `index` of the batch is shown; or
    many of them: a dict by path, as `nn.record_attention` gives, whose scores and masks stand beside the
    weights; a list of layers, or (L, B, H, T, S); a list of dicts, or a dict of them by name, is a film of
    snapshots, of a training say.  They may come from any library whose arrays NumPy reads.

    `tokens` are labels of the T queries, and of the S keys where `keys` gives no others: texts, or one text,
    of which each character is a label.  Where layers read different texts, both may be a dict by patterns
    of paths, the first that fits:

    nn.show_attention(maps, {"encoder.*": source, "*": target}, keys={"*.multihead_attn": source})

    `keys` may be an image, (rows, columns) or (rows, columns, 3), that the keys cover as `patches`, (rows,
    columns) of them, in reading order, after keys such as a class token.  Then what each query attends to is
    shown over the image.

    `beside` are measures by name: numbers of each key, (S,), such as nn.explain's gradient × input, of each
    head, (H, 1), of both, (H, S), or of the whole, ().  What nn.explain.measure gives is taken as it is.  By
    patterns of paths where layers differ: {path: {name: measure}}, as of nn.explain.change_by_head.
    `black` is the weight that is drawn darkest at first; unless given, it is that of a typical row.

    Up to 262,144 numbers are kept as float32, more as float16: the page says which.  Returns the path.

    Raises TypeError for what is not of these kinds; ValueError for what is not of these shapes, for labels
    that are too few or too many, for what are no weights, and for a path that does not end in .html.
    """
    if isinstance(tokens, str) and tokens.endswith(".html"):
        raise ValueError(
            f"show_attention got {tokens!r} for tokens, which stand before the path: write show_attention("
            f"maps, tokens, {tokens!r}), or path={tokens!r}"
        )
    path = Path(path)
    if path.suffix.lower() not in (".html", ".htm"):
        raise ValueError(
            f"show_attention writes an HTML page, and got {str(path)!r}: give a path that ends in .html"
        )
    check_settings(_ME, index, black, title=title, caption=caption)
    snapshots = snapshots_of(_ME, maps, index)
    black = _black(snapshots) if black is None else black
    document = mg.page(
        title,
        (_WEB / "attention.html").read_text("utf-8"),
        styles=[(_WEB / "attention.css").read_text("utf-8")],
        scripts=[(_WEB / f"{name}.js").read_text("utf-8") for name in _SCRIPTS],
        data={
            "title": title,
            "caption": caption,
            "black": black,
            "steps": sorted({*_STEPS, black}, reverse=True),
            **_data(snapshots, tokens, keys, patches, beside, index),
        },
    )
    path.write_text(document, "utf-8")
    return path


def _data(
    snapshots: dict[str, Snapshot], tokens: Any, keys: Any, patches: Any, beside: Any, index: int
) -> dict[str, Any]:
    first = next(iter(snapshots.values()))
    paths = list(first)
    of_queries, of_keys = ByPath(_ME, "tokens", tokens, paths), ByPath(_ME, "keys", keys, paths)
    measured = ByPath(_ME, "measures", by_layer(beside), paths)
    every = [array for snapshot in snapshots.values() for layer in snapshot.values() for array in layer[:2]]
    compact = Compact(_ME, sum(array.size for array in every if array is not None))
    layers = []
    for name, layer in first.items():
        shape = layer.weights.shape
        read = reading(_ME, name, shape, of_queries[name], of_keys[name], patches)
        times = [snapshot[name] for snapshot in snapshots.values()]
        parts = measures(_ME, name, measured[name], shape, index)
        layers.append(
            {
                "path": name,
                "shape": shape,
                **read._asdict(),
                "image": compact.place(read.image),
                **{kind: [compact.place(getattr(one, kind)) for one in times] for kind in Layer._fields},
                "of_heads": [
                    part for part, array in parts.items() if array.ndim == 2 and array.shape[1] == 1
                ],
                "beside": [{"name": part, "array": compact.place(array)} for part, array in parts.items()],
            }
        )
    if patches is not None and not any(layer["patches"] for layer in layers):
        raise ValueError(
            f"{_ME} got patches={patches!r} and no image that they are of: give it as keys, an array (rows, "
            "columns) or (rows, columns, 3)"
        )
    return {
        "precision": compact.precision,
        "snapshots": list(snapshots),
        "layers": layers,
        "arrays": compact.arrays,
    }


def _black(snapshots: dict[str, Snapshot]) -> float:
    """Of the steps that can be chosen the least that is not below the largest weight of a middling row."""
    last = list(snapshots.values())[-1]
    largest = np.concatenate([layer.weights.max(axis=-1).ravel() for layer in last.values()])
    middling = min(float(np.median(largest)), 1.0)
    return next(step for step in _STEPS if step >= middling)
