"""A story is read once, and questions look into it: where is the key, who has it, tell of Mary.

Whoever answers points at words of the story: two scores of each word, for the first and for the last of the
answer, and their softmax is where the model looks.  Vinyals et al. (2015), "Pointer networks", section 2.3;
first and last as in the boundary model of Wang and Jiang (2017).  Whoever tells picks sentences, each by a
score of its full stop.  Before, a question looks into the story in hops (Sukhbaatar et al., 2015, section
2.2), since the key is in the box that Mary took to the kitchen.  The stories: examples/tales/telling.py.

    python -m examples.stories    a minute and a half to three on one core
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: see char_transformer

from examples.program import interruptible

if __name__ == "__main__":
    interruptible()

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import minigrad as mg
import nn
from examples.command import ExampleError, main
from examples.outcome import Measure
from examples.tales import telling
from examples.tales.batches import Batch, batch_of, batches
from examples.tales.guesses import ANSWERS, asked_of, blind
from examples.tales.judging import answers, percent, read, read_tests, summaries
from examples.tales.reader import Reader
from examples.tales.telling import EVERYTHING, Story
from examples.terminal import say
from nn import functional as F


@dataclass(frozen=True)
class Config:
    width: int = 64
    heads: int = 4
    hops: int = 3
    steps: int = 2400
    batch: int = 16  # stories
    asked: int = 8  # questions of each
    rate: float = 2e-3
    bearing: float = 5.0  # what the sentences picked count in the loss, to one word pointed at
    shortest: int = 4  # sentences of a story
    longest: int = 10
    tested: int = 400  # stories of each kind
    seed: int = 0


def training_of(reader: Reader, c: Config, rng: np.random.Generator) -> nn.Training:
    optimizer = nn.optim.AdamW(reader.parameters(), lr=c.rate, weight_decay=0.01)

    def loss(batch: Batch) -> mg.Tensor:
        first, last, bears = reader(batch)
        pointing = mg.cross_entropy(first, batch.spans[..., 0]) + mg.cross_entropy(last, batch.spans[..., 1])
        share = batch.told * np.float32(batch.told.size / batch.told.sum())  # a mean over no pads
        picking = F.binary_cross_entropy_with_logits(bears, batch.support.astype(np.float32), share)
        return pointing + c.bearing * picking

    return nn.Training(
        reader,
        optimizer,
        loss,
        batches((c.shortest, c.longest), c.batch, c.asked, rng),
        c.steps,
        schedule=nn.optim.lr_scheduler.WarmupCosineLR(optimizer, c.steps // 20, c.steps, final=0.02),
        every=max(1, c.steps // 8),
        progress="stories",
    )


# -- how good it is -----------------------------------------------------------------------------------


def measures(reader: Reader, c: Config) -> list[Measure]:
    """On new stories; on pairs that no story to learn from has; on longer ones."""
    short, long = (c.shortest, c.longest), (c.longest + 1, 2 * c.longest)
    count = c.tested * c.asked
    found = read_tests(reader, count, c.asked, short)
    asked, told = ([a for a in found if bool(a.question.answer) is flag] for flag in (True, False))
    unseen = read_tests(reader, count, c.asked, short, unseen=True)
    longer = [a for a in read_tests(reader, count, c.asked, long) if a.question.answer]
    rules = {name: rule for name, rule in ANSWERS.items() if rule is not blind}  # best over all questions
    return [
        answers("", asked, 95),
        *(
            answers(f", from {number}", [a for a in asked if len(a.question.support) == n], None, rules)
            for n, number in enumerate(("one sentence", "two sentences", "three sentences"), 1)
        ),
        answers(", pairs never trained on", unseen, 95, rules),
        answers(f", stories of {long[0]} to {long[1]} sentences", longer),
        summaries("a person", [a for a in told if EVERYTHING not in a.question.text]),
        summaries("everything", [a for a in told if EVERYTHING in a.question.text]),
        Measure(
            "Pointer reader",
            "greatest weight of a hop on a sentence that the answer takes",
            percent([a.looked for a in asked]),
            beside={
                "any sentence alike": percent(
                    [len(a.question.support) / len(a.story.sentences) for a in asked]
                )
            },
        ),
    ]


# -- pictures -----------------------------------------------------------------------------------------


def draw(reader: Reader, story: Story, folder: Path) -> None:
    """Where it points, how it gets there for the longest question, how it reads, and what it picks."""
    questions = story.questions()
    batch = batch_of([story], [questions])
    with mg.no_grad(), nn.record_attention(reader) as maps:
        chances = mg.sigmoid(reader(batch)[2]).numpy()[0]  # (Q, N)
    answered = [n for n, question in enumerate(questions) if question.answer]
    longest = max(answered, key=lambda n: len(questions[n].support))
    true = np.zeros((len(questions), len(story.words)), bool)
    true[answered, batch.spans[0, answered, 0]] = True
    bears = np.zeros(len(story.words), bool)  # who, what and where in the sentences that the longest takes
    for n in questions[longest].support:
        for first, last in story.sentences[n].spans.values():
            start = batch.stops[0, n] + 1 - len(story.sentences[n].words)
            bears[start + first : start + last + 1] = True
    labels = [f"{question.kind}: {asked_of(question)}" for question in questions]

    def save(name: str, *what: Any, marks: Any, **said: str) -> None:
        nn.draw_attention(*what, marks=marks, **said).save(folder / f"{name}.png")

    save(
        "answers",
        maps["first"][0, 0, answered],
        [labels[n] for n in answered],
        story.words,
        marks=true[answered],
        title="The word that it points at for each question; framed: where the answer begins",
        caption="the chance of each word to be the first of the answer",
    )
    hops = [maps[f"hops.{n}.attention"][0, :, longest].mean(axis=0) for n in range(len(reader.hops))]
    save(
        "hops",
        np.stack([*hops, maps["first"][0, 0, longest]]),
        [f"hop {n + 1}" for n in range(len(hops))] + ["answer"],
        story.words,
        marks=np.stack([bears] * len(hops) + [true[longest]]),
        title=f"{questions[longest].text}  Framed: what the sentences it takes are of, and the answer",
    )
    layers = {name: maps[f"{name}.self_attn"][0].mean(axis=0) for name in ("alone", "ahead", "back")}
    picture = nn.draw_attention(
        layers, story.words, title="Reading, mean of heads", window=(0, int(batch.stops[0, 3]) + 1)
    )
    picture.save(folder / "reading.png")
    told = [n for n in range(len(questions)) if n not in answered]
    save(
        "summaries",
        chances[told],
        [labels[n] for n in told],
        [": ".join(sentence.parts.values()) for sentence in story.sentences],
        marks=batch.support[0, told],
        title="Sentences picked to tell",
        caption="the chance that it gives each sentence",
    )


def work(c: Config, folder: Path) -> list[Measure]:
    """Train, test, and draw what it does with one story."""
    check(c)
    rng = np.random.default_rng(c.seed)
    try:
        reader = Reader(c.width, c.heads, c.hops, rng)
    except ValueError as error:  # of sizes that do not go together
        raise ExampleError(str(error)) from None
    training_of(reader, c, rng).run()
    story = shown(c)
    say("\n" + " ".join(story.words).replace(" .", "."))
    for a in read(reader, [story], [story.questions()]):
        given = a.words if a.question.answer else sorted(n + 1 for n in a.sentences)
        right = a.question.answer or sorted(n + 1 for n in a.question.support)
        say(f"  {a.question.text:<24} {given}" + ("" if given == right else f"   (it is {right})"))
    draw(reader, story, folder)
    return measures(reader, c)


def check(c: Config) -> None:
    """Raise ExampleError for stories and batches that there cannot be."""
    if c.shortest < 4:  # three sentences may be about what is in what, and then nothing can be asked
        raise ExampleError(f"the shortest stories have 4 sentences or more, and --shortest is {c.shortest}")
    if c.shortest > c.longest:
        raise ExampleError(f"--shortest is {c.shortest}, more than the {c.longest} of --longest")


def shown(c: Config) -> Story:
    """A story in which much can be asked, some is no longer true, and answers differ."""
    rng = np.random.default_rng([0, 1])

    def variety(story: Story) -> tuple[int, int, int]:
        asked = story.questions()
        old = len(story.sentences) - max(len(q.support) for q in asked if not q.answer)
        return len({q.group for q in asked}), min(old, 3), len({q.answer for q in asked})

    return max((telling.tell((c.shortest + c.longest + 2) // 2, rng) for _ in range(200)), key=variety)


if __name__ == "__main__":
    mg.kernels.keep_heap()
    sys.exit(main("stories", __doc__, Config(), work))
