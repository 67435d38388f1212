"""Saving and loading 100 MB of weights, beside safetensors' own functions.

    python -m benchmarks.saving [--quick]

25 matrices of 1000 × 1000 in float32.  `nn.save` writes aside, with a checksum, has the disk confirm the
file, and puts it in its place in one step; safetensors' `save_file` writes and returns.  What its `save`
gives, synced and renamed in the same way, is measured as well.  `nn.load` checks every byte; `load_file` does
not.  They run in turn, each in its own process; figures are medians, memory is what a process holds at its
peak beyond the weights.  Both read a file that the system still has in memory.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

import nn
from benchmarks.command import command
from benchmarks.contest import Contestant, in_turn
from benchmarks.figures import Figure
from nn.saving.whole_files import write_whole

MATRICES, SIDE = 25, 1000
OURS, PLAIN, SYNCED = "nn", "safetensors", "safetensors, synced and renamed"


def weights(count: int) -> dict[str, np.ndarray]:
    """`count` matrices, always the same."""
    rng = np.random.default_rng(0)
    return {f"layers.{i}.weight": rng.normal(size=(SIDE, SIDE)).astype(np.float32) for i in range(count)}


def saving(how: str, folder: str, count: int) -> Callable[[], float]:
    """Saves the weights to a file of its own in `folder`, and gives its size over that of the numbers."""
    from safetensors.numpy import save, save_file

    arrays, path = weights(count), Path(folder) / f"{how}.safetensors"
    plain = sum(array.nbytes for array in arrays.values())

    def call() -> float:
        if how == OURS:
            nn.save(arrays, path)
        elif how == PLAIN:
            save_file(arrays, path)
        else:
            write_whole(path, save(arrays))
        return os.path.getsize(path) / plain

    return call


def loading(how: str, folder: str, count: int) -> Callable[[], np.ndarray]:
    """Loads a file of them, and gives some numbers of the last."""
    from safetensors.numpy import load_file

    path = Path(folder) / f"{how}, to be loaded.safetensors"
    nn.save(weights(count), path)

    def call() -> np.ndarray:
        arrays = nn.load(path) if how == OURS else load_file(path)
        return np.array(arrays[f"layers.{count - 1}.weight"][0])

    return call


def measure(quick: bool) -> list[Figure]:
    """Rows of time and memory for both ways."""
    count, rounds, repeats = (2, 1, 1) if quick else (MATRICES, 5, 3)
    size = f"{4 * count * SIDE**2 / 1e6:.0f} MB"
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for what, factory, peers in (("save", saving, (PLAIN, SYNCED)), ("load", loading, (PLAIN,))):
            contestants = {how: Contestant(factory, how, folder, count) for how in (OURS, *peers)}
            measured = in_turn(contestants, rounds, repeats, warm_up=1)
            ours = measured[OURS]
            for peer in peers:
                theirs, beside = measured[peer], f"{what} {size}, beside {peer}"
                rows.append(Figure(beside, ours.median * 1e3, theirs.median * 1e3, "ms"))
            rows.append(
                Figure(
                    f"{what} {size}, peak memory",
                    ours.peak_bytes / 1e6,
                    measured[PLAIN].peak_bytes / 1e6,
                    "MB",
                )
            )
    return rows


def main() -> None:
    """Print the table."""
    command(measure, __doc__)


if __name__ == "__main__":
    main()
