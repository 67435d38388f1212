"""The bottleneck, written up: curves, tables as CSV, and a page with the published figures beside ours."""

import csv
from collections.abc import Mapping
from pathlib import Path
from statistics import mean

from examples.outcome import Outcome

EXACT, GRADIENT, PARAMETERS, MISALIGNED = "exact match at ", "gradient at ", "parameters", "alignment error"
LONGEST_TRAINED = 16
Values = Mapping[int, list[float]]  # by length, one a seed

PUBLISHED = """\
| published | | BLEU |
|---|---|---|
| Bahdanau et al. (2015), table 1, English to French, all sentences | RNNencdec-30, one vector | 13.93 |
| | RNNsearch-30, attention | 21.50 |
| | RNNencdec-50, one vector | 17.82 |
| | RNNsearch-50, attention | 26.75 |
| Luong et al. (2015), table 4, English to German, without unknown-word replacement | global, dot | 18.6 |
| | global, general | 17.3 |
| | local-m, general | 18.6 |
| | local-p, dot | 18.0 |
| | local-p, general | 19.0 |
"""


PAGE = """\
# The bottleneck of one fixed vector

A string of n letters, n uniform in 1 to {longest}, is written backwards in cipher: all of it is needed, and
nothing of it can be guessed (right once in 26ⁿ). {steps} steps of 32 strings, for the Transformer
{transformer_steps}; Adam, teacher forcing; judged by greedy decoding of {tests} strings of each length.
Mean (least-most) over {seeds}.

    {command}

## Exact match in percent, by length

| | parameters | {head} | alignment error |
|---|---|{columns}---|
{rows}

*Italic*: longer than any source in training. The alignment error is the share of the letters, in strings up
to {longest}, at which the largest weight is not on the true source letter.

![exact match against length](curves.png)

This is a statement about a budget: more steps and more width move the curve of the fixed vector to the
right, as its second row shows for the width. Bahdanau et al. put the bottleneck as a conjecture and did not
vary the width. The Transformer, here with sinusoidal positions, writes what is as long as its training and
nothing longer. Alignment error and exact match are two things: annotations of a bidirectional encoder hold
their neighbours too, so that a model may look beside the letter that it writes, and be right.

{published}
BLEU of sentences and exact match of ciphered strings are not the same measure: only the order can be
compared. In figure 2 of Bahdanau et al. BLEU falls with the length of the sentence for the fixed vector,
and does not for RNNsearch-50, up to more than 50 words. Luong et al. found "concat" weak in their
implementation (footnote 15); here it is not.

## The gradient of the first word

‖∂L/∂x₁‖/‖∂L/∂xₙ‖ before training, of a GRU that reads n words once from left to right, and a target as
long: the geometric mean of ten models, its mean over the seeds.

| n | {sizes} |
|---|{size_columns}
{falls}

![gradient of the first word against that of the last](gradients.png)

What the fixed vector has of the first word has gone through n - 1 updates of the state, and so has its
gradient on the way back. With attention there is an annotation of the first word itself, one step away from
the loss.

## Where two models look while they train

![Bahdanau]({folder}film-bahdanau.png)
![Luong, general]({folder}film-luong-general.png)

Seed {seed}, one string of 12 letters, read by teacher forcing.
"""


def write_report(outcome: Outcome, folder: Path) -> None:
    """report.md, exact.csv, gradients.csv, and curves.png and gradients.png with what they hold."""
    exact, gradients = series(outcome, EXACT), series(outcome, GRADIENT)
    save_table(exact, "exact match, %", outcome, folder / "exact.csv")
    save_table(gradients, "first against last", outcome, folder / "gradients.csv")
    draw(exact, gradients, folder)
    (folder / "report.md").write_text(page(outcome, exact, gradients), "utf-8")


def series(outcome: Outcome, kind: str) -> dict[str, Values]:
    """Of each system the values of a kind of measure by length."""
    found: dict[str, dict[int, list[float]]] = {}
    for one in outcome.measures:
        if one.name.startswith(kind):
            found.setdefault(one.system, {})[int(one.name.removeprefix(kind))] = one.values
    return found


