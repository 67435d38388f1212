"""The door to one's own op from outside the package: mg.primitive, mg.fused, checked by mg.check_grads."""

import pickle

import numpy as np
import pytest

import minigrad as mg


@mg.primitive
def softsquare(x, strength=1.0):
    """x²/(1 + s·|x|)."""
    return x * x / (1 + strength * np.abs(x))


softsquare.vjp(
    x=lambda g, x, strength: (
        g * x * (2 + strength * np.abs(x)) / ((1 + strength * np.abs(x)) * (1 + strength * np.abs(x)))
    )
)


@mg.fused(inputs=("x", "y"))
def sine_product(x, y):
    """sin(x)·y."""
    return np.sin(x) * y


@sine_product.forward
def _(x, y):
    sine = np.sin(x)
    return sine * y, sine


@sine_product.backward
def _(g, residuals, wanted, x, y):
    return g * np.cos(x) * y if wanted[0] else None, g * residuals if wanted[1] else None


@mg.primitive
def wrong(x):
    return np.exp(x)


wrong.vjp(x=lambda g, out: g * out * 2)

X = np.array([0.5, -1.5, 2.0])


def test_a_primitive_is_differentiated_to_any_order():
    mg.check_grads(softsquare, (X,), order=3, rtol=1e-4, atol=1e-5)
    mg.check_grads(lambda x: softsquare(x, strength=2.0), (X,), order=2, rtol=1e-4, atol=1e-5)


def test_a_fused_op_is_differentiated_to_any_order():
    mg.check_grads(sine_product, (X, X + 1), order=3, rtol=1e-4, atol=1e-5)


def test_a_wrong_rule_is_found():
    with pytest.raises(mg.GradientError):
        mg.check_grads(wrong, (X,))


def test_an_own_op_takes_no_name_in_numpys_table():
    assert not {"softsquare", "sine_product", "wrong"} & set(mg.OPS)

    @mg.primitive
    def exp(x):  # neither here nor when a notebook's cell runs again
        return x

    assert mg.OPS["exp"] is mg.exp


def test_it_shows_itself_and_pickles_as_a_function_does():
    assert repr(softsquare) == "<op softsquare(x, strength=1.0)>"
    assert pickle.loads(pickle.dumps(softsquare)) is softsquare
    x = mg.tensor([1.0], requires_grad=True)
    assert "op=softsquare" in repr(softsquare(x))
    assert "softsquare" in mg.draw(softsquare(x)).source


# -- arrays that a rule keeps ------------------------------------------------------------------------


CACHED = np.array([1.0, 2.0, 3.0])


@mg.primitive
def dot_with_cached(x):
    return np.sum(x * CACHED)


dot_with_cached.vjp(x=lambda g: CACHED)


@mg.primitive
def half_square(x):
    """½Σx², whose derivative is the operand itself."""
    return 0.5 * np.sum(x * x)


half_square.vjp(x=lambda g, x: x)


@mg.fused(inputs=("x",))
def fused_half_square(x):
    return 0.5 * np.sum(x * x)


@fused_half_square.forward
def _(x):
    return 0.5 * np.sum(x * x), None


@fused_half_square.backward
def _(g, residuals, wanted, x):
    return (x,)


@pytest.mark.parametrize("op", [dot_with_cached, half_square, fused_half_square], ids=lambda op: op.name)
@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("interior", [False, True])
def test_an_array_that_a_rule_keeps_is_not_written_to(op, times, interior):
    x = mg.tensor(X, requires_grad=True)
    y = np.multiply(x, 1.0) if interior else x
    cached, operand = CACHED.copy(), y.data.copy()
    kept = y.data
    nothing = (y * 0).sum()  # which the walk comes to last
    total = op(y)
    for _ in range(times - 1):
        total = total + op(y)
    (total + nothing).backward()
    np.testing.assert_array_equal(CACHED, cached)
    np.testing.assert_array_equal(kept, operand)
    np.testing.assert_array_equal(x.grad.data, times * (cached if op is dot_with_cached else X))
    x.grad.data[...] = 7  # whoever has the gradient may write to it
    np.testing.assert_array_equal(CACHED, cached)
    np.testing.assert_array_equal(x.data, X)
