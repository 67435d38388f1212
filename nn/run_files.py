"""What a training leaves in its folder: a line of metrics per evaluation, and weights."""

import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np


class RunFiles:
    """metrics.csv and *.safetensors in `folder`, which is made where there is none."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self.metrics = self.folder / "metrics.csv"
        self.columns: list[str] = []

    def begin(self, step: int) -> None:
        """Keep the metrics up to `step`, byte for byte, and drop those after it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if step == 0:
            self.metrics.unlink(missing_ok=True)
        elif self.metrics.exists():
            head, *lines = self.metrics.read_text("utf-8").splitlines(keepends=True)
            self.columns = next(csv.reader([head]))
            kept = [line for line in lines if int(line.partition(",")[0]) <= step]
            self._replace(self.metrics, "".join([head, *kept]).encode())

    def add(self, row: Mapping[str, float]) -> None:
        """A line more of metrics; the first row says which columns there are.

        Raises ValueError for a row with other columns.
        """
        text = io.StringIO()
        lines = csv.writer(text, lineterminator="\n")
        if not self.columns:
            self.columns = list(row)
            lines.writerow(row)
        if list(row) != self.columns:
            raise ValueError(
                f"{self.metrics} has the columns {', '.join(self.columns)}, and this row {', '.join(row)}: "
                "have evaluate() give the same metrics each time"
            )
        lines.writerow(row.values())
        with self.metrics.open("a", newline="", encoding="utf-8") as out:
            out.write(text.getvalue())

    def save(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Arrays as `name`.safetensors: written beside the file before, whose place it then takes.

        Raises ImportError where safetensors is not installed.
        """
        try:
            from safetensors.numpy import save
        except ImportError:
            raise ImportError(
                "weights are saved as safetensors, which is not installed: pip install safetensors, or leave "
                "out=None"
            ) from None
        contiguous = {key: np.ascontiguousarray(array) for key, array in arrays.items()}
        self._replace(self.folder / f"{name}.safetensors", save(contiguous))

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
