"""BERT: an encoder learns from text with hidden words, then to sort sentences and to answer questions.

Devlin et al. (2019): 15 % of the words are to be guessed; of these 80 % are hidden, 10 % exchanged, 10 % left
(section 3.1). The same encoder with one new layer on it then learns from labels: which topic of the
documentation a sentence is of, from many sentences and from few; and with which words of a story the answer
to a question begins and ends (section 4.2). Each also without the first part, to see what that is worth.

    python -m examples.bert               three to four minutes
    python -m examples.bert --steps 20    a quick look

Not the paper's, since the text is small: no next-sentence task (Liu et al., 2019, do without it too), so that
<cls> has learned nothing, and the topic is told from the mean of all states; places are told by rotation (Su
et al., 2021); the first layer sees near words only (Beltagy et al., 2020); norms stand before the sublayers.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: see char_transformer

from examples.program import interruptible

if __name__ == "__main__":
    interruptible()

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import minigrad as mg
import nn
from examples.char.corpus import CorpusError
from examples.command import ExampleError, main
from examples.outcome import Measure, Outcome
from examples.reading import pictures, questions
from examples.reading.counting import Neighbours, naive_bayes
from examples.reading.sentences import Sentence, held_out, largest_topics, load_sentences
from examples.terminal import say
from nn import functional as F

SPECIALS = ("<pad>", "<unk>", "<cls>", "<sep>", "<mask>")
HIDDEN, MASKED, EXCHANGED = 0.15, 0.8, 0.1  # of the words; of those hidden
Ids = np.ndarray
Labelled = tuple[Ids, int]


@dataclass(frozen=True)
class Config:
    width: int = 64
    heads: int = 4
    layers: int = 2
    dropout: float = 0.0
    steps: int = 4000  # with words hidden
    topic_steps: int = 300  # no more than steps, as the next
    answer_steps: int = 2200
    batch: int = 32
    learning_rate: float = 4e-3
    topic_rate: float = 2e-3
    answer_rate: float = 1e-3
    near: int = 5  # words to each side that the first layer sees
    topics: int = 8  # the largest ones
    few: int = 10  # sentences a topic, where labels are few
    tested: int = 500  # questions
    seed: int = 0


class Bert(nn.Module):
    """Ids (B, T), of which the first `lengths` (B,) are no pads, -> states (B, T, C)."""

    def __init__(self, vocabulary: nn.data.Vocabulary, c: Config, rng: np.random.Generator) -> None:
        self.separator = vocabulary["<sep>"]
        self.token = nn.Embedding(len(vocabulary), c.width, rng=rng)
        self.segment = nn.Embedding(2, c.width, rng=rng)
        place = nn.RotaryPosition(c.width // c.heads)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                c.width,
                c.heads,
                4 * c.width,
                c.dropout,
                "gelu",
                norm_first=True,
                rotary=place,
                window=None if i else c.near + 1,
                rng=rng,
            )
            for i in range(c.layers)
        )
        self.norm_in, self.norm_out = nn.LayerNorm(c.width), nn.LayerNorm(c.width)
        self.transform = nn.Sequential(nn.Linear(c.width, c.width, rng=rng), nn.GELU(), nn.LayerNorm(c.width))
        self.bias = nn.Parameter(np.zeros(len(vocabulary), np.float32))
        for embedding in (self.token, self.segment):
            nn.init.normal_(embedding.weight, std=c.width**-0.5, rng=rng)

    def forward(self, ids: Ids, lengths: np.ndarray) -> mg.Tensor:
        ends = ids == self.separator
        second = (np.cumsum(ends, axis=1) - ends > 0).astype(np.int64)  # 1 behind the first <sep>
        x = self.norm_in(self.token(ids) + self.segment(second))  # (B, T, C)
        mask = nn.padding_mask(lengths, ids.shape[1])  # (B, 1, 1, T)
        for layer in self.layers:
            x = layer(x, mask)  # (B, T, C)
        return self.norm_out(x)

    def guess(self, states: mg.Tensor) -> mg.Tensor:
        """Scores of all words (N, V) from states (N, C), by the embedding's own matrix."""
        return self.transform(states) @ self.token.weight.T + self.bias


