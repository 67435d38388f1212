"""What a training leaves in its folder: a line of metrics per evaluation, weights, and where it stands."""

import csv
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from nn.checkpoints import Checkpoints
from nn.saving import require_safetensors, save
from nn.whole_files import write_whole


class RunFiles:
    """metrics.csv, *.safetensors and checkpoints in `folder`, which is made where there is none."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self.checkpoints = Checkpoints(self.folder)
        self.metrics = self.folder / "metrics.csv"

    def begin(self, step: int) -> None:
        """Keep the metrics up to `step`, byte for byte, and drop those after it, or cut off.

        At step 0 all that a run before has left is dropped, but for its weights.

        Raises ImportError where safetensors, which `save` needs, is not installed.
        """
        require_safetensors()
        self.folder.mkdir(parents=True, exist_ok=True)
        if step == 0:
            self.metrics.unlink(missing_ok=True)
            self.checkpoints.clear()
        elif self.metrics.exists():
            head, *lines = self.metrics.read_text("utf-8").splitlines(keepends=True)
            kept = [line for line in lines if line.endswith("\n") and int(line.partition(",")[0]) <= step]
            write_whole(self.metrics, "".join([head, *kept]).encode())

    def add(self, row: Mapping[str, float]) -> None:
        """A line more of metrics, the first one after the names of its columns."""
        is_first = not self.metrics.exists()
        with self.metrics.open("a", newline="", encoding="utf-8") as out:
            lines = csv.DictWriter(out, list(row), lineterminator="\n")
            if is_first:
                lines.writeheader()
            lines.writerow(row)

    def save(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Arrays as `name`.safetensors."""
        save(arrays, self.folder / f"{name}.safetensors")
