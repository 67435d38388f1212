"""The benchmarks of the whole table, by name."""

from importlib import import_module
from pathlib import Path

from benchmarks.figures import Figure

SUITE = (
    "train_step",
    "engine",
    "attention",
    "generation",
    "lstm",
    "optimizers",
    "saving",
    "loader",
    "ranks",
    "long_range",
    "imports",
    "growth",
)
WRITING = {"attention", "growth", "ranks"}  # they write files as well


def run(name: str, quick: bool, out: Path) -> list[Figure]:
    """The figures of one benchmark; plots and the like go into the folder `out`."""
    measure = import_module(f"benchmarks.{name}").measure
    return measure(quick, out) if name in WRITING else measure(quick)
