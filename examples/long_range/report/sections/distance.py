"""Accuracy against distance, of every model."""

from examples.long_range.measure import COPIED, DISTANCES, PAIRS, shortcut, single_character_rule
from examples.long_range.model import MODELS
from examples.long_range.report.blocks import Block, Cell, Section, Table, listed, mean_and_range
from examples.long_range.report.figures.accuracy import recall_curves
from examples.long_range.report.names import MODEL, model_meaning, model_name
from examples.long_range.report.study import LENGTH, Study
from examples.long_range.report.text import Sentences, Text, percent


def section(study: Study) -> Section:
    """Recall as a picture and as a table, and the table of copying."""
    caption = say("caption", length=LENGTH)
    drawn = study.picture("recall", caption, recall_curves, study.results, _groups(study.names))
    models = [say("model", name=model_name(name), meaning=model_meaning(name)) for name in study.names]
    blocks: list[Block] = [
        say("models"),
        listed(models),
        drawn,
        *_by_place(study),
        _recall(study),
        _copy(study),
    ]
    return Section("distance", say("title"), blocks)


def _by_place(study: Study) -> list[Text]:
    """What to say where absolute positions do well at the greatest distance alone."""
    farthest = DISTANCES[-1]
    for name in ("learned", "sinusoidal"):
        if name in study.names:
            recall = study.recall(name)
            if recall.pop(farthest) > 2 * max(*recall.values(), shortcut(PAIRS)):
                return [say("by-place", distance=farthest, place=LENGTH - 1 - farthest)]
    return []


def _groups(names: list[str]) -> list[list[str]]:
    """Models that stand in a panel together: few in one, else attention's kin and the others."""
    if len(names) <= 5:
        return [names]
    kin = [name for name in names if MODELS[name].body == "attention"]
    others = [name for name in names if name == "attention" or name not in kin]
    return [kin, others]


def _recall(study: Study) -> Table:
    rows: list[list[Cell]] = [
        [
            model_name(name),
            str(len(study.results.seeds(name))),
            *(mean_and_range(study.results.values(name, "recall", d, PAIRS)) for d in DISTANCES),
        ]
        for name in study.names
    ]
    return Table(say("table"), [MODEL, say("seeds"), *map(str, DISTANCES)], rows, "figures wide")


def _copy(study: Study) -> Table:
    rows: list[list[Cell]] = [
        [
            model_name(name),
            *(mean_and_range(study.results.values(name, "copy", n))[0] for n in COPIED),
        ]
        for name in study.names
    ]
    caption = say("copy", rule=percent(single_character_rule(256)))
    return Table(caption, [MODEL, *(f"n = {n}" for n in COPIED)], rows)


# -- what it says ---------------------------------------------------------------------------------------

TEXTS = {
    "title": Text("Accuracy against distance", "거리에 따른 정확도"),
    "models": Text(
        "The models, of which each control differs in one thing:", "모델들(대조군은 저마다 한 가지만 다르다):"
    ),
    "model": Text("**{name}**: {meaning}", "**{name}**: {meaning}"),
    "caption": Text(
        "Share of questions answered rightly against the distance of the value, 8 pairs, {length} "
        "characters. Bars: 95 % interval of the mean over seeds (Student's t), where there are several. "
        "Grey lines: the levels known exactly.",
        "값까지의 거리에 따른 정답률(쌍 8개, {length}자). 세로 막대: 시드가 여럿일 때 평균의 95 % 신뢰 "
        "구간(스튜던트 t). 회색 선: 정확히 아는 기준 수준.",
    ),
    "table": Text(
        "Recall with 8 pairs: mean over seeds, and below it the lowest and highest seed.",
        "쌍이 8개일 때의 정답률: 시드 평균, 그 아래는 가장 낮은 시드와 가장 높은 시드.",
    ),
    "copy": Text(
        "Copying n random letters: share of letters copied rightly, mean over seeds. Looking only at the "
        "one letter before would give {rule} at n = 256.",
        "무작위 글자 n개 복사: 옳게 복사한 글자의 비율, 시드 평균. 바로 앞 글자 하나만 보면 n = 256에서 "
        "{rule}이다.",
    ),
    "by-place": Text(
        "**Learned and sinusoidal positions do well at {distance} and nowhere else.** In these texts the "
        "distance also says where the value stands: at {distance} it is character {place}, a place that "
        "even the short texts of the first levels have, while the other distances put it where only long "
        "texts reach. They have learned places, not distances.",
        "**학습된 위치와 사인 위치는 거리 {distance}에서만 잘한다.** 이 글에서는 거리가 곧 값이 놓인 자리를 "
        "정한다. 거리 {distance}이면 값은 {place}번째 글자이고, 이 자리는 앞 단계의 짧은 글에도 있다. 다른 "
        "거리에서는 긴 글에만 있는 자리에 놓인다. 이들은 거리가 아니라 자리를 배운 것이다.",
    ),
    "seeds": Text("seeds", "시드 수"),
}
say = Sentences(TEXTS)
