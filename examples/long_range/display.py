"""What a person sees on the terminal: progress, the table at the end, and texts with their answers."""

import sys
from typing import Self

from tqdm import tqdm

from examples.long_range.folder import Folder
from examples.long_range.language import CHANCE, Filler, decode, recall_probes
from examples.long_range.measure import DISTANCES, PAIRS, answers, probe_rng, shortcut, source_attention
from examples.long_range.model import MODELS
from examples.long_range.questions import marked
from examples.long_range.results import Results, interval
from examples.long_range.runs import Job, Outcome
from examples.long_range.training import LEVELS, State
from examples.terminal import say

Key = tuple[str, int, float]


class Watch:
    """A bar per run on a terminal; elsewhere a line now and then."""

    def __init__(self, jobs: list[Job]) -> None:
        self.jobs = {job.key: job for job in jobs}
        self.bars: dict[Key, tqdm] = {}
        self.told: dict[Key, int] = {}
        self.done = 0
        self.is_terminal = sys.stdout is not None and sys.stdout.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for bar in self.bars.values():
            bar.close()

    def seen(self, key: Key, state: State) -> None:
        """A run has come to `state`."""
        steps = self.jobs[key].plan.steps
        level = LEVELS[state.level]
        text = (
            f"recall {state.recall:4.0%} copy {state.copy:4.0%} level {state.level + 1}/{len(LEVELS)} "
            f"(texts to {level.length}, copies to {level.copied})"
        )
        title = MODELS[key[0]].title
        if self.is_terminal:
            if key not in self.bars:
                form = "{desc} |{bar:10}| {n_fmt}/{total_fmt} {remaining} left  {postfix}"
                self.bars[key] = tqdm(
                    total=steps,
                    desc=f"{title:<14}",
                    bar_format=form,
                    file=sys.stdout,
                    dynamic_ncols=True,
                    leave=True,
                )
            bar = self.bars[key]
            bar.set_postfix_str(text, refresh=False)
            bar.update(state.step - bar.n)
        elif state.step - self.told.get(key, 0) >= max(1, steps // 6):
            self.told[key] = state.step
            say(f"{title} seed {key[1]}  step {state.step}/{steps}  {text}", flush=True)

    def finished(self, outcome: Outcome) -> None:
        """A run has been trained and measured."""
        self.done += 1
        key = outcome.job.key
        if key in self.bars and len(self.jobs) > 2:  # of many runs, only those under way have a bar
            self.bars.pop(key).close()
        if len(self.jobs) > 2 or not self.is_terminal:
            recall = [row.value for row in outcome.rows if row.measure == "recall" and row.pairs == PAIRS]
            line = (
                f"{self.done}/{len(self.jobs)}  {MODELS[key[0]].title}, seed {key[1]}, rate {key[2]:g}: "
                f"recall {min(recall):.0%} to {max(recall):.0%}, trained in {outcome.seconds:.0f} s"
            )
            if self.is_terminal:
                tqdm.write(line, file=sys.stdout)
            else:
                say(line, flush=True)


def table(results: Results) -> str:
    """Accuracy of recall against distance, every model that was run, beside the levels that are known."""
    names = [name for name in MODELS if results.seeds(name)]
    width = max(len(MODELS[name].title) for name in names) + 4
    head = f"{'recall, 8 pairs':<{width}}" + "".join(f"{d:>8}" for d in DISTANCES) + "  characters back"
    lines = [head]
    for name in names:
        columns = [results.values(name, "recall", d, PAIRS) for d in DISTANCES]
        seeds = len(columns[0])
        title = f"{MODELS[name].title} ({seeds})" if seeds > 1 else MODELS[name].title
        lines.append(f"{title:<{width}}" + "".join(f"{interval(c)[0]:>8.1%}" for c in columns))
    for title, level in (("optimum", 1.0), ("shortcut 1/8", shortcut(PAIRS)), ("chance 1/26", CHANCE)):
        lines.append(f"{title:<{width}}" + f"{level:>8.1%}" * len(DISTANCES))
    return "\n".join(lines)


def show_texts(folder: Folder, distances: tuple[int, ...] = (32, 256)) -> str:
    """A few texts in full, the answers of each model, and where the first one looked."""
    seed = folder.results.seeds("attention")[0]
    models = {name: folder.model(name, seed) for name in ("attention", "window")}
    parts = []
    for distance in distances:
        probes = recall_probes(probe_rng(9, distance), 1, distance, PAIRS, Filler())
        given = {name: decode(answers(model, probes.ids)) for name, model in models.items()}
        heads = source_attention(models["attention"], probes)[-1]
        parts.append(
            f"{marked(decode(probes.ids[0]), int(probes.sources[0]))}\n"
            f"the value stands {distance} characters before the end, in [brackets]; right is "
            f"{decode(probes.answers)}, attention answers {given['attention']}, its twin {given['window']}; "
            f"last layer's weights on it: {' '.join(f'{w:.2f}' for w in heads)}"
        )
    return "\n\n".join(parts)
