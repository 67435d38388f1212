"""Shapes drawn at random: broadcasting, reductions over any axes, matmul and einsum."""

import string

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minigrad as mg
from tests.minigrad.oracles import assert_adjoint, pulled_back, summed_to
from tests.minigrad.samples.elementwise import BINARY

seeds = st.integers(0, 2**32 - 1)


def pairs(**limits):
    return hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, **limits)


# -- elementwise ----------------------------------------------------------------------------------


def check_against_expanded(op, arrays, result_shape, rng):
    """The op broadcasts by itself as it does on arrays that were expanded beforehand."""
    expanded = [np.broadcast_to(x, result_shape).copy() for x in arrays]
    out = op(*map(mg.tensor, arrays))
    assert out.shape == result_shape
    np.testing.assert_array_equal(out.data, op(*map(mg.tensor, expanded)).data)
    g = np.asarray(rng.normal(size=result_shape))
    wide = pulled_back(op, expanded, g)
    for x, narrow, full in zip(arrays, pulled_back(op, arrays, g), wide, strict=True):
        assert narrow.shape == x.shape
        np.testing.assert_allclose(narrow, summed_to(full, x.shape), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", sorted(BINARY))
@given(shapes=pairs(min_side=0), seed=seeds)
def test_binary_ops_broadcast(name, shapes, seed):
    rng = np.random.default_rng(seed)
    arrays = [domain(*shape)(rng) for domain, shape in zip(BINARY[name], shapes.input_shapes, strict=True)]
    check_against_expanded(mg.OPS[name], arrays, shapes.result_shape, rng)


@pytest.mark.parametrize("name", sorted(BINARY))
@given(shapes=pairs(), seed=seeds)
def test_binary_ops_broadcast_at_second_order(name, shapes, seed):
    """∂²/∂a∂b and the rest, against those of the expanded arrays."""
    rng = np.random.default_rng(seed)
    arrays = [domain(*shape)(rng) for domain, shape in zip(BINARY[name], shapes.input_shapes, strict=True)]
    g = rng.normal(size=shapes.result_shape)

    def spread(x):
        return mg.broadcast_to(x, shapes.result_shape)

    def second_order(f):
        """The gradient of Σ∂³, which depends on all of f's second derivatives."""
        first = mg.grad(lambda a, b: (f(a, b) * g).sum(), (0, 1))
        return mg.grad(lambda a, b: sum((mg.sum(x * x * x) for x in first(a, b)), mg.tensor(0.0)), (0, 1))

    op = mg.OPS[name]
    first = second_order(op)(*arrays)
    second = second_order(lambda a, b: op(spread(a), spread(b)))(*arrays)
    for a, b in zip(first, second, strict=True):
        assert a.shape == b.shape
        np.testing.assert_allclose(a.data, b.data, rtol=1e-7, atol=1e-7 * (1 + np.abs(b.data).max(initial=0)))


@given(shapes=hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=3, max_side=3, min_side=0), seed=seeds)
def test_where_broadcasts(shapes, seed):
    rng = np.random.default_rng(seed)
    condition = np.asarray(rng.random(shapes.input_shapes[0])) < 0.5
    arrays = [np.asarray(rng.normal(size=shape)) for shape in shapes.input_shapes[1:]]
    assert mg.where(condition, *arrays).shape == shapes.result_shape
    expanded = np.broadcast_to(condition, shapes.result_shape)
    g = np.asarray(rng.normal(size=shapes.result_shape))
    x, y = pulled_back(lambda x, y: mg.where(condition, x, y), arrays, g)
    np.testing.assert_allclose(x, summed_to(np.where(expanded, g, 0), x.shape), atol=1e-12)
    np.testing.assert_allclose(y, summed_to(np.where(expanded, 0, g), y.shape), atol=1e-12)


@given(shapes=hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=3, max_side=3, min_side=0), seed=seeds)
def test_clip_broadcasts(shapes, seed):
    rng = np.random.default_rng(seed)
    arrays = [np.asarray(rng.normal(size=shape)) for shape in shapes.input_shapes]
    check_against_expanded(mg.clip, arrays, shapes.result_shape, rng)


