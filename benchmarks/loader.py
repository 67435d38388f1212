"""How fast batches come: windows over a text, in memory and on disk, and shuffled rows, beside PyTorch's.

    python -m benchmarks.loader [--quick]

Windows are 12 of 64 characters, what nanoGPT's published loop stacks one by one; rows are those of 60,000
images of 784 pixels, by torch.utils.data.DataLoader on the other side.  Both give arrays, or tensors, of the
same shapes and dtypes.  A text is encoded once, which has no peer.
"""

import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

import nn
from benchmarks.command import command
from benchmarks.contest import ONE_THREAD, Contestant, alone, in_turn
from benchmarks.figures import NOT_INSTALLED, Figure
from benchmarks.machine import is_installed

LENGTH, CONTEXT, SIZE = 20_000_000, 64, 12  # of the text; of a window; windows a batch
ROWS, PIXELS, ROWS_A_BATCH = 60_000, 784, 64
BATCHES = 100  # a call


def text() -> np.ndarray:
    """Ids (N,) of a text, a byte each."""
    return np.random.default_rng(0).integers(0, 100, LENGTH).astype(np.uint8)


def mapped(folder: str) -> np.ndarray:
    """The same in a file."""
    path = Path(folder) / "ids.npy"
    if not path.exists():
        np.save(path, text())
    return np.load(path, mmap_mode="r")


def our_windows(folder: str | None) -> Callable[[], None]:
    """Batches of nn.data.Windows."""
    ids = text() if folder is None else mapped(folder)
    stream = iter(nn.data.Windows(ids, CONTEXT, SIZE, np.random.default_rng(0)))
    return lambda: _take(stream)


def torch_windows(folder: str | None) -> Callable[[], None]:
    """Windows cut out and stacked one by one."""
    import torch

    ids = text() if folder is None else mapped(folder)

    def take() -> None:
        for _ in range(BATCHES):
            starts = torch.randint(len(ids) - CONTEXT, (SIZE,)).tolist()
            for shift in (0, 1):
                cuts = [ids[i + shift : i + shift + CONTEXT].astype(np.int64) for i in starts]
                torch.stack([torch.from_numpy(cut) for cut in cuts])

    return take


def rows() -> tuple[np.ndarray, np.ndarray]:
    """Images and their classes."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(ROWS, PIXELS)).astype(np.float32), rng.integers(0, 10, ROWS)


def our_rows() -> Callable[[], None]:
    """Batches of nn.data.Batches."""
    stream = iter(nn.data.Batches(rows(), ROWS_A_BATCH, np.random.default_rng(0)))
    return lambda: _take(stream)


def torch_rows() -> Callable[[], None]:
    """Those of a DataLoader."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    loader = DataLoader(TensorDataset(*map(torch.from_numpy, rows())), ROWS_A_BATCH, shuffle=True)
    return lambda: _take(iter(loader))


def encoding_speed(megabytes: int) -> float:
    """Megabytes a second of nn.data.encode_file, whose two readings are counted as one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.txt"
        path.write_bytes(text()[: megabytes * 10**6] % 64 + 32)
        start = time.perf_counter()
        nn.data.encode_file(path, folder)
        return megabytes / (time.perf_counter() - start)


def _take(stream: Any) -> None:
    for _ in islice(stream, BATCHES):
        pass


def measure(quick: bool) -> list[Figure]:
    """A row for windows in memory, windows on disk, rows, and the encoding."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        mapped(folder)
        problems: dict[str, tuple[Any, Any, tuple[Any, ...], int, str]] = {
            "windows of a text in memory": (our_windows, torch_windows, (None,), CONTEXT * SIZE, "tokens/s"),
            "windows of a text on disk": (our_windows, torch_windows, (folder,), CONTEXT * SIZE, "tokens/s"),
            "shuffled rows": (our_rows, torch_rows, (), ROWS_A_BATCH, "rows/s"),
        }
        for what, (ours, theirs, arguments, amount, unit) in problems.items():
            contestants = {"ours": Contestant(ours, *arguments, env=ONE_THREAD)}
            if is_installed("torch"):
                contestants["PyTorch"] = Contestant(theirs, *arguments, env=ONE_THREAD)
            measured = in_turn(contestants, rounds=2 if quick else 8, repeats=2 if quick else 5)
            speeds = {name: BATCHES * amount / one.median for name, one in measured.items()}
            note = "" if "PyTorch" in speeds else f"PyTorch is {NOT_INSTALLED}"
            figures.append(Figure(what, speeds["ours"], speeds.get("PyTorch"), unit, 1.0, True, note))
    megabytes = 2 if quick else 20
    note = f"{megabytes} MB, a byte a character, read twice"
    figures.append(Figure("text encoded to disk", alone(encoding_speed, megabytes), None, "MB/s", note=note))
    return figures


def main() -> None:
    """Print the table."""
    command(measure, __doc__)


if __name__ == "__main__":
    main()
