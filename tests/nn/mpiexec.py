"""Programs started by mpiexec, for the tests that need it."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from docs.imports import ROOT

MPIEXEC = shutil.which("mpiexec", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
needs_mpi = pytest.mark.skipif(
    find_spec("mpi4py") is None or MPIEXEC is None,
    reason="training over MPI needs mpi4py and mpiexec: pip install -e '.[mpi]'",
)


def started(ranks: int, module: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """`python -m module arguments` on so many ranks, when it has ended."""
    command = [str(MPIEXEC), "-n", str(ranks), sys.executable, "-m", module, *map(str, arguments)]
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, timeout=60)
