"""GPT in one file: a decoder-only Transformer, its block written out, that learns to write a text.

    python -m examples.tiny_gpt                    learns from the documentation inside every CPython
    python -m examples.tiny_gpt --text FILE        from any UTF-8 text
    python -m examples.tiny_gpt --on-disk FILE     from one that may be larger than memory
    python -m examples.tiny_gpt --steps 50         a quick look

Read Block first: it is all that GPT has. Radford et al. (2019), "Language models are unsupervised multitask
learners", section 2.3: the layer norm stands before each sublayer, and one more after the last block. Two
things are later than that paper: places are told by rotation (Su et al., 2021) instead of a learned vector,
since at this size that alone decides whether it beats counting, and linear layers have no biases.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: threads would wait for each other

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

import minigrad as mg
import nn
from examples.char.corpus import Corpus, CorpusError, load_default, load_file
from examples.command import ExampleError, main
from examples.outcome import Measure
from examples.terminal import say


@dataclass(frozen=True)
class Config:
    text: Path = Path()  # none: the documentation of this Python
    on_disk: Path = Path()  # a text that may be larger than memory
    layers: int = 4
    heads: int = 4
    channels: int = 128
    context: int = 64  # characters that it sees at once
    batch: int = 12
    steps: int = 1500
    rate: float = 3e-3
    length: int = 400  # of the sample
    seed: int = 0


class Block(nn.Module):
    """x + attention(norm(x)), then x + perceptron(norm(x)): (B, T, C) -> (B, T, C)."""

    def __init__(self, c: Config, rng: np.random.Generator) -> None:
        self.heads = c.heads
        self.on_attention: Callable[[nn.Attended], None] | None = None
        self.norm1 = nn.LayerNorm(c.channels, bias=False)
        self.qkv = nn.Linear(c.channels, 3 * c.channels, bias=False, rng=rng)
        self.place = nn.RotaryPosition(c.channels // c.heads)
        self.out = nn.Linear(c.channels, c.channels, bias=False, rng=rng)
        self.norm2 = nn.LayerNorm(c.channels, bias=False)
        self.up = nn.Linear(c.channels, 4 * c.channels, bias=False, rng=rng)
        self.down = nn.Linear(4 * c.channels, c.channels, bias=False, rng=rng)

    def forward(self, x: mg.Tensor, cache: nn.KeyValueCache | None = None) -> mg.Tensor:
        x = x + self.attention(self.norm1(x), cache)
        return x + self.down(mg.gelu(self.up(self.norm2(x))))

    def attention(self, x: mg.Tensor, cache: nn.KeyValueCache | None) -> mg.Tensor:
        """Every place takes from itself and those before it, as much as its query fits their keys."""
        B, T, C = x.shape
        past = (
            None if cache is None else cache.places_of(self, T, T)
        )  # keys and values of what was read before
        first = 0 if past is None else past.length
        q, k, v = (
            self.qkv(x).reshape(B, T, 3, self.heads, C // self.heads).transpose(2, 0, 3, 1, 4)
        )  # (B, H, T, D)
        q, k = self.place(q, first), self.place(k, first)
        if past is not None:
            k, v = past.append(k.numpy(), v.numpy(), T)  # (B, H, S, D), S = first + T
        scores = q @ mg.swapaxes(k, -1, -2) / math.sqrt(C // self.heads)  # (B, H, T, S)
        seen = np.tri(T, first + T, first, dtype=bool)  # (T, S): no look ahead
        weights = mg.softmax(np.where(seen, scores, np.float32(-np.inf)), axis=-1)  # (B, H, T, S)
        if self.on_attention is not None:  # nn.record_attention looks
            self.on_attention(nn.Attended(None, weights.numpy(), scores.numpy(), seen))
        mixed = weights @ v  # (B, H, T, D)
        return self.out(mixed.swapaxes(1, 2).reshape(B, T, C))


class GPT(nn.Module):
    """Character numbers (B, T) to the scores of the next character at each place (B, T, V)."""

    def __init__(self, vocabulary: int, c: Config, rng: np.random.Generator) -> None:
        self.token = nn.Embedding(vocabulary, c.channels, rng=rng)
        self.blocks = nn.ModuleList(Block(c, rng) for _ in range(c.layers))
        self.norm = nn.LayerNorm(c.channels, bias=False)
        self.head = nn.Linear(c.channels, vocabulary, bias=False, rng=rng)
        for name, weight in self.named_parameters():
            if (
                weight.ndim > 1
            ):  # smaller where a residual branch ends, so that depth does not add up (section 2.3)
                ends = name.endswith(("out.weight", "down.weight"))
                nn.init.normal_(weight, std=0.02 / math.sqrt(2 * c.layers) if ends else 0.02, rng=rng)

    def forward(self, ids: np.ndarray, cache: nn.KeyValueCache | None = None) -> mg.Tensor:
        x = self.token(ids)  # (B, T, C)
        for block in self.blocks:
            x = block(x, cache)  # (B, T, C)
        return self.head(self.norm(x))  # (B, T, V)


def work(c: Config, folder: Path) -> Sequence[Measure]:
    """Train, write a sample, and compare with counting."""
    rng = np.random.default_rng(c.seed)
    corpus = read(c, folder)
    corpus.require(c.context)
    to_beat = nn.data.baselines(corpus.train, corpus.validation, corpus.distinct)
    if c.channels % (2 * c.heads):
        raise ExampleError(f"{c.channels} channels are no even number for each of {c.heads} heads")
    model = GPT(corpus.distinct, c, rng)
    say(f"{corpus.describe()}\nmodel     {sum(p.size for p in model.parameters()):,} parameters")
    say(f"to beat   {', '.join(f'{name} {loss:.3f}' for name, loss in to_beat.items())} nats a character")

    def loss(batch: tuple[np.ndarray, np.ndarray]) -> mg.Tensor:
        ids, following = batch  # (B, T) each
        return mg.cross_entropy(model(ids), following)

    held_out = nn.data.Windows(corpus.validation, c.context, 48)

    def evaluate() -> dict[str, float]:
        losses = [(float(loss(batch)), len(batch[0])) for batch in held_out.side_by_side()]
        return {"validation_loss": sum(x * n for x, n in losses) / sum(n for _, n in losses)}

    shown = corpus.validation[: min(32, c.context)]

    def snapshot() -> dict[str, Any]:
        written = write(model, corpus, c, 200, np.random.default_rng(c.seed))
        return {"sample": written, **looks(model, shown)}

    optimizer = nn.optim.AdamW(model.parameters(), c.rate, betas=(0.9, 0.99), weight_decay=0.1)
    training = nn.Training(
        model,
        optimizer,
        loss,
        nn.data.Windows(corpus.train, c.context, c.batch, rng),
        c.steps,
        schedule=nn.optim.lr_scheduler.WarmupCosineLR(optimizer, min(100, c.steps), c.steps),
        evaluate=evaluate,
        every=max(1, c.steps // 5),
        snapshot=snapshot,
        config={name: str(x) if isinstance(x, Path) else x for name, x in asdict(c).items()},
        out=folder,
        progress="tiny_gpt",
        parallel=True,
    )
    film = {"before": looks(model, shown)}
    for step in training:
        if step.metrics:
            film[f"step {step.number}"] = looks(model, shown)
    sample = write(model, corpus, c, c.length, rng)
    (folder / "sample.txt").write_text(sample + "\n", "utf-8")
    say(f"\na sample:\n\n{sample}\n")
    draw(film, corpus.vocabulary.decode(shown), folder)
    counted = {name: to_beat[name] for name in ("1-gram", "3-gram", "5-gram")}
    beside = {"uniform guessing": to_beat["uniform"], **counted}
    reached = training.evaluations.rows[-1]["validation_loss"]
    return [Measure("GPT", "loss a character", reached, "nats", beside, to_beat["5-gram"], True)]


def read(c: Config, folder: Path) -> Corpus:
    """The text that was asked for."""
    if c.on_disk == Path():
        return Corpus.of(load_default() if c.text == Path() else load_file(c.text))
    if c.text != Path():
        raise ExampleError("--text and --on-disk are two texts: give one of them")
    return Corpus.on_disk(c.on_disk, folder / "text")


def looks(model: GPT, ids: np.ndarray) -> nn.AttentionMaps:
    """What each place of a text attends to, by block."""
    with mg.no_grad(), nn.record_attention(model) as maps:
        model(ids[None])
    return maps


def draw(film: dict[str, nn.AttentionMaps], text: str, folder: Path) -> None:
    """attention.png: where the first and the last block look in the end; attention.html: all, over time."""
    *_, maps = film.values()
    paths = list(maps)
    shown = {path: maps[path] for path in (paths[0], paths[-1])}
    title = "A row for each character read, a column for each one looked back at"
    nn.draw_attention(shown, text, title=title).save(folder / "attention.png")
    nn.show_attention(film, text, folder / "attention.html", title="What a small GPT attends to as it learns")


def write(model: GPT, corpus: Corpus, c: Config, length: int, rng: np.random.Generator) -> str:
    """A text; the window moves on by half of its length, so that most steps find their past in the cache."""
    start = corpus.validation[:1]
    decoder = nn.decoding.Cached(model, context=c.context, stride=max(1, c.context // 2))
    ids = nn.decoding.generate(decoder, start[None], length, temperature=0.8, top_p=0.95, rng=rng)
    return corpus.vocabulary.decode(ids[0])


if __name__ == "__main__":
    mg.kernels.keep_heap()
    sys.exit(main("tiny_gpt", __doc__, Config(), work, errors=(CorpusError,)))
