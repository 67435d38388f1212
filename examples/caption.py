"""A picture of one or two digits is put into words, "a 3 above a 7", with where it looked for each word.

Xu et al. (2015), sections 3.1 and 4.1: convolutions give an annotation for each place of the picture, and the
decoder, writing word after word, attends to them.  The decoder here is a Transformer's with cross-attention
(Vaswani et al., 2017, section 3.2.3) in the place of their LSTM.  A fifth of the combinations of two digits
and how they stand is never trained on: whoever writes those right has composed them.

    python -m examples.caption    three to four minutes on two cores
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: see char_transformer

from examples.program import interruptible

if __name__ == "__main__":
    interruptible()

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import minigrad as mg
import nn
from examples import scenes
from examples.command import ExampleError, main
from examples.digits import SIDE as DIGIT
from examples.digits import Digits, Pictures, nearest
from examples.outcome import Measure
from examples.patches import Patches, draw_over, figure_of
from examples.scenes import SIDE, Scenes
from examples.terminal import say
from nn import functional as F

VOCABULARY = nn.data.Vocabulary.of_words(scenes.every_caption(), ("<pad>", "<bos>", "<eos>"))
LONGEST = 10  # words of a caption, "a 3 above and left of a 7", and <bos> and <eos>
CELL = 2  # pixels from one annotation to the next


@dataclass(frozen=True)
class Config:
    width: int = 64
    heads: int = 4
    layers: int = 2
    dropout: float = 0.1
    steps: int = 1500
    batch: int = 64
    learning_rate: float = 3e-3
    weight_decay: float = 0.05
    tested: int = 1000  # scenes to be tested on
    known: int = 5000  # scenes whose captions the nearest neighbour may take
    seed: int = 0


class Captioner(nn.Module):
    """Images (B, 20, 20) and the words so far (B, T) -> scores of the next words (B, T, V)."""

    def __init__(self, config: Config, rng: np.random.Generator) -> None:
        width = config.width
        convolutions = nn.Sequential(  # an annotation sees 10×10 pixels, and stands for the 2×2 in its middle
            nn.Conv2d(1, 16, 3, padding=1, rng=rng),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, padding=1, rng=rng),
            nn.ReLU(),
            nn.MaxPool2d(CELL),
            nn.Conv2d(32, width, 3, padding=1, rng=rng),
        )
        self.patches = Patches(SIDE, CELL, CELL, width, rng, convolutions)
        self.memory_norm = nn.LayerNorm(width)
        self.words = nn.Embedding(len(VOCABULARY), width, rng=rng)
        self.position = nn.LearnedPosition(LONGEST, width, rng=rng)
        layer = nn.TransformerDecoderLayer
        self.layers = nn.ModuleList(
            layer(width, config.heads, 2 * width, config.dropout, "gelu", norm_first=True, rng=rng)
            for _ in range(config.layers)
        )
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, len(VOCABULARY), rng=rng)

    def forward(self, images: Any, ids: np.ndarray) -> mg.Tensor:
        return self.decode(ids, self.encode(images))

    def encode(self, images: Any) -> mg.Tensor:
        """The annotations: (B, 20, 20) -> (B, 100, C)."""
        return self.memory_norm(self.patches(images))

    def decode(
        self,
        ids: np.ndarray,
        memory: mg.Tensor,
        memory_mask: Any = None,
        cache: nn.KeyValueCache | None = None,
    ) -> mg.Tensor:
        """Ids (B, T), after those in the cache, and annotations -> (B, T, V)."""
        x = self.position(self.words(ids), 0 if cache is None else cache.length)  # (B, T, C)
        for layer in self.layers:
            x = layer(x, memory, memory_mask=memory_mask, tgt_is_causal=True, cache=cache)
        return self.head(self.norm(x))


def encoded(captions: list[str]) -> np.ndarray:
    """Captions as ids (B, T), from <bos> to <eos>, padded."""
    ids, _ = nn.data.pad([VOCABULARY.encode(text, bos=True, eos=True) for text in captions], VOCABULARY.pad)
    return ids


def batches(train: Pictures, size: int, rng: np.random.Generator) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Images and the ids of their captions: new scenes without end, of combinations that are not held out."""
    while True:
        made = scenes.draw(train, size, rng, vary=True)
        yield made.images, encoded(made.captions)


