"""Cause, not correlation: what the trained attention model answers when its texts are tampered with."""

from examples.long_range.language import CHANCE
from examples.long_range.measure import CAUSE_DISTANCES, PAIRS
from examples.long_range.report.blocks import Block, Cell, Section, Table, mean_and_range
from examples.long_range.report.figures.accuracy import CAUSES, cause_bars
from examples.long_range.report.names import intervention_name
from examples.long_range.report.sections import lesson
from examples.long_range.report.study import Study
from examples.long_range.report.text import Sentences, Text


def section(study: Study) -> Section:
    """Every intervention near and far; then the lesson about maps."""
    measured = bool(study.results.values("attention", "base", CAUSE_DISTANCES[0], PAIRS))
    found = _found(study) if measured else [say("missing")]
    return Section("cause", say("title"), [say("text"), *found, *lesson.blocks(study)])


def _found(study: Study) -> list[Block]:
    rows: list[list[Cell]] = [
        [
            intervention_name(measure),
            *(mean_and_range(study.results.values("attention", measure, d, PAIRS)) for d in CAUSE_DISTANCES),
        ]
        for measure in CAUSES
    ]
    blocks: list[Block] = [
        study.picture("causes", say("caption"), cause_bars, study.results, "attention"),
        Table(say("table"), [say("what"), *(f"d = {d}" for d in CAUSE_DISTANCES)], rows),
        say(f"verdict.{study.verdicts['E6'].holds}"),
    ]
    if max(study.mean("attention", "source_hidden", d) for d in CAUSE_DISTANCES) < CHANCE:
        blocks.append(say("below"))
    return blocks


# -- what it says ---------------------------------------------------------------------------------------

TEXTS = {
    "title": Text("Cause, not correlation", "상관이 아니라 원인"),
    "text": Text(
        "A high accuracy does not say what an answer was made from. So the trained attention model is "
        "left as it is and the same texts are tampered with: a character is made unreadable for all "
        "later positions in all layers, or only the edge from the question to it is cut in the last "
        "layer, or two values are exchanged in the text. Hiding another value and a filler character are "
        "the controls of equal size.",
        "정확도가 높다고 해서 무엇으로 답을 만들었는지 알 수는 없다. 그래서 학습한 어텐션 모델은 그대로 "
        "두고 같은 글에 개입한다. 한 글자를 모든 층에서 뒤의 모든 위치가 읽지 못하게 가리거나, 마지막 "
        "층에서 질문이 그 글자를 보는 연결만 끊거나, 글에서 두 값을 맞바꾼다. 다른 값이나 채움 글자를 "
        "가리는 것은 같은 크기의 대조 개입이다.",
    ),
    "caption": Text(
        "Attention model: accuracy under each intervention, 8 pairs, at distances 16 and 512. Lines on "
        "the bars: lowest and highest seed.",
        "어텐션 모델: 개입별 정확도(쌍 8개, 거리 16과 512). 막대의 선: 가장 낮은 시드와 가장 높은 시드.",
    ),
    "table": Text(
        "The same as figures: mean over seeds, below it lowest and highest seed. The last line is the "
        "share that answers the exchanged value.",
        "같은 결과의 수치: 시드 평균, 그 아래는 가장 낮은 시드와 가장 높은 시드. 마지막 줄은 바뀐 값을 "
        "답한 비율이다.",
    ),
    "what": Text("intervention", "개입"),
    "below": Text(
        "That the accuracy with the source hidden is below chance is as it should be: the model names "
        "another value that it can still see, which is surely wrong.",
        "출처를 가렸을 때 정확도가 무작위보다 낮은 것은 당연하다. 모델이 아직 보이는 다른 값을 대는데, "
        "그것은 반드시 틀리기 때문이다.",
    ),
    "missing": Text("Not measured in this folder.", "이 폴더에서는 재지 않았다."),
    "verdict.True": Text(
        "The claim **holds**: the source, and it alone, makes the answer.",
        "주장은 **성립한다**. 답을 만드는 것은 출처이고 오직 출처뿐이다.",
    ),
    "verdict.False": Text(
        "The claim **does not hold** here as it is stated (see the table of claims).",
        "주장은 여기서 **성립하지 않는다**(주장별 판정 표를 보라).",
    ),
    "verdict.None": Text("The claim was not measured here in full.", "이 주장은 여기서 다 재지 않았다."),
}
say = Sentences(TEXTS)
