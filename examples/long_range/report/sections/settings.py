"""Settings, seeds, machine: what was run, and every run."""

import math

from examples.long_range.measure import DISTANCES, PAIRS
from examples.long_range.model import MODELS
from examples.long_range.plans import RATES, TUNING
from examples.long_range.report.blocks import Block, Cell, Section, Table
from examples.long_range.report.names import MODEL, model_name
from examples.long_range.report.study import Study
from examples.long_range.report.text import Sentences, Text, join, percent, same
from examples.long_range.runs import TUNING_SEEDS
from examples.long_range.training import CHARACTERS, LEVELS

COLUMNS = ("seed", "rate", "parameters", "solved", "lowest", "longest", "copied", "trained")


def section(study: Study) -> Section:
    """A line for each setting, a line for each run, and how many texts a figure rests on."""
    facts: list[list[Cell]] = [[say(name), text] for name, text in _facts(study).items()]
    runs = [_run(study, name, seed) for name in study.names for seed in study.results.seeds(name)]
    counts = sorted(
        {row.probes for row in study.results.rows if row.measure == "recall" and row.seed < TUNING_SEEDS}
    )
    blocks: list[Block] = [
        Table(None, [], facts, "facts"),
        Table(say("runs", failed=_failed(study)), [MODEL, *map(say, COLUMNS)], runs, "runs"),
        say("probes", counts=", ".join(map(str, counts)), weights=_weights(study)),
    ]
    return Section("settings", say("title"), blocks)


def _facts(study: Study) -> dict[str, Text | str]:
    form, shape = study.what.get("form"), MODELS["attention"]
    levels = {what: "/".join(str(getattr(x, what)) for x in LEVELS) for what in ("length", "pairs", "copied")}
    unknown = dict.fromkeys(("processor", "cpus", "system", "python", "numpy"), "?")
    return {
        "command": f"`{_command(study)}`",
        "form": say(f"form.{form if form in ('quick', 'full') else 'other'}"),
        "network": say("network.is", layers=shape.layers, channels=shape.channels, heads=shape.heads),
        "parameters": _parameters(study),
        "optimizer": say("optimizer.is", warmup=study.plan.warmup, characters=CHARACTERS, steps=study.steps),
        "curriculum": say("curriculum.is", **levels),
        "rates": _rates(study),
        "machine": say("machine.is", **{**unknown, **study.machine}),
        "time": _time(study),
    }


def _parameters(study: Study) -> Text:
    counts = {name: study.results.values(name, "parameters", "")[0] for name in study.names}
    return join([join([model_name(name), same(f"{n:,.0f}")], " ") for name, n in counts.items()], ", ")


def _weights(study: Study) -> Text:
    """Which trained models lie in the folder."""
    runs = [(name, seed) for name in study.names for seed in study.results.seeds(name)]
    kept = [(name, seed) for name, seed in runs if study.has_weights(name, seed)]
    if len(kept) in (0, len(runs)):
        return say("weights.all" if kept else "weights.none")
    return say("weights", which=join([say("one", model=model_name(n), seed=s) for n, s in kept], ", "))


def _command(study: Study) -> str:
    parts = ["python -m examples.long_range"]
    if study.what.get("form") == "full":
        parts.append("--full")
    if study.what.get("filler") == "text":
        parts.append("--filler text")
    if study.what.get("seed"):
        parts.append(f"--seed {study.what['seed']}")
    if study.what.get("steps") not in (None, study.plan.steps):
        parts.append(f"--steps {study.what['steps']}")
    return " ".join(parts) + study.out


def _rates(study: Study) -> Text:
    rows = study.results.rows
    rates = sorted({(row.model, row.learning_rate) for row in rows if row.seed < TUNING_SEEDS})
    used = [join([model_name(name), same(f"{rate:g}")], " ") for name, rate in rates]
    if len({rate for _, rate in rates}) == 1:
        used = [say("rates.all", rate=f"{rates[0][1]:g}")]
    if not any(row.seed >= TUNING_SEEDS for row in rows):
        return say("rates.fixed", rates=join(used, ", "))
    grid, seeds = (", ".join(f"{x:g}" for x in numbers) for numbers in (RATES, TUNING))
    return say("rates.tuned", grid=grid, seeds=seeds, rates=join(used, ", "))


def _time(study: Study) -> Text:
    seconds = [row.value for row in study.results.rows if row.measure == "training-seconds"]
    total = sum(seconds)
    if total < 600:
        duration = say("seconds", seconds=f"{total:.0f}")
    else:
        duration = say("minutes", minutes=f"{total / 60:.0f}")
    return say("time.is", total=duration, count=len(seconds))


def _run(study: Study, name: str, seed: int) -> list[Cell]:
    own = {
        (row.measure, row.argument, row.pairs): row
        for row in study.results.rows
        if (row.model, row.seed) == (name, seed)
    }
    recall = [own["recall", str(d), PAIRS].value for d in DISTANCES]
    solved = own["solved-at-step", "", 0].value
    return [
        model_name(name),
        str(seed),
        f"{own['parameters', '', 0].learning_rate:g}",
        f"{own['parameters', '', 0].value:,.0f}",
        "—" if math.isnan(solved) else f"{solved:.0f}",
        percent(min(recall)),
        percent(recall[-1]),
        percent(own["copy", "256", 0].value),
        f"{own['training-seconds', '', 0].value:.0f} s",
    ]