def test_a_0d_parameter_against_a_large_array(rng):
    x = rng.normal(size=(300, 400)).astype(np.float32)
    scale = mg.tensor(1.5, requires_grad=True)
    (scale * x).sum().backward()
    assert scale.grad.shape == ()
    assert scale.grad.dtype == np.float32
    np.testing.assert_allclose(scale.grad.data, x.astype(float).sum(), rtol=1e-4)


@given(
    shape=hnp.array_shapes(min_dims=0, max_dims=3, max_side=3, min_side=0),
    extra=hnp.array_shapes(max_dims=2, max_side=3),
    seed=seeds,
)
def test_broadcast_to_is_summed_back(shape, extra, seed):
    rng = np.random.default_rng(seed)
    target = (*extra, *(3 if n == 1 else n for n in shape))
    assert_adjoint(lambda x: mg.broadcast_to(x, target), [np.asarray(rng.normal(size=shape))], rng)


# -- reductions -----------------------------------------------------------------------------------


@st.composite
def reductions(draw, min_side=1):
    """A shape and an axis argument of a reduction over it."""
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=4, max_side=3, min_side=min_side))
    axes = st.integers(-len(shape), len(shape) - 1) if shape else st.nothing()
    choices = [st.none(), hnp.valid_tuple_axes(len(shape))]
    return shape, draw(st.one_of(choices if not shape else [*choices, axes]))


REFERENCES = {
    "logsumexp": lambda x, **options: np.log(np.sum(np.exp(x), **options)),
}


@pytest.mark.parametrize("name", ["sum", "mean", "max", "min", "prod", "var", "logsumexp"])
@given(case=reductions(), keepdims=st.booleans(), seed=seeds)
def test_reductions_over_any_axes(name, case, keepdims, seed):
    shape, axis = case
    rng = np.random.default_rng(seed)
    x = np.asarray(rng.permutation(int(np.prod(shape))).reshape(shape) * 0.13 + 0.5)
    out = mg.OPS[name](x, axis=axis, keepdims=keepdims)
    expected = REFERENCES.get(name, getattr(np, name, None))(x, axis=axis, keepdims=keepdims)
    np.testing.assert_allclose(out.data, expected, rtol=1e-12, atol=1e-13)
    if x.size <= 18:
        mg.check_grads(
            lambda x: mg.OPS[name](x, axis=axis, keepdims=keepdims), (x,), order=1, rtol=1e-4, atol=1e-5
        )


@pytest.mark.parametrize("name", ["sum", "mean"])
@given(case=reductions(min_side=0), keepdims=st.booleans(), seed=seeds)
def test_sums_are_spread_back(name, case, keepdims, seed):
    shape, axis = case
    rng = np.random.default_rng(seed)
    x = np.asarray(rng.normal(size=shape))
    assume(name != "mean" or x.size)  # NumPy warns of the mean of nothing
    assert_adjoint(lambda x: mg.OPS[name](x, axis=axis, keepdims=keepdims), [x], rng)


@given(shape=hnp.array_shapes(min_dims=1, max_dims=3, max_side=4, min_side=0), data=st.data(), seed=seeds)
def test_cumsum_along_any_axis(shape, data, seed):
    axis = data.draw(st.one_of(st.none(), st.integers(-len(shape), len(shape) - 1)))
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape)
    np.testing.assert_array_equal(mg.cumsum(x, axis).data, np.cumsum(x, axis))
    assert_adjoint(lambda x: mg.cumsum(x, axis), [x], rng)


# -- products -------------------------------------------------------------------------------------


@given(
    shapes=hnp.mutually_broadcastable_shapes(
        signature=np.matmul.signature, max_dims=2, max_side=3, min_side=0
    ),
    seed=seeds,
)
def test_matmul_of_all_shapes(shapes, seed):
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(size=shape) for shape in shapes.input_shapes]
    out = mg.matmul(*arrays)
    assert out.shape == shapes.result_shape
    np.testing.assert_array_equal(out.data, np.matmul(*arrays))
    assert_adjoint(mg.matmul, arrays, rng)


@given(
    shapes=hnp.mutually_broadcastable_shapes(signature=np.matmul.signature, max_dims=2, max_side=2),
    seed=seeds,
)
def test_matmul_at_second_order(shapes, seed):
    rng = np.random.default_rng(seed)
    mg.check_grads(
        mg.matmul, [rng.normal(size=s) for s in shapes.input_shapes], order=2, rtol=1e-4, atol=1e-5
    )


