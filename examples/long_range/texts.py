"""Every sentence of the report, in English and Korean.

`code` and **strong** are marked up; {names} are filled with what was measured.
"""

from typing import NamedTuple


class Text(NamedTuple):
    """The same in both languages."""

    en: str
    ko: str


def say(key: str, **figures: object) -> Text:
    """A text with its figures; a figure may itself be a Text, and comes in the language around it."""
    text = TEXTS[key]
    english = {name: value.en if isinstance(value, Text) else value for name, value in figures.items()}
    korean = {name: value.ko if isinstance(value, Text) else value for name, value in figures.items()}
    return Text(text.en.format(**english), text.ko.format(**korean))


def join(texts: list[Text], between: str = "; ") -> Text:
    """One text of several."""
    return Text(between.join(text.en for text in texts), between.join(text.ko for text in texts))


_PAGE = {
    "page.title": Text(
        "Does self-attention learn long-range dependencies?",
        "셀프 어텐션은 장기 의존성을 배우는가?",
    ),
    "page.lead": Text(
        "Report of one experiment. Model, gradients and training run on minigrad, an autograd engine "
        "over NumPy; every figure on this page was measured in the experiment's own folder.",
        "한 실험의 보고서이다. 모델, 기울기, 학습이 모두 NumPy 위의 자동 미분 엔진 minigrad에서 "
        "이루어졌고, 이 글의 수치는 모두 이 실험 폴더에서 측정한 것이다.",
    ),
    "page.both": Text(
        "both",
        "둘 다",
    ),
    "page.switch": Text(
        "Language",
        "언어",
    ),
    "page.contents": Text(
        "Contents",
        "차례",
    ),
    "s.question": Text(
        "The question and the answer",
        "물음과 답",
    ),
    "s.language": Text(
        "The language",
        "실험에 쓴 언어",
    ),
    "s.distance": Text(
        "Accuracy against distance",
        "거리에 따른 정확도",
    ),
    "s.load": Text(
        "Accuracy against load",
        "기억할 쌍의 수에 따른 정확도",
    ),
    "s.cause": Text(
        "Cause, not correlation",
        "상관이 아니라 원인",
    ),
    "s.gradients": Text(
        "Gradients against distance",
        "거리에 따른 기울기",
    ),
    "s.maps": Text(
        "Attention maps: how it is done",
        "어텐션 맵: 어떻게 찾아내는가",
    ),
    "s.training": Text(
        "Training",
        "학습 과정",
    ),
    "s.claims": Text(
        "The claims, one by one",
        "주장별 판정",
    ),
    "s.settings": Text(
        "Settings, seeds, machine",
        "설정, 시드, 실행 환경",
    ),
    "s.limits": Text(
        "What this does not show",
        "이 실험이 보이지 않는 것",
    ),
}

_MODELS = {
    "model.attention": Text(
        "attention",
        "어텐션",
    ),
    "model.window": Text(
        "window of 16",
        "윈도 16",
    ),
    "model.one-layer": Text(
        "one layer",
        "한 층",
    ),
    "model.learned": Text(
        "learned positions",
        "학습된 위치",
    ),
    "model.sinusoidal": Text(
        "sinusoidal positions",
        "사인파 위치",
    ),
    "model.alibi": Text(
        "ALiBi",
        "ALiBi",
    ),
    "model.no-positions": Text(
        "no positions",
        "위치 정보 없음",
    ),
    "model.lstm": Text(
        "LSTM",
        "LSTM",
    ),
    "model.gru": Text(
        "GRU",
        "GRU",
    ),
    "model.elman": Text(
        "Elman",
        "엘만 RNN",
    ),
    "model.ngram": Text(
        "16-gram perceptron",
        "16-gram 퍼셉트론",
    ),
}

