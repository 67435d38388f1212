"""One model for several tasks, all of them text to text: a prefix says which.

    number: three hundred and forty-two              -> 342
    date: the 3rd of March, 2021                     -> 2021-03-03
    sum: Ghent saw a fire. 14 people were hurt. ...  -> fire in Ghent on Monday, 14 hurt
    ask: who sent help? Ghent saw a fire. ...        -> Oslo

    python -m examples.t5                 one for all, and one for each alone, in three to four minutes
    python -m examples.t5 --steps 20      a quick look

Raffel et al. (2020), "Exploring the limits of transfer learning with a unified text-to-text transformer":
tasks as text behind a prefix (section 2.4), one encoder and decoder for all (2.1), and their examples mixed,
here in equal parts (3.5.2).  What is left out is their training on unlabelled text before (2.2, 2.3): all is
learnt from the examples of the tasks.  What mixing costs is what the models of one task do better: here it is
less than nothing, since questions about reports are not learnt from as many examples of them alone.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: threads would wait for each other

import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

import minigrad as mg
import nn
from examples.command import ExampleError, main
from examples.outcome import Measure, Outcome
from examples.reports import QUESTIONS, Answers, Summaries
from examples.terminal import say
from examples.translation.batches import Batch, Vocabularies, batches
from examples.translation.dates import Dates
from examples.translation.judging import read, write
from examples.translation.models import parameters
from examples.translation.number_words import WordsToDigits
from examples.translation.pairs import Pair, Rng, Task
from examples.translation.pictures import END
from examples.translation.transformer import Transformer
from nn import functional as F

TASKS: dict[str, Task] = {
    "number": WordsToDigits(), "date": Dates(), "sum": Summaries(), "ask": Answers()
}  # fmt: skip
ALONE, NEAREST, COMMONEST = "a model for this task alone", "the most similar example", "the commonest answer"
SPECIALS = ("<pad>", "<bos>", "<eos>")
TRAINED = frozenset(("en 1", "en 2", "ko 1", "ko 2"))  # rows of tests: numbers below 100, all of them
APART = re.compile(r"(?<=[0-9가-힣])(?=\w)|(?<=\w)(?=[0-9가-힣])")  # around digits and Korean syllables
TOGETHER = re.compile(r"(?<=[0-9-]) (?=[0-9-])")


@dataclass(frozen=True)
class Config:
    width: int = 64
    heads: int = 4
    layers: int = 2  # of the encoder, and as many of the decoder
    positions: Literal["rotary", "sinusoidal", "learned"] = "rotary"
    steps: int = 1000  # for each task
    batch: int = 32
    rate: float = 2e-3
    warmup: int = 100
    examples: int = 20000  # of each task
    tests: int = 400  # of each task
    seed: int = 0

    def check(self) -> None:
        """Raises ExampleError for what cannot be carried out."""
        if self.width % (2 * self.heads):
            raise ExampleError(
                f"--width {self.width} is shared among {self.heads} heads, with an even number of channels "
                f"for each: take a multiple of {2 * self.heads}"
            )


def as_text(task: str, pair: Pair) -> Pair:
    """With the prefix, and digits and Korean syllables apart: each a token, where other words are whole."""
    source = APART.sub(" ", f"{task}: {pair.source}")
    return pair._replace(source=source, target=APART.sub(" ", pair.target))


def together(text: str) -> str:
    """As it is read: "2 0 2 1 - 0 3 - 0 3" is 2021-03-03."""
    return TOGETHER.sub("", text)


def exact(written: Sequence[str], pairs: Sequence[Pair]) -> float:
    """The percentage that is the target to the last token."""
    right = [together(text) == together(pair.target) for text, pair in zip(written, pairs, strict=True)]
    return 100 * float(np.mean(right))


@dataclass(frozen=True)
class Examples:
    """Of one task; `fools`, by what they do, are right with so many of the tests, in percent."""

    train: list[Pair]
    tests: list[Pair]
    fools: dict[str, float]

    @classmethod
    def draw(cls, name: str, c: Config, rng: Rng) -> "Examples":
        task = TASKS[name]
        train = [as_text(name, task.draw(rng)) for _ in range(c.examples)]
        rows = task.tests(rng, c.tests)
        every = [pair for row, pairs in rows.items() if row not in TRAINED for pair in pairs]
        chosen = [every[i] for i in rng.choice(len(every), c.tests, replace=False)]
        tests = [as_text(name, pair) for pair in chosen]
        [(commonest, _)] = Counter(pair.target for pair in train).most_common(1)
        return cls(train, tests, {
            task.fool: 100 * float(np.mean([task.guess(pair) for pair in chosen])),
            NEAREST: exact(nearest(train, tests), tests),
            COMMONEST: exact([commonest] * len(tests), tests),
        })  # fmt: skip


def nearest(train: Sequence[Pair], tests: Sequence[Pair]) -> list[str]:
    """For each test the target of the training source with the most words in common, by the cosine."""
    words = vocabulary_of([*train, *tests])

    def bags(pairs: Sequence[Pair]) -> np.ndarray:  # (N, V), rows of length 1
        counts = np.stack([np.bincount(words.encode(pair.source), minlength=len(words)) for pair in pairs])
        return (counts / np.linalg.norm(counts, axis=1, keepdims=True)).astype(np.float32)

    return [train[i].target for i in (bags(tests) @ bags(train).T).argmax(axis=1)]


def vocabulary_of(pairs: Sequence[Pair]) -> nn.data.Vocabulary:
    """One for what is read and what is written, of all tasks."""
    return nn.data.Vocabulary.of_words((text for pair in pairs for text in pair[:2]), SPECIALS)


class T5(Transformer):
    """One matrix for the words that are read, written and scored (section 2.1): a copy is the word itself."""

    def __init__(self, words: int, c: Config, rng: Rng) -> None:
        sizes = (c.width, c.heads, c.layers, 2 * c.width)
        super().__init__(words, words, *sizes, positions=c.positions, rng=rng)
        self.target = self.source
        self.output.weight = self.source.weight


def trained(
    name: str, pairs: Sequence[Pair], words: Vocabularies, c: Config, steps: int, out: Path | None = None
) -> T5:
    """A model that has learnt from these pairs."""
    weights, order = (np.random.default_rng([c.seed, part]) for part in (1, 2))
    model = T5(len(words.source), c, weights)
    optimizer = nn.optim.Adam(model.parameters(), lr=c.rate)

    def loss(batch: Batch) -> mg.Tensor:
        scores = model(batch.source, batch.lengths, batch.before)  # (B, T, V)
        return F.cross_entropy(scores.swapaxes(1, 2), batch.after, ignore_index=words.target.pad)

    nn.Training(
        model, optimizer, loss, batches(pairs, words, c.batch, order), steps,
        schedule=nn.optim.lr_scheduler.WarmupCosineLR(optimizer, min(c.warmup, steps), steps, final=0.05),
        every=max(1, steps // 4), out=out, progress=name,
    ).run()  # fmt: skip
    return model


def work(c: Config, folder: Path) -> list[Measure]:
    """Train one model for all tasks and one for each, and compare them with the tests."""
    c.check()
    rng = np.random.default_rng([c.seed, 0])
    examples = {name: Examples.draw(name, c, rng) for name in TASKS}
    vocabulary = vocabulary_of([pair for its in examples.values() for pair in its.train + its.tests])
    try:
        vocabulary.encode(" ".join(QUESTIONS))
    except nn.data.VocabularyError:
        raise ExampleError(
            f"--examples {c.examples} are too few to hold every word of the questions: give some hundreds"
        ) from None
    words = Vocabularies(vocabulary, vocabulary)
    every = [pair for its in examples.values() for pair in its.train]
    model = trained("all tasks", every, words, c, c.steps * len(TASKS), folder)
    say(f"{parameters(model):,} parameters, {len(vocabulary)} words; now a model for each task")
    measures, costs = [], []
    for name, its in examples.items():
        single = trained(f"{name} alone", its.train, words, c, c.steps)
        mixed, alone = (exact(write(one, words, its.tests), its.tests) for one in (model, single))
        beside = {ALONE: alone, **its.fools}
        measures.append(Measure("T5", f"{name}: exact match", mixed, beside=beside, wanted=95.0))
        costs.append(alone - mixed)
    say(f"\n{one_report(model, words, examples['sum'].tests[0])}\n")
    draw_attention(model, words, examples, folder)
    return [*measures, Measure("T5", "what mixing costs, mean of the tasks", float(np.mean(costs)), "points")]


def one_report(model: T5, words: Vocabularies, pair: Pair) -> str:
    """A report of the tests, its summary, and the answer to every question: what the prefix changes."""
    report = pair.source.removeprefix("sum: ")
    asked = ["sum:", *(f"ask: {question}" for question in QUESTIONS)]
    written = write(model, words, [pair._replace(source=f"{prefix} {report}") for prefix in asked])
    lines = [f"  {prefix} ... -> {together(text)}" for prefix, text in zip(asked, written, strict=True)]
    return "\n".join([together(report), *lines])


def draw_attention(model: T5, words: Vocabularies, examples: Mapping[str, Examples], folder: Path) -> None:
    """Where the model looks as it writes one answer of each task."""
    for name, its in examples.items():
        pair = its.tests[0]
        source, target = (
            [words.source.decode([i]) for i in words.source.encode(text)]
            for text in (pair.source, pair.target)
        )
        _, weights = read(model, words, [pair])
        title = f"{name}: cross-attention, last layer, mean of heads"
        picture = nn.draw_attention(weights[0], [*target, END], [*source, END], title=title)
        picture.save(folder / f"attention-{name}.png")


def draw_bars(outcome: Outcome, folder: Path) -> None:
    """All ways side by side for each task, means of the seeds."""
    from matplotlib.figure import Figure

    tasks = [measure for measure in outcome.measures if measure.beside]
    ways = ["one model for all tasks", ALONE, "a rule of thumb for the task", NEAREST, COMMONEST]
    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.add_subplot()
    for i, (way, color) in enumerate(zip(ways, ("C0", "C1", "0.35", "0.55", "0.75"), strict=True)):
        heights = [[task.mean, *task.beside.values()][i] for task in tasks]
        bars = axes.bar(np.arange(len(tasks)) + (i - 2) * 0.17, heights, 0.16, label=way, color=color)
        axes.bar_label(bars, fmt="%.0f", fontsize=7)
    axes.set_xticks(range(len(tasks)), [task.name.partition(":")[0] + ":" for task in tasks])
    axes.set_ylabel("exact match (%)")
    axes.set_ylim(0, 128)
    axes.set_yticks(range(0, 101, 20))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8, ncols=2, loc="upper center")
    figure.savefig(folder / "exact_match.png", dpi=110)


if __name__ == "__main__":
    mg.kernels.keep_heap()
    sys.exit(main("t5", __doc__, Config(), work, finish=draw_bars))
