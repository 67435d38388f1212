"""What is left when a run has come to its last step: pictures, a sample, and words about both."""

import shlex
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import nn
from examples.char import pictures
from examples.char.progress import in_words
from examples.char.run_folder import command
from examples.char.training import Trainer
from examples.terminal import say

SAMPLE_LENGTH, TEMPERATURE = 500, 0.8


def finish(trainer: Trainer, folder: Path, baselines: dict[str, float]) -> None:
    """Pictures, a sample, and what to look at."""
    metrics = trainer.evaluations.rows
    vocabulary, context = trainer.corpus.vocabulary, trainer.settings.context
    rng = np.random.default_rng(trainer.settings.seed)
    shown = pictures.passage(vocabulary, trainer.corpus.validation, min(32, context))
    prompt = shown[:1]
    written = trainer.model.write(prompt, SAMPLE_LENGTH - len(prompt), TEMPERATURE, rng)
    sample = vocabulary.decode(np.concatenate([prompt, written]))
    (folder / "sample.txt").write_text(sample + "\n", "utf-8")
    pictures.loss_curve(metrics, baselines, folder)
    pictures.attention_maps(trainer.model, vocabulary, shown, folder / "attention.png")
    pictures.block_graph(trainer.model, folder / "block.svg")
    final = metrics[-1]["validation_loss"]
    gap = baselines["5-gram"] - final
    verdict = f"{gap:.3f} nats better than" if gap > 0 else f"{-gap:.3f} nats behind"
    corpus = trainer.corpus
    _, *counted = nn.data.baselines(corpus.train, corpus.validation, corpus.distinct).values()
    say(f"\na sample, at temperature {TEMPERATURE}:\n\n{indented(sample)}\n")
    say(f"loss on all of the held-out text: {in_words(final)}, {verdict} counting 5-grams\n")
    say(f"in {folder}:")
    say(f"  sample.txt     {learned(final, baselines['uniform'], counted)}")
    say("  loss.png       both losses, from uniform guessing down towards what counting reaches")
    say("  attention.png  where each head looks; many look one or a few characters back")
    say("  attention.html the same as a page: point at a character to see what it attends to")
    say("  report.html    all of the run on one page: by layer, what it wrote, where it looked")
    say("  block.svg      what one block computes, op by op, grouped by its modules")
    say("  weights.safetensors, which PyTorch reads, metrics.csv, config.json, and checkpoints\n")
    say("It shows that the gradients are right and that the model writes.  It shows nothing about")
    say("long range: on this text nearly all that context gives lies in the last few characters.\n")
    begin = "The " if set("The ") <= set(vocabulary.tokens) else vocabulary.decode(prompt)
    say(f"write more:  {command(folder)} --sample {shlex.quote(begin)}")


def learned(loss: float, uniform: float, counted: Sequence[float]) -> str:
    """What a loss says has been learned, beside those of guessing and of counting n-grams, from 1 on."""
    beaten = sum(
        loss < other for other in counted
    )  # each longer n-gram does better, on a text of some length
    if loss >= uniform:
        return "noise: it has learned nothing, since guessing does as well"
    if not beaten:
        return "letters at random: it has not even learned how often each one occurs"
    if beaten < len(counted):
        return (
            f"better than counting {beaten}-grams, not than {beaten + 1}-grams: it has not learned to spell "
            "yet; train longer"
        )
    return "words and layout like the text's: it has learned to spell, not to mean"


def indented(text: str) -> str:
    """A text set off from the words around it."""
    return "\n".join("    " + line for line in text.splitlines())
