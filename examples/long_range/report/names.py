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

model_meaning = Sentences(
    {
        "attention": Text(
            "two layers of self-attention with **rotary positions**: query and key are turned by angles in "
            "proportion to their place, so that their product depends on the distance (Su et al., 2021)",
            "셀프 어텐션 두 층, **회전 위치 임베딩**: 쿼리와 키를 자리에 비례하는 각도로 돌려 둘의 곱이 "
            "거리에 따라 달라진다(Su 외, 2021)",
        ),
        "window": Text(
            "its twin: the same, but each layer sees 16 characters only, the present one included",
            "그 쌍둥이: 나머지는 같고 층마다 지금 글자를 포함해 16자만 본다",
        ),
        "one-layer": Text(
            "the same with one layer, and so with about half of the parameters",
            "나머지는 같고 한 층이어서 매개변수가 절반쯤이다",
        ),
        "learned": Text(
            "in the place of rotary positions a learned vector for each place is added to the character's",
            "회전 위치 임베딩 대신 자리마다 학습한 벡터를 글자 벡터에 더한다",
        ),
        "sinusoidal": Text(
            "in their place sines and cosines of the place are added (Vaswani et al., 2017)",
            "그 대신 자리의 사인과 코사인을 더한다(Vaswani 외, 2017)",
        ),
        "alibi": Text(
            "**attention with linear biases**: no vector for the place, but each score is lowered in "
            "proportion to the distance (Press et al., 2022)",
            "**선형 편향 어텐션**(attention with linear biases): 자리 벡터 없이 거리에 비례해 점수를 "
            "낮춘다(Press 외, 2022)",
        ),
        "no-positions": Text("the same, told nothing about places", "나머지는 같고 자리를 알려 주지 않는다"),
        "lstm": Text(
            "a recurrent network whose gates keep, forget and give out a state (Hochreiter and "
            "Schmidhuber, 1997)",
            "게이트가 상태를 간직하고 잊고 내보내는 순환 신경망(Hochreiter와 Schmidhuber, 1997)",
        ),
        "gru": Text(
            "a recurrent network with fewer gates (Cho et al., 2014)",
            "게이트가 더 적은 순환 신경망(Cho 외, 2014)",
        ),
        "elman": Text(
            "the plain recurrent network without gates, h' = tanh(W x + U h) (Elman, 1990)",
            "게이트가 없는 가장 단순한 순환 신경망, h' = tanh(W x + U h)(Elman, 1990)",
        ),
        "ngram": Text(
            "a perceptron over the last 16 characters, with neither attention nor a state",
            "마지막 16자를 보는 퍼셉트론, 어텐션도 상태도 없다",
        ),
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
