"""Gradients against distance, untrained and trained."""

import math

from examples.long_range.measure import DISTANCES, PAIRS
from examples.long_range.model import MODELS
from examples.long_range.report.blocks import Picture, Section
from examples.long_range.report.figures.gradients import TINY, gradient_curves
from examples.long_range.report.names import model_name
from examples.long_range.report.study import Study
from examples.long_range.report.text import Sentences, Text, join, same, scientific

STATES = ("untrained", "trained")


def section(study: Study) -> Section:
    """The picture, and what there is to say of the models that were measured."""
    names = [name for name in study.names if _has(study, name)]
    if not names:
        return Section("gradients", say("title"), [say("text"), say("missing")])
    sentences = [*_untrained(study, names), *_zeros(study, names), *_gated(study, names)]
    return Section("gradients", say("title"), [say("text"), _picture(study, names), *sentences])


def attention_spread(study: Study) -> float:
    """Greatest over least gradient of untrained attention."""
    values = [study.mean("attention", "gradient-untrained", d) for d in DISTANCES]
    return max(values) / min(values) if min(values) else math.inf


def elman_share(study: Study) -> float:
    """The Elman network's gradient at 64 as a share of that at 8, untrained."""
    near = study.mean("elman", "gradient-untrained", 8)
    return study.mean("elman", "gradient-untrained", 64) / near if near else math.nan


def _has(study: Study, name: str) -> bool:
    return all(
        study.results.values(name, f"gradient-{state}", d, PAIRS) for state in STATES for d in DISTANCES
    )


def _picture(study: Study, names: list[str]) -> Picture:
    shown = [study.mean(n, f"gradient-{state}", d) for n in names for state in STATES for d in DISTANCES]
    is_any_tiny = any(0 < gradient < TINY for gradient in shown)
    tiny = say("tiny", floor=scientific(TINY)) if is_any_tiny else same("")
    return study.picture("gradients", say("caption", tiny=tiny), gradient_curves, study.results, names)


def _untrained(study: Study, names: list[str]) -> list[Text]:
    sentences = []
    if "attention" in names:
        sentences.append(say("attention", spread=f"{attention_spread(study):.2f}"))
    if "elman" in names:
        sentences.append(say("falls", share=scientific(elman_share(study))))
    return sentences


def _zeros(study: Study, names: list[str]) -> list[Text]:
    """Which models have a zero: no path where little is seen, else less than float64 holds."""
    zero = [name for name in names if 0 in (study.mean(name, "gradient-trained", d) for d in DISTANCES)]
    little = [name for name in zero if MODELS[name].window is not None or MODELS[name].body == "ngram"]
    far = [name for name in zero if name not in little]
    return [
        say(key, models=join([model_name(name) for name in some], ", "))
        for key, some in (("zero", little), ("underflow", far))
        if some
    ]


def _gated(study: Study, names: list[str]) -> list[Text]:
    gated = {n: study.mean(n, "gradient-trained", 512) for n in ("lstm", "gru") if n in names}
    if not gated:
        return []
    figures = [join([model_name(name), same(scientific(g))], " ") for name, g in gated.items()]
    return [say("gated" if min(gated.values()) > 0.01 else "gated-not", figures=join(figures, ", "))]


# -- what it says ---------------------------------------------------------------------------------------

TEXTS = {
    "title": Text("Gradients against distance", "거리에 따른 기울기"),
    "text": Text(
        "How much does the score of the right answer change with the embedding of the character d back? "
        "The engine that trains the models answers that too: one backward pass, in float64, gives the "
        "norm of ∂(answer's score)/∂(embedding) at the source.",
        "옳은 답의 점수는 d자 앞 글자의 임베딩에 따라 얼마나 변하는가? 모델을 학습시킨 바로 그 엔진이 "
        "이것도 답한다. float64로 한 번 역전파하면 출처에서의 ∂(답의 점수)/∂(임베딩)의 노름이 나온다.",
    ),
    "caption": Text(
        "Norm of ∂(answer)/∂(character d back), above before, below after training, both axes "
        "logarithmic; mean over seeds. Marks on the line “exactly 0” are zeros, not small numbers{tiny}.",
        "∂(답)/∂(d자 앞 글자)의 노름. 위는 학습 전, 아래는 학습 후, 두 축 모두 로그, 시드 평균. “정확히 "
        "0” 선 위의 표시는 작은 수가 아니라 정확히 0이다{tiny}.",
    ),
    "tiny": Text(
        "; what lies below {floor} stands on a line of its own",
        "; {floor}보다 작은 값은 따로 한 줄에 둔다",
    ),
    "attention": Text(
        "Untrained, attention's gradient differs by a factor of {spread} between its least and greatest "
        "over distances 8 to 512.",
        "학습 전 어텐션의 기울기는 거리 8에서 512 사이에서 가장 작은 값과 가장 큰 값이 {spread}배 차이 난다.",
    ),
    "falls": Text(
        "Untrained, the gradient of the Elman network at distance 64 is {share} of that at 8.",
        "학습 전 엘만 RNN의 거리 64에서의 기울기는 거리 8에서의 {share}이다.",
    ),
    "zero": Text(
        "Exactly 0 somewhere after training: {models}. No path leads from there to the answer.",
        "학습 후 정확히 0인 곳이 있는 모델: {models}. 그곳에서 답으로 가는 경로가 없다.",
    ),
    "underflow": Text(
        "Too small even for float64 somewhere after training: {models}.",
        "학습 후 float64로도 나타낼 수 없을 만큼 작은 곳이 있는 모델: {models}.",
    ),
    "gated": Text(
        "After training, at distance 512: {figures}. Gated networks do carry a gradient that far, so "
        "vanishing gradients do not explain what they lack with 8 pairs.",
        "학습 후 거리 512에서: {figures}. 게이트가 있는 네트워크는 그만큼 멀리 기울기를 나르므로, 쌍이 "
        "8개일 때 모자란 것을 기울기 소실로 설명할 수는 없다.",
    ),
    "gated-not": Text("After training, at distance 512: {figures}.", "학습 후 거리 512에서: {figures}."),
    "missing": Text("Not measured in this folder.", "이 폴더에서는 재지 않았다."),
}
say = Sentences(TEXTS)
