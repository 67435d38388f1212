"""Maps of attention over time, as a strip of small pictures, and texts under their steps."""

import base64
import struct
import zlib
from collections.abc import Sequence

import numpy as np

import minigrad as mg
from nn.training.report.layers import wide
from nn.training.snapshots import Snapshot

INK = (9, 105, 218)  # to be seen on light and on dark paper


def strips(taken: Sequence[Snapshot]) -> list[str]:
    """For each map, a table of its heads at each step; strongest is the largest weight that it ever had."""
    found: list[str] = []
    for name in taken[-1].maps:
        frames = [(one.step, one.maps[name].astype(np.float32)) for one in taken if name in one.maps]
        largest = max(float(weights.max(initial=0)) for _, weights in frames) or 1.0
        head = [mg.markup("th", f"step {step}", scope="col") for step, _ in frames]
        rows = [
            mg.markup(
                "tr",
                mg.markup("th", f"head {head}", scope="row"),
                *[_frame(name, head, step, weights, largest) for step, weights in frames],
            )
            for head in range(len(frames[-1][1]))
        ]
        queries, keys = frames[-1][1].shape[1:]
        caption = f"{queries} rows of queries, {keys} columns of keys; the strongest is {largest:.2g}"
        table = mg.markup(
            "table",
            mg.markup("thead", mg.markup("tr", mg.markup("td"), *head)),
            mg.markup("tbody", *rows),
            class_="film",
        )
        found.append(mg.markup("p", mg.markup("code", name), f": {caption}", class_="note"))
        found.append(wide(f"Attention of {name}", table))
    return found


def texts(taken: Sequence[Snapshot]) -> list[str]:
    """Each text that was written, the last one first; those before it are folded."""
    found: list[str] = []
    for place, one in enumerate(reversed(taken)):
        for name, text in one.texts.items():
            summary = mg.markup("summary", f"{name} after step {one.step}")
            found.append(mg.markup("details", summary, mg.markup("pre", text), open=place == 0))
    return found


def _frame(name: str, head: int, step: int, weights: np.ndarray, largest: float) -> str:
    if head >= len(weights):
        return mg.markup("td")
    picture = base64.b64encode(png(weights[head] / largest)).decode()
    said = f"{name}, head {head}, after step {step}"
    return mg.markup("td", mg.markup("img", src=f"data:image/png;base64,{picture}", alt=said, title=said))


def png(shares: np.ndarray) -> bytes:
    """A picture (T, S) in INK, as opaque as the shares say, from 0 to 1.  (PNG, second edition, 2003.)"""
    rows, columns = shares.shape
    values = np.round(np.clip(np.nan_to_num(shares), 0, 1) * 255).astype(np.uint8)
    lines = np.concatenate([np.zeros((rows, 1), np.uint8), values], axis=1)  # each after its filter, none
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)),  # 8 bits, of a palette
        (b"PLTE", bytes(INK) * 256),
        (b"tRNS", bytes(range(256))),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
