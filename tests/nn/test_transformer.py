"""nn.Transformer: its two halves, its masks, how it starts; test_against_torch.py holds it to PyTorch's."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from tests.cases import each

B, S, T, C = 2, 5, 4, 12


def transformer(**settings: Any) -> nn.Transformer:
    """A small one in float64, in evaluation."""
    rng = np.random.default_rng(0)
    return nn.Transformer(C, 3, 2, 2, 16, rng=rng, **settings).astype(np.float64).eval()


def pair(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(B, S, C)), rng.normal(size=(B, T, C))


SETTINGS: list[dict[str, Any]] = [
    {},
    {"norm_first": True},
    {"norm_first": True, "activation": "gelu", "bias": False, "rotary": nn.RotaryPosition(C // 3)},
]
every_setting = each("settings", SETTINGS, ids=["post", "pre", "rotary"])


@every_setting
def test_forward_is_encode_and_decode(settings: dict[str, Any]) -> None:
    model, (src, tgt) = transformer(**settings), pair()
    mask = nn.padding_mask([3, 5], S)
    whole = model(src, tgt, mask, memory_mask=mask, tgt_is_causal=True)
    memory = model.encode(src, mask)
    np.testing.assert_array_equal(whole.data, model.decode(tgt, memory, mask, tgt_is_causal=True).data)
    np.testing.assert_array_equal(memory.data, model.encoder(src, mask).data)
    causal = model(src, tgt, mask, nn.Transformer.generate_square_subsequent_mask(T), mask)
    np.testing.assert_allclose(whole.data, causal.data, rtol=1e-12)


@every_setting
def test_step_by_step_with_a_cache_it_writes_the_same(settings: dict[str, Any]) -> None:
    model, (src, tgt) = transformer(**settings), pair()
    mask = nn.padding_mask([3, 5], S)
    with mg.no_grad():
        memory = model.encode(src, mask)
        whole = model.decode(tgt, memory, mask, tgt_is_causal=True)
        cache = nn.KeyValueCache()
        parts = [
            model.decode(tgt[:, a:b], memory, mask, tgt_is_causal=True, cache=cache)
            for a, b in [(0, 2), (2, 3), (3, 4)]
        ]
    np.testing.assert_allclose(np.concatenate([p.data for p in parts], axis=1), whole.data, rtol=1e-10)


def test_pads_and_later_targets_get_no_gradient_and_change_nothing() -> None:
    model, (src, tgt) = transformer(), pair()
    mask = nn.padding_mask([3, 5], S)

    def out(src: Any, tgt: Any) -> mg.Tensor:
        return model(src, tgt, mask, memory_mask=mask, tgt_is_causal=True)

    x, y = mg.tensor(src, requires_grad=True), mg.tensor(tgt, requires_grad=True)
    first = out(x, y)[:, :2]
    first[..., 0].sum().backward()  # the sum over all channels of a LayerNorm is constant
    np.testing.assert_array_equal(x.grad.data[0, 3:], 0)
    np.testing.assert_array_equal(y.grad.data[:, 2:], 0)
    assert (x.grad.data[0, :3] != 0).all()
    assert (y.grad.data[:, 0] != 0).all()
    src[0, 3:] += 100
    tgt[:, 2:] -= 100
    np.testing.assert_array_equal(out(src, tgt).data[:, :2], first.data)


@each("norm_first", [False, True], ids=["post", "pre"])
def test_a_source_of_pads_only_says_nothing(norm_first: bool) -> None:
    """Where PyTorch gives NaN the memory's share is 0: the target is what it is for any source."""
    model, (src, tgt) = transformer(norm_first=norm_first), pair()
    x, y = mg.tensor(src, requires_grad=True), mg.tensor(tgt, requires_grad=True)
    mask = nn.padding_mask([0, 5], S)
    out = model(x, y, mask, memory_mask=mask, tgt_is_causal=True)
    out[..., 0].sum().backward()
    assert all(np.isfinite(a).all() for a in (out.data, x.grad.data, y.grad.data))
    assert all(np.isfinite(p.grad.data).all() for p in model.parameters())
    np.testing.assert_array_equal(x.grad.data[0], 0)
    assert (x.grad.data[1] != 0).all()
    other = model(pair(7)[0], tgt, mask, memory_mask=mask, tgt_is_causal=True)
    np.testing.assert_array_equal(other.data[0], out.data[0])
    assert not np.allclose(other.data[1], out.data[1])


