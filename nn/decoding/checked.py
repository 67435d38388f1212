"""A decoder held to what it promises, and a prompt to what a decoder can read."""

from typing import Any

import numpy as np

from nn.decoding.decoders import Decoder


def as_prompt(prompt: Any) -> np.ndarray:
    """ids (N, t) with t >= 1, int64.  Raises TypeError or ValueError for what is no such prompt."""
    try:
        ids = np.asarray(prompt)
    except ValueError:
        raise ValueError(
            "the rows of a prompt are of one length, and these are not: decode them one by one, prompt[None]"
        ) from None
    if ids.size and ids.dtype.kind not in "iu":
        raise TypeError(f"a prompt is integer ids (N, t), and got {ids.dtype}: give vocabulary.encode(text)")
    if ids.ndim != 2:
        hint = ": write prompt[None] for a batch of one" if ids.ndim == 1 else ""
        raise ValueError(f"a prompt is ids (N, t), and got {ids.shape}{hint}")
    if ids.shape[1] == 0:
        raise ValueError(
            f"a prompt has at least one place, which the first scores follow, and got {ids.shape}: begin "
            "with an id for the beginning, such as vocabulary.bos"
        )
    return ids.astype(np.int64)


class Checked:
    """A decoder at its start, whose scores come as float64 (N, V), each checked."""

    def __init__(self, decoder: Decoder, eos: int | None) -> None:
        if not hasattr(decoder, "scores"):
            raise TypeError(
                f"ids are chosen by the scores of a decoder, and got a {type(decoder).__name__}: write "
                "nn.decoding.Cached(model)"
            )
        length = getattr(decoder, "length", 0)
        if length:
            raise ValueError(
                f"this {type(decoder).__name__} has read {length} places of a text already: make a new "
                "decoder for each text"
            )
        self.decoder = decoder
        self.eos = eos

    def scores(self, ids: np.ndarray) -> np.ndarray:
        scores = np.asarray(self.decoder.scores(ids), np.float64)
        if scores.ndim != 2 or len(scores) != len(ids):
            raise ValueError(
                f"a decoder gives scores (N, V) for ids {ids.shape}, and this one {scores.shape}"
            )
        if self.eos is not None and not 0 <= self.eos < scores.shape[1]:
            raise ValueError(
                f"eos is the id {self.eos}, and there are scores of the ids 0 to {scores.shape[1] - 1}"
            )
        best = scores.max(axis=1, initial=-np.inf)  # NaN where there is one
        if not np.isfinite(best).all():
            row = int(np.flatnonzero(~np.isfinite(best))[0])
            raise FloatingPointError(
                f"the greatest score of row {row} is {best[row]}, so that no id can be chosen: look into the "
                "model with mg.debug()"
            )
        return scores

    def keep(self, rows: np.ndarray, count: int) -> None:
        """Go on with these of `count` rows, which is nothing to do where they are all, in order."""
        if not np.array_equal(rows, np.arange(count)):
            self.decoder.keep(rows)
