"""Arguments that a function does not take: other libraries' spellings, misspelt ones, one too many."""

import inspect
from collections.abc import Mapping
from typing import Any

from minigrad.mistakes.guess import guess

# Keywords of PyTorch, and NumPy's for the same thing.
SPELLINGS = {
    "dim": "axis",
    "dims": "axis",
    "keepdim": "keepdims",
    "dim0": "axis1",
    "dim1": "axis2",
    "correction": "ddof",
    "other": "b",
    "tensors": "arrays",
    "indices": "index",
    "index": "indices",
    "repeat": "repeats",
    "split_size_or_sections": "indices_or_sections",
    "sections": "indices_or_sections",
    "size": "shape",
    "axes": "axis",
    "min": "a_min",
    "max": "a_max",
}

# Keywords that nothing here takes, and why.
NOWHERE = {
    "start_dim": "write t.reshape(t.shape[0], -1) to join all axes after the first",
    "end_dim": "write t.reshape(...) to join some axes",
    "descending": "give -t, whose order is the other way round",
    "device": "there is no device but the CPU: leave it out",
    "requires_grad": "write t.requires_grad = True afterwards, on a leaf",
    "pin_memory": "there is no device but the CPU: leave it out",
    "out": "it gives a new tensor: write t = ... in its place",
    "inplace": "it gives a new tensor: write t = ... in its place",
    "non_blocking": "there is no device but the CPU: leave it out",
}


def explain(
    name: str, signature: inspect.Signature, given: tuple[Any, ...], options: Mapping[str, Any]
) -> str | None:
    """Of a call that `signature` does not fit: the first keyword that is unknown, and what it is here."""
    parameters = signature.parameters
    unknown = next((key for key in options if key not in parameters), None)
    if unknown is None:
        return None  # too many or too few: Python's own words say which
    usage = f"{name}{spelled(signature)}"
    return (
        f"{name} has no argument {unknown!r}: {_instead(unknown, options, list(parameters))}; it is {usage}"
    )


def _instead(unknown: str, options: Mapping[str, Any], known: list[str]) -> str:
    if unknown in NOWHERE:
        return NOWHERE[unknown]
    if unknown == "unbiased" and "ddof" in known:
        return f"write ddof={int(bool(options[unknown]))}"
    if SPELLINGS.get(unknown) in known:
        return f"write {SPELLINGS[unknown]}="
    if unknown in ("input", "self", "x", "a") and known:
        return f"write {known[0]}=, or give it first, without a name"
    close = guess(unknown, known)
    return f"did you mean {close}=" if close else "leave it out"


def spelled(signature: inspect.Signature) -> str:
    """The signature without types: (x, axis=None, *, keepdims=False)."""
    plain = [
        parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()
    ]
    return str(signature.replace(parameters=plain, return_annotation=inspect.Signature.empty))


def axis_of_another_kind(name: str, arguments: Mapping[str, Any]) -> str | None:
    """An axis that is no integer and no tuple of them."""
    axis = arguments.get("axis")
    if axis is None or hasattr(axis, "__index__") or isinstance(axis, tuple):
        return None
    write = f"write axis={tuple(axis)}" if isinstance(axis, list) else "write axis=0, or axis=(0, 1)"
    return f"{name} takes axis as an integer or a tuple of integers, and got {axis!r}: {write}"


def keepdims_for_dtype(name: str, arguments: Mapping[str, Any]) -> str | None:
    """PyTorch's t.sum(0, True), whose True is keepdim there; NumPy's third argument is the dtype."""
    if "axis" not in arguments or not isinstance(arguments.get("dtype"), bool):
        return None
    return (
        f"{name} got dtype={arguments['dtype']}, which is no data type: after the axis comes the dtype, as "
        f"NumPy has it, so write keepdims={arguments['dtype']}"
    )
