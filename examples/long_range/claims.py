"""The claims, each as figures and a verdict: E1 to E7."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from examples.long_range.measure import CAUSE_DISTANCES, COPIED, DISTANCES, PAIRS, single_character_rule
from examples.long_range.plans import HEALTHY
from examples.long_range.results import Results

REACH = 16  # of the window model: what it may read directly


@dataclass(frozen=True)
class Verdict:
    """A claim, the figures that speak to it, and whether it holds; None where they are missing."""

    claim: str
    figures: list[str]
    holds: bool | None


def check(name: str, results: Results) -> Verdict:
    """The verdict on one claim.  Raises KeyError for a name that is not in CLAIMS."""
    return CLAIMS[name](results)


def _retrieves(results: Results) -> Verdict:
    seeds = results.seeds("attention")
    table = _by_seed(results, "attention", "recall", DISTANCES)
    passed = sum(all(row[d] >= (0.90 if d == 512 else 0.97) for d in DISTANCES) for row in table.values())
    needed = max(1, math.ceil(0.8 * len(seeds)))
    return Verdict(
        "attention retrieves any of 8 facts at every distance from 8 to 512",
        [
            *_lines(table, "d"),
            f"{passed} of {len(seeds)} seeds reach 97 % to 256 and 90 % at 512 (needed: {needed})",
        ],
        None if not table else passed >= needed,
    )


def _copies(results: Results) -> Verdict:
    seeds = results.seeds("attention")
    table = _by_seed(results, "attention", "copy", COPIED)
    passed = sum(all(value >= 0.95 for value in row.values()) for row in table.values())
    needed = max(1, math.ceil(0.8 * len(seeds)))
    rule = f"looking at the one letter before would give {single_character_rule(256):.0%} at n = 256"
    return Verdict(
        "it copies strings of up to 256 random letters",
        [
            *_lines(table, "n"),
            f"{passed} of {len(seeds)} seeds reach 95 % at each (needed: {needed}); {rule}",
        ],
        None if not table else passed >= needed,
    )


def _needs_reach(results: Results) -> Verdict:
    table = _by_seed(results, "window", "recall", DISTANCES)
    inside = all(row[d] >= 0.95 for row in table.values() for d in DISTANCES if d <= REACH)
    outside = all(row[d] <= 0.15 for row in table.values() for d in DISTANCES if d > 2 * REACH - 2)
    beyond = [d for d in DISTANCES if d > 2 * (REACH - 1)]
    gradients = [g for d in beyond for g in results.values("window", "gradient-trained", d, PAIRS)]
    zero = bool(gradients) and max(gradients) == 0
    figures = [*_lines(table, "d")]
    figures.append(
        f"greatest gradient beyond its reach: {max(gradients):g}"
        if gradients
        else "its gradients were not measured"
    )
    verdict = inside and outside and (zero or not gradients)
    return Verdict(
        "it is the reach of attention: its twin that sees 16 characters is perfect inside and lost beyond",
        figures,
        None if not table else verdict,
    )


def _needs_two_layers(results: Results) -> Verdict:
    table = _by_seed(results, "one-layer", "recall", DISTANCES)
    worst = max((value for row in table.values() for value in row.values()), default=math.nan)
    return Verdict(
        "it needs two layers: with one it recalls at most 30 % anywhere",
        [*_lines(table, "d"), f"the greatest accuracy anywhere is {worst:.1%}"] if table else [],
        None if not table else worst <= 0.30,
    )


def _honest(results: Results) -> Verdict:
    figures, fine = [], []
    for name in ("gru", "lstm"):
        for pairs in (1, 2, 4, 8):
            values = [np.mean(results.values(name, "recall", d, pairs) or [math.nan]) for d in DISTANCES]
            figures.append(f"{name}, {pairs} pairs: " + _row(dict(zip(DISTANCES, values, strict=True)), "d"))
            if pairs == 1:
                fine += values
    if any(math.isnan(value) for value in fine):
        return Verdict(_HEALTHY, ["LSTM and GRU were not measured with one pair"], None)
    return Verdict(
        _HEALTHY,
        [*figures, "with 8 pairs they are expected below 30 %: what they lack at this size is room for many"],
        all(value >= HEALTHY for value in fine),
    )


_HEALTHY = (
    "the recurrent baselines are healthy: with one pair LSTM and GRU recall it at every distance (95 %)"
)


def _cause(results: Results) -> Verdict:
    figures, holds = [], []
    for d in CAUSE_DISTANCES:
        got = {m: results.values("attention", m, d, PAIRS) for m in _CAUSES}
        if not all(got.values()):
            return Verdict(_CAUSE, [f"interventions at distance {d} were not measured"], None)
        mean = {m: float(np.mean(values)) for m, values in got.items()}
        figures += [f"d = {d}: {label}: {mean[m]:.1%}" for m, label in _CAUSES.items()]
        holds.append(
            mean["source_hidden"] <= 0.05
            and abs(mean["other_hidden"] - mean["base"]) <= 0.03
            and abs(mean["filler_hidden"] - mean["base"]) <= 0.03
            and mean["swap_followed"] >= 0.90
        )
    return Verdict(_CAUSE, figures, all(holds))


_CAUSE = (
    "the source is the cause: hiding it is fatal, hiding others does nothing, and the answer follows a swap"
)
_CAUSES = {
    "base": "nothing done",
    "source_hidden": "source value hidden",
    "other_hidden": "another pair's value hidden",
    "filler_hidden": "a filler character hidden",
    "edge_cut": "edge from the question to the source cut, last layer",
    "other_edge_cut": "edge to a filler character cut, last layer",
    "swap_followed": "two values exchanged: answers the new one",
}


def _gradients(results: Results) -> Verdict:
    figures = []
    means: dict[str, dict[int, float]] = {}
    for name in ("elman", "attention"):
        values = {d: results.values(name, "gradient-untrained", d, PAIRS) for d in DISTANCES}
        if not all(values.values()):
            return Verdict(_GRADIENT, [f"gradients of {name} were not measured"], None)
        means[name] = {d: float(np.mean(v)) for d, v in values.items()}
        figures.append(f"{name}, untrained: " + ", ".join(f"d={d} {g:.1e}" for d, g in means[name].items()))
    elman, attention = means["elman"], means["attention"].values()
    falls = elman[8] / max(elman[64], 1e-300)
    spread = max(attention) / min(attention)
    figures.append(
        f"Elman falls {falls:.0f} times from d = 8 to 64; "
        f"attention's greatest is {spread:.2f} times its least"
    )
    return Verdict(_GRADIENT, figures, falls >= 1e3 and spread <= 2)


_GRADIENT = "untrained, a recurrent net's gradient vanishes with distance, attention's does not"

CLAIMS: dict[str, Callable[[Results], Verdict]] = {
    "E1": _retrieves,
    "E2": _copies,
    "E3": _needs_reach,
    "E4": _needs_two_layers,
    "E5": _honest,
    "E6": _cause,
    "E7": _gradients,
}


def _by_seed(
    results: Results, model: str, measure: str, arguments: tuple[int, ...]
) -> dict[int, dict[int, float]]:
    """The row of figures of each reported seed."""
    pairs = PAIRS if measure == "recall" else 0
    columns = [results.values(model, measure, a, pairs) for a in arguments]
    rows = [dict(zip(arguments, row, strict=True)) for row in zip(*columns, strict=True)]
    return dict(zip(results.seeds(model), rows, strict=False))


def _lines(table: dict[int, dict[int, float]], letter: str) -> list[str]:
    return [f"seed {seed}: {_row(row, letter)}" for seed, row in table.items()]


def _row(row: dict[int, float], letter: str) -> str:
    return "  ".join(f"{letter}={a} {value:.1%}" for a, value in row.items())
