"""Many cases in one test: a loop that names the case that fails, and what it may not leave behind.

    @each("dtype", [np.float32, np.float16])
    @each("sample", ALL, ids=lambda s: s.label, by=lambda s: s.name)
    def test_values(sample, dtype): ...

is one test for each name, over its samples and both dtypes. It is written as with pytest's parametrize, and
costs a call for each case instead of a test's setup, teardown and report. Without `by` it is one test in all.
"""

import contextlib
import copy
import functools
import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pytest

from minigrad import modes


@contextlib.contextmanager
def nothing_leaks() -> Iterator[None]:
    """Fail what leaves minigrad's mode or NumPy's error state changed behind it."""
    mode, errors = modes.current.get(), np.geterr()
    yield
    leaked, left = modes.current.get(), np.geterr()
    np.seterr(**errors)
    modes.current.set(mode)
    assert leaked == mode, f"the mode {leaked} is leaked"
    assert left == errors, f"NumPy's error state {left} is leaked"


@contextlib.contextmanager
def case(label: str) -> Iterator[None]:
    """Add to an error that leaves this block which case it was."""
    try:
        with nothing_leaks():
            yield
    except BaseException as error:
        error.add_note(f"in the case: {label}")
        raise


def each(
    names: str | tuple[str, ...],
    values: Iterable[Any],
    ids: Callable[[Any], str] | Iterable[str] | None = None,
    by: Callable[[Any], str] | None = None,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Loop over `values` in the test, or in one test for each group that `by` gives.

    Fixtures are shared by the cases, but that each has its generator and its patches anew.
    """
    names = (names,) if isinstance(names, str) else names
    values = list(values)
    labels = list(map(ids, values)) if callable(ids) else list(ids or map(_label, values))
    groups: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for value, label in zip(values, labels, strict=True):
        given = dict(zip(names, (value,) if len(names) == 1 else value, strict=True))
        groups.setdefault(by(value) if by else "", []).append((label, given))

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        needs = inspect.signature(test).parameters
        assert set(names) <= set(needs), f"{test.__name__} takes no {set(names) - set(needs)}"
        rest = [p for name, p in needs.items() if name not in names]

        def run(cases: Any, fixtures: dict[str, Any]) -> None:
            assert cases
            for label, given in cases:
                with case(label), contextlib.ExitStack() as stack:
                    test(**given, **{k: _anew(x, stack) for k, x in fixtures.items()})

        if by is None:
            looped = lambda **fixtures: run(groups[""], fixtures)
        else:
            looped = lambda op, **fixtures: run(groups[op], fixtures)
            rest = [inspect.Parameter("op", inspect.Parameter.KEYWORD_ONLY), *rest]
        looped = functools.wraps(test)(looped)
        rest = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in rest]
        looped.__signature__ = inspect.Signature(rest)  # type: ignore[attr-defined]
        return pytest.mark.parametrize("op", groups)(looped) if by else looped

    return decorate


def _label(value: Any) -> str:
    return getattr(value, "__name__", None) or str(value)


def _anew(fixture: Any, stack: contextlib.ExitStack) -> Any:
    if isinstance(fixture, np.random.Generator):
        return copy.deepcopy(fixture)
    if isinstance(fixture, pytest.MonkeyPatch):
        return stack.enter_context(fixture.context())
    return fixture
