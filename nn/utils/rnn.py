"""Sequences of several lengths, as torch.nn.utils.rnn."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import minigrad as mg
from nn.batch_first import refuse_time_first
from nn.mistakes import unknown_name

__all__ = ["pad_sequence"]


def pad_sequence(
    sequences: Sequence[mg.Tensor],
    batch_first: bool = True,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> mg.Tensor:
    """Sequences (T_b, *) as one tensor (B, T, *), filled up with `padding_value`; gradients pass.

    `padding_side` is "right" or "left".  Raises ValueError for none, and where the shapes differ in more
    than T_b.
    """
    refuse_time_first(batch_first)
    if padding_side not in ("right", "left"):
        raise ValueError(f'pad_sequence pads on the "right" or "left", not {padding_side!r}')
    shapes = [tuple(sequence.shape) for sequence in sequences]
    if not shapes or not all(shape and shape[1:] == shapes[0][1:] for shape in shapes):
        raise ValueError(
            f"pad_sequence takes sequences (T, *) that differ in T alone, at least one, and got {shapes}"
        )
    longest = max(shape[0] for shape in shapes)
    padded = []
    for sequence in sequences:
        room = longest - sequence.shape[0]
        width = [(0, room) if padding_side == "right" else (room, 0)] + [(0, 0)] * (len(sequence.shape) - 1)
        padded.append(mg.pad(sequence, width, constant_values=padding_value))
    return mg.stack(padded)


if not TYPE_CHECKING:  # to the checker a name that is not there stays an error

    def __getattr__(name: str) -> object:
        raise unknown_name("nn.utils.rnn", name, __all__)
