"""Attention with a cache: the same results as without one, however the places are given."""

import copy
import gc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minigrad as mg
import nn
from tests.cases import each

BATCH, LENGTH, CHANNELS, HEADS = 3, 11, 8, 2
CHUNKINGS = [(1,) * 11, (11,), (5, 1, 1, 1, 1, 1, 1), (1, 4, 2, 4), (0, 6, 0, 5)]
TOLERANCE = {np.float64: 1e-10, np.float32: 1e-5}


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


X = normal(BATCH, LENGTH, CHANNELS)


def stack(norm_first: bool = True, rotary: bool = False) -> nn.TransformerEncoder:
    """Three layers whose values all differ, in float64."""
    layer = nn.TransformerEncoderLayer(
        CHANNELS, HEADS, 16, 0.0, "gelu", norm_first=norm_first,
        rotary=nn.RotaryPosition(CHANNELS // HEADS) if rotary else None,
    )  # fmt: skip
    return drawn(nn.TransformerEncoder(layer, 3, nn.LayerNorm(CHANNELS)))


def drawn(model: Any, dtype: Any = np.float64) -> Any:
    rng = np.random.default_rng(42)
    for parameter in model.astype(dtype).parameters():
        nn.init.normal_(parameter, std=0.5, rng=rng)
    return model


def both_attentions() -> nn.TransformerDecoder:
    """Two layers of attention to the places and to a memory."""
    return drawn(nn.TransformerDecoder(nn.TransformerDecoderLayer(CHANNELS, HEADS, 16, 0.0), 2))


class Placed(nn.Module):
    """A stack over inputs to which positions are added, or which ALiBi tells apart."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.position = {
            "learned": lambda: nn.LearnedPosition(LENGTH, CHANNELS),
            "sinusoidal": lambda: nn.SinusoidalPosition(LENGTH, CHANNELS),
            "alibi": lambda: nn.ALiBi(HEADS),
        }.get(kind, nn.Identity)()
        self.stack = stack(rotary=kind == "rotary")

    def forward(self, x: Any, cache: nn.KeyValueCache | None = None) -> mg.Tensor:
        before = 0 if cache is None else cache.length
        if self.kind == "alibi":
            new = x.shape[1]
            return self.stack(x, self.position(new, before + new), cache=cache)
        if self.kind in ("learned", "sinusoidal"):
            x = self.position(x, before)
        return self.stack(x, is_causal=True, cache=cache)


def in_chunks(
    model: Callable[..., Any], x: np.ndarray, chunks: tuple[int, ...], cache: nn.KeyValueCache | None = None
) -> np.ndarray:
    """The outputs of `model(chunk, start, cache)` one after the other, nothing recorded."""
    cache = nn.KeyValueCache() if cache is None else cache
    parts, start = [], cache.length
    with mg.no_grad():
        for size in chunks:
            out = model(mg.tensor(x[:, start : start + size]), start, cache)
            assert out.node is None
            parts.append(out.numpy())
            start += size
            assert cache.length == start or not start
    return np.concatenate(parts, axis=1)


# -- the same as without ----------------------------------------------------------------------


@each("chunks", CHUNKINGS, ids=str)
@each("dtype", TOLERANCE)
@each("kind", ["none", "learned", "sinusoidal", "rotary", "alibi"])
def test_every_kind_of_position(kind: str, dtype: Any, chunks: tuple[int, ...]) -> None:
    model = drawn(Placed(kind), dtype)
    x = X.astype(dtype)
    got = in_chunks(lambda x, start, cache: model(x, cache), x, chunks)
    assert got.dtype == dtype
    np.testing.assert_allclose(got, model(mg.tensor(x)).numpy(), rtol=0, atol=TOLERANCE[dtype])


FULL_MASKS = {
    "causal": nn.causal_mask(LENGTH),
    "window": nn.window_mask(LENGTH, 3),
    "padding": nn.padding_mask([11, 2, 7], LENGTH),
    "window-padding": nn.window_mask(LENGTH, 4) & nn.padding_mask([11, 2, 7], LENGTH),
    "batch": np.tril(normal(BATCH, LENGTH, LENGTH) > -0.5),
    "float": np.where(nn.causal_mask(LENGTH), normal(LENGTH, LENGTH), -np.inf),
    "float-heads": normal(BATCH, HEADS, LENGTH, LENGTH),
    "row": (np.arange(LENGTH) != 1)[None],
}


@each("chunks", CHUNKINGS, ids=str)
@each("norm_first", [False, True], ids=["post", "pre"])
@each("mask", FULL_MASKS.values(), ids=FULL_MASKS)
def test_masks(mask: np.ndarray, norm_first: bool, chunks: tuple[int, ...]) -> None:
    """`is_causal` too, since not all of them are."""
    model = stack(norm_first)

    def step(x: mg.Tensor, start: int, cache: nn.KeyValueCache) -> mg.Tensor:
        end = start + x.shape[1]
        rows = mask if mask.shape[-2] == 1 else mask[..., start:end, :]
        return model(x, rows[..., :end], True, cache)

    expected = model(mg.tensor(X), mask, True).numpy()
    np.testing.assert_allclose(in_chunks(step, X, chunks), expected, rtol=0, atol=1e-10)


@each("kind", ["causal", "window", "float"])
def test_a_causal_mask_does_without_the_flag(kind: str) -> None:
    mask, model = FULL_MASKS[kind], stack()
    got = in_chunks(
        lambda x, start, cache: model(
            x, mask[start : start + x.shape[1], : start + x.shape[1]].tolist(), cache=cache
        ),
        X, (4, 1, 6),
    )  # fmt: skip
    np.testing.assert_allclose(got, model(mg.tensor(X), mask).numpy(), rtol=0, atol=1e-10)


@each("form", [{"bias": False}, {"kdim": 6, "vdim": 3}], ids=str)
def test_forms_of_attention_and_its_weights(form: Any) -> None:
    layer = drawn(nn.MultiheadAttention(CHANNELS, HEADS, rotary=nn.RotaryPosition(4), **form))
    key, value = (
        normal(BATCH, LENGTH, form.get(name, CHANNELS), seed=i) for i, name in enumerate(("kdim", "vdim"))
    )
    full, weights = layer(*map(mg.tensor, (X, key, value)), is_causal=True, need_weights=True)
    cache, start = nn.KeyValueCache(), 0
    for size in (3, 1, 7):
        place = slice(start, start + size)
        with mg.no_grad(), nn.record_attention(layer) as maps:
            out, part = layer(
                *(mg.tensor(x[:, place]) for x in (X, key, value)),
                is_causal=True, need_weights=True, cache=cache,
            )  # fmt: skip
        start += size
        np.testing.assert_allclose(out.numpy(), full.numpy()[:, place], rtol=0, atol=1e-10)
        np.testing.assert_allclose(part.numpy(), weights.numpy()[:, :, place, :start], rtol=0, atol=1e-10)
        np.testing.assert_array_equal(maps[""], part.numpy())


@each("chunks", CHUNKINGS, ids=str)
@each("memory_is_causal", [False, True])
@each("norm_first", [False, True], ids=["post", "pre"])
def test_a_decoder_with_its_memory(norm_first: bool, memory_is_causal: bool, chunks: tuple[int, ...]) -> None:
    layer = nn.TransformerDecoderLayer(
        CHANNELS, HEADS, 16, 0.0, norm_first=norm_first, rotary=nn.RotaryPosition(4)
    )
    model = drawn(nn.TransformerDecoder(layer, 2, nn.LayerNorm(CHANNELS)))
    memory = mg.tensor(normal(BATCH, 5, CHANNELS, seed=1))
    masks = {"memory_mask": nn.padding_mask([5, 2, 3], 5), "memory_is_causal": memory_is_causal}
    expected = model(mg.tensor(X), memory, tgt_is_causal=True, **masks).numpy()
    got = in_chunks(
        lambda x, start, cache: model(x, memory, tgt_is_causal=True, cache=cache, **masks), X, chunks
    )
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-10)


def test_a_memory_is_projected_once() -> None:
    model = drawn(nn.TransformerDecoderLayer(CHANNELS, HEADS, 16, 0.0))
    memory = normal(1, 70, CHANNELS)
    cache, seen = nn.KeyValueCache(), []

    def note(op: Any, operands: Any, options: Any, out: np.ndarray) -> None:
        if op.name == "linear":
            seen.append(out.shape[1])

    with mg.no_grad(), mg.observe(note):
        for _ in range(3):  # given anew, and equal
            model(mg.tensor(X[:1, :1]), mg.tensor(memory.copy()), tgt_is_causal=True, cache=cache)
    assert seen.count(70) == 2


@each("is_causal", [False, True])
def test_a_memory_with_rotary_queries(is_causal: bool) -> None:
    layer = drawn(nn.MultiheadAttention(CHANNELS, HEADS, rotary=nn.RotaryPosition(4)))
    memory = mg.tensor(normal(BATCH, 6, CHANNELS, seed=2))
    got = in_chunks(
        lambda x, start, cache: layer(
            x, memory, memory, is_causal=is_causal, cache=cache, is_memory=True
        )[0],
        X, (2, 1, 8),
    )  # fmt: skip
    expected = layer(mg.tensor(X), memory, memory, is_causal=is_causal)[0].numpy()
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-10)


# -- windows ----------------------------------------------------------------------------------


@pytest.mark.parametrize("window", [1, 2, 4, 30])
@settings(max_examples=30)
@given(sizes=st.lists(st.integers(0, 7), min_size=1, max_size=8))
def test_a_window_in_the_cache_is_the_windows_mask(window: int, sizes: list[int]) -> None:
    model = stack(rotary=True)
    x = normal(2, sum(sizes), CHANNELS, seed=len(sizes))
    expected = model(mg.tensor(x), nn.window_mask(x.shape[1], window)).numpy()
    cache = nn.KeyValueCache(window=window)
    got = in_chunks(lambda x, start, cache: model(x, None, True, cache), x, tuple(sizes), cache)
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-10)


def windowed(window: int) -> nn.TransformerDecoder:
    """A decoder whose layers see but a window of their own places."""
    layer = nn.TransformerDecoderLayer(CHANNELS, HEADS, 16, 0.0, norm_first=True, window=window)
    return drawn(nn.TransformerDecoder(layer, 2))


@each("chunks", CHUNKINGS, ids=str)
@each("kept", [None, 2, 5])
@each("window", [1, 3, 30])
def test_a_window_of_the_layers(window: int, kept: int | None, chunks: tuple[int, ...]) -> None:
    """With a cache that keeps all, or fewer places than the layers want to see."""
    model, memory = windowed(window), mg.tensor(normal(BATCH, 5, CHANNELS, seed=1))
    mask = nn.window_mask(LENGTH, min(window, kept or window))
    expected = model(mg.tensor(X), memory, mask).numpy()
    got = in_chunks(
        lambda x, start, cache: model(x, memory, tgt_is_causal=True, cache=cache),
        X, chunks, nn.KeyValueCache(window=kept),
    )  # fmt: skip
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-10)


@each("is_causal", [False, True])
def test_a_window_onto_a_memory(is_causal: bool) -> None:
    layer = drawn(nn.MultiheadAttention(CHANNELS, HEADS, window=3))
    memory = mg.tensor(normal(BATCH, 7, CHANNELS, seed=1))
    expected = layer(mg.tensor(X), memory, memory, is_causal=is_causal)[0].numpy()
    got = in_chunks(
        lambda x, start, cache: layer(
            x, memory, memory, is_causal=is_causal, cache=cache, is_memory=True
        )[0],
        X, (4, 1, 6),
    )  # fmt: skip
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-10)


def test_a_window_in_the_cache_and_a_mask() -> None:
    mask, model = nn.padding_mask([11, 8, 9], LENGTH) & (np.arange(LENGTH) != 6), stack()
    alibi = np.where(mask & nn.window_mask(LENGTH, 3), nn.ALiBi(HEADS)(LENGTH), -np.inf)
    expected = model(mg.tensor(X), alibi).numpy()

    def step(x: mg.Tensor, start: int, cache: nn.KeyValueCache) -> mg.Tensor:
        new = x.shape[1]
        bias = np.where(mask[..., : start + new], nn.ALiBi(HEADS)(new, start + new), -np.inf)
        return model(x, bias, cache=cache)

    got = in_chunks(step, X, (5, 1, 1, 4), nn.KeyValueCache(window=3))
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-10)


def test_a_window_holds_no_more_than_it_needs() -> None:
    model, window = stack(rotary=True), 5
    cache, x = nn.KeyValueCache(window=window), mg.tensor(X[:1, :1])
    sizes = set()
    with mg.no_grad():
        for _ in range(200):
            model(x, is_causal=True, cache=cache)
            sizes.add(cache.nbytes)
    assert cache.length == 200
    assert max(sizes) <= 3 * 2 * (2 * window) * CHANNELS * 8  # layers, keys and values, twice the window


# -- memory -----------------------------------------------------------------------------------


def test_buffers_grow_by_doubling_or_never() -> None:
    model, x = stack(), mg.tensor(X[:1, :1])
    growing, given_length = nn.KeyValueCache(), nn.KeyValueCache(64)
    sizes: dict[int, list[int]] = {0: [], 1: []}
    with mg.no_grad():
        for _ in range(64):
            for which, cache in enumerate((growing, given_length)):
                model(x, is_causal=True, cache=cache)
                sizes[which].append(cache.nbytes)
    place = 3 * 2 * CHANNELS * 8  # bytes of three layers' keys and values
    assert set(sizes[1]) == {64 * place}
    assert len(set(sizes[0])) <= 7
    assert all(size <= 2 * (i + 1) * place for i, size in enumerate(sizes[0]))


def test_nothing_is_kept_but_the_buffers() -> None:
    """No graph, no array per place, nothing in the modules."""
    model, x, cache = stack(rotary=True), mg.tensor(X[:1, :1]), nn.KeyValueCache(512)
    with mg.no_grad():
        for _ in range(3):
            model(x, is_causal=True, cache=cache)
        before = {name: set(vars(module)) for name, module in model.named_modules()}
        gc.collect()
        count = sum(type(o) in (mg.Tensor, nn.KeyValueCache) for o in gc.get_objects())
        for _ in range(50):
            model(x, is_causal=True, cache=cache)
        gc.collect()
    assert sum(type(o) in (mg.Tensor, nn.KeyValueCache) for o in gc.get_objects()) <= count
    assert {name: set(vars(module)) for name, module in model.named_modules()} == before


def test_a_cache_does_not_hold_its_model() -> None:
    model, cache = stack(), nn.KeyValueCache()
    with mg.no_grad():
        model(mg.tensor(X), is_causal=True, cache=cache)
    assert cache.nbytes
    del model
    gc.collect()
    assert cache.nbytes == cache.length == 0


# -- going back, and branching off ---------------------------------------------------------------


def causal(model: Any) -> Callable[..., Any]:
    return lambda x, start, cache: model(x, is_causal=True, cache=cache)


@each("length", [0, 1, 6, 8])
def test_crop_goes_back(length: int) -> None:
    model, cache = stack(rotary=True), nn.KeyValueCache()
    in_chunks(causal(model), X[:, ::-1][:, :8], (3, 5), cache)
    other = np.concatenate([X[:, ::-1][:, :length], X[:, length:]], axis=1)
    cache.crop(length)
    assert cache.length == length
    got = in_chunks(causal(model), other, (LENGTH - length,), cache)
    expected = model(mg.tensor(other), is_causal=True).numpy()[:, length:]
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-10)


def test_a_window_can_go_back_over_its_last_chunk() -> None:
    model, cache = stack(rotary=True), nn.KeyValueCache(window=3)
    in_chunks(causal(model), X, (6, 5), cache)
    expected = model(mg.tensor(X), nn.window_mask(LENGTH, 3)).numpy()
    cache.crop(7)
    np.testing.assert_allclose(in_chunks(causal(model), X, (4,), cache), expected[:, 7:], rtol=0, atol=1e-10)
    with pytest.raises(ValueError, match=r"window 3 has dropped the places before 5.*go back to 6.*deepcopy"):
        cache.crop(6)
    assert cache.length == LENGTH


def test_a_copy_goes_its_own_way() -> None:
    model, cache = stack(), nn.KeyValueCache(20)
    in_chunks(causal(model), X, (4,), cache)
    branch = copy.deepcopy(cache)
    in_chunks(causal(model), -X, (3,), branch)
    assert (cache.length, branch.length) == (4, 7)
    got = in_chunks(causal(model), X, (7,), cache)
    expected = model(mg.tensor(X), is_causal=True).numpy()[:, 4:]
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-10)


def test_a_forward_that_broke_off_is_noticed_and_undone() -> None:
    model, cache = stack(), nn.KeyValueCache()
    in_chunks(causal(model), X, (4,), cache)

    def stop(module: Any, args: Any) -> None:
        raise KeyboardInterrupt

    handle = model.layers[1].register_forward_pre_hook(stop)
    with pytest.raises(KeyboardInterrupt):
        in_chunks(causal(model), X, (2,), cache)
    handle.remove()
    assert cache.length == 4
    with pytest.raises(RuntimeError, match=r"have seen 4 and 6 places: a forward was interrupted.*crop\(4\)"):
        in_chunks(causal(model), X, (1,), cache)
    cache.crop(4)
    got = in_chunks(causal(model), X, (7,), cache)
    np.testing.assert_allclose(got, model(mg.tensor(X), is_causal=True).numpy()[:, 4:], rtol=0, atol=1e-10)


@each("rows", [[0, 1, 2], [2, 0], [1], [2, 2, 0, 1, 0]], ids=str)
@each("options", [{}, {"max_length": LENGTH}, {"window": 3}], ids=str)
@each("cropped", [None, 4, 0])
def test_keep_goes_on_with_other_rows(cropped: int | None, options: Any, rows: list[int]) -> None:
    """Places and memory, some rows left out, some repeated; also after a crop, and once more."""
    model, cache = both_attentions(), nn.KeyValueCache(**options)
    memory = normal(BATCH, 5, CHANNELS, seed=1)

    def step(x: np.ndarray, memory: np.ndarray, cache: nn.KeyValueCache) -> np.ndarray:
        with mg.no_grad():
            return model(mg.tensor(x), mg.tensor(memory), tgt_is_causal=True, cache=cache).numpy()

    step(X[:, :5], memory, cache)
    if cropped is not None:
        cache.crop(cropped)
    start = cache.length
    step(X[:, start:6], memory, cache)
    mask = nn.window_mask(LENGTH, options.get("window", LENGTH))
    with mg.no_grad():
        expected = model(mg.tensor(X), mg.tensor(memory), mask).numpy()
    picked = np.arange(BATCH)
    for new in (6, 7, 8):
        cache.keep(rows)
        picked = picked[rows]
        got = step(X[picked, new : new + 1], memory[picked], cache)
        np.testing.assert_allclose(got, expected[picked, new : new + 1], rtol=0, atol=1e-10)
        assert cache.length == new + 1
        rows = list(range(len(rows)))[::-1]


def test_keep_holds_no_more_than_its_rows() -> None:
    model, cache = stack(), nn.KeyValueCache(LENGTH)
    in_chunks(causal(model), X, (6,), cache)
    before = cache.nbytes
    cache.keep([1])
    assert cache.nbytes == before // BATCH


def test_it_prints_what_it_holds() -> None:
    model, cache = stack(), nn.KeyValueCache(16)
    assert repr(nn.KeyValueCache(window=4)) == "KeyValueCache(window=4, length=0, nbytes=0)"
    in_chunks(causal(model), X, (4,), cache)
    assert repr(cache) == "KeyValueCache(max_length=16, length=4, nbytes=18,432)"


# -- what is refused ------------------------------------------------------------------------------

ATTENTION = drawn(nn.MultiheadAttention(CHANNELS, HEADS))


def attend(
    query: np.ndarray, key: np.ndarray | None = None, cache: nn.KeyValueCache | None = None, **options: Any
) -> nn.KeyValueCache:
    """The cache after one more call."""
    cache = nn.KeyValueCache() if cache is None else cache
    q = mg.tensor(query)
    k = q if key is None else mg.tensor(key)
    with mg.no_grad():
        ATTENTION(q, k, k, cache=cache, **({"is_causal": True} | options))
    return cache


def twice(x: np.ndarray) -> None:
    layer = nn.TransformerEncoderLayer(CHANNELS, HEADS, 8, 0.0).double()
    other = copy.deepcopy(layer)
    cache = nn.KeyValueCache()
    with mg.no_grad():
        for part in (layer, layer, other):
            part(mg.tensor(x), is_causal=True, cache=cache)


REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (
        lambda: stack()(mg.tensor(X), is_causal=True, cache=nn.KeyValueCache()),
        RuntimeError,
        "a KeyValueCache writes to its buffers in place, which a recorded graph may still have to read: call "
        "the model inside `with mg.no_grad():`, or without a cache",
    ),
    (
        lambda: nn.KeyValueCache(8, window=4),
        ValueError,
        "a cache with a window has no end, and one with max_length ends there: give one of them",
    ),
    (lambda: nn.KeyValueCache(0), ValueError, "a cache keeps at least one place, and got max_length=0"),
    (
        lambda: nn.KeyValueCache(window=-1),
        ValueError,
        "a cache keeps at least one place, and got window=-1",
    ),
    (lambda: attend(X).crop(12), ValueError, "a cache of 11 places cannot be cropped to 12"),
    (lambda: attend(X).crop(-1), ValueError, "a cache of 11 places cannot be cropped to -1"),
    (
        lambda: attend(X[:, :3], cache=attend(X[:, :6], cache=nn.KeyValueCache(8))),
        ValueError,
        "this cache has room for 8 places, and 6 and 3 more do not fit: give nn.KeyValueCache a greater "
        "max_length, or none, with which it grows",
    ),
    (
        lambda: attend(X[:2], cache=attend(X)),
        ValueError,
        "this cache holds float64 for a batch of 3, 2 heads and 4 channels each, and was given float64 "
        "(2, 2, 11, 4): make a new cache for another batch or dtype",
    ),
    (lambda: attend(X).keep([3]), IndexError, "there is no row 3 in a batch of 3: rows count from 0"),
    (
        lambda: nn.KeyValueCache().keep([0]),
        IndexError,
        "there is no row 0 in a batch of 0: rows count from 0",
    ),
    (
        lambda: attend(X).keep(np.array([True, False, True])),
        TypeError,
        "rows are integers (M,), and got bool (3,): write np.flatnonzero(rows)",
    ),
    (
        lambda: attend(X[:, :3], X[:, :2]),
        ValueError,
        "a cache takes a query with each new key, and got 3 queries and 2 keys: of a memory that stays the "
        "same write is_memory=True",
    ),
    (
        lambda: attend(X, -X, cache=attend(X, X, is_memory=True), is_memory=True),
        ValueError,
        "this cache holds keys and values of another memory (3, 11, 8) than the one given, (3, 11, 8): make "
        "a new cache for each memory",
    ),
    (
        lambda: attend(X, is_causal=False),
        ValueError,
        "attention with a cache is causal, since places before cannot look at later ones: write "
        "is_causal=True, or give a mask",
    ),
    (
        lambda: attend(X[:, :2], cache=attend(X[:, :3]), mask=nn.window_mask(5, 2)),
        ValueError,
        "with a cache a mask has 2 rows for the new places and 5 columns for all that they may attend to, "
        "and this one is (5, 5): of a mask for the whole sequence write mask[..., -2:, :]",
    ),
    (
        lambda: attend(X[:, :2], X, mask=np.ones((2, 3), bool), is_memory=True),
        ValueError,
        "with a cache a mask has 2 rows for the new places and 11 columns for all that they may attend to, "
        "and this one is (2, 3): of a mask for the whole sequence write mask[..., -2:, :]",
    ),
    (
        lambda: twice(X),
        RuntimeError,
        "the layers in this cache have seen 0 and 22 places: a forward was interrupted, the cache is another "
        "model's, or one forward calls a layer twice; make a new cache, or go back with cache.crop(0)",
    ),
    (
        lambda: nn.LearnedPosition(8, 4)(mg.tensor(np.zeros((1, 2, 4))), 7),
        ValueError,
        "these positions reach to length 8, and the input (1, 2, 4) has 2 places after 7: build the layer "
        "with a greater max_length, or cut the input",
    ),
]  # fmt: skip


@each("case", REFUSED, ids=lambda case: case[2][:50])
def test_refused(case: tuple[Callable[[], Any], type[Exception], str]) -> None:
    provoke, kind, text = case
    with pytest.raises(kind) as error:
        provoke()
    assert str(error.value) == text


def test_a_refused_call_leaves_the_cache_as_it_was() -> None:
    cache = attend(X[:, :3], cache=nn.KeyValueCache(4))
    for wrong in (
        lambda: attend(X[:, :1], cache=cache, mask=np.ones((1, 7), bool)),
        lambda: attend(X[:, :1], cache=cache, is_causal=False),
        lambda: attend(X[:2, :1], cache=cache),
        lambda: attend(X[:, :2], cache=cache),
    ):
        with pytest.raises(ValueError, match="cache"):
            wrong()
        assert cache.length == 3
    assert attend(X[:, 3:4], cache=cache).length == 4
