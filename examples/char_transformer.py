"""Train a character-level Transformer on real text, watch it learn to spell, and look inside.

    python -m examples.char_transformer                          train, under three minutes on two cores
    python -m examples.char_transformer --preset nanogpt-cpu     the published small setting
    python -m examples.char_transformer --text FILE --out DIR    any UTF-8 text
    python -m examples.char_transformer --sample "The "          write with the newest run
    python -m examples.char_transformer --resume                 go on with the newest run

Without --text it learns from the documentation inside every CPython (pydoc_data.topics).
"""

import os

# The matrices here are small: in a product two threads gain a tenth over one when the machine is idle, and
# lose many times as much, waiting for each other, when it is not.  Set the variable to choose otherwise.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import math
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

import minigrad as mg
from examples.char import pictures
from examples.char.corpus import Corpus, CorpusError, load_default, load_file
from examples.char.model import POSITIONS
from examples.char.ngram import NGram
from examples.char.progress import Progress, in_words
from examples.char.run_folder import Config, RunError, RunFolder
from examples.char.sampling import generate
from examples.char.settings import PRESETS, Settings, SettingsError
from examples.char.training import Trainer, TrainingError

RUNS = Path("runs")
NAME = "char_transformer"
SAMPLE_LENGTH = 500


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; the exit status."""
    args = parse(arguments)
    try:
        if args.sample is not None:
            return write_sample(args)
        return resume(args) if args.resume else train_anew(args)
    except (CorpusError, SettingsError, RunError, TrainingError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopped; nothing had changed that was not saved", file=sys.stderr)
        return 130


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog=f"python -m examples.{NAME}",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--preset", choices=PRESETS, default="default", help="a set of sizes and rates (default: %(default)s)"
    )
    add("--text", type=Path, metavar="FILE", help="a UTF-8 text to learn from")
    add("--out", type=Path, metavar="DIR", help=f"the run's folder (default: a new one in {RUNS}/)")
    add("--resume", action="store_true", help="go on with the run in --out (default: the newest)")
    add("--sample", metavar="PROMPT", help="write on from PROMPT with the run in --out (default: the newest)")
    add("--length", type=int, default=SAMPLE_LENGTH, help="characters to write (default: %(default)s)")
    add(
        "--temperature",
        type=float,
        default=0.8,
        help="0 = the likeliest, 1 = as learned (default: %(default)s)",
    )
    sizes = parser.add_argument_group("instead of the preset's")
    for name, kind in Settings.__annotations__.items():
        flag = "--" + name.replace("_", "-")
        choices = POSITIONS if name == "positions" else None
        sizes.add_argument(flag, type=kind, choices=choices, metavar=None if choices else kind.__name__)
    return parser.parse_args(arguments)


def train_anew(args: argparse.Namespace) -> int:
    """Begin a run and train it to its end."""
    overrides = {name: getattr(args, name) for name in Settings.__annotations__}
    settings = PRESETS[args.preset].with_changes(overrides)
    settings.check()
    corpus = Corpus.of(load_default() if args.text is None else load_file(args.text))
    corpus.require(settings.context)
    print(corpus.describe())
    baselines = {
        "uniform": math.log(corpus.distinct),
        "5-gram": float(NGram(corpus.train, corpus.distinct, 5).losses(corpus.validation)[-1]),
    }
    folder = RunFolder(args.out or new_folder())
    folder.begin(Config.of(settings, corpus, baselines))
    return train(Trainer(settings, corpus), folder, baselines)


def resume(args: argparse.Namespace) -> int:
    """Go on with a run from its last checkpoint, as if it had never stopped."""
    folder = RunFolder(args.out or newest_folder())
    config = folder.config()
    source = args.text or (None if config.source == "pydoc_data.topics" else config.source)
    corpus = Corpus.of(load_default() if source is None else load_file(source))
    if corpus.sha256 != config.sha256:
        raise RunError(
            f"the text {corpus.source} is not the one that the run in {folder.path} began with (its hash "
            "differs): give that one with --text, or begin a new run"
        )
    settings = config.settings.with_changes({"steps": args.steps})
    settings.check()
    trainer = Trainer(settings, corpus)
    folder.restore(trainer)
    folder.forget_metrics_after(trainer.steps_done)
    print(corpus.describe())
    print(f"going on    from step {trainer.steps_done} of {settings.steps} in {folder.path}")
    return train(trainer, folder, config.baselines)


def train(trainer: Trainer, folder: RunFolder, baselines: dict[str, float]) -> int:
    """From wherever `trainer` stands to the last step, then the pictures."""
    settings = trainer.settings
    parameters = sum(p.size for p in trainer.model.parameters())
    print(
        f"model       {settings.layers} layers, {settings.heads} heads, {settings.channels} channels, "
        f"context {settings.context}, {settings.positions} positions: {parameters:,} parameters"
    )
    print(f"to beat     uniform guessing, ln {trainer.corpus.distinct}: {in_words(baselines['uniform'])}")
    print(f"            5-gram counts:              {in_words(baselines['5-gram'])}")
    start = time.perf_counter()
    tokens = settings.batch * settings.context
    recent: list[float] = []
    with stop_flag() as stop, Progress(settings.steps, trainer.steps_done, tokens, baselines) as progress:
        while trainer.steps_done < settings.steps:
            recent.append(trainer.step())
            progress.stepped(recent[-1])
            last = trainer.steps_done == settings.steps
            if trainer.steps_done % settings.evaluate_every == 0 or last:
                validation = trainer.validate(None) if last else trainer.validate()
                progress.evaluated(validation)
                folder.add_metrics(
                    {
                        "step": trainer.steps_done,
                        "train_loss": round(float(np.mean(recent)), 5),
                        "validation_loss": round(validation, 5),
                        "validation_bits": round(validation / math.log(2), 5),
                        "learning_rate": trainer.schedule.get_last_lr()[0],
                        "seconds": round(time.perf_counter() - start, 2),
                    }
                )
                folder.save(trainer)
                recent.clear()
            if stop and not last:
                folder.save(trainer)
                break
    if trainer.steps_done < settings.steps:
        print(f"\nstopped after step {trainer.steps_done}, which is saved; to go on:")
        print(f"  python -m examples.{NAME} --resume --out {folder.path}")
        return 130
    finish(trainer, folder, baselines)
    return 0


def finish(trainer: Trainer, folder: RunFolder, baselines: dict[str, float]) -> None:
    """Pictures, a sample, and what to look at."""
    metrics = folder.metrics()
    vocabulary, context = trainer.corpus.vocabulary, trainer.settings.context
    rng = np.random.default_rng(trainer.settings.seed)
    shown = pictures.passage(vocabulary, trainer.corpus.validation, min(32, context))
    prompt = shown[:1]
    written = generate(trainer.model, prompt, SAMPLE_LENGTH - len(prompt), rng)
    sample = vocabulary.decode(np.concatenate([prompt, written]))
    folder.write_text("sample.txt", sample + "\n")
    pictures.loss_curve(metrics, baselines, folder.path)
    pictures.attention_maps(trainer.model, vocabulary, shown, folder.file("attention.png"))
    pictures.block_graph(trainer.model, folder.file("block.svg"))
    final = metrics[-1]["validation_loss"]
    gap = baselines["5-gram"] - final
    verdict = f"{gap:.3f} nats better than" if gap > 0 else f"{-gap:.3f} nats behind"
    print(f"\na sample, at temperature 0.8:\n\n{indented(sample)}\n")
    print(f"loss on all of the held-out text: {in_words(final)}, {verdict} counting 5-grams\n")
    print(f"in {folder.path}:")
    print("  sample.txt     words and layout like the text's: it has learned to spell, not to mean")
    print("  loss.png       both losses from uniform guessing down past what counting reaches, or not")
    print("  attention.png  where each head looks; many look one or a few characters back")
    print("  block.svg      what one block computes, op by op, grouped by its modules")
    print("  metrics.csv, config.json, weights.safetensors, training.safetensors\n")
    print("It shows that the gradients are right and that the model writes.  It shows nothing about")
    print("long range: on this text nearly all that context gives lies in the last few characters.\n")
    print(f'write more:  python -m examples.{NAME} --out {folder.path} --sample "The "')


def write_sample(args: argparse.Namespace) -> int:
    """Write on from a prompt with a trained model."""
    if args.length < 1 or args.temperature < 0:
        raise SettingsError("--length must be at least 1, and --temperature not negative")
    folder = RunFolder(args.out or newest_folder())
    vocabulary = folder.config().vocabulary
    if not args.sample:
        raise SettingsError('the prompt is empty: give at least one character, such as --sample "T"')
    prompt = vocabulary.encode(args.sample)
    model = folder.load_model()
    seed = PRESETS["default"].seed if args.seed is None else args.seed
    written = generate(model, prompt, args.length, np.random.default_rng(seed), args.temperature)
    print(args.sample + vocabulary.decode(written))
    return 0


@contextmanager
def stop_flag() -> Iterator[list[str]]:
    """A list that gets an entry at Ctrl-C or a termination, so that a step is never cut in two.

    A second one ends the program at once.
    """
    asked: list[str] = []

    def ask(number: int, frame: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(signal.Signals(number).name)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def new_folder() -> Path:
    """runs/char_transformer, or the first free runs/char_transformer-2, -3, ..."""
    path, number = RUNS / NAME, 2
    while path.exists() and any(path.iterdir()):
        path, number = RUNS / f"{NAME}-{number}", number + 1
    return path


def newest_folder() -> Path:
    """The run that was last saved.  Raises RunError where there is none."""
    found = list(RUNS.glob(f"{NAME}*/weights.safetensors"))
    if not found:
        raise RunError(f"there is no run in {RUNS}/ yet: train one first, python -m examples.{NAME}")
    return max(found, key=lambda path: path.stat().st_mtime).parent


def indented(text: str) -> str:
    """A text set off from the words around it."""
    return "\n".join("    " + line for line in text.splitlines())


if __name__ == "__main__":
    mg.kernels.keep_heap()
    sys.exit(main())
