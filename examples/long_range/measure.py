"""What a trained model can do: accuracy by distance, load and length; causes; gradients by distance."""

from dataclasses import dataclass

import numpy as np

import minigrad as mg
import nn
from examples.long_range.language import (
    SIZE,
    Filler,
    Probes,
    copy_batch,
    recall_probes,
)
from examples.long_range.model import LanguageModel

DISTANCES = (8, 16, 32, 64, 128, 256, 512)
COPIED = (8, 16, 32, 64, 128, 256)
CAUSE_DISTANCES = (16, 512)  # of the interventions
PAIRS = 8
LENGTH = 576  # characters of a probe's text
PROBE_SEED = 10**6  # training seeds are small: no probe is a text that was trained on
TOGETHER = 8  # texts in one forward


def probe_rng(*what: int) -> np.random.Generator:
    """A stream of its own for each kind of probe, the same for every model."""
    return np.random.default_rng([PROBE_SEED, *what])


def recall_accuracy(
    model: LanguageModel,
    distance: int,
    count: int,
    pairs: int = PAIRS,
    filler: Filler | None = None,
    length: int = LENGTH,
) -> float:
    """Share of `count` recall probes at `distance`, in texts of `length`, answered rightly."""
    rng = probe_rng(1, distance, pairs)
    probes = recall_probes(rng, count, distance, pairs, filler or Filler(), length)
    return float((answers(model, probes.ids) == probes.answers).mean())


def copy_accuracy(model: LanguageModel, n: int, count: int) -> float:
    """Share of the characters of `count` strings of `n` random letters copied rightly."""
    batch = copy_batch(probe_rng(2, n), count, n)
    right = []
    with mg.no_grad():
        for some in range(0, count, TOGETHER):
            part = slice(some, some + TOGETHER)
            predicted = model(batch.inputs[part]).argmax(axis=-1)
            right.append((predicted == batch.ids[part, 1:])[batch.answers[part, 1:]])
    return float(np.concatenate(right).mean())


def answers(model: LanguageModel, ids: np.ndarray, hide: "Hide | None" = None) -> np.ndarray:
    """The character that is predicted to follow each text (P, T), (P,); `hide` as in `Hide`."""
    found = []
    with mg.no_grad():
        for start in range(0, len(ids), TOGETHER):
            part = slice(start, start + TOGETHER)
            masks = None if hide is None else hide.masks(part, ids.shape[1])
            found.append(model(ids[part], masks).numpy()[:, -1].argmax(axis=-1))
    return np.concatenate(found)


# -- causes --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hide:
    """Makes places (P,) unreadable: for all later positions in all layers, or only along one edge.

    The edge is the one from the last position, in the last layer.
    """

    places: np.ndarray
    layers: int
    edge_only: bool = False

    def masks(self, part: slice, length: int) -> list[np.ndarray | None]:
        """A mask (P, T, T) for each layer, True = may attend."""
        places = self.places[part]
        mask = np.ones((len(places), length, length), bool)
        for row, place in enumerate(places):
            if self.edge_only:
                mask[row, -1, place] = False
            else:
                mask[row, place + 1 :, place] = False
        before: list[np.ndarray | None] = [None if self.edge_only else mask] * (self.layers - 1)
        return [*before, mask]


@dataclass(frozen=True)
class Interventions:
    """Accuracies under each intervention, on the same texts."""

    base: float
    source_hidden: float
    other_hidden: float  # another pair's value
    filler_hidden: float  # a random filler character
    edge_cut: float
    other_edge_cut: float
    swap_followed: float  # the two values exchanged in the text: share that answers the new one


def intervene(model: LanguageModel, distance: int, count: int) -> Interventions:
    """Hide, cut and swap in `count` recall probes at `distance`; for attention models."""
    rng = probe_rng(3, distance)
    probes = recall_probes(rng, count, distance, PAIRS, Filler())
    layers = model.model.layers
    fillers = _filler_places(rng, probes)

    def accuracy(places: np.ndarray, edge_only: bool = False) -> float:
        given = answers(model, probes.ids, Hide(places, layers, edge_only))
        return float((given == probes.answers).mean())

    swapped = swap_values(probes)
    return Interventions(
        base=float((answers(model, probes.ids) == probes.answers).mean()),
        source_hidden=accuracy(probes.sources),
        other_hidden=accuracy(probes.other_sources),
        filler_hidden=accuracy(fillers),
        edge_cut=accuracy(probes.sources, edge_only=True),
        other_edge_cut=accuracy(fillers, edge_only=True),
        swap_followed=float((answers(model, swapped) == probes.other_answers).mean()),
    )


def swap_values(probes: Probes) -> np.ndarray:
    """The texts with the asked value and another one exchanged."""
    ids = probes.ids.copy()
    rows = np.arange(len(ids))
    ids[rows, probes.sources] = probes.other_answers
    ids[rows, probes.other_sources] = probes.answers
    return ids


def _filler_places(rng: np.random.Generator, probes: Probes) -> np.ndarray:
    """In each text a place that no event touches."""
    places = []
    for text in probes.ids:
        # An event is `=kV`: anything else of a-z or space is filler, but for the final `?k`.
        inside = np.zeros(len(text), bool)
        for start in np.flatnonzero(text == 0):
            inside[start : start + 3] = True
        inside[-2:] = True
        places.append(int(rng.choice(np.flatnonzero(~inside))))
    return np.array(places)


def source_attention(model: LanguageModel, probes: Probes) -> np.ndarray:
    """Weights of the last position on the source, mean over texts: (layers, heads)."""
    rows = []
    with mg.no_grad(), nn.record_attention(model) as maps:
        for text, source in zip(probes.ids, probes.sources, strict=True):
            model(text[None])
            rows.append([weights[0, :, -1, source] for weights in maps.values()])
    return np.array(rows).mean(axis=0)


# -- gradients -----------------------------------------------------------------------------------


def gradient_norms(model: LanguageModel, distance: int, count: int) -> tuple[float, float]:
    """‖∂(answer's score)/∂(embedding)‖ at the source, and at a middling other place: medians.

    In float64, so that vanishing is not mistaken for underflow; the model given stays as it is.
    """
    exact = LanguageModel(model.model, np.random.default_rng(0)).astype(np.float64)
    exact.load_state_dict(model.state_dict())
    probes = recall_probes(probe_rng(4, distance), count, distance, PAIRS, Filler())
    at_source, elsewhere = [], []
    for text, answer, source in zip(probes.ids, probes.answers, probes.sources, strict=True):
        x = mg.tensor(exact.token(text[None]).numpy(), requires_grad=True)  # (1, T, C)
        exact.from_embeddings(x)[0, -1, int(answer)].backward()
        assert x.grad is not None
        norms = np.linalg.norm(x.grad.numpy()[0], axis=-1)  # (T,)
        at_source.append(norms[source])
        elsewhere.append(np.median(np.delete(norms[:-2], source)))
    return float(np.median(at_source)), float(np.median(elsewhere))


def shortcut(pairs: int) -> float:
    """The accuracy of naming some value that occurred."""
    return 1 / pairs


def single_character_rule(n: int) -> float:
    """The accuracy at copying n letters of looking only at the letter before: 52 letters repeat."""
    p = 1 / (SIZE - 4)
    return (1 - (1 - p) ** n) / (n * p)
