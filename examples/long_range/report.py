"""The report of an experiment: one page in English and Korean, from nothing but the experiment's folder."""

import math
import re
import shlex
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

import minigrad as mg
import nn
from examples.char.corpus import load_default
from examples.long_range import figures
from examples.long_range.claims import CLAIMS, Verdict, check
from examples.long_range.figures import CAUSE_DISTANCES, CAUSES, LOAD_PAIRS
from examples.long_range.folder import Folder, FolderError, Moment
from examples.long_range.language import CHANCE, Filler, check_question, decode, encode, recall_probes
from examples.long_range.measure import (
    COPIED,
    DISTANCES,
    PAIRS,
    Hide,
    answers,
    probe_rng,
    shortcut,
    single_character_rule,
    source_attention,
)
from examples.long_range.model import MODELS, LanguageModel
from examples.long_range.plans import FULL, QUICK, RATES, TUNING
from examples.long_range.runs import TUNING_SEEDS
from examples.long_range.texts import Text, join, say
from examples.long_range.training import CHARACTERS, LEVELS, Plan

SECTIONS = tuple(
    "question language distance load cause gradients maps training claims settings limits".split()
)
LENGTH = LEVELS[-1].length
REACH = 30  # of two layers with a window of 16
LOAD_DISTANCE = 64
MAP_TEXT = "rob =kM dq =tR ei =aZ wv =pC hg =xB uf ?t"
LOW, HIGH = 0.2, 0.8  # what training jumps between
SUDDEN = 0.15  # of all steps, at most, for a jump
Cell = str | Text | tuple[str, str]  # a figure, or one with a small line below


@dataclass(frozen=True)
class Table:
    """A table of the page; the first cell of each row is its heading."""

    caption: Text | None
    head: list[str | Text]
    rows: list[list[Cell]]
    kind: str = "figures"  # of style: or "words", "facts", "runs"


@dataclass(frozen=True)
class Picture:
    """A figure of the page, as an SVG element."""

    svg: Markup
    caption: Text


@dataclass(frozen=True)
class Section:
    """A part of the page: blocks in order."""

    name: str
    number: int
    title: Text
    blocks: list[Any]


def write_report(folder: Folder) -> Path:
    """Write <folder>/report.html and its figures; the page's path.

    Raises FolderError for a folder without a finished run, or one that cannot be written.
    """
    config = folder.config()
    if not any(folder.results.seeds(name) for name in MODELS):
        raise FolderError(f"{folder.path} holds no finished run yet: give the same command again to go on")
    path = folder.path / "report.html"
    try:
        page = _Page(folder, config).render()
        beside = path.with_suffix(".new")
        beside.write_text(page, "utf-8")
        beside.replace(path)
    except OSError as error:
        raise FolderError(f"the report cannot be written to {folder.path} ({error.strerror})") from None
    return path