class Sorter(nn.Module):
    """Sentences (B, T) -> scores of the topics (B, K), from the mean of the states."""

    def __init__(self, bert: Bert, topics: int, rng: np.random.Generator) -> None:
        self.bert = deepcopy(bert)
        self.dropout = nn.Dropout(0.5, rng=rng)
        self.head = nn.Linear(bert.token.embedding_dim, topics, rng=rng)

    def forward(self, ids: Ids, lengths: np.ndarray) -> mg.Tensor:
        inside = nn.padding_mask(lengths, ids.shape[1])[:, 0, 0, :, None]  # (B, T, 1)
        total = mg.sum(mg.where(inside, self.bert(ids, lengths), np.float32(0)), axis=1)  # (B, C)
        return self.head(self.dropout(total / lengths.astype(np.float32)[:, None]))


class Finder(nn.Module):
    """Questions and stories (B, T) -> scores (B, T, 2) of each word: as the answer's first, and its last."""

    def __init__(self, bert: Bert, rng: np.random.Generator) -> None:
        self.bert = deepcopy(bert)
        self.head = nn.Linear(bert.token.embedding_dim, 2, bias=False, rng=rng)  # S and E of section 4.2

    def forward(self, ids: Ids, lengths: np.ndarray) -> mg.Tensor:
        pads = ~nn.padding_mask(lengths, ids.shape[1])[:, 0, 0, :, None]  # (B, T, 1)
        return mg.where(pads, np.float32(-np.inf), self.head(self.bert(ids, lengths)))


