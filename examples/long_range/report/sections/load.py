"""Accuracy against load: how many pairs a model holds at one distance."""

import numpy as np

from examples.long_range.report.blocks import Block, Cell, Section, Table, mean_and_range
from examples.long_range.report.figures.accuracy import LOAD_PAIRS, load_curves
from examples.long_range.report.names import model_name
from examples.long_range.report.study import Study
from examples.long_range.report.text import Sentences, Text, join, percent

DISTANCE = 64
Found = dict[str, dict[int, list[float]]]  # accuracies of the seeds by model and number of pairs


def section(study: Study) -> Section:
    """Attention beside the gated networks, where these were measured with several numbers of pairs."""
    found = _found(study)
    if not {"lstm", "gru"} & set(found):
        return Section("load", say("title"), [say("missing")])
    caption = say("caption", distance=DISTANCE)
    blocks: list[Block] = [
        say("text", distance=DISTANCE, figures=join([_one(name, found[name]) for name in found])),
        study.picture("load", caption, load_curves, study.results, list(found), DISTANCE),
        Table(None, [say("pairs"), *map(str, LOAD_PAIRS)], _rows(found)),
        say("unread") if study.verdicts["E5"].holds is False else say(_reading(found)),
    ]
    return Section("load", say("title"), blocks)


def _found(study: Study) -> Found:
    found: Found = {}
    for name in ("attention", "lstm", "gru"):
        columns = {n: study.results.values(name, "recall", DISTANCE, n) for n in LOAD_PAIRS}
        measured = {n: values for n, values in columns.items() if values}
        if len(measured) > 1:
            found[name] = measured
    return found


def _one(name: str, measured: dict[int, list[float]]) -> Text:
    few, many = min(measured), max(measured)
    least, most = (percent(float(np.mean(measured[n]))) for n in (few, many))
    return say("one", model=model_name(name), least=least, few=few, most=most, many=many)


def _rows(found: Found) -> list[list[Cell]]:
    return [
        [model_name(name), *(mean_and_range(measured[n]) if n in measured else "—" for n in LOAD_PAIRS)]
        for name, measured in found.items()
    ]


def _reading(found: Found) -> str:
    last = {name: float(np.mean(measured[max(measured)])) for name, measured in found.items()}
    own = last.pop("attention", 0.0)
    return "reading" if max(last.values()) < own - 0.1 else "equal"


# -- what it says ---------------------------------------------------------------------------------------

TEXTS = {
    "title": Text("Accuracy against load", "기억할 쌍의 수에 따른 정확도"),
    "text": Text(
        "How far is one axis, how much the other. Here the value stands {distance} characters back and "
        "the number of pairs in the text grows. {figures}.",
        "얼마나 먼가가 한 축이라면 얼마나 많은가는 다른 축이다. 여기서는 값이 {distance}자 앞에 있고 글 "
        "속 쌍의 수가 늘어난다. {figures}.",
    ),
    "one": Text(
        "{model}: {least} with {few}, {most} with {many} pairs",
        "{model}: {few}쌍 {least}, {many}쌍 {most}",
    ),
    "reading": Text(
        "Read this as: at equal parameters and budget, what a network with a state of fixed size lacks "
        "is room for many pairs, not the ability to remember far.",
        "이렇게 읽어야 한다. 같은 매개변수 수와 같은 학습량에서, 상태 크기가 정해진 네트워크에 모자란 "
        "것은 멀리 기억하는 능력이 아니라 여러 쌍을 담을 자리이다.",
    ),
    "unread": Text(
        "The recurrent networks are not healthy here: they do not recall even one pair at every distance "
        "(claim E5 does not hold), so nothing about load can be read from this comparison.",
        "여기서 순환 신경망은 건강하지 않다. 모든 거리에서 쌍 하나조차 기억하지 못하므로(주장 E5 불성립) "
        "이 비교에서 쌍의 수에 대해 읽을 수 있는 것은 없다.",
    ),
    "equal": Text(
        "Here the recurrent networks keep up with attention at the greatest number of pairs measured.",
        "여기서는 잰 것 중 가장 많은 쌍에서도 순환 신경망이 어텐션에 뒤지지 않는다.",
    ),
    "caption": Text(
        "Accuracy against the number of pairs at distance {distance}. Grey dashes: the shortcut, 1/N.",
        "거리 {distance}에서 쌍의 수에 따른 정확도. 회색 점선: 지름길 1/N.",
    ),
    "pairs": Text("pairs", "쌍의 수"),
    "missing": Text(
        "Not measured here: this folder has no runs of recurrent networks with other numbers of pairs. "
        "The full form (`--full`) measures them.",
        "여기서는 재지 않았다. 이 폴더에는 쌍의 수를 바꾼 순환 신경망의 실행이 없다. 전체 "
        "형식(`--full`)이 이를 잰다.",
    ),
}
say = Sentences(TEXTS)