_QUESTION = {
    "question.what": Text(
        "A long-range dependency joins two places of a text that stand far apart: what is right at the "
        "end depends on something read long before. A recurrent network has to carry it through every "
        "step in between, in a state of fixed size, and its untrained gradients vanish on the way. "
        "Self-attention joins any two positions directly: a query is compared with every key, and the "
        "values are read in proportion. Whether a small Transformer trained from nothing does learn to "
        "use this is a matter of measurement, with controls that differ in one thing.",
        "장기 의존성은 글에서 멀리 떨어진 두 곳을 잇는다. 끝에서 무엇이 옳은지가 한참 전에 읽은 것에 "
        "달려 있다. 순환 신경망은 그것을 크기가 정해진 상태에 담아 사이의 모든 단계를 거쳐 날라야 하며, "
        "학습 전에는 그 길에서 기울기 소실이 일어난다. 셀프 어텐션은 두 위치를 곧바로 잇는다. 쿼리를 "
        "모든 키와 비교하고 그 비율대로 밸류를 읽는다. 처음부터 학습한 작은 트랜스포머가 실제로 이것을 "
        "쓰는 법을 배우는지는, 한 가지만 다른 대조군을 두고 재 보아야 알 수 있다.",
    ),
    "answer.yes": Text(
        "Yes, at this scale.",
        "그렇다(이 규모에서).",
    ),
    "answer.no": Text(
        "Not shown by this experiment.",
        "이 실험은 그것을 보이지 못했다.",
    ),
    "answer.part": Text(
        "Only in part: not every claim below holds.",
        "일부만 그렇다: 아래 주장 가운데 성립하지 않는 것이 있다.",
    ),
    "answer.over.seeds": Text(
        "mean over seeds; lowest seed {lowest}",
        "시드 평균, 가장 낮은 시드 {lowest}",
    ),
    "answer.over.one": Text(
        "one seed",
        "시드 하나",
    ),
    "answer.unknown": Text(
        "Not settled: part was not measured here.",
        "미정: 일부를 여기서 재지 않았다.",
    ),
    "answer.reach.holds": Text(
        "It learns them: asked for one of 8 facts, attention names the right one in {near} or more of "
        "the texts at every distance up to 256 characters and in {far} at 512 ({over}), where naming any "
        "value that occurred gives {shortcut} and guessing {chance}.",
        "배운다. 8개의 사실 가운데 하나를 물으면 어텐션은 256자까지의 모든 거리에서 {near} 이상, "
        "512자에서 {far}를 맞힌다({over}). 나온 값 중 아무거나 대면 {shortcut}, 무작위로 찍으면 "
        "{chance}이다.",
    ),
    "answer.reach.fails": Text(
        "The claim that it learns them does NOT hold here: asked for one of 8 facts, attention is right "
        "in {near} at its worst distance up to 256 characters and in {far} at 512 ({over}), less than "
        "the claim demands; naming any value that occurred gives {shortcut} and guessing {chance}.",
        "배운다는 주장은 여기서 성립하지 않는다. 8개의 사실 가운데 하나를 물으면 어텐션은 256자까지 가장 "
        "나쁜 거리에서 {near}, 512자에서 {far}를 맞혀({over}) 주장의 기준에 못 미친다. 나온 값 중 "
        "아무거나 대면 {shortcut}, 무작위로 찍으면 {chance}이다.",
    ),
    "answer.reach.missing": Text(
        "Whether it learns them was not measured here: this folder holds no run of the attention model.",
        "배우는지는 여기서 재지 않았다. 이 폴더에는 어텐션 모델의 실행이 없다.",
    ),
    "answer.window.holds": Text(
        "It is the reach of attention that does it: the same network that may look only 16 characters "
        "back, everything else equal, is right in {inside} or more at distances 8 and 16 and in "
        "{outside} at most from 32 on, beyond what its layers can reach.",
        "이를 가능하게 하는 것은 어텐션이 닿는 범위이다. 다른 것은 모두 같고 16자 앞까지만 볼 수 있는 "
        "네트워크는 거리 8과 16에서 {inside} 이상 맞히지만, 층을 거쳐도 닿지 않는 32부터는 많아야 "
        "{outside}를 맞힌다.",
    ),
    "answer.window.fails": Text(
        "The control does NOT come out as claimed: the same network that may look only 16 characters "
        "back is right in {inside} at its worst at distances 8 and 16 and in {outside} at its best from "
        "32 on.",
        "대조군은 주장대로 나오지 않았다. 16자 앞까지만 볼 수 있는 같은 네트워크가 거리 8과 16에서 가장 "
        "나쁠 때 {inside}, 32부터는 가장 좋을 때 {outside}를 맞혔다.",
    ),
    "answer.window.missing": Text(
        "Whether the reach of attention does it was not measured here: there is no run of the model with "
        "a window.",
        "어텐션이 닿는 범위 때문인지는 여기서 재지 않았다. 윈도를 둔 모델의 실행이 없다.",
    ),
    "answer.cause.holds": Text(
        "And it is cause, not correlation: at distance 512, making the one source character unreadable "
        "takes accuracy from {base} to {hidden}, making another value unreadable leaves {other}, and "
        "when the two values are exchanged in the text the answer follows in {swap}.",
        "그리고 상관이 아니라 원인이다. 거리 512에서 답의 출처인 한 글자를 읽지 못하게 하면 정확도가 "
        "{base}에서 {hidden}로 떨어지고, 다른 값을 가리면 {other}로 남으며, 글에서 두 값을 맞바꾸면 답도 "
        "{swap}에서 따라 바뀐다.",
    ),
    "answer.cause.fails": Text(
        "That the source is the cause does NOT hold as claimed: at distance 512, making the source "
        "character unreadable takes accuracy from {base} to {hidden}, making another value unreadable "
        "leaves {other}, and the answer follows an exchange of the two values in {swap}.",
        "출처가 원인이라는 주장은 성립하지 않았다. 거리 512에서 출처 글자를 가리면 정확도가 {base}에서 "
        "{hidden}로, 다른 값을 가리면 {other}로 되고, 두 값을 맞바꾸면 답은 {swap}에서 따라 바뀐다.",
    ),
    "answer.cause.missing": Text(
        "Whether the source is the cause was not measured here.",
        "출처가 원인인지는 여기서 재지 않았다.",
    ),
    "answer.one-seed": Text(
        "All of this rests on **one seed**: how much another run would differ is not shown here.",
        "이 모두가 **시드 하나**의 결과이다. 다시 학습하면 얼마나 달라지는지는 여기서 알 수 없다.",
    ),
    "answer.seeds": Text(
        "Attention was trained with {count} seeds, of which {solved} passed the last level of the "
        "curriculum; none is left out of any mean.",
        "어텐션은 시드 {count}개로 학습했고 그중 {solved}개가 커리큘럼의 마지막 단계를 통과했다. 어느 "
        "평균에서도 빠진 시드는 없다.",
    ),
}