class _Page:
    def __init__(self, folder: Folder, config: dict[str, Any]) -> None:
        self.folder = folder
        self.what: dict[str, Any] = config["what"]
        self.machine: dict[str, str] = config.get("machine", {})
        self.results = folder.results
        self.names = [name for name in MODELS if self.results.seeds(name)]
        self.verdicts = {name: check(name, self.results) for name in CLAIMS}

    def render(self) -> str:
        env = Environment(
            loader=FileSystemLoader(Path(__file__).parent),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        env.globals.update(both=both, say=say, kind=lambda block: type(block).__name__.lower())
        sections = [
            Section(name, i + 1, say(f"s.{name}"), getattr(self, f"_{name}")())
            for i, name in enumerate(SECTIONS)
        ]
        return env.get_template("report.html.j2").render(sections=sections)

    def _draw(self, name: str, caption: Text, draw: Any, *arguments: object) -> Picture:
        svg = figures.save(self.folder.path / "figures", name, draw, *arguments)
        label = escape(f"{_plain(caption.en)} / {_plain(caption.ko)}")
        return Picture(Markup(svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)), caption)

    # -- sections: each a list of Text, Table, Picture and Markup ------------------------------------

    def _question(self) -> list[Any]:
        holds = [self.verdicts[name].holds for name in ("E1", "E3", "E6")]
        word = "yes" if all(holds) else "part" if False in holds else "unknown"
        if holds[0] is False:
            word = "no"
        sentences = [self._answer_reach(), self._answer_window(), self._answer_cause()]
        notes = []
        seeds = self.results.seeds("attention")
        if len(seeds) == 1:
            notes.append(say("answer.one-seed"))
        if len(seeds) > 1:
            solved = sum(not math.isnan(s) for s in self.results.values("attention", "solved-at-step", ""))
            notes.append(say("answer.seeds", count=len(seeds), solved=solved))
        return [say("question.what"), _answer(say(f"answer.{word}"), word, sentences, notes)]

    def _answer_reach(self) -> Text:
        verdict = self.verdicts["E1"]
        if verdict.holds is None:
            return say("answer.reach.missing")
        means = self._means("attention")
        far = self.results.values("attention", "recall", 512, PAIRS)
        over = "answer.over.seeds" if len(far) > 1 else "answer.over.one"
        return say(
            f"answer.reach.{_holds(verdict)}",
            near=percent(min(means[d] for d in DISTANCES if d <= 256)),
            far=percent(means[512]),
            over=say(over, lowest=percent(min(far))),
            shortcut=percent(shortcut(PAIRS)),
            chance=percent(CHANCE),
        )

    def _answer_window(self) -> Text:
        verdict = self.verdicts["E3"]
        if verdict.holds is None:
            return say("answer.window.missing")
        means = self._means("window")
        return say(
            f"answer.window.{_holds(verdict)}",
            inside=percent(min(means[d] for d in DISTANCES if d <= 16)),
            outside=percent(max(means[d] for d in DISTANCES if d > REACH)),
        )

    def _answer_cause(self) -> Text:
        verdict = self.verdicts["E6"]
        if verdict.holds is None:
            return say("answer.cause.missing")
        names = {"base": "base", "hidden": "source_hidden", "other": "other_hidden", "swap": "swap_followed"}
        found = {k: percent(self._mean("attention", m, 512)) for k, m in names.items()}
        return say(f"answer.cause.{_holds(verdict)}", **found)

    def _language(self) -> list[Any]:
        filler = say(f"language.filler.{'text' if self.what.get('filler') == 'text' else 'random'}")
        rows: list[list[Cell]] = [
            [say(f"language.{name}"), percent(level), say(f"language.{name}.how")]
            for name, level in (("chance", CHANCE), ("shortcut", shortcut(PAIRS)), ("optimum", 1.0))
        ]
        head: list[str | Text] = [say("language.level"), say("language.accuracy"), say("language.how")]
        rules = say("language.rules", filler=filler, length=LENGTH)
        table = Table(say("language.levels"), head, rows, "words")
        return [rules, self._example(), say("language.copy"), table]

    def _example(self) -> Markup:
        distance, length = 110, 192
        prose = load_default().content if self.what.get("filler") == "text" else None
        probes = recall_probes(probe_rng(9), 1, distance, 5, Filler(prose), length)
        text, source = decode(probes.ids[0]), int(probes.sources[0])
        caption = say("language.caption", length=LENGTH, distance=distance, answer=text[source])
        body = Markup('<pre class="example">{}</pre>').format(coloured(text, source))
        return Markup("<figure>{}<figcaption>{}</figcaption></figure>").format(body, both(caption))

    def _distance(self) -> list[Any]:
        caption = say("distance.caption", length=LENGTH)
        drawn = self._draw("recall", caption, figures.recall, self.results, _groups(self.names))
        head: list[str | Text] = [say("distance.model"), say("distance.seeds")]
        recall: list[list[Cell]] = [
            [
                say(f"model.{name}"),
                str(len(self.results.seeds(name))),
                *(_cell(self.results.values(name, "recall", d, PAIRS)) for d in DISTANCES),
            ]
            for name in self.names
        ]
        copy: list[list[Cell]] = [
            [say(f"model.{name}"), *(_cell(self.results.values(name, "copy", n))[0] for n in COPIED)]
            for name in self.names
        ]
        rule = percent(single_character_rule(256))
        return [
            drawn,
            Table(say("distance.table"), [*head, *map(str, DISTANCES)], recall, "figures wide"),
            Table(say("distance.copy", rule=rule), [head[0], *(f"n = {n}" for n in COPIED)], copy),
        ]

    def _load(self) -> list[Any]:
        d = LOAD_DISTANCE
        measured = {
            name: [n for n in LOAD_PAIRS if self.results.values(name, "recall", d, n)]
            for name in ("attention", "lstm", "gru")
        }
        names = [name for name, pairs in measured.items() if len(pairs) > 1]
        if not {"lstm", "gru"} & set(names):
            return [say("load.missing")]
        rows: list[list[Cell]] = []
        sentences = []
        for name in names:
            found = {n: self.results.values(name, "recall", d, n) for n in LOAD_PAIRS}
            rows.append([say(f"model.{name}"), *(_cell(found[n]) if found[n] else "—" for n in LOAD_PAIRS)])
            few, many = measured[name][0], measured[name][-1]
            least, most = (percent(float(np.mean(found[n]))) for n in (few, many))
            model = say(f"model.{name}")
            sentences.append(say("load.one", model=model, least=least, few=few, most=most, many=many))
        caption = say("load.caption", distance=d)
        return [
            say("load.text", distance=d, figures=join(sentences)),
            self._draw("load", caption, figures.load, self.results, names, d),
            Table(None, [say("load.pairs"), *map(str, LOAD_PAIRS)], rows),
            self._load_reading(names, measured),
        ]

    def _load_reading(self, names: list[str], measured: dict[str, list[int]]) -> Text:
        if self.verdicts["E5"].holds is False:
            return say("load.unread")
        last = {name: self._mean(name, "recall", LOAD_DISTANCE, measured[name][-1]) for name in names}
        own = last.pop("attention", 0.0)
        return say("load.reading" if max(last.values()) < own - 0.1 else "load.equal")

    def _cause(self) -> list[Any]:
        blocks: list[Any] = [say("cause.text")]
        if not self.results.values("attention", "base", CAUSE_DISTANCES[0], PAIRS):
            blocks.append(say("cause.missing"))
        else:
            rows: list[list[Cell]] = [
                [
                    say(f"cause.{m}"),
                    *(_cell(self.results.values("attention", m, d, PAIRS)) for d in CAUSE_DISTANCES),
                ]
                for m in CAUSES
            ]
            head: list[str | Text] = [say("cause.what"), *(f"d = {d}" for d in CAUSE_DISTANCES)]
            blocks += [
                self._draw("causes", say("cause.caption"), figures.causes, self.results, "attention"),
                Table(say("cause.table"), head, rows),
                say(f"cause.verdict.{self.verdicts['E6'].holds}"),
            ]
            if max(self._mean("attention", "source_hidden", d) for d in CAUSE_DISTANCES) < CHANCE:
                blocks.append(say("cause.below"))
        return [*blocks, _heading(say("lesson.title")), *self._lesson()]

    def _lesson(self) -> list[Any]:
        seen = {name: self._weights(name) for name in ("attention", "window")}
        found = {name: Lesson.measure(model) for name, (_, model) in seen.items() if model is not None}
        if "window" not in found:
            return [say("lesson.missing")]
        twin = found["window"]
        key = "lesson.shown" if twin.shows else "lesson.not"
        fill = {name: percent(getattr(twin, name)) for name in ("base", "hidden", "cut")}
        rows: list[list[Cell]] = [
            [say(f"model.{name}"), f"{x.weight:.3f}", *map(percent, (x.base, x.hidden, x.cut))]
            for name, x in found.items()
        ]
        head = ["distance.model", "lesson.weight", "cause.base", "cause.source_hidden", "cause.edge_cut"]
        seeds = ", ".join(dict.fromkeys(str(seed) for seed, _ in seen.values() if seed is not None))
        caption = say("lesson.table", count=Lesson.COUNT, length=Lesson.LENGTH, seeds=seeds)
        return [
            say(key, weight=f"{twin.weight:.3f}", **fill),
            Table(caption, [say(name) for name in head], rows),
        ]

    def _gradients(self) -> list[Any]:
        def has(name: str, state: str) -> bool:
            return all(self.results.values(name, f"gradient-{state}", d, PAIRS) for d in DISTANCES)

        names = [name for name in self.names if has(name, "untrained") and has(name, "trained")]
        if not names:
            return [say("gradients.text"), say("gradients.missing")]
        trained = {
            name: [self._mean(name, "gradient-trained", d) for d in DISTANCES] for name in names
        }  # and the figures of both states decide whether small ones need a line
        small = any(
            0 < self._mean(name, f"gradient-{state}", d) < figures.TINY
            for name in names
            for state in ("untrained", "trained")
            for d in DISTANCES
        )
        tiny = say("gradients.tiny", floor=scientific(figures.TINY)) if small else say("gradients.no-tiny")
        caption = say("gradients.caption", tiny=tiny)
        sentences = []
        if "attention" in names:
            sentences.append(say("gradients.attention", spread=f"{self._spread():.2f}"))
        if "elman" in names:
            sentences.append(say("gradients.falls", share=scientific(self._falls())))
        zero = [name for name, row in trained.items() if min(row) == 0]
        for key, cut in (("gradients.zero", True), ("gradients.underflow", False)):
            some = [say(f"model.{name}") for name in zero if _sees_little(name) == cut]
            if some:
                sentences.append(say(key, models=join(some, ", ")))
        gated = {name: trained[name][-1] for name in ("lstm", "gru") if name in trained}
        if gated:
            list_ = [Text(*[f"{t} {scientific(gated[n])}" for t in say(f"model.{n}")]) for n in gated]
            carried = "gradients.gated" if min(gated.values()) > 0.01 else "gradients.gated-not"
            sentences.append(say(carried, figures=join(list_, ", ")))
        drawn = self._draw("gradients", caption, figures.gradients, self.results, names)
        return [say("gradients.text"), drawn, *sentences]

    def _maps(self) -> list[Any]:
        seed, model = self._weights("attention")
        if model is None:
            return [say("maps.missing")]
        circuit = Circuit.find(model)
        row, source = len(MAP_TEXT) - 1, check_question(MAP_TEXT)
        layer = model.model.layers - 1
        first, second = circuit.maps[0][circuit.first], circuit.maps[-1][circuit.second]
        text = say(
            "maps.text",
            count=Circuit.COUNT,
            seed=seed,
            first=circuit.first,
            second=circuit.second,
            before=f"{circuit.before:.2f}",
            source=f"{circuit.source:.2f}",
        )
        captions = (
            say("maps.previous.caption", head=circuit.first),
            say("maps.source.caption", layer=layer, head=circuit.second, weight=f"{second[row, source]:.2f}"),
        )
        titles = (f"layer 0, head {circuit.first}", f"layer {layer}, head {circuit.second}")
        draw = figures.attention_map
        return [
            text,
            say("maps.circuit" if circuit.clear else "maps.no-circuit"),
            self._draw("map-previous", captions[0], draw, first, MAP_TEXT, titles[0], None),
            self._draw("map-source", captions[1], draw, second, MAP_TEXT, titles[1], (row, source)),
            say("maps.answer", given=circuit.given, right=MAP_TEXT[source]),
            say("maps.warning"),
        ]

    def _training(self) -> list[Any]:
        histories = {
            key: _once(moments) for key, moments in self.folder.history().items() if key[1] < TUNING_SEEDS
        }
        seeds = sorted(seed for name, seed in histories if name == "attention")
        text = say("training.text", first=f"{LEVELS[0].sure:.0%}", sure=f"{LEVELS[-1].sure:.0%}")
        if not seeds:
            return [text, say("training.missing")]
        seed, *rest = seeds
        own, twin = histories["attention", seed], histories.get(("window", seed), [])
        others = say("training.others" if rest else "training.no-others")
        drawn = self._draw(
            "training",
            say("training.caption", seed=seed, others=others),
            figures.training,
            own,
            [histories["attention", s] for s in rest],
            twin,
        )
        jumps = {s: _jump(histories["attention", s]) for s in seeds}
        lines = [_jump_line(s, jump) for s, jump in jumps.items()]
        sudden = all(
            jump is not None and jump[1] - jump[0] <= SUDDEN * histories["attention", s][-1].step
            for s, jump in jumps.items()
        )
        key = "training.sudden" if sudden else "training.not-sudden"
        return [text, drawn, say(key, seeds=join(lines))]

    def _claims(self) -> list[Any]:
        rows: list[list[Cell]] = [
            [
                Text(f"{name}: {claim.en}", f"{name}: {claim.ko}"),
                say("figures.unmeasured") if verdict.holds is None else self._claim_figures(name),
                Text(*[f"**{word}**" for word in say(f"verdict.{verdict.holds}")]),
            ]
            for name, verdict in self.verdicts.items()
            for claim in [say(f"claim.{name}")]
        ]
        head: list[str | Text] = [say("claims.claim"), say("claims.figures"), say("claims.verdict")]
        return [say("claims.text", out=self._out()), Table(None, head, rows, "words")]

    def _claim_figures(self, name: str) -> Text:
        values = self.results.values
        if name == "E1":
            near = [v for d in DISTANCES if d <= 256 for v in values("attention", "recall", d, PAIRS)]
            far = values("attention", "recall", 512, PAIRS)
            return say("figures.E1", near=percent(min(near)), far=percent(min(far)), count=len(far))
        if name == "E2":
            least = min(v for n in COPIED for v in values("attention", "copy", n))
            return say("figures.E2", least=percent(least), rule=percent(single_character_rule(256)))
        if name == "E3":
            beyond = [d for d in DISTANCES if d > REACH]
            gradients = [v for d in beyond for v in values("window", "gradient-trained", d, PAIRS)]
            return say(
                "figures.E3",
                inside=percent(min(v for d in (8, 16) for v in values("window", "recall", d, PAIRS))),
                outside=percent(max(v for d in beyond for v in values("window", "recall", d, PAIRS))),
                gradient=scientific(max(gradients)) if gradients else say("figures.unmeasured"),
            )
        if name == "E4":
            most = max(v for d in DISTANCES for v in values("one-layer", "recall", d, PAIRS))
            return say("figures.E4", most=percent(most))
        if name == "E5":
            one = {n: percent(min(self._means(n, 1).values())) for n in ("gru", "lstm")}
            many = {f"{n}8": percent(max(self._means(n).values())) for n in ("gru", "lstm")}
            return say("figures.E5", **one, **many)
        if name == "E6":
            names = {"base": "base", "hidden": "source_hidden", "other": "other_hidden"}
            names |= {"filler": "filler_hidden", "swap": "swap_followed"}
            found = {
                key: " / ".join(percent(self._mean("attention", m, d)) for d in CAUSE_DISTANCES)
                for key, m in names.items()
            }
            return say("figures.E6", **found)
        return say("figures.E7", share=scientific(self._falls()), spread=f"{self._spread():.2f}")

    def _settings(self) -> list[Any]:
        rows: list[list[Cell]] = [
            [say(f"settings.{name}"), text] for name, text in self._setting_lines().items()
        ]
        head = ["model", "seed", "rate", "parameters", "solved", "lowest", "longest", "copied", "trained"]
        titles: list[str | Text] = [say("distance.model"), *(say(f"settings.{name}") for name in head[1:])]
        runs = [(name, seed) for name in self.names for seed in self.results.seeds(name)]
        lines = [self._run(name, seed) for name, seed in runs]
        counts = sorted(
            {row.probes for row in self.results.rows if row.measure == "recall" and row.seed < 100}
        )
        return [
            Table(None, [], rows, "facts"),
            Table(say("settings.runs", failed=self._failed()), titles, lines, "runs"),
            say("settings.probes", counts=", ".join(map(str, counts))),
        ]

    def _setting_lines(self) -> dict[str, Text | str]:
        form = self.what.get("form", "other")
        plan = _plan(form)
        shape = MODELS["attention"]
        levels = {
            what: "/".join(str(getattr(level, what)) for level in LEVELS) for what in ("pairs", "copied")
        }
        seconds = [row.value for row in self.results.rows if row.measure == "training-seconds"]
        rates = sorted(
            {(row.model, row.learning_rate) for row in self.results.rows if row.seed < TUNING_SEEDS}
        )
        used = [Text(*[f"{t} {rate:g}" for t in say(f"model.{name}")]) for name, rate in rates]
        if len({rate for _, rate in rates}) == 1:
            used = [say("settings.rates.all", rate=f"{rates[0][1]:g}")]
        tuned = any(row.seed >= TUNING_SEEDS for row in self.results.rows)
        return {
            "command": f"`{self._command()}`",
            "form": say(f"settings.form.{form if form in ('quick', 'full') else 'other'}"),
            "network": say(
                "settings.network.is", layers=shape.layers, channels=shape.channels, heads=shape.heads
            ),
            "optimizer": say(
                "settings.optimizer.is",
                warmup=plan.warmup,
                characters=CHARACTERS,
                steps=self.what.get("steps", plan.steps),
            ),
            "curriculum": say(
                "settings.curriculum.is", lengths="/".join(str(level.length) for level in LEVELS), **levels
            ),
            "rates": say(
                "settings.rates.tuned",
                grid=", ".join(f"{rate:g}" for rate in RATES),
                seeds=join([Text(str(seed), str(seed)) for seed in TUNING], ", "),
                rates=join(used, ", "),
            )
            if tuned
            else say("settings.rates.fixed", rates=join(used, ", ")),
            "machine": say("settings.machine.is", **{**_UNKNOWN, **self.machine}),
            "time": say("settings.time.is", total=_duration(sum(seconds)), count=len(seconds)),
        }

    def _run(self, name: str, seed: int) -> list[Cell]:
        own = {
            (row.measure, row.argument, row.pairs): row
            for row in self.results.rows
            if (row.model, row.seed) == (name, seed)
        }
        recall = [own["recall", str(d), PAIRS].value for d in DISTANCES]
        solved = own["solved-at-step", "", 0].value
        return [
            say(f"model.{name}"),
            str(seed),
            f"{own['parameters', '', 0].learning_rate:g}",
            f"{own['parameters', '', 0].value:,.0f}",
            "—" if math.isnan(solved) else f"{solved:.0f}",
            percent(min(recall)),
            percent(recall[-1]),
            percent(own["copy", "256", 0].value),
            f"{own['training-seconds', '', 0].value:.0f} s",
        ]

    def _failed(self) -> Text:
        all_, failed = Counter[str](), Counter[str]()
        for name in self.names:
            steps = self.results.values(name, "solved-at-step", "")
            all_[name], failed[name] = len(steps), sum(math.isnan(step) for step in steps)
        if not failed.total():
            return say("settings.none-failed", all=all_.total())
        models = [
            say("settings.failed.one", model=say(f"model.{name}"), count=count, all=all_[name])
            for name, count in failed.items()
            if count
        ]
        return say("settings.failed", count=failed.total(), all=all_.total(), models=join(models, ", "))

    def _limits(self) -> list[Any]:
        one = {
            name: percent(self._mean(name, "recall", 512, 1))
            for name in ("lstm", "gru")
            if self.results.values(name, "recall", 512, 1)
        }
        recurrent = say("limits.one-pair-missing")
        if len(one) == 2:
            fine = all(self._mean(name, "recall", 512, 1) > 0.5 for name in one)
            recurrent = say("limits.one-pair" if fine else "limits.one-pair-low", **one)
        parameters = self.results.values(self.names[0], "parameters", "")[0]
        steps = self.what.get("steps", _plan(self.what.get("form", "")).steps)
        items = [
            say("limits.real"),
            say("limits.many", recurrent=recurrent),
            say("limits.budget", steps=steps, parameters=f"{parameters:,.0f}"),
            say("limits.maps"),
            say("limits.below"),
            say("limits.elman"),
            say("limits.length", length=LENGTH),
        ]
        if max(len(self.results.seeds(name)) for name in self.names) == 1:
            items.append(say("limits.seed"))
        return [Markup("<ul>{}</ul>").format(Markup("").join(both(item, "li") for item in items))]

    # -- figures ---------------------------------------------------------------------------------------

    def _mean(self, name: str, measure: str, argument: int, pairs: int = PAIRS) -> float:
        return float(np.mean(self.results.values(name, measure, argument, pairs)))

    def _means(self, name: str, pairs: int = PAIRS) -> dict[int, float]:
        return {d: self._mean(name, "recall", d, pairs) for d in DISTANCES}

    def _spread(self) -> float:
        """Greatest over least gradient of untrained attention."""
        values = [self._mean("attention", "gradient-untrained", d) for d in DISTANCES]
        return max(values) / min(values) if min(values) else math.inf

    def _falls(self) -> float:
        """The Elman network's gradient at 64 as a share of that at 8, untrained."""
        near = self._mean("elman", "gradient-untrained", 8)
        return self._mean("elman", "gradient-untrained", 64) / near if near else math.nan

    def _weights(self, name: str) -> tuple[int | None, LanguageModel | None]:
        """The first reported seed whose weights are here, and the model."""
        for seed in self.results.seeds(name):
            if (self.folder.weights / f"{name}-{seed}.safetensors").exists():
                return seed, self.folder.model(name, seed)
        return None, None

    def _command(self) -> str:
        parts = ["python -m examples.long_range"]
        form = self.what.get("form")
        if form == "full":
            parts.append("--full")
        if self.what.get("filler") == "text":
            parts.append("--filler text")
        if self.what.get("seed"):
            parts.append(f"--seed {self.what['seed']}")
        if self.what.get("steps") not in (None, _plan(form or "").steps):
            parts.append(f"--steps {self.what['steps']}")
        return " ".join(parts) + self._out()

    def _out(self) -> str:
        return f" --out {shlex.quote(self.folder.path.as_posix())}"


