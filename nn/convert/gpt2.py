"""The weights of GPT-2, as Hugging Face and as nanoGPT name them, for nn.GPT and back.

nanoGPT has linear layers, of weights (out, in) as here; Hugging Face's GPT-2 has convolutions of one place
instead, whose weights are (in, out).
"""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from nn.foreign_state import Unreadable, as_array
from nn.state import StateDictError

PARTS = {  # here and there; # is the number of the block
    "token": "wte",
    "position": "wpe",
    "blocks.#.norm1": "h.#.ln_1",
    "blocks.#.self_attn.out_proj": "h.#.attn.c_proj",
    "blocks.#.norm2": "h.#.ln_2",
    "blocks.#.linear1": "h.#.mlp.c_fc",
    "blocks.#.linear2": "h.#.mlp.c_proj",
    "norm": "ln_f",
}
THEIRS = {
    **{f"{ours}.{kind}": f"{theirs}.{kind}" for ours, theirs in PARTS.items() for kind in ("weight", "bias")},
    "blocks.#.self_attn.in_proj_weight": "h.#.attn.c_attn.weight",
    "blocks.#.self_attn.in_proj_bias": "h.#.attn.c_attn.bias",
}
OURS = {theirs: ours for ours, theirs in THEIRS.items()}
MATRICES = ("attn.c_attn.weight", "attn.c_proj.weight", "mlp.c_fc.weight", "mlp.c_proj.weight")
MASK = re.compile(r"h\.\d+\.attn\.(masked_)?bias")  # a buffer, which says who may attend: not learned
HEAD = "lm_head.weight"


def from_gpt2(state_dict: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Weights of GPT-2 or nanoGPT under the names and in the shapes of nn.GPT.

        model = nn.GPT(vocabulary=50257)  # of GPT-2's smallest; the number of heads no weight tells
        model.load_state_dict(nn.convert.from_gpt2(nn.load("gpt2.safetensors")))

    Names may have "transformer." in front, or "_orig_mod." of torch.compile.  Which of the two it is shows in
    the shape of c_attn.weight, (C, 3C) or (3C, C).

    Raises StateDictError, with every name, for what neither of them has, and for a head of its own.
    """
    arrays: dict[str, np.ndarray] = {}
    problems: list[str] = []
    for full_name, value in state_dict.items():
        name = str(full_name).removeprefix("_orig_mod.").removeprefix("transformer.")
        if MASK.fullmatch(name):
            continue
        if name != HEAD and _renamed(name, OURS) is None:
            problems.append(f"unexpected: {full_name}")
            continue
        try:
            arrays[name] = as_array(full_name, value)
        except Unreadable as unreadable:
            problems.append(str(unreadable))
    head = arrays.pop(HEAD, None)
    if head is not None and not np.array_equal(head, arrays.setdefault("wte.weight", head)):  # one is saved
        problems.append(f"{HEAD} is not the embedding wte.weight, and nn.GPT has one weight for both")
    if problems:
        raise StateDictError("these are not the weights of a GPT-2:\n  " + "\n  ".join(problems))
    is_turned = any(name.endswith("c_attn.weight") and _is_wide(x) for name, x in arrays.items())
    return {str(_renamed(name, OURS)): _turned(name, x) if is_turned else x for name, x in arrays.items()}


def to_gpt2(state_dict: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Those of an nn.GPT as Hugging Face's GPT2LMHeadModel has them.  Raises StateDictError for others."""
    return {name: _turned(name, array) for name, array in to_nanogpt(state_dict).items()}


def to_nanogpt(state_dict: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Those of an nn.GPT as nanoGPT has them.  Raises StateDictError for others."""
    names = {name: _renamed(name, THEIRS) for name in state_dict}
    foreign = [name for name, theirs in names.items() if theirs is None]
    if foreign or "token.weight" not in names:
        problems = [f"unexpected: {name}" for name in foreign] or ["missing: token.weight"]
        raise StateDictError("these are not the weights of an nn.GPT:\n  " + "\n  ".join(problems))
    arrays = {f"transformer.{names[name]}": as_array(name, value) for name, value in state_dict.items()}
    return {**arrays, HEAD: arrays["transformer.wte.weight"]}


def _renamed(name: str, names: Mapping[str, str]) -> str | None:
    """The other name of an entry, or None where it has none."""
    number = re.search(r"(?<=\.)\d+(?=\.)", name)
    if number is None:
        return names.get(name)
    found = names.get(f"{name[: number.start()]}#{name[number.end() :]}")
    return None if found is None else found.replace("#", number[0])


def _turned(name: str, array: np.ndarray) -> np.ndarray:
    """(in, out) of (out, in), or the reverse, where it is a matrix of a layer."""
    return np.ascontiguousarray(array.T) if name.endswith(MATRICES) else array


def _is_wide(array: np.ndarray) -> bool:
    return array.ndim == 2 and array.shape[1] == 3 * array.shape[0]
