"""Beam search: the likeliest few texts so far are continued, and the best by score returned."""

from typing import Any, NamedTuple

import numpy as np

import minigrad as mg
from nn.decoding.checked import Checked, as_prompt
from nn.decoding.decoders import Decoder
from nn.sizes import check_sizes


class Beam(NamedTuple):
    """A text that was found: its ids (t,), with the `eos` that ended it, and how good it is."""

    ids: np.ndarray
    score: float  # log_probability / length penalty
    log_probability: float


class _Open(NamedTuple):
    """A text that goes on."""

    ids: tuple[int, ...]
    log_probability: float


def beam_search(
    decoder: Decoder,
    prompt: Any,
    length: int,
    width: int = 4,
    *,
    eos: int | None = None,
    length_penalty: float = 0.6,
) -> list[list[Beam]]:
    """For each row of a prompt (N, t) the `width` best texts of up to `length` ids, best first.

    Each step takes the `width` likeliest of all open texts with one id more; those with `eos` are
    finished, the others go on, and at `length` they are finished as they are.  Width 1 is `greedy`.
    Finished texts Y compete by log P(Y)/lp(Y), where lp(Y) = ((5 + |Y|)/6)^length_penalty and |Y| counts
    `eos`; 0 is no penalty, and favours short texts (Wu et al., 2016, section 7, equation 14).

    A row stops when no open text can become one of its `width` best: its log-probability only falls, so
    that with log P now it scores at best log P/lp at `length`.  Of equal texts the first found counts as
    better, and of those in one step that of the better open text, then of the lower id.
    """
    ids = as_prompt(prompt)
    check_sizes("beam_search", 1, length=length, width=width)
    if not 0 <= length_penalty < np.inf:
        raise ValueError(
            f"length_penalty is the power of a text's length, at least 0, and got {length_penalty}: 0 is no "
            "penalty"
        )
    checked = Checked(decoder, eos)
    searches = [_Search(length, width, eos, length_penalty) for _ in ids]
    while len(ids):
        with mg.no_grad():
            log_p = mg.log_softmax(checked.scores(ids), axis=1).numpy()  # (rows, V)
        ends = np.cumsum([len(search.open) for search in searches])  # of the rows of each search
        parts = np.split(log_p, ends[:-1])
        rows = [s.step(part) + end - len(part) for s, part, end in zip(searches, parts, ends, strict=True)]
        ids = np.array([[text.ids[-1]] for search in searches for text in search.open], np.int64)
        if len(ids):
            checked.keep(np.concatenate(rows), len(log_p))
    return [search.found for search in searches]


class _Search:
    """The search after one prompt: the texts that are open, and the best that are finished."""

    def __init__(self, length: int, width: int, eos: int | None, length_penalty: float) -> None:
        self.length = length
        self.width = width
        self.eos = eos
        self.power = length_penalty
        self.open = [_Open((), 0.0)]
        self.found: list[Beam] = []

    def step(self, log_p: np.ndarray) -> np.ndarray:
        """Go on by one id, given log P (M, V) of each after each open text: those continued, (M',)."""
        totals = log_p + np.array([text.log_probability for text in self.open]).reshape(-1, 1)
        best = np.argsort(-totals, axis=None, kind="stable")[: self.width]
        sources, following = [], []
        for source, id in zip(*np.unravel_index(best, totals.shape), strict=True):
            if totals[source, id] == -np.inf:  # and so are all that follow
                break
            text = _Open((*self.open[source].ids, int(id)), float(totals[source, id]))
            if id == self.eos or len(text.ids) == self.length:
                score = self._penalised(text.log_probability, len(text.ids))
                self.found.append(Beam(np.array(text.ids), score, text.log_probability))
            else:
                sources.append(source)
                following.append(text)
        self.found = sorted(self.found, key=lambda beam: -beam.score)[: self.width]
        self.open = following if self._is_open(following) else []
        return np.array(sources[: len(self.open)], np.int64)

    def _is_open(self, texts: list[_Open]) -> bool:
        """Whether one of these texts, the likeliest first, may still become one of the best."""
        if not texts or len(self.found) < self.width:
            return bool(texts)
        return self._penalised(texts[0].log_probability, self.length) > self.found[-1].score

    def _penalised(self, log_probability: float, length: int) -> float:
        return log_probability / ((5 + length) / 6) ** self.power