def save_table(values: Mapping[str, Values], name: str, outcome: Outcome, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["system", "seed", "length", name])
        for system, by_length in values.items():
            for place, seed in enumerate(outcome.seeds):
                rows.writerows([system, seed, n, f"{found[place]:.6g}"] for n, found in by_length.items())


def draw(exact: Mapping[str, Values], gradients: Mapping[str, Values], folder: Path) -> None:
    """Means as lines, the spread of the seeds as bands."""
    from matplotlib.figure import Figure

    for values, path, label in (
        (exact, folder / "curves.png", "exact match (%)"),
        (gradients, folder / "gradients.png", "‖∂L/∂x$_1$‖ / ‖∂L/∂x$_n$‖"),
    ):
        figure = Figure(figsize=(8.4, 4.2), layout="constrained")
        axes = figure.add_subplot()
        for system, by_length in values.items():
            lengths = list(by_length)
            style = {"marker": "o", "ms": 3, "ls": "--" if system.startswith("no attention") else "-"}
            (line,) = axes.plot(lengths, [mean(v) for v in by_length.values()], label=system, **style)
            lows, highs = ([f(v) for v in by_length.values()] for f in (min, max))
            axes.fill_between(lengths, lows, highs, color=line.get_color(), alpha=0.15, lw=0)
        axes.set_xlabel("length of the source, n")
        axes.set_ylabel(label)
        if values is exact:
            axes.set_ylim(-3, 109)
            axes.axvspan(LONGEST_TRAINED, axes.get_xlim()[1], color="0.93", zorder=0)
            axes.annotate(
                "longer than any in training", (LONGEST_TRAINED + 0.2, 101), fontsize=7, color="0.4"
            )
        else:
            axes.set_yscale("log")
        figure.legend(loc="outside right upper", frameon=False, fontsize=8)
        figure.savefig(path, dpi=130)


def page(outcome: Outcome, exact: Mapping[str, Values], gradients: Mapping[str, Values]) -> str:
    of_system = {(one.system, one.name): one for one in outcome.measures}
    lengths = list(next(iter(exact.values())))
    head = " | ".join(f"*{n}*" if n > LONGEST_TRAINED else str(n) for n in lengths)
    lines = []
    for system, by_length in exact.items():
        cells = " | ".join(spread(by_length[n]) for n in lengths)
        looks = of_system.get((system, MISALIGNED))
        error = "-" if looks is None else f"{looks.mean:.1f}"
        lines.append(f"| {system} | {of_system[system, PARAMETERS].mean:,.0f} | {cells} | {error} |")
    falls = [
        f"| {system} | " + " | ".join(f"{mean(values):.2g}" for values in by_length.values()) + " |"
        for system, by_length in gradients.items()
    ]
    several = len(outcome.seeds) > 1
    return PAGE.format(
        longest=LONGEST_TRAINED,
        steps=outcome.config["steps"],
        transformer_steps=outcome.config["transformer_steps"],
        tests=outcome.config["tests"],
        seeds="seeds " + ", ".join(map(str, outcome.seeds)) if several else f"seed {outcome.seeds[0]}",
        command=outcome.command,
        head=head,
        columns="---|" * len(lengths),
        rows="\n".join(lines),
        published=PUBLISHED,
        sizes=" | ".join(map(str, next(iter(gradients.values())))),
        size_columns="---|" * len(next(iter(gradients.values()))),
        falls="\n".join(falls),
        folder=f"seed-{outcome.seeds[0]}/" if several else "",
        seed=outcome.seeds[0],
    )


def spread(values: list[float]) -> str:
    """The mean, and the range of the seeds where there is one."""
    if max(values) - min(values) < 0.05:
        return f"{mean(values):.1f}"
    return f"{mean(values):.1f} ({min(values):.3g}-{max(values):.3g})"
