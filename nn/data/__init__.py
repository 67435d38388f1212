"""From texts and arrays to batches: vocabularies, padding, seeded order, windows over a text; counting."""

from typing import TYPE_CHECKING

from nn.data.baselines import baselines
from nn.data.batches import Batches
from nn.data.encoded_text import EncodedText, encode_file
from nn.data.ngram import NGram
from nn.data.padding import pad
from nn.data.vocabulary import Vocabulary, VocabularyError
from nn.data.windows import Windows
from nn.mistakes import unknown_name

__all__ = [
    "Batches", "EncodedText", "NGram", "Vocabulary", "VocabularyError", "Windows",
    "baselines", "encode_file", "pad",
]  # fmt: skip


if not TYPE_CHECKING:  # to the checker a name that is not there stays an error

    def __getattr__(name: str) -> object:
        raise unknown_name("nn.data", name, __all__)