_LANGUAGE = {
    "language.rules": Text(
        "The texts are generated, so that every distance and every level is known. `=kV` assigns the "
        "value V to the key k; `?k` asks for it, and the right next character is V. Keys (a-z) and "
        "values (A-Z) are drawn without replacement, each key is assigned once, and filler of {filler} "
        "lies between. All test texts are {length} characters long with 8 pairs unless another number is "
        "given; only the place of the asked value differs, so distance alone is varied.",
        "글은 생성한 것이라 모든 거리와 기준 수준을 정확히 안다. `=kV`는 키 k에 값 V를 주고, `?k`는 그 "
        "값을 묻는다. 다음에 올 옳은 글자는 V이다. 키(a-z)와 값(A-Z)은 겹치지 않게 뽑고, 키마다 한 번만 "
        "값을 주며, 사이는 {filler}로 채운다. 따로 말이 없으면 시험 글은 모두 {length}자이고 쌍이 "
        "8개이다. 물은 값의 자리만 다르므로 거리만 바뀐다.",
    ),
    "language.filler.random": Text(
        "random letters and spaces",
        "무작위 글자와 공백",
    ),
    "language.filler.text": Text(
        "real prose in small letters",
        "소문자로 바꾼 실제 글",
    ),
    "language.copy": Text(
        "The second task is copying: `;S;S` with S of random letters, where every letter of the second S "
        "is to be predicted. Half of the training batches are of this kind; without them, recall alone "
        "stays at the shortcut in prototypes of this experiment.",
        "둘째 과제는 복사이다. `;S;S`에서 S는 무작위 글자열이고, 둘째 S의 모든 글자를 예측해야 한다. "
        "학습 배치의 절반이 이것이다. 이 실험의 시제품에서는 복사 과제 없이 학습하면 값 찾기가 지름길 "
        "수준에 머물렀다.",
    ),
    "language.caption": Text(
        "A short text of the language (real ones have {length} characters). **Bold**: an assignment. "
        "**Framed, in [brackets]**: the source, the value asked for, {distance} characters before the "
        "end. **Underlined**: the question. Grey: filler. The right answer is **{answer}**.",
        "이 언어의 짧은 글(실제로는 {length}자). **굵은 글씨**: 값 주기. **테두리와 [대괄호]**: 출처, 곧 "
        "물은 값으로 끝에서 {distance}자 앞에 있다. **밑줄**: 질문. 회색: 채움 글자. 옳은 답은 "
        "**{answer}**이다.",
    ),
    "language.levels": Text(
        "Levels known exactly",
        "정확히 아는 기준 수준",
    ),
    "language.level": Text(
        "level",
        "수준",
    ),
    "language.accuracy": Text(
        "accuracy",
        "정확도",
    ),
    "language.how": Text(
        "reached by",
        "이렇게 하면 나온다",
    ),
    "language.chance": Text(
        "chance, 1/26",
        "무작위, 1/26",
    ),
    "language.chance.how": Text(
        "guessing a value",
        "값을 아무거나 찍기",
    ),
    "language.shortcut": Text(
        "shortcut, 1/8",
        "지름길, 1/8",
    ),
    "language.shortcut.how": Text(
        "naming some value that occurred, without knowing which belongs to the key",
        "키와의 짝을 모른 채 글에 나온 값 중 하나를 대기",
    ),
    "language.optimum": Text(
        "optimum",
        "최적",
    ),
    "language.optimum.how": Text(
        "looking the pair up",
        "짝을 찾아보기",
    ),
}

_DISTANCE = {
    "distance.caption": Text(
        "Share of questions answered rightly against the distance of the value, 8 pairs, {length} "
        "characters. Bars: 95 % interval of the mean over seeds (Student's t), where there are several. "
        "Grey lines: the levels known exactly.",
        "값까지의 거리에 따른 정답률(쌍 8개, {length}자). 세로 막대: 시드가 여럿일 때 평균의 95 % 신뢰 "
        "구간(스튜던트 t). 회색 선: 정확히 아는 기준 수준.",
    ),
    "distance.table": Text(
        "Recall with 8 pairs: mean over seeds, and below it the lowest and highest seed.",
        "쌍이 8개일 때의 정답률: 시드 평균, 그 아래는 가장 낮은 시드와 가장 높은 시드.",
    ),
    "distance.copy": Text(
        "Copying n random letters: share of letters copied rightly, mean over seeds. Looking only at the "
        "one letter before would give {rule} at n = 256.",
        "무작위 글자 n개 복사: 옳게 복사한 글자의 비율, 시드 평균. 바로 앞 글자 하나만 보면 n = 256에서 "
        "{rule}이다.",
    ),
    "distance.model": Text(
        "model",
        "모델",
    ),
    "distance.seeds": Text(
        "seeds",
        "시드 수",
    ),
    "distance.back": Text(
        "distance in characters",
        "거리(글자)",
    ),
    "distance.length": Text(
        "letters to copy, n",
        "복사할 글자 수 n",
    ),
}

