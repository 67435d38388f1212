"""Telephone keys are heard in noise and written down, with where it listened for each key.

Chan et al. (2016), sections 3.1 and 3.2: a listener makes annotations of a spectrogram, and a speller attends
to them and writes character after character; nothing tells it how many there are, or where.  Both are
Transformers here, as in the Speech-Transformer of Dong et al. (2018), and the listener reads patches of the
spectrogram, as in Gong et al. (2021), section 2.1: theirs are squares, these are two whole frames.

    python -m examples.sound    about two minutes on two cores, three on busy ones

What is usual for this task (goertzel.py) knows the eight frequencies, and is fitted to each noise by itself.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: see char_transformer

from examples.program import interruptible

if __name__ == "__main__":
    interruptible()

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import minigrad as mg
import nn
from examples import goertzel, tones
from examples.command import ExampleError, main
from examples.outcome import Measure
from examples.sound_pictures import draw_curves, draw_listening
from examples.terminal import say
from examples.tones import BINS, FRAMES, HOP, KEYS, MOST, Clips
from nn import functional as F

SYSTEM = "Listener and speller"
VOCABULARY = nn.data.Vocabulary.of_characters(KEYS, ("<pad>", "<bos>", "<eos>"))
LONGEST = MOST + 2  # ids of a text, with <bos> and <eos>
LEVELS = (10.0, 5.0, 2.5, 0.0, -2.5, -5.0, -7.5, -10.0, -15.0)  # dB of a key over the noise, to be tested at
STATED = -2.5  # dB, at which it has to be right
TRAINED = (-10.0, 10.0)  # dB, alike
DECODERS = {"Goertzel, thresholds": goertzel.by_threshold, "Goertzel, the best path": goertzel.by_search}


@dataclass(frozen=True)
class Config:
    patch: int = 2  # frames
    width: int = 64
    heads: int = 4
    layers: int = 2  # of the listener, and of the speller
    dropout: float = 0.0
    steps: int = 3000
    batch: int = 32
    learning_rate: float = 3e-3
    weight_decay: float = 0.05
    tested: int = 500  # clips for each noise, to be tested on
    fitted: int = 200  # and others, to which the classical decoders are fitted
    seed: int = 0


class ListenerSpeller(nn.Module):
    """Spectrograms (B, FRAMES, BINS) and the keys so far (B, T) -> scores of the next keys (B, T, V)."""

    def __init__(self, config: Config, rng: np.random.Generator) -> None:
        width, self.patch = config.width, config.patch
        if not 1 <= config.patch <= FRAMES:
            raise ValueError(f"a patch has 1 to {FRAMES} frames, and not {config.patch}")
        self.patches = nn.Linear(config.patch * BINS, width, rng=rng)
        sizes = (width, config.heads, 2 * width, config.dropout, "gelu")
        rotary = nn.RotaryPosition(width // max(1, config.heads))
        self.listener = nn.ModuleList(
            nn.TransformerEncoderLayer(*sizes, norm_first=True, rotary=rotary, rng=rng)
            for _ in range(config.layers)
        )
        self.memory_norm = nn.LayerNorm(width)
        self.keys = nn.Embedding(len(VOCABULARY), width, rng=rng)
        self.place = nn.LearnedPosition(LONGEST, width, rng=rng)
        self.speller = nn.ModuleList(
            nn.TransformerDecoderLayer(*sizes, norm_first=True, rng=rng) for _ in range(config.layers)
        )
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, len(VOCABULARY), rng=rng)

    def forward(self, spectrograms: np.ndarray, ids: np.ndarray) -> mg.Tensor:
        return self.decode(ids, self.encode(spectrograms))

    def encode(self, spectrograms: np.ndarray) -> mg.Tensor:
        """The annotations, one for each patch: (B, FRAMES, BINS) -> (B, S, C)."""
        S = FRAMES // self.patch
        x = spectrograms[:, : S * self.patch].reshape(-1, S, self.patch * BINS)  # (B, S, P·BINS)
        x = self.patches(x)  # (B, S, C); places are told by rotation, in the layers
        for layer in self.listener:
            x = layer(x)
        return self.memory_norm(x)

    def decode(
        self,
        ids: np.ndarray,
        memory: mg.Tensor,
        memory_mask: Any = None,
        cache: nn.KeyValueCache | None = None,
    ) -> mg.Tensor:
        """Ids (B, T), after those in the cache, and annotations (B, S, C) -> (B, T, V)."""
        x = self.place(self.keys(ids), 0 if cache is None else cache.length)  # (B, T, C)
        for layer in self.speller:
            x = layer(x, memory, memory_mask=memory_mask, tgt_is_causal=True, cache=cache)
        return self.head(self.norm(x))


def encoded(texts: Sequence[str]) -> np.ndarray:
    """Texts as ids (B, T), from <bos> to <eos>, padded."""
    ids, _ = nn.data.pad([VOCABULARY.encode(text, bos=True, eos=True) for text in texts], VOCABULARY.pad)
    return ids


def batches(size: int, rng: np.random.Generator) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Spectrograms of new clips, each with a noise of its own, and the ids of their keys, without end."""
    while True:
        clips = tones.draw(size, rng.uniform(*TRAINED, size), rng)
        yield tones.spectrogram(clips.sound), encoded(clips.texts)


