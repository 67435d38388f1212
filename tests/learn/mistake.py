"""What a planted mistake is."""

from typing import NamedTuple

from minigrad.learn.exercise import Exercise


class Mistake(NamedTuple):
    """In the answer to `exercise`, `wrong` instead of `right`; the hint says these words.

    `also` are further edits, pairs of what was right and what is wrong.
    """

    exercise: Exercise
    right: str
    wrong: str
    hint: str
    also: tuple[tuple[str, str], ...] = ()

    def made_in(self, solution: str) -> str:
        """The solution with the mistake in it."""
        for right, wrong in ((self.right, self.wrong), *self.also):
            assert right in solution, f"the solution no longer has {right!r}"
            solution = solution.replace(right, wrong, 1)
        return solution
