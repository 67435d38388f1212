"""Training steps on 1 and 2 ranks of MPI that share a batch; docs/scaling.md goes on from their times.

    python -m benchmarks.ranks [--quick]

Two ranks on one machine, of one thread each: what they share besides the cores, memory and its bandwidth, is
part of what is measured.  The step is that of benchmarks.train_step with compiled kernels.  Into ranks.json
go the times of steps, of waiting for the sums of gradients, and of sums by their size.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.command import parser_for, show
from benchmarks.contest import ONE_THREAD, ContestError
from benchmarks.figures import Figure
from benchmarks.machine import description, is_installed

RESULTS = Path(__file__).parent / "results"
ROOT = Path(__file__).parents[1]
SETTINGS, QUICK = {"128 channels": 60, "256 channels": 12}, {"tiny": 2}  # and how many steps of each kind
NEEDED = "not measured: mpi4py or mpiexec is not installed: pip install -e '.[mpi]'"


def mpiexec() -> str | None:
    """The launcher beside this Python, or on the path."""
    return shutil.which("mpiexec", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


def on_ranks(ranks: int, setting: str, steps: int) -> dict[str, Any]:
    """What benchmarks.rank_step says.  Raises ContestError where it fails."""
    command = [
        str(mpiexec()),
        "-n",
        str(ranks),
        sys.executable,
        "-m",
        "benchmarks.rank_step",
        setting,
        str(steps),
    ]
    env = {**os.environ, **ONE_THREAD}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env)
    if done.returncode:
        raise ContestError(done.stderr or f"mpiexec ended with status {done.returncode}")
    return json.loads(done.stdout)


def measure(quick: bool, out: Path = RESULTS) -> list[Figure]:
    """For each setting the step of 2 ranks beside that of 1, and what the overlap gains."""
    if not is_installed("mpi4py") or mpiexec() is None:
        return [Figure("training on several ranks", float("nan"), None, "", note=NEEDED)]
    figures, found = [], {}
    for setting, steps in (QUICK if quick else SETTINGS).items():
        one, two = (on_ranks(ranks, setting, steps) for ranks in (1, 2))
        found[setting] = {"1": one, "2": two}
        sent = f"{sum(two['buckets']) / 1e6:.1f} MB of gradients in {len(two['buckets'])} buckets"
        waits = f"waiting for their sums {two['wait'] * 1e3:.1f} ms"
        figures += [
            Figure(f"step of 1 rank, {setting}", one["overlapped"] * 1e3, None, "ms"),
            Figure(
                f"step of 2 ranks, {setting}", two["overlapped"] * 1e3, None, "ms", note=f"{sent}, {waits}"
            ),
            Figure(
                f"2 ranks against 1, {setting}",
                one["overlapped"] / two["overlapped"],
                1.0,
                "×",
                1.6,
                True,
                "how many times as fast; 2 would be all of it",
            ),
            Figure(
                f"gradients sent during backward, 2 ranks, {setting}",
                two["overlapped"] * 1e3,
                two["after"] * 1e3,
                "ms",
                1.0,
                note="beside the same step that sends them after it",
            ),
        ]
    if not quick:
        facts = {"machine": description().splitlines(), "settings": found}
        (out / "ranks.json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    return figures


def main() -> None:
    """Print the table."""
    show(measure(parser_for(__doc__).parse_args().quick))


if __name__ == "__main__":
    main()
