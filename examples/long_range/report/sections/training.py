"""The course of training: levels, and whether learning came suddenly."""

from examples.long_range.folder import Moment
from examples.long_range.report.blocks import Picture, Section
from examples.long_range.report.figures.training import training_course
from examples.long_range.report.study import Study
from examples.long_range.report.text import Sentences, Text, join, same
from examples.long_range.training import LEVELS

LOW, HIGH = 0.2, 0.8  # what training jumps between
SUDDEN = 0.15  # of all steps, at most, for a jump
History = list[Moment]


def section(study: Study) -> Section:
    """The first seed's course beside its twin's, and the jump of each seed of attention."""
    text = say("text", first=f"{LEVELS[0].sure:.0%}", sure=f"{LEVELS[-1].sure:.0%}")
    histories = study.folder.history()
    own = {seed: histories[name, seed] for name, seed in sorted(histories) if name == "attention"}
    if not own:
        return Section("training", say("title"), [text, say("missing")])
    twin = histories.get(("window", min(own)), [])
    return Section("training", say("title"), [text, _picture(study, own, twin), _jumps(own)])


def _picture(study: Study, own: dict[int, History], twin: History) -> Picture:
    seed, *rest = own
    caption = say("caption", seed=seed, others=say("others") if rest else same(""))
    others = [own[other] for other in rest]
    return study.picture("training", caption, training_course, own[seed], others, twin)


def _jumps(own: dict[int, History]) -> Text:
    jumps = {seed: _jump(history) for seed, history in own.items()}
    sudden = all(
        jump is not None and jump[1] - jump[0] <= SUDDEN * own[seed][-1].step for seed, jump in jumps.items()
    )
    lines = [_line(seed, jump) for seed, jump in jumps.items()]
    return say("sudden" if sudden else "not-sudden", seeds=join(lines))


def _jump(history: History) -> tuple[int, int] | None:
    """The last step below LOW and the first above HIGH on the first level."""
    first = [moment for moment in history if moment.level == 0]
    end = next((moment.step for moment in first if moment.recall > HIGH), None)
    if end is None:
        return None
    return max((m.step for m in first if m.recall < LOW and m.step < end), default=0), end


def _line(seed: int, jump: tuple[int, int] | None) -> Text:
    if jump is None:
        return say("no-jump", seed=seed, high=f"{HIGH:.0%}")
    return say("jump", seed=seed, low=f"{LOW:.0%}", high=f"{HIGH:.0%}", begin=jump[0], end=jump[1])


# -- what it says ---------------------------------------------------------------------------------------

TEXTS = {
    "title": Text("Training", "학습 과정"),
    "text": Text(
        "Texts grow in five levels, and training advances when it is sure of the present one (both "
        "running accuracies above {sure}, above {first} on the first, whose texts fit into the reach of "
        "the twin) or has spent its share of the steps there, so that failing models also get to see "
        "full length.",
        "글의 길이는 다섯 단계로 늘어난다. 지금 단계를 확실히 익히거나(두 이동 정확도가 모두 {sure}를 넘음, "
        "윈도 모델에게도 다 보이는 짧은 첫 단계에서는 {first}) 정해진 몫의 스텝을 다 쓰면 다음 단계로 "
        "넘어간다. 그래서 실패하는 모델도 가장 긴 글을 보게 된다.",
    ),
    "sudden": Text("Learning comes suddenly: {seeds}.", "배움은 서서히가 아니라 갑자기 온다: {seeds}."),
    "not-sudden": Text(
        "A sudden step is not seen in every seed: {seeds}.",
        "갑작스러운 도약이 모든 시드에서 보이지는 않는다: {seeds}.",
    ),
    "jump": Text(
        "seed {seed}: recall below {low} until step {begin}, above {high} at step {end}",
        "시드 {seed}: 값 찾기 정확도가 스텝 {begin}까지 {low} 아래, 스텝 {end}에서 {high} 위",
    ),
    "no-jump": Text(
        "seed {seed}: recall not above {high} on the first level",
        "시드 {seed}: 첫 단계에서 값 찾기 정확도가 {high}를 넘지 못함",
    ),
    "caption": Text(
        "Running accuracies and loss (nats per answer) of the attention model, seed {seed}, and "
        "accuracies of its twin with a window, against the step. Dashed verticals: a new level (running "
        "accuracies start from 0 again){others}.",
        "어텐션 모델(시드 {seed})의 이동 정확도와 손실(답 하나당 nat), 그리고 윈도를 둔 쌍둥이의 정확도. "
        "세로 점선: 새 단계(이동 정확도는 0에서 다시 시작){others}.",
    ),
    "others": Text("; thin grey: recall of the other seeds", "; 가는 회색: 다른 시드의 값 찾기"),
    "missing": Text(
        "The folder holds no history of the attention model.", "폴더에 어텐션 모델의 학습 기록이 없다."
    ),
}
say = Sentences(TEXTS)
