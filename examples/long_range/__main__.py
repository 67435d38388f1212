"""Does self-attention learn long-range dependencies?  Trained and tested on a language where all is known.

    python -m examples.long_range                       train the model and its twin, under three minutes
    python -m examples.long_range --full                every control, all seeds; hours, and it resumes
    python -m examples.long_range --claim E1            one claim: its figures, and whether it holds
    python -m examples.long_range --demo "=aK uv =bQ x ?a"   ask the trained model
    python -m examples.long_range --report              write the report again

The model reads `=aK` (a stands for K) among filler, and must answer `?a` with K, up to 512 characters
later; its twin differs in one mask, which lets it see 16 characters back.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in the processes that compute, see runs.ENVIRONMENT

import argparse
import sys
import time
from dataclasses import astuple
from pathlib import Path

from examples.char.corpus import load_default
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
from examples.long_range.questions import answer
from examples.long_range.report import write_report
from examples.long_range.runs import Job, do_all


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; the exit status."""
    args = parse(arguments)
    kind = "full" if args.full else "quick"
    try:
        folder = Folder(args.out or FOLDERS[kind])
        if args.demo is not None:
            print(answer(folder, args.demo))
        elif args.claim is not None:
            return print_claims(folder, list(CLAIMS) if args.claim == "all" else [args.claim])
        elif args.report:
            print(f"written: {write_report(folder)}")
        else:
            run(args, folder, kind)
    except (LanguageError, FolderError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopped; finished runs are saved, and the same command goes on from there", file=sys.stderr)
        return 130
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.long_range",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--full", action="store_true", help="all models, seeds and loads instead of the quick form")
    add("--out", type=Path, metavar="DIR", help="the experiment's folder")
    add(
        "--filler",
        choices=("random", "text"),
        default="random",
        help="what lies between (default: %(default)s)",
    )
    add("--seed", type=int, default=0, help="of the quick form (default: %(default)s)")
    add("--steps", type=int, help="of training, instead of the form's own")
    add("--workers", type=int, default=os.cpu_count() or 1, help="runs at a time (default: one per CPU)")
    add("--claim", choices=(*CLAIMS, "all"), help="print a claim's figures and whether it holds")
    add("--demo", metavar="TEXT", help="a text of the language that ends in a question, such as '=aK ... ?a'")
    add("--report", action="store_true", help="write the report of a finished experiment again")
    return parser.parse_args(arguments)


def print_claims(folder: Folder, names: list[str]) -> int:
    """Each claim with its figures and verdict; 1 where one does not hold."""
    folder.config()
    verdicts = [check(name, folder.results) for name in names]
    for name, verdict in zip(names, verdicts, strict=True):
        word = {True: "holds", False: "does NOT hold", None: "was not measured here"}[verdict.holds]
        print(f"{name}  {verdict.claim}: {word}")
        print("\n".join(f"    {line}" for line in verdict.figures))
    return int(any(verdict.holds is False for verdict in verdicts))


def run(args: argparse.Namespace, folder: Folder, kind: str) -> None:
    """Whatever is still to be run; then the table, the texts and the report."""
    start = time.perf_counter()
    filler = load_default().content if args.filler == "text" else None
    plan = FULL if kind == "full" else QUICK
    # Runs of another curriculum are not to be mixed in.
    levels = [list(astuple(level)) for level in plan.levels]
    what = {"form": kind, "filler": args.filler, "steps": args.steps or plan.steps, "levels": levels}
    if kind == "quick":
        what["seed"] = args.seed
    folder.begin({"what": what, "machine": machine()})
    if kind == "full":
        for names in (CLAIMED, OTHERS):
            work(args, folder, tuning_jobs(filler, names), f"choosing rates for {', '.join(names)}")
            work(args, folder, reported_jobs(folder.results, filler, names), "runs that are reported")
    else:
        work(args, folder, quick_jobs(args.seed, filler), "")
    print(f"\n{table(folder.results)}\n")
    print(f"{show_texts(folder)}\n")
    print(f"report: {write_report(folder)}  ({time.perf_counter() - start:.0f} s in all)")
    print('ask it yourself: python -m examples.long_range --demo "=aK some filler =bQ more of it ?a"')


def work(args: argparse.Namespace, folder: Folder, jobs: list[Job], title: str) -> None:
    """Do those of `jobs` whose results are not in yet."""
    if args.steps is not None:
        jobs = [job.with_steps(args.steps) for job in jobs]
    missing = [job for job in jobs if not folder.results.has(*job.key)]
    if title:
        print(f"{title}: {len(jobs) - len(missing)} of {len(jobs)} runs are in", flush=True)
    with Watch(missing) as watch:
        for outcome in do_all(missing, folder.weights, args.workers, watch.seen):
            folder.add(outcome)
            watch.finished(outcome)


if __name__ == "__main__":
    sys.exit(main())
