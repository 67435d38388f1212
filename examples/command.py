"""The command line of a small example: a flag for each field of its configuration, and a run for each seed.

python -m examples.vision --steps 100           one run, of seed 0
python -m examples.vision --seeds 0 1 2         three, and their means
"""

import shlex
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import nn
from examples import arguments
from examples.outcome import Measure, Outcome, summarised
from examples.program import run
from examples.terminal import say

RUNS = Path("runs")
MOST = 10**9  # of a count or a seed
STOPPED = "stopped; what was written before stays"


class ExampleError(ValueError):
    """A configuration that cannot be carried out, or a package that is missing: one sentence."""


def main(
    name: str,
    description: str | None,
    default: Any,
    work: Callable[[Any, Path], Sequence[Measure]],
    given: list[str] | None = None,
    errors: tuple[type[Exception], ...] = (),
    finish: Callable[[Outcome, Path], None] | None = None,
) -> int:
    """Do what the command line of `python -m examples.NAME` says; the exit status.

    `default` is a frozen dataclass with a field `seed`; its ints (from 1 on), floats (from 0), strings,
    paths and Literals become flags.
    `work(config, folder)` trains, writes its pictures into the folder, and gives what it measured; it is
    called for each seed, with a folder of its own where there are several.  `finish(outcome, folder)` then
    writes what is of all seeds together.
    """
    return run(
        lambda: _carry_out(name, _parse(name, description, default, given), default, work, finish),
        (ExampleError, nn.TrainingError, nn.FileError, *errors),
        STOPPED,
    )


def _parse(name: str, description: str | None, default: Any, given: list[str] | None) -> Any:
    parser = arguments.Parser(prog=f"python -m examples.{name}", description=description)
    add = parser.add_argument
    add("--out", type=arguments.folder, metavar="DIR", help=f"where results go (default: {RUNS / name})")
    add("--seeds", type=arguments.count(0, MOST), nargs="+", metavar="N", help="a run for each (default: 0)")
    kinds = get_type_hints(type(default))
    for field in fields(default):
        if field.name != "seed":
            flag, value = "--" + field.name.replace("_", "-"), getattr(default, field.name)
            add(flag, help=f"default: {value}", **_kind(kinds[field.name], value))
    parser.set_defaults(words=sys.argv[1:] if given is None else given)
    return parser.parse_args(given)


def _kind(kind: Any, value: Any) -> dict[str, Any]:
    if get_origin(kind) is Literal:
        return {"choices": get_args(kind)}
    kind = kind if kind in (int, float, str, Path) else type(value)
    types: dict[Any, Any] = {str: str, Path: arguments.path, float: arguments.number(least=0)}
    types[int] = arguments.count(min(value, 1) if kind is int else 1, MOST)  # 0 where that is the default
    return {"type": types[kind], "metavar": kind.__name__}


def _carry_out(
    name: str,
    args: Any,
    default: Any,
    work: Callable[[Any, Path], Sequence[Measure]],
    finish: Callable[[Outcome, Path], None] | None,
) -> int:
    changes = {field.name: getattr(args, field.name, None) for field in fields(default)}
    config = replace(default, **{key: value for key, value in changes.items() if value is not None})
    out, seeds = args.out or RUNS / name, args.seeds or [config.seed]
    found, seconds = [], []
    for seed in seeds:
        folder = out / f"seed-{seed}" if len(seeds) > 1 else out
        folder.mkdir(parents=True, exist_ok=True)
        if len(seeds) > 1:
            say(f"\nseed {seed}")
        start = time.perf_counter()
        found.append(work(replace(config, seed=seed), folder))
        seconds.append(round(time.perf_counter() - start, 1))
    command = shlex.join(["python", "-m", f"examples.{name}", *args.words])
    settings = {key: value for key, value in asdict(config).items() if key != "seed"}
    outcome = Outcome(command, settings, seeds, seconds, summarised(found))
    outcome.save(out)
    if finish is not None:
        finish(outcome, out)
    written = sorted(path.name for path in out.iterdir() if not path.name.startswith("."))
    say(f"\n{outcome.table()}\n\nin {out}: " + ", ".join(written))
    return 0
