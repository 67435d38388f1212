"""What is usual for telephone keys: the power at their eight frequencies, and rules or a search over it.

Goertzel (1958): the power at one frequency, |Σ x[n]·exp(-iωn)|², for which no whole spectrum is needed.
Both decoders know what the generator does (eight frequencies, how far off, that pauses part keys), and their
two or three numbers are fitted to clips of the very noise that they are tested in.
"""

from collections.abc import Callable, Sequence
from itertools import groupby, product

import numpy as np

from examples.tones import COLUMNS, KEYS, NONE, OFF, RATE, ROWS

WINDOW, HOP = 256, 64  # samples: 32 ms, every 8 ms
ASIDE = (-0.6 * OFF, 0.0, 0.6 * OFF)  # a tone is looked for at these parts of its frequency off

Decoder = Callable[..., list[str]]


def powers(sound: np.ndarray) -> np.ndarray:
    """Sounds (N, L) -> (N, T, 8): at each of ROWS and COLUMNS, as a multiple of what noise has there.

    For white noise it is distributed as exp(-x), or nearly so, the greatest near a tone's frequency being
    taken; what is noise is told by the median over the clip, which its keys disturb little.
    """
    frequencies = np.outer(1 + np.array(ASIDE), ROWS + COLUMNS).ravel()  # (3·8,)
    waves = np.exp(-2j * np.pi / RATE * np.outer(np.arange(WINDOW), frequencies)).astype(np.complex64)
    frames = np.lib.stride_tricks.sliding_window_view(sound, WINDOW, axis=-1)[:, ::HOP]  # (N, T, WINDOW)
    power = np.abs(frames @ waves) ** 2
    power = power.reshape(*power.shape[:2], len(ASIDE), -1).max(axis=2)  # (N, T, 8)
    return power * np.log(2) / np.median(power, axis=(1, 2), keepdims=True)


def of_keys(power: np.ndarray) -> np.ndarray:
    """(N, T, 8) -> (N, T, 16): both tones' powers of each key, added."""
    rows, columns = power[..., :4, None], power[..., None, 4:]
    return (rows + columns).reshape(*power.shape[:2], len(KEYS))


def by_threshold(power: np.ndarray, least: float, mean_of: int, frames: int) -> list[str]:
    """The strongest row and column of each frame are a key, where both exceed `least`.

    Powers are means over `mean_of` frames; a key counts when it lasts for `frames` of them.
    """
    total = np.cumsum(np.pad(power, ((0, 0), (mean_of, 0), (0, 0))), axis=1)
    mean = (total[:, mean_of:] - total[:, :-mean_of]) / mean_of
    rows, columns = mean[..., :4], mean[..., 4:]
    found = rows.argmax(axis=-1) * len(COLUMNS) + columns.argmax(axis=-1)  # (N, T)
    found[np.minimum(rows.max(axis=-1), columns.max(axis=-1)) < least] = NONE
    return [spelled(clip, frames) for clip in found]


def by_search(power: np.ndarray, least: float, price: float) -> list[str]:
    """The sequence of keys and pauses that fits the whole clip best (Viterbi, 1967).

    A frame in which a key sounds adds its two powers less `least`, a pause nothing, and each key costs
    `price`; from key to key it goes through a pause.
    """
    gains = of_keys(power) - least  # (N, T, 16)
    clips, frames, keys = gains.shape
    pause, sounding = np.zeros(clips), np.full((clips, keys), -np.inf)  # the best sum that ends so
    came = np.empty((frames, clips), np.int64)  # the key before a pause; NONE: a pause
    begun = np.empty((frames, clips, keys), bool)  # whether the key began here
    for t in range(frames):
        start = pause[:, None] - price
        begun[t] = start > sounding
        ended = sounding.argmax(axis=1)
        best = sounding.max(axis=1)
        came[t] = np.where(best > pause, ended, NONE)
        sounding = np.where(begun[t], start, sounding) + gains[:, t]
        pause = np.maximum(pause, best)
    state = np.where(sounding.max(axis=1) > pause, sounding.argmax(axis=1), NONE)
    path = np.empty((clips, frames), np.int64)
    every = np.arange(clips)
    for t in reversed(range(frames)):
        path[:, t] = state
        state = np.where(state == NONE, came[t], np.where(begun[t, every, state], NONE, state))
    return [spelled(clip) for clip in path]


def spelled(states: np.ndarray, least: int = 1) -> str:
    """Keys and NONE, frame by frame, as text: each run of a key once, if it is `least` frames long."""
    runs = ((key, len(list(run))) for key, run in groupby(states.tolist()))
    return "".join(KEYS[key] for key, length in runs if key != NONE and length >= least)


GRIDS: dict[Decoder, tuple[Sequence[float], ...]] = {
    by_threshold: ((1.5, 2, 2.5, 3, 4, 6), (1, 2, 4, 6, 8), (1, 2, 3, 4, 6)),
    by_search: ((3, 4, 5, 6, 7, 8, 10, 12), (2, 5, 10, 15, 20, 30)),
}


def fitted(decoder: Decoder, power: np.ndarray, texts: list[str]) -> tuple[float, ...]:
    """The settings of its grid with which most of the texts are right; of several, the one in the middle."""
    every = list(product(*GRIDS[decoder]))
    right = [sum(a == b for a, b in zip(decoder(power, *one), texts, strict=True)) for one in every]
    best = [one for one, count in zip(every, right, strict=True) if count == max(right)]
    return best[len(best) // 2]
