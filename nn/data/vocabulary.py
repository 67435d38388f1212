"""A vocabulary: which characters or words there are, and the number of each."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ids = NDArray[np.int64]

_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")  # punctuation stands by itself; an apostrophe inside does not
_NO_SPACE_BEFORE = re.compile(r" (?=[.,;:!?%)\]}])")
_NO_SPACE_AFTER = re.compile(r"(?<=[(\[{]) ")


class VocabularyError(ValueError):
    """A text, an id or a saved vocabulary that cannot be used.  The message is one sentence, for a person."""


@dataclass(frozen=True)
class Vocabulary:
    """The specials, then the tokens in ascending order: the place of each is its id.

    Tokens are of a `unit`, characters or words.  A text is cut into words where `re` finds them: letters
    and digits that stand together, with apostrophes inside, and every other character but space alone.

        vocabulary = nn.data.Vocabulary.of_words(["the cat sat", "the dog"])
        ids = vocabulary.encode("the cat", bos=True, eos=True)
        vocabulary.decode(ids)  # "the cat"
        vocabulary.pad, vocabulary["dog"], len(vocabulary)  # 0, 5, 8
    """

    tokens: tuple[str, ...]
    specials: tuple[str, ...] = ()
    unit: str = "character"

    def __post_init__(self) -> None:
        if self.unit not in ("character", "word"):
            raise VocabularyError(f"a vocabulary's unit is 'character' or 'word', not {self.unit!r}")
        if list(self.tokens) != sorted(set(self.tokens)):
            raise VocabularyError(
                f"a vocabulary's {self.unit}s are distinct and in ascending order; "
                f"write Vocabulary.of_{self.unit}s(texts) to take them from any texts"
            )
        if self.unit == "character" and any(len(token) != 1 for token in self.tokens):
            token = next(token for token in self.tokens if len(token) != 1)
            raise VocabularyError(f"a vocabulary of characters has {token!r} among them: take unit='word'")
        if len(set(self.specials + self.tokens)) != len(self):
            raise VocabularyError(
                f"each special is there once, and is no {self.unit} of the texts; these are "
                f"{', '.join(self.specials)}"
            )

    @classmethod
    def of_characters(
        cls, texts: str | Iterable[str], specials: Sequence[str] = ("<pad>", "<bos>", "<eos>")
    ) -> Self:
        """The distinct characters of one text or several."""
        return cls(tuple(sorted(set().union(*_several(texts)))), tuple(specials))

    @classmethod
    def of_words(
        cls,
        texts: str | Iterable[str],
        specials: Sequence[str] = ("<pad>", "<bos>", "<eos>", "<unk>"),
        least: int = 1,
    ) -> Self:
        """The distinct words of one text or several that occur at least `least` times."""
        counted = Counter(word for text in _several(texts) for word in _WORD.findall(text))
        return cls(tuple(sorted(w for w, n in counted.items() if n >= least)), tuple(specials), "word")

    def __len__(self) -> int:
        return len(self.specials) + len(self.tokens)

    def __getitem__(self, token: str) -> int:
        """The id of a token or a special.  Raises VocabularyError where it is neither."""
        if token not in self._ids:
            raise VocabularyError(f"{token!r} is not among the {len(self):,} of the vocabulary")
        return self._ids[token]

    def __contains__(self, token: object) -> bool:
        return token in self._ids

    @property
    def pad(self) -> int:
        """The id of "<pad>", which fills up short sequences."""
        return self._special("pad")

    @property
    def bos(self) -> int:
        """The id of "<bos>", which begins a sequence."""
        return self._special("bos")

    @property
    def eos(self) -> int:
        """The id of "<eos>", which ends a sequence."""
        return self._special("eos")

    @property
    def unk(self) -> int:
        """The id of "<unk>", which stands for what the vocabulary lacks."""
        return self._special("unk")

    @property
    def mask(self) -> int:
        """The id of "<mask>", which hides a token that is to be guessed."""
        return self._special("mask")

    def encode(self, text: str, bos: bool = False, eos: bool = False) -> Ids:
        """The ids (N,) of `text`, if asked with that of "<bos>" before and of "<eos>" after them.

        What the vocabulary lacks is "<unk>".  Raises VocabularyError for the first where there is none.
        A special's name in the text is text: to put one there, put its id.
        """
        ids = self._ids_of_characters(text) if self.unit == "character" else self._ids_of_words(text)
        before, after = [self.bos] if bos else [], [self.eos] if eos else []
        return np.concatenate([before, ids, after]).astype(np.int64)

    def decode(self, ids: ArrayLike, specials: bool = False) -> str:
        """The text of ids (N,), up to the first "<eos>", without specials but "<unk>".

        With `specials`, all of them are written out.  Words have a space between them, but none before
        closing punctuation and after opening brackets.  Raises VocabularyError for the first id that the
        vocabulary lacks.
        """
        given: NDArray[Any] = np.atleast_1d(np.asarray(ids))
        outside = (given < 0) | (given >= len(self))
        if outside.any():
            position = int(outside.argmax())
            raise VocabularyError(
                f"the id {given[position]} at position {position} (counted from 0) is not from 0 to "
                f"{len(self) - 1:,}, the ids of the vocabulary"
            )
        every = self.specials + self.tokens
        found = [every[i] for i in given]
        if not specials:
            if "<eos>" in self.specials and "<eos>" in found:
                found = found[: found.index("<eos>")]
            left_out = set(self.specials) - {"<unk>"}
            found = [token for token in found if token not in left_out]
        if self.unit == "character":
            return "".join(found)
        return _NO_SPACE_AFTER.sub("", _NO_SPACE_BEFORE.sub("", " ".join(found)))

    # -- saving and loading -----------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """All there is to it, as json.dumps takes it."""
        return {"unit": self.unit, "specials": list(self.specials), "tokens": list(self.tokens)}

    @classmethod
    def from_state_dict(cls, state_dict: Mapping[str, Any]) -> Self:
        """The vocabulary that gave `state_dict`.  Raises VocabularyError for what none gives."""
        try:
            parts = [state_dict[name] for name in ("tokens", "specials")]
            if not all(isinstance(part, (list, tuple)) for part in parts):
                raise TypeError
            if not all(isinstance(token, str) for part in parts for token in part):
                raise TypeError
            return cls(tuple(parts[0]), tuple(parts[1]), state_dict["unit"])
        except (TypeError, KeyError):
            raise VocabularyError(
                "a vocabulary's state dict has a 'unit', and lists of strings under 'specials' and 'tokens': "
                "this one is damaged, or of something else"
            ) from None

    # -- the parts of encode ----------------------------------------------------------------------

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {token: i for i, token in enumerate(self.specials + self.tokens)}

    @cached_property
    def _id_of_point(self) -> Ids:
        """The id of each code point up to the last and one more, -1 where there is none."""
        known = _code_points("".join(self.tokens))
        ids = np.full(int(known.max(initial=0)) + 2, -1, np.int64)
        ids[known] = np.arange(len(known)) + len(self.specials)
        return ids

    def _special(self, name: str) -> int:
        if f"<{name}>" not in self.specials:
            raise AttributeError(
                f"this vocabulary has no {name!r}, since '<{name}>' is not among its specials "
                f"({', '.join(self.specials) or 'none'}): give it to "
                f"Vocabulary.of_{self.unit}s(texts, specials)"
            )
        return self._ids[f"<{name}>"]

    def _ids_of_characters(self, text: str) -> Ids:
        table = self._id_of_point
        ids = table[np.minimum(_code_points(text), len(table) - 1)]
        lacking = ids < 0
        if lacking.any():
            position = int(lacking.argmax())
            ids[lacking] = self._of_unknown(named(text[position]), position)
        return ids

    def _ids_of_words(self, text: str) -> Ids:
        words = _WORD.finditer(text)
        ids = [
            self._ids[w[0]] if w[0] in self._ids else self._of_unknown(repr(w[0]), w.start()) for w in words
        ]
        return np.array(ids, np.int64)

    def _of_unknown(self, name: str, position: int) -> int:
        if "<unk>" in self.specials:
            return self._ids["<unk>"]
        raise VocabularyError(
            f"the {self.unit} {name} at position {position} (counted from 0) is not among the "
            f"{len(self.tokens):,} of the vocabulary; leave it out, or train on a text that has it"
        )


def named(character: str) -> str:
    """A character as it is written in Python, and its code point."""
    return f"{character!r} (U+{ord(character):04X})"


def _several(texts: str | Iterable[str]) -> Iterable[str]:
    return [texts] if isinstance(texts, str) else texts


def _code_points(text: str) -> NDArray[np.uint32]:
    # A character typed at a terminal may be a lone surrogate: to be reported, not to crash on.
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