_UNKNOWN = dict.fromkeys(("processor", "cpus", "system", "python", "numpy"), "?")


# -- measured from the weights --------------------------------------------------------------------------


@dataclass(frozen=True)
class Lesson:
    """At distance 16: the last layer's weight on the source, and accuracies without and with it."""

    weight: float
    base: float
    hidden: float
    cut: float

    COUNT, LENGTH = 32, 192  # texts, shorter than the interventions': a report should not take long

    @classmethod
    def measure(cls, model: LanguageModel) -> "Lesson":
        """Figures of one model."""
        probes = recall_probes(probe_rng(12), cls.COUNT, 16, PAIRS, Filler(), cls.LENGTH)
        layers = model.model.layers

        def accuracy(hide: Hide | None) -> float:
            return float((answers(model, probes.ids, hide) == probes.answers).mean())

        return cls(
            weight=float(source_attention(model, probes)[-1].max()),
            base=accuracy(None),
            hidden=accuracy(Hide(probes.sources, layers)),
            cut=accuracy(Hide(probes.sources, layers, edge_only=True)),
        )

    @property
    def shows(self) -> bool:
        """Whether a weight near 0 went with a source that the answer depends on."""
        return self.weight < 0.05 and self.hidden <= 0.15 and self.base - self.hidden >= 0.25


