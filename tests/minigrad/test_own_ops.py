"""Own ops, from outside the package: mg.primitive, mg.fused, checked by mg.check_grads."""

import pickle

import numpy as np
import pytest

import minigrad as mg
from tests.cases import each


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
def sine_product_forward(x, y):
    sine = np.sin(x)
    return sine * y, sine


@sine_product.backward
def sine_product_backward(g, residuals, wanted, x, y):
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


@mg.primitive
def scaled_cube(x, scale=None, shift=0.5):
    """(x³ + shift)·scale, where both may be left out."""
    return (x * x * x + shift) * (1.0 if scale is None else scale)


scaled_cube.vjp(
    x=lambda g, x, scale: g * 3 * x * x * (1.0 if scale is None else scale),
    scale=lambda g, x, shift: g * (x * x * x + shift),
    shift=lambda g, x, scale, shift: g * (1.0 if scale is None else scale) + 0.0 * x * shift,
)


@mg.fused(inputs=("x", "scale"))
def scaled_sine(x, scale=None, power=2):
    """sin(x)·scaleᵖ, where all but x may be left out."""
    return np.sin(x) * (1.0 if scale is None else scale**power)


@scaled_sine.forward
def scaled_sine_forward(x, scale=None, power=2):
    return np.sin(x) * (1.0 if scale is None else scale**power), None


@scaled_sine.backward
def scaled_sine_backward(g, residuals, wanted, x, scale=None, power=2):
    g_x = g * np.cos(x) * (1.0 if scale is None else scale**power)
    return g_x, None if scale is None else g * np.sin(x) * power * scale ** (power - 1)


@each("op", [scaled_cube, scaled_sine])
@each(
    "call",
    [
        lambda op, x, s: op(x),
        lambda op, x, s: op(x, s),
        lambda op, x, s: op(x, scale=s),
        lambda op, x, s: op(x, None),
        lambda op, x, s: op(x, X + 3, 3),
    ],
    ids=["left out", "given", "by name", "None", "constant"],
)
def test_an_operand_may_be_left_out_at_any_order(op, call):
    mg.check_grads(lambda x, s: call(op, x, s) + s * s * s, (X, X + 3), order=3, rtol=1e-4, atol=1e-5)


def test_a_middle_operand_left_out_while_a_later_one_carries_a_gradient():
    mg.check_grads(lambda x, b: scaled_cube(x, shift=b), (X, X + 3), order=3, rtol=1e-4, atol=1e-5)


@mg.primitive
def product_of(*factors):
    """All factors multiplied; numbers may stand among them."""
    out = 1.0
    for factor in factors:
        out = out * factor
    return out


def _product_of_the_others(g, factors, i):
    for k, factor in enumerate(factors):
        g = g if k == i else g * factor
    return g


product_of.vjp(factors=_product_of_the_others)


def test_a_number_among_operands_of_any_number():
    mg.check_grads(lambda x: product_of(x, 2.0, x * x, X), (X,), order=3, rtol=1e-4, atol=1e-5)


@mg.fused(inputs=("x", "y"))
def either(x, y, *, power=1, first=True):
    """xᵖ or yᵖ: the result depends on one of its operands only, and on options that have no place."""
    return (x if first else y) ** power


@either.forward
def either_forward(x, y, *, power=1, first=True):
    return (x if first else y) ** power, None


@either.backward
def either_backward(g, residuals, wanted, x, y, *, power=1, first=True):
    taken = g * power * (x if first else y) ** (power - 1)
    return (taken, np.zeros_like(y)) if first else (np.zeros_like(x), taken)


@each("options", [{}, {"power": 3}, {"power": 3, "first": False}])
def test_a_fused_op_of_options_that_leaves_an_operand_unread(options):
    mg.check_grads(lambda x, y: either(x, y, **options) * x * y, (X, X + 3), order=3, rtol=1e-4, atol=1e-5)


wanted_of_calls = []  # of each backward of `stretched`


@mg.fused(inputs=("x", "shift", "scale"))
def stretched(x, shift=None, power=1, scale=None):
    """(xᵖ + shift)·scale, with an option between the inputs."""
    y = x**power if shift is None else x**power + shift
    return y if scale is None else y * scale