def _failed(study: Study) -> Text:
    steps = {name: study.results.values(name, "solved-at-step", "") for name in study.names}
    failed = {name: sum(map(math.isnan, own)) for name, own in steps.items()}
    count, total = sum(failed.values()), sum(map(len, steps.values()))
    if not count:
        return say("none-failed", all=total)
    models = [
        say("failed.one", model=model_name(name), count=n, all=len(steps[name]))
        for name, n in failed.items()
        if n
    ]
    return say("failed", count=count, all=total, models=join(models, ", "))


# -- what it says ---------------------------------------------------------------------------------------

TEXTS = {
    "title": Text("Settings, seeds, machine", "설정, 시드, 실행 환경"),
    "form.quick": Text(
        "quick form: the model and its twin, one seed each", "빠른 형식: 모델과 쌍둥이, 시드 하나씩"
    ),
    "form.full": Text("full form: every control, several seeds", "전체 형식: 모든 대조군, 여러 시드"),
    "form.other": Text("another form", "다른 형식"),
    "command": Text("command", "명령"),
    "form": Text("form", "형식"),
    "network": Text("network", "네트워크"),
    "network.is": Text(
        "{layers} pre-norm layers, {channels} channels, {heads} heads, GELU, rotary positions",
        "사전 정규화 {layers}층, 채널 {channels}, 헤드 {heads}, GELU, 회전 위치 임베딩",
    ),
    "optimizer": Text("training", "학습"),
    "optimizer.is": Text(
        "AdamW (0.9, 0.98), no weight decay, {warmup} warm-up steps, constant to 60 %, linear to 5 %; "
        "gradients clipped at norm 1; {characters} characters a batch; {steps} steps; float32",
        "AdamW(0.9, 0.98), 가중치 감쇠 없음, 워밍업 {warmup}스텝, 60 %까지 일정, 이후 5 %까지 선형 감소; "
        "기울기 노름 1로 자름; 배치당 {characters}자; {steps}스텝; float32",
    ),
    "curriculum": Text("curriculum", "커리큘럼"),
    "curriculum.is": Text(
        "texts up to {length} characters with up to {pairs} pairs; copies up to {copied} letters",
        "글 최대 {length}자, 쌍 최대 {pairs}개; 복사 최대 {copied}자",
    ),
    "rates": Text("learning rates", "학습률"),
    "rates.fixed": Text("fixed beforehand: {rates}", "미리 정함: {rates}"),
    "rates.all": Text("{rate} for all", "모두 {rate}"),
    "rates.tuned": Text(
        "chosen for each model from {grid} by the worst of seeds {seeds}, which are not reported: {rates}",
        "모델마다 보고하지 않는 시드 {seeds} 가운데 가장 나쁜 결과를 기준으로 {grid} 중에 골랐다: {rates}",
    ),
    "machine": Text("machine", "실행 환경"),
    "machine.is": Text(
        "{processor}, {cpus} CPUs, {system}; Python {python}, NumPy {numpy}",
        "{processor}, CPU {cpus}개, {system}; Python {python}, NumPy {numpy}",
    ),
    "time": Text("time", "시간"),
    "time.is": Text(
        "{total} of training in {count} runs, each on one thread; where runs stood side by side the "
        "clock showed less",
        "실행 {count}개, 학습에 {total}(각각 스레드 하나); 나란히 실행했다면 실제 걸린 시간은 더 짧다",
    ),
    "minutes": Text("{minutes} min", "{minutes}분"),
    "seconds": Text("{seconds} s", "{seconds}초"),
    "runs": Text(
        "Every reported run. Solved: the step at which the last level was passed; “—” where it never "
        "was. Lowest: the lowest accuracy over the seven distances. {failed}",
        "보고하는 모든 실행. 통과: 마지막 단계를 통과한 스텝이며, “—”는 통과하지 못함. 최저: 일곱 거리 "
        "중 가장 낮은 정확도. {failed}",
    ),
    "failed": Text(
        "Not solved: {count} of {all} runs: {models}.",
        "통과하지 못한 실행: {all}개 중 {count}개: {models}.",
    ),
    "none-failed": Text("All {all} runs solved it.", "실행 {all}개가 모두 통과했다."),
    "failed.one": Text("{model} ({count} of {all})", "{model}({all}개 중 {count}개)"),
    "seed": Text("seed", "시드"),
    "rate": Text("rate", "학습률"),
    "parameters": Text("parameters", "매개변수"),
    "solved": Text("solved at", "통과"),
    "lowest": Text("lowest", "최저"),
    "longest": Text("d = 512", "d = 512"),
    "copied": Text("copy 256", "복사 256"),
    "trained": Text("trained", "학습 시간"),
    "probes": Text(
        "Test texts are drawn from streams that training never uses, the same for every model: {counts} "
        "per cell of accuracy. Every figure of every seed is in `results.csv`, the course of training in "
        "`history.csv`, {weights} in `weights/`, and each picture (in English) as SVG and PNG in `figures/`.",
        "시험 글은 학습에 쓰지 않는 난수열에서 뽑고 모든 모델에 같다. 정확도 한 칸에 {counts}개이다. "
        "모든 시드의 모든 수치는 `results.csv`, 학습 과정은 `history.csv`, {weights} `weights/`, "
        "그림은(영어로) `figures/`에 SVG와 PNG로 있다.",
    ),
    "weights": Text("of the weights those of {which}", "가중치는 {which}의 것만"),
    "weights.all": Text("the weights", "가중치는"),
    "weights.none": Text("no weights", "가중치는 없고"),
    "one": Text("{model} (seed {seed})", "{model}(시드 {seed})"),
}
say = Sentences(TEXTS)
