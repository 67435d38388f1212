"""Names and arguments that people bring along from elsewhere, where they work as they are."""

import copy
import pickle

import numpy as np
import pytest

import minigrad as mg
from minigrad.mistakes import names
from minigrad.mistakes.guess import guess
from tests.cases import each

X = np.array([[0.3, -0.7, 1.2], [0.9, 0.1, -0.4]])
# Methods, and how each is written as a function; those defined for positive numbers get |x|.
OF_ANY = "abs exp expm1 square sin cos tan sinh cosh tanh erf sigmoid relu gelu silu softplus".split()
OF_POSITIVE = "log log1p log2 log10 sqrt reciprocal".split()
WITH_ARGUMENTS = [
    ("softmax", ()),
    ("softmax", (0,)),
    ("log_softmax", ()),
    ("log_softmax", (0,)),
    ("logsumexp", ()),
    ("logsumexp", (1, True)),
    ("gelu", ("tanh",)),
]


@each(("name", "args"), [*((name, ()) for name in OF_ANY + OF_POSITIVE), *WITH_ARGUMENTS], ids=str)
def test_a_method_is_the_function(name, args):
    x = np.abs(X) if name in OF_POSITIVE else X
    results = []
    for call in (lambda t: getattr(t, name)(*args), lambda t: getattr(mg, name)(t, *args)):
        t = mg.tensor(x, requires_grad=True)
        y = call(t)
        mg.sum(y * y).backward()
        results.append((y.data, t.grad.data))
    for method, function in zip(*results, strict=True):
        np.testing.assert_array_equal(method, function)


def test_softmax_takes_axis_by_name():
    t = mg.tensor(X)
    np.testing.assert_array_equal(t.softmax(axis=0).data, mg.softmax(t, axis=0).data)
    np.testing.assert_array_equal(t.logsumexp(axis=0, keepdims=True).data, mg.logsumexp(t, 0, True).data)


def test_attributes_that_are_there_and_not():
    t = mg.tensor(X, requires_grad=True)
    assert hasattr(t, "exp")
    assert not hasattr(t, "view")
    assert not hasattr(mg, "zeros")
    assert getattr(t, "permute", "none") == "none"
    for other in (copy.deepcopy(t), pickle.loads(pickle.dumps(t))):
        np.testing.assert_array_equal(other.data, X)


def test_a_property_that_fails_says_why():
    class Named(mg.Tensor):
        __slots__ = ()

        @property
        def label(self):
            return self.data.no_such_attribute

    with pytest.raises(AttributeError, match="no_such_attribute"):
        Named(X).label  # noqa: B018 - the look-up is what fails


def test_no_name_that_is_answered_is_there():
    assert not [name for name in {**names.EITHER, **names.OF_TENSOR} if hasattr(mg.Tensor, name)]
    assert not [name for name in {**names.EITHER, **names.OF_ENGINE} if hasattr(mg, name)]


@each("args", [X, mg.tensor(X), np.float64(0.5), 0.5, {"a": X}], ids=lambda x: type(x).__name__)
def test_check_grads_takes_one_argument_by_itself(args):
    def f(x):
        return mg.sum(mg.exp(x["a"] if isinstance(x, dict) else x))

    mg.check_grads(f, args)
    with pytest.raises(mg.GradientError):
        mg.check_grads(
            lambda x: f(x) * 0 + mg.sum(mg.stop_gradient(x["a"] if isinstance(x, dict) else x)), args
        )


def test_guesses():
    known = ["reshape", "requires_grad", "T", "_hidden"]
    assert guess("reshap", known) == "reshape"
    assert guess("requires_gradd", known) == "requires_grad"
    assert guess("t", known) == "T"
    assert guess("hidden", known) is None
    assert guess("colour", known) is None


def test_an_answer_names_what_numpy_said_as_its_cause():
    with pytest.raises(ValueError, match=r"a @ b\.T") as caught:
        mg.tensor(X) @ mg.tensor(X)
    assert "gufunc" in str(caught.value.__cause__)
    with pytest.raises(ValueError, match="vstack of") as caught:  # the outermost op speaks
        mg.vstack([mg.tensor(X), mg.tensor(X.T)])
    assert "concatenate" not in str(caught.value)
    assert "dimensions" in str(caught.value.__cause__)


def test_an_error_of_a_function_that_is_not_about_its_call_stays():
    class Odd(Exception):
        pass

    def raises(x):
        raise Odd("mine")

    odd = mg.primitive(raises)
    with pytest.raises(Odd, match="mine"):
        odd(X)


@each("dtype", ["float32", "float64", "int64", "bool"])
def test_tensors_of_pytorch_are_taken_as_arrays(dtype):
    torch = pytest.importorskip("torch")
    theirs = torch.ones(2, 3).to(getattr(torch, dtype))
    made = mg.tensor(theirs)
    assert made.dtype == dtype
    assert mg.tensor([theirs, theirs]).shape == (2, 2, 3)
    total = mg.tensor(X) + theirs
    np.testing.assert_array_equal(total.data, X + theirs.numpy())
    assert mg.stack([theirs, mg.tensor(X)]).shape == (2, 2, 3)


def test_a_warning_of_a_composite_names_the_line_that_called_it():
    with pytest.warns(DeprecationWarning, match="cross of 2-D vectors") as caught:
        mg.cross(np.ones(2), np.ones(2))
    assert caught[0].filename == __file__


def test_wrapped_functions_are_pickled_by_name():
    for function in (mg.var, mg.concatenate, mg.einsum, mg.tensor, mg.grad):
        assert pickle.loads(pickle.dumps(function)) is function
