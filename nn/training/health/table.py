"""Figures over a training, in bounded memory."""

from collections.abc import Mapping
from typing import Any

import numpy as np

MOST = 512  # rows


class Table:
    """A row of figures by name for each step that was measured; NaN where a name was not there.

    Of more than 512 rows every other one is left out, and from then on every other row that comes, so that
    any training has some hundreds of them, evenly far apart.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.rows: list[dict[str, float]] = []
        self.apart = 1  # how many of the rows that come there are to each that is kept
        self._came = 0

    def add(self, row: Mapping[str, float]) -> None:
        """Take a row in."""
        if self._came % self.apart == 0:
            self.names += [name for name in row if name not in self.names]
            self.rows.append(dict(row))
        self._came += 1
        if len(self.rows) > MOST:
            self.rows, self.apart = self.rows[::2], 2 * self.apart

    def column(self, name: str) -> np.ndarray:
        """(R,) figures of one name."""
        return np.array([row.get(name, np.nan) for row in self.rows], np.float64)

    def of(self, kind: str) -> dict[str, np.ndarray]:
        """The columns KIND/PATH, by path."""
        return {
            name.removeprefix(f"{kind}/"): self.column(name)
            for name in self.names
            if name.startswith(f"{kind}/")
        }

    def state_dict(self) -> dict[str, Any]:
        """Names, and figures (R, N)."""
        table = np.array([self.column(name) for name in self.names], np.float64).T
        return {"names": list(self.names), "table": table, "apart": self.apart, "came": self._came}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave.  Raises ValueError for what it never gives."""
        names, table = list(state_dict["names"]), np.asarray(state_dict["table"])
        apart, came = state_dict["apart"], state_dict["came"]
        if not all(isinstance(name, str) for name in names) or table.dtype != np.float64:
            raise ValueError("its figures of health are none")
        if names and (table.ndim != 2 or table.shape[1] != len(names) or len(table) > MOST):
            raise ValueError(f"its figures of health are {table.shape} for {len(names)} names")
        if type(apart) is not int or type(came) is not int or not 1 <= apart <= max(came, 1):
            raise ValueError(f"its figures of health are {apart!r} apart")
        self.names, self.apart, self._came = names, apart, came
        self.rows = [dict(zip(names, map(float, row), strict=True)) for row in table] if names else []
