"""What the experiment does not show."""

from examples.long_range.report.blocks import Section, listed
from examples.long_range.report.study import LENGTH, Study
from examples.long_range.report.text import Sentences, Text, percent


def section(study: Study) -> Section:
    """A list."""
    parameters = study.results.values(study.names[0], "parameters", "")[0]
    items = [
        say("real"),
        say("many", recurrent=_recurrent(study)),
        say("budget", steps=study.steps, parameters=f"{parameters:,.0f}"),
        say("maps"),
        say("below"),
        say("elman"),
        say("length", length=LENGTH),
    ]
    if max(len(study.results.seeds(name)) for name in study.names) == 1:
        items.append(say("seed"))
    return Section("limits", say("title"), [listed(items)])


def _recurrent(study: Study) -> Text:
    """How LSTM and GRU do with one pair, which is what they can do."""
    if not all(study.results.values(name, "recall", 512, 1) for name in ("lstm", "gru")):
        return say("one-pair-missing")
    one = {name: study.mean(name, "recall", 512, 1) for name in ("lstm", "gru")}
    key = "one-pair" if min(one.values()) > 0.5 else "one-pair-low"
    return say(key, lstm=percent(one["lstm"]), gru=percent(one["gru"]))


# -- what it says ---------------------------------------------------------------------------------------

TEXTS = {
    "title": Text("What this does not show", "이 실험이 보이지 않는 것"),
    "real": Text(
        "**Nothing about real text.** On prose, a character model of this size gains nothing measurable "
        "from context beyond some 64 characters (measured for this project's prototypes); real text here "
        "shows that training and sampling work, and carries no claim about long range.",
        "**실제 글에 대해서는 아무것도 말하지 않는다.** 산문에서 이 크기의 문자 모델은 약 64자보다 먼 "
        "문맥에서 잴 수 있는 이득을 얻지 못했다(이 프로젝트의 시제품에서 측정). 실제 글은 학습과 생성이 "
        "된다는 것만 보이며, 장기 의존성의 근거가 아니다.",
    ),
    "many": Text(
        "**The claim is** that attention retrieves many items at any tested distance, at equal "
        "parameters and budget. **It is not** that recurrent networks cannot remember: {recurrent}",
        "**주장하는 것은** 같은 매개변수 수와 같은 학습량에서 어텐션이 시험한 모든 거리에서 여러 항목을 "
        "찾아낸다는 것이다. **주장하지 않는 것은** 순환 신경망이 기억하지 못한다는 것이다. {recurrent}",
    ),
    "one-pair": Text(
        "with one pair, LSTM and GRU are right in {lstm} and {gru} at distance 512, measured here.",
        "쌍이 하나이면 LSTM과 GRU가 거리 512에서 {lstm}와 {gru}를 맞힌다(여기서 측정).",
    ),
    "one-pair-low": Text(
        "here, however, LSTM and GRU are right in only {lstm} and {gru} at distance 512 with one pair, "
        "so these baselines are not healthy and no comparison with them counts.",
        "다만 여기서는 쌍이 하나일 때 LSTM과 GRU가 거리 512에서 {lstm}와 {gru}만 맞혔으므로 이 기준선은 "
        "건강하지 않고, 이들과의 비교는 효력이 없다.",
    ),
    "one-pair-missing": Text(
        "LSTM and GRU do recall one pair at distance 512 (in this project's prototypes; this folder does "
        "not measure it).",
        "LSTM과 GRU는 거리 512에서 쌍 하나를 기억한다(이 프로젝트의 시제품에서 측정, 이 폴더에서는 재지 "
        "않았다).",
    ),
    "budget": Text(
        "**Every comparison is one of a budget**: {steps} steps, {parameters} parameters (of each "
        "model: see the settings), one layer of recurrence. Longer training moved the recurrent "
        "networks up somewhat in prototypes; wider networks were not tried.",
        "**모든 비교는 정해진 학습량 안의 것이다.** {steps}스텝, 매개변수 {parameters}개(모델마다의 수는 "
        "설정을 보라), 순환 층 하나이다. 시제품에서 더 긴 학습은 순환 신경망의 수치를 조금 "
        "올렸고, 더 넓은 네트워크는 시험하지 않았다.",
    ),
    "maps": Text(
        "**Maps are illustrations, interventions are evidence.** Several heads may do the same, and a "
        "value may be relayed; a map shows neither.",
        "**맵은 예시이고 개입 실험이 증거이다.** 여러 헤드가 같은 일을 할 수도 있고 값이 중간을 거쳐 "
        "전달될 수도 있는데, 맵은 어느 쪽도 보여 주지 않는다.",
    ),
    "below": Text(
        "**Below chance is right** when the source is hidden: the model names another visible value, "
        "surely wrong.",
        "출처를 가렸을 때 **무작위보다 낮은 것이 옳다.** 모델이 보이는 다른 값을 대고, 그것은 반드시 틀린다.",
    ),
    "elman": Text(
        "**No claim hangs on the Elman network's accuracy**: it may owe its level to its learning rate "
        "and initialisation.",
        "**엘만 RNN의 정확도에는 어떤 주장도 걸지 않는다.** 학습률과 초기화 때문일 수 있다.",
    ),
    "length": Text(
        "**Nothing beyond the trained length**: texts of {length} characters are the longest in training "
        "and test.",
        "**학습한 길이 밖에 대해서는 아무것도 말하지 않는다.** 학습과 시험에서 가장 긴 글이 {length}자이다.",
    ),
    "seed": Text(
        "**One seed**: differences between runs cannot be judged from this folder.",
        "**시드 하나**: 실행 사이의 차이는 이 폴더로 판단할 수 없다.",
    ),
}
say = Sentences(TEXTS)
