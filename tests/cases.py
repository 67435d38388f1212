"""Many cases in one test: a loop that names the case that fails, and what it may not leave behind.

    @each("dtype", [np.float32, np.float16])
    @each("sample", ALL, ids=lambda s: s.label, by=lambda s: s.name)
    def test_values(sample, dtype): ...

is one test for each name, over its samples and both dtypes. It is written as with pytest's parametrize, and
costs a call for each case instead of a test's setup, teardown and report. Without `by` it is one test in all.
Every case runs; the error is that of the first which failed, and names it and the others.
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
    try:
        yield
    finally:
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


def all_of(cases: Iterable[tuple[str, Callable[[], None]]]) -> None:
    """Run every case; then raise the first error, with the labels of all that failed."""
    failed: list[tuple[str, BaseException]] = []
    skipped: list[BaseException] = []
    count = 0
    for label, run in cases:
        count += 1
        try:
            with case(label):
                run()
        except pytest.skip.Exception as error:
            skipped.append(error)
        except (Exception, pytest.fail.Exception) as error:
            failed.append((label, error))
    if failed:
        first = failed[0][1]
        if failed[1:]:
            first.add_note(f"failed as well: {', '.join(label for label, _ in failed[1:])}")
        raise first
    assert count, "a test of no case"
    if len(skipped) == count:
        raise skipped[0]


def each(
    names: str | tuple[str, ...],
    values: Iterable[Any],
    ids: Callable[[Any], str] | Iterable[str] | None = None,
    by: Callable[[Any], str] | None = None,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Loop over `values` in the test, or in one test for each group that `by` gives.

    Fixtures are shared by the cases, but that each has its generator and its patches anew.
    """
    names = tuple(names.replace(" ", "").split(",")) if isinstance(names, str) else names
    values = list(values)
    rows = [(value,) if len(names) == 1 else tuple(value) for value in values]
    name_of = ids if callable(ids) else _label
    labels = (
        [name_of(value) for value in values]
        if len(names) == 1
        else ["-".join(str(name_of(x) or _label(x)) for x in row) for row in rows]
    )
    if ids is not None and not callable(ids):
        labels = list(map(str, ids))
    # What is no text, such as half of a pair of surrogates, written out: xdist sends labels as UTF-8.
    labels = [label.encode("utf-8", "backslashreplace").decode() for label in labels]
    groups: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for value, row, label in zip(values, rows, labels, strict=True):
        given = dict(zip(names, row, strict=True))
        groups.setdefault(by(value) if by else "", []).append((label, given))

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        needs = inspect.signature(test).parameters
        assert set(names) <= set(needs), f"{test.__name__} takes no {set(names) - set(needs)}"
        rest = [p for name, p in needs.items() if name not in names]

        def run(cases: Any, fixtures: dict[str, Any]) -> None:
            all_of((label, functools.partial(_call, test, given, fixtures)) for label, given in cases)

        if by is None:
            looped = lambda **fixtures: run(groups[""], fixtures)
        else:
            looped = lambda op, **fixtures: run(groups[op], fixtures)
            rest = [inspect.Parameter("op", inspect.Parameter.KEYWORD_ONLY), *rest]
        looped = functools.wraps(test)(looped)
        rest = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in rest]
        looped.__signature__ = inspect.Signature(rest)  # type: ignore[attr-defined]
        if by is not None:
            return pytest.mark.parametrize("op", groups)(looped)
        looped.__dict__.update(dict.fromkeys(labels, True))  # so that pytest's -k finds a case by its label
        return looped

    return decorate


def _label(value: Any) -> str:
    return getattr(value, "__name__", None) or str(value)[:100]


def _call(test: Callable[..., None], given: dict[str, Any], fixtures: dict[str, Any]) -> None:
    with contextlib.ExitStack() as stack:
        test(**given, **{name: _anew(x, stack) for name, x in fixtures.items()})


def _anew(fixture: Any, stack: contextlib.ExitStack) -> Any:
    if isinstance(fixture, np.random.Generator):
        return copy.deepcopy(fixture)
    if isinstance(fixture, pytest.MonkeyPatch):
        return stack.enter_context(fixture.context())
    return fixture
