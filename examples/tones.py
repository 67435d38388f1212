"""Clips of telephone keys in noise, and their spectrograms.

A key sounds as two tones at once, of its row and of its column on the keypad (ITU-T Q.23).  Each clip is of a
telephone of its own: its eight tones are off by up to 1.8 %, as Q.23 allows, and its twist, what a column's
tone has more than a row's, is in the range that Q.24 has a receiver bear.  Tones and pauses are as short as
40 ms, the shortest that a receiver must hear by Q.24.  The noise is white, and as strong throughout the clip.
"""

from typing import NamedTuple

import numpy as np

RATE = 8000  # samples a second
ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)  # Hz
KEYS = "123A456B789C*0#D"  # row by row
NONE = -1  # in the place of a key
FEWEST, MOST = 3, 8  # keys in a clip
TONE, PAUSE = (0.04, 0.1), (0.04, 0.1)  # seconds
OFF, TWIST = 0.018, (-8, 4)  # part of the frequency, dB

WINDOW, HOP, FRAMES = 256, 128, 100  # samples, samples, frames of a spectrogram
SAMPLES = WINDOW + HOP * (FRAMES - 1)  # of a clip: 1.6 seconds
BAND = slice(19, 57)  # 594 to 1750 Hz, in steps of RATE/WINDOW: where the tones are
BINS = BAND.stop - BAND.start


class Clips(NamedTuple):
    sound: np.ndarray  # (N, SAMPLES), float32
    keys: np.ndarray  # (N, MOST): places in KEYS; NONE after the last
    spans: np.ndarray  # (N, MOST, 2): the first sample of each key, and the first after it

    @property
    def texts(self) -> list[str]:
        return ["".join(KEYS[key] for key in row if key != NONE) for row in self.keys]


def draw(count: int, decibels: float | np.ndarray, rng: np.random.Generator) -> Clips:
    """Clips, the power of a sounding key being that many decibels, one number or (N,), over the noise's."""
    keys = rng.integers(len(KEYS), size=(count, MOST))
    there = np.arange(MOST) < rng.integers(FEWEST, MOST + 1, (count, 1))  # (N, MOST)
    keys[~there] = NONE
    tone, pause = (rng.integers(*(int(RATE * s) for s in ends), (count, MOST)) for ends in (TONE, PAUSE))
    end = np.cumsum((tone + pause) * there, axis=1) - pause  # (N, MOST), from the first key on
    latest = SAMPLES - np.where(there, end, 0).max(axis=1, keepdims=True)
    spans = np.stack([end - tone, end], axis=-1) + rng.integers(latest + 1)[..., None]
    spans[~there] = 0
    sound = rng.standard_normal((count, SAMPLES), np.float32)
    sound *= 10 ** (-np.broadcast_to(decibels, count)[:, None].astype(np.float32) / 20)
    return Clips(add_tones(sound, keys, spans, rng), keys, spans)


def add_tones(sound: np.ndarray, keys: np.ndarray, spans: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """`sound` (N, SAMPLES) and in it the keys, each of power 1, from telephones that are drawn."""
    clip, place = np.nonzero(keys != NONE)  # (K,) each, K keys in all
    row, column = np.divmod(keys[clip, place], len(COLUMNS))
    twist = 10 ** (rng.uniform(*TWIST, len(sound)) / 10)  # (N,), column over row in power
    strength = np.sqrt(2 / (1 + twist))  # (N,), of the row's tone
    tuned = np.array([ROWS, COLUMNS]) * (1 + rng.uniform(-OFF, OFF, (len(sound), 2, len(ROWS))))
    first, length = spans[clip, place, 0], np.diff(spans[clip, place])[:, 0]
    key = np.repeat(np.arange(len(clip)), length)  # (L,): which key, for each sample that sounds
    time = np.arange(len(key)) - np.repeat(np.cumsum(length) - length, length)  # (L,): since that key began
    for group, which, high in ((0, row, strength), (1, column, strength * np.sqrt(twist))):
        turns = tuned[clip, group, which] / RATE  # (K,), a sample
        phase = rng.random(len(clip))
        angle = (2 * np.pi * (turns[key] * time + phase[key])).astype(np.float32)
        sound[clip[key], first[key] + time] += high[clip[key]].astype(np.float32) * np.sin(angle)
    return sound


def spectrogram(sound: np.ndarray) -> np.ndarray:
    """Sounds (N, SAMPLES) -> log power (N, FRAMES, BINS), about 0 whatever the loudness, float32.

    X[t, k] = Σₙ w[n]·x[t·HOP + n]·exp(-2πi·k·n/WINDOW), with Hann's window w; log |X|², less its mean over
    the clip, and halved so that its spread is about 1.
    """
    frames = np.lib.stride_tricks.sliding_window_view(sound, WINDOW, axis=-1)[:, ::HOP]
    spectrum = np.fft.rfft(frames * np.hanning(WINDOW).astype(np.float32))[..., BAND]
    power = np.log(np.abs(spectrum) ** 2 + np.float32(1e-12))
    return (power - power.mean(axis=(1, 2), keepdims=True)) / 2


def stood_for(frame: int | np.ndarray) -> int | np.ndarray:
    """The first of the HOP samples that a frame stands for, those in its middle."""
    return frame * HOP + (WINDOW - HOP) // 2
