"""The report: every figure of every seed as CSV, and in words what was found, experiment by experiment."""

import csv
from dataclasses import asdict
from pathlib import Path

import numpy as np

from examples.explanation.measures import Found, Study
from examples.outcome import Measure

PERCENT = {"accuracy", "uniform_accuracy", "permuted_accuracy", "same_top"}
Retrained = dict[str, dict[str, list[float]]]  # of each task accuracies by what was done

INTRODUCTION = Path(__file__).with_name("introduction.md")


def line(found: Found) -> str:
    """One model in one line."""
    return (
        f"  {found.model}, seed {found.seed}: {found.accuracy:.1f} % right; "
        f"τ with gradient × input {found.tau_gradient:.2f}, with leave-one-out {found.tau_left_out:.2f}; "
        f"uniform weights change the output by {found.uniform_change:.2f} "
        f"({found.uniform_accuracy:.1f} % right), permuted by {found.permuted_change:.2f}"
    )


def write(studies: list[Study], retrained: Retrained, folder: Path, command: str) -> None:
    """figures.csv and report.md."""
    rows = [asdict(one) for study in studies for one in study.found]
    with (folder / "figures.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    tasks = {one.task.name: one.task for one in studies}
    parts = [
        INTRODUCTION.read_text("utf-8").format(
            command=command,
            models=len(studies[0].found),
            tasks="; ".join(
                f"*{t.name}*, {t.says} (the commonest class: {t.fool:.1f} %)" for t in tasks.values()
            ),
        ),
        *_agreement(studies),
        *_dependence(studies),
        *_training(studies, retrained),
        *_seeds(studies),
        *_reading(),
    ]
    (folder / "report.md").write_text("\n".join(parts) + "\n", "utf-8")


def measures(studies: list[Study]) -> list[Measure]:
    """What stands in results.json: for each model how the answer hangs on the weights, and agreement."""
    found = []
    for one in studies:
        system = f"attention is not explanation: {one.task.name}, {one.model}"
        commonest = {
            "the commonest class": one.task.fool,
            "with uniform weights": one.mean("uniform_accuracy"),
        }
        found.append(Measure(system, "right", one.mean("accuracy"), beside=commonest))
        found.append(Measure(system, "output change, uniform weights", one.mean("uniform_change"), ""))
        chance = {"permuted weights": one.mean("tau_shuffled")}
        found.append(Measure(system, "τ with leave-one-out", one.mean("tau_left_out"), "", chance))
    return found


def _agreement(studies: list[Study]) -> list[str]:
    columns = {
        "right, %": "accuracy",
        "weights, gradient × input": "tau_gradient",
        "weights, leave-one-out": "tau_left_out",
        "same first word, %": "same_top",
        "gradient × input, leave-one-out": "tau_both",
        "chance": "tau_shuffled",
    }
    return [
        "## Do the weights agree with other measures? (Jain and Wallace's first question)\n",
        *_table(studies, columns),
        "![Agreement, and what the output hangs on; a mark for each seed](summary.png)\n",
        *(
            f"- {_name(one)}: τ with leave-one-out is {_spread(one, 'tau_left_out')}; gradient × input and "
            f"leave-one-out agree with each other by {one.mean('tau_both'):.2f}, "
            f"{_beside(one.mean('tau_both') - one.mean('tau_left_out'))} the weights do."
            for one in studies
        ),
        "",
    ]


def _dependence(studies: list[Study]) -> list[str]:
    columns = {
        "right, %": "accuracy",
        "uniform: change": "uniform_change",
        "uniform: right, %": "uniform_accuracy",
        "permuted: change": "permuted_change",
        "permuted: right, %": "permuted_accuracy",
    }
    return [
        "## Would other weights give another answer? (Jain and Wallace's second question)\n",
        *_table(studies, columns),
        *(
            f"- {_name(one)}: with uniform weights the output moves by {one.mean('uniform_change'):.2f} and "
            f"{one.mean('accuracy') - one.mean('uniform_accuracy'):.1f} points of accuracy are lost."
            for one in studies
        ),
        "",
    ]


def _training(studies: list[Study], retrained: Retrained) -> list[str]:
    lines = [
        "## Is attention needed, and are its weights of use elsewhere? (Wiegreffe and Pinter's tests 1, 3)\n",
        "| task | model | right, % |",
        "|---|---|---|",
    ]
    for task, rows in retrained.items():
        own = {one.model: one.of("accuracy") for one in studies if one.task.name == task}
        lines += [f"| {task} | {name} | {ranged(values, 1)} |" for name, values in (own | rows).items()]
    lines.append("")
    for task, rows in retrained.items():
        mean = {one.model: one.mean("accuracy") for one in studies if one.task.name == task}
        mean |= {name: float(np.mean(values)) for name, values in rows.items()}
        reader = "BiGRU" if "BiGRU" in mean else "Lookup"
        says = (
            f"- **{task}**: {reader} is right in {mean[reader]:.1f} % with weights of its own, and in "
            f"{mean[f'{reader}, trained with uniform weights']:.1f} % trained with uniform ones"
        )
        if reader == "BiGRU":
            says += (
                f"; Words, without context, in {mean['Words']:.1f} % with weights of its own, in "
                f"{mean['Words, trained with uniform weights']:.1f} % with uniform ones, and in "
                f"{mean['Words, given the weights of a BiGRU']:.1f} % with those of the BiGRU"
            )
        lines.append(says + ".")
    return [*lines, ""]


def _seeds(studies: list[Study]) -> list[str]:
    lines = [
        "## Do models that differ in their seed alone attend alike? (Wiegreffe and Pinter's test 2)\n",
        "Total variation of the weights, and of the outputs, on the same texts: where the first is large and "
        "the second small, different weights go with the same answers.\n",
        "| task | model | weights differ by | outputs differ by | τ of the weights |",
        "|---|---|---|---|---|",
    ]
    for one in studies:
        found = one.seeds
        lines.append(
            f"| {one.task.name} | {one.model} | {found['weights_differ']:.2f} | "
            f"{found['answers_differ']:.2f} | {found['tau_seeds']:.2f} |"
        )
    return [*lines, ""]


def _reading() -> list[str]:
    return [
        "## How to read a map\n",
        "A weight says how values are mixed, at one place of the model. Whether the answer depends on it is "
        "a question of its own, which was answered differently for the models above; a map alone does not "
        "show which case it is from. Before a map is called an explanation, change the weights, and what "
        "they mix, and look at the answer: `nn.explain`.\n",
        "![votes](votes.png)\n\n![topics](topics.png)\n\n![lookup](lookup.png)",
    ]


def _table(studies: list[Study], columns: dict[str, str]) -> list[str]:
    head = ["task", "model", *columns]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for one in studies:
        cells = [ranged(one.of(name), 1 if name in PERCENT else 2) for name in columns.values()]
        lines.append(f"| {one.task.name} | {one.model} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def ranged(values: list[float], digits: int) -> str:
    """The mean, and behind it the least and the greatest."""
    mean, least, most = (f"{round(float(f(values)), digits) + 0.0:.{digits}f}" for f in (np.mean, min, max))
    return f"{mean} ({least} to {most})" if len(values) > 1 else mean


def _spread(study: Study, figure: str) -> str:
    return ranged(study.of(figure), 2)


def _name(study: Study) -> str:
    return f"**{study.task.name}, {study.model}**"


def _beside(difference: float) -> str:
    """In words, where less than 0.05 of τ is within what seeds do."""
    if abs(difference) < 0.05:
        return "about as much as"
    return "more than" if difference > 0 else "less than"
