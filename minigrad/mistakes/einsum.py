"""einsum: a letter that stands for two lengths, or one too many, or one that nobody has."""

from typing import Any

from minigrad.mistakes.shapes import Shape, axes, shape_of


def explain(subscripts: Any, *operands: Any, optimize: Any = None) -> str | None:
    if not isinstance(subscripts, str):
        return None
    call = f"einsum({subscripts!r})"
    inputs, _, output = subscripts.replace(" ", "").partition("->")
    strange = next((c for c in inputs + output if not (c.isascii() and c.isalpha()) and c not in ".,"), None)
    if strange is not None:
        return f"{call}: axes are named by letters, and {strange!r} is none: write 'ij,jk->ik'"
    terms, given = inputs.split(","), [shape_of(x) for x in operands]
    if len(terms) != len(given):
        return None  # the op itself says this
    return _lengths(call, terms, given) or _output(call, terms, output)


def _lengths(call: str, terms: list[str], given: list[Shape]) -> str | None:
    first: dict[str, tuple[int, int, int]] = {}  # letter -> length, operand, axis
    for place, (term, shape) in enumerate(zip(terms, given, strict=True)):
        letters = term.replace("...", "")
        if ("..." not in term and len(letters) != len(shape)) or len(letters) > len(shape):
            return (
                f"{call}: operand {place} is {shape}, which has {axes(len(shape))}, and its letters "
                f"{term!r} name {len(letters)}: write one letter per axis, or ... for those in between"
            )
        front = term.partition("...")[0] if "..." in term else letters
        for k, letter in enumerate(letters):
            axis = k if k < len(front) else len(shape) - len(letters) + k
            length, where, at = first.setdefault(letter, (shape[axis], place, axis))
            if length == 1:
                first[letter] = (shape[axis], place, axis)
            elif shape[axis] not in (length, 1):
                return (
                    f"{call}: {letter!r} is {length} in operand {where}, {given[where]} (axis {at}), and "
                    f"{shape[axis]} in operand {place}, {shape} (axis {axis}): a letter stands for one "
                    "length, so name the axes in another order, or transpose an operand"
                )
    return None


def _output(call: str, terms: list[str], output: str) -> str | None:
    letters = output.replace("...", "")
    for letter in letters:
        if letter not in "".join(terms):
            return f"{call}: {letter!r} stands in the output and in no operand: name an axis that there is"
        if letters.count(letter) > 1:
            return f"{call}: {letter!r} stands twice in the output, and may stand there once"
    return None
