"""Arguments by PyTorch's names: every function and every layer's forward takes those that PyTorch's takes."""

import inspect
import re
from typing import Any

import pytest

import nn
from nn import functional as F
from tests.cases import each

torch = pytest.importorskip(
    "torch", reason="torch is not installed, and these tests compare with it: pip install torch"
)

# Old spellings, and what only PyTorch's memory has.
NOT_HERE = {"size_average", "reduce", "_stacklevel", "out"}


def names_of(function: Any) -> list[str] | None:
    """The parameters, from the signature or, where PyTorch's has none, from the first line of its text."""
    try:
        names = list(inspect.signature(function).parameters)
    except ValueError:
        names = ["args"]
    if "args" in names:
        given = re.search(r"\((.*?)\)\s*->", (function.__doc__ or "").replace("\n", " "))
        if given is None:
            return None
        names = [part.split("=")[0].strip(" *") for part in given.group(1).split(",")]
    return [name for name in names if name]


SHARED = [name for name in F.__all__ if hasattr(torch.nn.functional, name)]
FUNCTIONS = [name for name in SHARED if names_of(getattr(torch.nn.functional, name)) is not None]
LAYERS = [
    name
    for name in nn.__all__
    if isinstance(getattr(nn, name), type) and issubclass(getattr(nn, name), nn.Module)
    if hasattr(torch.nn, name) and name not in ("Module", "ModuleList", "ModuleDict", "ParameterDict")
    if name != "ParameterList"
]


@each("name", FUNCTIONS)
def test_function(name: str) -> None:
    theirs = set(names_of(getattr(torch.nn.functional, name)) or ())
    ours = set(inspect.signature(getattr(F, name)).parameters)
    assert not theirs - ours - NOT_HERE


@each("name", LAYERS)
def test_forward(name: str) -> None:
    theirs = set(inspect.signature(getattr(torch.nn, name).forward).parameters)
    parameters = inspect.signature(getattr(nn, name).forward).parameters
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        theirs = {argument for argument in theirs if not argument.endswith("mask")}  # are answered
    if name == "TransformerDecoder":
        theirs -= {"tgt_is_causal", "memory_is_causal"}  # are handed on to the layers
    assert not theirs - set(parameters)
