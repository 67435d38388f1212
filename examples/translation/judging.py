"""How good a model is: exact match by teacher forcing, greedy and beam, and where it looks as it writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

import minigrad as mg
import nn
from examples.translation.batches import Vocabularies
from examples.translation.models import Model
from examples.translation.pairs import Pair, Task

SPARE = 4  # tokens that a model may write beyond the longest true target
CROSS = "multihead_attn"  # where a Transformer's decoder looks at the source


@dataclass(frozen=True)
class Marks:
    """Of one row of the table, in percent."""

    forced: float  # every token is right, where those before it are the true ones
    greedy: float  # the whole target is right, written by itself
    beam: float
    guess: float  # what the fool gets
    misaligned: float | None  # see `misaligned`; None for a model that does not look


def judge(
    model: Model, task: Task, vocabularies: Vocabularies, tests: Mapping[str, Sequence[Pair]], beam: int
) -> dict[str, Marks]:
    """The marks of each row of tests."""
    return {kind: _marks(model, task, vocabularies, pairs, beam) for kind, pairs in tests.items()}


def _marks(model: Model, task: Task, vocabularies: Vocabularies, pairs: Sequence[Pair], beam: int) -> Marks:
    scores, weights = read(model, vocabularies, pairs)
    after = vocabularies.batch(pairs).after
    forced = ((scores.argmax(axis=-1) == after) | (after == vocabularies.target.pad)).all(axis=1)
    right = {
        width: [text == pair.target for text, pair in zip(written, pairs, strict=True)]
        for width in {1, beam}
        for written in [write(model, vocabularies, pairs, width)]
    }
    return Marks(
        forced=100 * float(forced.mean()),
        greedy=100 * float(np.mean(right[1])),
        beam=100 * float(np.mean(right[beam])),
        guess=100 * float(np.mean([task.guess(pair) for pair in pairs])),
        misaligned=None if weights is None else 100 * misaligned(weights, pairs),
    )


def recorded(
    model: Model, vocabularies: Vocabularies, pairs: Sequence[Pair]
) -> tuple[np.ndarray, nn.AttentionMaps]:
    """By teacher forcing: scores (B, T, V), and what every layer attends to."""
    batch = vocabularies.batch(pairs)
    model.eval()
    with nn.record_attention(model) as maps, mg.no_grad():
        scores = model(batch.source, batch.lengths, batch.before).numpy()
    return scores, maps


def read(
    model: Model, vocabularies: Vocabularies, pairs: Sequence[Pair]
) -> tuple[np.ndarray, np.ndarray | None]:
    """By teacher forcing: scores (B, T, V), and the weights (B, T, S) of the source at each step, if any.

    Of a Transformer the weights are those of the decoder's last layer, the mean of its heads.
    """
    scores, maps = recorded(model, vocabularies, pairs)
    looks = [weights for path, weights in maps.items() if path == "decoder" or path.endswith(CROSS)]
    return scores, looks[-1].mean(axis=1) if looks else None


def write(model: Model, vocabularies: Vocabularies, pairs: Sequence[Pair], beam: int = 1) -> list[str]:
    """What the model makes of the sources by itself: greedy, or with a beam wider than 1."""
    batch, vocabulary = vocabularies.batch(pairs), vocabularies.target
    model.eval()
    decoder = model.decoder_for(batch.source, batch.lengths)
    prompt = batch.before[:, :1]  # "<bos>"
    longest = batch.after.shape[1] + SPARE
    if beam == 1:
        return [
            vocabulary.decode(ids) for ids in nn.decoding.greedy(decoder, prompt, longest, vocabulary.eos)
        ]
    found = nn.decoding.beam_search(decoder, prompt, longest, beam, eos=vocabulary.eos)
    return [vocabulary.decode(beams[0].ids) for beams in found]


def misaligned(weights: np.ndarray, pairs: Sequence[Pair]) -> float:
    """The alignment error: of the target's characters that come from somewhere, the part whose largest weight
    lies elsewhere.  `weights` (B, T, S).

    With one link for each such character it is the alignment error rate, 1 - (|A∩S| + |A∩P|)/(|A| + |S|)
    (Och and Ney, 2003, section 5), where a character has one true place; where it has several, hitting any
    of them counts.
    """
    largest = weights.argmax(axis=-1)  # (B, T)
    hits = [
        int(largest[b, t]) in places
        for b, pair in enumerate(pairs)
        for t, places in enumerate(pair.comes_from)
        if places
    ]
    return 1 - float(np.mean(hits)) if hits else 0.0
