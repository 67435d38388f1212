"""What is ill about a training, by its figures, in words."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from nn.training.health.table import Table

FAR = 1e3  # so many times the usual is too large a gradient; measured of healthy ones: up to 23 times
NEAR_NOTHING = 1e-5  # of the largest gradient is too small a one; healthy: 9e-4 and more
FLAT, STEEP = 1e-3, 1e2  # effects of weights that cannot be learned, or not held; see Patient.effect
LARGE, SMALL = 0.2, 1e-6  # of the weights is too large and too small a step; healthy: 3e-5 to 7e-2
USUAL = "where 0.001 is usual"
RISEN = 2.0  # times the loss at first
DEAD = 0.5  # of the units of an activation; healthy: up to 12 %
TIMES = 3  # measures in a row that it takes
EARLIER = 5  # measures that there must be for something to be usual


class Patient(NamedTuple):
    """The figures of a step, and what they are judged by."""

    row: Mapping[str, float]
    earlier: Table
    clip: float  # bound of the gradient's norm
    rate_share: float  # of the first rate that the schedule was made with

    def of(self, kind: str) -> dict[str, float]:
        """The figures KIND/PATH by path."""
        found = {k.partition("/")[2]: v for k, v in self.row.items() if k.startswith(f"{kind}/")}
        return {path: value for path, value in found.items() if not math.isnan(value)}

    def effect(self, path: str) -> float:
        """‖∂L/∂θ‖·‖θ‖/L: per cent by which the loss changes where the weights do by one; NaN without loss."""
        loss = abs(self.row["loss"]) or math.nan
        return self.row[f"gradient/{path}"] * self.row[f"weight/{path}"] / loss


def vanishing(one: Patient) -> dict[str, str]:
    gradients = one.of("gradient")
    most = max(gradients, key=lambda path: gradients[path], default="")
    beside = f"{gradients[most]:.2g} in {most}" if most else ""
    return {
        path: f"the gradient of layer {path} vanishes: its norm is {g:.2g}, and {beside}"
        for path, g in _ascending(gradients)
        if g <= NEAR_NOTHING * gradients[most] and one.effect(path) < FLAT
    }


def exploding(one: Patient) -> dict[str, str]:
    gradients, earlier = one.of("gradient"), one.earlier.of("gradient")
    cut = one.row["gradient_norm"] / one.clip
    found = {}
    for path, g in reversed(_ascending(gradients)):
        others = _median([gradients[other] for other in gradients if other != path])
        before = _median(earlier.get(path, ()))
        head = f"the gradient of layer {path} explodes: its norm is {g:.2g}, and "
        if g > FAR * others and one.effect(path) > STEEP:
            found[path] = f"{head}{others:.2g} in the middle one of the other layers"
        elif len(one.earlier.rows) >= EARLIER and g > FAR * before:
            found[path] = f"{head}was {before:.2g} before"
        elif cut > FAR and not found:
            found[path] = f"{head}clip={one.clip:g} divides all gradients by {cut:.2g}"
    return found


def diverging(one: Patient) -> dict[str, str]:
    loss, first = one.row["loss"], one.earlier.rows[0]["loss"] if one.earlier.rows else math.inf
    if not 0 < RISEN * first < loss:
        return {}
    updates = dict(_ascending(one.of("update")))
    layer = f"; the largest steps are those of layer {[*updates][-1]}" if updates else ""
    return {"": f"the loss has risen: it is {loss:.3g}, and was {first:.3g} at first{layer}"}


def too_large(one: Patient) -> dict[str, str]:
    return {
        path: f"one step changes the weights of layer {path} by {update:.2g} of their norm, {USUAL}"
        for path, update in reversed(_ascending(one.of("update")))
        if update > LARGE
    }


def too_small(one: Patient) -> dict[str, str]:
    if one.rate_share < 0.1:  # a schedule wants it small
        return {}
    before = one.earlier.of("update")  # once all is learned, steps are small and may be
    return {
        path: f"one step changes the weights of layer {path} by {update:.2g} of their norm, {USUAL}"
        for path, update in _ascending(one.of("update"))
        if max([update, *before.get(path, ())]) < SMALL and one.row["loss"]
    }


def dead(one: Patient) -> dict[str, str]:
    return {
        path: f"{share:.0%} of the units of {path} were 0 for every input of the last measured batches"
        for path, share in reversed(_ascending(one.of("dead")))
        if share >= DEAD
    }


def _median(figures: Iterable[float]) -> float:
    """Of those there are; without any, inf."""
    return float(np.median([figure for figure in figures if not math.isnan(figure)] or [math.inf]))


def _ascending(figures: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(figures.items(), key=lambda item: item[1])


# What finds it, the worst layer first; and what to try.
SYMPTOMS: dict[Callable[[Patient], dict[str, str]], str] = {
    vanishing: "try a residual connection around each layer, a layer norm in it, or ReLU or GELU in the "
    "place of Sigmoid or Tanh",
    exploding: "try smaller weights at first, as nn.init gives them, a layer norm in each layer, clip=1.0, "
    "or a lower learning rate, which is {rate:g}",
    diverging: "lower the learning rate, which is {rate:g}; nn.find_learning_rate(training) looks for one",
    too_large: "lower the learning rate, which is {rate:g}, or let it rise slowly at first, as "
    "nn.optim.lr_scheduler.WarmupCosineLR does",
    too_small: "raise the learning rate, which is {rate:g}; nn.find_learning_rate(training) looks for one",
    dead: "lower the learning rate, which is {rate:g}, put a layer norm before, or take nn.GELU or "
    "nn.LeakyReLU",
}


class Symptoms:
    """What was found of each kind, once: when it was there in three measures in a row."""

    def __init__(self) -> None:
        self.told: dict[str, str] = {}  # the warning, by what was found
        self.streaks: dict[str, int] = {}  # measures in a row, by KIND/PATH

    def look(self, one: Patient) -> list[str]:
        """The warnings that are new."""
        new, streaks = [], {}
        for find, advice in SYMPTOMS.items():
            kind, found = find.__name__, find(one)
            for path in found:
                streaks[f"{kind}/{path}"] = self.streaks.get(f"{kind}/{path}", 0) + 1
            sure = [path for path in found if streaks[f"{kind}/{path}"] >= TIMES]
            if sure and kind not in self.told:
                others = f" (and {len(sure) - 1} more like it)" if len(sure) > 1 else ""
                what = f"at step {one.row['step']:g} {found[sure[0]]}{others}"
                self.told[kind] = f"{what}: {advice.format(rate=one.row['learning_rate'])}"
                new.append(self.told[kind])
        self.streaks = streaks
        return new

    def state_dict(self) -> dict[str, Any]:
        return {"told": dict(self.told), "streaks": dict(self.streaks)}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave.  Raises ValueError for what it never gives."""
        told, streaks = dict(state_dict["told"]), dict(state_dict["streaks"])
        if not all(isinstance(text, str) for item in told.items() for text in item):
            raise ValueError("its warnings are none")
        if not all(isinstance(name, str) and type(times) is int for name, times in streaks.items()):
            raise ValueError("its symptoms are none")
        self.told, self.streaks = told, streaks
