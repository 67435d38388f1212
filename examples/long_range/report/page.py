"""The page: its sections in order, put into the template."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from examples.long_range.report.blocks import both, heads
from examples.long_range.report.sections import (
    cause,
    claims,
    distance,
    gradients,
    language,
    limits,
    load,
    maps,
    question,
    settings,
    training,
)
from examples.long_range.report.study import Study
from examples.long_range.report.text import Sentences, Text

SECTIONS = (
    question.section,
    language.section,
    distance.section,
    load.section,
    cause.section,
    gradients.section,
    maps.section,
    training.section,
    claims.section,
    settings.section,
    limits.section,
)


def render(study: Study) -> str:
    """The page as HTML; its pictures are drawn into the study's folder on the way."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(both=both, heads=heads, say=say, kind=lambda block: type(block).__name__.lower())
    return env.get_template("report.html.j2").render(sections=[section(study) for section in SECTIONS])


# -- what it says ---------------------------------------------------------------------------------------

TEXTS = {
    "title": Text(
        "Does self-attention learn long-range dependencies?", "셀프 어텐션은 장기 의존성을 배우는가?"
    ),
    "lead": Text(
        "Report of one experiment. Model, gradients and training run on minigrad, an autograd engine "
        "over NumPy; every figure on this page was measured in the experiment's own folder.",
        "한 실험의 보고서이다. 모델, 기울기, 학습이 모두 NumPy 위의 자동 미분 엔진 minigrad에서 "
        "이루어졌고, 이 글의 수치는 모두 이 실험 폴더에서 측정한 것이다.",
    ),
    "both": Text("both", "둘 다"),
    "contents": Text("Contents", "차례"),
}
say = Sentences(TEXTS)