@dataclass(frozen=True)
class Circuit:
    """The two heads of the induction circuit, found by measuring; `maps` (H, T, T) per layer on MAP_TEXT."""

    first: int  # the head of layer 0 that looks most at the character before
    before: float
    second: int  # the head of the last layer that looks most from the question to the source
    source: float
    maps: list[np.ndarray]
    given: str

    COUNT = 16  # texts

    @property
    def clear(self) -> bool:
        """Whether the two heads do what a circuit needs."""
        return min(self.before, self.source) > 0.4

    @classmethod
    def find(cls, model: LanguageModel) -> "Circuit":
        """Measure all heads of both layers."""
        probes = recall_probes(probe_rng(11), cls.COUNT, 40, PAIRS, Filler(), length=96)
        sources = source_attention(model, probes)[-1]  # (H,)
        with mg.no_grad(), nn.record_attention(model) as maps:
            model(probes.ids)
            first_layer = next(iter(maps.values()))  # (B, H, T, T)
            before = np.diagonal(first_layer, -1, axis1=2, axis2=3).mean(axis=(0, 2))
            scores = model(encode(MAP_TEXT)[None]).numpy()
            shown = [weights[0].copy() for weights in maps.values()]
        first, second = int(before.argmax()), int(sources.argmax())
        given = decode(scores[0, -1:].argmax(axis=-1))
        return cls(first, float(before[first]), second, float(sources[second]), shown, given)


