"""What figures depend on: the machine, its threads, the versions."""

import os
import platform
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

LIBRARIES = {"NumPy": "numpy", "PyTorch": "torch", "Numba": "numba"}
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")


def is_installed(module: str) -> bool:
    """Whether a module can be imported; it is not."""
    return find_spec(module) is not None


def description() -> str:
    """Two lines for a person."""
    threads = ", ".join(f"{name}={os.environ[name]}" for name in THREADS if name in os.environ)
    return (
        f"{platform.system()} {platform.machine()}, {_processor()}, {cpus()} CPUs; {versions()}\n"
        f"threads: {threads or 'as many as each library takes by itself'}; float32 throughout"
    )


def versions() -> str:
    """Python's, and those of the libraries that are measured."""
    found = [f"Python {platform.python_version()}"]
    for name, module in LIBRARIES.items():
        found.append(f"{name} {metadata.version(module) if is_installed(module) else 'not installed'}")
    return ", ".join(found)


def cpus() -> int:
    """How many CPUs this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown processor"
