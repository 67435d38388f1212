"""Pictures of what was guessed, and of all results beside what is simpler."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from matplotlib.figure import Figure

from examples.outcome import Outcome


class Guess(NamedTuple):
    """A sentence with one word hidden, and the likeliest words with their p, by who guesses."""

    before: str
    word: str
    after: str
    model: Sequence[tuple[str, float]]
    counted: str


def draw_guesses(guesses: Sequence[Guess], path: Path) -> None:
    """A line a sentence, the hidden word in brackets; below the guesses, green if the first is right."""
    figure = Figure(figsize=(9, 0.5 * len(guesses) + 0.5))
    high = figure.get_figheight()
    for row, guess in enumerate(guesses):
        y = 1 - (0.5 * row + 0.4) / high
        before = guess.before if len(guess.before) < 70 else "…" + guess.before[-69:]
        found = ",  ".join(f"{word} {p:.0%}" for word, p in guess.model)
        color = "tab:green" if guess.model[0][0] == guess.word else "tab:red"
        lines = (
            (0.01, 0.0, f"{before} [{guess.word}] {guess.after[:50]}", "black"),
            (0.03, 0.2, found, color),
            (0.45, 0.2, f"by counting: {guess.counted}", "0.4"),
        )
        for x, below, text, color in lines:
            figure.text(x, y - below / high, text, fontsize=8, color=color, parse_math=False)
    figure.savefig(path, dpi=100)


def draw_bars(outcome: Outcome, path: Path) -> None:
    """Each measure with what stands beside it: the seeds' mean a bar, each seed a dot, wanted a line."""
    heights = [len(one.beside) + 1 for one in outcome.measures]
    figure = Figure(figsize=(7.5, 0.27 * sum(heights) + 0.5 * len(heights)), layout="constrained")
    rows = figure.subplots(len(heights), 1, squeeze=False, gridspec_kw={"height_ratios": heights})[:, 0]
    for axes, one in zip(rows, outcome.measures, strict=True):
        names, values = [one.system, *one.beside], [one.mean, *one.beside.values()]
        axes.barh(names, values, color=["tab:blue", *["0.75"] * len(one.beside)], height=0.7)
        for row, (value, end) in enumerate(zip(values, [max(one.values), *values[1:]], strict=True)):
            axes.text(end + 1, row, f"{value:.1f}", fontsize=7, va="center")  # right of the dots
        axes.plot(one.values, [0] * len(one.values), "o", ms=3, color="black")
        if one.wanted is not None:
            axes.axvline(one.wanted, ls=":", lw=1, color="tab:red")
        axes.invert_yaxis()
        axes.set_xlim(0, 109)
        axes.set_title(f"{one.name}, {one.unit}", fontsize=8, loc="left")
        axes.tick_params(labelsize=7, length=0)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=100)
