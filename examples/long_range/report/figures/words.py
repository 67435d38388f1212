"""The words in the pictures, in both languages: drawn in English, and exchanged in the page."""

from examples.long_range.report.names import model_name
from examples.long_range.report.text import Sentences, Text


class Labels(Sentences):
    """Sentences to draw: gives the English side, and remembers the Korean one of all that was asked for."""

    def __init__(self, texts: dict[str, Text]) -> None:
        super().__init__(texts)
        self.korean: dict[str, str] = {}

    def __call__(self, key: str, **figures: object) -> str:  # type: ignore[override]
        """A label with its figures, in English."""
        text = super().__call__(key, **figures)
        self.korean[text.en] = text.ko
        return text.en

    def of_model(self, name: str) -> str:
        """What a model is called."""
        text = model_name(name)
        self.korean[text.en] = text.ko
        return text.en


label = Labels(
    {
        "distance": Text("distance d (characters)", "거리 d(글자)"),
        "optimum": Text("optimum 100 %", "최적 100 %"),
        "shortcut": Text("shortcut 1/8", "지름길 1/8"),
        "chance": Text("chance 1/26", "무작위 1/26"),
        "pairs": Text("pairs N, at d = {distance}", "쌍의 수 N, d = {distance}"),
        "shortcut.n": Text("shortcut 1/N", "지름길 1/N"),
        "accuracy": Text("accuracy (dotted: chance)", "정확도(점선: 무작위)"),
        "base": Text("nothing done", "그대로"),
        "source_hidden": Text("source hidden", "출처를 가림"),
        "other_hidden": Text("other value hidden", "다른 값을 가림"),
        "filler_hidden": Text("filler hidden", "채움 글자를 가림"),
        "edge_cut": Text("edge to source cut", "출처 연결을 끊음"),
        "other_edge_cut": Text("edge to filler cut", "채움 글자 연결을 끊음"),
        "swap_followed": Text("swap followed", "맞바꿈을 따라감"),
        "untrained": Text("untrained", "학습 전"),
        "trained": Text("trained", "학습 후"),
        "zero": Text("exactly 0", "정확히 0"),
        "gradient": Text("‖∂ answer / ∂ character d back‖", "‖∂답 / ∂d자 앞 글자‖"),
        "head": Text("layer {layer}, head {head}", "{layer}번 층 {head}번 헤드"),
        "keys": Text("attended to (key, value)", "보는 곳(키, 밸류)"),
        "queries": Text("reading at (query)", "읽는 곳(쿼리)"),
        "value": Text("? → value, {weight}", "? → 값, {weight}"),
        "recall": Text("recall", "값 찾기"),
        "copy": Text("copy", "복사"),
        "running": Text("{model}: running accuracy", "{model}: 이동 정확도"),
        "loss": Text("{model}: loss", "{model}: 손실"),
        "nats": Text("nats", "nat"),
        "step": Text("step", "스텝"),
    }
)
