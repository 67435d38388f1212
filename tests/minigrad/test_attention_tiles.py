"""Attention in tiles: what is cut, what is kept, and that memory grows with the length alone."""

import itertools
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.ops.fused import attention_scores, attention_tiles
from minigrad.ops.fused.attention_tiles import Tiling
from tests.cases import each
from tests.minigrad.test_fused import CASES, make, run

ATTENTION = mg.scaled_dot_product_attention
every_attention = each(
    ("draws", "options"),
    [(draws, options) for name, _, draws, options in CASES if name == ATTENTION.name],
    ids=[label for name, label, *_ in CASES if name == ATTENTION.name],
)


@pytest.fixture(params=["kept", "again"])
def small_tiles(monkeypatch, request):
    """Tiles so small that a few queries make many of them, in one piece each row or not."""
    columns = 2 if request.param == "again" else 512
    monkeypatch.setattr(attention_tiles, "TILE", 4)
    monkeypatch.setattr(attention_tiles, "LEAST_ROWS", 2)
    monkeypatch.setattr(attention_tiles, "MOST_ROWS", 2)
    monkeypatch.setattr(attention_tiles, "MOST_COLUMNS", columns)


sizes = st.integers(0, 40)


@given(sizes, sizes, st.booleans(), st.none() | st.integers(1, 50), st.lists(st.integers(0, 3), max_size=3))
def test_every_score_that_is_seen_is_in_one_tile(queries, keys, is_causal, window, batch):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attention_tiles, "LEAST_ROWS", 3)
        patch.setattr(attention_tiles, "MOST_ROWS", 7)
        patch.setattr(attention_tiles, "MOST_COLUMNS", 5)
        patch.setattr(attention_tiles, "TILE", 40)
        tiling = Tiling(tuple(batch), queries, keys, is_causal, window)
        heads, seen = np.zeros(batch, int), np.zeros((queries, keys), int)
        for group in tiling.groups():
            heads[group] += 1
        for rows in tiling.row_blocks():
            for tile in tiling.tiles(rows):
                part = seen[rows, tile.columns]
                assert part.shape[0] <= 7
                assert 0 < part.shape[1] <= 5
                distance = np.arange(part.shape[1]) - np.arange(part.shape[0])[:, None]
                part += (distance >= tile.low) & (distance <= tile.high)
    behind = np.arange(queries)[:, None] - np.arange(keys)
    expected = np.ones((queries, keys), bool)
    if is_causal:
        expected &= behind >= 0
    if window is not None:
        expected &= abs(behind) < window
    np.testing.assert_array_equal(seen, expected)
    np.testing.assert_array_equal(heads, 1)


@every_attention
def test_many_tiles_are_as_one(draws, options, small_tiles):
    arrays, options = make(draws, options, np.float64)
    fast, leaves = run(ATTENTION, arrays, options)
    composed, twins = run(ATTENTION.composed, arrays, options)
    np.testing.assert_allclose(fast.data, composed.data, rtol=1e-12, atol=1e-12)
    g = np.random.default_rng(8).normal(size=fast.shape)
    fast.backward(g, retain_graph=True)
    fast.backward(g)
    composed.backward(2 * g)
    for x, twin in zip(leaves, twins, strict=True):
        np.testing.assert_allclose(x.grad.data, twin.grad.data, rtol=1e-11, atol=1e-12)


@each("few", [0, 2**14], ids=["again", "kept"])
@each(
    ("queries", "keys", "is_causal", "window"),
    [(70, 70, True, None), (130, 70, True, 40), (70, 130, False, None), (600, 600, True, None),
     (600, 600, False, 33), (1100, 1100, True, 200), (40, 700, False, 3)],
)  # fmt: skip
def test_real_tiles_against_one_matrix(queries, keys, is_causal, window, few, monkeypatch, rng):
    monkeypatch.setattr(attention_scores, "FEW", few)
    shapes = (1, 2, queries, 8), (1, 2, keys, 8), (1, 2, keys, 4)
    for dtype, tolerance in ((np.float64, 1e-12), (np.float32, 2e-5)):  # of float32 runs the compiled kernel
        arrays = [rng.normal(size=shape).astype(dtype) for shape in shapes]
        fast, leaves = run(ATTENTION, arrays, {"is_causal": is_causal, "window": window})
        exact, twins = run(
            ATTENTION.composed, [x.astype(float) for x in arrays], {"is_causal": is_causal, "window": window}
        )
        g = rng.normal(size=fast.shape)
        fast.backward(g.astype(dtype))
        exact.backward(g)
        np.testing.assert_allclose(fast.data, exact.data, rtol=tolerance, atol=tolerance)
        for x, twin in zip(leaves, twins, strict=True):
            np.testing.assert_allclose(x.grad.data, twin.grad.data, rtol=tolerance, atol=10 * tolerance)


def test_a_window_is_a_mask_of_what_is_near(rng):
    x = rng.normal(size=(2, 9, 4))
    behind = np.arange(9)[:, None] - np.arange(9)
    for window, is_causal in itertools.product((1, 3, 9), (False, True)):
        np.testing.assert_allclose(
            ATTENTION(x, x, x, window=window, is_causal=is_causal).data,
            ATTENTION(x, x, x, abs(behind) < window, is_causal).data,
            rtol=1e-13,
        )


def peak(length: int, **options: int | bool) -> int:
    """Bytes at the peak of one forward and backward."""
    q, k, v = (mg.tensor(np.ones((1, 1, length, 8), np.float32), requires_grad=True) for _ in range(3))
    tracemalloc.start()
    ATTENTION(q, k, v, **options).sum().backward()
    high = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return high


@each("options", [{}, {"is_causal": True}, {"is_causal": True, "window": 64}])
def test_memory_grows_with_the_length_and_not_with_its_square(options):
    peak(64, **options)  # whatever is loaded at the first call
    assert peak(4096, **options) < 2.1 * peak(2048, **options)
