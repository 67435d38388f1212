"""What the models and the interventions are called in both languages."""

from examples.long_range.report.text import Sentences, Text

MODEL = Text("model", "모델")

model_name = Sentences(
    {
        "attention": Text("attention", "어텐션"),
        "window": Text("window of 16", "윈도 16"),
        "one-layer": Text("one layer", "한 층"),
        "learned": Text("learned positions", "학습된 위치"),
        "sinusoidal": Text("sinusoidal positions", "사인파 위치"),
        "alibi": Text("ALiBi", "ALiBi"),
        "no-positions": Text("no positions", "위치 정보 없음"),
        "lstm": Text("LSTM", "LSTM"),
        "gru": Text("GRU", "GRU"),
        "elman": Text("Elman", "엘만 RNN"),
        "ngram": Text("16-gram perceptron", "16-gram 퍼셉트론"),
    }
)

intervention_name = Sentences(
    {
        "base": Text("nothing done", "그대로"),
        "source_hidden": Text("source value hidden", "출처 값을 가림"),
        "other_hidden": Text("another pair's value hidden", "다른 쌍의 값을 가림"),
        "filler_hidden": Text("a filler character hidden", "채움 글자를 가림"),
        "edge_cut": Text("edge question → source cut", "질문 → 출처 연결을 끊음"),
        "other_edge_cut": Text("edge question → filler cut", "질문 → 채움 글자 연결을 끊음"),
        "swap_followed": Text("values exchanged: followed", "두 값을 맞바꿈: 따라감"),
    }
)
