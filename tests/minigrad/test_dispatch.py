"""Who is asked when an operand is of another library: it, NumPy, or we."""

import array
import operator
from collections import UserList, deque

import numpy as np
import pytest

import minigrad as mg
from tests.cases import each

OPERATORS = "add sub mul truediv mod pow matmul floordiv and or xor".split()
COMPARISONS = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}


class Symbol:
    """Has every reflected operator, and is no array."""


class Apart(Symbol):
    """The same, and opts out of NumPy's functions."""

    __array_ufunc__ = None


class Handling:
    """Handles NumPy's functions itself."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return ufunc.__name__, [type(x).__name__ for x in inputs]

    def __array_function__(self, function, types, args, kwargs):
        return function.__name__


def _answers(name):
    return lambda self, other: (name, other)


for _kind in (Symbol, Apart):
    for _name in (*(f"r{name}" for name in OPERATORS), "rdivmod", *COMPARISONS.values()):
        setattr(_kind, f"__{_name}__", _answers(_name))
Apart.__eq__ = _answers("eq")
Apart.__hash__ = object.__hash__


def tensors():
    return [mg.tensor([1.0, 2.0]), mg.tensor([1.0, 2.0], requires_grad=True) * 2, mg.tensor(np.arange(2))]


@each("kind", [Symbol, Apart])
def test_an_operand_with_the_operator_is_asked(kind):
    for t in tensors():
        other = kind()
        for name in OPERATORS:
            answer = getattr(operator, f"__{name}__")(t, other)
            assert answer[0] == f"r{name}"
            assert answer[1] is t
        assert divmod(t, other)[0] == "rdivmod"
        for name, mirrored in COMPARISONS.items():
            answer = getattr(operator, name)(t, other)
            assert answer[0] == mirrored
            assert answer[1] is t


def test_in_place_too():
    for t in tensors():
        u = t
        u += Symbol()
        assert u[0] == "radd"
        assert u[1] is t


def test_an_opted_out_operand_is_compared_by_itself():
    t = mg.tensor([1.0])
    assert (t == Apart())[0] == "eq"


def test_an_operand_that_handles_numpys_functions_is_asked():
    for t in tensors():
        for result in (np.add(t, Handling()), np.add(Handling(), t)):
            assert result[0] == "add"
        assert np.multiply(t, 1.0, out=(Handling(),))[0] == "multiply"
        assert np.concatenate([t, Handling()]) == "concatenate"
    with pytest.raises(TypeError, match="unsupported operand"):
        mg.tensor([1.0]) + Handling()  # which has no __radd__


def test_subclasses_of_arrays_that_handle_functions_are_asked():
    class Quantity(np.ndarray):
        def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
            return "a quantity"

    q = np.ones(2).view(Quantity)
    for t in tensors():
        assert t + q == "a quantity"
        assert q + t == "a quantity"
        assert np.add(t, q) == "a quantity"


@each(
    "other",
    [[1.0, 2.0], (1.0, 2.0), range(1, 3), array.array("d", [1, 2]), UserList([1.0, 2.0]), deque([1.0, 2.0]),
     memoryview(np.array([1.0, 2.0])), np.array([1.0, 2.0]), mg.tensor([1.0, 2.0])],
    ids=lambda other: type(other).__name__,
)  # fmt: skip
def test_sequences_are_read_as_arrays(other):
    t = mg.tensor([3.0, 4.0], requires_grad=True)
    np.testing.assert_array_equal((t * other).data, [3, 8])
    if not isinstance(other, UserList):  # which multiplies by itself
        np.testing.assert_array_equal((other * t).data, [3, 8])


def test_a_ufunc_is_known_by_itself_and_not_by_its_name():
    class Foreign:
        __name__ = "square"

        def __call__(self, x):
            return 10 * x

    t = mg.tensor([1.0, 2.0], requires_grad=True)
    for foreign in (Foreign(), np.frompyfunc(lambda x: 10 * x, 1, 1)):
        with pytest.raises(TypeError, match=r"the ufunc '.* is not NumPy's, and has no derivative here"):
            t.__array_ufunc__(foreign, "__call__", t)
    np.testing.assert_array_equal(np.square(t).data, [1, 4])
    np.testing.assert_array_equal(np.abs(t).data, [1, 2])