def training_of(model: ListenerSpeller, config: Config, rng: np.random.Generator) -> nn.Training:
    optimizer = nn.optim.AdamW(model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
    steps = config.steps

    def loss(batch: tuple[np.ndarray, np.ndarray]) -> mg.Tensor:
        spectrograms, ids = batch
        scores = model(spectrograms, ids[:, :-1])  # (B, T, V)
        return F.cross_entropy(scores.swapaxes(1, 2), ids[:, 1:], ignore_index=VOCABULARY.pad)

    return nn.Training(
        model,
        optimizer,
        loss,
        batches(config.batch, rng),
        steps=steps,
        schedule=nn.optim.lr_scheduler.WarmupCosineLR(optimizer, steps // 20, steps, final=0.01),
        every=max(1, steps // 10),
        progress="keys",
    )


def written(model: ListenerSpeller, sound: np.ndarray) -> list[str]:
    """The likeliest key at each step, until it writes <eos>."""
    with mg.no_grad():
        decoder = nn.decoding.Cached(model, memory=model.encode(tones.spectrogram(sound)))
    prompt = np.full((len(sound), 1), VOCABULARY.bos)
    ids = nn.decoding.greedy(decoder, prompt, MOST + 1, eos=VOCABULARY.eos)  # (N, ≤ MOST + 1)
    return [VOCABULARY.decode(row) for row in ids]


def looked_at(model: ListenerSpeller, sound: np.ndarray, texts: Sequence[str]) -> np.ndarray:
    """Where it listened for each of `texts` and <eos>: the last layer's weights, mean of heads (B, T, S)."""
    with mg.no_grad(), nn.record_attention(model) as maps:
        model(tones.spectrogram(sound), encoded(texts)[:, :-1])
    return maps[f"speller.{len(model.speller) - 1}.multihead_attn"].mean(axis=1)


def exact(found: Sequence[str], right: Sequence[str]) -> float:
    """The part of the texts that is right key for key, in per cent."""
    return 100 * float(np.mean([a == b for a, b in zip(found, right, strict=True)]))


def on_the_key(weights: np.ndarray, clips: Clips, patch: int) -> tuple[float, float]:
    """For which part of the keys the greatest of `weights` (B, T, S) is of a patch in which it sounds, and
    for which it would be were any patch alike; both in per cent."""
    first = tones.stood_for(np.arange(weights.shape[-1]) * patch)  # (S,), sample
    begins, ends = clips.spans[..., 0, None], clips.spans[..., 1, None]  # (B, T, 1)
    sounds = (begins < first + patch * HOP) & (first < ends)  # (B, T, S)
    there = clips.keys != tones.NONE
    greatest = weights[:, : there.shape[1]].argmax(axis=-1)[..., None]  # (B, T, 1)
    hits = np.take_along_axis(sounds[:, : greatest.shape[1]], greatest, axis=-1)[..., 0]
    return 100 * float(hits[there[:, : hits.shape[1]]].mean()), 100 * float(sounds[there].mean())


def clips_of(decibels: float, count: int) -> Clips:
    """The same keys whatever the noise, and whatever the seed."""
    return tones.draw(count, decibels, np.random.default_rng(0))


@cache
def usual(decibels: float, tested: int, fitted: int) -> dict[str, float]:
    """What the classical decoders, fitted to other clips of this noise, and the commonest text get exact."""
    clips, known = clips_of(decibels, tested), tones.draw(fitted, decibels, np.random.default_rng(1))
    power, before = goertzel.powers(clips.sound), goertzel.powers(known.sound)
    found = {
        name: decoder(power, *goertzel.fitted(decoder, before, known.texts))
        for name, decoder in DECODERS.items()
    }
    found["the commonest sequence"] = [Counter(known.texts).most_common(1)[0][0]] * tested
    return {name: exact(texts, clips.texts) for name, texts in found.items()}


def draw(model: ListenerSpeller, path: Path) -> None:
    """One clip in three noises, and where it listened for each key that it wrote."""
    noises = (LEVELS[0], STATED, -10.0)
    same = [tones.draw(1, level, np.random.default_rng(2)) for level in noises]
    clips = Clips(*(np.concatenate(parts) for parts in zip(*same, strict=True)))
    texts = written(model, clips.sound)
    titles = [
        f"{level:+g} dB: “{text}” " + ("is right" if text == right else f"instead of “{right}”")
        for level, text, right in zip(noises, texts, clips.texts, strict=True)
    ]
    weights = looked_at(model, clips.sound, texts)
    draw_listening(clips, tones.spectrogram(clips.sound), texts, weights, titles, path)


def work(config: Config, folder: Path) -> list[Measure]:
    rng = np.random.default_rng(config.seed)
    try:
        model = ListenerSpeller(config, rng)
    except ValueError as error:  # of sizes that do not go together
        raise ExampleError(str(error)) from None
    training_of(model, config, rng).run()

    looks = [f"speller.{i}.multihead_attn" for i in range(config.layers)]
    measures = []
    for level in LEVELS:
        clips = clips_of(level, config.tested)
        value = exact(written(model, clips.sound), clips.texts)
        with nn.explain.with_weights(model, "uniform", layers=looks):
            blind = exact(written(model, clips.sound), clips.texts)
        beside = {**usual(level, config.tested, config.fitted), "itself, listening everywhere alike": blind}
        name, wanted = f"sequences exact, keys {level:+g} dB over the noise", 95 if level == STATED else None
        measures.append(Measure(SYSTEM, name, value, beside=beside, wanted=wanted))
        say(f"{level:+5g} dB  {value:.1f} % exact")
    curves = {SYSTEM: [one.value for one in measures]}
    curves |= {name: [one.beside[name] for one in measures] for name in DECODERS}
    draw_curves(LEVELS, curves, folder / "noise.png")
    draw(model, folder / "attention.png")

    clips = clips_of(STATED, config.tested)
    value, chance = on_the_key(looked_at(model, clips.sound, clips.texts), clips, config.patch)
    name = f"greatest weight while the key sounds, {STATED:+g} dB"
    return [*measures, Measure(SYSTEM, name, value, beside={"any patch alike": chance})]


if __name__ == "__main__":
    mg.kernels.keep_heap()
    sys.exit(main("sound", __doc__, Config(), work))
