"""Train a character-level Transformer on real text, watch it learn to spell, and look inside.

    python -m examples.char_transformer                          train, two to four minutes on two cores
    python -m examples.char_transformer --preset nanogpt-cpu     the published small setting
    python -m examples.char_transformer --text FILE --out DIR    any UTF-8 text
    python -m examples.char_transformer --sample "The "          generate text with the newest run
    python -m examples.char_transformer --resume                 resume the newest run
    python -m examples.char_transformer --resume --in-pytorch    the same, its steps computed by PyTorch
    mpiexec -n 2 python -m examples.char_transformer --data-parallel   train on two processes

Without --text it learns from the documentation inside every CPython (pydoc_data.topics).
"""

import os

# The matrices here are small: in a product two threads gain a tenth over one when the machine is idle, and
# lose many times as much, waiting for each other, when it is not.  Set the variable to choose otherwise.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from examples.program import interruptible

if __name__ == "__main__":
    interruptible()

import argparse
import sys
import warnings
from contextlib import ExitStack
from pathlib import Path

import numpy as np

import minigrad as mg
import nn
from examples import arguments
from examples.arguments import ArgumentsError
from examples.char.corpus import Corpus, CorpusError, load_default, load_file
from examples.char.ending import SAMPLE_LENGTH, TEMPERATURE, finish
from examples.char.model import POSITIONS
from examples.char.progress import Progress, in_words
from examples.char.run_folder import (
    NAME,
    Config,
    RunError,
    checkpoints_in,
    command,
    load_model,
    newest,
    require_unused,
)
from examples.char.settings import PRESETS, Settings, SettingsError
from examples.char.training import Trainer
from examples.program import SIGNALLED
from examples.ranks import FLAG, HELP, run_on_ranks
from examples.terminal import say
from nn.parallel import Communicator
from nn.parallel.communicator import on_all, on_first

RUNS = Path("runs")
LONGEST_SAMPLE = 10_000_000
PROBLEMS = (CorpusError, nn.data.VocabularyError, SettingsError, RunError, nn.FileError, nn.TrainingError)
STOPPED = "stopped; nothing had changed that was not saved"


def main(given: list[str] | None = None) -> int:
    """Do what the command line says; the exit status."""
    return run_on_ranks(lambda ranks: carry_out(parse(given), ranks), given, PROBLEMS, STOPPED)


def carry_out(args: argparse.Namespace, ranks: Communicator) -> int:
    """The one thing that is asked for; the exit status."""
    if args.sample is not None:
        return write_sample(args)
    return resume(args, ranks) if args.resume else train_anew(args, ranks)


def parse(given: list[str] | None) -> argparse.Namespace:
    """The command line.  Raises ArgumentsError where it cannot be carried out."""
    parser = arguments.Parser(prog=f"python -m examples.{NAME}", description=__doc__)
    add = parser.add_argument
    add("--preset", choices=PRESETS, help="a set of sizes and rates (default: default)")
    add("--text", type=arguments.path, metavar="FILE", help="a UTF-8 text to learn from")
    add(
        "--out",
        type=arguments.folder,
        metavar="DIR",
        help=f"the run's folder (default: a new one in {RUNS}/)",
    )
    add(FLAG, action="store_true", default=None, help=HELP)
    add("--in-pytorch", action="store_true", default=None, help="have PyTorch compute the steps")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--resume", action="store_true", help="resume the run in --out, or the newest")
    either.add_argument(
        "--sample", metavar="PROMPT", help="generate text from PROMPT with the run in --out, or the newest"
    )
    add(
        "--length",
        type=arguments.count(1, LONGEST_SAMPLE),
        help=f"characters to generate (default: {SAMPLE_LENGTH})",
    )
    add(
        "--temperature",
        type=arguments.number(least=0),
        help=f"0 = the likeliest, 1 = as learned (default: {TEMPERATURE})",
    )
    sizes = parser.add_argument_group("instead of the preset's")
    kinds = {int: arguments.count(0, 10**15), float: arguments.number()}
    for name, kind in Settings.__annotations__.items():
        flag = "--" + name.replace("_", "-")
        if name == "positions":
            sizes.add_argument(flag, choices=POSITIONS)
        else:
            sizes.add_argument(flag, type=kinds[kind], metavar=kind.__name__)
    args = parser.parse_args(given)
    if args.sample is None:
        arguments.refuse(args, ["length", "temperature"], "is for --sample, which is not given")
    else:
        settings = [name for name in Settings.__annotations__ if name != "seed"]
        idle = ["preset", "text", "data_parallel", "in_pytorch", *settings]
        arguments.refuse(args, idle, "is of training, and --sample uses a trained model: leave it out")
    return args


