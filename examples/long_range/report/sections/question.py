"""The question, and the answer that the verdicts on the claims amount to."""

import math

from markupsafe import Markup

from examples.long_range.claims import Verdict
from examples.long_range.language import CHANCE
from examples.long_range.measure import PAIRS, shortcut
from examples.long_range.report.blocks import Section, both, listed
from examples.long_range.report.study import BEYOND, WITHIN, Study
from examples.long_range.report.text import Sentences, Text, at_least, at_most, percent, strong
from examples.long_range.training import LEVELS


def section(study: Study) -> Section:
    """In a box: yes, no, in part or unknown; why; and how many seeds it rests on."""
    word = _word(*(study.verdicts[name].holds for name in ("E1", "E3", "E6")))
    sentences = [_reach(study), _window(study), _cause(study)]
    return Section("question", say("title"), [say("what"), _box(word, sentences, _seeds(study))])


def _word(learns: bool | None, *controls: bool | None) -> str:
    if learns is False:
        return "no"
    if False in controls:
        return "part"
    return "yes" if learns and all(controls) else "unknown"


def _reach(study: Study) -> Text:
    verdict = study.verdicts["E1"]
    if verdict.holds is None:
        return say("reach.missing")
    means = study.recall("attention")
    far = study.results.values("attention", "recall", 512, PAIRS)
    near = at_least if verdict.holds else percent
    return say(
        f"reach.{_holds(verdict)}",
        near=near(min(mean for d, mean in means.items() if d <= 256)),
        far=percent(means[512]),
        over=say("over.seeds" if len(far) > 1 else "over.one", lowest=percent(min(far))),
        shortcut=percent(shortcut(PAIRS)),
        chance=percent(CHANCE),
    )


def _window(study: Study) -> Text:
    verdict = study.verdicts["E3"]
    if verdict.holds is None:
        return say("window.missing")
    means = study.recall("window")
    least, most = (at_least, at_most) if verdict.holds else (percent, percent)
    return say(
        f"window.{_holds(verdict)}",
        inside=least(min(means[d] for d in WITHIN)),
        outside=most(max(means[d] for d in BEYOND)),
    )


def _cause(study: Study) -> Text:
    verdict = study.verdicts["E6"]
    if verdict.holds is None:
        return say("cause.missing")
    names = {"base": "base", "hidden": "source_hidden", "other": "other_hidden", "swap": "swap_followed"}
    found = {k: percent(study.mean("attention", m, 512)) for k, m in names.items()}
    return say(f"cause.{_holds(verdict)}", **found)


def _seeds(study: Study) -> list[Text]:
    seeds = study.results.seeds("attention")
    if len(seeds) > 1:
        steps = study.results.values("attention", "solved-at-step", "")
        solved = sum(not math.isnan(step) for step in steps)
        lengths = {"shortest": LEVELS[0].length, "longest": LEVELS[-1].length}
        return [say("seeds", count=len(seeds), solved=solved, **lengths)]
    return [say("one-seed")] if seeds else []


def _holds(verdict: Verdict) -> str:
    return "holds" if verdict.holds else "fails"


def _box(word: str, sentences: list[Text], notes: list[Text]) -> Markup:
    head = both(strong(say(word)), "p")
    below = Markup("").join(both(note, "p") for note in notes)
    return Markup('<div class="answer {}">{}{}{}</div>').format(word, head, listed(sentences), below)


# -- what it says ---------------------------------------------------------------------------------------

