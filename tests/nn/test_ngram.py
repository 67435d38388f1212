import math
from collections import Counter

import numpy as np
import pytest

from examples.char.corpus import Corpus, load_default
from nn.data import NGram


def witten_bell(train: list[int], v: int, context: tuple[int, ...], c: int) -> float:
    """p(c|context), straight from the formula."""
    n = len(context)
    followers = Counter(train[i] for i in range(n, len(train)) if tuple(train[i - n : i]) == context)
    shorter = witten_bell(train, v, context[1:], c) if context else 1 / v
    if not followers:
        return shorter
    return (followers[c] + len(followers) * shorter) / (followers.total() + len(followers))


def test_a_hand_computed_example():
    # "abab" has, of V = 3 characters: a and b twice each; b after a twice; a after b once.
    model = NGram([0, 1, 0, 1], vocabulary_size=3, order=2)
    unigram = [(2 + 2 / 3) / 6, (2 + 2 / 3) / 6, (0 + 2 / 3) / 6]  # 4/9, 4/9, 1/9
    after_a = [(0 + 4 / 9) / 3, (2 + 4 / 9) / 3, (0 + 1 / 9) / 3]  # 4/27, 22/27, 1/27
    after_b = [(1 + 4 / 9) / 2, (0 + 4 / 9) / 2, (0 + 1 / 9) / 2]  # 13/18, 2/9, 1/18
    np.testing.assert_allclose(model.probabilities([]), unigram)
    np.testing.assert_allclose(model.probabilities([0]), after_a)
    np.testing.assert_allclose(model.probabilities([2, 1]), after_b)  # the last id alone is read
    np.testing.assert_allclose(model.probabilities([2]), unigram)  # 2 was never seen
    # "bac": b without a context, a after b, c after a.
    np.testing.assert_allclose(
        model.losses([1, 0, 2]),
        [-math.log(4 / 9 * 4 / 9 * 1 / 9) / 3, -math.log(4 / 9 * 13 / 18 * 1 / 27) / 3],
    )


@pytest.mark.parametrize("v", [1, 2, 3, 7])
@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_it_is_the_formula_on_random_texts(rng, v, order):
    train = rng.integers(v, size=40).tolist()
    held_out = rng.integers(v, size=25).tolist()
    model = NGram(train, v, order)
    for n, loss in enumerate(model.losses(held_out)):
        contexts = [tuple(held_out[max(0, i - n) : i]) for i in range(len(held_out))]
        p = [witten_bell(train, v, h, c) for h, c in zip(contexts, held_out, strict=True)]
        np.testing.assert_allclose(loss, -np.log(p).mean(), rtol=1e-12, atol=1e-15)
    for end in range(8):
        context = tuple(held_out[:end][-(order - 1) :]) if order > 1 else ()
        np.testing.assert_allclose(
            model.probabilities(held_out[:end]),
            [witten_bell(train, v, context, c) for c in range(v)],
            rtol=1e-12,
        )


def test_probabilities_sum_to_one_after_seen_and_unseen_contexts(rng):
    v = 50
    train = rng.integers(v - 5, size=2000)  # the last five never occur
    model = NGram(train, v, order=4)
    seen = [train[i : i + 3] for i in range(0, 1000, 50)]
    for context in [[], *seen, *rng.integers(v, size=(20, 3)), [v - 1, v - 1, v - 1], [v - 1, 0, 1]]:
        p = model.probabilities(context)
        assert p.shape == (v,)
        assert p.min() > 0
        np.testing.assert_allclose(p.sum(), 1, rtol=1e-12)


def test_order_1_is_the_smoothed_unigram(rng):
    v, train, held_out = 6, rng.integers(5, size=100), rng.integers(6, size=30)
    count = np.bincount(train, minlength=v)
    unigram = (count + np.count_nonzero(count) / v) / (100 + np.count_nonzero(count))
    model = NGram(train, v, order=1)
    np.testing.assert_allclose(model.probabilities([3, 1, 2]), unigram)
    np.testing.assert_allclose(model.losses(held_out), [-np.log(unigram[held_out]).mean()])


def test_losses_of_lower_orders_are_those_of_lower_models(rng):
    train, held_out = rng.integers(4, size=300), rng.integers(4, size=50)
    losses = NGram(train, 4, order=5).losses(held_out)
    for order in range(1, 5):
        np.testing.assert_array_equal(NGram(train, 4, order).losses(held_out), losses[:order])


def test_losses_agree_with_probabilities(rng):
    train, held_out = rng.integers(8, size=500), rng.integers(8, size=40)
    model = NGram(train, 8, order=3)
    p = [model.probabilities(held_out[:i])[c] for i, c in enumerate(held_out)]
    np.testing.assert_allclose(model.losses(held_out)[-1], -np.log(p).mean(), rtol=1e-12)


def test_a_text_shorter_than_the_order_is_scored_with_what_context_it_has(rng):
    train = rng.integers(3, size=60)
    losses = NGram(train, 3, order=5).losses([2, 1])
    assert losses[1] == losses[2] == losses[4]


def test_keys_do_not_overflow_with_thousands_of_characters():
    # Contexts that differ in their oldest character alone, which 64 bits lose when it counts 8192**5 = 2**65.
    v, order = 8192, 6
    oldest = [k + 4096 * half for half in (0, 1) for k in range(20)]
    train = np.concatenate([[k, 99, 99, 99, 99, k] for k in oldest])
    model = NGram(train, v, order)
    for k in oldest:
        p = model.probabilities([k, 99, 99, 99, 99])
        assert p.argmax() == k
        np.testing.assert_allclose(p.sum(), 1, rtol=1e-12)


def test_the_default_corpus_in_figures():
    corpus = Corpus.of(load_default())
    if not corpus.sha256.startswith("71f2ff5d99bdc1f9"):
        pytest.skip(f"figures are of CPython 3.11.7's topics, not of {corpus.version}'s")
    losses = NGram(corpus.train, corpus.distinct, order=6).losses(corpus.validation)
    np.testing.assert_allclose(losses, [3.2505, 2.3916, 1.7986, 1.4862, 1.4120, 1.4387], atol=1e-4)


@pytest.mark.parametrize(
    ("ids", "order", "message"),
    [
        ([0, 1, 2], 0, r"the order is 0; it must be from 1 \(no context\) to 3, the number of ids .*"),
        ([0, 1, 2], 4, r"the order is 4; .* to 3, the number of ids to count in"),
        ([], 1, r"ids have the shape \(N,\) with N ≥ 1, not \(0,\)"),
        ([[0, 1]], 1, r"ids have the shape \(N,\) with N ≥ 1, not \(1, 2\)"),
        ([0.0, 1.0], 1, "ids are integers, not float64"),
        ([0, 3], 1, "ids are from 0 to 2, for a vocabulary of 3; these are from 0 to 3"),
        ([-1, 2], 1, "ids are from 0 to 2, for a vocabulary of 3; these are from -1 to 2"),
    ],
)
def test_ids_that_cannot_be_counted(ids, order, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        NGram(ids, vocabulary_size=3, order=order)


def test_ids_that_cannot_be_scored():
    model = NGram([0, 1, 2], vocabulary_size=3, order=2)
    with pytest.raises(ValueError, match="these are from 0 to 3"):
        model.losses([0, 3])
    with pytest.raises(ValueError, match="these are from 5 to 5"):
        model.probabilities([5])
    with pytest.raises(ValueError, match="with N ≥ 1"):
        model.losses([])
