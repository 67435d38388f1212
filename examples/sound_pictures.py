"""The pictures of sound.py: where it listened for each key, and how often it is right in how much noise."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from examples.tones import BAND, COLUMNS, FRAMES, NONE, RATE, ROWS, WINDOW, Clips, stood_for

STEP = RATE / WINDOW  # Hz from bin to bin


def draw_listening(
    clips: Clips,
    spectrograms: np.ndarray,
    written: Sequence[str],
    weights: np.ndarray,
    titles: Sequence[str],
    path: Path,
) -> None:
    """For each clip (a column) its spectrogram, framed where keys sound, and under it the weights (T, S)."""
    figure = Figure(figsize=(4.6 * len(written), 5.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(2, len(written), squeeze=False, sharex=True)
    time = stood_for(0) / RATE, stood_for(FRAMES) / RATE  # seconds
    low, high = (STEP * (end - 0.5) for end in (BAND.start, BAND.stop))
    for n, (text, title) in enumerate(zip(written, titles, strict=True)):
        above, below = axes[:, n]
        above.imshow(
            spectrograms[n].T,
            origin="lower",
            aspect="auto",
            extent=(*time, low, high),
            cmap="gray_r",
            vmin=0,
            vmax=2.5,
        )
        above.set_title(title, fontsize=9)
        labels = [*text, "end"]
        below.imshow(
            weights[n, : len(labels)],
            aspect="auto",
            extent=(*time, len(labels) - 0.5, -0.5),
            cmap="Reds",
            vmin=0,
        )
        below.set_yticks(range(len(labels)), labels)
        below.set_xlabel("seconds")
        for t, (key, span) in enumerate(zip(clips.keys[n], clips.spans[n] / RATE, strict=True)):
            if key != NONE:
                begin, length = span[0], span[1] - span[0]
                for tone in (ROWS[key // len(COLUMNS)], COLUMNS[key % len(COLUMNS)]):
                    above.add_patch(Rectangle((begin, tone - 45), length, 90, fill=False, ec="tab:red"))
                below.add_patch(Rectangle((begin, t - 0.5), length, 1, fill=False, ec="0.4"))
    axes[0, 0].set_ylabel("Hz")
    axes[1, 0].set_ylabel("written")
    figure.suptitle(
        "Weights of the last cross-attention, mean of its heads; framed: what sounds, and when", fontsize=9
    )
    figure.savefig(path, dpi=80)


def draw_curves(levels: Sequence[float], curves: Mapping[str, Sequence[float]], path: Path) -> None:
    """Per cent of sequences that are exact, against the noise."""
    figure = Figure(figsize=(6.5, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for (name, values), line in zip(curves.items(), ("o-", "s--", "^--"), strict=True):
        axes.plot(levels, values, line, label=name, markersize=4)
    axes.axhline(95, color="0.7", lw=1, zorder=0)
    axes.set(xlabel="a key's power over the noise's, dB", ylabel="sequences exact, %", ylim=(-3, 103))
    axes.legend(frameon=False, fontsize=8)
    figure.savefig(path, dpi=100)