@given(
    shapes=hnp.mutually_broadcastable_shapes(
        signature=np.matmul.signature, max_dims=2, max_side=3, min_side=0
    ),
    seed=seeds,
)
def test_dot_of_all_shapes(shapes, seed):
    rng = np.random.default_rng(seed)
    a, b = (rng.normal(size=shape) for shape in shapes.input_shapes)
    np.testing.assert_allclose(mg.dot(a, b).data, np.dot(a, b), rtol=1e-12, atol=1e-13)
    assert_adjoint(mg.dot, [a, b], rng)


@st.composite
def einsums(draw):
    """Subscripts and shapes: repeated letters, letters of length 1, ellipsis, implicit output."""
    letters = "abcD"
    sizes = {letter: draw(st.integers(0, 3)) for letter in letters}
    hidden = draw(hnp.array_shapes(min_dims=0, max_dims=2, max_side=2))
    terms, shapes = [], []
    for _ in range(draw(st.integers(1, 3))):
        term = draw(st.text(letters, max_size=3))
        # A letter of length 1 stretches, as long as it stands alone in its term.
        stretched = {c for c in term if term.count(c) == 1 and draw(st.integers(0, 4)) == 0}
        shape = [1 if c in stretched else sizes[c] for c in term]
        if draw(st.booleans()):
            place = draw(st.integers(0, len(term)))
            own = draw(st.integers(0, len(hidden)))
            dots = hidden[len(hidden) - own :]
            dots = tuple(1 if draw(st.integers(0, 4)) == 0 else n for n in dots)
            terms.append(term[:place] + "..." + term[place:])
            shapes.append((*shape[:place], *dots, *shape[place:]))
        else:
            terms.append(term)
            shapes.append(tuple(shape))
    used = sorted(set("".join(terms)) & set(string.ascii_letters))
    subscripts = ",".join(terms)
    if draw(st.booleans()):
        output = "".join(draw(st.permutations(used)))[: draw(st.integers(0, len(used)))]
        dots = "..." if "..." in subscripts else ""
        place = draw(st.integers(0, len(output)))
        subscripts += "->" + output[:place] + dots + output[place:]
    return subscripts, shapes


@given(case=einsums(), seed=seeds)
def test_einsum_of_any_subscripts(case, seed):
    subscripts, shapes = case
    rng = np.random.default_rng(seed)
    operands = [np.asarray(rng.normal(size=shape)) for shape in shapes]
    expected = np.einsum(subscripts, *operands)
    np.testing.assert_allclose(mg.einsum(subscripts, *operands).data, expected, rtol=1e-10, atol=1e-12)
    assert_adjoint(lambda *xs: mg.einsum(subscripts, *xs), operands, rng)


@given(case=einsums(), seed=seeds)
def test_einsum_at_second_order(case, seed):
    """Its rule is an einsum again, with new subscripts, which must be differentiated as well."""
    subscripts, shapes = case
    rng = np.random.default_rng(seed)
    operands = [np.asarray(rng.normal(size=shape)) for shape in shapes]
    g = np.asarray(rng.normal(size=np.einsum(subscripts, *operands).shape))

    def gradients(*xs):
        inner = mg.grad(lambda *ys: (mg.einsum(subscripts, *ys) * g).sum(), tuple(range(len(xs))))
        return mg.concatenate([mg.ravel(x) for x in inner(*xs)])

    out = gradients(*map(mg.tensor, operands))
    v = rng.normal(size=out.shape)
    direct = mg.grad(lambda *xs: (gradients(*xs) * v).sum(), tuple(range(len(operands))))(*operands)
    step = 1e-5
    for i, x in enumerate(operands):
        w = np.asarray(rng.normal(size=x.shape))
        ends = [
            (gradients(*[o + s * w if j == i else o for j, o in enumerate(operands)]).data * v).sum()
            for s in (step, -step)
        ]
        np.testing.assert_allclose(
            np.sum(direct[i].data * w), (ends[0] - ends[1]) / (2 * step), rtol=1e-5, atol=1e-5
        )