@stretched.forward
def stretched_forward(x, shift=None, power=1, scale=None):
    return stretched.composed(x, shift, power, scale), None


@stretched.backward
def stretched_backward(g, residuals, wanted, x, shift=None, power=1, scale=None):
    wanted_of_calls.append(list(wanted))
    by_y = g if scale is None else g * scale
    return (
        by_y * power * x ** (power - 1) if wanted[0] else None,
        by_y if wanted[1] else None,
        g * stretched.composed(x, shift, power) if wanted[2] else None,
    )


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (lambda x, y: stretched(x), [True, False, False]),
        (lambda x, y: stretched(x, y), [True, True, False]),
        (lambda x, y: stretched(x, None, 2), [True, False, False]),
        (lambda x, y: stretched(x, X, 2, y), [True, False, True]),
        (lambda x, y: stretched(x, scale=y), [True, False, True]),
        (lambda x, y: stretched(X, power=2, shift=y), [False, True, False]),
        (lambda x, y: stretched(x, y, 2, y), [True, True, True]),
    ],
    ids=["omitted", "one omitted", "None", "constant", "by name", "constant first", "all"],
)
def test_wanted_has_an_entry_for_every_input(call, wanted):
    x, y = mg.tensor(X, requires_grad=True), mg.tensor(X + 3, requires_grad=True)
    wanted_of_calls.clear()
    call(x, y).sum().backward()
    assert wanted_of_calls == [wanted]
    mg.check_grads(lambda x, y: call(x, y) + x * y, (X, X + 3), order=2, rtol=1e-4, atol=1e-5)


def test_wanted_says_what_leads_to_the_targets_of_a_walk():
    wanted_of_calls.clear()
    mg.grad(lambda x, y: stretched(x, y).sum(), 1)(X, X + 3)
    assert wanted_of_calls == [[False, True, False]]


@pytest.mark.parametrize("given", [(), (None, None)], ids=["too few", "too many"])
def test_a_backward_gives_as_many_gradients_as_there_are_inputs(given):
    @mg.fused(inputs=("x", "y"))
    def halved(x, y=None):
        return x * 0.5

    halved.forward(lambda x, y=None: (x * 0.5, None))
    halved.backward(lambda g, residuals, wanted, x, y=None: (g * 0.5, *given))
    out = halved(mg.tensor(X, requires_grad=True)).sum()
    message = rf"halved gave {1 + len(given)} gradients, and there are 2 operands of `inputs`"
    with pytest.raises(ValueError, match=message):
        out.backward()


def test_what_carries_no_gradient_may_be_recorded_where_nothing_records():
    threshold = mg.tensor(np.array(1.0), requires_grad=True)
    with mg.no_grad():
        assert mg.leaky_relu(mg.tensor([-1.0]), threshold).item() == -1
    with pytest.raises(TypeError, match="no derivative by 'negative_slope'"):
        mg.leaky_relu(mg.tensor([-1.0], requires_grad=True), threshold)


def test_an_operand_that_is_missing_is_said():
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'index'"):
        mg.index_put(mg.tensor([1.0]), values=2.0)


def test_none_among_numbers_stays_none():
    assert mg.clip(3.0, None, 2.0).item() == 2


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
def fused_half_square_forward(x):
    return 0.5 * np.sum(x * x), None


@fused_half_square.backward
def fused_half_square_backward(g, residuals, wanted, x):
    return (x,)


@each("op", [dot_with_cached, half_square, fused_half_square], ids=lambda op: op.name)
@each("times", [1, 2, 3])
@each("interior", [False, True])
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


def test_an_op_may_be_defined_where_there_is_no_module():
    """As in code that is run by exec: there `__module__` is None."""
    names = {}
    exec("import minigrad as mg\n\n@mg.primitive\ndef cube(x):\n    return x**3\n", names)
    cube = names["cube"]
    cube.vjp(x=lambda g, x: g * 3 * x**2)
    mg.check_grads(cube, (np.array([0.5, -1.0]),))
    with mg.record():
        out = cube(mg.tensor(2.0, requires_grad=True)) + 1
    assert "cube" in mg.draw(out).source
    with pytest.raises(TypeError):
        cube(y=1)