_LOAD = {
    "load.text": Text(
        "How far is one axis, how much the other. Here the value stands {distance} characters back and "
        "the number of pairs in the text grows. {figures}.",
        "얼마나 먼가가 한 축이라면 얼마나 많은가는 다른 축이다. 여기서는 값이 {distance}자 앞에 있고 글 "
        "속 쌍의 수가 늘어난다. {figures}.",
    ),
    "load.one": Text(
        "{model}: {least} with {few}, {most} with {many} pairs",
        "{model}: {few}쌍 {least}, {many}쌍 {most}",
    ),
    "load.reading": Text(
        "Read this as: at equal parameters and budget, what a network with a state of fixed size lacks "
        "is room for many pairs, not the ability to remember far.",
        "이렇게 읽어야 한다. 같은 매개변수 수와 같은 학습량에서, 상태 크기가 정해진 네트워크에 모자란 "
        "것은 멀리 기억하는 능력이 아니라 여러 쌍을 담을 자리이다.",
    ),
    "load.unread": Text(
        "The recurrent networks are not healthy here: they do not recall even one pair at every distance "
        "(claim E5 does not hold), so nothing about load can be read from this comparison.",
        "여기서 순환 신경망은 건강하지 않다. 모든 거리에서 쌍 하나조차 기억하지 못하므로(주장 E5 불성립) "
        "이 비교에서 쌍의 수에 대해 읽을 수 있는 것은 없다.",
    ),
    "load.equal": Text(
        "Here the recurrent networks keep up with attention at the greatest number of pairs measured.",
        "여기서는 잰 것 중 가장 많은 쌍에서도 순환 신경망이 어텐션에 뒤지지 않는다.",
    ),
    "load.caption": Text(
        "Accuracy against the number of pairs at distance {distance}. Grey dashes: the shortcut, 1/N.",
        "거리 {distance}에서 쌍의 수에 따른 정확도. 회색 점선: 지름길 1/N.",
    ),
    "load.pairs": Text(
        "pairs",
        "쌍의 수",
    ),
    "load.missing": Text(
        "Not measured here: this folder has no runs of recurrent networks with other numbers of pairs. "
        "The full form (`--full`) measures them.",
        "여기서는 재지 않았다. 이 폴더에는 쌍의 수를 바꾼 순환 신경망의 실행이 없다. 전체 "
        "형식(`--full`)이 이를 잰다.",
    ),
}

