"""The pictures of the report: all models in one, and what the words of one text are to the answer."""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import nn
from examples.explanation.measures import Study, compared

AGREE = {
    "tau_gradient": ("weights and gradient × input", "tab:blue", "o"),
    "tau_left_out": ("weights and leave-one-out", "tab:orange", "s"),
    "tau_both": ("gradient × input and leave-one-out", "0.4", "^"),
    "tau_shuffled": ("permuted weights and leave-one-out: chance", "0.75", "x"),
}
HANG = {
    "uniform_change": ("uniform weights", "tab:green", "o"),
    "permuted_change": ("permuted weights", "tab:purple", "s"),
}


def summary(studies: list[Study], path: Path) -> None:
    """Agreement at the left, what the output hangs on at the right; a mark for each seed."""
    figure = Figure(figsize=(10, 0.6 * len(studies) + 1.9), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    _marks(left, studies, AGREE)
    _marks(right, studies, HANG)
    left.axvline(0, color="0.8", lw=0.8, zorder=0)
    left.set_xlim(-0.3, 1.02)
    left.set_xlabel("Kendall's τ of two orders of the words")
    right.set_xlim(-0.02, 1.02)
    right.set_xlabel("change of the output (total variation)")
    left.set_yticks(range(len(studies)), [f"{one.task.name}, {one.model}" for one in studies])
    left.invert_yaxis()
    figure.savefig(path, dpi=130)


def _marks(axes: Any, studies: list[Study], figures: dict[str, tuple[str, str, str]]) -> None:
    for i, (name, (label, color, marker)) in enumerate(figures.items()):
        x = [value for one in studies for value in one.of(name)]
        y = [row + 0.15 * (i - (len(figures) - 1) / 2) for row, one in enumerate(studies) for _ in one.found]
        axes.plot(x, y, marker, color=color, ms=5, ls="", label=label)
    axes.grid(axis="x", color="0.93")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), fontsize=8, frameon=False, ncols=1)


def example(study: Study, folder: Path) -> None:
    """The weights of the first model on one text, over what gradient and omission say of each word.

    Both as a picture and as a page.

    Of the texts that are answered rightly it is the one whose orders agree as much as in the middle one.
    """
    task, evidence = study.task, study.evidence[0]
    seen = compared(task, task.test)
    tau = nn.explain.rank_correlation(evidence.weights, evidence.left_out, mask=seen)
    right = np.flatnonzero(evidence.answers.argmax(axis=-1) == task.test.labels)
    row = int(right[np.argsort(tau[right])[len(right) // 2]])
    first, end = int(task.name == "lookup"), int(task.test.lengths[row])
    words = [task.words[i] for i in task.test.ids[row, first:end]]
    asked = task.words[task.test.ids[row, 0]] if first else "answer"
    weights, title = evidence.weights[row, None, first:end], f"{task.name}, {study.model}"
    measured = {
        "gradient × input": evidence.gradient[row, first:end],
        "leave-one-out": evidence.left_out[row, first:end],
    }
    picture = nn.draw_attention(weights, [asked], words, title=title, beside=measured)
    picture.save(folder / f"{task.name}.png")
    page = folder / f"{task.name}.html"
    nn.show_attention(weights, [asked], page, keys=words, title=title, beside=measured)