def train_anew(args: argparse.Namespace, ranks: Communicator) -> int:
    """Begin a run and train it to its end."""
    overrides = {name: getattr(args, name) for name in Settings.__annotations__}
    settings = PRESETS[args.preset or "default"].with_changes(overrides)
    settings.check()
    corpus = on_all(ranks, lambda: Corpus.of(load_default() if args.text is None else load_file(args.text)))
    corpus.require(settings.context)
    settings.require_memory(corpus.distinct)
    say(corpus.describe())
    to_beat = nn.data.baselines(corpus.train, corpus.validation, corpus.distinct)
    baselines = {name: to_beat[name] for name in ("uniform", "5-gram")}
    folder = on_first(ranks, lambda: args.out or new_folder())
    checkpoints = nn.Checkpoints(folder)
    with ExitStack() as stack:
        on_first(ranks, lambda: enter(stack, checkpoints) or require_unused(folder))
        config = Config.of(settings, corpus, baselines)
        make = trainer_for(args, settings)
        trainer = make(settings, corpus, checkpoints, config.state_dict(), sharing(args, settings, ranks))
        return train(trainer, folder, baselines)


def resume(args: argparse.Namespace, ranks: Communicator) -> int:
    """Resume a run from its last checkpoint, as if it had never stopped."""
    folder = on_first(ranks, lambda: args.out or newest_folder())
    checkpoints = on_first(ranks, lambda: checkpoints_in(folder))
    with ExitStack() as stack:
        on_first(ranks, lambda: enter(stack, checkpoints))
        begun, done = on_first(ranks, lambda: (newest(checkpoints)[0], checkpoints.steps()[-1]))
        refuse_changes(args, begun.settings, folder, done)
        settings = begun.settings.with_changes({"steps": args.steps})
        settings.check()
        source = args.text or (None if begun.source == "pydoc_data.topics" else begun.source)
        corpus = on_all(ranks, lambda: Corpus.of(load_default() if source is None else load_file(source)))
        if (corpus.sha256, corpus.vocabulary) != (begun.sha256, begun.vocabulary):
            raise RunError(
                f"the text {corpus.source} is not the one that the run in {folder} began with (its hash "
                "differs): give that one with --text, or begin a new run"
            )
        corpus.require(settings.context)
        settings.require_memory(corpus.distinct)
        config = Config.of(settings, corpus, begun.baselines)
        make = trainer_for(args, settings)
        trainer = make(settings, corpus, checkpoints, config.state_dict(), sharing(args, settings, ranks))
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            trainer.resume()
        say(corpus.describe())
        say(f"resuming    from step {trainer.number} of {settings.steps} in {folder}")
        for warning in told:
            say(f"not exact   {warning.message}")
        return train(trainer, folder, begun.baselines)


def trainer_for(args: argparse.Namespace, settings: Settings) -> type[Trainer]:
    """Who does the steps.  Raises ArgumentsError where that cannot be PyTorch."""
    if not args.in_pytorch:
        return Trainer
    if args.data_parallel or settings.dropout:
        other = FLAG if args.data_parallel else f"dropout, which is {settings.dropout}"
        raise ArgumentsError(
            f"--in-pytorch does the same steps in PyTorch, without {other}: leave out one of both"
        )
    try:
        from examples.char.in_pytorch import TrainerInPyTorch
    except ImportError:
        raise ArgumentsError(
            "--in-pytorch needs PyTorch, which is not installed: pip install torch"
        ) from None
    return TrainerInPyTorch


def enter(stack: ExitStack, checkpoints: nn.Checkpoints) -> None:
    """Have no other program write there until `stack` is closed."""
    stack.enter_context(checkpoints)


