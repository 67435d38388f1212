"""A string backwards, each letter replaced by another: nothing can be guessed, and all is in the source."""

import string

from examples.translation.pairs import Pair, Rng

LETTERS = string.ascii_lowercase
CODE = str.maketrans(LETTERS, "qmzrplxgvnbksjowidyuthcefa")  # any permutation does


class Cipher:
    """n letters, n uniform in 1 to 16, each uniform; tests have longer ones as well.

    A test string of a few letters may have been trained on: of 4 letters there are 456,976.
    """

    per = "letters"
    fool = "guessing, 1 in 26 a letter"
    longest = 16
    beyond = frozenset(("18", "20", "24"))

    def draw(self, rng: Rng) -> Pair:
        return self.of(rng, int(rng.integers(1, self.longest + 1)))

    def of(self, rng: Rng, length: int) -> Pair:
        source = "".join(LETTERS[i] for i in rng.integers(0, len(LETTERS), length))
        places = tuple(frozenset([place]) for place in reversed(range(length)))
        return Pair(source, source[::-1].translate(CODE), places, str(length))

    def tests(self, rng: Rng, count: int) -> dict[str, list[Pair]]:
        lengths = (4, 6, 8, 10, 12, 14, 16, 18, 20, 24)
        return {str(n): [self.of(rng, n) for _ in range(count)] for n in lengths}

    def guess(self, pair: Pair) -> float:
        return float(len(LETTERS)) ** -len(pair.source)
