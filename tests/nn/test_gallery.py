"""Every public constructor refuses what its settings cannot be, in one sentence with their names."""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import nn
from tests.cases import each

NO_INTEGER = ["x", None, 1.5, float("nan"), True, [], {}, np.ones(3), 10**30]
NO_NUMBER = ["x", None, [], {}, 1j, np.ones(3), float("nan")]
NO_TEXT = [3, 1.5, True, [], {}, None]
IMPOSSIBLE = {int: NO_INTEGER, float: NO_NUMBER, str: NO_TEXT}
IMPOSSIBLE |= {kind | None: [x for x in of if x is not None] for kind, of in IMPOSSIBLE.items()}  # type: ignore
PLACES = {"nn": nn, "nn.optim": nn.optim, "nn.optim.lr_scheduler": nn.optim.lr_scheduler}
HOLDERS = (nn.Module, nn.optim.Optimizer, nn.optim.lr_scheduler.LRScheduler)


def settings() -> Iterator[tuple[type, str, Any]]:
    """Each class that is checked, and each of its settings that is a number or a text."""
    for place in PLACES.values():
        for name in place.__all__:
            cls = getattr(place, name)
            if isinstance(cls, type) and issubclass(cls, HOLDERS):
                for parameter in inspect.signature(cls.__init__).parameters.values():
                    if parameter.annotation in IMPOSSIBLE:
                        yield cls, parameter.name, parameter.annotation


SETTINGS = sorted(settings(), key=lambda row: (row[0].__name__, row[1]))


@each(
    "build",
    [
        lambda: nn.MaxPool1d(0),
        lambda: nn.MaxPool2d((2, -1)),
        lambda: nn.MaxPool2d("x"),
        lambda: nn.MaxPool1d(2, stride=0),
        lambda: nn.MaxPool1d(2, padding=-1),
        lambda: nn.AvgPool2d(2.5),
        lambda: nn.AvgPool1d(2, stride=-1),
        lambda: nn.AvgPool1d(2, padding=-1),
        lambda: nn.AdaptiveAvgPool1d(0),
        lambda: nn.AdaptiveAvgPool1d((2, 3)),
        lambda: nn.AdaptiveAvgPool2d(2.5),
        lambda: nn.AdaptiveMaxPool2d((1, 2, 3)),
        lambda: nn.AdaptiveMaxPool2d("x"),
        lambda: nn.AdaptiveMaxPool2d([]),
        lambda: nn.TransformerEncoder(3, 2),
        lambda: nn.TransformerEncoderLayer(8, 2, activation=[]),
    ],
    ids=str,
)
def test_others(build: Callable[[], Any]) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        build()
    assert re.search(r"(got|not) .*", str(caught.value))
    assert "\n" not in str(caught.value)


LOSSES = [cls for cls, name, _ in SETTINGS if name == "reduction"]


@each("cls", LOSSES)
def test_a_word_that_is_no_reduction_is_refused(cls: type) -> None:
    with pytest.raises(
        ValueError, match=f'^{cls.__name__} takes reduction="mean", "sum" or "none", not \'x\'$'
    ):
        cls(reduction="x")


@each("bound", [-1, "x", float("nan"), None, [0.1, -1.0]], ids=str)
def test_a_least_rate_that_is_none_is_refused(bound: Any) -> None:
    groups = [{"params": [nn.Parameter(np.ones(2))]} for _ in range(2)]
    with pytest.raises((TypeError, ValueError), match=r"^min_lr (is a number|must not be negative)"):
        nn.optim.lr_scheduler.ReduceLROnPlateau(nn.optim.SGD(groups, lr=0.1), min_lr=bound)


def test_there_are_many() -> None:
    assert len(LOSSES) > 15
    assert len({cls for cls, *_ in SETTINGS}) > 90
    assert len(SETTINGS) > 300


@each(("cls", "name", "kind"), SETTINGS, ids=lambda x: getattr(x, "__name__", str(x)))
def test_what_a_setting_cannot_be_is_refused(cls: type, name: str, kind: Any) -> None:
    for value in IMPOSSIBLE[kind]:
        if name in ("value", "init") and isinstance(value, float):  # NaN may be put into a result
            continue
        with pytest.raises((TypeError, ValueError)) as caught:
            cls(**{name: value})
        said = str(caught.value)
        assert cls.__name__ in said, value
        assert name in said, value
        assert "\n" not in said, value
        assert re.search(": (write|take|look|it makes) ", said), said
