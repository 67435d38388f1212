"""Attention weights as pictures."""

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

import numpy as np

from nn.pictures.figures import Picture, drawn_by, visible
from nn.pictures.given import heads_of, patches_of
from nn.pictures.maps import Labels, Panel, draw_images, draw_maps

CAPTION = "how the values are mixed, which is not by itself what the output depends on"
LONGEST = 64  # places that are drawn unless others are asked for
MOST_IMAGES = 24

Span = tuple[int, int]


def draw_attention(
    weights: Any,
    queries: Sequence[Any] | None = None,
    keys: Any = None,
    *,
    title: str | None = None,
    caption: str = CAPTION,
    index: int = 0,
    window: Span | tuple[Span, Span] | None = None,
    patches: tuple[int, int] | None = None,
    marks: Any = None,
    beside: Mapping[str, Any] | None = None,
    black: float = 1.0,
) -> Picture:
    """Weights as a map for each head: a row for each query, a column for each key, white 0 and black 1.

    `weights` is (T, S), (H, T, S), or (B, H, T, S), of which number `index` of the batch is drawn; or a
    dict of such, as `nn.record_attention` gives, each with its name over its heads: a row of maps, or of one
    head side by side.  `queries` and `keys` are labels: texts, or one text, of which each character is a
    label; with queries alone, keys are the same.

    `keys` may be an image, (rows, columns) or (rows, columns, 3), that S keys cover as `patches`, (rows,
    columns) of them, in reading order: it is drawn once for each query, the weights over it in red.  Keys
    before the patches, such as a class token, have their weight written.

    `window` asks for a part: (first, end) of queries and keys, or one of each; else the first 64 are drawn,
    and the caption says what is left out.  `marks`, (T, S) booleans, are framed: a true alignment, say.
    `beside` are measures of the keys by name, (S,), such as those of nn.explain, which are drawn under each
    map, red above 0 and blue below, the darkest being the largest of each.
    `black` is the weight that is drawn black, for maps so even that they would be white.

    Raises ValueError for what is not of these shapes, or are no weights; ImportError without matplotlib.
    """
    panels = _panels(weights, index)
    length, width = panels[0].weights.shape
    image = keys if isinstance(keys, np.ndarray) and keys.ndim > 1 else None
    if queries is not None and keys is None and length == width:
        keys = queries
    spans: Any = (window, window) if window is None or isinstance(window[0], int) else window
    rows = _labels("queries", queries, length, spans[0], LONGEST if image is None else MOST_IMAGES)
    notes = [f"weights, {'white 0 to black' if image is None else 'clear 0 to red'} {black:g}: {caption}"]
    if marks is not None:
        marks = np.asarray(marks, bool)
        if marks.shape != (length, width):
            raise ValueError(f"draw_attention got marks {marks.shape} for maps of {(length, width)}")
        notes.append("framed: as marked beforehand")
    if image is not None:
        if beside:
            raise ValueError("draw_attention draws measures beside maps, not images: leave out keys=image")
        grid = patches_of("draw_attention", patches, width, image)
        notes.append(_omitted(rows.left_out("queries")))
        figure = draw_images(panels, rows, image, grid, marks, black)
    else:
        columns = _labels("keys", keys, width, spans[1], LONGEST)
        notes.append(
            _omitted(rows.left_out("queries"), columns.left_out("keys"), _held(panels, rows, columns))
        )
        measures = _measures(beside or {}, width)
        if measures:
            notes.append("below the map: red positive, blue negative, the darkest the largest of each row")
        figure = draw_maps(panels, rows, columns, marks, black, measures)
    letters = int(figure.get_figwidth() * 17)  # of a line
    said = "\n".join(fill(note, letters) for note in notes if note)
    (title, said), fonts = drawn_by([title or "", said])
    figure.suptitle(title, fontsize=10, fontfamily=fonts, parse_math=False)
    figure.supxlabel(said, fontsize=7, fontfamily=fonts, color="0.35", parse_math=False)
    return Picture(figure)


# -- what is drawn --------------------------------------------------------------------------------


def _panels(weights: Any, index: int) -> list[Panel]:
    """A panel for each head of each layer, all of one shape."""
    layers = weights if isinstance(weights, Mapping) else {"": weights}
    if not layers:
        raise ValueError("draw_attention got no maps: call the model inside of nn.record_attention(model)")
    panels = []
    for name, given in layers.items():
        heads = heads_of("draw_attention", given, index)
        for head, one in enumerate(heads):
            of_head = f"head {head}" if len(heads) > 1 else ""
            panels.append(Panel(", ".join(filter(None, (name, of_head))), one, len(heads)))
    shapes = {panel.weights.shape for panel in panels}
    if len(shapes) > 1:
        raise ValueError(
            f"draw_attention got maps of {' and '.join(map(str, sorted(shapes)))}: draw those of one shape "
            "together"
        )
    return panels


def _labels(name: str, given: Any, count: int, span: Span | None, longest: int) -> Labels:
    if given is not None and len(given) != count:
        raise ValueError(f"draw_attention got {len(given)} labels of {name} for {count} {name}")
    first, end = span or (0, longest)
    shown = slice(max(first, 0), min(end, count))
    if shown.start >= shown.stop:
        raise ValueError(f"draw_attention got the window {span}, in which none of {count} {name} stands")
    texts = [visible(given[i] if given is not None else i) for i in range(shown.start, shown.stop)]
    return Labels(*drawn_by(texts), shown, count)


def _measures(beside: Mapping[str, Any], keys: int) -> dict[str, np.ndarray]:
    arrays = {name: np.asarray(measure) for name, measure in beside.items()}
    for name, measure in arrays.items():
        if measure.shape != (keys,):
            raise ValueError(f"draw_attention got {measure.shape} of {name!r} beside maps of {keys} keys")
    return arrays


def _omitted(*parts: str | None) -> str:
    said = [part for part in parts if part]
    return "drawn: " + "; ".join(said) if said else ""


def _held(panels: list[Panel], rows: Labels, columns: Labels) -> str | None:
    """How much of the weights falls on the keys that are shown."""
    if columns.left_out("") is None:
        return None
    weights = np.stack([panel.weights[rows.shown] for panel in panels])
    whole = weights.sum()
    return f"these keys hold {weights[..., columns.shown].sum() / (whole or 1):.0%} of the weight"
