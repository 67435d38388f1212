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
    "long_range",
    "imports",
    "growth",
)
DRAWING = {"attention", "growth"}  # they draw plots as well


def run(name: str, quick: bool, out: Path) -> list[Figure]:
    """The figures of one benchmark; plots go into the folder `out`."""
    measure = import_module(f"benchmarks.{name}").measure
    return measure(quick, out) if name in DRAWING else measure(quick)
