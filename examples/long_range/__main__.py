"""Does self-attention learn long-range dependencies?  Trained and tested on a language where all is known.

    python -m examples.long_range                       train the model and its twin, two to four minutes
    python -m examples.long_range --full                every control, all seeds; hours, resumable
    python -m examples.long_range --claim E1            one claim: its figures, and whether it holds
    python -m examples.long_range --demo                ask the trained model about a text it makes up
    python -m examples.long_range --demo "=aK uv =bQ x ?a"   ... or about yours
    python -m examples.long_range --report              write the report again

The model reads `=aK` (a stands for K) among filler, and must answer `?a` with K, up to 512 characters
later; its twin differs in one mask, which lets it see 16 characters back.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in the processes that compute, see runs.ENVIRONMENT

from examples.program import interruptible

if __name__ == "__main__":
    interruptible()

import argparse
import shlex
import sys
import time
from contextlib import closing
from dataclasses import astuple

import nn
from examples import arguments
from examples.char.corpus import CorpusError, load_default
from examples.long_range.claims import CLAIMS, check
from examples.long_range.display import Watch, show_texts, table
from examples.long_range.folder import Folder, FolderError, machine
from examples.long_range.language import LanguageError
from examples.long_range.plans import (
    CLAIMED,
    FOLDERS,
    FULL,
    OTHERS,
    QUICK,
    quick_jobs,
    reported_jobs,
    tuning_jobs,
)
from examples.long_range.pool import WorkerError, do_all
from examples.long_range.questions import answer, far_question
from examples.long_range.report import write_report
from examples.long_range.runs import TUNING_SEEDS, Job
from examples.program import run
from examples.terminal import say

MOST_STEPS, MOST_WORKERS = 10**9, 1024
PROBLEMS = (LanguageError, FolderError, CorpusError, WorkerError, nn.FileError)
STOPPED = "stopped; finished runs are saved, and the same command resumes from there"


def main(given: list[str] | None = None) -> int:
    """Do what the command line says; the exit status."""
    return run(lambda: carry_out(parse(given)), PROBLEMS, STOPPED)


def carry_out(args: argparse.Namespace) -> int:
    """The one thing that is asked for; the exit status."""
    kind = "full" if args.full else "quick"
    folder = Folder(args.out or FOLDERS[kind])
    if args.demo is not None:
        say(answer(folder, far_question() if args.demo is True else args.demo, args.seed))
    elif args.claim is not None:
        return print_claims(folder, list(CLAIMS) if args.claim == "all" else [args.claim])
    elif args.report:
        say(f"written: {write_report(folder)}")
    else:
        train(args, folder, kind)
    return 0


def parse(given: list[str] | None) -> argparse.Namespace:
    """The command line.  Raises ArgumentsError where it cannot be carried out."""
    parser = arguments.Parser(prog="python -m examples.long_range", description=__doc__)
    add = parser.add_argument
    add("--full", action="store_true", help="all models, seeds and loads instead of the quick form")
    add("--out", type=arguments.folder, metavar="DIR", help="the experiment's folder")
    add("--filler", choices=("random", "text"), help="what lies between (default: random)")
    add("--seed", type=arguments.count(0, TUNING_SEEDS - 1), help="of the quick form (default: 0)")
    add("--steps", type=arguments.count(1, MOST_STEPS), help="of training, instead of the form's own")
    add("--workers", type=arguments.count(1, MOST_WORKERS), help="runs at a time (default: one per CPU)")
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--claim", choices=(*CLAIMS, "all"), help="print a claim's figures and whether it holds"
    )
    either.add_argument(
        "--demo",
        nargs="?",
        const=True,
        metavar="TEXT",
        help="a text of the language that ends in a question, such as '=aK ... ?a'; without one, a text "
        "whose answer stands further back than the twin can see",
    )
    either.add_argument(
        "--report", action="store_true", default=None, help="write the report of a finished experiment again"
    )
    args = parser.parse_args(given)
    if (args.demo, args.claim, args.report) != (None, None, None):
        idle = ["filler", "steps", "workers"]
        if args.demo is None:  # which takes the seed of a model
            idle.append("seed")
        arguments.refuse(args, idle, "is of training, and nothing is trained here: leave it out")
    elif args.full:
        arguments.refuse(args, ["seed"], "is of the quick form; --full has seeds of its own: leave it out")
    return args


def print_claims(folder: Folder, names: list[str]) -> int:
    """Each claim with its figures and verdict; 1 where one does not hold."""
    folder.config()
    verdicts = [check(name, folder.results) for name in names]
    for name, verdict in zip(names, verdicts, strict=True):
        word = {True: "holds", False: "does NOT hold", None: "was not measured here"}[verdict.holds]
        say(f"{name}  {verdict.claim}: {word}")
        say("\n".join(f"    {line}" for line in verdict.figures))
    return int(any(verdict.holds is False for verdict in verdicts))


def train(args: argparse.Namespace, folder: Folder, kind: str) -> None:
    """Whatever is still to be run; then the table, the texts and the report."""
    start = time.perf_counter()
    filler = load_default().content if args.filler == "text" else None
    plan = FULL if kind == "full" else QUICK
    # Runs of another curriculum are not to be mixed in.
    levels = [list(astuple(level)) for level in plan.levels]
    steps = plan.steps if args.steps is None else args.steps
    what = {"form": kind, "filler": args.filler or "random", "steps": steps, "levels": levels}
    if kind == "quick":
        what["seed"] = args.seed or 0
    folder.begin({"what": what, "machine": machine()})
    if kind == "full":
        for names in (CLAIMED, OTHERS):
            work(args, folder, tuning_jobs(filler, names), f"choosing rates for {', '.join(names)}")
            work(args, folder, reported_jobs(folder.results, filler, names), "runs that are reported")
    else:
        work(args, folder, quick_jobs(args.seed or 0, filler), "")
    say(f"\n{table(folder.results)}\n")
    say(f"{show_texts(folder)}\n")
    say(f"report: {write_report(folder)}  ({time.perf_counter() - start:.0f} s in all)")
    say(f"ask it yourself: {command(args, kind)} --demo")


def command(args: argparse.Namespace, kind: str) -> str:
    """How this folder is named on a command line."""
    words = ["python -m examples.long_range"]
    words += ["--full"] if kind == "full" else []
    words += [f"--out {shlex.quote(str(args.out))}"] if args.out else []
    return " ".join(words)


def work(args: argparse.Namespace, folder: Folder, jobs: list[Job], title: str) -> None:
    """Do those of `jobs` whose results are not in yet."""
    if args.steps is not None:
        jobs = [job.with_steps(args.steps) for job in jobs]
    missing = [job for job in jobs if not folder.results.has(*job.key)]
    if title:
        say(f"{title}: {len(jobs) - len(missing)} of {len(jobs)} runs are in", flush=True)
    workers = args.workers or os.cpu_count() or 1
    with Watch(missing) as watch, closing(do_all(missing, folder.weights, workers, watch.seen)) as outcomes:
        for outcome in outcomes:
            folder.add(outcome)
            watch.finished(outcome)


if __name__ == "__main__":
    sys.exit(main())
