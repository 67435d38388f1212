"""Attention maps: the two heads of the induction circuit, on one text."""

from dataclasses import dataclass
from typing import Self

import numpy as np

import minigrad as mg
import nn
from examples.long_range.language import Filler, check_question, decode, encode, recall_probes
from examples.long_range.measure import PAIRS, probe_rng, source_attention
from examples.long_range.model import LanguageModel
from examples.long_range.report.blocks import Block, Picture, Section
from examples.long_range.report.figures.maps import attention_map
from examples.long_range.report.figures.words import label
from examples.long_range.report.study import Study
from examples.long_range.report.text import Sentences, Text

EXAMPLE = "rob =kM dq =tR ei =aZ wv =pC hg =xB uf ?t"


@dataclass(frozen=True)
class Circuit:
    """The two heads of the induction circuit, found by measuring; `maps` (H, T, T) per layer on EXAMPLE."""

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
    def find(cls, model: LanguageModel) -> Self:
        """Measure all heads of both layers."""
        probes = recall_probes(probe_rng(11), cls.COUNT, 40, PAIRS, Filler(), length=96)
        sources = source_attention(model, probes)[-1]  # (H,)
        with mg.no_grad(), nn.record_attention(model) as maps:
            model(probes.ids)
            first_layer = next(iter(maps.values()))  # (B, H, T, T)
            before = np.diagonal(first_layer, -1, axis1=2, axis2=3).mean(axis=(0, 2))
            scores = model(encode(EXAMPLE)[None]).numpy()
            shown = [weights[0].copy() for weights in maps.values()]
        first, second = int(before.argmax()), int(sources.argmax())
        given = decode(scores[0, -1:].argmax(axis=-1))
        return cls(first, float(before[first]), second, float(sources[second]), shown, given)


def section(study: Study) -> Section:
    """What was measured of the two heads, their maps, and the model's answer."""
    seed, model = study.trained("attention")
    if model is None:
        return Section("maps", say("title"), [say("missing")])
    circuit = Circuit.find(model)
    text = say(
        "text",
        count=Circuit.COUNT,
        seed=seed,
        first=circuit.first,
        second=circuit.second,
        before=f"{circuit.before:.2f}",
        source=f"{circuit.source:.2f}",
    )
    blocks: list[Block] = [
        text,
        say("circuit" if circuit.clear else "no-circuit"),
        *_pictures(study, circuit),
        say("answer", given=circuit.given, right=EXAMPLE[check_question(EXAMPLE)]),
        say("warning"),
    ]
    return Section("maps", say("title"), blocks)


def _pictures(study: Study, circuit: Circuit) -> list[Picture]:
    layer = len(circuit.maps) - 1
    first, second = circuit.maps[0][circuit.first], circuit.maps[layer][circuit.second]
    place = len(EXAMPLE) - 1, check_question(EXAMPLE)  # row of the question, column of its source
    captions = (
        say("previous.caption", head=circuit.first),
        say("source.caption", layer=layer, head=circuit.second, weight=f"{second[place]:.2f}"),
    )
    titles = (label("head", layer=0, head=circuit.first), label("head", layer=layer, head=circuit.second))
    return [
        study.picture("map-previous", captions[0], attention_map, first, EXAMPLE, titles[0], None),
        study.picture("map-source", captions[1], attention_map, second, EXAMPLE, titles[1], place),
    ]


# -- what it says ---------------------------------------------------------------------------------------

TEXTS = {
    "title": Text("Attention maps: how it is done", "어텐션 맵: 어떻게 찾아내는가"),
    "text": Text(
        "The known way to answer such questions is an induction circuit, two heads in a row. Which heads "
        "could be these was found by measuring over {count} texts (attention model, seed {seed}): in "
        "layer 0, head {first} looks most at the character before, with a mean weight of {before}; in "
        "the last layer, head {second} looks most from the question to the value asked for, with a mean "
        "weight of {source}.",
        "이런 물음에 답하는 방법으로 알려진 것은 두 헤드가 이어진 귀납 회로(induction circuit)이다. 어느 "
        "헤드가 그것일 수 있는지는 글 {count}개로 측정해 찾았다(어텐션 모델, 시드 {seed}). 0번 층에서는 "
        "{first}번 헤드가 바로 앞 글자를 가장 많이 보고 평균 어텐션 가중치는 {before}이다. 마지막 "
        "층에서는 {second}번 헤드가 질문에서 물은 값을 가장 많이 보고 평균 어텐션 가중치는 {source}이다.",
    ),
    "circuit": Text(
        "So the first one tells each value which key stands before it; the second compares the query of "
        "the question with these keys, and reads the value where they agree.",
        "곧 앞의 헤드가 각 값에 그 앞의 키 글자를 알려 주고, 뒤의 헤드가 질문의 쿼리를 이 키들과 비교해 "
        "맞는 곳의 밸류를 읽는다.",
    ),
    "no-circuit": Text(
        "Weights this low do not show such a circuit in this model.",
        "가중치가 이렇게 낮으면 이 모델에 그런 회로가 있다고 할 수 없다.",
    ),
    "answer": Text(
        "On the text shown the model answers **{given}**; right is **{right}**.",
        "아래 글에 모델은 **{given}**라고 답하고, 옳은 답은 **{right}**이다.",
    ),
    "previous.caption": Text(
        "Layer 0, head {head}: rows are the reading position, columns what it attends to; white 0, black "
        "1; a dot stands for a space. The dashed line runs along the character before.",
        "0번 층 {head}번 헤드: 행은 읽는 위치, 열은 보는 위치, 흰색 0, 검은색 1, 가운뎃점은 공백. 점선은 "
        "바로 앞 글자의 자리이다.",
    ),
    "source.caption": Text(
        "Layer {layer}, head {head}: the last row is the question's key; the frame marks the value asked "
        "for (weight here {weight}).",
        "{layer}번 층 {head}번 헤드: 마지막 행이 질문의 키이고, 네모가 물은 값의 자리이다(여기서의 "
        "가중치 {weight}).",
    ),
    "warning": Text(
        "Maps are illustrations; the evidence is in the interventions above.",
        "맵은 예시이고, 증거는 위의 개입 실험이다.",
    ),
    "missing": Text(
        "Not shown: the folder holds no weights of the attention model.",
        "보이지 않음: 폴더에 어텐션 모델의 가중치 파일이 없다.",
    ),
}
say = Sentences(TEXTS)
