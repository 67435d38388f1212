"""What a training leaves in its folder: checkpoints; for people and other programs, metrics and weights."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nn.saving.checkpoints import Checkpoints
from nn.saving.weights import save
from nn.saving.whole_files import FileError, write_whole


class RunFiles:
    """metrics.csv, config.json and *.safetensors beside `checkpoints`, which alone are read again.

    So each of them is written as a whole, and what is damaged is mended by the next one that is written.
    """

    def __init__(self, checkpoints: Checkpoints) -> None:
        self.checkpoints = checkpoints
        self.folder = checkpoints.folder

    def begin(self, config: Mapping[str, Any], rows: Sequence[Mapping[str, float]]) -> None:
        """Write the configuration, and the metrics so far in the place of any others."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.write("config.json", json.dumps(config, indent=1, ensure_ascii=False) + "\n")
        self.write_metrics(rows)

    def write_metrics(self, rows: Sequence[Mapping[str, float]]) -> None:
        """metrics.csv: the names of its columns, then a line a row; no file without rows."""
        path = self.folder / "metrics.csv"
        if not rows:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise FileError(f"{path} cannot be removed ({error.strerror}): remove it by hand") from None
            return
        text = io.StringIO()
        lines = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        lines.writeheader()
        lines.writerows(rows)
        write_whole(path, text.getvalue().encode())

    def write(self, name: str, text: str) -> None:
        """A text as a whole file."""
        write_whole(self.folder / name, text.encode("utf-8", "backslashreplace"))

    def save(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Arrays as `name`.safetensors."""
        save(arrays, self.folder / f"{name}.safetensors")
