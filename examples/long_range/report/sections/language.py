"""The language of the texts, an example of it, and the levels of accuracy that are known exactly."""

from markupsafe import Markup

from examples.char.corpus import load_default
from examples.long_range.language import CHANCE, Filler, decode, recall_probes
from examples.long_range.measure import PAIRS, probe_rng, shortcut
from examples.long_range.report.blocks import Cell, Section, Table, both
from examples.long_range.report.study import LENGTH, Study
from examples.long_range.report.text import Sentences, Text, percent


def section(study: Study) -> Section:
    """Rules of recall, an example, copying, and the table of levels."""
    is_prose = study.what.get("filler") == "text"
    filler = say("filler.text" if is_prose else "filler.random")
    rules = say("rules", filler=filler, length=LENGTH)
    return Section("language", say("title"), [rules, _example(is_prose), say("copy"), _levels()])


def _example(is_prose: bool) -> Markup:
    distance, length = 110, 192
    prose = load_default().content if is_prose else None
    probes = recall_probes(probe_rng(9), 1, distance, 5, Filler(prose), length)
    text, source = decode(probes.ids[0]), int(probes.sources[0])
    caption = say("caption", length=LENGTH, distance=distance, answer=text[source])
    body = Markup('<pre class="example">{}</pre>').format(coloured(text, source))
    return Markup("<figure>{}<figcaption>{}</figcaption></figure>").format(body, both(caption))


def coloured(text: str, source: int) -> Markup:
    """A question with its parts marked, by more than colour: assignments, source, question, filler."""
    parts, place = [], 0
    while place < len(text):
        if text[place] == "=":
            value = text[place + 2]
            if place + 2 == source:
                parts.append(Markup("<b>{}<mark>[{}]</mark></b>").format(text[place : place + 2], value))
            else:
                parts.append(Markup("<b>{}</b>").format(text[place : place + 3]))
            place += 3
        elif place == len(text) - 2:
            parts.append(Markup("<u>{}</u>").format(text[place:]))
            place += 2
        else:
            end = next((i for i in range(place, len(text) - 2) if text[i] == "="), len(text) - 2)
            parts.append(Markup("<i>{}</i>").format(text[place:end]))
            place = end
    return Markup("").join(parts)


def _levels() -> Table:
    levels = {"chance": CHANCE, "shortcut": shortcut(PAIRS), "optimum": 1.0}
    rows: list[list[Cell]] = [
        [say(name), percent(level), say(f"{name}.how")] for name, level in levels.items()
    ]
    return Table(say("levels"), [say("level"), say("accuracy"), say("how")], rows, "words")


# -- what it says ---------------------------------------------------------------------------------------

TEXTS = {
    "title": Text("The language", "실험에 쓴 언어"),
    "rules": Text(
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
    "filler.random": Text("random letters and spaces", "무작위 글자와 공백"),
    "filler.text": Text("real prose in small letters", "소문자로 바꾼 실제 글"),
    "copy": Text(
        "The second task is copying: `;S;S` with S of random letters, where every letter of the second S "
        "is to be predicted. Half of the training batches are of this kind; without them, recall alone "
        "stays at the shortcut in prototypes of this experiment.",
        "둘째 과제는 복사이다. `;S;S`에서 S는 무작위 글자열이고, 둘째 S의 모든 글자를 예측해야 한다. "
        "학습 배치의 절반이 이것이다. 이 실험의 시제품에서는 복사 과제 없이 학습하면 값 찾기가 지름길 "
        "수준에 머물렀다.",
    ),
    "caption": Text(
        "A short text of the language (real ones have {length} characters). **Bold**: an assignment. "
        "**Framed, in [brackets]**: the source, the value asked for, {distance} characters before the "
        "end. **Underlined**: the question. Grey: filler. The right answer is **{answer}**.",
        "이 언어의 짧은 글(실제로는 {length}자). **굵은 글씨**: 값 주기. **테두리와 [대괄호]**: 출처, 곧 "
        "물은 값으로 끝에서 {distance}자 앞에 있다. **밑줄**: 질문. 회색: 채움 글자. 옳은 답은 "
        "**{answer}**이다.",
    ),
    "levels": Text("Levels known exactly", "정확히 아는 기준 수준"),
    "level": Text("level", "수준"),
    "accuracy": Text("accuracy", "정확도"),
    "how": Text("reached by", "이렇게 하면 나온다"),
    "chance": Text("chance, 1/26", "무작위, 1/26"),
    "chance.how": Text("guessing a value", "값을 아무거나 찍기"),
    "shortcut": Text("shortcut, 1/8", "지름길, 1/8"),
    "shortcut.how": Text(
        "naming some value that occurred, without knowing which belongs to the key",
        "키와의 짝을 모른 채 글에 나온 값 중 하나를 대기",
    ),
    "optimum": Text("optimum", "최적"),
    "optimum.how": Text("looking the pair up", "짝을 찾아보기"),
}
say = Sentences(TEXTS)
