"""The lesson at the end of "cause": a map can lie, measured from the weights in the folder."""

from dataclasses import dataclass
from typing import Self

from examples.long_range.language import Filler, recall_probes
from examples.long_range.measure import PAIRS, Hide, answers, probe_rng, source_attention
from examples.long_range.model import LanguageModel
from examples.long_range.report.blocks import Block, Cell, Table, heading
from examples.long_range.report.names import MODEL, intervention_name, model_name
from examples.long_range.report.study import Study
from examples.long_range.report.text import Sentences, Text, percent


@dataclass(frozen=True)
class Lesson:
    """At distance 16: the last layer's weight on the source, and accuracies without and with it."""

    weight: float
    base: float
    hidden: float
    cut: float

    COUNT, LENGTH = 32, 192  # texts, shorter than the interventions': a report should not take long

    @classmethod
    def measure(cls, model: LanguageModel) -> Self:
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


def blocks(study: Study) -> list[Block]:
    """What the window model shows, with attention beside it in the table."""
    title = heading(say("title"))
    seen = {name: study.trained(name) for name in ("attention", "window")}
    found = {name: Lesson.measure(model) for name, (_, model) in seen.items() if model is not None}
    if "window" not in found:
        return [title, say("missing")]
    twin = found["window"]
    text = say(
        "shown" if twin.shows else "not",
        weight=f"{twin.weight:.3f}",
        base=percent(twin.base),
        hidden=percent(twin.hidden),
        cut=percent(twin.cut),
    )
    seeds = ", ".join(dict.fromkeys(str(seed) for seed, _ in seen.values() if seed is not None))
    return [title, text, _table(found, seeds)]


def _table(found: dict[str, Lesson], seeds: str) -> Table:
    rows: list[list[Cell]] = [
        [model_name(name), f"{x.weight:.3f}", percent(x.base), percent(x.hidden), percent(x.cut)]
        for name, x in found.items()
    ]
    accuracies = map(intervention_name, ("base", "source_hidden", "edge_cut"))
    caption = say("table", count=Lesson.COUNT, length=Lesson.LENGTH, seeds=seeds)
    return Table(caption, [MODEL, say("weight"), *accuracies], rows)


# -- what it says ---------------------------------------------------------------------------------------

TEXTS = {
    "title": Text("A map can lie", "어텐션 맵은 거짓말을 할 수 있다"),
    "shown": Text(
        "The window model at distance 16: the source stands just outside what the last position may "
        "read, its attention weight there is {weight} in the last layer, and one would conclude that the "
        "source does not matter. Yet hiding it takes accuracy from {base} to {hidden}, while cutting the "
        "direct edge leaves {cut}: the value is relayed by a position in between. **A low weight is no "
        "proof of no influence**; so every claim of this page rests on interventions, and maps are "
        "illustrations.",
        "거리 16에서의 윈도 모델을 보자. 출처는 마지막 위치가 읽을 수 있는 범위 바로 밖에 있어 마지막 "
        "층의 어텐션 가중치가 {weight}이다. 그래서 출처는 상관없다고 결론짓기 쉽다. 그러나 출처를 가리면 "
        "정확도가 {base}에서 {hidden}로 떨어지고, 직접 연결을 끊으면 {cut}로 남는다. 값이 중간 위치를 "
        "거쳐 전달되기 때문이다. **가중치가 낮다고 영향이 없는 것은 아니다.** 그래서 이 글의 주장은 모두 "
        "개입 실험에 근거하고, 맵은 예시일 뿐이다.",
    ),
    "not": Text(
        "The window model at distance 16 should show that a weight of about 0 does not mean no "
        "influence; in this folder it does not come out: the last layer's weight on the source is "
        "{weight}, and hiding it takes accuracy from {base} to {hidden} (direct edge cut: {cut}).",
        "거리 16에서의 윈도 모델은 가중치가 0에 가까워도 영향이 없는 것은 아님을 보여야 한다. 그러나 이 "
        "폴더에서는 그렇게 나오지 않았다. 마지막 층의 출처 가중치는 {weight}이고, 출처를 가리면 정확도가 "
        "{base}에서 {hidden}로 된다(직접 연결을 끊음: {cut}).",
    ),
    "table": Text(
        "Distance 16, seed {seeds}, {count} texts of {length} characters, measured from the weights in "
        "this folder. Weight: from the question to the source in the last layer, mean over texts, "
        "greatest head.",
        "거리 16, 시드 {seeds}, {length}자 글 {count}개, 이 폴더의 가중치 파일로 측정. 어텐션 가중치: "
        "마지막 층에서 질문이 출처를 보는 가중치의 평균, 가장 큰 헤드.",
    ),
    "weight": Text("attention weight on the source", "출처의 어텐션 가중치"),
    "missing": Text(
        "Not measured here: the folder holds no weights of the window model.",
        "여기서는 재지 않았다. 폴더에 윈도 모델의 가중치 파일이 없다.",
    ),
}
say = Sentences(TEXTS)
