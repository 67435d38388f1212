"""`import minigrad` beside `import numpy`, each in a fresh interpreter.

    python -m benchmarks.imports [--quick]

The time of a whole `python -c "import ..."`, start of the interpreter included, since that is what one waits
for; files come from the system's cache, bytecode is there.  In turn; figures are medians.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.command import command
from benchmarks.figures import Figure

ROOT = Path(__file__).resolve().parent.parent
NOTHING, NUMPY, OURS = PROGRAMS = "pass", "import numpy", "import minigrad"


def seconds(rounds: int) -> dict[str, float]:
    """Of each of PROGRAMS; the first round, which fills the caches, is not counted."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    times: dict[str, list[float]] = {program: [] for program in PROGRAMS}
    for _ in range(1 + rounds):
        for program in PROGRAMS:
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, env=environment)
            times[program].append(time.perf_counter() - start)
    return {program: statistics.median(values[1:]) for program, values in times.items()}


def measure(quick: bool) -> list[Figure]:
    """One row."""
    took = {program: 1e3 * value for program, value in seconds(3 if quick else 25).items()}
    bare = took[NOTHING]
    note = (
        f"without the start of the interpreter, {bare:.0f} ms: {took[OURS] - bare:.0f} ms, "
        f"of which NumPy's own import is {took[NUMPY] - bare:.0f} ms"
    )
    return [Figure(f"{OURS}, against {NUMPY}", took[OURS], took[NUMPY], "ms", 1.3, note=note)]


def main() -> None:
    """Print the table."""
    command(measure, __doc__)


if __name__ == "__main__":
    main()
