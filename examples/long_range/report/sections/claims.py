"""The claims, one by one: figures and verdict."""

from collections.abc import Callable

from examples.long_range.measure import CAUSE_DISTANCES, COPIED, DISTANCES, PAIRS, single_character_rule
from examples.long_range.report.blocks import Cell, Section, Table
from examples.long_range.report.sections.gradients import attention_spread, elman_share
from examples.long_range.report.study import BEYOND, WITHIN, Study
from examples.long_range.report.text import Sentences, Text, join, percent, same, scientific, strong


def section(study: Study) -> Section:
    """A table of all claims."""
    rows: list[list[Cell]] = [
        [
            join([same(name), say(f"claim.{name}")], ": "),
            say("unmeasured") if verdict.holds is None else FIGURES[name](study),
            strong(say(f"verdict.{verdict.holds}")),
        ]
        for name, verdict in study.verdicts.items()
    ]
    table = Table(None, [say("claim"), say("figures"), say("verdict")], rows, "words")
    return Section("claims", say("title"), [say("text", out=study.out), table])


def _retrieves(study: Study) -> Text:
    values = study.results.values
    near = [v for d in DISTANCES if d <= 256 for v in values("attention", "recall", d, PAIRS)]
    far = values("attention", "recall", 512, PAIRS)
    return say("figures.E1", near=percent(min(near)), far=percent(min(far)), count=len(far))


def _copies(study: Study) -> Text:
    least = min(v for n in COPIED for v in study.results.values("attention", "copy", n))
    return say("figures.E2", least=percent(least), rule=percent(single_character_rule(256)))


def _needs_reach(study: Study) -> Text:
    values = study.results.values
    gradients = [v for d in BEYOND for v in values("window", "gradient-trained", d, PAIRS)]
    return say(
        "figures.E3",
        inside=percent(min(v for d in WITHIN for v in values("window", "recall", d, PAIRS))),
        outside=percent(max(v for d in BEYOND for v in values("window", "recall", d, PAIRS))),
        gradient=scientific(max(gradients)) if gradients else say("unmeasured"),
    )


def _needs_two_layers(study: Study) -> Text:
    most = max(v for d in DISTANCES for v in study.results.values("one-layer", "recall", d, PAIRS))
    own, whole = (
        f"{study.results.values(name, 'parameters', '')[0]:,.0f}" if name in study.names else "?"
        for name in ("one-layer", "attention")
    )
    return say("figures.E4", most=percent(most), own=own, whole=whole)


def _honest(study: Study) -> Text:
    names = ("gru", "lstm")
    one = {name: percent(min(study.recall(name, 1).values())) for name in names}
    many = {f"{name}8": percent(max(study.recall(name).values())) for name in names}
    return say("figures.E5", **one, **many)


def _cause(study: Study) -> Text:
    def near_and_far(measure: str) -> str:
        return " / ".join(percent(study.mean("attention", measure, d)) for d in CAUSE_DISTANCES)

    return say(
        "figures.E6",
        base=near_and_far("base"),
        hidden=near_and_far("source_hidden"),
        other=near_and_far("other_hidden"),
        filler=near_and_far("filler_hidden"),
        swap=near_and_far("swap_followed"),
    )


def _gradients(study: Study) -> Text:
    share, spread = scientific(elman_share(study)), f"{attention_spread(study):.2f}"
    return say("figures.E7", share=share, spread=spread)


FIGURES: dict[str, Callable[[Study], Text]] = {
    "E1": _retrieves,
    "E2": _copies,
    "E3": _needs_reach,
    "E4": _needs_two_layers,
    "E5": _honest,
    "E6": _cause,
    "E7": _gradients,
}

# -- what it says ---------------------------------------------------------------------------------------

TEXTS = {
    "title": Text("The claims, one by one", "주장별 판정"),
    "claim.E1": Text(
        "attention retrieves any of 8 facts at every distance from 8 to 512",
        "어텐션은 8에서 512까지 모든 거리에서 8개의 사실 중 어느 것이든 찾아낸다",
    ),
    "claim.E2": Text(
        "it copies strings of up to 256 random letters", "무작위 글자 256개까지의 문자열을 복사한다"
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
    "text": Text(
        "What is claimed was fixed before the runs, and is judged by the program from the figures of "
        "this folder. Every figure behind a verdict: `python -m examples.long_range --claim all{out}`.",
        "주장은 실행 전에 정해 두었고, 판정은 프로그램이 이 폴더의 수치로 내린다. 판정에 쓰인 모든 "
        "수치는 `python -m examples.long_range --claim all{out}`로 볼 수 있다.",
    ),
    "claim": Text("claim", "주장"),
    "figures": Text("figures", "수치"),
    "verdict": Text("verdict", "판정"),
    "verdict.True": Text("holds", "성립"),
    "verdict.False": Text("does not hold", "성립하지 않음"),
    "verdict.None": Text("not measured here", "여기서 재지 않음"),
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
        "highest anywhere: {most}; with one layer less it has {own} parameters, the model {whole}",
        "모든 거리의 최고: {most}; 층이 하나 적어 매개변수가 {own}개이고, 모델은 {whole}개",
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
    "unmeasured": Text("not measured", "재지 않음"),
}
say = Sentences(TEXTS)
