"""What every test shares: seeded randomness, hypothesis profiles, and a guard over global modes."""

import gc
import os
import signal
import sys

# Before NumPy is imported: matrices are small here, and threads would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

import docs.browser
from minigrad import modes
from nn import init
from tests.browser import Browser
from tests.cases import nothing_leaks

signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored, under nohup
if hasattr(signal, "SIGHUP"):  # this one, and the tests of signals send both
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}

settings.register_profile("quick", max_examples=50, derandomize=True, database=None, **_COMMON)
settings.register_profile("nightly", max_examples=400, **_COMMON)  # 10,000 and more over all drawn ops
settings.load_profile("nightly" if os.environ.get("MINIGRAD_LONG") == "1" else "quick")


def pytest_collection_finish():
    """What is loaded by now stays: every later collection of garbage need not look through it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_mode_leaks():
    """Fail a test that leaves minigrad's mode or NumPy's error state changed behind it."""
    mode = modes.current.get()
    assert mode == modes.Mode(), f"the mode was leaked by an earlier test: {mode}"
    with nothing_leaks():
        yield


@pytest.fixture(autouse=True)
def drawn_alike(monkeypatch):
    """Layers made without an `rng`, and PyTorch's, start the same in every run of a test.

    A tolerance that holds for most weights and not for all would otherwise fail once in a hundred runs.
    """
    seeds, given = np.random.default_rng(7), init.generator
    seeded = lambda rng: given(np.random.default_rng(seeds.integers(2**63)) if rng is None else rng)
    monkeypatch.setattr(init, "generator", seeded)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(7)


@pytest.fixture
def rng():
    """A generator that starts the same in every test."""
    return np.random.default_rng(20240611)


@pytest.fixture(scope="module")
def chromium():
    """Headless Chromium, for the tests of one module: Playwright holds the thread's event loop."""
    if reason := docs.browser.lacking():
        pytest.skip(reason)
    with docs.browser.chromium() as started:
        yield started


@pytest.fixture
def browser(chromium, tmp_path):
    """Opens pages from disk; what they complain of, or ask the network for, fails the test."""
    opened = Browser(chromium, tmp_path)
    yield opened
    opened.close()
    assert opened.complaints == []
