"""GPT-2's weights, under Hugging Face's and nanoGPT's names, give the same logits here, and go back."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from tests.cases import each

torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch")
from safetensors.torch import load_file, save_model

V, CONTEXT, C, LAYERS, HEADS = 13, 7, 8, 3, 2
IDS = np.random.default_rng(0).integers(0, V, (2, CONTEXT))


class OnePlace(torch.nn.Module):  # type: ignore[misc, name-defined]
    """x·W + b, W (in, out): the linear layer of Hugging Face's GPT-2, of which the weights matter here."""

    def __init__(self, wide: int, out: int, bias: bool) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.empty(wide, out))
        self.bias = torch.nn.Parameter(torch.empty(out)) if bias else None

    def forward(self, x: Any) -> Any:
        return x @ self.weight + (0 if self.bias is None else self.bias)


class Attention(torch.nn.Module):  # type: ignore[misc, name-defined]
    def __init__(self, layer: Any, bias: bool, has_mask: bool) -> None:
        super().__init__()
        self.c_attn, self.c_proj = layer(C, 3 * C, bias), layer(C, C, bias)
        if has_mask:
            self.register_buffer("bias", torch.ones(1, 1, CONTEXT, CONTEXT).tril())
            self.register_buffer("masked_bias", torch.tensor(-1e4))

    def forward(self, x: Any) -> Any:
        B, T, _ = x.shape
        q, k, v = (
            part.view(B, T, HEADS, C // HEADS).transpose(1, 2) for part in self.c_attn(x).split(C, dim=2)
        )
        scores = (q @ k.transpose(-2, -1)) / math.sqrt(C // HEADS)
        scores = scores.masked_fill(torch.ones(T, T).tril() == 0, float("-inf"))
        return self.c_proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(B, T, C))


class Perceptron(torch.nn.Module):  # type: ignore[misc, name-defined]
    def __init__(self, layer: Any, bias: bool, approximate: str) -> None:
        super().__init__()
        self.c_fc, self.c_proj = layer(C, 4 * C, bias), layer(4 * C, C, bias)
        self.approximate = approximate

    def forward(self, x: Any) -> Any:
        return self.c_proj(torch.nn.functional.gelu(self.c_fc(x), approximate=self.approximate))


class Block(torch.nn.Module):  # type: ignore[misc, name-defined]
    def __init__(self, layer: Any, bias: bool, approximate: str, has_mask: bool) -> None:
        super().__init__()
        self.ln_1, self.ln_2 = (torch.nn.LayerNorm(C, bias=bias) for _ in range(2))
        self.attn = Attention(layer, bias, has_mask)
        self.mlp = Perceptron(layer, bias, approximate)

    def forward(self, x: Any) -> Any:
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Theirs(torch.nn.Module):  # type: ignore[misc, name-defined]
    """GPT-2 under its names, with the embedding as its head."""

    def __init__(self, layer: Any, bias: bool, approximate: str, has_mask: bool) -> None:
        super().__init__()
        self.transformer = torch.nn.ModuleDict(
            {
                "wte": torch.nn.Embedding(V, C),
                "wpe": torch.nn.Embedding(CONTEXT, C),
                "h": torch.nn.ModuleList(Block(layer, bias, approximate, has_mask) for _ in range(LAYERS)),
                "ln_f": torch.nn.LayerNorm(C, bias=bias),
            }
        )
        self.lm_head = torch.nn.Linear(C, V, bias=False)
        self.lm_head.weight = self.transformer["wte"].weight
        for p in self.parameters():
            torch.nn.init.normal_(p, std=0.3)

    def forward(self, ids: Any) -> Any:
        t = self.transformer
        x = t["wte"](ids) + t["wpe"](torch.arange(ids.shape[1]))
        for block in t["h"]:
            x = block(x)
        return self.lm_head(t["ln_f"](x))


def gpt2(has_mask: bool = True) -> Any:
    return Theirs(OnePlace, True, "tanh", has_mask)


def nanogpt() -> Any:
    return Theirs(torch.nn.Linear, False, "none", False)


def ours(of: Any) -> nn.GPT:
    own = {"bias": False, "activation": "gelu"} if of is nanogpt else {}
    return nn.GPT(V, CONTEXT, C, LAYERS, HEADS, **own)


def assert_same_logits(model: nn.GPT, theirs: Any) -> None:
    with mg.no_grad(), torch.no_grad():
        for ids in (IDS, IDS[:1, :3]):
            expected = theirs(torch.tensor(ids)).numpy()
            np.testing.assert_allclose(model(ids).numpy(), expected, rtol=1e-5, atol=1e-5)


@each("of", [gpt2, nanogpt])
def test_the_logits_are_theirs_and_the_weights_go_back(of: Any, tmp_path: Path) -> None:
    """By a file that PyTorch wrote; and back into a model that begins with other weights."""
    theirs, model = of(), ours(of)
    save_model(theirs, str(tmp_path / "theirs.safetensors"))
    model.load_state_dict(nn.convert.from_gpt2(nn.load(tmp_path / "theirs.safetensors")))
    assert_same_logits(model, theirs)

    to = nn.convert.to_nanogpt if of is nanogpt else nn.convert.to_gpt2
    nn.save(to(model.state_dict()), tmp_path / "ours.safetensors")
    other = of() if of is nanogpt else of(has_mask=False)  # of today's, which saves no masks
    other.load_state_dict(load_file(tmp_path / "ours.safetensors"))
    assert_same_logits(model, other)


@each("prefix", ["_orig_mod.", "_orig_mod.transformer.", "transformer.", ""])
def test_prefixes_and_masks_are_left_out(prefix: str) -> None:
    theirs, model = gpt2(), ours(gpt2)
    bare = {name.removeprefix("transformer."): x for name, x in theirs.state_dict().items()}
    if prefix in ("", "transformer."):  # as it is published: no head
        del bare["lm_head.weight"]
    converted = nn.convert.from_gpt2({f"{prefix}{name}": x for name, x in bare.items()})
    model.load_state_dict(converted)
    assert_same_logits(model, theirs)
    assert set(converted) == set(model.state_dict())


def test_it_writes_with_a_cache_as_without() -> None:
    model = ours(gpt2)
    for p in model.parameters():
        p.data[...] = np.random.default_rng(p.size).normal(size=p.shape) * 0.5
    decoders = nn.decoding.Whole(model), nn.decoding.Cached(model, context=CONTEXT)
    one, two = (nn.decoding.generate(decoder, IDS[:, :2], 5, temperature=0) for decoder in decoders)
    np.testing.assert_array_equal(one, two)


def test_weights_begin_as_the_paper_says() -> None:
    model = nn.GPT(50, 20, 64, 8, 4, rng=np.random.default_rng(0))
    weights = model.state_dict()
    assert weights["token.weight"].std() == pytest.approx(0.02, rel=0.05)
    assert weights["blocks.3.linear1.weight"].std() == pytest.approx(0.02, rel=0.05)
    assert weights["blocks.3.linear2.weight"].std() == pytest.approx(0.005, rel=0.05)
    assert not weights["blocks.3.self_attn.in_proj_bias"].any()


@each("name", ["vocabulary", "context", "channels", "layers", "heads"])
def test_sizes_below_1_are_refused(name: str) -> None:
    sizes = {"vocabulary": V, "context": CONTEXT, "channels": C, "layers": LAYERS, "heads": HEADS, name: 0}
    with pytest.raises(ValueError, match="0: it must be at least 1"):
        nn.GPT(**sizes)


def test_what_is_no_gpt2_is_refused_with_every_name() -> None:
    weights = {name: x.numpy() for name, x in nanogpt().state_dict().items()}
    cases: list[tuple[Any, dict[str, Any], list[str]]] = [
        (
            nn.convert.from_gpt2,
            {"model": weights, "step": 3},
            ["not the weights of a GPT-2", "unexpected: model", "unexpected: step"],
        ),
        (nn.convert.from_gpt2, {**weights, "lm_head.weight": np.ones((V, C))}, ["one weight for both"]),
        (nn.convert.from_gpt2, {**weights, "transformer.h.0.mlp.gate.weight": 0}, ["h.0.mlp.gate.weight"]),
        (
            nn.convert.from_gpt2,
            {"wte.weight": torch.zeros(V, C, dtype=torch.bfloat16)},
            ["wte.weight is bfloat16, which NumPy does not have"],
        ),
        (nn.convert.to_gpt2, weights, ["not the weights of an nn.GPT", "unexpected: transformer.wte.weight"]),
        (nn.convert.to_nanogpt, {}, ["missing: token.weight"]),
    ]
    for convert, state_dict, texts in cases:
        with pytest.raises(nn.StateDictError) as caught:
            convert(state_dict)
        for text in texts:
            assert text in str(caught.value)
    with pytest.raises(nn.StateDictError, match=r"missing: position\.weight"):
        ours(nanogpt).load_state_dict(nn.convert.from_gpt2({"wte.weight": np.zeros((V, C), np.float32)}))
