"""What a training leaves in its folder: a line of metrics per evaluation, and weights."""

import csv
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np


class RunFiles:
    """metrics.csv and *.safetensors in `folder`, which is made where there is none."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self.metrics = self.folder / "metrics.csv"

    def begin(self, step: int) -> None:
        """Keep the metrics up to `step`, byte for byte, and drop those after it, or cut off.

        Raises ImportError where safetensors, which `save` needs, is not installed.
        """
        _safetensors()
        self.folder.mkdir(parents=True, exist_ok=True)
        if step == 0:
            self.metrics.unlink(missing_ok=True)
        elif self.metrics.exists():
            head, *lines = self.metrics.read_text("utf-8").splitlines(keepends=True)
            kept = [line for line in lines if line.endswith("\n") and int(line.partition(",")[0]) <= step]
            self._replace(self.metrics, "".join([head, *kept]).encode())

    def add(self, row: Mapping[str, float]) -> None:
        """A line more of metrics, the first one after the names of its columns."""
        is_first = not self.metrics.exists()
        with self.metrics.open("a", newline="", encoding="utf-8") as out:
            lines = csv.DictWriter(out, list(row), lineterminator="\n")
            if is_first:
                lines.writeheader()
            lines.writerow(row)

    def save(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Arrays as `name`.safetensors: written beside the file before, whose place it then takes."""
        self._replace(self.folder / f"{name}.safetensors", _safetensors().save(dict(arrays)))

    def _replace(self, path: Path, content: bytes) -> None:
        beside = path.with_name(path.name + ".new")
        try:
            with beside.open("wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


def _safetensors() -> Any:
    try:
        from safetensors import numpy
    except ImportError:
        raise ImportError(
            "weights are saved as safetensors, which is not installed: pip install safetensors, or leave "
            "out=None"
        ) from None
    return numpy