TEXTS = {
    "title": Text("The question and the answer", "물음과 답"),
    "what": Text(
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
    "yes": Text("Yes, at this scale.", "그렇다(이 규모에서)."),
    "no": Text("Not shown by this experiment.", "이 실험은 그것을 보이지 못했다."),
    "part": Text(
        "Only in part: not every claim below holds.",
        "일부만 그렇다: 아래 주장 가운데 성립하지 않는 것이 있다.",
    ),
    "over.seeds": Text("mean over seeds; lowest seed {lowest}", "시드 평균, 가장 낮은 시드 {lowest}"),
    "over.one": Text("one seed", "시드 하나"),
    "unknown": Text("Not settled: part was not measured here.", "미정: 일부를 여기서 재지 않았다."),
    "reach.holds": Text(
        "It learns them: asked for one of 8 facts, attention names the right one in {near} of "
        "the texts at every distance up to 256 characters and in {far} at 512 ({over}), where naming any "
        "value that occurred gives {shortcut} and guessing {chance}.",
        "배운다. 8개의 사실 가운데 하나를 물으면 어텐션은 256자까지의 모든 거리에서 {near}, "
        "512자에서 {far}를 맞힌다({over}). 나온 값 중 아무거나 대면 {shortcut}, 무작위로 찍으면 "
        "{chance}이다.",
    ),
    "reach.fails": Text(
        "The claim that it learns them does NOT hold here: asked for one of 8 facts, attention is right "
        "in {near} at its worst distance up to 256 characters and in {far} at 512 ({over}), less than "
        "the claim demands; naming any value that occurred gives {shortcut} and guessing {chance}.",
        "배운다는 주장은 여기서 성립하지 않는다. 8개의 사실 가운데 하나를 물으면 어텐션은 256자까지 가장 "
        "나쁜 거리에서 {near}, 512자에서 {far}를 맞혀({over}) 주장의 기준에 못 미친다. 나온 값 중 "
        "아무거나 대면 {shortcut}, 무작위로 찍으면 {chance}이다.",
    ),
    "reach.missing": Text(
        "Whether it learns them was not measured here: this folder holds no run of the attention model.",
        "배우는지는 여기서 재지 않았다. 이 폴더에는 어텐션 모델의 실행이 없다.",
    ),
    "window.holds": Text(
        "It is the reach of attention that does it: the same network that may look only 16 characters "
        "back, everything else equal, is right in {inside} of the texts at distances 8 and "
        "16 and in {outside} from 32 on, beyond what its layers can reach.",
        "이를 가능하게 하는 것은 어텐션이 닿는 범위이다. 다른 것은 모두 같고 16자 앞까지만 볼 수 있는 "
        "네트워크는 거리 8과 16에서 {inside} 맞히지만, 층을 거쳐도 닿지 않는 32부터는 "
        "{outside}를 맞힌다.",
    ),
    "window.fails": Text(
        "The control does NOT come out as claimed: the same network that may look only 16 characters "
        "back is right in {inside} at its worst at distances 8 and 16 and in {outside} at its best from "
        "32 on.",
        "대조군은 주장대로 나오지 않았다. 16자 앞까지만 볼 수 있는 같은 네트워크가 거리 8과 16에서 가장 "
        "나쁠 때 {inside}, 32부터는 가장 좋을 때 {outside}를 맞혔다.",
    ),
    "window.missing": Text(
        "Whether the reach of attention does it was not measured here: there is no run of the model with "
        "a window.",
        "어텐션이 닿는 범위 때문인지는 여기서 재지 않았다. 윈도를 둔 모델의 실행이 없다.",
    ),
    "cause.holds": Text(
        "And it is cause, not correlation: at distance 512, making the one source character unreadable "
        "takes accuracy from {base} to {hidden}, making another value unreadable leaves {other}, and "
        "when the two values are exchanged in the text the answer follows in {swap}.",
        "그리고 상관이 아니라 원인이다. 거리 512에서 답의 출처인 한 글자를 읽지 못하게 하면 정확도가 "
        "{base}에서 {hidden}로 떨어지고, 다른 값을 가리면 {other}로 남으며, 글에서 두 값을 맞바꾸면 답도 "
        "{swap}에서 따라 바뀐다.",
    ),
    "cause.fails": Text(
        "That the source is the cause does NOT hold as claimed: at distance 512, making the source "
        "character unreadable takes accuracy from {base} to {hidden}, making another value unreadable "
        "leaves {other}, and the answer follows an exchange of the two values in {swap}.",
        "출처가 원인이라는 주장은 성립하지 않았다. 거리 512에서 출처 글자를 가리면 정확도가 {base}에서 "
        "{hidden}로, 다른 값을 가리면 {other}로 되고, 두 값을 맞바꾸면 답은 {swap}에서 따라 바뀐다.",
    ),
    "cause.missing": Text(
        "Whether the source is the cause was not measured here.", "출처가 원인인지는 여기서 재지 않았다."
    ),
    "one-seed": Text(
        "All of this rests on **one seed**: how much another run would differ is not shown here.",
        "이 모두가 **시드 하나**의 결과이다. 다시 학습하면 얼마나 달라지는지는 여기서 알 수 없다.",
    ),
    "seeds": Text(
        "Attention was trained with {count} seeds, of which {solved} passed the last level of the "
        "curriculum, in which texts grow from {shortest} to {longest} characters as training "
        "goes on; none is left out of any mean.",
        "어텐션은 시드 {count}개로 학습했고 그중 {solved}개가 커리큘럼(학습이 진행되면서 글이 "
        "{shortest}자에서 {longest}자로 길어지는 것)의 마지막 단계를 통과했다. 어느 평균에서도 빠진 시드는 "
        "없다.",
    ),
}
say = Sentences(TEXTS)