# -- words and figures ----------------------------------------------------------------------------------


def both(text: Text | str, tag: str = "span") -> Markup:
    """A text in both languages, one element each; a plain string is the same in both and stands alone."""
    if isinstance(text, str):
        return marked(text)
    if text.en == text.ko:
        return marked(text.en) if tag == "span" else Markup(f"<{tag}>{marked(text.en)}</{tag}>")
    between = Markup('<span class="between"> / </span>') if tag == "span" else Markup("\n")
    english = Markup(f'<{tag} lang="en">{marked(text.en)}</{tag}>')
    korean = Markup(f'<{tag} lang="ko">{marked(text.ko)}</{tag}>')
    return english + between + korean


def marked(text: str) -> Markup:
    """HTML of a text, with its `code` and **strong**."""
    html = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text)))
    return Markup(re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", html))


def coloured(text: str, source: int) -> Markup:
    """A question with its parts marked, by more than colour: assignments, source, question, filler."""
    parts, place = [], 0
    while place < len(text):
        if text[place] == "=":
            value = text[place + 2]
            if place + 2 == source:
                parts.append(Markup("<b>{}<mark>[{}]</mark></b>").format(text[place : place + 2], value))
            else:
                parts.append(Markup("<b>{}</b>").format(text[place : place + 3]))
            place += 3
        elif place == len(text) - 2:
            parts.append(Markup("<u>{}</u>").format(text[place:]))
            place += 2
        else:
            end = next((i for i in range(place, len(text) - 2) if text[i] == "="), len(text) - 2)
            parts.append(Markup("<i>{}</i>").format(text[place:end]))
            place = end
    return Markup("").join(parts)


def percent(share: float) -> str:
    """A share as the page writes it."""
    return f"{share:.1%}"


def scientific(value: float) -> str:
    """A number of any size, such as 2.1·10⁻⁶; 0 only for an exact zero."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "∞" if value > 0 else "?"
    digits, power = f"{value:.1e}".split("e")
    if -3 < int(power) < 3:
        return f"{value:.2g}"
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{raised}" if digits == "1.0" else f"{digits}·10{raised}"


def _answer(head: Text, word: str, sentences: list[Text], notes: list[Text]) -> Markup:
    items = Markup("").join(both(sentence, "li") for sentence in sentences)
    below = Markup("").join(both(note, "p") for note in notes)
    heading = both(Text(*[f"**{t}**" for t in head]), "p")
    return Markup('<div class="answer {}">{}<ul>{}</ul>{}</div>').format(word, heading, items, below)


def _heading(title: Text) -> Markup:
    return Markup("<h3>{}</h3>").format(both(title))


def _holds(verdict: Verdict) -> str:
    return "holds" if verdict.holds else "fails"


def _cell(values: list[float]) -> tuple[str, str]:
    """Mean of the seeds, and their range where there are several."""
    if not values:
        return "—", ""
    low, high = (f"{share * 100:.1f}".removesuffix(".0") for share in (min(values), max(values)))
    return percent(float(np.mean(values))), f"{low}–{high}" if len(values) > 1 else ""


def _groups(names: list[str]) -> list[list[str]]:
    """Models that stand in a panel together: few in one, else attention's kin and the others."""
    if len(names) <= 5:
        return [names]
    kin = [name for name in names if MODELS[name].body == "attention"]
    others = [name for name in names if name == "attention" or name not in kin]
    return [kin, others]


def _once(moments: list[Moment]) -> list[Moment]:
    """One moment per step: a run that was interrupted while it was written may stand there twice."""
    return [moment for _, moment in sorted({moment.step: moment for moment in moments}.items())]


def _jump(history: list[Moment]) -> tuple[int, int] | None:
    """The last step below LOW and the first above HIGH on the first level."""
    first = [moment for moment in history if moment.level == 0]
    end = next((moment.step for moment in first if moment.recall > HIGH), None)
    if end is None:
        return None
    return max((m.step for m in first if m.recall < LOW and m.step < end), default=0), end


def _jump_line(seed: int, jump: tuple[int, int] | None) -> Text:
    if jump is None:
        return say("training.no-jump", seed=seed, high=f"{HIGH:.0%}")
    return say("training.jump", seed=seed, low=f"{LOW:.0%}", high=f"{HIGH:.0%}", begin=jump[0], end=jump[1])


def _sees_little(name: str) -> bool:
    return MODELS[name].window is not None or MODELS[name].body == "ngram"


def _plan(form: str) -> Plan:
    return FULL if form == "full" else QUICK


def _duration(seconds: float) -> Text:
    if seconds < 600:
        return say("settings.seconds", seconds=f"{seconds:.0f}")
    return say("settings.minutes", minutes=f"{seconds / 60:.0f}")


def _plain(text: str) -> str:
    return text.replace("`", "").replace("**", "")
