"""Decoding: a model writes, one id after the other, by the scores it gives to what may come next.

decoder = nn.decoding.Cached(model)  # or Whole, or Stepped for recurrent ones: one decoder for each text
ids = nn.decoding.generate(decoder, prompt, 100, temperature=0.8, top_p=0.95, rng=rng)
beams = nn.decoding.beam_search(nn.decoding.Cached(model), prompt, 100, width=4, eos=vocabulary.eos)

Reading order: `decoders` (who gives scores), `sampling` (what becomes of them), `generation`, `beams`.
"""

from typing import TYPE_CHECKING

from nn.decoding.beams import Beam, beam_search
from nn.decoding.decoders import Cached, Decoder, Stepped, Whole
from nn.decoding.generation import generate, greedy
from nn.decoding.sampling import draw, with_temperature, with_top_k, with_top_p
from nn.mistakes import unknown_name

__all__ = [
    "Beam", "Cached", "Decoder", "Stepped", "Whole", "beam_search", "draw", "generate", "greedy",
    "with_temperature", "with_top_k", "with_top_p",
]  # fmt: skip

if not TYPE_CHECKING:  # to the checker a name that is not there stays an error

    def __getattr__(name: str) -> object:
        raise unknown_name("nn.decoding", name, __all__)