_CAUSE = {
    "cause.text": Text(
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
    "cause.caption": Text(
        "Attention model: accuracy under each intervention, 8 pairs, at distances 16 and 512. Lines on "
        "the bars: lowest and highest seed.",
        "어텐션 모델: 개입별 정확도(쌍 8개, 거리 16과 512). 막대의 선: 가장 낮은 시드와 가장 높은 시드.",
    ),
    "cause.table": Text(
        "The same as figures: mean over seeds, below it lowest and highest seed. The last line is the "
        "share that answers the exchanged value.",
        "같은 결과의 수치: 시드 평균, 그 아래는 가장 낮은 시드와 가장 높은 시드. 마지막 줄은 바뀐 값을 "
        "답한 비율이다.",
    ),
    "cause.what": Text(
        "intervention",
        "개입",
    ),
    "cause.base": Text(
        "nothing done",
        "그대로",
    ),
    "cause.source_hidden": Text(
        "source value hidden",
        "출처 값을 가림",
    ),
    "cause.other_hidden": Text(
        "another pair's value hidden",
        "다른 쌍의 값을 가림",
    ),
    "cause.filler_hidden": Text(
        "a filler character hidden",
        "채움 글자를 가림",
    ),
    "cause.edge_cut": Text(
        "edge question → source cut",
        "질문 → 출처 연결을 끊음",
    ),
    "cause.other_edge_cut": Text(
        "edge question → filler cut",
        "질문 → 채움 글자 연결을 끊음",
    ),
    "cause.swap_followed": Text(
        "values exchanged: followed",
        "두 값을 맞바꿈: 따라감",
    ),
    "cause.below": Text(
        "That the accuracy with the source hidden is below chance is as it should be: the model names "
        "another value that it can still see, which is surely wrong.",
        "출처를 가렸을 때 정확도가 무작위보다 낮은 것은 당연하다. 모델이 아직 보이는 다른 값을 대는데, "
        "그것은 반드시 틀리기 때문이다.",
    ),
    "cause.missing": Text(
        "Not measured in this folder.",
        "이 폴더에서는 재지 않았다.",
    ),
    "cause.verdict.True": Text(
        "The claim **holds**: the source, and it alone, makes the answer.",
        "주장은 **성립한다**. 답을 만드는 것은 출처이고 오직 출처뿐이다.",
    ),
    "cause.verdict.False": Text(
        "The claim **does not hold** here as it is stated (see the table of claims).",
        "주장은 여기서 **성립하지 않는다**(주장별 판정 표를 보라).",
    ),
    "cause.verdict.None": Text(
        "The claim was not measured here in full.",
        "이 주장은 여기서 다 재지 않았다.",
    ),
    "lesson.title": Text(
        "A map can lie",
        "어텐션 맵은 거짓말을 할 수 있다",
    ),
    "lesson.shown": Text(
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
    "lesson.not": Text(
        "The window model at distance 16 should show that a weight of about 0 does not mean no "
        "influence; in this folder it does not come out: the last layer's weight on the source is "
        "{weight}, and hiding it takes accuracy from {base} to {hidden} (direct edge cut: {cut}).",
        "거리 16에서의 윈도 모델은 가중치가 0에 가까워도 영향이 없는 것은 아님을 보여야 한다. 그러나 이 "
        "폴더에서는 그렇게 나오지 않았다. 마지막 층의 출처 가중치는 {weight}이고, 출처를 가리면 정확도가 "
        "{base}에서 {hidden}로 된다(직접 연결을 끊음: {cut}).",
    ),
    "lesson.table": Text(
        "Distance 16, seed {seeds}, {count} texts of {length} characters, measured from the weights in "
        "this folder. Weight: from the question to the source in the last layer, mean over texts, "
        "greatest head.",
        "거리 16, 시드 {seeds}, {length}자 글 {count}개, 이 폴더의 가중치 파일로 측정. 어텐션 가중치: "
        "마지막 층에서 질문이 출처를 보는 가중치의 평균, 가장 큰 헤드.",
    ),
    "lesson.weight": Text(
        "attention weight on the source",
        "출처의 어텐션 가중치",
    ),
    "lesson.missing": Text(
        "Not measured here: the folder holds no weights of the window model.",
        "여기서는 재지 않았다. 폴더에 윈도 모델의 가중치 파일이 없다.",
    ),
}

_GRADIENTS = {
    "gradients.text": Text(
        "How much does the score of the right answer change with the embedding of the character d back? "
        "The engine that trains the models answers that too: one backward pass, in float64, gives the "
        "norm of ∂(answer's score)/∂(embedding) at the source.",
        "옳은 답의 점수는 d자 앞 글자의 임베딩에 따라 얼마나 변하는가? 모델을 학습시킨 바로 그 엔진이 "
        "이것도 답한다. float64로 한 번 역전파하면 출처에서의 ∂(답의 점수)/∂(임베딩)의 노름이 나온다.",
    ),
    "gradients.caption": Text(
        "Norm of ∂(answer)/∂(character d back), above before, below after training, both axes "
        "logarithmic; mean over seeds. Marks on the line “exactly 0” are zeros, not small numbers{tiny}.",
        "∂(답)/∂(d자 앞 글자)의 노름. 위는 학습 전, 아래는 학습 후, 두 축 모두 로그, 시드 평균. “exactly "
        "0” 선 위의 표시는 작은 수가 아니라 정확히 0이다{tiny}.",
    ),
    "gradients.tiny": Text(
        "; what lies below {floor} stands on a line of its own",
        "; {floor}보다 작은 값은 따로 한 줄에 둔다",
    ),
    "gradients.no-tiny": Text(
        "",
        "",
    ),
    "gradients.attention": Text(
        "Untrained, attention's gradient differs by a factor of {spread} between its least and greatest "
        "over distances 8 to 512.",
        "학습 전 어텐션의 기울기는 거리 8에서 512 사이에서 가장 작은 값과 가장 큰 값이 {spread}배 차이 난다.",
    ),
    "gradients.falls": Text(
        "Untrained, the gradient of the Elman network at distance 64 is {share} of that at 8.",
        "학습 전 엘만 RNN의 거리 64에서의 기울기는 거리 8에서의 {share}이다.",
    ),
    "gradients.zero": Text(
        "Exactly 0 somewhere after training: {models}. No path leads from there to the answer.",
        "학습 후 정확히 0인 곳이 있는 모델: {models}. 그곳에서 답으로 가는 경로가 없다.",
    ),
    "gradients.underflow": Text(
        "Too small even for float64 somewhere after training: {models}.",
        "학습 후 float64로도 나타낼 수 없을 만큼 작은 곳이 있는 모델: {models}.",
    ),
    "gradients.gated": Text(
        "After training, at distance 512: {figures}. Gated networks do carry a gradient that far, so "
        "vanishing gradients do not explain what they lack with 8 pairs.",
        "학습 후 거리 512에서: {figures}. 게이트가 있는 네트워크는 그만큼 멀리 기울기를 나르므로, 쌍이 "
        "8개일 때 모자란 것을 기울기 소실로 설명할 수는 없다.",
    ),
    "gradients.gated-not": Text(
        "After training, at distance 512: {figures}.",
        "학습 후 거리 512에서: {figures}.",
    ),
    "gradients.missing": Text(
        "Not measured in this folder.",
        "이 폴더에서는 재지 않았다.",
    ),
}

_MAPS = {
    "maps.text": Text(
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
    "maps.circuit": Text(
        "So the first one tells each value which key stands before it; the second compares the query of "
        "the question with these keys, and reads the value where they agree.",
        "곧 앞의 헤드가 각 값에 그 앞의 키 글자를 알려 주고, 뒤의 헤드가 질문의 쿼리를 이 키들과 비교해 "
        "맞는 곳의 밸류를 읽는다.",
    ),
    "maps.no-circuit": Text(
        "Weights this low do not show such a circuit in this model.",
        "가중치가 이렇게 낮으면 이 모델에 그런 회로가 있다고 할 수 없다.",
    ),
    "maps.answer": Text(
        "On the text shown the model answers **{given}**; right is **{right}**.",
        "아래 글에 모델은 **{given}**라고 답하고, 옳은 답은 **{right}**이다.",
    ),
    "maps.previous.caption": Text(
        "Layer 0, head {head}: rows are the reading position, columns what it attends to; white 0, black "
        "1; a dot stands for a space. The dashed line runs along the character before.",
        "0번 층 {head}번 헤드: 행은 읽는 위치, 열은 보는 위치, 흰색 0, 검은색 1, 가운뎃점은 공백. 점선은 "
        "바로 앞 글자의 자리이다.",
    ),
    "maps.source.caption": Text(
        "Layer {layer}, head {head}: the last row is the question's key; the frame marks the value asked "
        "for (weight here {weight}).",
        "{layer}번 층 {head}번 헤드: 마지막 행이 질문의 키이고, 네모가 물은 값의 자리이다(여기서의 "
        "가중치 {weight}).",
    ),
    "maps.warning": Text(
        "Maps are illustrations; the evidence is in the interventions above.",
        "맵은 예시이고, 증거는 위의 개입 실험이다.",
    ),
    "maps.missing": Text(
        "Not shown: the folder holds no weights of the attention model.",
        "보이지 않음: 폴더에 어텐션 모델의 가중치 파일이 없다.",
    ),
}

_TRAINING = {
    "training.text": Text(
        "Texts grow in five levels, and training advances when it is sure of the present one (both "
        "running accuracies above {sure}, above {first} on the first, whose texts fit into the reach of "
        "the twin) or has spent its share of the steps there, so that failing models also get to see "
        "full length.",
        "글의 길이는 다섯 단계로 늘어난다. 지금 단계를 확실히 익히거나(두 이동 정확도가 모두 {sure}를 "
        "넘음, 윈도 모델에게도 다 보이는 짧은 첫 단계에서는 {first}) 정해진 몫의 스텝을 다 쓰면 다음 단계로 넘어간다. 그래서 실패하는 모델도 가장 긴 글을 보게 "
        "된다.",
    ),
    "training.sudden": Text(
        "Learning comes suddenly: {seeds}.",
        "배움은 서서히가 아니라 갑자기 온다: {seeds}.",
    ),
    "training.not-sudden": Text(
        "A sudden step is not seen in every seed: {seeds}.",
        "갑작스러운 도약이 모든 시드에서 보이지는 않는다: {seeds}.",
    ),
    "training.jump": Text(
        "seed {seed}: recall below {low} until step {begin}, above {high} at step {end}",
        "시드 {seed}: 값 찾기 정확도가 스텝 {begin}까지 {low} 아래, 스텝 {end}에서 {high} 위",
    ),
    "training.no-jump": Text(
        "seed {seed}: recall not above {high} on the first level",
        "시드 {seed}: 첫 단계에서 값 찾기 정확도가 {high}를 넘지 못함",
    ),
    "training.caption": Text(
        "Running accuracies and loss (nats per answer) of the attention model, seed {seed}, and "
        "accuracies of its twin with a window, against the step. Dashed verticals: a new level (running "
        "accuracies start from 0 again){others}.",
        "어텐션 모델(시드 {seed})의 이동 정확도와 손실(답 하나당 nat), 그리고 윈도를 둔 쌍둥이의 정확도. "
        "세로 점선: 새 단계(이동 정확도는 0에서 다시 시작){others}.",
    ),
    "training.others": Text(
        "; thin grey: recall of the other seeds",
        "; 가는 회색: 다른 시드의 값 찾기",
    ),
    "training.no-others": Text(
        "",
        "",
    ),
    "training.missing": Text(
        "The folder holds no history of the attention model.",
        "폴더에 어텐션 모델의 학습 기록이 없다.",
    ),
}

_CLAIMS = {
    "claim.E1": Text(
        "attention retrieves any of 8 facts at every distance from 8 to 512",
        "어텐션은 8에서 512까지 모든 거리에서 8개의 사실 중 어느 것이든 찾아낸다",
    ),
    "claim.E2": Text(
        "it copies strings of up to 256 random letters",
        "무작위 글자 256개까지의 문자열을 복사한다",
    ),
    "claim.E3": Text(
        "it is the reach of attention: its twin that sees 16 characters is perfect inside and lost beyond",
        "어텐션이 닿는 범위 덕분이다: 16자만 보는 쌍둥이는 그 안에서는 완벽하고 밖에서는 찾지 못한다",
    ),
    "claim.E4": Text(
        "it needs two layers: with one it recalls at most 30 % anywhere",
        "두 층이 필요하다: 한 층이면 어디서도 30 %를 넘지 못한다",
    ),
    "claim.E5": Text(
        "the recurrent baselines are healthy: with one pair LSTM and GRU recall it at every distance (95 %)",
        "순환 신경망 기준선은 건강하다: 쌍이 하나면 LSTM과 GRU가 모든 거리에서 기억한다(95 %)",
    ),
    "claim.E6": Text(
        "the source is the cause: hiding it is fatal, hiding others does nothing, and the answer follows "
        "a swap",
        "출처가 원인이다: 출처를 가리면 답을 잃고, 다른 것을 가리면 그대로이며, 두 값을 맞바꾸면 답도 바뀐다",
    ),
    "claim.E7": Text(
        "untrained, a recurrent net's gradient vanishes with distance, attention's does not",
        "학습 전 순환 신경망에서는 거리에 따라 기울기 소실이 일어나고, 어텐션에서는 그렇지 않다",
    ),
    "claims.text": Text(
        "What is claimed was fixed before the runs, and is judged by the program from the figures of "
        "this folder. Every figure behind a verdict: `python -m examples.long_range --claim all{out}`.",
        "주장은 실행 전에 정해 두었고, 판정은 프로그램이 이 폴더의 수치로 내린다. 판정에 쓰인 모든 "
        "수치는 `python -m examples.long_range --claim all{out}`로 볼 수 있다.",
    ),
    "claims.claim": Text(
        "claim",
        "주장",
    ),
    "claims.figures": Text(
        "figures",
        "수치",
    ),
    "claims.verdict": Text(
        "verdict",
        "판정",
    ),
    "verdict.True": Text(
        "holds",
        "성립",
    ),
    "verdict.False": Text(
        "does not hold",
        "성립하지 않음",
    ),
    "verdict.None": Text(
        "not measured here",
        "여기서 재지 않음",
    ),
    "figures.E1": Text(
        "lowest seed: {near} for d ≤ 256, {far} at 512; seeds: {count}",
        "가장 낮은 시드: d ≤ 256에서 {near}, 512에서 {far}; 시드 {count}개",
    ),
    "figures.E2": Text(
        "lowest seed and length: {least}; the one-letter rule gives {rule} at n = 256",
        "가장 낮은 시드와 길이: {least}; 한 글자 규칙은 n = 256에서 {rule}",
    ),
    "figures.E3": Text(
        "lowest at d = 8, 16: {inside}; highest for d ≥ 32: {outside}; greatest gradient there: {gradient}",
        "d = 8, 16의 최저: {inside}; d ≥ 32의 최고: {outside}; 그곳 기울기의 최댓값: {gradient}",
    ),
    "figures.E4": Text(
        "highest anywhere: {most}",
        "모든 거리의 최고: {most}",
    ),
    "figures.E5": Text(
        "lowest mean over distances with 1 pair: GRU {gru}, LSTM {lstm}; highest with 8: {gru8}, {lstm8}",
        "쌍 1개일 때 거리별 평균의 최저: GRU {gru}, LSTM {lstm}; 8개일 때 최고: {gru8}, {lstm8}",
    ),
    "figures.E6": Text(
        "d = 16 / 512: nothing done {base}; source hidden {hidden}; other value hidden {other}; filler "
        "hidden {filler}; exchange followed {swap}",
        "d = 16 / 512: 그대로 {base}; 출처를 가림 {hidden}; 다른 값을 가림 {other}; 채움 글자를 가림 "
        "{filler}; 맞바꿈을 따라감 {swap}",
    ),
    "figures.E7": Text(
        "Elman at d = 64: {share} of d = 8; attention: greatest / least {spread}",
        "엘만 RNN: d = 64에서 d = 8의 {share}; 어텐션: 최대/최소 {spread}",
    ),
    "figures.none": Text(
        "none",
        "없음",
    ),
    "figures.unmeasured": Text(
        "not measured",
        "재지 않음",
    ),
}

_SETTINGS = {
    "settings.form.quick": Text(
        "quick form: the model and its twin, one seed each",
        "빠른 형식: 모델과 쌍둥이, 시드 하나씩",
    ),
    "settings.form.full": Text(
        "full form: every control, several seeds",
        "전체 형식: 모든 대조군, 여러 시드",
    ),
    "settings.form.other": Text(
        "another form",
        "다른 형식",
    ),
    "settings.command": Text(
        "command",
        "명령",
    ),
    "settings.form": Text(
        "form",
        "형식",
    ),
    "settings.network": Text(
        "network",
        "네트워크",
    ),
    "settings.network.is": Text(
        "{layers} pre-norm layers, {channels} channels, {heads} heads, GELU, rotary positions; controls "
        "have about as many parameters",
        "사전 정규화 {layers}층, 채널 {channels}, 헤드 {heads}, GELU, 회전 위치 임베딩; 대조군도 "
        "매개변수 수가 비슷하다",
    ),
    "settings.optimizer": Text(
        "training",
        "학습",
    ),
    "settings.optimizer.is": Text(
        "AdamW (0.9, 0.98), no weight decay, {warmup} warm-up steps, constant to 60 %, linear to 5 %; "
        "gradients clipped at norm 1; {characters} characters a batch; {steps} steps; float32",
        "AdamW(0.9, 0.98), 가중치 감쇠 없음, 워밍업 {warmup}스텝, 60 %까지 일정, 이후 5 %까지 선형 감소; "
        "기울기 노름 1로 자름; 배치당 {characters}자; {steps}스텝; float32",
    ),
    "settings.curriculum": Text(
        "curriculum",
        "커리큘럼",
    ),
    "settings.curriculum.is": Text(
        "texts up to {lengths} characters with up to {pairs} pairs; copies up to {copied} letters",
        "글 최대 {lengths}자, 쌍 최대 {pairs}개; 복사 최대 {copied}자",
    ),
    "settings.rates": Text(
        "learning rates",
        "학습률",
    ),
    "settings.rates.fixed": Text(
        "fixed beforehand: {rates}",
        "미리 정함: {rates}",
    ),
    "settings.rates.all": Text(
        "{rate} for all",
        "모두 {rate}",
    ),
    "settings.rates.tuned": Text(
        "chosen for each model from {grid} by the worst of seeds {seeds}, which are not reported: {rates}",
        "모델마다 보고하지 않는 시드 {seeds} 가운데 가장 나쁜 결과를 기준으로 {grid} 중에 골랐다: {rates}",
    ),
    "settings.machine": Text(
        "machine",
        "실행 환경",
    ),
    "settings.machine.is": Text(
        "{processor}, {cpus} CPUs, {system}; Python {python}, NumPy {numpy}",
        "{processor}, CPU {cpus}개, {system}; Python {python}, NumPy {numpy}",
    ),
    "settings.time": Text(
        "time",
        "시간",
    ),
    "settings.time.is": Text(
        "{total} of training in {count} runs, each on one thread; where runs stood side by side the "
        "clock showed less",
        "실행 {count}개, 학습에 {total}(각각 스레드 하나); 나란히 실행했다면 실제 걸린 시간은 더 짧다",
    ),
    "settings.minutes": Text(
        "{minutes} min",
        "{minutes}분",
    ),
    "settings.seconds": Text(
        "{seconds} s",
        "{seconds}초",
    ),
    "settings.runs": Text(
        "Every reported run. Solved: the step at which the last level was passed; “—” where it never "
        "was. Lowest: the lowest accuracy over the seven distances. {failed}",
        "보고하는 모든 실행. 통과: 마지막 단계를 통과한 스텝이며, “—”는 통과하지 못함. 최저: 일곱 거리 "
        "중 가장 낮은 정확도. {failed}",
    ),
    "settings.failed": Text(
        "Not solved: {count} of {all} runs: {models}.",
        "통과하지 못한 실행: {all}개 중 {count}개: {models}.",
    ),
    "settings.none-failed": Text(
        "All {all} runs solved it.",
        "실행 {all}개가 모두 통과했다.",
    ),
    "settings.failed.one": Text(
        "{model} ({count} of {all})",
        "{model}({all}개 중 {count}개)",
    ),
    "settings.seed": Text(
        "seed",
        "시드",
    ),
    "settings.rate": Text(
        "rate",
        "학습률",
    ),
    "settings.parameters": Text(
        "parameters",
        "매개변수",
    ),
    "settings.solved": Text(
        "solved at",
        "통과",
    ),
    "settings.lowest": Text(
        "lowest",
        "최저",
    ),
    "settings.longest": Text(
        "d = 512",
        "d = 512",
    ),
    "settings.copied": Text(
        "copy 256",
        "복사 256",
    ),
    "settings.trained": Text(
        "trained",
        "학습 시간",
    ),
    "settings.probes": Text(
        "Test texts are drawn from streams that training never uses, the same for every model: {counts} "
        "per cell of accuracy. Every figure of every seed is in `results.csv`, the course of training in "
        "`history.csv`, the weights in `weights/`, and each picture as SVG and PNG in `figures/`.",
        "시험 글은 학습에 쓰지 않는 난수열에서 뽑고 모든 모델에 같다. 정확도 한 칸에 {counts}개이다. "
        "모든 시드의 모든 수치는 `results.csv`, 학습 과정은 `history.csv`, 가중치는 `weights/`, 그림은 "
        "`figures/`에 SVG와 PNG로 있다.",
    ),
}

_LIMITS = {
    "limits.real": Text(
        "**Nothing about real text.** On prose, a character model of this size gains nothing measurable "
        "from context beyond some 64 characters (measured for this project's prototypes); real text here "
        "shows that training and sampling work, and carries no claim about long range.",
        "**실제 글에 대해서는 아무것도 말하지 않는다.** 산문에서 이 크기의 문자 모델은 약 64자보다 먼 "
        "문맥에서 잴 수 있는 이득을 얻지 못했다(이 프로젝트의 시제품에서 측정). 실제 글은 학습과 생성이 "
        "된다는 것만 보이며, 장기 의존성의 근거가 아니다.",
    ),
    "limits.many": Text(
        "**The claim is** that attention retrieves many items at any tested distance, at equal "
        "parameters and budget. **It is not** that recurrent networks cannot remember: {recurrent}",
        "**주장하는 것은** 같은 매개변수 수와 같은 학습량에서 어텐션이 시험한 모든 거리에서 여러 항목을 "
        "찾아낸다는 것이다. **주장하지 않는 것은** 순환 신경망이 기억하지 못한다는 것이다. {recurrent}",
    ),
    "limits.one-pair": Text(
        "with one pair, LSTM and GRU are right in {lstm} and {gru} at distance 512, measured here.",
        "쌍이 하나이면 LSTM과 GRU가 거리 512에서 {lstm}와 {gru}를 맞힌다(여기서 측정).",
    ),
    "limits.one-pair-low": Text(
        "here, however, LSTM and GRU are right in only {lstm} and {gru} at distance 512 with one pair, "
        "so these baselines are not healthy and no comparison with them counts.",
        "다만 여기서는 쌍이 하나일 때 LSTM과 GRU가 거리 512에서 {lstm}와 {gru}만 맞혔으므로 이 기준선은 "
        "건강하지 않고, 이들과의 비교는 효력이 없다.",
    ),
    "limits.one-pair-missing": Text(
        "LSTM and GRU do recall one pair at distance 512 (in this project's prototypes; this folder does "
        "not measure it).",
        "LSTM과 GRU는 거리 512에서 쌍 하나를 기억한다(이 프로젝트의 시제품에서 측정, 이 폴더에서는 재지 "
        "않았다).",
    ),
    "limits.budget": Text(
        "**Every comparison is one of a budget**: {steps} steps, about {parameters} parameters, one "
        "layer of recurrence. Longer training moved the recurrent networks up somewhat in prototypes; "
        "wider networks were not tried.",
        "**모든 비교는 정해진 학습량 안의 것이다.** {steps}스텝, 매개변수 약 {parameters}개, 순환 층 "
        "하나이다. 시제품에서 더 긴 학습은 순환 신경망의 수치를 조금 올렸고, 더 넓은 네트워크는 시험하지 "
        "않았다.",
    ),
    "limits.maps": Text(
        "**Maps are illustrations, interventions are evidence.** Several heads may do the same, and a "
        "value may be relayed; a map shows neither.",
        "**맵은 예시이고 개입 실험이 증거이다.** 여러 헤드가 같은 일을 할 수도 있고 값이 중간을 거쳐 "
        "전달될 수도 있는데, 맵은 어느 쪽도 보여 주지 않는다.",
    ),
    "limits.below": Text(
        "**Below chance is right** when the source is hidden: the model names another visible value, "
        "surely wrong.",
        "출처를 가렸을 때 **무작위보다 낮은 것이 옳다.** 모델이 보이는 다른 값을 대고, 그것은 반드시 틀린다.",
    ),
    "limits.elman": Text(
        "**No claim hangs on the Elman network's accuracy**: it may owe its level to its learning rate "
        "and initialisation.",
        "**엘만 RNN의 정확도에는 어떤 주장도 걸지 않는다.** 학습률과 초기화 때문일 수 있다.",
    ),
    "limits.length": Text(
        "**Nothing beyond the trained length**: texts of {length} characters are the longest in training "
        "and test.",
        "**학습한 길이 밖에 대해서는 아무것도 말하지 않는다.** 학습과 시험에서 가장 긴 글이 {length}자이다.",
    ),
    "limits.seed": Text(
        "**One seed**: differences between runs cannot be judged from this folder.",
        "**시드 하나**: 실행 사이의 차이는 이 폴더로 판단할 수 없다.",
    ),
}

TEXTS: dict[str, Text] = {
    **_PAGE,
    **_MODELS,
    **_QUESTION,
    **_LANGUAGE,
    **_DISTANCE,
    **_LOAD,
    **_CAUSE,
    **_GRADIENTS,
    **_MAPS,
    **_TRAINING,
    **_CLAIMS,
    **_SETTINGS,
    **_LIMITS,
}