def test_all_matrices_start_by_xaviers_rule_each_its_own() -> None:
    model = nn.Transformer(24, 2, 2, 2, 36, rng=np.random.default_rng(0))
    matrices = {name: p.data for name, p in model.named_parameters() if p.ndim > 1}
    assert len(matrices) == 2 * (2 + 2) + 2 * (2 * 2 + 2)
    for name, values in matrices.items():
        bound = np.sqrt(6 / sum(values.shape))
        assert 0.97 * bound < np.abs(values).max() <= bound, name
    weights = "encoder.layers.{}.self_attn.in_proj_weight"
    assert not np.array_equal(matrices[weights.format(0)], matrices[weights.format(1)])
    again = nn.Transformer(24, 2, 2, 2, 36, rng=np.random.default_rng(0))
    for name, value in again.state_dict().items():
        np.testing.assert_array_equal(value, model.state_dict()[name])
    again.reset_parameters(np.random.default_rng(1))
    assert all(not np.array_equal(again.state_dict()[name], values) for name, values in matrices.items())


def test_stacks_of_ones_own() -> None:
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(C, 2, 8), 1)
    decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(C, 2, 8), 1)
    model = nn.Transformer(C, 2, custom_encoder=encoder, custom_decoder=decoder).eval().double()
    assert (model.encoder, model.decoder) == (encoder, decoder)
    src, tgt = pair()
    expected = decoder(tgt, encoder(src), tgt_is_causal=True)
    np.testing.assert_array_equal(model(src, tgt, tgt_is_causal=True).data, expected.data)


def test_gradients() -> None:
    model = nn.Transformer(2, 1, 1, 1, 3, 0.0, "gelu", rng=np.random.default_rng(0)).astype(np.float64)
    rng = np.random.default_rng(1)
    arrays = [rng.normal(size=(1, 3, 2)), rng.normal(size=(1, 2, 2))]
    mg.check_grads(lambda src, tgt: model(src, tgt, tgt_is_causal=True), arrays)


MODEL = transformer()
SRC, TGT = pair()
HIDDEN = np.zeros((B, S), bool)
ERRORS: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("pads of the source", lambda: MODEL(SRC, TGT, src_key_padding_mask=HIDDEN), ValueError,
     r"Transformer got src_key_padding_mask, which is PyTorch's.*"
     r"src_mask=~src_key_padding_mask\[:, None, None, :\]"),
    ("pads of the target", lambda: MODEL(SRC, TGT, tgt_key_padding_mask=HIDDEN), ValueError,
     r"write tgt_mask=~tgt_key_padding_mask\[:, None, None, :\]"),
    ("pads of the memory", lambda: MODEL(SRC, TGT, memory_key_padding_mask=HIDDEN), ValueError,
     r"write memory_mask=~memory_key_padding_mask\[:, None, None, :\]"),
    ("no pads", lambda: MODEL(SRC, TGT, src_key_padding_mask=None, weights=1), TypeError,
     r"Transformer has no argument 'weights'"),
    ("one mask", lambda: MODEL(SRC, TGT, mask=HIDDEN), ValueError,
     r"mask is called src_mask in Transformer: write src_mask=mask"),
    ("a cache", lambda: MODEL(SRC, TGT, cache=nn.KeyValueCache()), TypeError,
     r"no argument 'cache'.*memory = model\.encode\(src\) once, and model\.decode\(tgt, memory"),
    ("time first", lambda: nn.Transformer(C, 3, batch_first=False), ValueError,
     r"batch_first=False is not here.*give x\.swapaxes\(0, 1\)"),
    ("heads", lambda: nn.Transformer(10, 3), ValueError, r"10 channels cannot be shared by 3 heads"),
    ("channels", lambda: MODEL(SRC[..., :6], TGT), ValueError,
     r"attention takes query \(B, T, 12\).*\(2, 5, 6\)"),
    ("batches", lambda: MODEL(SRC[:1], TGT), ValueError,
     r"of one batch.*\(2, 4, 12\), \(1, 5, 12\), \(1, 5, 12\)"),
]  # fmt: skip


@each(("call", "kind", "text"), [e[1:] for e in ERRORS], ids=[e[0] for e in ERRORS])
def test_errors_say_what_to_write(call: Callable[[], Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()