def train(
    model: nn.Module,
    loss: Callable[[Any], mg.Tensor],
    batches: Iterable[Any],
    steps: int,
    rate: float,
    title: str,
    decay: float = 0.01,
) -> None:
    optimizer = nn.optim.AdamW(model.parameters(), rate, weight_decay=decay)
    schedule = nn.optim.lr_scheduler.WarmupCosineLR(optimizer, max(1, steps // 10), steps)
    every = max(1, steps // 4)
    nn.Training(model, optimizer, loss, batches, steps, schedule=schedule, every=every, progress=title).run()


def encode(vocabulary: nn.data.Vocabulary, *parts: str) -> Ids:
    """<cls> part <sep>, and each further part and <sep>."""
    of_parts = [np.append(vocabulary.encode(part), vocabulary["<sep>"]) for part in parts]
    return np.concatenate([[vocabulary["<cls>"]], *of_parts])


# -- hidden words ---------------------------------------------------------------------------------


class Hidden(NamedTuple):
    ids: Ids  # (B, T), as the model sees them
    lengths: np.ndarray  # (B,)
    places: tuple[np.ndarray, np.ndarray]  # row and column of the N that are to be guessed
    words: Ids  # (N,), what stood there


def hide(sentences: Sequence[Ids], vocabulary: nn.data.Vocabulary, rng: np.random.Generator) -> Hidden:
    """Of the words and signs 15 % are to be guessed: 80 % of these are <mask>, 10 % any other, 10 % left."""
    ids, lengths = nn.data.pad(sentences, vocabulary.pad)
    known = ids >= len(SPECIALS)
    chosen = known & (rng.random(ids.shape) < HIDDEN)
    if not chosen.any():
        chosen[tuple(rng.choice(np.argwhere(known)))] = True
    places = chosen.nonzero()
    how = rng.random(len(places[0]))
    others = rng.integers(len(SPECIALS), len(vocabulary), len(how))
    seen = ids.copy()
    seen[places] = np.select([how < MASKED, how < MASKED + EXCHANGED], [vocabulary.mask, others], ids[places])
    return Hidden(seen, lengths, places, ids[places])


def pretrain(bert: Bert, sentences: list[Ids], vocabulary: nn.data.Vocabulary, c: Config, rng: Any) -> None:
    in_order = sorted(sentences, key=len)  # batches of like lengths have few pads
    groups = [in_order[i : i + c.batch] for i in range(0, len(in_order), c.batch)]

    def loss(hidden: Hidden) -> mg.Tensor:
        states = bert(hidden.ids, hidden.lengths)  # (B, T, C)
        return mg.cross_entropy(bert.guess(states[hidden.places]), hidden.words)

    batches = nn.data.Batches(groups, 1, rng, lambda group: hide(group[0], vocabulary, rng))
    train(bert, loss, batches, c.steps, c.learning_rate, "hidden words", decay=0.1)


def guessed(bert: Bert, ids: Ids, places: Sequence[int], mask: int) -> np.ndarray:
    """p (N, V) of what stands at N places of one sentence, each hidden by itself."""
    every = np.arange(len(places))
    rows = np.tile(ids, (len(places), 1))  # (N, T)
    rows[every, places] = mask
    with mg.no_grad():
        states = bert(rows, np.full(len(rows), len(ids)))  # (N, T, C)
        return mg.softmax(bert.guess(states[every, places]), axis=-1).numpy()


def words_of(vocabulary: nn.data.Vocabulary) -> Ids:
    """The ids of what is no sign: names and words."""
    return np.array([vocabulary[token] for token in vocabulary.tokens if token.isidentifier()])


def measure_guesses(
    bert: Bert, counting: Neighbours, test: list[Ids], vocabulary: nn.data.Vocabulary
) -> Measure:
    """Each word of each test sentence hidden by itself; that it is a word and no sign, all who guess know."""
    words = words_of(vocabulary)
    hidden = [(ids, np.flatnonzero(np.isin(ids, words))) for ids in test]
    right = np.concatenate([ids[places] for ids, places in hidden])
    found = [
        words[guessed(bert, ids, places, vocabulary.mask)[:, words].argmax(axis=1)] for ids, places in hidden
    ]
    counted = counting.guesses(
        [ids for ids, places in hidden for _ in places],
        np.concatenate([places for _, places in hidden]),
        words,
    )
    beside = {name: percent(guesses == right) for name, guesses in counted.items()}
    value = percent(np.concatenate(found) == right)
    return Measure("BERT", "hidden words right", value, beside=beside, wanted=max(beside.values()))


# -- topics ---------------------------------------------------------------------------------------


def measure_topics(
    berts: dict[str, Bert], known: list[Labelled], test: list[Labelled], name: str, c: Config, rng: Any
) -> Measure:
    """Each encoder trained on with the labels of `known`; the first is pre-trained, the second not."""

    def together(chosen: Sequence[Labelled]) -> tuple[Ids, np.ndarray, np.ndarray]:
        return *nn.data.pad([ids for ids, _ in chosen]), np.array([label for _, label in chosen])

    labels, right = (np.array([label for _, label in part]) for part in (known, test))
    found = {}
    for title, bert in berts.items():
        model = Sorter(bert, labels.max() + 1, rng)

        def loss(batch: tuple[Ids, np.ndarray, np.ndarray], model: Sorter = model) -> mg.Tensor:
            ids, lengths, topics = batch
            return mg.cross_entropy(model(ids, lengths), topics)

        batches = nn.data.Batches(known, min(c.batch, len(known)), rng, together)
        train(model, loss, batches, min(c.steps, c.topic_steps), c.topic_rate, f"{name}, {title}")
        with mg.no_grad():
            found[title] = percent(model(*together(test)[:2]).numpy().argmax(axis=1) == right)
    value, plain = found.values()
    bayes = percent(naive_bayes([ids for ids, _ in known], labels, [ids for ids, _ in test]) == right)
    commonest = percent(np.bincount(labels).argmax() == right)
    beside = {"without pre-training": plain, "naive Bayes": bayes, "the commonest topic": commonest}
    return Measure("BERT, fine-tuned", name, value, beside=beside, wanted=bayes)


def labelled(
    sentences: Sequence[Sentence], topics: Sequence[str], vocabulary: nn.data.Vocabulary, most: int
) -> list[Labelled]:
    """The first `most` sentences of each of the topics, with its number."""
    return [
        (encode(vocabulary, s.text), number)
        for number, topic in enumerate(topics)
        for s in [s for s in sentences if s.topic == topic][:most]
    ]


# -- answers --------------------------------------------------------------------------------------


def read(
    asked: list[questions.Question], vocabulary: nn.data.Vocabulary
) -> tuple[Ids, np.ndarray, np.ndarray]:
    """<cls> question <sep> story <sep> (B, T), lengths (B,), and where the stories begin (B,)."""
    ids, lengths = nn.data.pad([encode(vocabulary, q.question, q.story) for q in asked])
    return ids, lengths, (ids == vocabulary["<sep>"]).argmax(axis=1) + 1


def best_spans(scores: np.ndarray) -> np.ndarray:
    """Scores (B, T, 2) -> first and last word (B, 2) of the greatest S·Tᵢ + E·Tⱼ with j ≥ i."""
    length = scores.shape[1]
    pairs = scores[:, :, None, 0] + scores[:, None, :, 1]  # (B, T, T)
    best = np.where(np.tri(length, dtype=bool).T, pairs, -np.inf).reshape(len(scores), -1).argmax(axis=1)
    return np.stack(np.unravel_index(best, (length, length)), axis=1)


def answers(
    model: Finder, asked: list[questions.Question], vocabulary: nn.data.Vocabulary
) -> list[questions.Span]:
    found = []
    for i in range(0, len(asked), 50):
        ids, lengths, starts = read(asked[i : i + 50], vocabulary)
        with mg.no_grad():
            found.append(best_spans(model(ids, lengths).numpy()) - starts[:, None])
    return [(int(first), int(last)) for first, last in np.concatenate(found)]


def span_loss(
    model: Finder, vocabulary: nn.data.Vocabulary
) -> Callable[[list[questions.Question]], mg.Tensor]:
    def loss(asked: list[questions.Question]) -> mg.Tensor:
        ids, lengths, starts = read(asked, vocabulary)
        spans = starts[:, None] + [q.answer for q in asked]  # (B, 2)
        return F.cross_entropy(model(ids, lengths), spans)  # over T, for the first word and the last

    return loss


def measure_answers(
    berts: dict[str, Bert], vocabulary: nn.data.Vocabulary, c: Config, rng: Any
) -> tuple[Measure, Finder]:
    """New stories without end to learn from; the same ones to be tested on whatever the seed."""
    test = questions.draw(c.tested, np.random.default_rng(0))

    def batches() -> Iterator[list[questions.Question]]:
        while True:
            yield questions.draw(c.batch, rng)

    models = [Finder(bert, rng) for bert in berts.values()]
    exact = []
    for title, model in zip(berts, models, strict=True):
        train(
            model,
            span_loss(model, vocabulary),
            batches(),
            min(c.steps, c.answer_steps),
            c.answer_rate,
            f"answers, {title}",
        )
        exact.append(questions.exact_match(test, answers(model, test, vocabulary)))
    beside = {"without pre-training": exact[1], **questions.fools(test, np.random.default_rng(0))}
    return Measure("BERT, fine-tuned", "answers exact", exact[0], beside=beside, wanted=95), models[0]


# -- pictures -------------------------------------------------------------------------------------


def draw_guesses(
    bert: Bert, counting: Neighbours, test: list[Ids], vocabulary: nn.data.Vocabulary, folder: Path
) -> None:
    """guesses.png: some test sentences with a word hidden; attention.png: where it looks in the first."""
    words, guesses = words_of(vocabulary), []
    long = [(ids, np.flatnonzero(np.isin(ids, words))) for ids in test if 12 <= len(ids) <= 20]
    for ids, places in long[:: len(long) // 12 + 1]:
        place = places[len(places) // 2]
        [p] = guessed(bert, ids, [place], vocabulary.mask)
        likeliest = [(vocabulary.decode([i]), float(p[i])) for i in words[np.argsort(-p[words])][:4]]
        [counted] = counting.guesses([ids], [place], words)["trigrams of both sides"]
        word, before, after = (
            vocabulary.decode(part) for part in ([ids[place]], ids[:place], ids[place + 1 :])
        )
        guesses.append(pictures.Guess(before, word, after, likeliest, vocabulary.decode([counted])))
    pictures.draw_guesses(guesses, folder / "guesses.png")
    ids, places = long[0]
    hidden = ids.copy()
    hidden[places[len(places) // 2]] = vocabulary.mask
    draw_attention(bert, hidden, vocabulary, "A sentence with a word hidden", folder / "attention.png")


def draw_attention(
    model: nn.Module, ids: Ids, vocabulary: nn.data.Vocabulary, title: str, path: Path
) -> None:
    """The last layer, reading `ids`: the mean of its heads."""
    with mg.no_grad(), nn.record_attention(model) as maps:
        model(ids[None], [len(ids)])
    name, weights = list(maps.items())[-1]
    tokens = [vocabulary.decode([i], specials=True) for i in ids]
    drawn = {f"{name}, mean of heads": weights.mean(axis=1)[0]}
    nn.draw_attention(drawn, tokens, title=title, black=0.5).save(path)


def percent(right: Any) -> float:
    return 100 * float(np.mean(right))


def work(c: Config, folder: Path) -> list[Measure]:
    rng = np.random.default_rng(c.seed)
    sentences, test = held_out(load_sentences(), 2, rng)
    stories = [f"{q.question} {q.story}" for q in questions.draw(200, np.random.default_rng(0))]
    vocabulary = nn.data.Vocabulary.of_words([*(s.text for s in sentences), *stories], SPECIALS, least=2)
    known, unknown = ([encode(vocabulary, s.text) for s in part] for part in (sentences, test))
    say(
        f"{len(known):,} sentences of {sum(map(len, known)):,} words and signs, "
        f"{len(vocabulary):,} different; {len(unknown)} held out"
    )
    try:
        plain = Bert(vocabulary, c, rng)
    except ValueError as error:  # of sizes that do not go together
        raise ExampleError(str(error)) from None
    bert = deepcopy(plain)
    pretrain(bert, known, vocabulary, c, rng)
    counting = Neighbours(known, len(vocabulary))
    measures = [measure_guesses(bert, counting, unknown, vocabulary)]

    berts = {"pre-trained": bert, "without pre-training": plain}
    topics = largest_topics(sentences, c.topics)
    drawn = [sentences[i] for i in rng.permutation(len(sentences))]
    of_topics = labelled(test, topics, vocabulary, len(test))
    for most, name in ((len(sentences), "topics"), (c.few, f"topics from {c.few} sentences of each")):
        chosen = labelled(drawn, topics, vocabulary, most)
        measures.append(measure_topics(berts, chosen, of_topics, name, c, rng))
    measure, finder = measure_answers(berts, vocabulary, c, rng)

    draw_guesses(bert, counting, unknown, vocabulary, folder)
    [q] = questions.draw(1, np.random.default_rng(1))
    title = f"{q.question} {' '.join(q.words(span) for span in answers(finder, [q], vocabulary))}"
    draw_attention(finder, encode(vocabulary, q.question, q.story), vocabulary, title, folder / "story.png")
    return [*measures, measure]


def finish(outcome: Outcome, folder: Path) -> None:
    pictures.draw_bars(outcome, folder / "results.png")


if __name__ == "__main__":
    mg.kernels.keep_heap()
    sys.exit(main("bert", __doc__, Config(), work, errors=(CorpusError,), finish=finish))