def training_of(model: Captioner, train: Pictures, config: Config, rng: np.random.Generator) -> nn.Training:
    optimizer = nn.optim.AdamW(model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
    steps = config.steps

    def loss(batch: tuple[np.ndarray, np.ndarray]) -> mg.Tensor:
        images, ids = batch
        scores = model(images, ids[:, :-1])  # (B, T, V)
        return F.cross_entropy(scores.swapaxes(1, 2), ids[:, 1:], ignore_index=VOCABULARY.pad)

    return nn.Training(
        model,
        optimizer,
        loss,
        batches(train, config.batch, rng),
        steps=steps,
        schedule=nn.optim.lr_scheduler.WarmupCosineLR(optimizer, steps // 20, steps, final=0.01),
        every=max(1, steps // 8),
        progress="captions",
    )


def annotated(model: Captioner, images: np.ndarray) -> mg.Tensor:
    """The annotations (B, 100, C) of many images, some at a time: convolutions take room."""
    model.eval()
    with mg.no_grad():
        parts = np.array_split(images, -(-len(images) // 100))
        return mg.concatenate([model.encode(part) for part in parts])


def written(model: Captioner, images: np.ndarray) -> np.ndarray:
    """The likeliest word at each step: ids (B, T) that begin with <bos>."""
    decoder = nn.decoding.Cached(model, memory=annotated(model, images))
    prompt = np.full((len(images), 1), VOCABULARY.bos)
    ids = nn.decoding.greedy(decoder, prompt, LONGEST - 1, eos=VOCABULARY.eos)
    return np.concatenate([prompt, ids], axis=1)


def said_of(model: Captioner, made: Scenes) -> list[str]:
    """The caption of each scene."""
    return [VOCABULARY.decode(row) for row in written(model, made.images)]


def looked_at(model: Captioner, images: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Where it looked for each word ids[:, 1:]: the last layer's weights, mean of heads (B, T, 20, 20)."""
    memory = annotated(model, images)
    with mg.no_grad(), nn.record_attention(model) as maps:
        model.decode(ids[:, :-1], memory)
    weights = maps[f"layers.{len(model.layers) - 1}.multihead_attn"]  # (B, H, T, 100)
    return model.patches.over_pixels(weights.mean(axis=1))


def on_the_digit(maps: np.ndarray, ids: np.ndarray, made: Scenes) -> float:
    """For which part of the digits in captions ids (B, T + 1) the greatest weight lies on that digit's 8×8.

    In per cent; maps (B, T, 20, 20) are the weights with which each word was chosen.
    """
    hits = []
    for of_words, words, corners in zip(maps, ids[:, 1:], made.corners, strict=True):
        digits = [t for t, word in enumerate(words) if VOCABULARY.decode([word]).isdigit()]
        for t, corner in zip(digits, corners, strict=False):
            place = np.unravel_index(of_words[t].argmax(), of_words[t].shape)
            hits.append(bool(np.all((corner <= place) & (place < corner + DIGIT))))
    return 100 * float(np.mean(hits))


def exact(found: list[str], made: Scenes) -> float:
    """The part of the captions that is right word for word, in per cent."""
    return 100 * float(np.mean([a == b for a, b in zip(found, made.captions, strict=True)]))


def draw(model: Captioner, made: Scenes, path: Path) -> None:
    """For each scene the picture, and over it where it looked for each word that it wrote.

    And beside it, as .html, a page of the first.
    """
    ids = written(model, made.images)
    maps = looked_at(model, made.images, ids)
    figure, axes = figure_of(len(ids), LONGEST, 1.1)
    for row, (image, words, caption) in enumerate(zip(made.images, ids[:, 1:], made.captions, strict=True)):
        right = VOCABULARY.decode(words) == caption
        draw_over(axes[row, 0], image, title="" if right else f"it is {caption}")
        for t, word in enumerate(words[: VOCABULARY.decode(words).count(" ") + 1]):
            draw_over(axes[row, t + 1], image, maps[row, t], VOCABULARY.decode([word]))
    figure.suptitle("Weights of the last cross-attention for each word, mean of its heads", fontsize=9)
    figure.savefig(path, dpi=100)
    words = [VOCABULARY.decode([word], specials=True) for word in ids[0, 1:]]
    nn.show_attention(maps[0].reshape(len(words), -1), words, path.with_suffix(".html"), keys=made.images[0])


def work(config: Config, folder: Path) -> list[Measure]:
    digits = Digits.load()
    rng = np.random.default_rng(config.seed)
    try:
        model = Captioner(config, rng)
    except ValueError as error:  # of sizes that do not go together
        raise ExampleError(str(error)) from None
    training_of(model, digits.train, config, rng).run()

    of_tests = np.random.default_rng(0)  # the same scenes, whatever the seed
    known = scenes.draw(digits.train, config.known, of_tests)
    commonest = Counter(known.captions).most_common(1)[0][0]
    looks = [f"layers.{i}.multihead_attn" for i in range(config.layers)]
    measures = []
    for unseen, name in ((False, "combinations trained on"), (True, "combinations held out")):
        made = scenes.draw(digits.test, config.tested, of_tests, unseen=unseen)
        near = nearest(known.images, made.images)[:, 0]
        with nn.explain.with_weights(model, "uniform", layers=looks):
            blind = said_of(model, made)
        beside = {
            "the nearest neighbour's caption": exact([known.captions[row] for row in near], made),
            "the commonest caption": exact([commonest] * config.tested, made),
            "itself, looking everywhere alike": exact(blind, made),
        }
        value = exact(said_of(model, made), made)
        measures.append(Measure("Captioner", f"captions exact, {name}", value, beside=beside, wanted=95))
    ids = encoded(made.captions)
    value = on_the_digit(looked_at(model, made.images, ids), ids, made)
    chance = {"any pixel alike": 100 * (DIGIT / SIDE) ** 2}
    draw(model, Scenes(*(part[:8] for part in made)), folder / "attention.png")
    say(f"held out: {', '.join(made.captions[:3])}, ...")
    return [
        *measures,
        Measure("Captioner", "greatest weight on the digit that is named", value, beside=chance),
    ]


if __name__ == "__main__":
    mg.kernels.keep_heap()
    sys.exit(main("caption", __doc__, Config(), work))
