"""Figures for TensorBoard, where that is installed."""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from nn.saving.whole_files import FileError

Rows = Iterable[Mapping[str, float]]


class EventLog:
    """Scalars in `folder`, as `tensorboard --logdir` reads them; those there were are replaced.  None: none.

    As all rows are given again when a run is resumed, none stands there twice, and none that was undone.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.written: dict[str, float] = {}  # the last step, by kind
        self._writer: Any = None

    def __enter__(self) -> Self:
        self.written.clear()
        if self.folder is not None:
            self._writer = self._begun(self.folder)
        return self

    def _begun(self, folder: Path) -> Any:
        try:
            from tensorboard.summary import Writer
        except ImportError:
            raise ImportError(
                "tensorboard=True writes by the package tensorboard, which is not installed: pip install "
                "tensorboard"
            ) from None
        try:
            shutil.rmtree(folder, ignore_errors=True)
            return Writer(str(folder))
        except OSError as error:
            raise FileError(f"{folder} cannot be written to ({error.strerror})") from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def write(self, **rows: Rows) -> None:
        """Of each kind of rows, each with its "step", those that are new, as KIND/NAME."""
        if self._writer is None:
            return
        for kind, given in rows.items():
            for row in given:
                if row["step"] > self.written.get(kind, -1):
                    self._write(kind, row)
        self._writer.flush()

    def _write(self, kind: str, row: Mapping[str, float]) -> None:
        for name, value in row.items():
            if name != "step":
                self._writer.add_scalar(f"{kind}/{name}", value, int(row["step"]))
        self.written[kind] = row["step"]
