"""The loop over cases: every one runs, and what fails is said with its name."""

import numpy as np
import pytest

from minigrad import modes
from tests.cases import all_of, case, each


def fail_on(value):
    assert value != 2, "two"


def test_every_case_runs_and_those_that_fail_are_named():
    seen = []

    @each("x, y", [(1, "a"), (2, "b"), (3, "c"), (2, "d")])
    def looped(x, y):
        seen.append(y)
        fail_on(x)

    with pytest.raises(AssertionError, match="two") as caught:
        looped()
    assert seen == ["a", "b", "c", "d"]
    assert caught.value.__notes__ == ["in the case: 2-b", "failed as well: 2-d"]


def test_loops_nest_and_groups_are_parameters_of_the_test():
    seen = []

    @each("dtype", [np.float32, np.float16])
    @each("word", ["sin", "sinh", "cos"], by=lambda word: word[0])
    def looped(word, dtype):
        seen.append((word, dtype.__name__))

    (mark,) = looped.pytestmark
    assert mark.args[0] == "op"
    assert list(mark.args[1]) == ["s", "c"]
    looped(op="s")
    assert seen == [("sin", "float32"), ("sinh", "float32"), ("sin", "float16"), ("sinh", "float16")]


def test_a_failure_of_pytest_itself_is_one_too():
    with pytest.raises(pytest.fail.Exception, match="no error came") as caught:
        all_of([("quiet", lambda: pytest.fail("no error came"))])
    assert caught.value.__notes__ == ["in the case: quiet"]


def test_skipped_where_all_cases_are():
    skip = lambda: pytest.skip("not here")
    all_of([("one", skip), ("two", lambda: None)])
    with pytest.raises(pytest.skip.Exception, match="not here"):
        all_of([("one", skip), ("two", skip)])
    with pytest.raises(AssertionError, match="no case"):
        all_of([])


def test_each_case_has_its_own_generator_and_patches(rng, monkeypatch):
    drawn = []

    @each("number", [1, 2])
    def looped(number, rng, monkeypatch):
        drawn.append(rng.normal())
        assert not hasattr(modes, "planted")
        monkeypatch.setattr(modes, "planted", number, raising=False)

    looped(rng=rng, monkeypatch=monkeypatch)
    assert drawn[0] == drawn[1]


def test_a_case_that_leaks_a_mode_fails_and_leaks_no_further():
    before = modes.current.get()
    with pytest.raises(AssertionError, match="leaked") as caught, case("leaky"):
        modes.current.set(before._replace(path="elsewhere"))
    assert caught.value.__notes__ == ["in the case: leaky"]
    assert modes.current.get() == before