def sharing(args: argparse.Namespace, settings: Settings, ranks: Communicator) -> Communicator | None:
    """The ranks, where they are to share the batch.  Raises ArgumentsError where they cannot."""
    if args.data_parallel and settings.dropout:
        raise ArgumentsError(
            f"{FLAG} cannot have dropout, which is {settings.dropout}: what is dropped would depend on the "
            "number of processes; give --dropout 0, or leave out one of both"
        )
    return ranks if args.data_parallel else None


def refuse_changes(args: argparse.Namespace, begun: Settings, folder: Path, done: int) -> None:
    """Raise ArgumentsError for a setting that a run has had since its beginning, but for the same again."""
    arguments.refuse(args, ["preset"], "is of a new run, and this one is resumed: leave it out")
    for name in Settings.__annotations__:
        given, had = getattr(args, name), getattr(begun, name)
        if name != "steps" and given not in (None, had):
            raise ArgumentsError(
                f"--{name.replace('_', '-')} {given} cannot be given to a run that is resumed: the one in "
                f"{folder} was begun with {had}; leave it out, or begin a new run without --resume"
            )
    if args.steps not in (None, begun.steps) and args.steps <= done:
        raise ArgumentsError(
            f"--steps {args.steps} is too few: the run in {folder} has done {done} of {begun.steps}; give "
            "more, or leave it out"
        )


def train(trainer: Trainer, folder: Path, baselines: dict[str, float]) -> int:
    """From wherever `trainer` stands to the last step, then the pictures."""
    settings = trainer.settings
    parameters = sum(p.size for p in trainer.model.parameters())
    say(
        f"model       {settings.layers} layers, {settings.heads} heads, {settings.channels} channels, "
        f"context {settings.context}, {settings.positions} positions: {parameters:,} parameters"
    )
    say(f"to beat     uniform guessing, ln {trainer.corpus.distinct}: {in_words(baselines['uniform'])}")
    say(f"            5-gram counts:              {in_words(baselines['5-gram'])}")
    tokens = settings.batch * settings.context
    try:
        with Progress(settings.steps, trainer.number, tokens, baselines) as progress:
            for step in trainer:
                progress.stepped(step.loss)
                if step.metrics is not None:
                    progress.evaluated(step.metrics["validation_loss"])
    except nn.FileError as error:
        again = command(folder, trainer.ranks.size)
        raise RunError(f"{error}; to resume: {again} --resume") from None
    if trainer.stopped:
        say(f"\nstopped after step {trainer.number}, which is saved; to resume:")
        say(f"  {command(folder, trainer.ranks.size)} --resume")
        return SIGNALLED + trainer.signals[0]
    on_first(trainer.ranks, lambda: finish(trainer, folder, baselines))
    return 0


def write_sample(args: argparse.Namespace) -> int:
    """Generate text from a prompt with a trained model."""
    if not args.sample:
        raise SettingsError('the prompt is empty: give at least one character, such as --sample "T"')
    model, vocabulary = load_model(checkpoints_in(args.out or newest_folder()))
    prompt = vocabulary.encode(args.sample)
    seed = PRESETS["default"].seed if args.seed is None else args.seed
    temperature = TEMPERATURE if args.temperature is None else args.temperature
    length = args.length or SAMPLE_LENGTH
    written = model.write(prompt, length, temperature, np.random.default_rng(seed))
    say(args.sample + vocabulary.decode(written))
    return 0


def new_folder() -> Path:
    """runs/char_transformer, or the first free runs/char_transformer-2, -3, ..."""
    path, number = RUNS / NAME, 2
    while path.exists() and any(path.iterdir()):
        path, number = RUNS / f"{NAME}-{number}", number + 1
    return path


def newest_folder() -> Path:
    """The run that was last saved.  Raises RunError where there is none."""
    found = list(RUNS.glob(f"{NAME}*/step-*.safetensors"))
    if not found:
        raise RunError(f"there is no run in {RUNS}/ yet: train one first, python -m examples.{NAME}")
    return max(found, key=lambda path: path.stat().st_mtime).parent


if __name__ == "__main__":
    mg.kernels.keep_heap()
    sys.exit(main())
