"""The one table of samples, and how a sample is entered into it."""

import operator
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import minigrad as mg
from tests.minigrad import references
from tests.minigrad.samples.domains import Draw

SAME = "the function of the same name in torch or torch.nn.functional, called in the same way"


class Sample(NamedTuple):
    name: str
    label: str
    call: Callable[..., Any]  # call(f, *arrays), f the op or what it is held against
    draws: tuple[Draw, ...]
    torch: Any = SAME  # or None, or a function (torch, *tensors)

    def arrays(self, dtype: Any = np.float64) -> list[np.ndarray]:
        rng = np.random.default_rng(zlib.crc32(self.label.encode()))
        return [np.asarray(draw(rng), dtype) for draw in self.draws]

    def function(self, *arrays: Any) -> Any:
        return self.call(mg.OPS[self.name], *arrays)

    def reference(self, *arrays: np.ndarray) -> Any:
        function = getattr(references, self.name.replace(".", "_"), None)
        return self.call(function or operator.attrgetter(self.name)(np), *arrays)


SAMPLES: dict[str, list[Sample]] = {}

# Ops that no 0-d array can be given to, and why; those that take no empty one; those PyTorch lacks.
NOT_0D: dict[str, str] = {}
NOT_EMPTY: dict[str, str] = {}
WITHOUT_TORCH: set[str] = set()

# Ops that may refuse float16, and why.
NOT_HALF: dict[str, str] = {}


def sample(name: str, call: Callable[..., Any], *draws: Draw, torch: Any = SAME) -> None:
    entries = SAMPLES.setdefault(name, [])
    entries.append(Sample(name, f"{name}-{len(entries)}", call, draws, torch))
