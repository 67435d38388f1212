"""Whether a saved state is one that a training can go on from, asked before anything is changed."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from nn.saving.packing import pack

MADE_WITH = ("optimizer", "schedule", "accumulate")  # on which the next steps depend, as they do on arrays


def check_state(saved: Mapping[str, Any], own: Mapping[str, Any], step: int) -> None:
    """Raise ValueError where `saved` is no state at `step` of the training whose state is `own`.

    What its parts check when they are loaded is left to them.
    """
    if type(saved["number"]) is not int or saved["number"] != step:
        raise ValueError(f"it says that it is of step {saved['number']!r}")
    for what in MADE_WITH:
        if (before := saved["about"][what]) != (now := own["about"][what]):
            raise ValueError(f"its {what} was {before}, and is {now} here")
    check_weights(saved["model"], own["model"])
    averages, _ = pack(saved["optimizer"])
    for name, array in averages.items():
        _check_finite(f"optimizer.{name}", array)
    for place, entry in saved["optimizer"]["state"].items():
        done = own["optimizer"]["state"].get(place, {}).get("step", 0)  # before the training began
        if entry.get("step", 0) > step + done:
            raise ValueError(f"its optimiser is at step {entry['step']:g}")
    recent = saved["recent"]
    if len(recent) > step or not all(type(loss) is float and math.isfinite(loss) for loss in recent):
        raise ValueError("its losses since the last evaluation are no losses")
    if any(row["step"] > step for row in saved["evaluations"]["rows"]):
        raise ValueError("it has metrics of later steps")
    if "last_epoch" in own.get("schedule", {}):
        reached, before = saved["schedule"]["last_epoch"], own["schedule"]["last_epoch"]
        if reached - _advances(saved) != before - _advances(own):
            raise ValueError(f"its schedule is at step {reached!r}")
    if not isinstance(saved["config"], Mapping):
        raise ValueError("its configuration is none")


def _advances(state: Mapping[str, Any]) -> int:
    """How often the schedule was told to go on: with each step or, by plateaus, with each evaluation."""
    by_metrics = "num_bad_epochs" in state["schedule"]
    return len(state["evaluations"]["rows"]) if by_metrics else state["number"]


def check_weights(saved: Mapping[str, np.ndarray], own: Mapping[str, np.ndarray]) -> None:
    """Raise ValueError where `saved` are not finite arrays of the names, shapes and dtypes of `own`."""
    if not isinstance(saved, Mapping):
        raise ValueError(f"its weights are a {type(saved).__name__}")
    if lacking := [name for name in own if name not in saved]:
        raise ValueError(f"{lacking[0]} is missing")
    if foreign := [name for name in saved if name not in own]:
        raise ValueError(f"{foreign[0]} is not of this model")
    for name, wanted in own.items():
        array = np.asarray(saved[name])
        if (array.dtype, array.shape) != (wanted.dtype, wanted.shape):
            raise ValueError(
                f"{name} is {array.dtype} of shape {array.shape}, and {wanted.dtype} of shape "
                f"{wanted.shape} here"
            )
        if wanted.dtype.kind == "f":
            _check_finite(name, array)


def _check_finite(name: str, array: np.ndarray) -> None:
    if array.dtype.kind != "f":
        raise ValueError(f"{name} is {array.dtype}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds NaN or infinity")
